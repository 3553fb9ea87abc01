"""Releases as readers find them: the list, a page for each, and the files, whole or in ranges."""

import re
from http import HTTPStatus

from django.http import FileResponse, Http404, HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView
from whitenoise.responders import SlicedFile

from publication.models import Release, ReleaseFile
from publication.positions import position_at, position_of
from publication.releases.building import folder_of
from publication.releases.package import MEDIA_TYPES, bibtex, citation
from publication.theatre import theatres_at

from .formats import DocumentRenderer, FormatNegotiation
from .links import tell_position
from .query import refuse_unfit
from .schema import header

#: One range, with at least one of its ends. Several at once are answered by the whole file, as the standard allows.
RANGE = re.compile(r"bytes=(?=.*[0-9])([0-9]*)-([0-9]*)")


class Withdrawn(APIException):
    """Raised if a file is asked for whose release was taken back."""

    status_code = HTTPStatus.GONE


class OutOfRange(APIException):
    """Raised if a file does not have the bytes that are asked for."""

    status_code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE

    def __init__(self, size):
        super().__init__(f"The file has {size} bytes, and not these.")
        self.size = size


class FileLink(serializers.HyperlinkedIdentityField):
    """The address of a file of a release: the one that the row is, or the one at `path`."""

    def __init__(self, path="", **kwargs):
        self.path = path
        super().__init__(view_name="release-file", **kwargs)

    def get_url(self, row, view_name, request, format):
        version, path = (row.version, self.path) if self.path else (row.release.version, row.path)
        return reverse(view_name, args=[version, path], request=request)


class ReleaseFileSerializer(serializers.ModelSerializer):
    """One file of a release."""

    url = FileLink()

    class Meta:
        model = ReleaseFile
        fields = ["path", "format", "table", "rows", "bytes", "sha256", "url"]


class SpanSerializer(serializers.Serializer):
    """The days that the incidents of a release lie between."""

    earliest = serializers.DateField(source="earliest_on", allow_null=True, help_text="The first possible day.")
    latest = serializers.DateField(source="latest_on", allow_null=True, help_text="The last possible day.")


class WithdrawalSerializer(serializers.Serializer):
    """When and why a release was taken back."""

    at = serializers.DateTimeField(source="withdrawn_at")
    reason = serializers.CharField(source="withdrawn_because")


class CiteSerializer(serializers.Serializer):
    """How to cite a release."""

    text = serializers.CharField()
    bibtex = serializers.CharField()


class ReleaseSerializer(serializers.ModelSerializer):
    """What readers saw at one seq of the log, as files that never change."""

    url = serializers.HyperlinkedIdentityField(view_name="release", lookup_field="version")
    coverage = SpanSerializer(source="*")
    counts = serializers.SerializerMethodField(help_text="How many rows each table has.")
    withdrawn = serializers.SerializerMethodField(help_text="Null while its files are served.")
    supersedes = serializers.SlugRelatedField(
        "version", read_only=True, allow_null=True, help_text="The release before it."
    )
    superseded_by = serializers.SlugRelatedField(
        "version", read_only=True, many=True, help_text="The releases that name it as the one before them."
    )
    changes = FileLink("changes.json", help_text="What differs from the release before.")
    citation = serializers.SerializerMethodField()
    files = ReleaseFileSerializer(many=True)

    class Meta:
        model = Release
        fields = [
            "version", "url", "published_at", "seq", "chain", "log", "epoch", "codebook", "notes", "coverage", "counts",
            "withdrawn", "supersedes", "superseded_by", "changes", "citation", "files",
        ]  # fmt: skip

    def get_counts(self, release) -> dict[str, int]:
        return {file.table: file.rows for file in release.files.all() if file.format == "csv"}

    def get_withdrawn(self, release) -> WithdrawalSerializer(allow_null=True):
        return WithdrawalSerializer(release).data if release.withdrawn_at else None

    def get_citation(self, release) -> CiteSerializer:
        theatre = self.context["theatres"][release.seq]
        return {"text": citation(theatre, release), "bibtex": bibtex(theatre, release)}


class ReleasesSerializer(serializers.Serializer):
    """All releases, newest first, in the envelope of every list."""

    results = ReleaseSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="Always null: the list is whole.")
    previous = serializers.URLField(allow_null=True, help_text="Always null.")
    seq = serializers.IntegerField(help_text="The newest revision in the log when the list was read.")


class OpenView(APIView):
    """The base of these views: no parameter but `format`."""

    renderer_classes = [DocumentRenderer]
    content_negotiation_class = FormatNegotiation

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unfit(request, {"format"})

    @staticmethod
    def find(version):
        release = Release.objects.filter(version=version).select_related("supersedes").first()
        if release is None:
            raise Http404(f"There is no release “{version}”.")
        return release


