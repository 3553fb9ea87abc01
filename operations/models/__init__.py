"""The theatre: places, forces, conflicts and their sides, operations, their phases, and who took part."""

from .conflict import Conflict, ConflictCode, ConflictName, Side, SideMember, line_with_sides
from .force import Force, ForceCode, ForceName
from .operation import Operation, OperationCitation, OperationName, OperationPlace
from .phase import Participation, Phase, PhaseCitation, PhasePlace, Result
from .place import Place, PlaceControl, PlaceName, RegionMember
from .result import CountedResult
from .shapes import AS_REPORTED, LEVELS_AT_ONCE, Name, Nested, counts_in_order, not_its_own_parent, steps_up

__all__ = [
    "AS_REPORTED", "LEVELS_AT_ONCE", "Conflict", "ConflictCode", "ConflictName", "CountedResult", "Force",
    "ForceCode", "ForceName", "Name", "Nested", "Operation", "OperationCitation", "OperationName", "OperationPlace",
    "Participation", "Phase", "PhaseCitation", "PhasePlace", "Place", "PlaceControl", "PlaceName", "RegionMember",
    "Result", "Side", "SideMember", "counts_in_order", "line_with_sides", "not_its_own_parent", "steps_up",
]  # fmt: skip
