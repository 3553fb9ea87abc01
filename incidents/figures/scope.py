"""Which incidents a toll counts, judging by their codes: proposals for curators, who decide.

Five things are compared: days, place, victims, perpetrator and operation. If all of them certainly fit, the incident is
contained. With one doubt it is likely, with more doubts possible. If one of them does not fit, it is excluded. If
nothing is coded about the harm that the toll counts, this is a doubt, and the incident is not proposed.

Everything here reads the working tables, and saves nothing.
"""

from collections import defaultdict
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from django.contrib.postgres.lookups import Overlap
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, F, OuterRef, Q

from operations.choices import PlaceKind, Standing
from operations.models import Force, Operation, Place
from records.choices import CLOSED

from ..choices import CountedAs, Coverage, Harm, InvolvementRole, VictimStatus
from ..models import POSSIBLE_DAYS, Casualty, Incident, Involvement, Toll
from .account import COUNTED

#: Kinds of places that may extend over several administrative units: the tree of places does not show what is in them.
ACROSS = {PlaceKind.REGION, PlaceKind.FRONT, PlaceKind.BORDER, PlaceKind.ROAD, PlaceKind.NATURAL}

#: The roles of those who may have caused the harm.
CAUSED = [InvolvementRole.INITIATOR, InvolvementRole.CLAIMED_RESPONSIBILITY, InvolvementRole.ACCUSED]


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


class Proposal(NamedTuple):
    """An incident on which nobody has decided for the toll, and what the codes suggest."""

    incident: Incident
    relation: str
    reason: str


class Tree:
    """All rows of a nested table by their keys: what contains each, and what each contains."""

    def __init__(self, model):
        self.parents = dict(model.objects.values_list("pk", "parent"))
        self.parts = defaultdict(list)
        for key, parent in self.parents.items():
            self.parts[parent].append(key)

    def line(self, key):
        """Return a row and everything above it, the nearest first; an empty list for None."""
        line = []
        while key is not None and key not in line:
            line.append(key)
            key = self.parents.get(key)
        return line

    def family(self, keys):
        """Return rows and everything below them."""
        found, waiting = set(), list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += self.parts[key]
        return found

    def kin(self, keys):
        """Return rows, everything below them, and everything above them."""
        return self.family(keys).union(*map(self.line, keys))


class PlaceTree(Tree):
    """The tree of places. One that cuts across administrative units may be anywhere in the place that contains it."""

    def __init__(self):
        super().__init__(Place)
        across = Place.objects.filter(kind__in=ACROSS).values_list("pk", flat=True)
        self.across = {key for key in across if not self.parts[key]}

    def reach(self, key):
        """Return the smallest administrative unit that certainly contains a place; None if there is none."""
        return next((above for above in self.line(key) if above not in self.across), None)

    def near(self, keys):
        """Return the places that may overlap with these."""
        reached = {self.reach(key) for key in keys}
        if None in reached:
            return set(self.parents)
        kin = self.kin(reached)
        return {key for key in self.parents if (reach := self.reach(key)) is None or reach in kin}


class Trees:
    """The nested tables to which tolls and incidents refer, each read once, when it is first needed."""

    @cached_property
    def places(self):
        return PlaceTree()

    @cached_property
    def forces(self):
        return Tree(Force)

    @cached_property
    def operations(self):
        return Tree(Operation)


def fit(toll, incident, trees=None):
    """Return the Fit of an incident with a toll."""
    return Scope(toll, trees or Trees()).fit(incident)


def candidates(toll, trees=None):
    """Return the incidents that the toll may count and has no row for, the earliest first."""
    if not toll.usable or toll.state in CLOSED:
        return Incident.objects.none()
    open_ones = Incident.objects.exclude(state__in=CLOSED).exclude(tolls__toll=toll)
    fitting = open_ones.filter(Scope(toll, trees or Trees()).fitting())
    return fitting.order_by(F("earliest_on").asc(nulls_last=True), "uid")


def proposals(toll, trees=None, limit=None):
    """Return a Proposal for each of the `candidates`, or for the first of them."""
    trees = trees or Trees()
    scope = Scope(toll, trees)
    return [Proposal(each, *scope.fit(each)[:2]) for each in with_everything(candidates(toll, trees))[:limit]]


def stale(toll, trees=None):
    """Return why rows of the toll's coverage no longer fit, by the keys of the rows. Excluded ones always fit."""
    scope = Scope(toll, trees or Trees())
    incidents = with_everything(Incident.objects.filter(tolls__toll=toll)).in_bulk()
    reasons = {}
    for row in toll.coverage.exclude(relation=Coverage.EXCLUDED):
        incident = incidents[row.incident_id]
        found = scope.fit(incident)
        if incident.state in CLOSED:
            reasons[row.pk] = f"The incident is {incident.get_state_display().lower()}."
        elif found.relation == Coverage.EXCLUDED:
            reasons[row.pk] = found.reason
    return reasons


