"""The smallest valid incident, casualty, toll and claim."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from incidents.choices import (
    Basis,
    Coverage,
    DatasetScheme,
    Harm,
    IncidentKind,
    InvolvementRole,
    LinkKind,
    VictimStatus,
)
from incidents.models import (
    Casualty,
    Claim,
    DatasetCode,
    DistinctIncidents,
    ExternalId,
    Incident,
    IncidentCitation,
    IncidentLink,
    IncidentPlace,
    IncidentResult,
    Involvement,
    Toll,
    TollCoverage,
)
from operations.choices import ResultKind
from sources.choices import Credibility
from tests.operations.factories import ForceFactory, PlaceFactory
from tests.sources.factories import CitationFactory


class IncidentFactory(DjangoModelFactory):
    class Meta:
        model = Incident

    title = Sequence("Incident {}".format)
    kind = IncidentKind.UNKNOWN


class IncidentCitationFactory(CitationFactory):
    class Meta:
        model = IncidentCitation

    incident = SubFactory(IncidentFactory)


class InvolvementFactory(DjangoModelFactory):
    class Meta:
        model = Involvement

    incident = SubFactory(IncidentFactory)
    force = SubFactory(ForceFactory)
    role = InvolvementRole.INITIATOR


class IncidentPlaceFactory(DjangoModelFactory):
    class Meta:
        model = IncidentPlace

    incident = SubFactory(IncidentFactory)
    place = SubFactory(PlaceFactory)


class IncidentLinkFactory(DjangoModelFactory):
    class Meta:
        model = IncidentLink

    incident = SubFactory(IncidentFactory)
    other = SubFactory(IncidentFactory)
    kind = LinkKind.FOLLOWS


class DistinctIncidentsFactory(DjangoModelFactory):
    class Meta:
        model = DistinctIncidents

    incident = SubFactory(IncidentFactory)
    other = SubFactory(IncidentFactory)
    reason = "They are two."


class IncidentResultFactory(CitationFactory):
    class Meta:
        model = IncidentResult

    incident = SubFactory(IncidentFactory)
    kind = ResultKind.HOUSES_DAMAGED
    low = 1
    high = 1


class ExternalIdFactory(DjangoModelFactory):
    class Meta:
        model = ExternalId

    incident = SubFactory(IncidentFactory)
    scheme = "ucdp_ged"
    code = Sequence("{}".format)


class DatasetCodeFactory(DjangoModelFactory):
    class Meta:
        model = DatasetCode

    incident = SubFactory(IncidentFactory)
    scheme = DatasetScheme.UCDP_DYAD
    code = Sequence("{}".format)


class CasualtyFactory(DjangoModelFactory):
    class Meta:
        model = Casualty

    incident = SubFactory(IncidentFactory)
    victim_status = VictimStatus.UNKNOWN
    harm = Harm.KILLED
    basis = Basis.SINGLE_CLAIM


class TollFactory(DjangoModelFactory):
    class Meta:
        model = Toll

    title = Sequence("Toll {}".format)
    victim_status = VictimStatus.UNKNOWN
    harm = Harm.KILLED


class TollCoverageFactory(DjangoModelFactory):
    class Meta:
        model = TollCoverage

    toll = SubFactory(TollFactory)
    incident = SubFactory(IncidentFactory)
    relation = Coverage.CONTAINED


class ClaimFactory(CitationFactory):
    """A claim about a casualty."""

    class Meta:
        model = Claim

    casualty = SubFactory(CasualtyFactory)
    low = 1
    high = 1
    credibility = Credibility.PROBABLE


class TollClaimFactory(ClaimFactory):
    """A claim about a toll."""

    casualty = None
    toll = SubFactory(TollFactory)
