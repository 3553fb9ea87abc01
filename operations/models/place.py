"""Places, and who claims, administers and controls them."""

from itertools import combinations

import pghistory
from django.db import models
from django.db.models import F, Q

from records.keys import Keyed, UidField
from records.models import Reviewed
from records.names import NormalisedField
from records.points import latitude, longitude, point_on_earth
from records.triggers import part_of, reviewed
from sources.choices import Stance
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import Citation, OptionalCitation
from sources.paragraphs import reading_order

from ..choices import (
    Aspect,
    NoForce,
    PlaceKind,
)
from .force import Force
from .shapes import Name, Nested, not_its_own_parent, steps_up


@reviewed
@pghistory.track()
class Place(Nested, Reviewed, Keyed):
    """Somewhere on the map, from a country down to a checkpoint."""

    slug = models.SlugField(
        unique=True, help_text="The short name in coding sheets and addresses. Never change it once it is in use."
    )
    name = models.CharField(max_length=200, help_text="The English spelling that we publish.")
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=PlaceKind, help_text="What type of place it is.")
    # Watched by a trigger: see docs/database.md.
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The smallest place around it, by formal administration, whoever holds it. Blank for countries.",
    )
    latitude = latitude("Degrees north (WGS 84). For an area, its middle.")
    longitude = longitude("Degrees east (WGS 84). For an area, its middle.")
    pcode = models.CharField(max_length=20, blank=True, help_text="The place code (p-code) of OCHA. Blank: none.")

    key = ("slug",)

    class Meta:
        ordering = ["slug"]
        constraints = [
            *Reviewed.Meta.constraints,
            PlaceKind.closes("kind"),
            not_its_own_parent(),
            point_on_earth(),
            models.UniqueConstraint(
                fields=["pcode"],
                condition=~Q(pcode=""),
                name="place_pcode_once",
                violation_error_message="Another place has this place code already.",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.get_kind_display().lower()})"

    @property
    def disputed(self) -> bool:
        """Whether several forces, none of which belongs to another, claim it in rows that say no end."""
        claims = [row.force for row in self.control.all() if row.is_open_claim()]
        return any(not one.is_kin_of(other) for one, other in combinations(claims, 2))

    @staticmethod
    def with_claims(path: str = "") -> list[str]:
        """Return the prefetch look-ups for what `disputed` reads of a place at `path`."""
        return [
            "__".join(filter(None, [path, "control"])),
            *steps_up("__".join(filter(None, [path, "control__force"]))),
        ]


@part_of("place")
@pghistory.track()
class PlaceName(Name, Keyed):
    """Another spelling of a place."""

    place = models.ForeignKey(
        Place, models.CASCADE, related_name="names", help_text="The place that has this spelling."
    )

    key = ("place__slug", "name")

    class Meta(Name.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                name="place_name_once",
                violation_error_message="This spelling is listed already.",
            )
        ]


@part_of("region")
@pghistory.track()
class RegionMember(OptionalCitation, Keyed):
    """A place that lies in a region that cuts across the tree of places.

    Every place lies in one tree, by formal administration, and in any number of such regions.
    """

    region = models.ForeignKey(
        Place,
        models.CASCADE,
        related_name="members",
        help_text="The place that cuts across the tree, such as disputed areas in several provinces.",
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        related_name="regions",
        help_text="A place that lies in the region as a whole, with everything inside it.",
    )

    key = ("region__slug", "place__slug")
    #: The two records that it connects: see publication/merge.py.
    ends = ("region", "place")

    class Meta(OptionalCitation.Meta):
        ordering = ["region", "place"]
        verbose_name = "member"
        constraints = [
            *OptionalCitation.Meta.constraints,
            models.UniqueConstraint(
                fields=["region", "place"],
                name="region_member_once",
                violation_error_message="The place is listed already.",
            ),
            models.CheckConstraint(
                condition=~Q(region=F("place")),
                name="region_member_is_another_place",
                violation_error_message="A region does not lie in itself: choose another place.",
            ),
        ]

    def __str__(self):
        return f"{self.place} in {self.region}"


@part_of("place")
@pghistory.track()
class PlaceControl(Citation, Keyed):
    """Who claims, administers or controls a place and during which period, according to one passage.

    Two forces that hold a place together, or fight for it, are two rows.
    """

    uid = UidField("CTL")
    place = models.ForeignKey(
        Place, models.CASCADE, related_name="control", help_text="The place that the passage is about."
    )
    aspect = models.CharField(
        max_length=12,
        choices=Aspect,
        help_text="Whether the row is about a claim, civil administration or armed control.",
    )
    force = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="control",
        help_text="The force that claims, administers or controls the place. Blank: nobody, or not stated.",
    )
    no_force = models.CharField(
        max_length=12, choices=NoForce, blank=True, help_text="Why no force is named. Blank: one is named."
    )
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")

    key = ("uid",)
    starts = Window("starts")
    ends = Window("ends")

    class Meta(Citation.Meta):
        ordering = ["place", "article", *reading_order(), "aspect", "force", "no_force"]
        verbose_name = "statement of control"
        verbose_name_plural = "statements of control"
        constraints = [
            *Citation.Meta.constraints,
            Aspect.closes("aspect"),
            models.CheckConstraint(
                condition=Q(no_force__in=["", *NoForce.values]),
                name="placecontrol_no_force_known",
                violation_error_message=f"Choose one of: {', '.join(NoForce.values)}; or leave it blank.",
            ),
            models.CheckConstraint(
                condition=Q(force=None) & ~Q(no_force="") | ~Q(force=None) & Q(no_force=""),
                name="place_control_names_a_force_or_says_why_not",
                violation_error_message="Name the force, or say why none is named, not both.",
            ),
            models.CheckConstraint(
                condition=~Q(aspect=Aspect.CLAIMS) | ~Q(force=None),
                name="place_control_claim_is_of_a_force",
                violation_error_message="Name the force that claims the place.",
            ),
            *in_order("starts"),
            *in_order("ends"),
            models.UniqueConstraint(
                fields=["place", "aspect", "force", "no_force", "article", "locator"],
                name="place_control_once_per_passage",
                nulls_distinct=False,
                violation_error_message="This passage is listed for the same force already.",
            ),
        ]

    def __str__(self):
        days = "".join(f", {word} {day}" for word, day in (("from", self.starts), ("until", self.ends)) if day)
        return f"{self.uid} {self.place.name}: {self.get_aspect_display().lower()} {self.holder}{days}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.place

    @property
    def holder(self) -> str:
        """Who claims, administers or controls it, in words."""
        return self.force.name if self.force else self.get_no_force_display().lower()

    def is_open_claim(self) -> bool:
        """Return whether the passage says that a force claims the place, and no end of that."""
        ended = self.ends_earliest_on or self.ends_latest_on
        return self.aspect == Aspect.CLAIMS and not ended and self.stance != Stance.CONTRADICTS
