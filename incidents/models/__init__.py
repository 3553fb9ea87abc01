"""What happened, to whom, and which article says so."""

from .casualty import Casualty, Victims, bounds_in_words, figures_in_words
from .claim import Claim
from .distinct import DistinctIncidents
from .incident import (
    POSSIBLE_DAYS,
    SCHEME,
    DatasetCode,
    ExternalId,
    Incident,
    IncidentCitation,
    IncidentLink,
    IncidentPlace,
    IncidentResult,
    Involvement,
    WithinOperation,
)
from .sums import KnownGroup, KnownSums, ProvisionalLink
from .toll import Toll, TollCoverage, TollPlace

__all__ = [
    "POSSIBLE_DAYS", "SCHEME", "Casualty", "Claim", "DatasetCode", "DistinctIncidents", "ExternalId", "Incident",
    "IncidentCitation", "IncidentLink", "IncidentPlace", "IncidentResult", "Involvement", "KnownGroup", "KnownSums",
    "ProvisionalLink", "Toll", "TollCoverage", "TollPlace", "Victims", "WithinOperation", "bounds_in_words",
    "figures_in_words",
]  # fmt: skip
