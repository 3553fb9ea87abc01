"""Documents of incidents, casualties and tolls."""

from rest_framework import serializers

from operations.serializers import ForceLinkSerializer, PlaceLinkSerializer
from sources.serializers import CitationSerializer, PassageSerializer, ReportedWindowSerializer

from .choices import Harm, InvolvementRole, Qualifier, VictimStatus
from .models import Casualty, Claim, ExternalId, Incident, Toll, TollCoverage


class CountSerializer(serializers.Serializer):
    """A number of people. Null means that nobody stated it; a null `high` is open."""

    low = serializers.IntegerField(allow_null=True)
    best = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class PointSerializer(serializers.Serializer):
    """A spot that is known better than its place."""

    lat = serializers.FloatField()
    lon = serializers.FloatField()


class VictimSerializer(serializers.Serializer):
    """Who was harmed."""

    force = serializers.CharField(source="victim_force.slug", allow_null=True, help_text="Slug; null: none or unknown.")
    status = serializers.ChoiceField(VictimStatus.choices, source="victim_status")


class InvolvementSerializer(serializers.Serializer):
    """A force's part in an incident."""

    slug = serializers.CharField(source="force.slug")
    name = serializers.CharField(source="force.name")
    role = serializers.ChoiceField(InvolvementRole.choices)


class ClaimSerializer(PassageSerializer, serializers.ModelSerializer):
    """What one passage says, as an interval; a null `high` is open."""

    as_of = serializers.DateField(source="as_of_on", allow_null=True)
    qualifier = serializers.ChoiceField(Qualifier.choices)
    supersedes = serializers.SlugRelatedField("uid", read_only=True)

    class Meta:
        model = Claim
        fields = [
            "uid", "low", "high", "qualifier", "as_of", "supersedes", "used", "unused_because",
            *PassageSerializer._declared_fields,
        ]  # fmt: skip


class CasualtyPartSerializer(serializers.ModelSerializer):
    """The estimate for one group of victims and one harm, with the claims behind it."""

    victim = VictimSerializer(source="*")
    harm = serializers.ChoiceField(Harm.choices)
    claims = ClaimSerializer(many=True)

    class Meta:
        model = Casualty
        fields = ["uid", "victim", "harm", "low", "best", "high", "basis", "claims"]


class CasualtySerializer(CasualtyPartSerializer):
    """The estimate for one group of victims and one harm, with when and where it happened."""

    incident = serializers.SlugRelatedField("uid", read_only=True)
    when = ReportedWindowSerializer(of="incident")
    place = PlaceLinkSerializer(source="incident.place", allow_null=True)

    class Meta:
        model = Casualty
        fields = ["uid", "incident", "when", "place", *CasualtyPartSerializer.Meta.fields[1:]]


class ExternalIdSerializer(serializers.ModelSerializer):
    """What another dataset calls the incident."""

    class Meta:
        model = ExternalId
        fields = ["scheme", "code"]


class IncidentSerializer(serializers.ModelSerializer):
    """One attack, clash or other act, at one place and time."""

    when = ReportedWindowSerializer()
    place = PlaceLinkSerializer(allow_null=True)
    point = serializers.SerializerMethodField()
    operation = serializers.SerializerMethodField(help_text="The operation's uid; a phase gives it too.")
    phase = serializers.SlugRelatedField("uid", read_only=True)
    forces = InvolvementSerializer(source="involvements", many=True)
    casualties = CasualtyPartSerializer(many=True)
    killed = serializers.SerializerMethodField()
    wounded = serializers.SerializerMethodField()
    citations = CitationSerializer(many=True)
    external_ids = ExternalIdSerializer(many=True)

    class Meta:
        model = Incident
        fields = [
            "uid", "kind", "title", "summary", "when", "place", "place_as_reported", "location_precision", "point",
            "operation", "phase", "methods", "target", "attribution", "clarity", "forces", "casualties", "killed",
            "wounded", "citations", "external_ids",
        ]  # fmt: skip

    def get_point(self, incident) -> PointSerializer(allow_null=True):
        if incident.latitude is None:
            return None
        return {"lat": incident.latitude, "lon": incident.longitude}

    def get_operation(self, incident) -> str | None:
        return operation_uid(incident)

    def get_killed(self, incident) -> CountSerializer:
        return killed(incident)

    def get_wounded(self, incident) -> CountSerializer:
        return total(incident.casualties.all(), Harm.WOUNDED)


class TollCoverageSerializer(serializers.ModelSerializer):
    """Whether the toll counts an incident."""

    incident = serializers.SlugRelatedField("uid", read_only=True)

    class Meta:
        model = TollCoverage
        fields = ["incident", "relation", "reason"]


class TollSerializer(serializers.ModelSerializer):
    """A cumulative count over days and places, which is never added to the incidents it covers."""

    when = ReportedWindowSerializer()
    places = PlaceLinkSerializer(many=True)
    victim = VictimSerializer(source="*")
    harm = serializers.ChoiceField(Harm.choices)
    perpetrator = ForceLinkSerializer(allow_null=True)
    operation = serializers.SerializerMethodField(help_text="The operation's uid; a phase gives it too.")
    phase = serializers.SlugRelatedField("uid", read_only=True)
    claims = ClaimSerializer(many=True)
    coverage = TollCoverageSerializer(many=True)

    class Meta:
        model = Toll
        fields = [
            "uid", "title", "when", "places", "victim", "harm", "perpetrator", "operation", "phase", "low", "best",
            "high", "series", "usable", "unusable_because", "adopted", "claims", "coverage",
        ]  # fmt: skip

    def get_operation(self, toll) -> str | None:
        return operation_uid(toll)


def operation_uid(record):
    """Return the uid of the operation that a record belongs to, through its phase or directly; None if to none."""
    operation = record.phase.operation if record.phase else record.operation
    return operation and operation.uid


def total(casualties, harm):
    """Return the sum of the estimates of one harm.

    A bound is null where no estimate states it; `high` is null as soon as one of them is open.
    """
    rows = [row for row in casualties if row.harm == harm]

    def added(bound, complete=False):
        stated = [value for row in rows if (value := getattr(row, bound)) is not None]
        return sum(stated) if stated and (not complete or len(stated) == len(rows)) else None

    return {"low": added("low"), "best": added("best"), "high": added("high", complete=True)}


def killed(incident):
    """Return how many were killed: the sum of the estimates, within the bounds of all killed together if it has any."""
    together = {"low": incident.killed_low, "high": incident.killed_high}
    bounds = {bound: value for bound, value in together.items() if value is not None}
    return total(incident.casualties.all(), Harm.KILLED) | bounds
