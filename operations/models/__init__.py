"""The theatre: places and forces with all their names, operations, their phases, and who took part."""

from .force import Force, ForceCode, ForceName
from .operation import Operation, OperationCitation, OperationName, OperationPlace
from .phase import Participation, Phase, PhaseCitation, PhasePlace, Result
from .place import Place, PlaceControl, PlaceName
from .result import CountedResult
from .shapes import AS_REPORTED, Name, Nested, counts_in_order, not_its_own_parent

__all__ = [
    "AS_REPORTED", "CountedResult", "Force", "ForceCode", "ForceName", "Name", "Nested", "Operation",
    "OperationCitation", "OperationName", "OperationPlace", "Participation", "Phase", "PhaseCitation", "PhasePlace",
    "Place", "PlaceControl", "PlaceName", "Result", "counts_in_order", "not_its_own_parent",
]  # fmt: skip
