"""What the codes mean: the codelists, and the codebook that explains every field and code."""

from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from publication.codebook import CODEBOOK_VERSION, codebook_contents, codebook_page, coded_values, codelists
from publication.csv_files import csv_line_writer
from publication.models import Revision

from .about import AboutView
from .viewsets import DocumentRenderer


class CsvRenderer(DocumentRenderer):
    """The rows of `results` as CSV (RFC 4180); an error stays JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if renderer_context["response"].exception:
            return super().render(data)
        line, columns = csv_line_writer(), self.columns(data)
        rows = ([result[name] for name in columns] for result in data["results"])
        return b"".join(map(line, [columns, *rows]))

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


def in_formats(serializer, renderer):
    """Return the OpenAPI description of an answer in JSON and in another format, which is text."""
    return {(200, "application/json"): serializer, (200, renderer.media_type): OpenApiTypes.STR}


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
