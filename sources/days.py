"""Uncertain days: written as EDTF, stored as the earliest and the latest possible day.

EDTF is ISO 8601-2, level 0 and 1: `2021-12-07`, `2021-12`, `2021`, `2020-05-11/2020-05-20` (some day in this span),
`../2020-06-02` (some day up to then), `2017-10-16/..` (some day from then on). Empty text means not known.
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from edtf import EDTFParseException, parse_edtf

from .choices import Precision


def parse(text):
    """Return `(earliest, latest)` for an EDTF text. None is an open end.

    Raises ValidationError with a sentence that curators can read.
    """
    text = text.strip()
    if not text:
        return None, None
    if re.search(r"[?~%]", text):
        raise ValidationError(
            f"“{text}” says that the day is doubtful but not by how much. "
            "Write the earliest and the latest possible day instead, such as 2020-05-11/2020-05-20."
        )
    first, slash, last = text.partition("/")
    if not slash:
        last = first
    earliest, latest = _day(first, text, 0), _day(last, text, 1)
    if earliest and latest and earliest > latest:
        raise ValidationError(f"“{text}” ends before it begins.")
    return earliest, latest


_parsed = lru_cache(maxsize=10_000)(parse_edtf)


def _day(text, whole, end):
    """Return the first (end 0) or last (end 1) day of one side of an EDTF text."""
    if text in {"", ".."}:
        return None
    try:
        node = _parsed(text)
        year, month, day = (node.upper_strict() if end else node.lower_strict())[:3]
        return date(year, month, day)
    except (EDTFParseException, ValueError, TypeError, AttributeError) as error:
        raise ValidationError(
            f"“{whole}” is not a day in EDTF. Examples: 2021-12-07, 2021-12, 2020-05-11/2020-05-20, ../2020-06-02."
        ) from error


def edtf(earliest, latest):
    """Return the shortest EDTF text for a span of possible days; empty text if nothing is known."""
    if earliest is None and latest is None:
        return ""
    if earliest is None or latest is None:
        return f"{earliest or '..'}/{latest or '..'}"
    if earliest == latest:
        return earliest.isoformat()
    if earliest.day == 1 and earliest.year == latest.year and latest.day == monthrange(latest.year, latest.month)[1]:
        if earliest.month == latest.month:
            return f"{earliest:%Y-%m}"
        if (earliest.month, latest.month) == (1, 12):
            return f"{earliest:%Y}"
    return f"{earliest}/{latest}"


def precision(earliest, latest):
    """Return the Precision of a span of possible days."""
    if earliest is None or latest is None:
        return Precision.UNKNOWN
    length = (latest - earliest).days + 1
    for longest, code in ((1, Precision.DAY), (6, Precision.DAYS_2_6), (7, Precision.WEEK), (31, Precision.MONTH)):
        if length <= longest:
            return code
    return Precision.MORE


class Window(property):
    """Two day columns of a model, read and written as one EDTF text.

    `starts = Window("starts")` uses the columns `starts_earliest_on` and `starts_latest_on`;
    `when = Window()` for `earliest_on` and `latest_on`.
    """

    def __init__(self, prefix=""):
        self.first, self.last = (f"{prefix}_{end}_on".lstrip("_") for end in ("earliest", "latest"))
        super().__init__(self.read, self.write)

    def read(self, record):
        return edtf(getattr(record, self.first), getattr(record, self.last))

    def write(self, record, text):
        earliest, latest = parse(text)
        setattr(record, self.first, earliest)
        setattr(record, self.last, latest)


def earliest_day(what):
    """Return the column for the first possible day of `what`."""
    return models.DateField(null=True, blank=True, help_text=f"The first possible day {what}. Blank: not known.")


def latest_day(what):
    """Return the column for the last possible day of `what`."""
    return models.DateField(null=True, blank=True, help_text=f"The last possible day {what}. Blank: not known.")


def in_order(prefix=""):
    """Return the constraints on a window: its days are in order, and between 1900 and 2199."""
    window = Window(prefix)
    name = f"%(class)s_{prefix}_days".replace("__", "_")
    return [
        models.CheckConstraint(
            condition=Q(**{f"{window.last}__gte": F(window.first)}),
            name=f"{name}_in_order",
            violation_error_message="The latest day cannot come before the earliest day.",
        ),
        models.CheckConstraint(
            condition=Q(**{f"{window.first}__range": (date(1900, 1, 1), date(2199, 12, 31))})
            & Q(**{f"{window.last}__range": (date(1900, 1, 1), date(2199, 12, 31))}),
            name=f"{name}_in_reach",
            violation_error_message="A day must lie between 1900 and 2199. Check the year.",
        ),
    ]
