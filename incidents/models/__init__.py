"""What happened, to whom, and which article says so."""

from .casualty import Casualty, Victims, spelt_out
from .claim import Claim
from .incident import POSSIBLE_DAYS, ExternalId, Incident, IncidentCitation, Involvement, WithinOperation
from .sums import KnownGroup, KnownSums
from .toll import Toll, TollCoverage, TollPlace

__all__ = [
    "POSSIBLE_DAYS", "Casualty", "Claim", "ExternalId", "Incident", "IncidentCitation", "Involvement", "KnownGroup",
    "KnownSums", "Toll", "TollCoverage", "TollPlace", "Victims", "WithinOperation", "spelt_out",
]  # fmt: skip
