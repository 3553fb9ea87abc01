"""Sums for readers: `/api/v1/stats/`."""

from dataclasses import replace

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from publication.choices import Op
from publication.models import Revision
from publication.positions import position_at
from publication.releases.package import citation_of_the_log
from publication.theatre import theatre_at
from reading.codelists import CsvRenderer, in_formats
from reading.formats import DocumentRenderer
from reading.links import add_links
from reading.moments import MOMENTS, SPAN
from reading.problems import bad
from reading.viewsets import LogView, QuestionFilterBackend

from ..choices import Coverage
from ..figures.bounds import Counted
from ..listings import INCIDENT_LIST
from .answer import BASES, ESTIMATES, MEASURES, answer
from .question import ChangeAsked, SumsAsked
from .sums import DIMENSIONS, Row, grouped, sums
from .why import Changes, passages_of

#: No answer has more groups.
ROWS_MAX = 10_000

#: No page tells of more revisions that may have changed a sum.
CHANGES_MAX = 1_000

#: No explanation names more incidents.
EXPLAINED_MAX = 1_000

ANSWER_COLUMNS = [
    "value", "low", "best", "high", "n_incidents", "n_aggregated", "n_at_least", "n_without_figure", "residual",
]  # fmt: skip


class LeftOutSerializer(serializers.Serializer):
    """A toll that may count some of these people and is not added."""

    toll = serializers.CharField()
    because = serializers.CharField()


class OutdatedSerializer(serializers.Serializer):
    """A toll that is added although its running tally has a newer figure, which is not adopted."""

    toll = serializers.CharField()
    newer = serializers.CharField()


class NumbersSerializer(serializers.Serializer):
    """The numbers of a sum. Those of people are missing where incidents are counted."""

    value = serializers.IntegerField(
        allow_null=True, help_text="Of people the number that `estimate` names; of incidents those told one by one."
    )
    low = serializers.IntegerField(required=False, allow_null=True, help_text="The lowest number; null: none stated.")
    best = serializers.IntegerField(required=False, allow_null=True, help_text="The best number; null: none stated.")
    high = serializers.IntegerField(required=False, allow_null=True, help_text="The highest number; null: open.")
    n_incidents = serializers.IntegerField(help_text="How many incidents it rests on.")
    n_aggregated = serializers.IntegerField(
        required=False, help_text="How many of these tell several events as one; `value` leaves them out."
    )
    n_at_least = serializers.IntegerField(
        required=False,
        help_text="In how many incidents and tolls the best number is a floor: there were so many or more.",
    )
    n_without_figure = serializers.IntegerField(
        required=False, help_text="How many incidents say of some people not how many they were."
    )
    residual = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="How many people of tolls nothing else explains, of the number that `estimate` names; only with"
        " basis=reconciled.",
    )


class StatsRowSerializer(NumbersSerializer):
    """One group: a key for each dimension of `by`, null where it is not known, and its numbers."""

    def get_fields(self):
        keys = {name: serializers.CharField(required=False, allow_null=True) for name in DIMENSIONS}
        return keys | super().get_fields()


class ContradictoryBoundsSerializer(serializers.Serializer):
    """How many incidents, and what to add to low and high of the total to come to those that are stated."""

    n = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()


class BoundsSerializer(serializers.Serializer):
    """A number of people. A null `high` is open."""

    low = serializers.IntegerField(allow_null=True)
    best = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class AddedIncidentSerializer(BoundsSerializer):
    """What an incident adds to the total."""

    incident = serializers.CharField()


class ExplainingSerializer(BoundsSerializer):
    """How many people of a toll an incident explains."""

    incident = serializers.CharField()
    relation = serializers.ChoiceField(Coverage.choices)
    decided = serializers.BooleanField(help_text="false: the codes propose it, and nobody has decided (provisional).")
    people = serializers.IntegerField(allow_null=True, help_text="How many people of the incident at most; null: all.")


class AddsSerializer(serializers.Serializer):
    """By how much a toll raises the lowest and the best number of the total."""

    low = serializers.IntegerField()
    best = serializers.IntegerField()


class AddedTollSerializer(serializers.Serializer):
    """A toll that the total counts, and what explains it."""

    toll = serializers.CharField()
    number = BoundsSerializer()
    adds = AddsSerializer()
    residual = BoundsSerializer(help_text="How many of its people nothing else explains.")
    nested = serializers.ListField(child=serializers.CharField(), help_text="The tolls within it that count, too.")
    explained_by = ExplainingSerializer(many=True)
    stale = serializers.ListField(
        child=serializers.CharField(), help_text="Incidents whose link does not hold any more: they explain nothing."
    )


