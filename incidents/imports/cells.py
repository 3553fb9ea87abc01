"""How the cells of a row are read. Every function raises RowError where a cell cannot be read."""

import re
from calendar import monthrange

from django.core.exceptions import ValidationError
from django.forms import DateField

from .statements import RowError

#: How files write a day: as ISO does, with or without a time, or day before month.
ISO_DAY = DateField(input_formats=["%Y-%m-%d"])
DAY_MONTH = DateField(
    input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%B-%Y"]
)

#: A uid of ours: a row that has one is about that very incident.
OUR_UID = re.compile(r"INC-\d{6,}(?=-d\d+$|$)")


def needed(row, column):
    """Return a cell that must not be empty."""
    if not (text := row[column]):
        raise RowError(f"{column}: this cell is needed.")
    return text


def whole(row, column):
    """Return a cell as a whole number, None if it is empty; 645.0 is 645."""
    text = row[column]
    if not text:
        return None
    if not (found := re.fullmatch(r"(\d{1,9})(?:\.0*)?", text)):
        raise RowError(f"{column}: “{text}” is not a number of people or things, such as 12.")
    return int(found[1])


def identifier(row, column):
    """Return a cell as an id; 645.0 is 645."""
    return re.sub(r"^(\d+)\.0*$", r"\1", needed(row, column))


def day(row, column):
    """Return a cell as a day, None if it is empty. In dates of numbers only, the day comes before the month."""
    text = row[column]
    if not text:
        return None
    if iso := re.match(r"(\d{4}-\d\d-\d\d)(?:$|[T ])", text):
        text, written = iso[1], ISO_DAY
    else:
        text, written = re.sub(r" +\d{1,2}:\d\d(:\d\d)?(\.\d+)?( ?[AP]M)?$", "", text), DAY_MONTH
    try:
        return written.to_python(text)
    except ValidationError as error:
        raise RowError(
            f"{column}: “{row[column]}” is not a day. Write it as 2021-12-07 or, day first, as 07/12/2021."
        ) from error


def days_between(row, first, last):
    """Return the earliest and the latest day from two cells. The second may be empty."""
    earliest, latest = day(row, first), day(row, last)
    latest = latest or earliest
    if earliest and latest < earliest:
        raise RowError(f"{last}: {latest} comes before {first}, {earliest}.")
    return earliest, latest


def month_of(moment):
    """Return the first and the last day of the month in which a day lies."""
    return moment.replace(day=1), moment.replace(day=monthrange(moment.year, moment.month)[1])


def point(row, latitude, longitude):
    """Return latitude and longitude as degrees, or None if both cells are empty."""
    values = [_degrees(row, latitude, 90), _degrees(row, longitude, 180)]
    if values.count(None) == 1:
        raise RowError(f"{latitude}, {longitude}: give both, or neither.")
    return None if None in values else tuple(values)


def _degrees(row, column, most):
    text = row[column]
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d*)?", text):
        raise RowError(f"{column}: “{text}” is not a number of degrees, such as 35.67.")
    degrees = float(text.replace(",", "."))
    if abs(degrees) > most:
        raise RowError(f"{column}: {text} is not on Earth: it must lie between -{most} and {most}.")
    return degrees


def code(row, column, allowed):
    """Return the meaning of a cell that holds one of the layout's codes, the keys of `allowed`."""
    text = identifier(row, column)
    if text not in allowed:
        raise RowError(f"{column}: “{text}” is not a code of this layout. Its codes are: {', '.join(allowed)}.")
    return allowed[text]


def short(text, length):
    """Return `text` cut to a length at the end of a word, with … if it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 2].rsplit(' ', 1)[0]} …"
