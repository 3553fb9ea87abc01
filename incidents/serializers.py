"""Documents of incidents, casualties and tolls."""

from rest_framework import serializers

from operations.choices import Contested, Qualifier, Standing
from operations.serializers import (
    ConflictLinkSerializer,
    CountSerializer,
    ForceLinkSerializer,
    HeldSerializer,
    PlaceLinkSerializer,
    ResultSerializer,
)
from sources.serializers import (
    CitationSerializer,
    OptionalPassageSerializer,
    PassageSerializer,
    ReportedWindowSerializer,
    WindowSerializer,
)

from .choices import (
    AgeGroup,
    Basis,
    CountedAs,
    Coverage,
    Harm,
    IncidentKind,
    InvolvementRole,
    LinkKind,
    NameList,
    Sex,
    Target,
    VictimStatus,
    ViolenceType,
)
from .figures.parts import total_of
from .figures.violence import Derived, violence_of
from .models import (
    Casualty,
    Claim,
    DatasetCode,
    ExternalId,
    Incident,
    IncidentLink,
    IncidentPlace,
    Toll,
    TollCoverage,
)


class PointSerializer(serializers.Serializer):
    """The incident's own point, as its source gives it; how exact it is, `location_precision` says."""

    lat = serializers.FloatField()
    lon = serializers.FloatField()


class TimeOfDaySerializer(serializers.Serializer):
    """The time of day, local, as a clock time that may lie in a span, or as a part of the day."""

    clock = serializers.CharField(
        source="time", help_text="Such as 21:40 or 21:00/22:30; 22:00/04:00 passes midnight; empty: no clock time."
    )
    earliest = serializers.TimeField(
        source="earliest_at", format="%H:%M", allow_null=True, help_text="The earliest possible clock time."
    )
    latest = serializers.TimeField(
        source="latest_at", format="%H:%M", allow_null=True, help_text="The latest possible clock time."
    )
    parts_of_day = serializers.SerializerMethodField(
        help_text="The parts of the day in which it may have happened, as codes; a clock time implies them."
    )
    as_reported = serializers.CharField(
        source="time_as_reported", help_text="The source's own words for the time of day; may be empty."
    )
    zone = serializers.SerializerMethodField(
        help_text="The time zone of the theatre and of the clock, such as Asia/Baghdad."
    )

    def get_parts_of_day(self, incident) -> list[str]:
        return [part.value for part in incident.parts_of_day]

    def get_zone(self, incident) -> str:
        return self.context["theatre"]["time_zone"]


class VictimSerializer(serializers.Serializer):
    """Who was harmed."""

    force = serializers.CharField(source="victim_force.slug", allow_null=True, help_text="Slug; null: none or unknown.")
    status = serializers.ChoiceField(VictimStatus.choices, source="victim_status")


class VictimGroupSerializer(VictimSerializer):
    """Who was harmed, as far as the report tells them apart."""

    group = serializers.CharField(source="victim_group", help_text="In words, such as two brothers; empty: not told.")
    age_group = serializers.ChoiceField(AgeGroup.choices)
    sex = serializers.ChoiceField(Sex.choices)
    occupation = serializers.CharField(help_text="In words, such as village head; empty: not stated.")


class PeoplePresentSerializer(serializers.Serializer):
    """How many people of a force were there. Null means not stated; a null `high` is open."""

    low = serializers.IntegerField(source="people_low", allow_null=True)
    high = serializers.IntegerField(source="people_high", allow_null=True)


class InvolvementSerializer(OptionalPassageSerializer):
    """The role of a force in an incident, according to one passage, including that it had none."""

    slug = serializers.CharField(source="force.slug")
    name = serializers.CharField(source="force.name")
    role = serializers.ChoiceField(InvolvementRole.choices)
    standing = serializers.ChoiceField(
        Standing.choices, help_text="took_part, absent (it is said not to have come) or planned."
    )
    people = PeoplePresentSerializer(source="*")

    def get_fields(self):
        fields = super().get_fields()
        return {name: fields[name] for name in ("slug", "name", "role", "standing", "people")} | fields