class ExplanationSerializer(serializers.Serializer):
    """What made the total; only with explain=1."""

    n_incidents = serializers.IntegerField()
    incidents = AddedIncidentSerializer(many=True, help_text=f"The first {EXPLAINED_MAX:,} of them.")
    tolls = AddedTollSerializer(many=True)


class StatsSerializer(serializers.Serializer):
    """Sums, and what was left out of them."""

    measure = serializers.ChoiceField(MEASURES)
    by = serializers.ListField(child=serializers.ChoiceField(DIMENSIONS))
    estimate = serializers.ChoiceField(ESTIMATES)
    basis = serializers.ChoiceField(BASES, help_text="What the sums rest on.")
    results = StatsRowSerializer(many=True)
    total = NumbersSerializer(help_text="The sum over everything that is asked for, each person counted once.")
    possible = NumbersSerializer(
        required=False,
        help_text="What may lie in the span of date_from and date_to, but not surely; not part of the sums.",
    )
    incident_bounds = serializers.BooleanField(
        help_text="Whether bounds that are stated for all killed of an incident are used. Where a filter or a dimension"
        " tells victims or harms apart, they cannot be."
    )
    contradictory = ContradictoryBoundsSerializer(
        help_text="Incidents of datasets whose bounds contradict their best number, which stands in their place."
    )
    n_undated = serializers.IntegerField(help_text="Incidents whose day is not known well enough for `by`.")
    groups_overlap = serializers.BooleanField(help_text="An incident may stand in several groups: never add the rows.")
    tolls_added = serializers.ListField(child=serializers.CharField())
    tolls_outdated = OutdatedSerializer(many=True)
    tolls_left_out = LeftOutSerializer(many=True)
    explanation = ExplanationSerializer(required=False)
    seq = serializers.IntegerField(help_text="Where the log stood.")
    citation = serializers.CharField()


class StatsCsv(CsvRenderer):
    """The rows alone, with a header."""

    def columns(self, data):
        return [*data["by"], *(name for name in ANSWER_COLUMNS if name in data["total"])]


def choice(name, description, values, default):
    return OpenApiParameter(name, str, description=description, enum=values, default=default)


BY_SCHEMA = {
    "type": "array",
    "items": {"type": "string", "enum": list(DIMENSIONS)},
    "minItems": 1,
    "maxItems": 2,
    "uniqueItems": True,
}
SUMS_PARAMETERS = [
    choice("measure", "What is summed. `casualties` are people of all harms, each once.", MEASURES, "incidents"),
    OpenApiParameter(
        "by", BY_SCHEMA, description="One or two dimensions, separated by commas.", style="form", explode=False
    ),
    choice("estimate", "Which number of people is the `value`.", ESTIMATES, "best"),
    choice("basis", "`reconciled` adds what adopted tolls count beyond the incidents.", BASES, "incident"),
    choice("explain", "`1`: also name the incidents, tolls and links that make the total.", ["0", "1"], "0"),
]


@extend_schema(
    responses=in_formats(StatsSerializer, StatsCsv),
    parameters=[*SUMS_PARAMETERS, *(OpenApiParameter(**each) for each in MOMENTS)],
)
class StatsView(LogView, APIView):
    """Sums of incidents or of people harmed, by one or two dimensions; every filter of incidents applies.

    `victim` also says whose numbers are summed. A toll enters only with `basis=reconciled`, if it is adopted and lies
    wholly within the filters, and then only with what the incidents that it covers do not explain.
    """

    renderer_classes = [DocumentRenderer, StatsCsv]
    queryset = Revision.objects.all()
    filter_backends = [QuestionFilterBackend]
    filterset_class = INCIDENT_LIST.filters

    def get(self, request):
        asked = SumsAsked(request.query_params)
        asked.refuse_errors()
        question, basis = asked.sums(), asked.basis
        self.moment = question.moment
        if unchanged := self.unchanged():
            return unchanged
        seq = Revision.objects.head() if self.moment is None else self.moment
        found = answer(question, basis, asked.apply)
        if self.moment is None and seq != Revision.objects.head():
            # Something was published meanwhile: answer for one state of the log.
            asked = SumsAsked({**asked.parameters, "as_of": str(seq)})
            question = asked.sums()
            found = answer(question, basis, asked.apply)
        groups = found.groups
        if len(groups) > ROWS_MAX:
            raise bad(by=f"That makes {len(groups)} groups, and an answer has at most {ROWS_MAX}. Narrow the filters.")
        rows = sorted(groups.items(), key=lambda item: [(key is None, key or "") for key in item[0]])
        here = position_at(seq)
        links = asked.links(request.build_absolute_uri(), here)
        page = {
            "measure": question.measure,
            "by": question.by,
            "estimate": asked.estimate,
            "basis": basis,
            "results": [
                dict(zip(question.by, key, strict=True)) | numbers_of(question, asked, row, found.residuals.get(key))
                for key, row in rows
            ],
            "total": numbers_of(question, asked, found.total, found.residual if found.additions else None),
            **possible(asked, question, found.total if basis == "incident" else None),
            "incident_bounds": question.whole,
            "contradictory": found.contradictory,
            "n_undated": found.n_undated,
            "groups_overlap": question.overlap,
            "tolls_added": [each.toll.uid for each in found.additions],
            "tolls_outdated": [{"toll": toll, "newer": newer} for toll, newer in found.outdated],
            "tolls_left_out": [{"toll": toll, "because": because} for toll, because in found.tolls_left_out],
            "seq": seq,
            "citation": citation_of_the_log(theatre_at(seq), timezone.now().date(), here, links["cite-as"]),
        }
        if asked.explain:
            page["explanation"] = explained(question, asked.apply, found)
        return add_links(Response(page, headers={"X-Data-Seq": str(seq)}), **links)


