"""What a row of any layout states, before anything is looked up, and how its cells are read."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.forms import DateField

from ..choices import Attribution, Clarity, Harm, IncidentKind, LocationPrecision, Target, VictimStatus

#: How files write a day: as ISO does, with or without a time, or day before month.
ISO_DAY = DateField(input_formats=["%Y-%m-%d"])
DAY = DateField(input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%B-%Y"])

#: What the history of a row says of a change that an import made.
SOURCE = "import"

#: An id of ours: such a row speaks of that very incident.
OURS = re.compile(r"INC-\d{6,}(?=-d\d+$|$)")


class RowError(Exception):
    """Raised if a row cannot be imported; the sentence names the column, what is wrong, and what to do."""


@dataclass(frozen=True)
class Where:
    """Where something happened, as the row names it, from the country inwards; empty text where it does not say."""

    country: str = ""
    adm1: str = ""
    adm2: str = ""
    adm3: str = ""
    name: str = ""
    pcode: str = ""
    point: tuple[float, float] | None = None
    precision: str = LocationPrecision.UNKNOWN
    as_reported: str = ""
    #: The point is that of the named place itself, and not the middle of an area.
    exact: bool = False


@dataclass(frozen=True)
class Party:
    """A force as the row names it, and its part in the incident."""

    name: str
    role: str
    scheme: str = ""
    code: str = ""
    #: What sort of force it is, if it has to be entered.
    kind: str = ""
    #: The incident can be recorded without it.
    minor: bool = False


@dataclass(frozen=True)
class Figure:
    """How many of whom were harmed. `party` says whose members they were; None: nobody's, or not known."""

    status: str
    harm: str = Harm.KILLED
    low: int | None = None
    best: int | None = None
    high: int | None = None
    party: Party | None = None
    note: str = ""


@dataclass(frozen=True)
class Stated:
    """Everything that a row states of one incident."""

    scheme: str
    code: str
    title: str
    where: Where
    uid: str = ""
    summary: str = ""
    kind: str = IncidentKind.UNKNOWN
    methods: tuple[str, ...] = ()
    target: str = Target.UNKNOWN
    earliest_on: date | None = None
    latest_on: date | None = None
    parties: tuple[Party, ...] = ()
    figures: tuple[Figure, ...] = ()
    killed_low: int | None = None
    killed_high: int | None = None
    attribution: str = Attribution.UNATTRIBUTED
    clarity: str = Clarity.INDIVIDUAL
    said_by: str = ""
    #: What a curator should know of how the row was read.
    remarks: tuple[str, ...] = ()
    #: Why it is none of ours to record; empty if it is.
    outside: str = ""


@dataclass(frozen=True)
class Layout:
    """A layout of files: the columns it cannot do without, the dataset it belongs to, and what a row of it states."""

    name: str
    scheme: str
    outlet: dict
    title: str
    licence: str
    #: The first holds the id.
    columns: list[str]
    states: object = field(repr=False)


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
    """Return a cell as a day, None if it is empty. Where only numbers are given, the day comes before the month."""
    text = row[column]
    if not text:
        return None
    if iso := re.match(r"(\d{4}-\d\d-\d\d)(?:$|[T ])", text):
        text, written = iso[1], ISO_DAY
    else:
        text, written = re.sub(r" +\d{1,2}:\d\d(:\d\d)?(\.\d+)?( ?[AP]M)?$", "", text), DAY
    try:
        return written.to_python(text)
    except ValidationError as error:
        raise RowError(
            f"{column}: “{row[column]}” is not a day. Write it as 2021-12-07 or, day first, as 07/12/2021."
        ) from error


def span(row, first, last):
    """Return the earliest and the latest day that two cells give; the second may be empty."""
    earliest, latest = day(row, first), day(row, last)
    latest = latest or earliest
    if earliest and latest < earliest:
        raise RowError(f"{last}: {latest} comes before {first}, {earliest}.")
    return earliest, latest


def month_of(moment):
    """Return the first and the last day of the month of a day."""
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
    """Return what a cell means by a layout's own codes; those are the keys of `allowed`."""
    text = identifier(row, column)
    if text not in allowed:
        raise RowError(f"{column}: “{text}” is not a code of this layout: {', '.join(allowed)}.")
    return allowed[text]


def short(text, length):
    """Return `text` cut to a length at the end of a word, with a sign that it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 2].rsplit(' ', 1)[0]} …"


def bounded(figure, column):
    """Return a figure whose bounds do not contradict its best number, and what was left out, in a sentence or none."""
    low, best, high = figure.low, figure.best, figure.high
    remark = ""
    if best is not None and low is not None and low > best:
        remark, low = f"{column} gives at least {low}, above its own best number {best}.", None
    if best is not None and high is not None and high < best:
        remark, high = f"{column} gives at most {high}, below its own best number {best}.", None
    if low is not None and high is not None and low > high:
        raise RowError(f"{column}: the lowest number {low} is above the highest {high}.")
    return Figure(figure.status, figure.harm, low, best, high, figure.party, remark), remark


CIVILIAN, UNKNOWN = VictimStatus.CIVILIAN, VictimStatus.UNKNOWN