class ReleasesView(OpenView):
    """The numbered, immutable releases of the whole database, newest first."""

    @extend_schema(operation_id="releases_list", responses=ReleasesSerializer)
    def get(self, request):
        releases = Release.objects.select_related("supersedes").prefetch_related("files", "superseded_by")
        here = position_at()
        context = {"request": request, "theatres": theatres_at(release.seq for release in releases)}
        results = ReleaseSerializer(releases, many=True, context=context).data
        page = {"results": results, "next": None, "previous": None, "seq": here.seq}
        response = Response(page)
        tell_position(response, here)
        return response


class ReleaseView(OpenView):
    """One release: where it stood in the log, how to cite it, and its files. It stays when the release is withdrawn."""

    @extend_schema(operation_id="releases_retrieve", responses=ReleaseSerializer)
    def get(self, request, version):
        release = self.find(version)
        context = {"request": request, "theatres": theatres_at([release.seq])}
        content = ReleaseSerializer(release, context=context).data
        response = Response(content)
        tell_position(response, position_of(release))
        return response


def content_of(media_type):
    """Return what OpenAPI calls a file of this media type."""
    return OpenApiTypes.STR if media_type.startswith("text/") else OpenApiTypes.ANY


class AnyFormat(BaseContentNegotiation):
    """Leaves out what a client says it accepts: a file is what it is."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ReleaseFileView(OpenView):
    """A file of a release, whole or in one range of bytes. It never changes; its ETag is its SHA-256."""

    content_negotiation_class = AnyFormat
    #: Whoever takes the files spares the server a thousand queries.
    throttle_classes = []

    @extend_schema(
        operation_id="releases_file",
        parameters=[
            header("ETag", str, "The file's SHA-256.", 200, 206),
            header("X-Data-Seq", int, "The seq of the release.", 200, 206),
            header("X-Data-Chain", str, "The chain there.", 200, 206),
            header("X-Data-Log", str, "The id of the log.", 200, 206),
            header("X-Data-Epoch", int, "The epoch that the log was in.", 200, 206),
            header("Accept-Ranges", str, "Always `bytes`.", 200, 206),
            header("Content-Range", str, "Which bytes these are, and of how many.", 206),
            OpenApiParameter("path", str, OpenApiParameter.PATH, description="As in the release's `files`."),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="Such as `bytes=0-1023`."),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag that you have."),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="The ETag that the range is of."),
        ],
        responses={
            **{(status, each): content_of(each) for status in (200, 206) for each in MEDIA_TYPES.values()},
            304: OpenApiResponse(description="The file that you have is this one."),
            410: OpenApiResponse(),
            416: OpenApiResponse(),
        },
    )
    def get(self, request, version, path):
        release = self.find(version)
        file = release.files.filter(path=path).first()
        if file is None:
            raise Http404(f"Release {version} has no file “{path}”.")
        if release.withdrawn_at:
            raise Withdrawn(f"Release {version} was withdrawn: {release.withdrawn_because}")
        etag = f'"{file.sha256}"'
        # Judged before the file is opened, because a 304 would leave it open.
        response = get_conditional_response(request, etag=etag) or self.part(request, release, file, etag)
        response["Accept-Ranges"] = "bytes"
        # The log of which it was built may be restored from before, and the number given to another release.
        response["Cache-Control"] = "public, max-age=3600"
        response["ETag"] = etag
        tell_position(response, position_of(release))
        return response

    def handle_exception(self, error):
        response = super().handle_exception(error)
        if isinstance(error, OutOfRange):
            response["Content-Range"] = f"bytes */{error.size}"
        return response

    def part(self, request, release, file, etag):
        """Return the answer that carries the range of bytes that was asked for, or all of them."""
        span = self.span(request, file.bytes, etag)
        first, last = span or (0, file.bytes - 1)
        mediatype = MEDIA_TYPES[file.format]
        content_type = f"{mediatype}; charset=utf-8" if mediatype.startswith("text/") else mediatype
        if request.method == "HEAD":
            response = HttpResponse(content_type=content_type)
        else:
            content = (folder_of(release) / file.path).open("rb")
            response = FileResponse(
                SlicedFile(content, first, last) if span else content,
                status=HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK,
                content_type=content_type,
                filename=file.path.rpartition("/")[2],
            )
        response["Content-Length"] = str(last - first + 1)
        if span:
            response["Content-Range"] = f"bytes {first}-{last}/{file.bytes}"
        return response

    @staticmethod
    def span(request, size, etag):
        """Return the first and the last byte asked for; None for the whole file. Raise OutOfRange if there are none."""
        asked = RANGE.fullmatch(request.headers.get("Range", ""))
        if request.method != "GET" or not asked or request.headers.get("If-Range", etag) != etag:
            return None
        first, last = asked.groups()
        begin = int(first) if first else size - int(last)
        end = int(last) if first and last else size - 1
        if begin > end or begin >= size:
            raise OutOfRange(size)
        return max(begin, 0), min(end, size - 1)