class ClaimSerializer(PassageSerializer, serializers.ModelSerializer):
    """What one passage says, as an interval. A null `high` is open."""

    as_of = serializers.DateField(source="as_of_on", allow_null=True)
    qualifier = serializers.ChoiceField(Qualifier.choices)
    name_list = serializers.ChoiceField(NameList.choices)
    claimed_by = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    supersedes = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)

    class Meta:
        model = Claim
        fields = [
            "uid", "low", "high", "qualifier", "name_list", "claimed_by", "as_of", "supersedes", "used",
            "unused_because", *PassageSerializer().fields,
        ]  # fmt: skip

    def to_representation(self, claim):
        # It is part of the document of its casualty and of that of the incident.
        if "document" not in vars(claim):
            claim.document = super().to_representation(claim)
        return claim.document


class FlooredCountSerializer(CountSerializer):
    """A number of people, and whether the best number is only a floor."""

    at_least = serializers.BooleanField(help_text="Whether there were at least as many as `best`, and perhaps more.")


class SuggestionSerializer(FlooredCountSerializer):
    """What the claims suggest by the published procedure. It differs from the estimate if the coder decided so."""

    basis = serializers.ChoiceField([("", ""), *Basis.choices], help_text="What it is based on; empty: no best number.")
    contested = serializers.BooleanField(help_text="Whether credible sources give figures that exclude each other.")


class EstimateSerializer(serializers.ModelSerializer):
    """The base of documents with an estimate: whom it counts, what it is based on, and what the claims suggest."""

    victim = VictimSerializer(source="*")
    harm = serializers.ChoiceField(Harm.choices)
    suggested = SuggestionSerializer()
    claims = ClaimSerializer(many=True)


ESTIMATE = ["low", "best", "high", "at_least", "basis", "note", "suggested"]


class CasualtyPartSerializer(EstimateSerializer):
    """The estimate for one group of victims and one kind of harm, with its claims."""

    victim = VictimGroupSerializer(source="*")
    counted_as = serializers.ChoiceField(CountedAs.choices)
    died = WindowSerializer("died")
    within = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    rest = serializers.SerializerMethodField(
        help_text="How many of them no estimate within this one counts. Add up the best of these, and nobody is counted"
        " twice."
    )

    class Meta:
        model = Casualty
        fields = ["uid", "victim", "harm", "counted_as", "died", *ESTIMATE, "within", "rest", "claims"]

    def get_rest(self, casualty) -> CountSerializer:
        rest = casualty.rest
        return {"low": rest.low, "best": None if rest.missing else rest.best, "high": rest.high}


class CasualtySerializer(CasualtyPartSerializer):
    """The estimate for one group of victims and one kind of harm, with when and where it happened."""

    incident = serializers.SlugRelatedField("uid", read_only=True)
    when = ReportedWindowSerializer(of="incident")
    place = PlaceLinkSerializer(source="incident.place", allow_null=True)

    class Meta:
        model = Casualty
        fields = ["uid", "incident", "when", "place", *CasualtyPartSerializer.Meta.fields[1:]]


class RivalSerializer(serializers.Serializer):
    """What a passage says that the record does not. Null and empty: it says nothing else."""

    when = WindowSerializer("says")
    place = PlaceLinkSerializer(source="says_place", allow_null=True)
    place_as_reported = serializers.CharField(source="says_place_as_reported", help_text="The other place in words.")
    force = ForceLinkSerializer(source="says_force", allow_null=True, help_text="The other perpetrator.")
    force_as_reported = serializers.CharField(
        source="says_force_as_reported", help_text="The other perpetrator in words."
    )
    kind = serializers.ChoiceField([("", ""), *IncidentKind.choices], source="says_kind", help_text="What happened.")
    target = serializers.ChoiceField(
        [("", ""), *Target.choices], source="says_target", help_text="What it was directed at."
    )


