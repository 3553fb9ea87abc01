"""The reading API: every kind of record as a list and by uid, straight from the revision log."""

import hashlib
from http import HTTPStatus

import orjson
from django.http import Http404
from django.urls import reverse
from django.utils.http import parse_etags
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, renderers, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from .choices import Op
from .citing import add_links, pinned
from .codebook import VERSION
from .errors import bad
from .models import Revision
from .moments import MOMENTS, SINCE, read_moment, read_since
from .pages import KeysetPagination, parameter, read_limit
from .serializers import CHANGE, STEP, ChangesSerializer, HistorySerializer, served

CHOSEN = "Only these fields of each record, parted by commas."

#: The most values that a parameter may have, parted by commas.
VALUES_MAX = 100

#: A past state never changes.
FOREVER = "public, max-age=31536000, immutable"


class FormatNegotiation(DefaultContentNegotiation):
    """Chooses the format of an answer; an unknown `format` is an error that names the ones there are."""

    def filter_renderers(self, renderers, format):
        try:
            return super().filter_renderers(renderers, format)
        except Http404 as error:
            known = ", ".join(renderer.format for renderer in renderers)
            raise bad(format=f"There is no format “{format}”. Choose from: {known}.") from error


class DocumentRenderer(renderers.BaseRenderer):
    """JSON in which documents stand exactly as they are stored."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_UTC_Z)


def refuse_unknown(request, known):
    """Raise the error for parameters that nobody defined."""
    if unknown := sorted(set(request.query_params) - known):
        raise bad(**dict.fromkeys(unknown, "There is no such parameter."))


class RecordFilterBackend(DjangoFilterBackend):
    """Filters a list, and refuses parameters that nobody defined."""

    #: Parameters of every list that are not filters.
    others = {"limit", "cursor", "order", "count", "fields", "format", "as_of", "release"}

    def filter_queryset(self, request, queryset, view):
        refuse_unknown(request, self.others | set(view.filterset_class.base_filters))
        repeated = sorted(name for name, values in request.query_params.lists() if len(values) > 1)
        if repeated:
            raise bad(**dict.fromkeys(repeated, "Give it once; part several values by commas."))
        crowded = sorted(name for name, text in request.query_params.items() if text.count(",") >= VALUES_MAX)
        if crowded:
            raise bad(**dict.fromkeys(crowded, f"Give at most {VALUES_MAX} values at a time."))
        return super().filter_queryset(request, queryset, view)

    def get_schema_operation_parameters(self, view):
        moments = [parameter(each["name"], each["description"], type="string") for each in MOMENTS]
        return [*super().get_schema_operation_parameters(view), *moments, parameter("fields", CHOSEN, type="string")]


class LogView:
    """What every view of the log does: say where the log stands, and spare a reader what it has already."""

    renderer_classes = [DocumentRenderer]
    content_negotiation_class = FormatNegotiation
    #: The seq at which the log is read; None for the present.
    moment = None

    def tag(self, seq):
        """Return the ETag of this address while the log stands at `seq`."""
        address = hashlib.sha256(self.request.get_full_path().encode()).hexdigest()[:12]
        return f'"{seq}-{VERSION}-{address}"'

    def fixed(self):
        """Return whether the answer never changes: a seq is fixed, but what was published by a time may still come."""
        asked = self.request.query_params
        return self.moment is not None and ("release" in asked or asked["as_of"].isdigit())

    def unchanged(self):
        """Return a 304 if the reader has this answer already, else None."""
        held = parse_etags(self.request.headers.get("If-None-Match", ""))
        if not held:
            return None
        tag = self.tag(self.moment if self.moment is not None else Revision.objects.head())
        # A compressed answer has a weak tag, which is as good here; the reader's own form of it is sent back.
        same = next((each for each in held if each.removeprefix("W/") == tag), None)
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": same}) if same else None

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        fresh = response.status_code == HTTPStatus.OK and "X-Data-Seq" in response
        if fresh:
            response["ETag"] = self.tag(response["X-Data-Seq"])
        if fresh or response.status_code == HTTPStatus.NOT_MODIFIED:
            response["Cache-Control"] = FOREVER if self.fixed() else "public, max-age=60"
        return response


class RecordViewSet(LogView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One kind of record: subclasses name the kind, its filters and its orders, the default one first."""

    kind = None
    orders = ["uid"]
    queryset = Revision.objects.all()
    lookup_field = "uid"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    filter_backends = [RecordFilterBackend]
    pagination_class = KeysetPagination

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.moment = read_moment(request.query_params)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == HTTPStatus.OK and self.action in {"list", "retrieve"}:
            add_links(response, **{"cite-as": pinned(request, response["X-Data-Seq"])})
        return response

    def get_queryset(self):
        revisions = Revision.objects.of(self.kind.name)
        return revisions.served() if self.moment is None else revisions.as_of(self.moment)

    def get_serializer_class(self):
        return served(self.kind.serializer)

    def list(self, request):
        if unchanged := self.unchanged():
            return unchanged
        names = self.chosen_fields()
        documents = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([self.cut(document, names) for document in documents])

    @extend_schema(
        parameters=[
            *(OpenApiParameter(**each) for each in MOMENTS),
            OpenApiParameter("fields", str, description=CHOSEN),
        ]
    )
    def retrieve(self, request, uid):
        refuse_unknown(request, {"as_of", "release", "fields", "format"})
        if unchanged := self.unchanged():
            return unchanged
        names = self.chosen_fields()
        revision = self.find(uid)
        headers = {"X-Data-Seq": str(revision.head if self.moment is None else self.moment)}
        if revision.op == Op.PUBLISH:
            return Response(self.cut(revision.document, names), headers=headers)
        if revision.op == Op.MERGE:
            survivor = reverse(request.resolver_match.view_name, args=[revision.replaced_by])
            headers["Location"] = request.build_absolute_uri(survivor)
        status = HTTPStatus.PERMANENT_REDIRECT if revision.op == Op.MERGE else HTTPStatus.GONE
        said = {name: getattr(revision, name) for name in ("uid", "op", "reason_code", "reason", "replaced_by")}
        return Response(said, status=status, headers=headers)

    @extend_schema(responses=HistorySerializer, description="Every revision of the record, oldest first.")
    @action(detail=True, pagination_class=None, filter_backends=[])
    def history(self, request, uid):
        refuse_unknown(request, {"format"})
        if unchanged := self.unchanged():
            return unchanged
        revisions = Revision.objects.of(self.kind.name).filter(uid=uid).with_head().order_by("seq")
        rows = list(revisions.defer("document", "search"))
        if not rows:
            raise Http404(f"There is no {self.kind.name} “{uid}”.")
        steps = [{name: getattr(row, column) for name, column in STEP.items()} for row in rows]
        return Response({"uid": uid, "results": steps}, headers={"X-Data-Seq": str(rows[0].head)})

    def find(self, uid):
        """Return the revision that readers see, or saw at the moment they ask for; Http404 if there is none."""
        revisions = Revision.objects.of(self.kind.name).filter(uid=uid).with_head()
        if self.moment is None:
            revision = revisions.current().first()
        else:
            revision = revisions.filter(seq__lte=self.moment, superseded_at__gt=self.moment).first()
        if revision is None:
            raise Http404(f"There is no {self.kind.name} “{uid}”.")
        return revision

    def chosen_fields(self):
        """Return the names asked for by `fields`; None for all."""
        text = self.request.query_params.get("fields")
        if text is None:
            return None
        names, known = text.split(","), self.get_serializer_class().Meta.fields
        if unknown := [name for name in names if name not in known]:
            listed = ", ".join(f"“{name}”" for name in unknown)
            raise bad(fields=f"There is no field {listed}. Choose from: {', '.join(known)}.")
        return names

    @staticmethod
    def cut(document, names):
        """Return a stored document, or only the named fields of it."""
        if names is None:
            return orjson.Fragment(document)
        content = orjson.loads(document)
        return {name: content[name] for name in names}


@extend_schema(responses=ChangesSerializer, parameters=[OpenApiParameter(**each) for each in SINCE])
class ChangesView(LogView, APIView):
    """Every revision in commit order, tombstones included, unfiltered: replaying it from 0 gives the present state.

    Follow `next` until it is null, then ask again with `since` set to the last `seq` you saw.
    """

    def get(self, request):
        refuse_unknown(request, {"since", "limit", "format"})
        if unchanged := self.unchanged():
            return unchanged
        since, limit = read_since(request.query_params), read_limit(request.query_params)
        revisions = Revision.objects.filter(seq__gt=since).with_head().defer("search").order_by("seq")
        rows = list(revisions[: limit + 1])
        head = rows[0].head if rows else Revision.objects.head()
        more, rows = len(rows) > limit, rows[:limit]
        items = [
            {name: getattr(row, column) for name, column in CHANGE.items()}
            | {"document": orjson.Fragment(row.document) if row.document else None}
            for row in rows
        ]
        link = replace_query_param(request.build_absolute_uri(), "since", rows[-1].seq) if more else None
        response = Response({"results": items, "next": link, "seq": head}, headers={"X-Data-Seq": str(head)})
        return add_links(response, next=link)
