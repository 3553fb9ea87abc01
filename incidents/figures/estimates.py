"""From the figures of sources to our estimate: the published procedure, with a reason for each figure.

The rule of the vocabulary Basis, in CODEBOOK.md, says it in words. Nothing here reads the database: figures go in, and
a Suggestion comes out, whatever their order. What those words leave open is decided here:

- Articles of one source and one day that fit together are intersected; if they exclude each other, the source
  contradicts itself.
- “At most five” is a ceiling. It is the best number only if no free source states another one.
- An article that replaces another one of its source replaces all that the other one, or a copy of it, says. A person
  may also say that a figure replaces one of another source.
- A figure that gives way still counts for the highest number, and where it excludes others, for `contested`.

The procedure is Hamrin's own. It follows the practice of UCDP (low, best, high; never a figure from the enemy alone)
and of casualty recorders (syndicated copies count once).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any, NamedTuple

from operations.choices import Qualifier
from sources.choices import Reliability

from ..choices import Basis, NameList

#: The lowest number that words without a number allow.
VAGUE: dict[str, int] = {Qualifier.SEVERAL: 3, Qualifier.DOZENS: 24, Qualifier.HUNDREDS: 200}

#: Until how many days after the last day of an incident a figure is early.
EARLY = timedelta(days=2)


class Interest(Enum):
    """What a force that gives a figure is to the victims: the end of a sentence that says so, empty if nothing."""

    NONE = ""
    OWN = ", a side, of its own losses: that proves no highest number"
    ENEMY = ", a side, of its enemy’s losses: that proves no lowest and no best number"
    PERPETRATOR = ", which is said to have harmed these civilians: its number is only a floor"
    #: It took part, or stood on both sides: its figure proves nothing.
    UNCLEAR = "It took part, and nothing says on which side it was against the victims: its figure proves nothing."


@dataclass(frozen=True)
class SourceFigure:
    """What one passage says of a number of people, and what the procedure needs to know of it.

    `source` is whoever counted, and `article` the report in which it was first, copies aside. `day` is None if nothing
    dates it. `replaces` is the key of the figure that it replaces. `set_aside` says why it does not count; empty if it
    may. `claim` is whatever it was read from.
    """

    key: str
    source: Hashable
    article: Hashable
    low: int | None
    high: int | None
    qualifier: str = Qualifier.RANGE
    name_list: str = NameList.NONE
    name: str = ""
    grade: str = Reliability.F
    day: date | None = None
    interest: Interest = Interest.NONE
    replaces: str | None = None
    set_aside: str = ""
    claim: Any = None

    @property
    def interval(self) -> tuple[int | None, int | None]:
        """The lowest and the highest number that the words allow; None is open."""
        low, high = self.low, None if self.name_list == NameList.INCOMPLETE else self.high
        vague = VAGUE.get(self.qualifier)
        if low is None and vague is not None and (high is None or vague <= high):
            low = vague
        return low, high

    @property
    def cannot_count(self) -> str:
        """Why it does not count, whatever else is said; empty if it may."""
        return self.set_aside or ("" if any(bound is not None for bound in self.interval) else "It gives no number.")


class Verdict(NamedTuple):
    """Whether the figure of a claim counts, and why, in a sentence."""

    claim: Any
    counts: bool
    sentence: str


@dataclass
class Suggestion:
    """What the figures suggest. A number that they do not give is None.

    `at_least`: the best number is a floor. `contested`: sources exclude each other, or one contradicts itself.
    `self_contradicting` names those that do.
    """

    low: int | None = None
    best: int | None = None
    high: int | None = None
    basis: str = ""
    at_least: bool = False
    contested: bool = False
    self_contradicting: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def figures(self) -> tuple[int | None, int | None, int | None]:
        return self.low, self.best, self.high


@dataclass(eq=False)
class Source:
    """What one source says: its newest figures as one interval, beside its older ones."""

    newest: list[SourceFigure]
    older: list[SourceFigure]
    gives_way: str = ""

    def __post_init__(self):
        intervals = [figure.interval for figure in self.newest]
        lows = [low for low, _ in intervals if low is not None]
        highs = [high for _, high in intervals if high is not None]
        self.low, self.high = max(lows, default=None), min(highs, default=None)
        self.contradicts_itself = bool(lows and highs) and max(lows) > min(highs)
        if self.contradicts_itself:
            self.low, self.high = min(lows), max(highs) if len(highs) == len(intervals) else None
        self.name, self.interest, self.day = (getattr(self.newest[0], each) for each in ("name", "interest", "day"))
        self.grade = min(list(Reliability).index(Reliability(figure.grade)) for figure in self.newest)
        self.lists_names = self.closed and any(figure.name_list == NameList.COMPLETE for figure in self.newest)
        self.floors = [low for low, high in intervals if low is not None and high is None]

    @property
    def closed(self) -> bool:
        return None not in (self.low, self.high)

    @property
    def number(self) -> int | None:
        """The number that it states: its figure, the middle of a range, rounded down, or else its floor."""
        return (self.low + self.high) // 2 if self.closed else self.low

    @property
    def free(self) -> bool:
        return self.interest in {Interest.NONE, Interest.OWN}

    @property
    def proves_nothing(self) -> str:
        """Why it proves nothing by its figures; empty if it may prove something."""
        if self.interest == Interest.UNCLEAR:
            return self.interest.value
        if self.interest == Interest.PERPETRATOR and not self.low:
            return "Who is said to have harmed civilians proves nothing by a denial."
        return ""

    @property
    def updated(self) -> bool:
        return bool(self.older) or any(figure.replaces for figure in self.newest)

    def rivals(self, other: "Source") -> bool:
        """Return whether it is more reliable than the other one, equally reliable, or one grade lower."""
        return self.grade <= other.grade + 1

    def excludes(self, other: "Source") -> bool:
        """Return whether every number that it allows is below those that the other one allows."""
        return self.high is not None and other.low is not None and self.high < other.low

    def verdicts(self) -> list[Verdict]:
        """Return why each of its figures counts or does not."""
        found = []
        for figure in self.older:
            what = "a newer figure" if figure.day else "a figure of a known day"
            found.append(Verdict(figure, False, f"The same source ({self.name}) gives {what}."))
        for figure in self.newest:
            sentence = self.proves_nothing or f"Counts for {figure.name}{self.interest.value}{self.gives_way}."
            if self.contradicts_itself:
                sentence = f"{figure.name} contradicts itself: its figures of one day or article exclude each other."
            found.append(Verdict(figure, not self.proves_nothing, sentence))
        return found


def estimate_of(figures: Iterable[SourceFigure], last_day: date | None) -> Suggestion:
    """Return the Suggestion that follows from the figures about one victim group and one harm.

    `last_day` is the last day on which it may have happened; None if that is not known.
    """
    figures = sorted(figures, key=lambda figure: figure.key)
    replaced, verdicts, counted = _replaced(figures), [], defaultdict(list)
    for figure in figures:
        if why := figure.cannot_count or replaced.get(figure.key):
            verdicts.append(Verdict(figure, False, why))
        else:
            counted[figure.source].append(figure)
    sources = [_source(each) for each in counted.values()]
    suggestion = Suggestion(
        self_contradicting=sorted(source.name for source in sources if source.contradicts_itself),
        contested=any(one.excludes(other) or one.contradicts_itself for one in sources for other in sources),
    )
    proving = [source for source in sources if not source.proves_nothing]
    early = _best(proving, last_day, suggestion)
    _bounds(proving, early, suggestion)
    verdicts += [verdict for source in sources for verdict in source.verdicts()]
    verdicts.sort(key=lambda verdict: verdict.claim.key)
    suggestion.verdicts = [verdict._replace(claim=verdict.claim.claim) for verdict in verdicts]
    return suggestion


def _replaced(figures):
    """Return why figures do not count that others replace, directly or through others, by their keys."""
    by_key = {figure.key: figure for figure in figures}
    newer = {}
    for figure in figures:
        older = by_key.get(figure.replaces)
        while not figure.cannot_count and older and older is not figure and older.key not in newer:
            newer[older.key] = figure
            older = by_key.get(older.replaces)
    gone = {}
    for key, by in newer.items():
        old = by_key[key]
        if by.source == old.source and by.article != old.article:
            gone[old.source, old.article] = by
        elif (by.source, by.article, by.interval) != (old.source, old.article, old.interval):
            gone[old.source, old.article, old.interval] = by
    return {
        figure.key: f"Replaced by {by.key}."
        for figure in figures
        if (by := gone.get(here := (figure.source, figure.article)) or gone.get((*here, figure.interval)))
    }


def _source(figures):
    """Return what one source says."""
    newest = max((figure.day for figure in figures if figure.day), default=None)
    return Source(
        [figure for figure in figures if figure.day == newest], [figure for figure in figures if figure.day != newest]
    )


def _best(sources, last_day, suggestion):
    """Set the best number and its basis, and return the early figures that give way."""
    free = [source for source in sources if source.free]
    speaking = [source for source in free if not source.contradicts_itself]
    stated = [source for source in speaking if source.low is not None]
    early = _early(stated, last_day)
    left = [source for source in stated if source not in early]
    for source in _outdone_floors(left):
        left.remove(source)
    if any(source.closed for source in left):
        suggestion.best, suggestion.basis, chosen = _chosen(left, early)
        suggestion.at_least = not any(source.closed for source in chosen)
    elif left:
        _set_bound(suggestion, max, [source.low for source in left], left, early)
        suggestion.at_least = True
    elif speaking:
        _set_bound(suggestion, min, [source.high for source in speaking], speaking, early)
    elif not free and (floors := [source for source in sources if source.interest == Interest.PERPETRATOR]):
        _set_bound(suggestion, max, [source.low for source in floors], floors, early)
        suggestion.at_least = True
    return early


def _early(sources, last_day):
    """Return the sources whose figure is early and gives way to a later one."""
    early = []
    for source in sources:
        if source.day and last_day and last_day <= source.day <= last_day + EARLY:
            later = [each for each in sources if each.day and each.day > source.day and each.rivals(source)]
            if later:
                source.gives_way = f"; being early, it gives way to {later[0].name}"
                early.append(source)
    return early


def _outdone_floors(sources):
    """Return the sources whose floor gives way to a number with a ceiling."""
    outdone = []
    for source in sources:
        if not source.closed:
            above = [each for each in sources if each.closed and each.number >= source.low and each.rivals(source)]
            if above:
                source.gives_way = f"; being a floor, it gives way to {above[0].name}"
                outdone.append(source)
    return outdone


def _chosen(left, early):
    """Return the best number, its basis, and the sources that state it."""
    among = [source for source in left if source.lists_names] or left
    if len({source.number for source in among}) == 1:
        basis = Basis.NAMED_LIST if len(among) < len(left) else _basis_of_one(left, early)
        return among[0].number, basis, among
    times = Counter(source.number for source in among)
    ladder = {
        Basis.MAJORITY: lambda source: -times[source.number],
        Basis.MOST_RELIABLE: lambda source: source.grade,
        Basis.LATEST_UPDATE: lambda source: -(source.day or date.min).toordinal(),
        Basis.UNDECIDED: lambda source: source.number,
    }
    steps = iter(ladder.items())
    while len({source.number for source in among}) > 1:
        basis, rank = next(steps)
        first = min(map(rank, among))
        among = [source for source in among if rank(source) == first]
    return among[0].number, basis, among


def _basis_of_one(sources, early):
    """Return the basis of the only number that these sources state; `early` ones gave way to them."""
    everybody = [*sources, *early]
    if len(everybody) > 1 and len({source.number for source in everybody}) == 1:
        return Basis.SOURCES_AGREE
    if early or (len(sources) == 1 and sources[0].updated):
        return Basis.LATEST_UPDATE
    return Basis.SINGLE_CLAIM if len(sources) == 1 else Basis.SOURCES_AGREE


def _set_bound(suggestion, choose, bounds, sources, early):
    """Set the best number to the highest floor or the lowest ceiling, as there is nothing else."""
    suggestion.best = choose(bounds)
    suggestion.basis = Basis.ONLY_BOUNDS if len(set(bounds)) > 1 else _basis_of_one(sources, early)


def _bounds(sources, early, suggestion):
    """Set the lowest and the highest number."""
    best = suggestion.best
    lows = [
        each.low for each in sources if each.low is not None and each.interest != Interest.ENEMY and each not in early
    ]
    if lows:
        suggestion.low = min(lows) if best is None else min(best, *lows)
    highs = [
        each.high for each in sources if each.high is not None and each.interest in {Interest.NONE, Interest.ENEMY}
    ]
    floors = [floor for each in sources for floor in each.floors]
    floors += [
        each.low for each in sources if each.low is not None and each.interest in {Interest.OWN, Interest.PERPETRATOR}
    ]
    if highs and max(highs) >= max([best or 0, *floors]):
        suggestion.high = max(highs)
