"""The lists of incidents, casualties and tolls that readers can ask for."""

from reading.query import Listing, register_listing

from .documents import CASUALTY, INCIDENT, TOLL
from .filters import CasualtyFilter, IncidentFilter, TollFilter

INCIDENT_LIST = register_listing(Listing(INCIDENT, IncidentFilter, ("-date", "killed", "published", "uid")))
CASUALTY_LIST = register_listing(Listing(CASUALTY, CasualtyFilter, ("-date", "killed", "published", "uid")))
TOLL_LIST = register_listing(Listing(TOLL, TollFilter, ("-date", "killed", "published", "uid")))
