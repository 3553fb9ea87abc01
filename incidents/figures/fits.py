"""Which incidents a toll counts, judging by their codes: proposals for curators, who decide.

Five things are compared: days, place, victims, perpetrator and operation. If all of them certainly fit, the incident is
contained. With one doubt it is likely, with more doubts possible. If one of them does not fit, it is excluded. If
nothing is coded about the harm that the toll counts, this is a doubt, and the incident is not proposed.

What is compared are documents, so that readers can check every proposal; a draft is compared as the document that it
would become. Nothing here reads a database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple

from operations.choices import PlaceKind, Standing

from ..choices import CountedAs, Coverage, Harm, InvolvementRole, VictimStatus
from .bounds import COUNTED

#: Kinds of places that may extend over several administrative units: the tree of places does not show what is in them.
ACROSS = {PlaceKind.REGION, PlaceKind.FRONT, PlaceKind.BORDER, PlaceKind.ROAD, PlaceKind.NATURAL}

#: The roles of those who may have caused the harm.
CAUSED = [InvolvementRole.INITIATOR, InvolvementRole.CLAIMED_RESPONSIBILITY, InvolvementRole.ACCUSED]

Document = Mapping[str, Any]


class Fits(IntEnum):
    """How well one property of an incident fits."""

    NO = 0
    MAYBE = 1
    YES = 2


class Fit(NamedTuple):
    """The result for a toll and an incident: the relation, the reason, and whether to propose it."""

    relation: str
    reason: str
    proposed: bool


class Tree:
    """A nested kind of record, by public name: what contains each, and what each contains."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self.parents = parents
        self.parts: dict[str | None, list[str]] = defaultdict(list)
        for name, parent in parents.items():
            self.parts[parent].append(name)

    def line(self, name: str | None) -> list[str]:
        """Return a record and everything above it, the nearest first; an empty list for None."""
        line: list[str] = []
        while name is not None and name not in line:
            line.append(name)
            name = self.parents.get(name)
        return line

    def family(self, names: Iterable[str]) -> set[str]:
        """Return records and everything below them."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.parts[name]
        return found

    def kin(self, names: Iterable[str]) -> set[str]:
        """Return records, everything below them, and everything above them."""
        names = list(names)
        return self.family(names).union(*map(self.line, names))


class PlaceTree(Tree):
    """The tree of places. One that cuts across administrative units may be anywhere in the place that contains it."""

    def __init__(self, parents: Mapping[str, str | None], across: Iterable[str]) -> None:
        super().__init__(parents)
        self.across = {name for name in across if not self.parts[name]}

    def reach(self, name: str) -> str | None:
        """Return the smallest administrative unit that certainly contains a place; None if there is none."""
        return next((above for above in self.line(name) if above not in self.across), None)

    def near(self, names: Iterable[str]) -> set[str]:
        """Return the places that may overlap with these."""
        reached = {self.reach(name) for name in names}
        if None in reached:
            return set(self.parents)
        kin = self.kin(name for name in reached if name)
        return {name for name in self.parents if (reach := self.reach(name)) is None or reach in kin}


@dataclass(frozen=True)
class Trees:
    """The nested records to which tolls and incidents refer."""

    places: PlaceTree
    forces: Tree
    operations: Tree
    force_names: Mapping[str, str]


def related(status: str, other: str) -> bool:
    """Return whether one status of victims is the other, or belongs to it."""
    return other in VictimStatus.line_of(status) or status in VictimStatus.line_of(other)


class Scope:
    """What a toll counts, as a verdict on one incident: both are documents."""

    def __init__(self, toll: Document, trees: Trees) -> None:
        self.toll, self.trees = toll, trees
        self.places = {place["slug"]: place["name"] for place in toll["places"]}
        self.harms = set(COUNTED.get(toll["harm"], (toll["harm"],)))
        if self.harms & {Harm.KILLED, Harm.WOUNDED}:
            self.harms.add(Harm.KILLED_OR_WOUNDED)
        self.force, self.status = toll["victim"]["force"], toll["victim"]["status"]
        self.statuses = {VictimStatus.UNKNOWN} | {each for each in VictimStatus if related(each, self.status)}
        if self.status == VictimStatus.UNKNOWN:
            self.statuses = set(VictimStatus)

    @cached_property
    def inside(self) -> set[str]:
        """The places of the toll and everything in them."""
        return self.trees.places.family(self.places)

    @cached_property
    def near(self) -> set[str]:
        """The places that may overlap with those of the toll."""
        return self.trees.places.near(self.places)

    def fit(self, incident: Document) -> Fit:
        """Return the Fit of an incident."""
        spoken, victims = self._victims_of(incident)
        found = [
            self._days_of(incident["when"]),
            self._place_of(incident),
            victims,
            self._perpetrator_of(incident),
            self._operation_of(incident),
        ]
        if apart := [sentence for fits, sentence in found if fits == Fits.NO]:
            return Fit(Coverage.EXCLUDED, " ".join(apart), False)
        doubts = [sentence for fits, sentence in found if fits == Fits.MAYBE]
        relation = [Coverage.CONTAINED, Coverage.LIKELY, Coverage.POSSIBLE][min(len(doubts), 2)]
        return Fit(
            relation, " ".join(doubts) or "Everything that is coded about it lies within what the toll counts.", spoken
        )

    def counts(self, casualty: Document) -> bool:
        """Return whether the toll may count the people of a casualty, judging by their victims and harm."""
        return (
            casualty["harm"] in self.harms
            and casualty["counted_as"] != CountedAs.NOT_CAUSED
            and self._line(casualty) != Fits.NO
        )

    def _days_of(self, when: Document) -> tuple[Fits, str]:
        first, last = self.toll["when"]["earliest"], self.toll["when"]["latest"]
        earliest, latest = when["earliest"], when["latest"]
        if last and earliest and earliest > last:
            return Fits.NO, f"It happened after {last}, the last day that the toll counts."
        if first and latest and latest < first:
            return Fits.NO, f"It happened before {first}, the first day that the toll counts."
        if not first or not last:
            return Fits.MAYBE, f"The toll does not state its {'last' if first else 'first'} day."
        if not earliest or not latest:
            known = earliest or latest
            return Fits.MAYBE, "Its first or its last possible day is not known." if known else "Its day is not known."
        if first <= earliest and latest <= last:
            return Fits.YES, ""
        return Fits.MAYBE, f"Some of its possible days ({when['edtf']}) lie outside the period."

    def _place_of(self, incident: Document) -> tuple[Fits, str]:
        names = " or ".join(self.places.values())
        places = [*([incident["place"]] if incident["place"] else []), *(o["place"] for o in incident["other_places"])]
        if not self.places:
            return Fits.YES, ""
        if not places:
            return Fits.MAYBE, "Its place is not stated."
        found = [self._place(place["slug"]) for place in places]
        listed = ", ".join(place["name"] for place in places)
        if set(found) == {Fits.YES}:
            return Fits.YES, ""
        if set(found) == {Fits.NO}:
            return Fits.NO, f"{listed} {'lies' if len(places) == 1 else 'lie'} outside {names}."
        return Fits.MAYBE, f"{listed} may lie outside {names}."

    def _place(self, place: str) -> Fits:
        return Fits.YES if place in self.inside else Fits.MAYBE if place in self.near else Fits.NO

    def _victims_of(self, incident: Document) -> tuple[bool, tuple[Fits, str]]:
        """Return whether anything is coded about the harm that the toll counts, and how its victims fit."""
        lines = [
            line
            for line in incident["casualties"]
            if line["harm"] in self.harms and line["high"] != 0 and line["counted_as"] != CountedAs.NOT_CAUSED
        ]
        if not lines:
            return False, (Fits.MAYBE, f"It has no record of anybody {self._harm(self.toll)}.")
        best = max(map(self._line, lines))
        if best == Fits.NO:
            whom = ", ".join(sorted({self._victims(line) for line in lines}))
            return True, (Fits.NO, f"The people {self._harm(self.toll)} were others: {whom}.")
        if best == Fits.MAYBE:
            whom = ", ".join(sorted({f"{self._victims(line)} {self._harm(line)}" for line in lines}))
            return True, (Fits.MAYBE, f"It is not certain that the toll counts its victims ({whom}).")
        return True, (Fits.YES, "")

    @staticmethod
    def _harm(record: Document) -> str:
        return str(dict(Harm.choices)[record["harm"]]).lower()

    def _line(self, line: Document) -> Fits:
        """Return how the victims of one casualty fit. Its harm is one that the toll may count."""
        sure = Fits.YES if line["harm"] in COUNTED.get(self.toll["harm"], (self.toll["harm"],)) else Fits.MAYBE
        force, victim_status = line["victim"]["force"], line["victim"]["status"]
        status = Fits.YES if self.status in VictimStatus.line_of(victim_status) else Fits.MAYBE
        if self.status == VictimStatus.UNKNOWN:
            status = Fits.YES
        if victim_status not in self.statuses:
            status = Fits.NO
        if self.force is None:
            return min(sure, status)
        if force is None:
            return min(Fits.MAYBE, status)
        # The force of the victims says what they were more exactly than a status does.
        return min(sure, self._force(self.force, force))

    def _force(self, wanted: str, force: str) -> Fits:
        """Return how a force fits a wanted one: it is part of it, contains it, or is another one."""
        if wanted in self.trees.forces.line(force):
            return Fits.YES
        return Fits.MAYBE if force in self.trees.forces.line(wanted) else Fits.NO

    def _perpetrator_of(self, incident: Document) -> tuple[Fits, str]:
        wanted = self.toll["perpetrator"]
        if wanted is None:
            return Fits.YES, ""
        named = [
            each for each in incident["forces"] if each["standing"] == Standing.TOOK_PART and each["role"] in CAUSED
        ]
        if not named:
            return Fits.MAYBE, "Nobody is named as responsible."
        names = ", ".join(sorted({force["name"] for force in named}))
        best = max(self._force(wanted["slug"], force["slug"]) for force in named)
        return best, {
            Fits.NO: f"It was done by {names}, but the toll counts what {wanted['name']} did.",
            Fits.MAYBE: f"It is only known to have been done by {names}.",
            Fits.YES: "",
        }[best]

    def _operation_of(self, incident: Document) -> tuple[Fits, str]:
        wanted, phase = self.toll["operation"], self.toll["phase"]
        if wanted is None:
            return Fits.YES, ""
        theirs = incident["operation"]
        if theirs is None:
            return Fits.MAYBE, "It belongs to no operation."
        if phase and incident["phase"]:
            return (Fits.YES, "") if incident["phase"] == phase else (Fits.NO, "It belongs to another phase.")
        if wanted in self.trees.operations.line(theirs) and not phase:
            return Fits.YES, ""
        if theirs in self.trees.operations.kin([wanted]):
            return Fits.MAYBE, "It may belong to another part of the operation."
        return Fits.NO, "It belongs to another operation."

    def _victims(self, line: Document) -> str:
        """Return in words who was harmed."""
        force, status = line["victim"]["force"], line["victim"]["status"]
        whom = self.trees.force_names.get(force, force) if force else str(dict(VictimStatus.choices)[status]).lower()
        return ", ".join(filter(None, [whom, line["victim"]["group"], line["victim"]["occupation"]]))
