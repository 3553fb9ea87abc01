"""The lists of places, forces, operations and phases that readers can ask for."""

from reading.query import Listing, register_listing

from .documents import FORCE, OPERATION, PHASE, PLACE
from .filters import ForceFilter, OperationFilter, PhaseFilter, PlaceFilter

PLACE_LIST = register_listing(Listing(PLACE, PlaceFilter))
FORCE_LIST = register_listing(Listing(FORCE, ForceFilter))
OPERATION_LIST = register_listing(Listing(OPERATION, OperationFilter, ("-date", "published", "uid")))
PHASE_LIST = register_listing(Listing(PHASE, PhaseFilter, ("-date", "published", "uid")))
