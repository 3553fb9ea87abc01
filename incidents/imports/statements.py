"""What a row of any layout states, before anything is looked up in the database."""

from dataclasses import dataclass, field, replace
from datetime import date, time

from ..choices import Attribution, Clarity, Harm, IncidentKind, LocationPrecision, PartOfDay, Target

#: The source that the edit history gives for changes made by an import.
IMPORT_SOURCE = "import"


class RowError(Exception):
    """Raised if a row cannot be imported. The message names the column, what is wrong, and what to do."""


@dataclass(frozen=True)
class Where:
    """Where something happened, as the row says it, from the country inwards. Empty text: not stated."""

    country: str = ""
    adm1: str = ""
    adm2: str = ""
    adm3: str = ""
    name: str = ""
    pcode: str = ""
    point: tuple[float, float] | None = None
    precision: str = LocationPrecision.UNKNOWN
    as_reported: str = ""
    #: Whether the point is that of the named place itself, and not the middle of an area.
    exact: bool = False


@dataclass(frozen=True)
class NamedForce:
    """A force as the row names it, and its role in the incident."""

    name: str
    role: str
    scheme: str = ""
    code: str = ""
    #: The kind of force, if it has to be created.
    kind: str = ""
    #: Whether the incident can be recorded without it.
    minor: bool = False
    #: The forces of which it consists, where the row names several as one; empty if it is one force.
    members: tuple["NamedForce", ...] = ()


@dataclass(frozen=True)
class NamedConflict:
    """A conflict as the row names it, with the two sides that fought: their names, and the forces on each."""

    name: str
    code: str
    dyad: str
    sides: tuple[tuple[str, tuple[NamedForce, ...]], ...]


@dataclass(frozen=True)
class Figure:
    """How many people were harmed. `party` is the force to which they belonged; None: none, or not known.

    If it consists of several forces, they belonged to one of these.
    """

    status: str
    harm: str = Harm.KILLED
    low: int | None = None
    best: int | None = None
    high: int | None = None
    party: NamedForce | None = None
    note: str = ""


@dataclass(frozen=True)
class Things:
    """How many things of one kind the incident caused."""

    kind: str
    what: str = ""
    low: int | None = None
    high: int | None = None
    unit: str = ""


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
    weapons: tuple[str, ...] = ()
    target: str = Target.UNKNOWN
    earliest_on: date | None = None
    latest_on: date | None = None
    earliest_at: time | None = None
    latest_at: time | None = None
    part_of_day: str = PartOfDay.UNKNOWN
    time_as_reported: str = ""
    violence_type: str = ""
    conflict: NamedConflict | None = None
    #: The ids of its conflict, pair of enemies and sides in the dataset, by what the dataset numbers (DatasetScheme).
    dataset_codes: tuple[tuple[str, str], ...] = ()
    parties: tuple[NamedForce, ...] = ()
    figures: tuple[Figure, ...] = ()
    results: tuple[Things, ...] = ()
    killed_low: int | None = None
    killed_high: int | None = None
    attribution: str = Attribution.UNATTRIBUTED
    clarity: str = Clarity.INDIVIDUAL
    said_by: str = ""
    #: What a curator should know about how the row was read.
    remarks: tuple[str, ...] = ()
    #: Why the row is not for us to record; empty if it is.
    outside: str = ""


@dataclass(frozen=True)
class ImportLayout:
    """A layout of files: its required columns, its dataset, and the function that reads a row."""

    name: str
    scheme: str
    outlet: dict
    title: str
    licence: str
    #: The first holds the id.
    columns: list[str]
    states: object = field(repr=False)


def left_out(stated, figure):
    """Return the bounds that a stated figure has and its bounded one lacks, as (low, high)."""
    return tuple(
        None if bound == kept else bound for bound, kept in ((stated.low, figure.low), (stated.high, figure.high))
    )


def bounded(figure, column):
    """Return a figure whose bounds fit its best number, and a sentence on what was left out (or empty text)."""
    low, best, high = figure.low, figure.best, figure.high
    remark = ""
    if best is not None and low is not None and low > best:
        remark, low = f"{column} gives at least {low}, above its own best number {best}.", None
    if best is not None and high is not None and high < best:
        below = f"{column} gives at most {high}, below its own best number {best}."
        remark, high = " ".join(filter(None, [remark, below])), None
    if low is not None and high is not None and low > high:
        raise RowError(f"{column}: the lowest number {low} is above the highest {high}.")
    return replace(figure, low=low, high=high, note=remark), remark
