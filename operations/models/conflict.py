"""Conflicts, their sides, and which forces were on a side and when: who is whose enemy follows from this."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q

from publication.models import Revision
from records.choices import State
from records.keys import Keyed
from records.models import Reviewed
from records.names import NormalisedField
from records.triggers import part_of, reviewed
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import OptionalCitation

from ..choices import ConflictScheme
from .force import Force
from .shapes import Name, steps_up


@reviewed
@pghistory.track()
class Conflict(Reviewed, Keyed):
    """A war or another armed conflict with sides that fight each other."""

    slug = models.SlugField(
        unique=True, help_text="The short name in coding sheets and addresses. Never change it once it is in use."
    )
    name = models.CharField(max_length=200, help_text="The English name that we publish.")
    normalised = NormalisedField()
    about = models.TextField(blank=True, help_text="What it is about, in our words. Blank: not stated.")
    earliest_on = earliest_day("of the conflict")
    latest_on = latest_day("of the conflict")

    key = ("slug",)
    when = Window()

    class Meta:
        ordering = ["slug"]
        constraints = [*Reviewed.Meta.constraints, *in_order()]

    def __str__(self):
        return self.name


@part_of("conflict")
@pghistory.track()
class ConflictName(Name, Keyed):
    """Another name or spelling of a conflict."""

    conflict = models.ForeignKey(
        Conflict, models.CASCADE, related_name="names", help_text="The conflict that has this name."
    )

    key = ("conflict__slug", "name")

    class Meta(Name.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conflict", "name"],
                name="conflict_name_once",
                violation_error_message="This name is listed already.",
            )
        ]


@part_of("conflict")
@pghistory.track()
class ConflictCode(Keyed):
    """The id of a conflict, or of a pair of its sides, in another dataset."""

    conflict = models.ForeignKey(
        Conflict, models.CASCADE, related_name="codes", help_text="The conflict that has this id."
    )
    scheme = models.CharField(max_length=20, choices=ConflictScheme, help_text="What the other dataset numbers.")
    code = models.CharField(max_length=100, help_text="The id, exactly as that dataset writes it.")
    verified = models.BooleanField(
        default=False,
        help_text="Whether it was checked against that dataset’s own list. Unverified ids are left out of exports.",
    )

    key = ("conflict__slug", "scheme", "code")

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [
            ConflictScheme.closes("scheme"),
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="conflict_code_once",
                violation_error_message="A conflict has this id already.",
            ),
        ]

    def __str__(self):
        return f"{self.scheme} {self.code}"


@part_of("conflict")
@pghistory.track()
class Side(Keyed):
    """One of the sides of a conflict."""

    conflict = models.ForeignKey(
        Conflict, models.CASCADE, related_name="sides", help_text="The conflict of which it is a side."
    )
    slug = models.SlugField(
        unique=True, help_text="The short name in coding sheets. Never change it once it is in use."
    )
    name = models.CharField(max_length=100, help_text="A short name, such as “Government and its allies”.")

    key = ("slug",)

    class Meta:
        ordering = ["conflict", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["conflict", "name"],
                name="side_name_once",
                violation_error_message="The conflict has a side of this name already.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.conflict})"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.conflict


@part_of("side__conflict")
@pghistory.track()
class SideMember(OptionalCitation, Keyed):
    """A force that was on a side of a conflict, always or during one period. Its parts were on that side, too, except
    on days for which they have a row of their own in the conflict."""

    side = models.ForeignKey(Side, models.CASCADE, related_name="members", help_text="The side that it was on.")
    force = models.ForeignKey(
        Force, models.PROTECT, related_name="memberships", help_text="The force that was on the side."
    )
    earliest_on = models.DateField(
        null=True, blank=True, help_text="Its first day on this side. Blank: the first day of the conflict."
    )
    latest_on = models.DateField(
        null=True, blank=True, help_text="Its last day on this side. Blank: the last day of the conflict, if it ended."
    )
    key = ("side__slug", "force__slug", "earliest_on")
    period = Window()

    class Meta(OptionalCitation.Meta):
        ordering = ["side", "force", "earliest_on"]
        constraints = [
            *OptionalCitation.Meta.constraints,
            *in_order(),
            models.UniqueConstraint(
                fields=["side", "force", "earliest_on"],
                name="side_member_once_from_a_day",
                nulls_distinct=False,
                violation_error_message="The force is on this side from this day already.",
            ),
        ]

    def __str__(self):
        return f"{self.force}: {self.side}"

    @property
    def first_day(self) -> date:
        """The first day on which the force was on the side; the first day that there is, if nothing bounds it."""
        return self.earliest_on or self.side.conflict.earliest_on or date.min

    @property
    def last_day(self) -> date:
        """The last day on which the force was on the side; the last day that there is, if nothing bounds it."""
        return self.latest_on or self.side.conflict.latest_on or date.max


def line_with_sides(path: str) -> list[str | models.Prefetch]:
    """Return the prefetch look-ups for a force at `path`, all that it is part of, and the sides that they were on.

    A conflict counts once it is approved, and as long as readers see it.
    """
    seen = Revision.objects.served().of("conflict").values("uid")
    counts = Q(side__conflict__state=State.APPROVED) | Q(side__conflict__slug__in=seen)
    members = SideMember.objects.filter(counts).select_related("side__conflict")
    return [
        lookup
        for step in steps_up(path)
        for lookup in (step, models.Prefetch(f"{step}__memberships", queryset=members))
    ]
