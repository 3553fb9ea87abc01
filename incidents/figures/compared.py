"""What proposals compare of drafts, and the incidents among them that a toll may count (see `incidents.figures.fits`).

Everything here reads the working tables, and saves nothing.
"""

from functools import cached_property
from typing import NamedTuple

from django.contrib.postgres.lookups import Overlap
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, F, OuterRef, Q

from operations.choices import Standing
from operations.models import Force, Operation, Place
from records.choices import CLOSED

from ..choices import CountedAs, Coverage
from ..models import POSSIBLE_DAYS, Casualty, Incident, Involvement, Toll
from .fits import ACROSS, CAUSED, PlaceTree, Scope, Tree, Trees


class Proposal(NamedTuple):
    """An incident on which nobody has decided for the toll, and what the codes suggest."""

    incident: Incident
    relation: str
    reason: str


def working_trees():
    """Return the Trees of the working tables."""
    places = Place.objects.filter(kind__in=ACROSS).values_list("slug", flat=True)
    return Trees(
        PlaceTree(dict(Place.objects.values_list("slug", "parent__slug")), places),
        Tree(dict(Force.objects.values_list("slug", "parent__slug"))),
        Tree(dict(Operation.objects.values_list("uid", "parent__uid"))),
        dict(Force.objects.values_list("slug", "name")),
    )


def fit(toll, incident, trees=None):
    """Return the Fit of an incident with a toll."""
    return ScopeOfDraft(toll, trees or working_trees()).fit(incident_compared(incident))


def candidates(toll, trees=None):
    """Return the incidents that the toll may count and has no row for, the earliest first."""
    if not toll.usable or toll.state in CLOSED:
        return Incident.objects.none()
    open_ones = Incident.objects.exclude(state__in=CLOSED).exclude(tolls__toll=toll)
    fitting = open_ones.filter(ScopeOfDraft(toll, trees or working_trees()).fitting())
    return fitting.order_by(F("earliest_on").asc(nulls_last=True), "uid")


def proposals(toll, trees=None, limit=None):
    """Return a Proposal for each of the `candidates`, or for the first of them."""
    trees = trees or working_trees()
    scope = ScopeOfDraft(toll, trees)
    found = with_everything(candidates(toll, trees))[:limit]
    return [Proposal(each, *scope.fit(incident_compared(each))[:2]) for each in found]


def stale(toll, trees=None):
    """Return why rows of the toll's coverage no longer fit, by the keys of the rows. Excluded ones always fit."""
    scope = ScopeOfDraft(toll, trees or working_trees())
    incidents = with_everything(Incident.objects.filter(tolls__toll=toll)).in_bulk()
    reasons = {}
    for row in toll.coverage.exclude(relation=Coverage.EXCLUDED):
        incident = incidents[row.incident_id]
        found = scope.fit(incident_compared(incident))
        if incident.state in CLOSED:
            reasons[row.pk] = f"The incident is {incident.get_state_display().lower()}."
        elif found.relation == Coverage.EXCLUDED:
            reasons[row.pk] = found.reason
    return reasons


def tolls_for(incident, trees=None):
    """Return the tolls that may count an incident and have no row for it, each with its Fit."""
    trees = trees or working_trees()
    tolls = Toll.objects.filter(usable=True).exclude(state__in=CLOSED).exclude(coverage__incident=incident)
    if incident.state in CLOSED:
        return []
    (incident,) = with_everything(Incident.objects.filter(pk=incident.pk))
    if incident.latest_on:
        tolls = tolls.filter(Q(earliest_on=None) | Q(earliest_on__lte=incident.latest_on))
    if incident.earliest_on:
        tolls = tolls.filter(Q(latest_on=None) | Q(latest_on__gte=incident.earliest_on))
    found = [(toll, fit(toll, incident, trees)) for toll in with_scope(tolls)]
    return [(toll, each) for toll, each in found if each.proposed]


