"""The formats of a list: a page of JSON, or the whole result as a stream or a file.

A kind's view names its formats in `renderer_classes`, JSON first. Negotiation, errors and the OpenAPI document follow
from that list. A further format is a subclass of WholeFormat that says its name, its media type and its `pieces`.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.http import FileResponse, StreamingHttpResponse
from psycopg import Cursor
from psycopg.rows import namedtuple_row
from rest_framework import renderers
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation

from publication.csv_files import csv_line_writer
from publication.documents import Kind
from publication.models import Revision
from publication.parquet import open_duckdb, typed_lines
from publication.releases.package import MEDIA_TYPES
from publication.serializers import with_envelope
from publication.tables import table_of

from .problems import bad

#: How many rows are fetched from the database at a time, and how many bytes are sent at a time, at least.
ROWS, BYTES = 60, 2**16

#: What a format gets of each record.
ROW = ("uid", "document", "latitude", "longitude", "precision", "head")

#: What makes a spreadsheet take a text for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FormatNegotiation(BaseContentNegotiation):
    """Chooses the format of an answer: the one that `format` names, else the one that `Accept` likes best."""

    def select_renderer(self, request, renderers, format_suffix=None):
        known = {renderer.format: renderer for renderer in renderers}
        name = request.query_params.get("format")
        if name is not None:
            if name not in known:
                raise bad(format=f"There is no format “{name}” here. Choose from: {', '.join(known)}.")
            return known[name], known[name].media_type
        offered = {}
        for renderer in renderers:
            for media_type in (renderer.media_type, *renderer.also):
                offered.setdefault(media_type, renderer)
        chosen = request.get_preferred_type(list(offered))
        if chosen is None:
            raise NotAcceptable(f"There is no such format here. Choose from: {', '.join(offered)}.")
        return offered[chosen], offered[chosen].media_type


@dataclass(frozen=True)
class Selection:
    """What a reader asks of a format: records of a kind at a seq of the log, `fields` to keep (None: all), switches."""

    kind: Kind
    seq: int
    fields: list[str] | None = None
    switches: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def table(self):
        return table_of(self.kind.name)

    @cached_property
    def columns(self):
        """The names of the chosen columns of the kind's table."""
        return self.fields or [each.name for each in self.table.fields]

    def cells(self, document, spelt=False):
        """Return the values of the chosen columns in a document, or their spelling in CSV."""
        (row,) = self.table.read(self.kind.name, document)
        if spelt:
            row = self.table.spell(row)
        return row if self.fields is None else [row[position] for position in self._chosen]

    @cached_property
    def _chosen(self):
        names = [each.name for each in self.table.fields]
        return [names.index(name) for name in self.fields]


class DocumentRenderer(renderers.BaseRenderer):
    """JSON in which documents stand exactly as they are stored: a page of a list, and every answer that is no list."""

    media_type = "application/json"
    format = "json"
    charset = None
    about = "a page in an envelope, with links to the next and the previous one"
    #: Other names of the media type.
    also: tuple[str, ...] = ()
    #: Parameters that are true or false and of this format only, each with its sentence.
    switches: dict[str, str] = {}

    def described(self):
        """Return what the OpenAPI document says of the answer, apart from what the serializer says."""
        return {}

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_UTC_Z)

    def choices(self, kind):
        """Return the names that `fields` can choose from."""
        return with_envelope(kind.serializer).Meta.fields


class WholeFormat(DocumentRenderer):
    """A format that gives all that matches, without pages. What is no such answer, as an error, stays JSON."""

    #: How the name of the file ends, and what OpenAPI calls its content.
    suffix = ""
    shape = {"type": "string"}
    #: Headers of its answers beyond those of all formats.
    headers: dict[str, str] = {}
    #: Parameters that hold in this format unless they are given.
    defaults: dict[str, str] = {}

    @property
    def content_type(self):
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type

    def described(self):
        return {"schema": self.shape | {"description": self.about}}

    def choices(self, kind):
        return [field.name for field in table_of(kind.name).fields]

    def pieces(self, rows, selection) -> Iterator[bytes]:
        """Yield the file in pieces. Each row has the attributes named in ROW; `document` is JSON text."""
        raise NotImplementedError

    def respond(self, rows, selection):
        """Return the answer whose body is the Rows. It closes them when it is sent, or the reader goes away."""
        return Stream(rows, self.pieces(rows, selection), content_type=self.content_type)


class Stream(StreamingHttpResponse):
    """An answer that is made while it is sent."""

    def __init__(self, rows, pieces, **kwargs):
        super().__init__(lumped(pieces), **kwargs)
        self.rows = rows

    def close(self):
        self.rows.close()
        super().close()


def lumped(pieces):
    """Yield pieces joined to what is worth sending."""
    lump = bytearray()
    for piece in pieces:
        lump += piece
        if len(lump) >= BYTES:
            yield bytes(lump)
            lump.clear()
    yield bytes(lump)


class Rows:
    """The rows of a queryset and the `seq` of the log at which they were read; whoever takes them closes them.

    All come from one statement, so they are one state of the log, whatever is published meanwhile. They come from a
    cursor of the server, in a transaction that ends with the last row or when they are closed.
    """

    def __init__(self, queryset, moment):
        """Open the cursor. The queryset is read as of `moment`, a seq, or at present where that is None."""
        while True:
            before = Revision.objects.head()
            self.rest = read(queryset)
            self.first = next(self.rest, None)
            # Where nothing matches, no row says at which seq: it is known if nothing was published meanwhile.
            if moment is not None or self.first or before == Revision.objects.head():
                break
        self.seq = moment if moment is not None else self.first.head if self.first else before

    def __iter__(self):
        if self.first:
            yield self.first
            yield from self.rest

    def close(self):
        self.rest.close()


