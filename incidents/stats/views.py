"""Sums for readers: `/api/v1/stats/`."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from publication.models import Revision
from publication.releases.package import citation_of_the_log
from publication.theatre import theatre_at
from reading.codelists import CsvRenderer, in_formats
from reading.formats import DocumentRenderer
from reading.links import add_links
from reading.moments import MOMENTS
from reading.problems import bad
from reading.viewsets import LogView, QuestionFilterBackend

from ..listings import INCIDENT_LIST
from .answer import BASES, ESTIMATES, MEASURES, answer
from .question import SumsAsked
from .sums import DIMENSIONS

#: No answer has more groups.
ROWS_MAX = 10_000

ANSWER_COLUMNS = ["value", "n_incidents", "n_without_figure", "residual"]


class LeftOutSerializer(serializers.Serializer):
    """A toll that may count some of these people and is not added."""

    toll = serializers.CharField()
    because = serializers.CharField()


class StatsRowSerializer(serializers.Serializer):
    """One group: a key for each dimension of `by`, null where it is not known, and its numbers."""

    value = serializers.IntegerField(allow_null=True, help_text="The sum; null: nobody stated it, or `high` is open.")
    n_incidents = serializers.IntegerField(help_text="How many incidents it rests on.")
    n_without_figure = serializers.IntegerField(help_text="How many estimates state no such number and are left out.")
    residual = serializers.IntegerField(
        required=False, allow_null=True, help_text="How much of the value tolls add; only with basis=reconciled."
    )

    def get_fields(self):
        keys = {name: serializers.CharField(required=False, allow_null=True) for name in DIMENSIONS}
        return keys | super().get_fields()


class StatsSerializer(serializers.Serializer):
    """Sums, and what was left out of them."""

    measure = serializers.ChoiceField(MEASURES)
    by = serializers.ListField(child=serializers.ChoiceField(DIMENSIONS))
    estimate = serializers.ChoiceField(ESTIMATES)
    basis = serializers.ChoiceField(BASES, help_text="What the sums rest on.")
    results = StatsRowSerializer(many=True)
    n_without_figure = serializers.IntegerField(help_text="Estimates that state no such number.")
    n_undated = serializers.IntegerField(help_text="Incidents whose day is not known well enough for `by`.")
    groups_overlap = serializers.BooleanField(help_text="An incident may stand in several groups: never add the rows.")
    tolls_added = serializers.ListField(child=serializers.CharField())
    tolls_left_out = LeftOutSerializer(many=True)
    seq = serializers.IntegerField(help_text="Where the log stood.")
    citation = serializers.CharField()


class StatsCsv(CsvRenderer):
    """The rows alone, with a header."""

    def columns(self, data):
        return [*data["by"], *(name for name in ANSWER_COLUMNS if name != "residual" or data["basis"] == "reconciled")]


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
    choice("measure", "What is summed. `casualties` are all harms, and need `by=harm`.", MEASURES, "incidents"),
    OpenApiParameter(
        "by", BY_SCHEMA, description="One or two dimensions, separated by commas.", style="form", explode=False
    ),
    choice("estimate", "Which number of each estimate.", ESTIMATES, "best"),
    choice("basis", "`reconciled` adds what adopted tolls count beyond the incidents.", BASES, "incident"),
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
        links = asked.links(request.build_absolute_uri(), seq)
        page = {
            "measure": question.measure,
            "by": question.by,
            "estimate": question.estimate,
            "basis": basis,
            "results": [self.row(question, basis, key, group, found.residuals.get(key, 0)) for key, group in rows],
            "n_without_figure": found.n_without_figure,
            "n_undated": found.n_undated,
            "groups_overlap": question.overlap,
            "tolls_added": found.tolls_added,
            "tolls_left_out": [{"toll": toll, "because": because} for toll, because in found.tolls_left_out],
            "seq": seq,
            "citation": citation_of_the_log(theatre_at(seq), timezone.now().date(), seq, links["cite-as"]),
        }
        return add_links(Response(page, headers={"X-Data-Seq": str(seq)}), **links)

    @staticmethod
    def row(question, basis, key, group, residual):
        """Return a group as readers see it. A highest number is open as soon as one of its estimates is."""
        value = group.value
        if question.estimate == "high" and (group.n_without_figure or residual is None):
            value = None
        elif residual:
            value = (value or 0) + residual
        numbers = {"value": value, "n_incidents": group.n_incidents, "n_without_figure": group.n_without_figure}
        reconciled = {"residual": residual} if basis == "reconciled" else {}
        return dict(zip(question.by, key, strict=True)) | numbers | reconciled