class IncidentCitationSerializer(CitationSerializer):
    """A passage, which parts of the record it is about, and what it says that the record does not."""

    says = RivalSerializer(source="*", allow_null=True)
    contests = serializers.SerializerMethodField(help_text="In which respects it says something else, as codes.")

    def get_contests(self, citation) -> list[str]:
        return [code.value for code in citation.contests]

    def to_representation(self, citation):
        body = super().to_representation(citation)
        return body if body["contests"] else body | {"says": None}


class OtherPlaceSerializer(serializers.ModelSerializer):
    """Another place in which the incident happened, beside its first one."""

    place = PlaceLinkSerializer()

    class Meta:
        model = IncidentPlace
        fields = ["place", "sequence", "note"]


class LinkSerializer(OptionalPassageSerializer, serializers.ModelSerializer):
    """How the incident is connected with another one."""

    incident = serializers.CharField(source="other.uid", help_text="The other incident's uid.")

    class Meta:
        model = IncidentLink
        fields = ["kind", "incident", "note", *OptionalPassageSerializer().fields]


class LinkedFromSerializer(serializers.Serializer):
    """A published incident that says how it is connected with this one."""

    kind = serializers.ChoiceField(LinkKind.choices)
    incident = serializers.CharField(help_text="The uid of the incident that has the link.")
    note = serializers.CharField()


class ExternalIdSerializer(serializers.ModelSerializer):
    """What another dataset calls the incident."""

    class Meta:
        model = ExternalId
        fields = ["scheme", "code"]


class DatasetCodeSerializer(serializers.ModelSerializer):
    """The id of the conflict, of the pair of enemies or of a side in another dataset."""

    class Meta:
        model = DatasetCode
        fields = ["scheme", "code"]


class ViolenceSerializer(serializers.Serializer):
    """The type of violence, and whether a curator or a dataset states it or it follows from the forces involved."""

    code = serializers.ChoiceField(ViolenceType.choices, help_text="The type of violence, as UCDP defines it.")
    stated = serializers.BooleanField(help_text="true: stated; false: it follows from the forces involved.")


class ControlChangeSerializer(serializers.Serializer):
    """Who held the place before and afterwards, as rows of `control` of the place's document."""

    before = HeldSerializer(source="control_before", allow_null=True)
    after = HeldSerializer(source="control_after", allow_null=True)


class ContradictorySerializer(serializers.Serializer):
    """What to add to the bounds to come to those that the dataset states, which exclude the best number."""

    low = serializers.IntegerField()
    high = serializers.IntegerField()


class KilledSerializer(FlooredCountSerializer):
    """How many victims were killed: all estimates together, within the bounds that are stated for them all."""

    contradictory = ContradictorySerializer(allow_null=True)


