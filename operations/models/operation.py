"""Operations."""

import pghistory
from django.db import models
from django.db.models import F, Q

from records.keys import Keyed, UidField
from records.models import Reviewed
from records.names import NormalisedField
from records.triggers import part_of, reviewed
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import Citation

from ..choices import (
    EndStatus,
    OperationKind,
)
from .force import Force
from .place import Place
from .shapes import AS_REPORTED, Name, Nested, not_its_own_parent


@reviewed
@pghistory.track()
class Operation(Nested, Reviewed, Keyed):
    """A named or announced military undertaking."""

    uid = UidField("OPN")
    name = models.CharField(
        max_length=200, help_text="The name that we publish: the announced one, or else a descriptive one."
    )
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=OperationKind, help_text="What type of operation it is.")
    objective = models.TextField(blank=True, help_text="What it was meant to achieve, in our words. Blank: not stated.")
    summary = models.TextField(blank=True, help_text="What the sources say about it, in our words.")
    commanding_force = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commanded_operations",
        help_text="The force that led it. Blank: not stated.",
    )
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    starts_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")
    ends_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    end_status = models.CharField(
        max_length=12, choices=EndStatus, default=EndStatus.UNCLEAR, help_text="Whether the operation is over."
    )
    places = models.ManyToManyField(
        Place, blank=True, related_name="operations", help_text="The places in which it took place, as announced."
    )
    # Watched by a trigger: see docs/database.md.
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The campaign of which it is part. Blank: none.",
    )

    key = ("uid",)
    starts = Window("starts")
    ends = Window("ends")

    class Meta:
        ordering = ["uid"]
        constraints = [
            *Reviewed.Meta.constraints,
            OperationKind.closes("kind"),
            EndStatus.closes("end_status"),
            *in_order("starts"),
            *in_order("ends"),
            models.CheckConstraint(
                condition=Q(starts_earliest_on=None)
                | Q(ends_latest_on=None)
                | Q(ends_latest_on__gte=F("starts_earliest_on")),
                name="operation_ends_after_start",
                violation_error_message="It cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(end_status=EndStatus.ENDED) | Q(ends_earliest_on=None, ends_latest_on=None),
                name="operation_end_day_means_ended",
                violation_error_message="An operation with an end day has the end status “ended”.",
            ),
            not_its_own_parent(),
        ]

    def __str__(self):
        return f"{self.uid} {self.name}"


@part_of("operation")
@pghistory.track()
class OperationName(Name, Keyed):
    """Another name or spelling of an operation."""

    operation = models.ForeignKey(
        Operation, models.CASCADE, related_name="names", help_text="The operation that has this name."
    )

    key = ("operation__uid", "name")

    class Meta(Name.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "name"],
                name="operation_name_once",
                violation_error_message="This spelling is listed already.",
            )
        ]


@part_of("operation")
@pghistory.track()
class OperationCitation(Citation, Keyed):
    """A passage about an operation as a whole."""

    operation = models.ForeignKey(
        Operation, models.CASCADE, related_name="citations", help_text="The operation that the passage is about."
    )

    key = ("operation__uid", "article__uid", "locator")

    class Meta(Citation.Meta):
        constraints = [
            *Citation.Meta.constraints,
            models.UniqueConstraint(
                fields=["operation", "article", "locator"],
                name="operation_citation_once",
                violation_error_message="This passage is cited already.",
            ),
        ]


@part_of("operation")
@pghistory.track(obj_field=None)
class OperationPlace(Operation.places.through):
    """A place of an operation, named here so that its history is kept."""

    class Meta:
        proxy = True
