"""Rows of a file that may be about an incident that is known, and what a person decided on them."""

import csv
from pathlib import Path
from typing import NamedTuple

from records.duplicates import Evidence

from ..duplicates import alike_in_database, spot_of, spots_of
from ..likeness import PeopleHarmed, Traits, precise_point
from ..models import Incident

#: What the report's column says of a row that is none of the known incidents.
NEW = "new"

#: The columns that a file of decisions has; the report has them, too.
DECISION_COLUMNS = ("id", "decision", "reason")


class DecisionError(Exception):
    """Raised if a file of decisions cannot be used. The message says where and why."""


class RowDecision(NamedTuple):
    """What a person decided on a row: NEW or the uid of the incident that it is about, and why."""

    decision: str
    reason: str


class Doubt(NamedTuple):
    """A known incident that a row may be about."""

    incident: Incident
    evidence: Evidence

    def __str__(self):
        return f"{self.incident} ({self.evidence.percent} %: {self.evidence.sentence})"


def read_decisions(path: Path) -> dict[str, RowDecision]:
    """Return the decisions in a file by the ids of the rows; rows without one are left out. Raises DecisionError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if missing := [name for name in DECISION_COLUMNS if name not in (rows.fieldnames or ())]:
                raise DecisionError(f"{path.name} has no column {', '.join(missing)}. Use a report of this command.")
            found = {}
            for row in rows:
                decision, reason = (row["decision"] or "").strip(), (row["reason"] or "").strip()
                if decision.lower() == NEW and not reason:
                    where = f"{path.name}, line {rows.line_num}"
                    raise DecisionError(f"{where}: say in “reason” why the row {row['id']} is a new incident.")
                if decision:
                    found[row["id"].strip()] = RowDecision(NEW if decision.lower() == NEW else decision, reason)
            return found
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DecisionError(f"The decisions in {path} cannot be read: {error}.") from error


class Doubts:
    """Finds the known incidents that rows may be about."""

    def __init__(self):
        #: What is compared of saved places, by their keys: rows name few places often.
        self.spots = {}

    def of(self, plans) -> list[list[Doubt]]:
        """Return for each of some plans for new incidents the known ones that it may be about, the likeliest first."""
        places = {plan.place.pk for plan in plans if plan.place and plan.place.pk}
        self.spots |= spots_of(places - self.spots.keys())
        found = alike_in_database([self.traits(plan) for plan in plans])
        incidents = Incident.objects.in_bulk({key for alike in found for key, _, _ in alike})
        return [[Doubt(incidents[key], evidence) for key, _, evidence in alike] for alike in found]

    def traits(self, plan) -> Traits:
        """Return what is compared of the incident that a plan would enter."""
        values, place = plan.values, plan.place
        point = precise_point(values["latitude"], values["longitude"], values["location_precision"])
        return Traits(
            plan.code,
            values["title"],
            values["summary"],
            values["kind"],
            values["earliest_on"],
            values["latest_on"],
            spots=[(self.spots.get(place.pk) if place.pk else None) or spot_of(place, {})] if place else [],
            place_as_reported=values["place_as_reported"],
            point=point,
            forces=[(party.role, tuple(each.slug for each in force.line())) for party, force in plan.forces.items()],
            people=[
                PeopleHarmed(harm, low, best, high)
                for (_, _, harm, _), (low, best, high, _) in values["figures"].items()
            ],
            schemes={plan.stated.scheme},
        )
