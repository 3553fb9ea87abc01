"""Keyset pages: a cursor remembers the last row, so the thousandth page costs what the first one does.

REST framework's CursorPagination orders by fields of the model and offsets within equal values; here a key that is an
expression and the uid together are unique, and documents are sent as they are stored.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.db.models import F, Q
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from publication.models import KILLED, Revision

from .links import add_links
from .moments import TEXT
from .problems import bad

LIMIT, LIMIT_MAX = 100, 1000

#: No cursor is longer: its key and uid are short.
CURSOR_MAX = 500


@dataclass(frozen=True)
class Order:
    """What a list can be ordered by: a column, how a cursor's text for it is read, and the same in words."""

    column: object
    read: Callable[[str], Any]
    words: str


#: Each has an index of the current revisions; for `uid` it is the constraint that only one of a record is current.
ORDERS = {
    "date": Order(F("latest_on"), date.fromisoformat, "the last possible day"),
    "published": Order(F("seq"), int, "the order of publication"),
    "uid": Order(F("uid"), str, "the uid"),
    "killed": Order(KILLED, int, "the number killed, unknown ones lowest"),
}


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or before) the row with this key and uid, in one list only."""

    list_id: str
    backwards: bool
    key: str
    uid: str

    def encode(self):
        content = orjson.dumps([self.list_id, self.backwards, self.key, self.uid])
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    @classmethod
    def decode(cls, text, order):
        try:
            if len(text) > CURSOR_MAX:
                raise ValueError(f"a cursor of {len(text)} characters")
            list_id, backwards, key, uid = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(list_id, bool(backwards), order.read(key), str(uid))
        except (binascii.Error, ValueError, TypeError) as error:
            raise bad(cursor="This is not a cursor. Follow the link in “next” as it is.") from error


class KeysetPagination(BasePagination):
    """Cuts the answer to a view's question into pages of documents."""

    def paginate_queryset(self, queryset, request, view=None):
        self.request, self.question = request, view.question
        question, cursor = self.question, self.question.cursor
        self.count = queryset.count() if question.counted else None
        backwards = bool(cursor and cursor.backwards)
        queryset = ordered(queryset.with_head(), question.order, backwards)
        if cursor:
            beyond = "lt" if question.order.startswith("-") != backwards else "gt"
            queryset = queryset.filter(
                Q(**{f"key__{beyond}e": cursor.key})
                & (Q(**{f"key__{beyond}": cursor.key}) | Q(**{f"uid__{beyond}": cursor.uid}))
            )
        rows = list(queryset.values_list("document", "key", "uid", "head", named=True)[: question.limit + 1])
        more, rows = len(rows) > question.limit, rows[: question.limit]
        if backwards:
            rows.reverse()
        self.next = self.link(rows[-1], False) if rows and (more or backwards) else None
        self.previous = self.link(rows[0], True) if rows and (more if backwards else cursor) else None
        head = rows[0].head if rows else Revision.objects.head()
        self.seq = head if question.moment is None else question.moment
        return [row.document for row in rows]

    def link(self, row, backwards):
        cursor = Cursor(self.question.list_id, backwards, str(row.key), row.uid).encode()
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response(self, documents):
        page = {"results": documents, "next": self.next, "previous": self.previous, "seq": self.seq}
        if self.count is not None:
            page["count"] = self.count
        response = Response(page, headers={"X-Data-Seq": str(self.seq)})
        return add_links(response, next=self.next, prev=self.previous)

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous", "seq"],
            "properties": {
                "results": schema,
                "next": {**link, "description": "The next page; null on the last one."},
                "previous": {**link, "description": "The page before; null on the first one."},
                "seq": {"type": "integer", "description": "The newest revision in the log when the page was read."},
                "count": {"type": "integer", "description": "How many records match; only with count=exact."},
            },
        }

    def get_schema_operation_parameters(self, view):
        orders = [sign + order.lstrip("-") for order in view.orders for sign in ("", "-")]
        explained = "; ".join(f"`{each.lstrip('-')}`: {ORDERS[each.lstrip('-')].words}" for each in view.orders)
        return [
            parameter(
                "limit",
                f"Records on a page, 1 to {LIMIT_MAX}; {LIMIT} by default. In a format without pages, the most records "
                "to give, any number of them; all by default.",
                type="integer",
                minimum=1,
            ),
            parameter(
                "cursor",
                "Where the page begins; taken from `next` or `previous`, never written by hand. "
                "Only with `format=json`.",
                **TEXT,
            ),
            parameter(
                "order", f"By {explained}. The uid breaks ties.", type="string", enum=orders, default=view.orders[0]
            ),
            parameter(
                "count",
                "`exact` adds the number of matches, at the price of counting them. Only with `format=json`.",
                type="string",
                enum=["exact"],
            ),
        ]


def list_id(kind: str, order: str, parameters: Mapping[str, str]) -> str:
    """Return what tells a list from others: its kind, order and filters."""
    shaping = {"cursor", "limit", "fields", "count", "order", "format"}
    filters = sorted(item for item in parameters.items() if item[0] not in shaping)
    return hashlib.sha256(orjson.dumps([kind, order, filters])).hexdigest()[:12]


def read_count(parameters: Mapping[str, str]) -> bool:
    """Return whether the number of matches is asked for."""
    text = parameters.get("count")
    if text not in {None, "exact"}:
        raise bad(count="Write count=exact, or leave it out.")
    return text == "exact"


def read_cursor(parameters: Mapping[str, str], order: str, list_id: str) -> Cursor | None:
    """Return where the page begins; None for the first page."""
    text = parameters.get("cursor")
    cursor = Cursor.decode(text, ORDERS[order.lstrip("-")]) if text else None
    if cursor and cursor.list_id != list_id:
        raise bad(cursor="This cursor belongs to another query. Follow the link in “next” as it is.")
    return cursor


def read_order(parameters: Mapping[str, str], orders: Sequence[str]) -> str:
    """Return what a list is ordered by: one of `orders` or its reverse, by default the first."""
    order, known = parameters.get("order", orders[0]), sorted(each.lstrip("-") for each in orders)
    if order.removeprefix("-") not in known:
        raise bad(order=f"Order by one of: {', '.join(known)}; with “-” in front for the reverse.")
    return order


def ordered(queryset, order, backwards=False):
    """Return revisions in an order, or from its end; `key` is what they are ordered by, and the uid breaks ties."""
    sign = "-" if order.startswith("-") != backwards else ""
    return queryset.annotate(key=ORDERS[order.lstrip("-")].column).order_by(f"{sign}key", f"{sign}uid")


def read_limit(parameters, most=LIMIT_MAX):
    """Return how many rows are asked for: of a page at most `most`; of a whole list, where it is None, any number."""
    text = parameters.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= (most or int(text))):
        raise bad(limit=f"Give a whole number from 1 to {most}." if most else "Give a whole number from 1.")
    return int(text)


def parameter(name, description, **schema):
    """Return the OpenAPI description of an optional query parameter."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