def tolls_for(incident, trees=None):
    """Return the tolls that may count an incident and have no row for it, each with its Fit."""
    trees = trees or Trees()
    tolls = Toll.objects.filter(usable=True).exclude(state__in=CLOSED).exclude(coverage__incident=incident)
    if incident.state in CLOSED:
        return []
    (incident,) = with_everything(Incident.objects.filter(pk=incident.pk))
    if incident.latest_on:
        tolls = tolls.filter(Q(earliest_on=None) | Q(earliest_on__lte=incident.latest_on))
    if incident.earliest_on:
        tolls = tolls.filter(Q(latest_on=None) | Q(latest_on__gte=incident.earliest_on))
    found = [(toll, fit(toll, incident, trees)) for toll in tolls.prefetch_related("places")]
    return [(toll, each) for toll, each in found if each.proposed]


def with_everything(incidents):
    """Return incidents with what a Scope compares, in a fixed number of queries."""
    related = incidents.select_related("place", "phase")
    return related.prefetch_related("casualties__victim_force", "involvements__force")


def _related(status, other):
    """Return whether one status of victims is the other, or belongs to it."""
    return other in VictimStatus(status).line() or status in VictimStatus(other).line()


class Scope:
    """What a toll counts, as a condition on the table of incidents and as a verdict on one incident."""

    def __init__(self, toll, trees):
        self.toll, self.trees = toll, trees
        self.places = list(toll.places.all())
        self.harms = set(COUNTED.get(toll.harm, (toll.harm,)))
        if self.harms & {Harm.KILLED, Harm.WOUNDED}:
            self.harms.add(Harm.KILLED_OR_WOUNDED)
        self.statuses = {VictimStatus.UNKNOWN} | {each for each in VictimStatus if _related(each, toll.victim_status)}
        if toll.victim_status == VictimStatus.UNKNOWN:
            self.statuses = set(VictimStatus)

    @cached_property
    def inside(self):
        return self.trees.places.family(place.pk for place in self.places)

    @cached_property
    def near(self):
        return self.trees.places.near([place.pk for place in self.places])

    @cached_property
    def operation(self):
        """The key of the operation that the toll belongs to."""
        return self.toll.phase.operation_id if self.toll.phase_id else self.toll.operation_id

    def fitting(self):
        """Return the condition on incidents that `fit` would propose."""
        return self._days() & self._where() & self._whom() & self._by_whom() & self._during()

    def fit(self, incident):
        """Return the Fit of an incident."""
        spoken, victims = self._victims_of(incident)
        found = [
            self._days_of(incident),
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

    # Days

    def _days(self):
        return Q(Overlap(POSSIBLE_DAYS, DateRange(self.toll.earliest_on, self.toll.latest_on, "[]")))

    def _days_of(self, incident):
        first, last = self.toll.earliest_on, self.toll.latest_on
        if last and incident.earliest_on and incident.earliest_on > last:
            return Fits.NO, f"It happened after {last}, the last day that the toll counts."
        if first and incident.latest_on and incident.latest_on < first:
            return Fits.NO, f"It happened before {first}, the first day that the toll counts."
        if None in (first, last):
            return Fits.MAYBE, f"The toll does not state its {'last' if first else 'first'} day."
        if None in (incident.earliest_on, incident.latest_on):
            return (
                Fits.MAYBE,
                "Its first or its last possible day is not known." if incident.when else "Its day is not known.",
            )
        if first <= incident.earliest_on and incident.latest_on <= last:
            return Fits.YES, ""
        return Fits.MAYBE, f"Some of its possible days ({incident.when}) lie outside the period."

    # Place

    def _where(self):
        return Q(place=None) | Q(place__in=self.near) if self.places else Q()

    def _place_of(self, incident):
        names = " or ".join(place.name for place in self.places)
        if not self.places:
            return Fits.YES, ""
        if incident.place is None:
            return Fits.MAYBE, "Its place is not stated."
        if incident.place_id in self.inside:
            return Fits.YES, ""
        if incident.place_id in self.near:
            return Fits.MAYBE, f"{incident.place.name} may lie outside {names}."
        return Fits.NO, f"{incident.place.name} lies outside {names}."

    # Victims

    def _whom(self):
        whom = Q(victim_status__in=self.statuses)
        if self.toll.victim_force_id:
            kin = self.trees.forces.kin([self.toll.victim_force_id])
            whom = Q(victim_force__in=kin) | Q(victim_force=None) & whom
        lines = (
            Casualty.objects.filter(whom, incident=OuterRef("pk"), harm__in=self.harms)
            .exclude(high=0)
            .exclude(counted_as=CountedAs.NOT_CAUSED)
        )
        return Q(Exists(lines))

    def _victims_of(self, incident):
        """Return whether anything is coded about the harm that the toll counts, and how its victims fit."""
        lines = [
            line
            for line in incident.casualties.all()
            if line.harm in self.harms and line.high != 0 and line.counted_as != CountedAs.NOT_CAUSED
        ]
        if not lines:
            return False, (Fits.MAYBE, f"It has no record of anybody {self._harm()}.")
        best = max(map(self._line, lines))
        if best == Fits.NO:
            whom = ", ".join(sorted({line.victims for line in lines}))
            return True, (Fits.NO, f"The people {self._harm()} were others: {whom}.")
        if best == Fits.MAYBE:
            whom = ", ".join(sorted({f"{line.victims} {line.get_harm_display().lower()}" for line in lines}))
            return True, (
                Fits.MAYBE,
                f"It is not certain that the toll counts its victims ({whom}).",
            )
        return True, (Fits.YES, "")

    def _harm(self):
        return self.toll.get_harm_display().lower()

    def _line(self, line):
        """Return how the victims of one casualty fit. Its harm is one that the toll may count."""
        sure = Fits.YES if line.harm in COUNTED.get(self.toll.harm, (self.toll.harm,)) else Fits.MAYBE
        status = Fits.YES if self.toll.victim_status in VictimStatus(line.victim_status).line() else Fits.MAYBE
        if self.toll.victim_status == VictimStatus.UNKNOWN:
            status = Fits.YES
        if line.victim_status not in self.statuses:
            status = Fits.NO
        if self.toll.victim_force_id is None:
            return min(sure, status)
        if line.victim_force_id is None:
            return min(Fits.MAYBE, status)
        return min(sure, self._force(self.toll.victim_force_id, line.victim_force_id))

    def _force(self, wanted, key):
        """Return how a force fits a wanted one: it is part of it, contains it, or is another one."""
        if wanted in self.trees.forces.line(key):
            return Fits.YES
        return Fits.MAYBE if key in self.trees.forces.line(wanted) else Fits.NO

    # Perpetrator

    def _by_whom(self):
        if self.toll.perpetrator_id is None:
            return Q()
        named = Involvement.objects.filter(incident=OuterRef("pk"), role__in=CAUSED, standing=Standing.TOOK_PART)
        kin = self.trees.forces.kin([self.toll.perpetrator_id])
        return Q(Exists(named.filter(force__in=kin))) | ~Q(Exists(named))

    def _perpetrator_of(self, incident):
        wanted = self.toll.perpetrator_id
        if wanted is None:
            return Fits.YES, ""
        rows = [each for each in incident.involvements.all() if each.standing == Standing.TOOK_PART]
        named = [each.force for each in rows if each.role in CAUSED]
        if not named:
            return Fits.MAYBE, "Nobody is named as responsible."
        names = ", ".join(sorted({force.name for force in named}))
        best = max(self._force(wanted, force.pk) for force in named)
        return best, {
            Fits.NO: f"It was done by {names}, but the toll counts what {self.toll.perpetrator.name} did.",
            Fits.MAYBE: f"It is only known to have been done by {names}.",
            Fits.YES: "",
        }[best]

    # Operation

    def _during(self):
        if self.operation is None:
            return Q()
        kin = self.trees.operations.kin([self.operation])
        known = Q(operation__in=kin)
        known |= Q(phase=self.toll.phase_id) if self.toll.phase_id else Q(phase__operation__in=kin)
        return Q(operation=None, phase=None) | known

    def _operation_of(self, incident):
        if self.operation is None:
            return Fits.YES, ""
        theirs = incident.phase.operation_id if incident.phase_id else incident.operation_id
        if theirs is None:
            return Fits.MAYBE, "It belongs to no operation."
        if self.toll.phase_id and incident.phase_id:
            if incident.phase_id == self.toll.phase_id:
                return Fits.YES, ""
            return Fits.NO, "It belongs to another phase."
        if self.operation in self.trees.operations.line(theirs) and not self.toll.phase_id:
            return Fits.YES, ""
        if theirs in self.trees.operations.kin([self.operation]):
            return Fits.MAYBE, "It may belong to another part of the operation."
        return Fits.NO, "It belongs to another operation."
