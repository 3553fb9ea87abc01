"""What readers ask about the data rather than of it: where they stand, how to cite them, what their codes mean."""

import csv
import hashlib
import io
from functools import lru_cache

import orjson
from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from publication.codebook import CODEBOOK_VERSION, codebook_contents, codebook_page, coded_values, codelists
from publication.documents import KINDS
from publication.models import Release, Revision
from publication.releases.building import possible_days
from publication.releases.package import LICENCE, TITLE, citation_of_the_log

from .query import refuse_unfit
from .viewsets import DocumentRenderer, LogView

#: Where to go on, and the names of the views there.
LINKS = {
    "api": "api-root",
    "changes": "changes",
    "releases": "release-list",
    "stats": "stats",
    "codelists": "codelist-list",
    "codebook": "codebook",
    "schema": "schema",
    "docs": "docs",
}


class CsvRenderer(DocumentRenderer):
    """The rows of `results` as CSV (RFC 4180); an error stays JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if renderer_context["response"].exception:
            return super().render(data)
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns(data))
        writer.writeheader()
        writer.writerows(data["results"])
        return text.getvalue().encode()

    def columns(self, data):
        """Return the names of the columns."""
        return list(data["results"][0])


class MarkdownRenderer(DocumentRenderer):
    """The codebook as a page for people; an error stays JSON."""

    media_type = "text/markdown"
    format = "md"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return super().render(data) if renderer_context["response"].exception else codebook_page().encode()


class CodeSerializer(serializers.Serializer):
    """One code of a codelist."""

    code = serializers.CharField(help_text="As it stands in documents and filters.")
    label = serializers.CharField(help_text="For people.")
    rule = serializers.CharField(help_text="When a coder chooses it.")


class CodelistLineSerializer(serializers.Serializer):
    """One codelist among all."""

    name = serializers.CharField()
    rule = serializers.CharField(help_text="What its codes tell, and what they were taken from.")
    count = serializers.IntegerField(help_text="How many codes it has.")
    url = serializers.URLField()


class CodelistsSerializer(serializers.Serializer):
    """All codelists, in the envelope of every list."""

    results = CodelistLineSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="Always null: the list is whole.")
    previous = serializers.URLField(allow_null=True, help_text="Always null.")
    seq = serializers.IntegerField(help_text="The newest revision in the log when the list was read.")


class CodelistSerializer(serializers.Serializer):
    """One codelist with its codes."""

    name = serializers.CharField()
    rule = serializers.CharField(help_text="What its codes tell, and what they were taken from.")
    codebook = serializers.CharField(help_text="The version of the codebook that it belongs to.")
    results = CodeSerializer(many=True)


class CodedFieldSerializer(serializers.Serializer):
    """One field that curators fill."""

    name = serializers.CharField()
    holds = serializers.CharField(help_text="What sort of value.")
    codelist = serializers.CharField(allow_null=True, help_text="The codelist whose codes it holds.")
    rule = serializers.CharField(help_text="The coding rule.")


class CodedTableSerializer(serializers.Serializer):
    """One table that curators fill."""

    app = serializers.CharField(help_text="The part of the codebook that it belongs to.")
    name = serializers.CharField()
    rule = serializers.CharField(help_text="What one row of it is.")
    fields = CodedFieldSerializer(many=True)


class CodebookListSerializer(serializers.Serializer):
    """One codelist in the codebook."""

    name = serializers.CharField()
    title = serializers.CharField()
    rule = serializers.CharField()
    codes = CodeSerializer(many=True)


class CodebookSerializer(serializers.Serializer):
    """The coding rules: every table with its fields, and every codelist."""

    version = serializers.CharField()
    tables = CodedTableSerializer(many=True)
    codelists = CodebookListSerializer(many=True)


class CoverageSerializer(serializers.Serializer):
    """The days that the incidents lie between; null where nothing says."""

    earliest = serializers.DateField(allow_null=True, help_text="The first possible day.")
    latest = serializers.DateField(allow_null=True, help_text="The last possible day.")


class NewestReleaseSerializer(serializers.ModelSerializer):
    """The newest release that was not withdrawn."""

    url = serializers.HyperlinkedIdentityField(view_name="release", lookup_field="version")

    class Meta:
        model = Release
        fields = ["version", "published_at", "seq", "url"]


class LicenceSerializer(serializers.Serializer):
    """The licence of the data."""

    name = serializers.CharField(help_text="Its SPDX identifier.")
    title = serializers.CharField()
    path = serializers.URLField(help_text="Its text.")


class LogCitationSerializer(serializers.Serializer):
    """How to cite data that are no release, in a sentence."""

    text = serializers.CharField(help_text="The whole log as it stands.")
    query = serializers.CharField(
        help_text="An answer: put its `X-Data-Seq` for {seq}, and the target of its `Link` with rel=cite-as for {url}."
    )


class MetaSerializer(serializers.Serializer):
    """What there is, how far it reaches, and how to cite it."""

    title = serializers.CharField()
    seq = serializers.IntegerField(help_text="The newest revision in the log.")
    published_at = serializers.DateTimeField(allow_null=True, help_text="When that was published.")
    codebook = serializers.CharField(help_text="The version of the codebook that is in force.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Records that are served, by kind.")
    coverage = CoverageSerializer()
    coded_through = serializers.DateField(allow_null=True, help_text="The last possible day of any article.")
    release = NewestReleaseSerializer(allow_null=True)
    licence = LicenceSerializer()
    citation = LogCitationSerializer()
    links = serializers.DictField(child=serializers.URLField(), help_text="Where to go on.")


def in_formats(serializer, renderer):
    """Return the OpenAPI description of an answer in JSON and in another format, which is text."""
    return {(200, "application/json"): serializer, (200, renderer.media_type): OpenApiTypes.STR}


class AboutView(LogView, APIView):
    """The base of these views: `content` says what they answer, and the ETag follows from that alone.

    Neither the codes nor the newest release nor the day of a citation moves the log, so its seq cannot tell them apart.
    """

    def answer(self, content, seq):
        """Return the answer that carries the content, or a 304."""
        said = [self.request.accepted_renderer.format, content]
        self.digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_UTC_Z)).hexdigest()[:16]
        return self.unchanged() or Response(content, headers={"X-Data-Seq": str(seq)})

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unfit(request, {"format"})

    def tag(self, seq):
        return f'"{self.digest}"'


class CodelistsView(AboutView):
    """The codelists: which there are, and what they tell."""

    renderer_classes = [DocumentRenderer, CsvRenderer]

    @extend_schema(operation_id="codelists_list", responses=in_formats(CodelistsSerializer, CsvRenderer))
    def get(self, request):
        seq = Revision.objects.head()
        lines = [
            {
                "name": name,
                "rule": vocabulary.__doc__.strip(),
                "count": len(vocabulary),
                "url": request.build_absolute_uri(reverse("codelist", args=[name])),
            }
            for name, vocabulary in codelists().items()
        ]
        return self.answer({"results": lines, "next": None, "previous": None, "seq": seq}, seq)


class CodelistView(AboutView):
    """One codelist: every code with its label and its coding rule."""

    renderer_classes = [DocumentRenderer, CsvRenderer]

    @extend_schema(operation_id="codelists_retrieve", responses=in_formats(CodelistSerializer, CsvRenderer))
    def get(self, request, name):
        vocabulary = codelists().get(name)
        if vocabulary is None:
            raise Http404(f"There is no codelist “{name}”. Choose from: {', '.join(codelists())}.")
        rule = vocabulary.__doc__.strip()
        content = {"name": name, "rule": rule, "codebook": CODEBOOK_VERSION, "results": coded_values(vocabulary)}
        return self.answer(content, Revision.objects.head())


class CodebookView(AboutView):
    """The codebook: every table and field that curators fill with its rule, and every codelist."""

    renderer_classes = [DocumentRenderer, MarkdownRenderer]

    @extend_schema(operation_id="codebook_retrieve", responses=in_formats(CodebookSerializer, MarkdownRenderer))
    def get(self, request):
        return self.answer(codebook_contents(), Revision.objects.head())


class MetaView(AboutView):
    """Where the data stand: how much there is, which days it covers, its licence, and how to cite it."""

    @extend_schema(operation_id="meta_retrieve", responses=MetaSerializer)
    def get(self, request):
        newest = Revision.objects.only("seq", "chain", "published_at").last()
        seq, chain = (newest.seq, newest.chain) if newest else (0, "")
        release, today = Release.objects.filter(withdrawn_at=None).first(), timezone.now().date()
        content = {
            "title": TITLE,
            "seq": seq,
            "published_at": newest and newest.published_at,
            "codebook": CODEBOOK_VERSION,
            **standing(seq, chain),
            "release": release and NewestReleaseSerializer(release, context={"request": request}).data,
            "licence": LICENCE,
            "citation": {
                "text": citation_of_the_log(today, seq),
                "query": citation_of_the_log(today, "{seq}", "{url}"),
            },
            "links": {name: request.build_absolute_uri(reverse(view)) for name, view in LINKS.items()},
        }
        return self.answer(content, seq)


@lru_cache(maxsize=1)
def standing(seq, chain):
    """Return how much there is at a seq and which days it covers; `chain` tells the log from all others."""
    served = Revision.objects.as_of(seq)
    counts = dict(served.order_by().values_list("kind").annotate(Count("seq")))
    earliest, latest = possible_days(served.of("incident"))
    _, coded_through = possible_days(served.of("article"))
    return {
        "counts": {kind: counts.get(kind, 0) for kind in KINDS},
        "coverage": {"earliest": earliest, "latest": latest},
        "coded_through": coded_through,
    }
