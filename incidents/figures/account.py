"""The arithmetic of tolls: how much of a toll its incidents explain, what remains, and what that adds to sums.

For a toll of a_low, a_best, a_high and the lines of the incidents that it covers (contained, likely, possible):

    explained   low = Σ low over contained, best = Σ best over contained and likely, high = Σ high over all three
    residual    low = a_low - explained.high, best = a_best - explained.best, high = a_high - explained.low
    reconciled  each bound the greater of the toll's and of what is explained
    adds        low = a_low - Σ low over all three, best = a_best - explained.best,
                high = a_high - Σ high over contained and likely

No difference goes below 0. `residual` is how many dead no incident explains; `reconciled` is how many the toll and
its incidents count together. `adds` is how much a sum of incidents grows when the toll is adopted. So an incident that
is entered under a toll changes no sum as long as the toll counts it, and no bound falls below that of the incidents.

A line is one casualty estimate of the toll's victims and harm. A null best counts as 0 here and a null high as open: an
incident without a figure explains nothing for sure. A nested toll that is adopted counts in the wider one as one more
contained line, with what it adds. The incidents that it covers are covered by the wider one, too.
"""

from dataclasses import dataclass
from typing import NamedTuple

from ..choices import Coverage, Harm, VictimStatus
from ..tags import HARM, VICTIM_HARM

#: The kinds of harm that a toll of each kind counts, if not only its own.
COUNTED: dict[str, tuple[str, ...]] = {Harm.KILLED_OR_WOUNDED: (Harm.KILLED, Harm.WOUNDED, Harm.KILLED_OR_WOUNDED)}


class Bounds(NamedTuple):
    """A number of people: None means not stated for `low` and `best`, and open for `high`."""

    low: int | None = None
    best: int | None = None
    high: int | None = None

    @classmethod
    def of(cls, stated):
        """Return the bounds in a mapping, such as a document."""
        return cls(stated["low"], stated["best"], stated["high"])


class Line(NamedTuple):
    """What one covered incident, or a nested toll, says about the toll's victims."""

    relation: str
    bounds: Bounds


@dataclass(frozen=True)
class Account:
    """What follows from a toll and the lines that it covers."""

    explained: Bounds
    residual: Bounds
    reconciled: Bounds
    adds: Bounds
    contradiction: bool


def toll_account(toll, lines):
    """Return the Account of a toll's Bounds and its Lines."""
    explained = Bounds(
        _sum(lines, "low", Coverage.CONTAINED),
        _sum(lines, "best", Coverage.CONTAINED, Coverage.LIKELY),
        _sum(lines, "high", Coverage.CONTAINED, Coverage.LIKELY, Coverage.POSSIBLE),
    )
    all_low = _sum(lines, "low", Coverage.CONTAINED, Coverage.LIKELY, Coverage.POSSIBLE)
    sure_high = _sum(lines, "high", Coverage.CONTAINED, Coverage.LIKELY)
    contained = _sum(lines, "best", Coverage.CONTAINED)
    return Account(
        explained,
        residual=Bounds(
            _rest(toll.low or 0, explained.high), _rest(toll.best, explained.best), _rest(toll.high, explained.low)
        ),
        reconciled=Bounds(
            max(toll.low or 0, explained.low),
            explained.best if toll.best is None else max(toll.best, explained.best),
            None if None in (toll.high, explained.high) else max(toll.high, explained.high),
        ),
        adds=Bounds(_rest(toll.low or 0, all_low), _rest(toll.best, explained.best), _rest(toll.high, sure_high)),
        contradiction=contained
        > min((bound for bound in (toll.best, toll.high) if bound is not None), default=contained),
    )


def _sum(lines, bound, *relations):
    """Return the sum of one bound over the lines with some relations; None if a highest number is open."""
    values = [getattr(line.bounds, bound) for line in lines if line.relation in relations]
    if bound == "high" and None in values:
        return None
    return sum(value or 0 for value in values)


def _rest(claimed, explained):
    """Return the rest of a claimed number; None if it is not stated, 0 if what is explained is open."""
    if claimed is None:
        return None
    return 0 if explained is None else max(0, claimed - explained)


def tags_counted(victim, harm):
    """Return the tags of the casualties that a toll of these victims and this harm counts."""
    harms = COUNTED.get(harm, (harm,))
    whom = victim["force"] or victim["status"]
    if whom == VictimStatus.UNKNOWN:
        return {HARM.of(each) for each in harms}
    return {VICTIM_HARM.of(whom, each) for each in harms}


def added(rows):
    """Return the sum of numbers of people, bound by bound, as documents state it; `rows` have low, best and high.

    A bound is null if none of them states it; `high` is null if one of them is open.
    """
    stated = {bound: [value for row in rows if (value := getattr(row, bound)) is not None] for bound in Bounds._fields}
    complete = len(stated["high"]) == len(rows)
    return {
        bound: sum(values) if values and (bound != "high" or complete) else None for bound, values in stated.items()
    }
