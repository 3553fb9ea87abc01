"""Places, and who administers and controls them."""

import pghistory
from django.db import models
from django.db.models import Q

from records.keys import Keyed
from records.models import Reviewed
from records.names import NormalisedField
from records.points import latitude, longitude, point_on_earth
from records.triggers import part_of, reviewed
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import Citation
from sources.paragraphs import reading_order

from ..choices import (
    Aspect,
    Authority,
    PlaceKind,
)
from .shapes import Name, Nested, not_its_own_parent


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
    disputed = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether both the federal and the regional government claim it. Blank: not assessed.",
    )

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


@part_of("place")
@pghistory.track()
class PlaceControl(Citation, Keyed):
    """Who administers or controls a place and during which period, according to one passage."""

    place = models.ForeignKey(
        Place, models.CASCADE, related_name="control", help_text="The place that the passage is about."
    )
    aspect = models.CharField(
        max_length=12, choices=Aspect, help_text="Whether the row is about civil administration or about armed control."
    )
    authority = models.CharField(max_length=12, choices=Authority, help_text="Who administers or controls the place.")
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")

    key = ("place__slug", "aspect", "authority", "article__uid", "locator")
    starts = Window("starts")
    ends = Window("ends")

    class Meta(Citation.Meta):
        ordering = ["place", "article", *reading_order(), "aspect", "authority"]
        constraints = [
            *Citation.Meta.constraints,
            Aspect.closes("aspect"),
            Authority.closes("authority"),
            *in_order("starts"),
            *in_order("ends"),
            models.UniqueConstraint(
                fields=["place", "aspect", "authority", "article", "locator"],
                name="place_control_once_per_passage",
                violation_error_message="This passage is listed for the same authority already.",
            ),
        ]
