"""Sums for readers: `/api/v1/stats/`."""

from dataclasses import replace

from django.utils import timezone
from django_filters.utils import translate_validation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from publication.models import Revision
from publication.releases.package import citation_of_the_log
from reading.codelists import CsvRenderer, in_formats
from reading.formats import DocumentRenderer
from reading.links import add_links, pinned
from reading.moments import MOMENTS, read_moment
from reading.problems import bad
from reading.viewsets import LogView, RecordFilterBackend, refuse_unfit

from ..choices import Harm
from ..filters import IncidentFilter
from .answer import BASES, ESTIMATES, MEASURES, answer
from .sums import DIMENSIONS, Question

#: No answer has more groups.
ROWS_MAX = 10_000

NUMBERS = ["value", "n_incidents", "n_without_figure", "residual"]


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
        return [*data["by"], *(name for name in NUMBERS if name != "residual" or data["basis"] == "reconciled")]


def choice(name, description, values, default):
    return OpenApiParameter(name, str, description=description, enum=values, default=default)


BY = {
    "type": "array",
    "items": {"type": "string", "enum": list(DIMENSIONS)},
    "minItems": 1,
    "maxItems": 2,
    "uniqueItems": True,
}
ASKED = [
    choice("measure", "What is summed. `casualties` are all harms, and need `by=harm`.", MEASURES, "incidents"),
    OpenApiParameter("by", BY, description="One or two dimensions, parted by commas.", style="form", explode=False),
    choice("estimate", "Which number of each estimate.", ESTIMATES, "best"),
    choice("basis", "`reconciled` adds what adopted tolls count beyond the incidents.", BASES, "incident"),
]


@extend_schema(
    responses=in_formats(StatsSerializer, StatsCsv),
    parameters=[*ASKED, *(OpenApiParameter(**each) for each in MOMENTS)],
)
class StatsView(LogView, APIView):
    """Sums of incidents or of people harmed, by one or two dimensions; every filter of incidents applies.

    `victim` also says whose numbers are summed. A toll enters only with `basis=reconciled`, if it is adopted and lies
    wholly within the filters, and then only with what the incidents that it covers do not explain.
    """

    renderer_classes = [DocumentRenderer, StatsCsv]
    queryset = Revision.objects.all()
    filter_backends = [RecordFilterBackend]
    filterset_class = IncidentFilter

    def get(self, request):
        filters = set(IncidentFilter.base_filters)
        refuse_unfit(request, {"measure", "by", "estimate", "basis", "format", "as_of", "release"} | filters)
        self.moment = read_moment(request.query_params)
        asked = {name: value for name, value in request.query_params.items() if name in filters}
        question, basis = self.question(asked), self.choose("basis", BASES, "incident")
        if question.measure == "incidents" and basis == "reconciled":
            raise bad(basis="Tolls count people: ask for a measure of people, such as killed.")
        filtered = self.filters(question)
        if unchanged := self.unchanged():
            return unchanged
        seq = Revision.objects.head() if self.moment is None else self.moment
        found = answer(question, basis, filtered)
        if self.moment is None and seq != Revision.objects.head():
            # Something was published meanwhile: answer for one state of the log.
            found = answer(replace(question, moment=seq), basis, filtered)
        groups = found.groups
        if len(groups) > ROWS_MAX:
            raise bad(by=f"That makes {len(groups)} groups, and an answer has at most {ROWS_MAX}. Narrow the filters.")
        rows = sorted(groups.items(), key=lambda item: [(key is None, key or "") for key in item[0]])
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
            "citation": citation_of_the_log(timezone.now().date(), seq, pinned(request, seq)),
        }
        response = Response(page, headers={"X-Data-Seq": str(seq)})
        return add_links(response, **{"cite-as": pinned(request, seq)})

    def question(self, parameters):
        """Return what is asked; raise a 400 for what makes no sense together."""
        measure = self.choose("measure", MEASURES, "incidents")
        text = self.request.query_params.get("by", "")
        by = text.split(",") if text else []
        if unknown := [name for name in by if name not in DIMENSIONS]:
            raise bad(by=f"There is no “{unknown[0]}” to group by. Choose from: {', '.join(DIMENSIONS)}.")
        if len(by) > 2 or len(set(by)) < len(by):
            raise bad(by="Give one or two different dimensions.")
        if measure == "casualties" and "harm" not in by:
            raise bad(measure="Somebody abducted and then killed would be counted twice: ask for by=harm too.")
        if measure in Harm.values and "harm" in parameters:
            raise bad(harm="The measure says it. Leave it out, or ask for measure=casualties.")
        harms = [measure] if measure in Harm.values else parameters.get("harm", ",".join(Harm.values)).split(",")
        victims = parameters.get("victim")
        tags = [f"harm:{harm}" for harm in harms]
        if victims:
            tags = [f"victim:{victim}|{tag}" for victim in victims.split(",") for tag in tags]
        return Question(measure, by, self.choose("estimate", ESTIMATES, "best"), parameters, self.moment, tags)

    def choose(self, name, values, default):
        value = self.request.query_params.get(name, default)
        if value not in values:
            raise bad(**{name: f"Choose from: {', '.join(values)}."})
        return value

    def filters(self, question):
        """Return the function that filters revisions of incidents; raise a 400 that names a bad parameter."""

        def filterset(revisions):
            return IncidentFilter(question.parameters, queryset=revisions, request=self.request)

        checked = filterset(Revision.objects.none())
        if not checked.is_valid():
            raise translate_validation(checked.errors)
        return lambda revisions: filterset(revisions).qs

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
