"""Incidents, casualties and tolls for readers."""

from reading.formats import Columnar, Located
from reading.viewsets import RecordViewSet

from .choices import LocationPrecision
from .documents import CASUALTY, INCIDENT, TOLL
from .filters import CasualtyFilter, IncidentFilter, TollFilter
from .layout_formats import Acled, AcledNotes, Ucdp, UcdpNotes


class Happenings(Located):
    """Incidents and their casualties as GeoJSON."""

    radii = LocationPrecision.radii()


class IncidentViewSet(RecordViewSet):
    """Attacks, clashes and other acts, each at one place and time, with the estimates and claims of who was harmed."""

    kind = INCIDENT
    filterset_class = IncidentFilter
    renderer_classes = [*RecordViewSet.renderer_classes, Happenings, Columnar, Ucdp, UcdpNotes, Acled, AcledNotes]
    orders = ["-date", "killed", "published", "uid"]


class CasualtyViewSet(RecordViewSet):
    """Estimates of people harmed in incidents: one row for each group of victims and each harm."""

    kind = CASUALTY
    filterset_class = CasualtyFilter
    renderer_classes = [*RecordViewSet.renderer_classes, Happenings, Columnar]
    orders = ["-date", "killed", "published", "uid"]


class TollViewSet(RecordViewSet):
    """Cumulative counts over days and places. Never add them to the incidents that they cover."""

    kind = TOLL
    filterset_class = TollFilter
    orders = ["-date", "killed", "published", "uid"]
