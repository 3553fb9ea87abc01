"""Phases of operations: who took part, and what came of them."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from records.keys import Keyed, UidField
from records.triggers import part_of
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import Citation
from sources.paragraphs import reading_order

from ..choices import (
    ParticipationRole,
    PhaseBasis,
    Standing,
)
from .force import Force
from .operation import Operation
from .place import Place
from .result import CountedResult
from .shapes import AS_REPORTED


@part_of("operation")
@pghistory.track()
class Phase(Keyed):
    """A part of an operation that was announced, reported or defined by us."""

    uid = UidField("PHS")
    # Watched by a trigger: see docs/database.md.
    operation = models.ForeignKey(
        Operation, models.CASCADE, related_name="phases", help_text="The operation of which it is a part."
    )
    ordinal = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)],
        help_text="Its number within the operation: 1, 2, 3 … An operation without parts has one phase, 1.",
    )
    name = models.CharField(max_length=200, help_text="The name that the sources use, or else a descriptive one.")
    basis = models.CharField(max_length=15, choices=PhaseBasis, help_text="Who says that this is a phase.")
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    starts_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")
    ends_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    places = models.ManyToManyField(
        Place, blank=True, related_name="phases", help_text="The places in which it took place."
    )
    area_km2 = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The area that it covered, in square kilometres, as claimed. Blank: not stated.",
    )

    key = ("uid",)
    starts = Window("starts")
    ends = Window("ends")

    class Meta:
        ordering = ["operation", "ordinal"]
        constraints = [
            PhaseBasis.closes("basis"),
            *in_order("starts"),
            *in_order("ends"),
            models.UniqueConstraint(
                fields=["operation", "ordinal"],
                name="phase_ordinal_once",
                violation_error_message="The operation has a phase with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1),
                name="phase_ordinal_counts_from_one",
                violation_error_message="Phases are counted from 1.",
            ),
            models.CheckConstraint(
                condition=Q(starts_earliest_on=None)
                | Q(ends_latest_on=None)
                | Q(ends_latest_on__gte=F("starts_earliest_on")),
                name="phase_ends_after_start",
                violation_error_message="It cannot end before it starts.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.name}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.operation


@part_of("phase__operation")
@pghistory.track()
class PhaseCitation(Citation, Keyed):
    """A passage about a phase."""

    phase = models.ForeignKey(
        Phase, models.CASCADE, related_name="citations", help_text="The phase that the passage is about."
    )

    key = ("phase__uid", "article__uid", "locator")

    class Meta(Citation.Meta):
        constraints = [
            *Citation.Meta.constraints,
            models.UniqueConstraint(
                fields=["phase", "article", "locator"],
                name="phase_citation_once",
                violation_error_message="This passage is cited already.",
            ),
        ]


@part_of("phase__operation")
@pghistory.track()
class Participation(Citation, Keyed):
    """What one passage says about the role of a force in a phase, including that it had none."""

    phase = models.ForeignKey(
        Phase, models.CASCADE, related_name="participations", help_text="The phase that the passage is about."
    )
    force = models.ForeignKey(
        Force, models.PROTECT, related_name="participations", help_text="The force that the passage is about."
    )
    role = models.CharField(max_length=15, choices=ParticipationRole, help_text="The role of the force in the phase.")
    standing = models.CharField(
        max_length=12,
        choices=Standing,
        default=Standing.TOOK_PART,
        help_text="Took part, said to be absent, or planned, according to the passage.",
    )

    key = ("phase__uid", "force__slug", "role", "article__uid", "locator")

    class Meta(Citation.Meta):
        ordering = ["phase", "force", "role", "article", *reading_order()]
        constraints = [
            *Citation.Meta.constraints,
            ParticipationRole.closes("role"),
            Standing.closes("standing"),
            models.UniqueConstraint(
                fields=["phase", "force", "role", "article", "locator"],
                name="participation_once_per_passage",
                violation_error_message="This passage is listed for the same force and role already.",
            ),
        ]

    def __str__(self):
        return f"{self.force} {self.get_role_display()}"


@part_of("phase__operation")
@pghistory.track()
class Result(CountedResult, Keyed):
    """What a phase achieved or caused according to one passage, in numbers of things."""

    phase = models.ForeignKey(
        Phase, models.CASCADE, related_name="results", help_text="The phase that the passage is about."
    )

    key = ("phase__uid", "kind", "what", "article__uid", "locator")

    class Meta(CountedResult.Meta):
        ordering = ["phase", "kind", "what", "article", *reading_order()]
        constraints = [
            *CountedResult.Meta.constraints,
            models.UniqueConstraint(
                fields=["phase", "kind", "what", "article", "locator"],
                name="result_once_per_passage",
                violation_error_message="This passage is listed for the same result already.",
            ),
        ]


@part_of("phase__operation")
@pghistory.track(obj_field=None)
class PhasePlace(Phase.places.through):
    """A place of a phase, named here so that its history is kept."""

    class Meta:
        proxy = True
