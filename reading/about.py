"""What readers ask about the data as a whole: how much there is, how far it reaches, and how to cite it."""

import hashlib
from functools import lru_cache

import orjson
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from publication.codebook import CODEBOOK_VERSION
from publication.documents import KINDS, Dates, dated
from publication.models import Release, Revision
from publication.positions import Position, epochs_of_log, position_at
from publication.releases.building import first_and_last_day
from publication.releases.package import citation_of_the_log
from publication.theatre import TheatreSerializer, theatre_at

from .moments import MOMENTS, read_moment
from .query import refuse_unfit
from .viewsets import LogView

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


class CoverageSerializer(serializers.Serializer):
    """The days that the data cover; null where nothing says."""

    earliest = serializers.DateField(allow_null=True, help_text="The first possible day.")
    latest = serializers.DateField(allow_null=True, help_text="The last possible day.")


class NewestReleaseSerializer(serializers.ModelSerializer):
    """The newest release that was not withdrawn."""

    url = serializers.HyperlinkedIdentityField(view_name="release", lookup_field="version")

    class Meta:
        model = Release
        fields = ["version", "published_at", "seq", "url"]


class SiteSerializer(TheatreSerializer):
    """The theatre as it is published, in neutral words if none is."""


class LogCitationSerializer(serializers.Serializer):
    """How to cite data that are no release, in a sentence."""

    text = serializers.CharField(help_text="The whole log as it stands.")
    query = serializers.CharField(
        help_text="An answer: put its `X-Data-Seq` for {seq}, the first 16 digits of its `X-Data-Chain` for {chain}, "
        "and the target of its `Link` with rel=cite-as for {url}."
    )


class EpochSerializer(serializers.Serializer):
    """A time in which the log had one history. Each restore from a backup begins another."""

    number = serializers.IntegerField(help_text="1, 2, 3…")
    id = serializers.UUIDField(help_text="What tells it from all others; that of the first is the id of the log.")
    after_seq = serializers.IntegerField(help_text="The newest seq of the log when it began.")
    began_at = serializers.DateTimeField(help_text="When it began.")
    reason = serializers.CharField(allow_blank=True, help_text="Why; blank for the first.")


class LogSerializer(serializers.Serializer):
    """Which log this is, and which history of it."""

    id = serializers.CharField(allow_blank=True, help_text="The id of the log; blank before anything is published.")
    epoch = serializers.IntegerField(help_text="The epoch that it is in.")
    chain = serializers.CharField(allow_blank=True, help_text="The chain at the seq of this answer.")
    epochs = EpochSerializer(many=True)


class MetaSerializer(serializers.Serializer):
    """What there is, how far it reaches, and how to cite it."""

    theatre = SiteSerializer(help_text="The site, its publisher, its licence, and what it is about.")
    seq = serializers.IntegerField(help_text="The newest revision in the log.")
    log = LogSerializer()
    published_at = serializers.DateTimeField(allow_null=True, help_text="When that was published.")
    codebook = serializers.CharField(help_text="The version of the codebook that is in force.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Records that are served, by kind.")
    coverage = CoverageSerializer()
    coded_through = serializers.DateField(
        allow_null=True, help_text="The last possible day of any report that the data rest on."
    )
    release = NewestReleaseSerializer(allow_null=True)
    citation = LogCitationSerializer()
    links = serializers.DictField(child=serializers.URLField(), help_text="Where to go on.")


class AboutView(LogView, APIView):
    """The base of these views: `content` says what they answer, and the ETag follows from that alone.

    Neither the codes nor the newest release nor the day of a citation moves the log, so its seq cannot tell them apart.
    `parameters` are those that a view takes beside `format`.
    """

    parameters: tuple[str, ...] = ()

    def answer(self, content, seq):
        """Return the answer that carries the content, or a 304."""
        said = [self.request.accepted_renderer.format, content]
        self.digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_UTC_Z)).hexdigest()[:16]
        return self.unchanged() or Response(content, headers={"X-Data-Seq": str(seq)})

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unfit(request, {"format", *self.parameters})

    def fixed(self):
        return False

    def tag(self, position):
        return f'"{self.digest}"'


class MetaView(AboutView):
    """Where the data stand: how much there is, which days it covers, its licence, and how to cite it."""

    parameters = ("as_of", "release", "chain")

    @extend_schema(
        operation_id="meta_retrieve",
        responses=MetaSerializer,
        parameters=[OpenApiParameter(**each) for each in MOMENTS],
    )
    def get(self, request):
        self.moment = read_moment(request.query_params)
        shown = Revision.objects.all() if self.moment is None else Revision.objects.filter(seq__lte=self.moment)
        newest = shown.only("seq", "chain", "published_at").last()
        seq, chain = (newest.seq, newest.chain) if newest else (0, "")
        release, today = Release.objects.filter(withdrawn_at=None, seq__lte=seq).first(), timezone.now().date()
        theatre, here, epochs = theatre_at(seq), position_at(seq), epochs_of_log()
        anywhere = Position(here.log, here.epoch, "{seq}", "{chain}")
        content = {
            "theatre": theatre,
            "seq": seq,
            "log": {"id": here.log, "epoch": here.epoch, "chain": here.chain, "epochs": epochs},
            "published_at": newest and newest.published_at,
            "codebook": CODEBOOK_VERSION,
            **standing(seq, chain),
            "release": release and NewestReleaseSerializer(release, context={"request": request}).data,
            "citation": {
                "text": citation_of_the_log(theatre, today, here),
                "query": citation_of_the_log(theatre, today, anywhere, "{url}"),
            },
            "links": {name: request.build_absolute_uri(reverse(view)) for name, view in LINKS.items()},
        }
        return self.answer(content, seq)


@lru_cache(maxsize=1)
def standing(seq, chain):
    """Return how much there is at a seq and which days it covers; `chain` tells the log from all others."""
    served = Revision.objects.as_of(seq)
    counts = dict(served.order_by().values_list("kind").annotate(Count("seq")))
    earliest, latest = first_and_last_day(served.of(dated(Dates.COVERED).name))
    _, coded_through = first_and_last_day(served.of(dated(Dates.REPORTED).name))
    return {
        "counts": {kind: counts.get(kind, 0) for kind in KINDS},
        "coverage": {"earliest": earliest, "latest": latest},
        "coded_through": coded_through,
    }