class IncidentSerializer(serializers.ModelSerializer):
    """One attack, clash or other act, at one place and time."""

    when = ReportedWindowSerializer()
    time = TimeOfDaySerializer(source="*")
    place = PlaceLinkSerializer(allow_null=True)
    point = serializers.SerializerMethodField()
    conflict = ConflictLinkSerializer(allow_null=True)
    operation = serializers.SerializerMethodField(help_text="The operation's uid; a phase gives it too.")
    phase = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    other_places = OtherPlaceSerializer(many=True)
    control = ControlChangeSerializer(source="*", help_text="Who held the place before and after it; null: no change.")
    violence_type = serializers.SerializerMethodField(help_text="The type of violence, and how it is known.")
    forces = InvolvementSerializer(source="involvements", many=True)
    results = ResultSerializer(many=True)
    casualties = CasualtyPartSerializer(many=True)
    killed = serializers.SerializerMethodField(help_text="How many victims were killed.")
    attackers_killed = serializers.SerializerMethodField(
        help_text="How many people of the side that attacked were killed. `killed` does not count them."
    )
    wounded = serializers.SerializerMethodField(help_text="How many victims were wounded.")
    citations = IncidentCitationSerializer(many=True)
    contested = serializers.SerializerMethodField(
        help_text="In which respects sources exclude each other: figures, when, where, who, what."
    )
    links = LinkSerializer(many=True)
    linked_from = serializers.SerializerMethodField(help_text="The links of other incidents to this one.")
    external_ids = ExternalIdSerializer(many=True)
    dataset_codes = DatasetCodeSerializer(many=True)
    violent = serializers.BooleanField(
        read_only=True, help_text="Whether its kind is violent; the other kinds are acts without violence."
    )

    class Meta:
        model = Incident
        fields = [
            "uid", "kind", "violent", "title", "summary", "when", "time", "place", "other_places", "place_as_reported",
            "location_precision", "point", "conflict", "operation", "phase", "methods", "weapons", "target",
            "violence_type", "attribution", "clarity", "forces", "results", "casualties", "killed", "attackers_killed",
            "wounded", "citations", "contested", "links", "linked_from", "external_ids", "dataset_codes",
            "control",
        ]  # fmt: skip

    def get_point(self, incident) -> PointSerializer(allow_null=True):
        if incident.latitude is None:
            return None
        return {"lat": incident.latitude, "lon": incident.longitude}

    def get_operation(self, incident) -> str | None:
        return operation_uid(incident)

    def get_violence_type(self, incident) -> ViolenceSerializer:
        return {"code": violence_type(incident).code.value, "stated": bool(incident.violence_type)}

    def get_killed(self, incident) -> KilledSerializer:
        return people_in(incident, Harm.KILLED) | {"contradictory": contradictory(incident)}

    def get_attackers_killed(self, incident) -> FlooredCountSerializer:
        return people_in(incident, Harm.KILLED, CountedAs.ATTACKERS)

    def get_wounded(self, incident) -> FlooredCountSerializer:
        return people_in(incident, Harm.WOUNDED)

    def get_contested(self, incident) -> list[str]:
        return contested(incident)

    def get_linked_from(self, incident) -> LinkedFromSerializer(many=True):
        """Nothing yet: publishing fills it in from the log."""


class TollCoverageSerializer(serializers.ModelSerializer):
    """Whether the toll counts an incident."""

    incident = serializers.SlugRelatedField("uid", read_only=True)

    proposed = serializers.SerializerMethodField(help_text="What the codes proposed when a person decided.")
    stale_because = serializers.SerializerMethodField(
        help_text="Why the codes now exclude it although they did not then: it explains nothing. Empty: it holds."
    )

    class Meta:
        model = TollCoverage
        fields = ["incident", "relation", "people", "reason", "proposed", "stale_because"]

    # Both follow from other records, so publishing fills them in from the log (incidents.tolls).

    def get_proposed(self, row) -> str: ...

    def get_stale_because(self, row) -> str: ...


class ProvisionalSerializer(serializers.Serializer):
    """An incident that the toll may count by the codes, and on which nobody has decided."""

    incident = serializers.CharField()
    relation = serializers.ChoiceField(Coverage.choices)


class UndecidedSerializer(serializers.Serializer):
    """The incidents on which nobody has decided: until then they explain the lowest and the best number of the toll."""

    n = serializers.IntegerField(help_text="How many.")
    incidents = ProvisionalSerializer(many=True, help_text="The first fifty.")


