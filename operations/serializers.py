"""Documents of the theatre: places, forces, conflicts, operations and phases."""

from rest_framework import serializers

from sources.serializers import (
    CitationSerializer,
    OptionalPassageSerializer,
    PassageSerializer,
    ReportedWindowSerializer,
    WindowSerializer,
)

from .choices import Qualifier, ResultKind
from .models import (
    Conflict,
    ConflictCode,
    Force,
    ForceCode,
    Operation,
    Phase,
    Place,
    PlaceControl,
    PlaceName,
    RegionMember,
    Result,
    Side,
    SideMember,
)

DISPUTED_RULE = (
    "Whether several forces, none of which belongs to another, claim it, and no passage says that this ended."
)


class CountSerializer(serializers.Serializer):
    """A number of people. Null means not stated; a null `high` is open."""

    low = serializers.IntegerField(allow_null=True)
    best = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class NameSerializer(serializers.ModelSerializer):
    """One spelling in one language."""

    class Meta:
        model = PlaceName
        fields = ["name", "language"]


class AboveSerializer(serializers.Serializer):
    """The base of documents that name what contains them."""

    within = serializers.SerializerMethodField(
        help_text="The slugs of everything that contains it, the smallest first."
    )

    def get_within(self, row) -> list[str]:
        return [above.slug for above in row.line()[1:]]


class PlaceLinkSerializer(AboveSerializer, serializers.ModelSerializer):
    """A place as it appears in other documents."""

    lat = serializers.FloatField(source="latitude", allow_null=True)
    lon = serializers.FloatField(source="longitude", allow_null=True)
    disputed = serializers.BooleanField(help_text=DISPUTED_RULE)

    class Meta:
        model = Place
        fields = ["slug", "name", "within", "lat", "lon", "disputed"]


class ForceLinkSerializer(serializers.ModelSerializer):
    """A force as it appears in other documents."""

    class Meta:
        model = Force
        fields = ["slug", "name"]


class ConflictLinkSerializer(serializers.ModelSerializer):
    """A conflict as it appears in other documents."""

    class Meta:
        model = Conflict
        fields = ["slug", "name"]


class PlaceControlSerializer(PassageSerializer, serializers.ModelSerializer):
    """Who claims, administers or controls the place, according to one passage."""

    force = ForceLinkSerializer(allow_null=True)
    starts = WindowSerializer("starts")
    ends = WindowSerializer("ends")

    class Meta:
        model = PlaceControl
        fields = ["uid", "aspect", "force", "no_force", "starts", "ends", *PassageSerializer().fields]


class HeldSerializer(serializers.ModelSerializer):
    """A row of control as it appears in other documents; the document of the place has its passage."""

    place = serializers.SlugRelatedField("slug", read_only=True)
    force = ForceLinkSerializer(allow_null=True)

    class Meta:
        model = PlaceControl
        fields = ["uid", "place", "aspect", "force", "no_force"]


class RegionMemberSerializer(OptionalPassageSerializer, serializers.ModelSerializer):
    """A place that lies in the region."""

    place = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = RegionMember
        fields = ["place", *OptionalPassageSerializer().fields]


class PlaceSerializer(AboveSerializer, serializers.ModelSerializer):
    """Somewhere on the map, with all its names."""

    parent = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    lat = serializers.FloatField(source="latitude", allow_null=True)
    lon = serializers.FloatField(source="longitude", allow_null=True)
    disputed = serializers.BooleanField(help_text=DISPUTED_RULE)
    level = serializers.SerializerMethodField(
        help_text="What the theatre calls this level of places, such as governorate; empty: no level, or no such word."
    )
    names = NameSerializer(many=True)
    control = PlaceControlSerializer(many=True)
    members = RegionMemberSerializer(
        many=True,
        help_text="The places that lie in it although they are not inside it in the tree; `place` finds them too.",
    )

    class Meta:
        model = Place
        fields = [
            "slug", "name", "kind", "parent", "within", "lat", "lon", "pcode", "disputed", "names", "control",
            "members", "level",
        ]  # fmt: skip

    def get_level(self, place) -> str:
        return self.context["theatre"]["levels"].get(place.kind, "")


class ForceCodeSerializer(serializers.ModelSerializer):
    """The name or code of the force in another dataset."""

    class Meta:
        model = ForceCode
        fields = ["scheme", "code", "verified"]


class ForceSerializer(AboveSerializer, serializers.ModelSerializer):
    """An armed actor, or an authority that commands one, with all its names."""

    parent = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    active = WindowSerializer("active")
    names = NameSerializer(many=True)
    codes = ForceCodeSerializer(many=True)

    class Meta:
        model = Force
        fields = ["slug", "name", "kind", "echelon", "parent", "within", "active", "names", "codes"]


class ConflictCodeSerializer(serializers.ModelSerializer):
    """The id of the conflict, or of a pair of its sides, in another dataset."""

    class Meta:
        model = ConflictCode
        fields = ["scheme", "code", "verified"]