class DifferenceSerializer(serializers.Serializer):
    """What became more or less: null counts as 0 here, so that the differences of all revisions are the whole."""

    value = serializers.IntegerField()
    low = serializers.IntegerField(required=False)
    best = serializers.IntegerField(required=False)
    high = serializers.IntegerField(required=False)


class ChangePassageSerializer(serializers.Serializer):
    """A passage that a revision rests on."""

    article = serializers.CharField()
    locator = serializers.CharField()


class SumChangeSerializer(serializers.Serializer):
    """A revision that changed the sum."""

    seq = serializers.IntegerField()
    kind = serializers.CharField()
    uid = serializers.CharField()
    part_of = serializers.CharField(allow_null=True, help_text="The record that it is a part of.")
    number = serializers.IntegerField(help_text="The number of the revision within its record.")
    op = serializers.ChoiceField(Op.choices)
    changed_fields = serializers.ListField(child=serializers.CharField(), help_text="What differs from the one before.")
    reason_code = serializers.CharField(help_text="Why, if it was not a normal edit; else empty.")
    reason = serializers.CharField(help_text="Why, in a sentence; empty if nobody said.")
    published_at = serializers.DateTimeField()
    passages = ChangePassageSerializer(many=True)
    before = NumbersSerializer()
    after = NumbersSerializer()
    difference = DifferenceSerializer()
    opened = serializers.ListField(child=serializers.ChoiceField(ESTIMATES), help_text="Numbers that became null.")
    closed = serializers.ListField(child=serializers.ChoiceField(ESTIMATES), help_text="Numbers that were null before.")
    tolls = serializers.ListField(
        child=serializers.CharField(), help_text="Tolls that add another number because of it."
    )


class WhySerializer(serializers.Serializer):
    """Why a sum changed: its states at two moments, and every revision between them that changed it."""

    measure = serializers.ChoiceField(MEASURES)
    estimate = serializers.ChoiceField(ESTIMATES)
    basis = serializers.ChoiceField(BASES)
    first = serializers.IntegerField(help_text="The seq from which this page tells.")
    last = serializers.IntegerField(help_text="The seq up to which this page tells.")
    before = NumbersSerializer(help_text="The sum at `first`.")
    after = NumbersSerializer(help_text="The sum at `last`.")
    difference = DifferenceSerializer()
    results = SumChangeSerializer(many=True)
    next = serializers.CharField(
        allow_null=True, help_text=f"The next page; a page looks at {CHANGES_MAX:,} revisions at most."
    )
    seq = serializers.IntegerField(help_text="Where the log stood.")


