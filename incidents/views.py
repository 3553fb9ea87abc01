"""The API's lists and records of incidents, casualties and tolls."""

from reading.formats import Columnar, Located
from reading.viewsets import RecordViewSet

from .choices import LocationPrecision
from .layout_formats import Acled, AcledNotes, Ucdp, UcdpNotes
from .listings import CASUALTY_LIST, INCIDENT_LIST, TOLL_LIST


class Happenings(Located):
    """Incidents and their casualties as GeoJSON: a map shows violence unless acts without it are asked for."""

    defaults = {"violent": "true"}

    radii = LocationPrecision.radii()


class IncidentViewSet(RecordViewSet):
    """Acts with and without violence, each at one place and time, with estimates and claims of who was harmed."""

    listing = INCIDENT_LIST
    renderer_classes = [*RecordViewSet.renderer_classes, Happenings, Columnar, Ucdp, UcdpNotes, Acled, AcledNotes]


class CasualtyViewSet(RecordViewSet):
    """Estimates of people harmed in incidents: one row for each victim group and each kind of harm."""

    listing = CASUALTY_LIST
    renderer_classes = [*RecordViewSet.renderer_classes, Happenings, Columnar]


class TollViewSet(RecordViewSet):
    """Cumulative counts over days and places. Never add them to the incidents that they cover."""

    listing = TOLL_LIST