class SideMemberSerializer(OptionalPassageSerializer, serializers.ModelSerializer):
    """A force on the side, from a first to a last day; an open end is that of the conflict."""

    force = ForceLinkSerializer()
    period = WindowSerializer()

    class Meta:
        model = SideMember
        fields = ["force", "period", *OptionalPassageSerializer().fields]


class SideSerializer(serializers.ModelSerializer):
    """One side, with the forces on it. A force that belongs to one of them is on its side, unless it is listed too."""

    members = SideMemberSerializer(many=True)

    class Meta:
        model = Side
        fields = ["slug", "name", "members"]


class ConflictSerializer(serializers.ModelSerializer):
    """A conflict, with its sides. Its incidents: `incidents/?conflict=`."""

    when = WindowSerializer()
    names = NameSerializer(many=True)
    codes = ConflictCodeSerializer(many=True)
    sides = SideSerializer(many=True)

    class Meta:
        model = Conflict
        fields = ["slug", "name", "names", "about", "when", "codes", "sides"]


class ParticipationSerializer(PassageSerializer):
    """What one passage says about the role of a force in a phase, including that it had none."""

    force = ForceLinkSerializer()
    role = serializers.CharField(help_text="The role of the force in the phase.")
    standing = serializers.CharField(
        help_text="took_part, absent (it did not take part) or planned, according to the passage."
    )

    def get_fields(self):
        fields = super().get_fields()
        return {name: fields[name] for name in ("force", "role", "standing")} | fields


class ResultSerializer(PassageSerializer, serializers.ModelSerializer):
    """How many things of one kind a passage counts as the result of a record, as an interval. A null `high` is open."""

    kind = serializers.ChoiceField(ResultKind.choices)
    qualifier = serializers.ChoiceField(Qualifier.choices)
    claimed_by = ForceLinkSerializer(allow_null=True)

    class Meta:
        model = Result
        fields = ["kind", "what", "low", "high", "unit", "qualifier", "claimed_by", *PassageSerializer().fields]


class PhasePartSerializer(serializers.ModelSerializer):
    """A phase as part of its operation's document."""

    starts = ReportedWindowSerializer("starts")
    ends = ReportedWindowSerializer("ends")
    places = PlaceLinkSerializer(many=True)
    participations = ParticipationSerializer(many=True)
    results = ResultSerializer(many=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Phase
        fields = [
            "uid", "ordinal", "name", "basis", "starts", "ends", "places", "area_km2", "participations", "results",
            "citations",
        ]  # fmt: skip


class SumSerializer(serializers.Serializer):
    """A number of people on two bases. The two are the same if no toll is adopted."""

    incident = CountSerializer(help_text="The sum of the incidents.")
    reconciled = CountSerializer(help_text="With what adopted tolls count beyond the incidents that they cover.")


class PeopleSerializer(SumSerializer):
    """How many people of one victim group suffered one kind of harm."""

    victim = serializers.CharField(help_text="The victims' force, or else what they were at the time.")
    harm = serializers.CharField(help_text="What happened to the victims.")
    n_without_figure = serializers.IntegerField(
        help_text="How many records say of some of them not how many they were."
    )


class TotalsSerializer(serializers.Serializer):
    """The totals of the published incidents and adopted tolls of an operation or phase. Never add them up again."""

    incidents = serializers.IntegerField(help_text="How many incidents.")
    killed = SumSerializer()
    wounded = SumSerializer()
    people = PeopleSerializer(many=True)
    tolls = serializers.ListField(child=serializers.CharField(), help_text="The adopted tolls that count in it.")


class WithTotals(serializers.Serializer):
    """The base of documents with the totals of their incidents."""

    totals = serializers.SerializerMethodField()

    def get_totals(self, record) -> TotalsSerializer:
        """Nothing yet: publishing fills it in from the log."""


class PhaseSerializer(WithTotals, PhasePartSerializer):
    """A part of an operation."""

    operation = serializers.SlugRelatedField("uid", read_only=True)

    class Meta:
        model = Phase
        fields = ["uid", "operation", *PhasePartSerializer.Meta.fields[1:], "totals"]


class OperationSerializer(WithTotals, serializers.ModelSerializer):
    """A named or announced military undertaking, with its phases. Its incidents: `incidents/?operation=`."""

    names = NameSerializer(many=True)
    commanding_force = ForceLinkSerializer(allow_null=True)
    starts = ReportedWindowSerializer("starts")
    ends = ReportedWindowSerializer("ends")
    places = PlaceLinkSerializer(many=True)
    parent = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    phases = PhasePartSerializer(many=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Operation
        fields = [
            "uid", "name", "names", "kind", "objective", "summary", "commanding_force", "starts", "ends", "end_status",
            "places", "parent", "phases", "citations", "totals",
        ]  # fmt: skip
