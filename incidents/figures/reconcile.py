"""What adopted tolls add to a sum of incidents, so that nobody is counted twice: the residual inside one question.

A toll adds its number less what the incidents and the nested tolls that are counted in the same answer explain of it:

- contained and likely links explain every bound, and a highest number that the toll closes stands for them all, unless
  the best numbers that it holds exceed it;
- a possible link lowers only the lowest number, of one toll;
- a provisional link (the codes propose it, and nobody has decided) explains the lowest and the best number;
- a link that says how many of an incident's people the toll counts explains no more than that.

No incident explains two tolls that are not nested in each other, unless both links say how many, or the tolls count
different people of it: the surest link counts, then that of the toll with the earliest first day, then that with the
lowest uid. Where the answer has groups,
what stands in another group than the toll is taken from it with each bound less the opposite one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ..choices import Coverage
from .bounds import Counted, together

#: The order in which links explain, the surest first: decided ones of these relations, then provisional ones.
SUREST: tuple[str, ...] = (Coverage.CONTAINED, Coverage.LIKELY, Coverage.POSSIBLE)


class TollLink(NamedTuple):
    """How a toll counts an incident; `people`: how many of its people at most; `decided`: by a person."""

    relation: str
    decided: bool = True
    people: int | None = None

    @property
    def explains_all(self) -> bool:
        return self.decided and self.relation in {Coverage.CONTAINED, Coverage.LIKELY}

    @property
    def explains_best(self) -> bool:
        return self.relation != Coverage.POSSIBLE or not self.decided

    @property
    def sureness(self) -> tuple[bool, int, bool]:
        """Return the rank among the links of an incident, the surest first."""
        return (not self.explains_best, SUREST.index(self.relation), not self.decided)

    def joined(self, other: TollLink | None) -> TollLink:
        """Return the surer of two links of an incident, with the larger number of people if both explain as much."""
        if other is None:
            return self
        surer = min(self, other, key=lambda link: link.sureness)
        if self.explains_all != other.explains_all or self.explains_best != other.explains_best:
            return surer
        return surer._replace(
            people=None if self.people is None or other.people is None else max(self.people, other.people)
        )


@dataclass
class AddedToll:
    """An adopted toll that lies wholly in the question: its number, its group, and what it counts.

    `links` are by incident, without excluded and stale ones. `parent` is the toll that it is nested in, if any.
    """

    uid: str
    number: Counted
    group: Hashable
    first_day: date
    parent: str | None = None
    links: dict[str, TollLink] = field(default_factory=dict)


class Share(NamedTuple):
    """What an incident adds to one group of the answer, and how many of these people a toll may count.

    `beside` are those of them whom the toll cannot count, judging by the codes of their victims. `lines` names the
    estimates that it may count; None: nobody knows which.
    """

    whole: Counted
    counted: Counted
    beside: Counted
    lines: frozenset[Hashable] | None = None

    def explained(self, people: int | None) -> tuple[Counted, Counted]:
        """Return how many people of the toll it explains, and who remains outside of the toll."""
        of_toll = self.counted.capped(people)
        rest = self.whole.without(of_toll)
        best = max(0, self.whole.best - of_toll.best)
        # A lowest number that is stated for the whole may be more than those of its lines.
        low = min(max(self.beside.low, rest.low), best, self.whole.low)
        high = rest.high
        if people is None:
            high = (
                self.beside.high if high is None else high if self.beside.high is None else min(self.beside.high, high)
            )
        return Counted(min(of_toll.best, self.whole.low - low), of_toll.best, of_toll.high), Counted(low, best, high)


#: The shares of incidents that a toll may count, by toll, incident and group.
Shares = Mapping[str, Mapping[str, Mapping[Hashable, Share]]]


@dataclass
class Addition:
    """What one toll adds to its group of the answer, and what made it.

    `adds` has the low and best number that it adds; `residual` is how many of its people nothing explains, bound by
    bound. `explained` are (incident, group, link, Counted), `nested` the tolls within it that are counted.
    """

    toll: AddedToll
    adds: Counted = field(default_factory=Counted)
    residual: Counted = field(default_factory=Counted)
    explained: list[tuple[str, Hashable, TollLink, Counted]] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)


@dataclass
class Reconciled:
    """What tolls add to the groups of an answer: additions, and what changes in the highest numbers.

    `high` and `open` are by group: the change of the sum of closed highest numbers, and of how many are open.
    """

    additions: list[Addition]
    high: dict[Hashable, int]
    open: dict[Hashable, int]


def take_in_nested(tolls: Iterable[AddedToll]) -> None:
    """Let each toll count what those nested in it count, at least as surely and as many people of each incident.

    Where it is decided how many people the outer one counts, an undecided link of a nested one explains no more.
    """
    family = {toll.uid: toll for toll in tolls}
    for uid in sorted(family, key=lambda uid: -len(_line(uid, family))):
        around = [family[outer].links for outer in _line(uid, family)[1:]]
        for incident, link in family[uid].links.items():
            limits = [each[incident].people for each in around if incident in each and each[incident].decided]
            if not link.decided and any(limit is not None for limit in limits):
                link = link._replace(people=min(limit for limit in limits if limit is not None))
                family[uid].links[incident] = link
            if around:
                around[0][incident] = link.joined(around[0].get(incident))


def reconcile(tolls: Iterable[AddedToll], shares: Shares) -> Reconciled:
    """Return what tolls add to a sum of incidents; `shares` has what the incidents add that they may count.

    Each toll counts what those nested in it count (see `take_in_nested`).
    """
    family = {toll.uid: toll for toll in tolls}
    links = _one_toll_each(family, shares)
    answer = _Answer(family, links, shares)
    for toll in sorted(family.values(), key=lambda each: (-len(_line(each.uid, family)), each.uid)):
        answer.add(toll)
    return answer.result()


def _line(uid: str, family: Mapping[str, AddedToll]) -> list[str]:
    """Return a toll and all tolls of the answer that it is nested in."""
    line: list[str] = []
    following: str | None = uid
    while following is not None and following in family and following not in line:
        line.append(following)
        following = family[following].parent
    return line


def _one_toll_each(family: Mapping[str, AddedToll], shares: Shares) -> dict[str, dict[str, TollLink]]:
    """Return the links that explain, by toll and incident: each of its people by one toll and those around it."""
    by_incident: dict[str, list[AddedToll]] = defaultdict(list)
    for toll in family.values():
        for incident in toll.links:
            by_incident[incident].append(toll)
    kept: dict[str, dict[str, TollLink]] = defaultdict(dict)
    for incident, counting in by_incident.items():
        counting.sort(key=lambda toll: (toll.links[incident].sureness, toll.first_day, toll.uid))
        chosen: list[AddedToll] = []
        for toll in counting:
            if all(_may_share(toll, other, incident, family, shares) for other in chosen):
                chosen.append(toll)
                kept[toll.uid][incident] = toll.links[incident]
    return kept


def _may_share(
    one: AddedToll, other: AddedToll, incident: str, family: Mapping[str, AddedToll], shares: Shares
) -> bool:
    """Return whether an incident may explain both tolls: they are nested, say how many, or count different people."""
    if other.uid in _line(one.uid, family) or one.uid in _line(other.uid, family):
        return True
    if None not in (one.links[incident].people, other.links[incident].people):
        return True
    lines, others = (_lines(shares.get(toll.uid, {}).get(incident, {})) for toll in (one, other))
    return lines is not None and others is not None and lines.isdisjoint(others)


def _lines(groups: Mapping[Hashable, Share]) -> frozenset[Hashable] | None:
    """Return the estimates of an incident that a toll may count, in all groups; None if nobody knows."""
    found: frozenset[Hashable] = frozenset()
    for share in groups.values():
        if share.lines is None:
            return None
        found |= share.lines
    return found


class _Held(NamedTuple):
    """The people of an incident whom a toll holds, and the others."""

    link: TollLink
    explained: Counted
    rest: Counted


class _Standing(NamedTuple):
    """A highest number of a toll that stands for those of the incidents that it holds, by their uids."""

    high: int | None
    held: Mapping[str, _Held]


class _Answer:
    """The tolls of one answer, added from the innermost to the outermost."""

    def __init__(
        self, family: Mapping[str, AddedToll], links: Mapping[str, Mapping[str, TollLink]], shares: Shares
    ) -> None:
        self.family, self.links, self.shares = family, links, shares
        self.done: dict[str, Addition] = {}
        # The tolls whose highest numbers stand in a group, each with the incidents whose highest numbers it replaces.
        self.standing: dict[Hashable, dict[str, _Standing]] = defaultdict(dict)

    def add(self, toll: AddedToll) -> None:
        """Add a toll; those nested in it are done."""
        found = Addition(toll)
        here, elsewhere, doubtful = [], [], []
        held: dict[str, _Held] = {}
        for incident, link in self.links.get(toll.uid, {}).items():
            for group, share in self.shares.get(toll.uid, {}).get(incident, {}).items():
                explained, rest = share.explained(link.people)
                found.explained.append((incident, group, link, explained))
                unsure = explained._replace(best=explained.best if link.explains_best else 0)
                if link.explains_all and group == toll.group:
                    here.append(explained)
                    held[incident] = _Held(link, explained, rest)
                elif link.explains_all:
                    elsewhere.append(explained)
                elif group == toll.group:
                    doubtful.append(unsure)
                else:
                    elsewhere.append(unsure._replace(low=0))
        for each in self.done.values():
            if toll.uid in _line(each.toll.uid, self.family)[1:]:
                found.nested.append(each.toll.uid)
                adds = each.adds._replace(high=each.residual.high)
                (here if each.toll.group == toll.group else elsewhere).append(adds)
        number = toll.number.without(together(elsewhere))
        sure = together(here)
        explains = together([sure, *doubtful])
        found.adds = Counted(max(0, number.low - explains.low), max(0, number.best - explains.best))
        found.residual = Counted(number.without(explains).low, found.adds.best, number.without(sure).high)
        self.done[toll.uid] = found
        standing = self.standing[toll.group]
        if number.high is None:
            standing[toll.uid] = _Standing(None, {})
        elif sure.best <= number.high:
            for nested in found.nested:
                standing.pop(nested, None)
            standing[toll.uid] = _Standing(number.high, held)

    def result(self) -> Reconciled:
        """Return what was added, in the order of the tolls' uids."""
        before: dict[Hashable, dict[str, int | None]] = defaultdict(dict)
        for toll in self.family:
            for incident, groups in self.shares.get(toll, {}).items():
                for group, share in groups.items():
                    before[group][incident] = share.whole.high
        high: dict[Hashable, int] = {}
        opened: dict[Hashable, int] = {}
        for group in before.keys() | self.standing.keys():
            tolls = self.standing[group].values()
            after = [_high_of(incident, value, tolls) for incident, value in before[group].items()]
            after += [toll.high for toll in tolls]
            high[group] = _closed(after) - _closed(before[group].values())
            opened[group] = after.count(None) - list(before[group].values()).count(None)
        return Reconciled([self.done[uid] for uid in sorted(self.done)], high, opened)


def _high_of(incident: str, high: int | None, tolls: Iterable[_Standing]) -> int | None:
    """Return the highest number of those people of an incident whom none of the standing tolls counts."""
    held = [toll.held[incident] for toll in tolls if incident in toll.held]
    for each in held:
        if each.link.people is None:
            high = each.rest.high
            held = [other for other in held if other is not each]
            break
    return None if high is None else max(0, high - sum(each.explained.low for each in held))


def _closed(numbers: Iterable[int | None]) -> int:
    return sum(number or 0 for number in numbers)