def with_everything(incidents):
    """Return incidents with what is compared, in a fixed number of queries."""
    related = incidents.select_related("place", "operation", "phase__operation")
    return related.prefetch_related("other_places__place", "casualties__victim_force", "involvements__force")


def with_scope(tolls):
    """Return tolls with what is compared, in a fixed number of queries."""
    related = tolls.select_related("operation", "phase__operation", "victim_force", "perpetrator")
    return related.prefetch_related("places")


def incident_compared(incident):
    """Return what is compared of the document that an incident would become."""
    return {
        "when": _window(incident),
        "place": incident.place and _link(incident.place),
        "other_places": [{"place": _link(each.place)} for each in incident.other_places.all()],
        "casualties": [
            {"victim": _victim(each) | {"group": each.victim_group, "occupation": each.occupation}}
            | {name: getattr(each, name) for name in ("harm", "high", "counted_as")}
            for each in incident.casualties.all()
        ],
        "forces": [
            _link(each.force) | {"role": each.role, "standing": each.standing} for each in incident.involvements.all()
        ],
        **_within(incident),
    }


def toll_compared(toll):
    """Return what is compared of the document that a toll would become."""
    return {
        "when": _window(toll),
        "places": [_link(place) for place in toll.places.all()],
        "victim": _victim(toll),
        "harm": toll.harm,
        "perpetrator": toll.perpetrator and _link(toll.perpetrator),
        **_within(toll),
    }


def _window(record):
    days = {"earliest": record.earliest_on, "latest": record.latest_on}
    return {name: day and day.isoformat() for name, day in days.items()} | {"edtf": record.when}


def _link(row):
    return {"slug": row.slug, "name": row.name}


def _victim(row):
    return {"force": row.victim_force and row.victim_force.slug, "status": row.victim_status}


def _within(record):
    operation = record.phase.operation if record.phase else record.operation
    return {"operation": operation and operation.uid, "phase": record.phase and record.phase.uid}


class ScopeOfDraft(Scope):
    """What a toll of the working tables counts: also as a condition on the table of incidents."""

    def __init__(self, toll, trees):
        super().__init__(toll_compared(toll), trees)
        self.row = toll

    def fitting(self):
        """Return the condition on incidents that `fit` would propose."""
        return self._days() & self._where() & self._whom() & self._by_whom() & self._during()

    def _days(self):
        return Q(Overlap(POSSIBLE_DAYS, DateRange(self.row.earliest_on, self.row.latest_on, "[]")))

    def _where(self):
        if not self.places:
            return Q()
        known = Q(place__slug__in=self.near) | Q(other_places__place__slug__in=self.near)
        return Q(pk__in=Incident.objects.filter(Q(place=None) | known).values("pk"))

    @cached_property
    def _kin(self):
        return self.trees.forces.kin([self.force])

    def _whom(self):
        whom = Q(victim_status__in=self.statuses)
        if self.force:
            whom = Q(victim_force__slug__in=self._kin) | Q(victim_force=None) & whom
        lines = (
            Casualty.objects.filter(whom, incident=OuterRef("pk"), harm__in=self.harms)
            .exclude(high=0)
            .exclude(counted_as=CountedAs.NOT_CAUSED)
        )
        return Q(Exists(lines))

    def _by_whom(self):
        if self.toll["perpetrator"] is None:
            return Q()
        named = Involvement.objects.filter(incident=OuterRef("pk"), role__in=CAUSED, standing=Standing.TOOK_PART)
        kin = self.trees.forces.kin([self.toll["perpetrator"]["slug"]])
        return Q(Exists(named.filter(force__slug__in=kin))) | ~Q(Exists(named))

    def _during(self):
        operation, phase = self.toll["operation"], self.toll["phase"]
        if operation is None:
            return Q()
        kin = self.trees.operations.kin([operation])
        known = Q(operation__uid__in=kin)
        known |= Q(phase__uid=phase) if phase else Q(phase__operation__uid__in=kin)
        return Q(operation=None, phase=None) | known
