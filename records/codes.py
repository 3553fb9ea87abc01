"""Codes of other standards that records are written with: countries, languages and time zones."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import Regex

COUNTRY = RegexValidator(r"^[A-Z]{2}$", "Give the country as two capital letters (ISO 3166-1), such as NO.")
LANGUAGE = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Give the language as a BCP 47 tag, such as en, ar or ar-Latn."
)


def known_country(code: str) -> None:
    """Raise ValidationError unless ISO 3166-1 has a country with this code."""
    if pycountry.countries.get(alpha_2=code) is None:
        raise ValidationError(f"ISO 3166-1 has no country “{code}”. Give its two capital letters, such as NO.")


def known_time_zone(name: str) -> None:
    """Raise ValidationError unless there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(f"There is no time zone “{name}”. Write it as Continent/City, or UTC.") from error


def each_fits(column: str, pattern: str, sentence: str) -> models.CheckConstraint:
    """Return the constraint that every text in a list column fits a pattern, which allows no space."""
    together = Func(F(column), Value(" "), function="array_to_string", output_field=models.TextField())
    return models.CheckConstraint(
        condition=Regex(together, rf"^({pattern}( {pattern})*)?$"),
        name=f"%(class)s_{column}_fit",
        violation_error_message=sentence,
    )
