"""The list of theatres, of which there is one, that readers can ask for."""

from publication.theatre import THEATRE

from .filters import RecordFilter
from .query import Listing, register_listing

THEATRE_LIST = register_listing(Listing(THEATRE, RecordFilter))
