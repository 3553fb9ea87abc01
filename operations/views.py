"""The API's lists and records of places, forces, conflicts, operations and phases."""

from reading.formats import Points
from reading.viewsets import RecordViewSet

from .listings import CONFLICT_LIST, FORCE_LIST, OPERATION_LIST, PHASE_LIST, PLACE_LIST


class PlaceViewSet(RecordViewSet):
    """Places, with all their names and who claims, administers and controls them."""

    listing = PLACE_LIST
    renderer_classes = [*RecordViewSet.renderer_classes, Points]


class ForceViewSet(RecordViewSet):
    """Forces, with all their names and codes."""

    listing = FORCE_LIST


class ConflictViewSet(RecordViewSet):
    """Conflicts, with their sides and the forces on each."""

    listing = CONFLICT_LIST


class OperationViewSet(RecordViewSet):
    """Operations with their phases."""

    listing = OPERATION_LIST


class PhaseViewSet(RecordViewSet):
    """Phases of operations: when and where they took place, who took part and who did not, and their results."""

    listing = PHASE_LIST
