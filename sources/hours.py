"""Uncertain clock times: written as `21:40` or `21:00/22:30`, stored as the earliest and the latest possible time.

A span whose latest time comes before its earliest one passes midnight: `22:00/04:00`. Empty text means not known.
"""

import re
from datetime import time

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from .days import Window


def read_clock(text: str) -> tuple[time | None, time | None]:
    """Return `(earliest, latest)` for a clock time or a span of them; raise ValidationError if it is neither."""
    text = text.strip()
    if not text:
        return None, None
    first, slash, last = text.partition("/")
    try:
        earliest, latest = (_time(each) for each in (first, last if slash else first))
    except ValueError as error:
        raise ValidationError(
            f"“{text}” is not a clock time. Write hours and minutes from 00:00 to 23:59, such as 21:40, or the earliest"
            " and the latest possible time, such as 21:00/22:30."
        ) from error
    return earliest, latest


def _time(text):
    """Return a clock time; raise ValueError if it is none. Seconds and zones are no part of it."""
    if not re.fullmatch(r"\d\d:\d\d", text):
        raise ValueError(text)
    return time.fromisoformat(text)


def clock(earliest: time | None, latest: time | None) -> str:
    """Return the text for a span of possible clock times; empty if nothing is known."""
    if earliest is None or latest is None:
        return ""
    return f"{earliest:%H:%M}" if earliest == latest else f"{earliest:%H:%M}/{latest:%H:%M}"


class ClockWindow(Window):
    """The columns `earliest_at` and `latest_at` of a model, read and written as one text."""

    first, last = "earliest_at", "latest_at"

    def __init__(self):
        property.__init__(self, self.read, self.write)

    def read(self, record):
        return clock(getattr(record, self.first), getattr(record, self.last))

    def write(self, record, text):
        earliest, latest = read_clock(text)
        setattr(record, self.first, earliest)
        setattr(record, self.last, latest)


def clock_column(which):
    """Return the column for the first or the last possible clock time."""
    return models.TimeField(
        null=True,
        blank=True,
        help_text=f"The {which} possible clock time, local. The same in both: that very time. Blank: not stated.",
    )


def whole_clock():
    """Return the constraint that both clock times are known, or neither."""
    return models.CheckConstraint(
        condition=Q(earliest_at=None, latest_at=None) | Q(earliest_at__isnull=False, latest_at__isnull=False),
        name="%(class)s_clock_has_both_ends",
        violation_error_message="Give the earliest and the latest possible time; if they are the same, one is enough.",
    )
