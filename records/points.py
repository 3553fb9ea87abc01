"""Points on the Earth: the columns that hold one, the rule that it exists, and the distance between two."""

from math import asin, cos, radians, sin, sqrt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

#: The mean radius of the Earth in kilometres (IUGG).
EARTH_KM = 6371.0088


def latitude(help_text: str) -> models.FloatField:
    """Return a column for degrees north (WGS 84)."""
    return _degrees(90, help_text)


def longitude(help_text: str) -> models.FloatField:
    """Return a column for degrees east (WGS 84)."""
    return _degrees(180, help_text)


def _degrees(limit: int, help_text: str) -> models.FloatField:
    bounds = [MinValueValidator(-limit), MaxValueValidator(limit)]
    return models.FloatField(null=True, blank=True, validators=bounds, help_text=help_text)


def point_on_earth() -> models.CheckConstraint:
    """Return the constraint on `latitude` and `longitude`: both or neither, and on the Earth."""
    both = Q(latitude__isnull=False, longitude__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180))
    return models.CheckConstraint(
        condition=Q(latitude=None, longitude=None) | both,
        name="%(class)s_point_on_earth",
        violation_error_message="Give latitude (-90 to 90) and longitude (-180 to 180), or neither.",
    )


def box_on_earth() -> models.CheckConstraint:
    """Return the constraint on `west`, `south`, `east` and `north`: all or none, and a box on the Earth."""
    sides = ("west", "south", "east", "north")
    given = Q(**{f"{side}__isnull": False for side in sides})
    box = Q(south__range=(-90, 90), north__range=(-90, 90), west__range=(-180, 180), east__range=(-180, 180))
    return models.CheckConstraint(
        condition=Q(**dict.fromkeys(sides)) | given & box & Q(south__lt=F("north")) & ~Q(west=F("east")),
        name="%(class)s_box_on_earth",
        violation_error_message="Give all four sides of the box, in degrees, the south below the north; or none.",
    )


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance in kilometres between two points, each (latitude, longitude) in degrees."""
    north, south = radians(one[0]), radians(other[0])
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1, half)))
