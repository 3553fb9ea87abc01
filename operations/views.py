"""Places, forces, operations and phases for readers."""

from reading.formats import Points
from reading.viewsets import RecordViewSet

from .documents import FORCE, OPERATION, PHASE, PLACE
from .filters import ForceFilter, OperationFilter, PhaseFilter, PlaceFilter


class PlaceViewSet(RecordViewSet):
    """Places, with all their names and who administers and controls them."""

    kind = PLACE
    filterset_class = PlaceFilter
    renderer_classes = [*RecordViewSet.renderer_classes, Points]
    orders = ["uid", "published"]


class ForceViewSet(RecordViewSet):
    """Forces, with all their names and codes."""

    kind = FORCE
    filterset_class = ForceFilter
    orders = ["uid", "published"]


class OperationViewSet(RecordViewSet):
    """Operations with their phases."""

    kind = OPERATION
    filterset_class = OperationFilter
    orders = ["-date", "published", "uid"]


class PhaseViewSet(RecordViewSet):
    """Phases of operations: when, where, who took part and who did not, and what came of it."""

    kind = PHASE
    filterset_class = PhaseFilter
    orders = ["-date", "published", "uid"]
