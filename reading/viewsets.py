"""The reading API: every kind of record as a list and by uid, straight from the revision log."""

import hashlib
from http import HTTPStatus

import orjson
from django.db import connections
from django.http import Http404, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import classproperty
from django.utils.http import content_disposition_header, parse_etags
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from psycopg import Cursor
from psycopg.rows import namedtuple_row
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from publication.choices import Op
from publication.codebook import CODEBOOK_VERSION
from publication.models import CURRENT, Revision
from publication.positions import epochs_of_log, position_at
from publication.serializers import (
    FEED_FIELDS,
    REVISION_FIELDS,
    ChangesSerializer,
    HistorySerializer,
    TombstoneSerializer,
    with_envelope,
)
from publication.tables import table_of

from .formats import DocumentRenderer, FormatNegotiation, Lines, Rows, Selection, Sheet, WholeFormat, cut
from .links import add_links, pinned, tell_position
from .moments import SINCE, read_moment, read_since
from .pagination import KeysetPagination, read_limit
from .problems import bad
from .query import Listing, Question, refuse_unfit

#: How a switch is written.
SWITCH = {"true": True, "1": True, "false": False, "0": False}

#: What an answer says of a record that is not there any more.
TOMBSTONE = tuple(TombstoneSerializer().fields)

#: One record by a prepared statement: for so little, to compose and plan a query takes longer than to answer it.
ONE = f"""
    SELECT document, (SELECT max(seq) FROM publication_revision) AS head, {", ".join(TOMBSTONE)}
    FROM publication_revision WHERE kind = %s AND uid = %s AND """
NOW, THEN = f"superseded_at = {CURRENT}", "seq <= %s AND superseded_at > %s"

#: A past state never changes.
FOREVER = "public, max-age=31536000, immutable"


class QuestionFilterBackend(DjangoFilterBackend):
    """Filters a list by the view's question; the declarations of its filters are for the OpenAPI document."""

    def filter_queryset(self, request, queryset, view):
        return view.question.revisions


class LogView:
    """What every view of the log does: say where the log stands, and spare a reader what it has already."""

    renderer_classes: list[type[DocumentRenderer]] = [DocumentRenderer]
    content_negotiation_class = FormatNegotiation
    #: The seq at which the log is read; None for the present.
    moment = None

    def tag(self, position):
        """Return the ETag of this address while the log stands at a position."""
        address = hashlib.sha256(self.request.get_full_path().encode()).hexdigest()[:12]
        form = self.request.accepted_renderer.format
        return f'"{position.seq}-{position.short}-{position.epoch}-{CODEBOOK_VERSION}-{form}-{address}"'

    def fixed(self):
        """Return whether the answer never changes: a seq alone may be another state after a restore from a backup."""
        return self.moment is not None and "chain" in self.request.query_params

    def options(self, request, *args, **kwargs):
        """Say what can be asked here: in JSON, whatever format is asked for."""
        request.accepted_renderer, request.accepted_media_type = DocumentRenderer(), DocumentRenderer.media_type
        return super().options(request, *args, **kwargs)

    def unchanged(self):
        """Return a 304 if the reader has this answer already, else None."""
        held = parse_etags(self.request.headers.get("If-None-Match", ""))
        if not held:
            return None
        tag = self.tag(position_at(self.moment))
        # A compressed answer has a weak tag, which is as good here; the reader's own form of it is sent back.
        same = next((each for each in held if each.removeprefix("W/") == tag), None)
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": same}) if same else None

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        fresh = response.status_code == HTTPStatus.OK and "X-Data-Seq" in response
        if "X-Data-Seq" in response:
            self.position = position_at(int(response["X-Data-Seq"]))
            tell_position(response, self.position)
        if fresh:
            response["ETag"] = self.tag(self.position)
        if fresh or response.status_code == HTTPStatus.NOT_MODIFIED:
            response["Cache-Control"] = FOREVER if self.fixed() else "public, max-age=60"
        return response