@extend_schema(
    responses=WhySerializer,
    parameters=[
        *(each for each in SUMS_PARAMETERS if each.name in {"measure", "estimate", "basis"}),
        *(OpenApiParameter(**each) for each in SPAN),
    ],
)
class WhyView(LogView, APIView):
    """Why the total of a sum changed between two moments; every filter of incidents applies.

    Each revision that moved a number is listed with its difference. The differences of a page add up to its own, and
    those of all pages to the whole.
    """

    queryset = Revision.objects.all()
    filter_backends = [QuestionFilterBackend]
    filterset_class = INCIDENT_LIST.filters

    def get(self, request):
        asked = ChangeAsked(request.query_params)
        asked.refuse_errors()
        if unchanged := self.unchanged():
            return unchanged
        question = asked.at(asked.last).sums()
        changes = Changes(asked, CHANGES_MAX)

        def shown(state):
            return numbers_of(question, asked, state.total, state.residual if state.additions else None)

        end, rows = changes.start, []
        for step in changes.steps():
            end = step.after
            if step.moves:
                rows.append(change_of(step, shown(step.before), shown(step.after)))
        seq = Revision.objects.head()
        following = None
        if changes.end < asked.last:
            following = replace_query_param(request.build_absolute_uri(), "from", changes.end)
        page = {
            "measure": question.measure,
            "estimate": asked.estimate,
            "basis": asked.basis,
            "first": asked.first,
            "last": changes.end,
            "before": shown(changes.start),
            "after": shown(end),
            "difference": difference_of(shown(changes.start), shown(end)),
            "results": rows,
            "next": following,
            "seq": seq,
        }
        return add_links(Response(page, headers={"X-Data-Seq": str(seq)}), next=following)


def change_of(step, before, after):
    """Return one revision that changed a sum, as readers see it."""
    revision = step.revision
    return {
        "seq": revision.seq,
        "kind": revision.kind,
        "uid": revision.uid,
        "part_of": revision.part_of or None,
        "number": revision.number,
        "op": revision.op,
        "changed_fields": revision.changed_fields,
        "reason_code": revision.reason_code,
        "reason": revision.reason,
        "published_at": revision.published_at,
        "passages": passages_of(revision),
        "before": before,
        "after": after,
        "difference": difference_of(before, after),
        "opened": [name for name in ESTIMATES if before.get(name) is not None and after.get(name) is None],
        "closed": [name for name in ESTIMATES if before.get(name) is None and after.get(name) is not None],
        "tolls": step.tolls(),
    }


def difference_of(before, after):
    """Return by how much numbers of a sum differ, where null counts as 0."""
    return {name: (after[name] or 0) - (before[name] or 0) for name in ("value", *ESTIMATES) if name in before}


def numbers_of(question, asked, row, residual=None):
    """Return the numbers of a row of sums as readers see them."""
    if question.measure == "incidents":
        told = row.n_incidents - row.n_aggregated
        return {"value": told, "n_incidents": row.n_incidents, "n_aggregated": row.n_aggregated}
    bounds = {estimate: row.value(estimate, also=residual is not None) for estimate in ESTIMATES}
    reconciled = {"residual": getattr(residual or Counted(), asked.estimate)} if asked.basis == "reconciled" else {}
    return {
        "value": bounds[asked.estimate],
        **bounds,
        "n_incidents": row.n_incidents,
        "n_at_least": row.n_at_least,
        "n_without_figure": row.n_without_figure,
        **reconciled,
    }


def possible(asked, question, certain):
    """Return what may lie in the span of days that is asked for, but not surely, as an answer shows it."""
    if (wider := asked.wider()) is None:
        return {}
    in_all = replace(question, by=[])
    if certain is None:
        certain = sums(in_all, asked.apply).get((), Row())
    row = replace(sums(replace(in_all, parameters=wider.filters), wider.apply).get((), Row()))
    row.add(certain, -1)
    return {"possible": numbers_of(question, asked, row)}


def explained(question, filtered, found):
    """Return what made the total of an answer: incidents with what each adds, tolls, and the links between them."""
    incidents = grouped(replace(question, by=["incident"]), filtered)
    shown = sorted(incidents.items())[:EXPLAINED_MAX]
    return {
        "n_incidents": len(incidents),
        "incidents": [
            {"incident": uid} | {estimate: row.value(estimate) for estimate in ESTIMATES} for (uid,), row in shown
        ],
        "tolls": [
            {
                "toll": each.toll.uid,
                "number": bounds_shape(each.toll.number),
                "adds": {"low": each.adds.low, "best": each.adds.best},
                "residual": bounds_shape(each.residual),
                "nested": each.nested,
                "explained_by": [
                    {"incident": incident, "relation": link.relation, "decided": link.decided, "people": link.people}
                    | bounds_shape(counted)
                    for incident, _, link, counted in sorted(each.explained, key=lambda row: row[0])[:EXPLAINED_MAX]
                ],
                "stale": found.stale.get(each.toll.uid, []),
            }
            for each in found.additions
        ],
    }


def bounds_shape(counted):
    """Return the numbers of a Counted as documents show them."""
    return {estimate: getattr(counted, estimate) for estimate in ESTIMATES}
