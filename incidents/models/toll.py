"""Cumulative counts over days and places."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q

from operations.models import AS_REPORTED, Force, Nested, Place, not_its_own_parent, steps_up
from records.keys import Keyed, UidField
from records.models import Reviewed
from records.triggers import part_of, reviewed
from records.word_index import word_index
from sources.days import Window, in_order

from ..choices import (
    Coverage,
    InvolvementRole,
    VictimStatus,
)
from ..figures.parties import Scene
from .casualty import Victims
from .incident import Incident, WithinOperation


@reviewed
@pghistory.track()
class Toll(WithinOperation, Victims, Nested, Reviewed, Keyed):
    """A cumulative count of people over days and places. It is never added to the incidents that it counts.

    Two adopted tolls never count the same people, unless one is nested in the other.
    """

    # The function `adopted_tolls_apart` of sql/tolls.sql enforces it: triggers call it at the end of a transaction for
    # tolls, their places, the parents of places, forces and operations, and the operations of phases.

    uid = UidField("TOL")
    title = models.CharField(max_length=200, help_text="What is counted, where and since when, in our words.")
    earliest_on = models.DateField(null=True, blank=True, help_text="The first day that it counts. Blank: not stated.")
    latest_on = models.DateField(
        null=True,
        blank=True,
        help_text="The last day that it counts. If the source does not say, the day of publication.",
    )
    as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    places = models.ManyToManyField(Place, blank=True, related_name="tolls", help_text="The places in which it counts.")
    perpetrator = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tolls_caused",
        help_text="The force that caused the harm. Blank: not stated.",
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inner",
        help_text="The wider toll that already counts all of these people, such as the toll of the whole operation.",
    )
    series = models.SlugField(
        blank=True,
        help_text="One word shared by the tolls of one running tally. Only the newest of them can be adopted.",
    )
    usable = models.BooleanField(
        default=True,
        help_text="Whether it can be used: its period and victims are definite, and it is a count, not a rate.",
    )
    unusable_because = models.TextField(blank=True, help_text="Why the toll cannot be used.")
    adopted = models.BooleanField(
        default=False,
        help_text="Whether reconciled totals add what no incident explains of it. At most one for the same victims.",
    )

    key = ("uid",)
    when = Window()

    class Meta:
        ordering = ["uid"]
        indexes = [word_index("toll", "title", "series")]
        constraints = [
            *WithinOperation.Meta.constraints,
            *Victims.Meta.constraints,
            *Reviewed.Meta.constraints,
            *in_order(),
            not_its_own_parent(),
            models.CheckConstraint(
                condition=Q(usable=True) | ~Q(unusable_because=""),
                name="toll_unusable_gives_reason",
                violation_error_message="Say why the toll cannot be used.",
            ),
            models.CheckConstraint(
                condition=Q(adopted=False)
                | Q(usable=True, best__isnull=False, earliest_on__isnull=False, latest_on__isnull=False),
                name="toll_adopted_is_usable",
                violation_error_message="Only a usable toll with a period and a best figure can be adopted.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.title}"

    @property
    def last_day(self):
        return self.latest_on

    @property
    def scene(self):
        return Scene(
            self.victim_force,
            VictimStatus.CIVILIAN in VictimStatus.line_of(self.victim_status),
            self.earliest_on or date.min,
            self.latest_on or date.max,
            self.conflict_id,
            ((self.perpetrator, InvolvementRole.ACCUSED),) if self.perpetrator else (),
        )

    @classmethod
    def scene_lookups(cls):
        return [*super().scene_lookups(), *steps_up("perpetrator")]


@part_of("toll")
@pghistory.track()
class TollCoverage(Keyed):
    """Whether a toll counts the people harmed in an incident."""

    toll = models.ForeignKey(
        Toll, models.CASCADE, related_name="coverage", help_text="The toll that counts, or does not count."
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="tolls", help_text="The incident that it may count."
    )
    relation = models.CharField(
        max_length=12,
        choices=Coverage,
        help_text="Whether the toll counts the incident. A toll also counts what the tolls nested in it count.",
    )
    people = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How many people of the incident it counts at most. Blank: all whom it may count.",
    )
    reason = models.TextField(blank=True, help_text="Why. Required if the incident is excluded.")

    key = ("toll__uid", "incident__uid")
    decided_by = ("relation", "people")

    class Meta:
        ordering = ["toll", "incident"]
        verbose_name_plural = "toll coverage"
        indexes = [word_index("tollcoverage", "reason")]
        constraints = [
            Coverage.closes("relation"),
            models.UniqueConstraint(
                fields=["toll", "incident"],
                name="toll_coverage_once",
                violation_error_message="The toll already has a row for this incident.",
            ),
            models.CheckConstraint(
                condition=~Q(relation=Coverage.EXCLUDED) | ~Q(reason=""),
                name="toll_coverage_exclusion_gives_reason",
                violation_error_message="Say why the toll does not count the incident.",
            ),
        ]

    def __str__(self):
        return f"{self.toll.uid} {self.relation} {self.incident.uid}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.toll


@part_of("toll")
@pghistory.track(obj_field=None)
class TollPlace(Toll.places.through):
    """A place of a toll, named here so that its history is kept. Watched by `adopted_tolls_apart`, as tolls are."""

    class Meta:
        proxy = True