class RecordViewSet(LogView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One kind of record: subclasses name its listing and its formats, JSON first."""

    listing: Listing
    #: The formats of the list; a single record is JSON.
    renderer_classes = [DocumentRenderer, Lines, Sheet]
    queryset = Revision.objects.all()
    lookup_field = "uid"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    filter_backends = [QuestionFilterBackend]
    pagination_class = KeysetPagination

    @classproperty
    def kind(cls):
        return cls.listing.kind

    @classproperty
    def orders(cls):
        return cls.listing.orders

    @classproperty
    def filterset_class(cls):
        return cls.listing.filters

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == HTTPStatus.OK and self.action in {"list", "retrieve"}:
            add_links(response, **{"cite-as": pinned(request.build_absolute_uri(), self.position)})
        return response

    def get_serializer_class(self):
        return with_envelope(self.kind.serializer)

    def get_renderers(self):
        classes = self.renderer_classes if self.action == "list" else [DocumentRenderer]
        return [renderer() for renderer in classes]

    def list(self, request):
        form = request.accepted_renderer
        switches = {name: each.format for each in self.get_renderers() for name in each.switches}
        whole = isinstance(form, WholeFormat)
        asked = request.query_params.copy()
        for name, value in (form.defaults if whole else {}).items():
            asked.setdefault(name, value)
        also = {"format", "fields", *switches}
        self.question = Question(self.kind.name, asked, also=also, whole=form.format if whole else "")
        self.moment = self.question.moment
        names = self.question.read(self.chosen_fields)
        chosen = self.question.read(lambda fit: self.read_switches(request.query_params, switches))
        self.question.refuse_errors()
        if unchanged := self.unchanged():
            return unchanged
        if whole:
            return self.whole(self.question.ordered, names, chosen)
        documents = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([cut(document, names) for document in documents])

    def whole(self, records, names, switches):
        """Return all records in a format without pages; for HEAD, only the headers."""
        form = self.request.accepted_renderer
        if "limit" in self.question.parameters:
            records = records[: self.question.limit]
        if self.request.method == "HEAD":
            seq = Revision.objects.head() if self.moment is None else self.moment
            response = StreamingHttpResponse((), content_type=form.content_type, headers=form.headers)
        else:
            rows = Rows(records, self.moment)
            seq = rows.seq
            response = form.respond(rows, Selection(self.kind, seq, names, switches))
        name = f"{table_of(self.kind.name).name}-{seq}.{form.suffix}"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        response["X-Data-Seq"] = str(seq)
        return response

    def retrieve(self, request, uid):
        refuse_unfit(request, {"as_of", "release", "chain", "fields", "format"})
        self.moment = read_moment(request.query_params)
        if unchanged := self.unchanged():
            return unchanged
        names = self.chosen_fields(request.query_params)
        revision = self.find(uid)
        headers = {"X-Data-Seq": str(revision.head if self.moment is None else self.moment)}
        if revision.op == Op.PUBLISH:
            return Response(cut(revision.document, names), headers=headers)
        if revision.op == Op.MERGE:
            survivor = reverse(request.resolver_match.view_name, args=[revision.replaced_by])
            headers["Location"] = request.build_absolute_uri(survivor)
        status = HTTPStatus.PERMANENT_REDIRECT if revision.op == Op.MERGE else HTTPStatus.GONE
        said = {name: getattr(revision, name) for name in TOMBSTONE}
        return Response(said, status=status, headers=headers)

    @extend_schema(responses=HistorySerializer, description="Every revision of the record, oldest first.")
    @action(detail=True, pagination_class=None, filter_backends=[])
    def history(self, request, uid):
        refuse_unfit(request, {"format"})
        if unchanged := self.unchanged():
            return unchanged
        revisions = Revision.objects.of(self.kind.name).filter(uid=uid).with_head().order_by("seq")
        rows = list(revisions.defer("document", "search"))
        if not rows:
            raise Http404(f"There is no {self.kind.name} “{uid}”.")
        steps = [{name: getattr(row, column) for name, column in REVISION_FIELDS.items()} for row in rows]
        return Response({"uid": uid, "results": steps}, headers={"X-Data-Seq": str(rows[0].head)})

    def find(self, uid):
        """Return the revision that readers see, or saw at the moment they ask for; Http404 if there is none."""
        connection = connections[Revision.objects.db]
        then, at = (NOW, []) if self.moment is None else (THEN, [self.moment] * 2)
        with connection.cursor() as cursor, connection.wrap_database_errors:
            prepared = Cursor(cursor.connection, row_factory=namedtuple_row)
            revision = prepared.execute(ONE + then, [self.kind.name, uid, *at], prepare=True).fetchone()
        if revision is None:
            raise Http404(f"There is no {self.kind.name} “{uid}”.")
        return revision

    def chosen_fields(self, asked):
        """Return the names asked for by `fields`; None for all."""
        text = asked.get("fields")
        if text is None:
            return None
        form = self.request.accepted_renderer
        names, known = text.split(","), form.choices(self.kind)
        if not known:
            raise bad(fields=f"The columns of {form.format} cannot be chosen.")
        if unknown := [name for name in names if name not in known]:
            listed = ", ".join(f"“{name}”" for name in unknown)
            raise bad(fields=f"There is no field {listed}. Choose from: {', '.join(known)}.")
        return names

    def read_switches(self, asked, owners):
        """Return whether each switch of the format is on; `owners` are the formats of all switches, by name."""
        form = self.request.accepted_renderer
        errors = {
            name: f"Only with format={owner}." if name not in form.switches else "Write true or false."
            for name, owner in owners.items()
            if name in asked and (name not in form.switches or asked[name] not in SWITCH)
        }
        if errors:
            raise bad(**errors)
        return {name: SWITCH[asked.get(name, "false")] for name in form.switches}


class ChangesView(LogView, APIView):
    """Every revision in commit order, tombstones included, unfiltered: replaying it from 0 gives the present state.

    Follow `next` until it is null, then ask again with `since` and `chain` set to those of the last revision you saw: a
    409 says that the log was restored from a backup and went on differently.
    """

    @extend_schema(
        operation_id="changes_list",
        responses=ChangesSerializer,
        parameters=[OpenApiParameter(**each) for each in SINCE],
    )
    def get(self, request):
        refuse_unfit(request, {"since", "chain", "limit", "format"})
        since, limit = read_since(request.query_params), read_limit(request.query_params)
        if unchanged := self.unchanged():
            return unchanged
        revisions = Revision.objects.filter(seq__gt=since).with_head().defer("search").order_by("seq")
        rows = list(revisions[: limit + 1])
        head = rows[0].head if rows else Revision.objects.head()
        more, rows = len(rows) > limit, rows[:limit]
        here, epochs = position_at(head), epochs_of_log()
        items = [
            {name: getattr(row, column) for name, column in FEED_FIELDS.items()}
            | {"log": here.log, "epoch": max(each["number"] for each in epochs if each["after_seq"] < row.seq)}
            | {"document": orjson.Fragment(row.document) if row.document else None}
            for row in rows
        ]
        link = None
        if more:
            link = replace_query_param(request.build_absolute_uri(), "since", rows[-1].seq)
            link = replace_query_param(link, "chain", rows[-1].chain)
        page = {"results": items, "next": link, "seq": head, "chain": here.chain, "log": here.log, "epoch": here.epoch}
        response = Response(page, headers={"X-Data-Seq": str(head)})
        return add_links(response, next=link)