class TollSerializer(EstimateSerializer):
    """A cumulative count over days and places. It is never added to the incidents that it covers."""

    when = ReportedWindowSerializer()
    places = PlaceLinkSerializer(many=True)
    perpetrator = ForceLinkSerializer(allow_null=True)
    conflict = ConflictLinkSerializer(allow_null=True)
    operation = serializers.SerializerMethodField(help_text="The operation's uid; a phase gives it too.")
    phase = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    parent = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    coverage = TollCoverageSerializer(many=True)
    provisional = serializers.SerializerMethodField(help_text="The incidents that it may count, undecided.")
    explained = serializers.SerializerMethodField(
        help_text="How many of its people are counted by incidents and nested tolls: low by contained ones, best by"
        " likely and provisional ones too, high by possible ones too."
    )
    residual = serializers.SerializerMethodField(help_text="How many of its people nothing else explains.")
    reconciled = serializers.SerializerMethodField(
        help_text="How many people the toll and what it contains count together."
    )
    contradiction = serializers.SerializerMethodField(
        help_text="Whether the incidents that it contains count more people than the toll."
    )
    live = serializers.SerializerMethodField(help_text="Whether it is the newest toll of its series.")
    falls_below = serializers.SerializerMethodField(
        help_text="The toll before it in its series, if that one counted more."
    )

    class Meta:
        model = Toll
        fields = [
            "uid", "title", "when", "places", "victim", "harm", "perpetrator", "conflict", "operation", "phase",
            "parent",
            *ESTIMATE, "series", "live", "falls_below", "usable", "unusable_because", "adopted",
            "explained", "residual", "reconciled", "contradiction", "claims", "coverage", "provisional",
        ]  # fmt: skip

    def get_operation(self, toll) -> str | None:
        return operation_uid(toll)

    # The rest depends on other records, so publishing fills it in from the log (incidents.tolls).

    def get_explained(self, toll) -> CountSerializer: ...

    def get_residual(self, toll) -> CountSerializer: ...

    def get_reconciled(self, toll) -> CountSerializer: ...

    def get_provisional(self, toll) -> UndecidedSerializer: ...

    def get_contradiction(self, toll) -> bool: ...

    def get_live(self, toll) -> bool: ...

    def get_falls_below(self, toll) -> str | None: ...


def violence_type(incident) -> Derived:
    """Return the type of violence of an incident: as stated, or else as it follows from the forces involved."""
    if incident.violence_type:
        return Derived(ViolenceType(incident.violence_type), "Stated.")
    return violence_of(incident)


def operation_uid(record):
    """Return the uid of the operation that a record belongs to, through its phase or directly; None if to none."""
    operation = record.phase.operation if record.phase else record.operation
    return operation and operation.uid


def people_counted(incident, harm, counted_as=CountedAs.VICTIMS):
    """Return the Counted of one harm: the sum of the estimates, within the bounds that are stated for all killed."""
    rows = list(incident.casualties.all())
    counted = total_of([row.line for row in rows], lambda line: (line.harm, line.row.counted_as) == (harm, counted_as))
    if harm == Harm.KILLED and counted_as == CountedAs.VICTIMS:
        return counted.narrowed(incident.killed_low, incident.killed_high)
    return counted


def people_in(incident, harm, counted_as=CountedAs.VICTIMS):
    """Return how many people came to one harm, as documents state it: null is not stated, or an open `high`."""
    rows = [row for row in incident.casualties.all() if (row.harm, row.counted_as) == (harm, counted_as)]
    own = harm == Harm.KILLED and counted_as == CountedAs.VICTIMS
    counted = people_counted(incident, harm, counted_as)
    low_stated = any(row.low is not None for row in rows) or (own and incident.killed_low is not None)
    best_stated = any(row.low is not None or row.best is not None for row in rows)
    return {
        "low": counted.low if low_stated else None,
        "best": counted.best if best_stated else None,
        "high": counted.high if rows else None,
        "at_least": counted.at_least,
    }


def contradictory(incident):
    """Return by how much the bounds that are stated for all killed contradict the best number: (low, high), or None.

    They are what to add to the bounds of the incident to come to those that are stated.
    """
    counted = people_counted(incident, Harm.KILLED)
    low = max(0, (incident.killed_low or 0) - counted.best)
    high = 0 if incident.killed_high is None else min(0, incident.killed_high - counted.best)
    return {"low": low, "high": high} if low or high else None


def contested(incident):
    """Return the respects in which sources exclude each other, as codes in the order of the vocabulary."""
    figures = any(row.suggested.contested for row in incident.casualties.all())
    said = {code for citation in incident.citations.all() for code in citation.contests}
    return [code.value for code in Contested if code in said or (code == Contested.FIGURES and figures)]
