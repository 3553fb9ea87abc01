"""The lists of places, forces, conflicts, operations and phases that readers can ask for."""

from reading.query import Listing, register_listing

from .documents import CONFLICT, FORCE, OPERATION, PHASE, PLACE
from .filters import ConflictFilter, ForceFilter, OperationFilter, PhaseFilter, PlaceFilter

PLACE_LIST = register_listing(Listing(PLACE, PlaceFilter))
FORCE_LIST = register_listing(Listing(FORCE, ForceFilter))
CONFLICT_LIST = register_listing(Listing(CONFLICT, ConflictFilter))
OPERATION_LIST = register_listing(Listing(OPERATION, OperationFilter, ("-date", "published", "uid")))
PHASE_LIST = register_listing(Listing(PHASE, PhaseFilter, ("-date", "published", "uid")))