def read(queryset):
    """Yield rows from a cursor of the server, in a transaction that ends with the generator.

    The server makes the next rows while these are used: the command to fetch them is sent before, in pipeline mode. For
    CSV this and rows in binary form, together with the reader of `publication.tables`, save more than half of the time.
    """
    try:
        sql, parameters = queryset.with_head().values_list(*ROW).query.get_compiler(queryset.db).as_sql()
    except EmptyResultSet:
        return
    connection = connections[queryset.db]
    with transaction.atomic(using=queryset.db), connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        command, session = f'FETCH FORWARD {ROWS} FROM "{cursor.name}"', connection.connection
        with connection.wrap_database_errors, Cursor(session, row_factory=namedtuple_row) as fetching:
            first, *rows = fetching.execute(command, binary=True).fetchall() or [None]
            if not first:
                return
            yield first
            # The query was within the limit for queries; to fetch the rest may take its time.
            fetching.execute("SET LOCAL statement_timeout = 0")
            with session.pipeline():
                while True:
                    fetching.execute(command, binary=True)
                    yield from rows
                    rows = fetching.fetchall()
                    if not rows:
                        return


def cut(document, names):
    """Return a stored document, or only the named fields of it."""
    if names is None:
        return orjson.Fragment(document)
    content = orjson.loads(document)
    return {name: content[name] for name in names}


class Lines(WholeFormat):
    """The documents, one on each line."""

    media_type = MEDIA_TYPES["jsonl"]
    also = ("application/jsonl",)
    format = suffix = "jsonl"
    about = "all documents, one on each line"

    def choices(self, kind):
        return DocumentRenderer.choices(self, kind)

    def pieces(self, rows, selection):
        for row in rows:
            yield orjson.dumps(cut(row.document, selection.fields), option=orjson.OPT_APPEND_NEWLINE)


class Sheet(WholeFormat):
    """The kind's flat table, as in a release."""

    media_type = MEDIA_TYPES["csv"]
    format = suffix = "csv"
    about = "all rows of the flat table that releases have; `fields` names its columns"
    switches = {
        "excel": "For spreadsheets: begins with a byte order mark, and puts an apostrophe before texts that would be "
        "taken for a formula."
    }

    def pieces(self, rows, selection):
        excel = selection.switches["excel"]
        line = csv_line_writer()
        if excel:
            yield "\ufeff".encode()
        yield line(selection.columns)
        for row in rows:
            values = selection.cells(row.document, spelt=True)
            yield line([guarded(value) for value in values] if excel else values)


def guarded(value):
    """Return a cell that a spreadsheet does not take for a formula; numbers stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


class Points(WholeFormat):
    """GeoJSON (RFC 7946): a feature for each record, with its flat row as properties."""

    media_type = "application/geo+json"
    format = suffix = "geojson"
    shape = {"type": "object"}
    about = "all records as features of GeoJSON, with the flat row as properties; `fields` names its columns"

    def pieces(self, rows, selection):
        yield b'{"type":"FeatureCollection","seq":%d,"features":[' % selection.seq
        for count, row in enumerate(rows):
            yield (b",\n" if count else b"\n") + orjson.dumps(self.feature(row, selection))
        yield b"\n]}\n"

    def feature(self, row, selection):
        """Return a row as a feature; its geometry is null if it has no point."""
        known = row.latitude is not None and self.fit(row, selection)
        return {
            "type": "Feature",
            "id": row.uid,
            "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]} if known else None,
            "properties": dict(zip(selection.columns, selection.cells(row.document), strict=True)),
        }

    def fit(self, row, selection):
        """Return whether the row's point may stand for it."""
        return True


class Located(Points):
    """GeoJSON of what happened somewhere: every feature says how exactly, and has no point that would feign more."""

    switches = {
        "representative": "Gives a point to what is known no better than by its first level, too: the middle "
        "of its place."
    }

    #: For each precision that a point can stand for, how far from the point it may have been, in km.
    radii: dict[str, float] = {}

    def feature(self, row, selection):
        feature = super().feature(row, selection)
        feature["properties"] |= {"precision": row.precision or None, "radius_km": self.radii.get(row.precision)}
        return feature

    def fit(self, row, selection):
        return row.precision in self.radii or selection.switches["representative"]


class Columnar(WholeFormat):
    """Parquet with the types of a release, written to a file that is gone from the disk before it is sent."""

    media_type = MEDIA_TYPES["parquet"]
    format = suffix = "parquet"
    shape = {"type": "string", "format": "binary"}
    about = "all rows of the same table, with types; `fields` names its columns"
    headers = {"Accept-Ranges": "none"}

    def pieces(self, rows, selection):
        for row in rows:
            values = dict(zip(selection.columns, selection.cells(row.document), strict=True))
            yield orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)

    def respond(self, rows, selection):
        fields = {each.name: each for each in selection.table.fields}
        chosen = [fields[name] for name in selection.fields or fields]
        with closing(rows), TemporaryDirectory(prefix="hamrin-") as folder:
            lines, path = Path(folder, "rows.jsonl"), Path(folder, "rows.parquet")
            with lines.open("wb") as file:
                file.writelines(self.pieces(rows, selection))
            with open_duckdb(Path(folder, "spill")) as database:
                typed_lines(database, chosen, lines).write_parquet(str(path), compression="zstd")
            return FileResponse(path.open("rb"), content_type=self.content_type, headers=self.headers)
