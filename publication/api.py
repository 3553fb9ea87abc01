"""The reading API: every kind of record as a list and by uid, straight from the revision log."""

from http import HTTPStatus

import orjson
from django.http import Http404
from django.urls import reverse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import mixins, renderers, viewsets
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response

from .choices import Op
from .errors import bad
from .models import Revision
from .pages import KeysetPagination, parameter
from .serializers import served


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
        return b"" if data is None else orjson.dumps(data)


class RecordFilterBackend(DjangoFilterBackend):
    """Filters a list, and refuses parameters that nobody defined."""

    #: Parameters of every list that are not filters.
    others = {"limit", "cursor", "order", "count", "fields", "format"}

    def filter_queryset(self, request, queryset, view):
        known = self.others | set(view.filterset_class.base_filters)
        if unknown := sorted(set(request.query_params) - known):
            raise bad(**dict.fromkeys(unknown, "There is no such parameter."))
        repeated = sorted(name for name, values in request.query_params.lists() if len(values) > 1)
        if repeated:
            raise bad(**dict.fromkeys(repeated, "Give it once; part several values by commas."))
        return super().filter_queryset(request, queryset, view)

    def get_schema_operation_parameters(self, view):
        chosen = "Only these fields of each record, parted by commas."
        return [*super().get_schema_operation_parameters(view), parameter("fields", chosen, type="string")]


class RecordViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One kind of record: subclasses name the kind, its filters and its orders, the default one first."""

    kind = None
    orders = ["uid"]
    queryset = Revision.objects.all()
    lookup_field = "uid"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    filter_backends = [RecordFilterBackend]
    pagination_class = KeysetPagination
    renderer_classes = [DocumentRenderer]
    content_negotiation_class = FormatNegotiation

    def get_queryset(self):
        return Revision.objects.of(self.kind.name).served()

    def get_serializer_class(self):
        return served(self.kind.serializer)

    def list(self, request):
        names = self.chosen_fields()
        documents = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([self.cut(document, names) for document in documents])

    def retrieve(self, request, uid):
        if unknown := sorted(set(request.query_params) - {"fields", "format"}):
            raise bad(**dict.fromkeys(unknown, "There is no such parameter."))
        names = self.chosen_fields()
        revision = Revision.objects.of(self.kind.name).current().with_head().filter(uid=uid).first()
        if revision is None:
            raise Http404(f"There is no {self.kind.name} “{uid}”.")
        headers = {"X-Data-Seq": str(revision.head)}
        if revision.op == Op.PUBLISH:
            return Response(self.cut(revision.document, names), headers=headers)
        if revision.op == Op.MERGE:
            survivor = reverse(request.resolver_match.view_name, args=[revision.replaced_by])
            headers["Location"] = request.build_absolute_uri(survivor)
        status = HTTPStatus.PERMANENT_REDIRECT if revision.op == Op.MERGE else HTTPStatus.GONE
        tombstone = {"uid": uid, "op": revision.op, "reason": revision.reason, "replaced_by": revision.replaced_by}
        return Response(tombstone, status=status, headers=headers)

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

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "X-Data-Seq"
        return response
