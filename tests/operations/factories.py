"""The smallest valid rows of the theatre."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from operations.choices import (
    Aspect,
    ConflictScheme,
    ForceKind,
    NoForce,
    OperationKind,
    ParticipationRole,
    PhaseBasis,
    PlaceKind,
    ResultKind,
    Scheme,
)
from operations.models import (
    Conflict,
    ConflictCode,
    ConflictName,
    Force,
    ForceCode,
    ForceName,
    Operation,
    OperationCitation,
    OperationName,
    Participation,
    Phase,
    PhaseCitation,
    Place,
    PlaceControl,
    PlaceName,
    RegionMember,
    Result,
    Side,
    SideMember,
)
from tests.sources.factories import CitationFactory


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place

    slug = Sequence("place-{}".format)
    name = Sequence("Place {}".format)
    kind = PlaceKind.SETTLEMENT


class PlaceNameFactory(DjangoModelFactory):
    class Meta:
        model = PlaceName

    place = SubFactory(PlaceFactory)
    name = Sequence("Spelling {}".format)
    language = "en"


class PlaceControlFactory(CitationFactory):
    class Meta:
        model = PlaceControl

    place = SubFactory(PlaceFactory)
    aspect = Aspect.CONTROLS
    no_force = NoForce.UNKNOWN


class RegionMemberFactory(DjangoModelFactory):
    """A place in a region, as everybody knows."""

    class Meta:
        model = RegionMember

    region = SubFactory(PlaceFactory)
    place = SubFactory(PlaceFactory)


class ForceFactory(DjangoModelFactory):
    class Meta:
        model = Force

    slug = Sequence("force-{}".format)
    name = Sequence("Force {}".format)
    kind = ForceKind.UNIDENTIFIED


class ForceNameFactory(DjangoModelFactory):
    class Meta:
        model = ForceName

    force = SubFactory(ForceFactory)
    name = Sequence("Spelling {}".format)
    language = "en"


class ForceCodeFactory(DjangoModelFactory):
    class Meta:
        model = ForceCode

    force = SubFactory(ForceFactory)
    scheme = Scheme.UCDP_ACTOR
    code = Sequence("{}".format)


class ConflictFactory(DjangoModelFactory):
    class Meta:
        model = Conflict

    slug = Sequence("conflict-{}".format)
    name = Sequence("Conflict {}".format)


class ConflictNameFactory(DjangoModelFactory):
    class Meta:
        model = ConflictName

    conflict = SubFactory(ConflictFactory)
    name = Sequence("Spelling {}".format)
    language = "en"


class ConflictCodeFactory(DjangoModelFactory):
    class Meta:
        model = ConflictCode

    conflict = SubFactory(ConflictFactory)
    scheme = ConflictScheme.UCDP_CONFLICT
    code = Sequence("{}".format)


class SideFactory(DjangoModelFactory):
    class Meta:
        model = Side

    conflict = SubFactory(ConflictFactory)
    slug = Sequence("side-{}".format)
    name = Sequence("Side {}".format)


class SideMemberFactory(DjangoModelFactory):
    """A force that was on a side, as everybody knows."""

    class Meta:
        model = SideMember

    side = SubFactory(SideFactory)
    force = SubFactory(ForceFactory)


class OperationFactory(DjangoModelFactory):
    class Meta:
        model = Operation

    name = Sequence("Operation {}".format)
    kind = OperationKind.UNKNOWN


class OperationNameFactory(DjangoModelFactory):
    class Meta:
        model = OperationName

    operation = SubFactory(OperationFactory)
    name = Sequence("Spelling {}".format)
    language = "en"


class OperationCitationFactory(CitationFactory):
    class Meta:
        model = OperationCitation

    operation = SubFactory(OperationFactory)


class PhaseFactory(DjangoModelFactory):
    class Meta:
        model = Phase

    operation = SubFactory(OperationFactory)
    ordinal = Sequence(lambda n: n + 1)
    name = Sequence("Phase {}".format)
    basis = PhaseBasis.REPORTED


class PhaseCitationFactory(CitationFactory):
    class Meta:
        model = PhaseCitation

    phase = SubFactory(PhaseFactory)


class ParticipationFactory(CitationFactory):
    class Meta:
        model = Participation

    phase = SubFactory(PhaseFactory)
    force = SubFactory(ForceFactory)
    role = ParticipationRole.PARTICIPANT


class ResultFactory(CitationFactory):
    class Meta:
        model = Result

    phase = SubFactory(PhaseFactory)
    kind = ResultKind.VILLAGES_CLEARED
    low = 1
    high = 1
