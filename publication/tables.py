"""Flat tables: the contents of documents in rows and columns that keep their order.

One declaration of a table gives its CSV header, its Parquet types and its schema in the data package. What a column
holds and means is read from the serializer of the document, so that nothing is said twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from rest_framework import serializers

from records.vocabulary import Vocabulary

from .documents import KINDS
from .serializers import ENVELOPE, with_envelope


class Holds(Enum):
    """What the cells of a column hold: the type's name in Table Schema and in Parquet, as DuckDB calls it."""

    YES_OR_NO = "boolean", "BOOLEAN"
    COUNT = "integer", "BIGINT"
    NUMBER = "number", "DOUBLE"
    DAY = "date", "DATE"
    MOMENT = "datetime", "TIMESTAMPTZ"
    CODES = "list", "VARCHAR[]"
    TEXT = "string", "VARCHAR"

    def __init__(self, schema, parquet):
        self.schema, self.parquet = schema, parquet


#: The first serializer field that fits says what a column holds; anything else is text.
HELD = {
    serializers.BooleanField: Holds.YES_OR_NO,
    serializers.IntegerField: Holds.COUNT,
    serializers.FloatField: Holds.NUMBER,
    serializers.DateField: Holds.DAY,
    serializers.DateTimeField: Holds.MOMENT,
    serializers.ListField: Holds.CODES,
}


#: The serializer field for what a method returns; anything else is text.
RETURNED = {list[str]: serializers.ListField, bool: serializers.BooleanField}


@dataclass(frozen=True)
class ExportColumn:
    """One column, and the path to its cells in a document.

    A path is keys separated by dots; a list on the way gives a cell of several codes. A table of several kinds may
    have a path for some of them only. The name is the path with underscores, unless given. `rule` and `codes` say what
    the column means where the serializer does not.
    """

    path: str | dict[str, str]
    name: str = ""
    rule: str = ""
    codes: type[Vocabulary] | None = None

    def path_in(self, kind):
        """Return the keys that lead to the cell in a document of a kind; None if it has no such cell."""
        path = self.path.get(kind) if isinstance(self.path, dict) else self.path
        return path and path.split(".")


@dataclass(frozen=True)
class Table:
    """One table: its columns, and for each kind the list in its documents that has the rows.

    An empty list name means one row for each document. `key` names the columns that identify a row, if any do;
    `references` the tables that a column refers to by their key; `year_of` the day by which the Parquet is split into
    years.
    """

    name: str
    rule: str
    rows: dict[str, str]
    columns: list[ExportColumn]
    key: tuple[str, ...] = ()
    references: dict[str, str] = field(default_factory=dict)
    year_of: str = ""

    @cached_property
    def fields(self):
        """The columns with everything that is known of them, in their order."""
        serializers_of = {kind: with_envelope(KINDS[kind].serializer)() for kind in self.rows}
        return [self._field(column, serializers_of) for column in self.columns]

    def read(self, kind: str, document: str | bytes) -> list[tuple]:
        """Return the rows that a document gives, which is the text of its JSON."""
        return self._readers[kind](document)

    def spell(self, row) -> list:
        """Return a row as written in CSV, where booleans and lists of codes are text."""
        cells = list(row)
        for position in self._as_text:
            cells[position] = cell(cells[position])
        return cells

    @cached_property
    def _readers(self):
        """By kind, the function that reads the rows of a document."""
        return {
            kind: row_reader([column.path_in(kind) for column in self.columns], source)
            for kind, source in self.rows.items()
        }

    @cached_property
    def _as_text(self):
        """The positions of the columns that CSV writes as text."""
        return [at for at, found in enumerate(self.fields) if found.holds in {Holds.CODES, Holds.YES_OR_NO}]

    def _field(self, column, serializers_of):
        kind = next(kind for kind in self.rows if column.path_in(kind))
        source, path = self.rows[kind], column.path_in(kind)
        found, rule, several = described(serializers_of[kind], path, source)
        holds = next((holds for known, holds in HELD.items() if isinstance(found, known)), Holds.TEXT)
        return Field(
            name=column.name or "_".join(path[1:] if path[0] == source else path),
            holds=Holds.CODES if several else holds,
            rule=column.rule or rule,
            codes=_codes(column, found),
        )


@dataclass(frozen=True)
class Field:
    """What is known of a column: its name, what it holds, its rule, and its codes with their labels."""

    name: str
    holds: Holds
    rule: str
    codes: dict[str, str] = field(default_factory=dict)


TABLES: dict[str, Table] = {}


def register_table(table):
    """Register a table and return it."""
    TABLES[table.name] = table
    return table


def all_tables():
    """Return all tables, sorted by name."""
    return [TABLES[name] for name in sorted(TABLES)]


def table_of(kind):
    """Return the table with one row for each document of a kind."""
    return next(table for table in TABLES.values() if table.rows == {kind: ""})


def export_columns(*paths):
    """Return columns that need no more than their path."""
    return [ExportColumn(path) for path in paths]


def envelope():
    """Return the columns that say which revision a document is; in a table of a kind only newer columns follow them."""
    return export_columns(*ENVELOPE)


def row_reader(paths: list[list[str] | None], source: str) -> Callable[[str | bytes], list[tuple]]:
    """Return the function that reads rows from the JSON of a document.

    There is a row for each item of the list at `source`, or one for the document if that is empty. A path that begins
    with the source leads on from the item, any other from the document; None leads to an empty cell. A cell is None
    after a null, and where the document follows a codebook that did not have the field yet; a list on the way gives a
    list. msgspec skips whatever no path leads to: an incident's 35 cells take 5 instead of 15 µs.
    """
    known = [path for path in paths if path is not None]
    decode = msgspec.json.Decoder(_shape(known)).decode
    own = [path[1:] for path in known if source and path[0] == source]
    others = [path for path in known if not source or path[0] != source]
    in_order = _picker([_position(path, source, own, others) for path in paths])
    find_own, find_others = _finder(own), _finder(others)

    def read(document):
        found = decode(document)
        cells = (None, *find_others(found))
        if not source:
            return [in_order(cells)]
        return [in_order(cells + find_own(item)) for item in getattr(found, source) or ()]

    return read


def _position(path, source, own, others):
    """Return where the cell of a path stands in: an empty cell, those of the document, those of the item."""
    if path is None:
        return 0
    return 1 + len(others) + own.index(path[1:]) if source and path[0] == source else 1 + others.index(path)


def _shape(paths):
    """Return the type of an object with what the paths lead to, and nothing else; null and lists may be on the way."""
    fields = []
    for key, inner in _by_first_key(paths).items():
        shape = Any if [] in inner else _shape(inner)
        fields.append((key, Any if shape is Any else shape | list[shape] | None, None))
    return msgspec.defstruct("Part", fields, gc=False)


def _finder(paths):
    """Return the function that finds what the paths lead to in a part of a document, as a tuple in their order."""
    outer = [path for path in paths if len(path) == 1]
    groups = {key: [path for path in inner if path] for key, inner in _by_first_key(paths).items()}
    inner = [(key, _finder(rest)) for key, rest in groups.items() if rest]
    found = [*outer, *([key, *path] for key, rest in groups.items() for path in rest)]
    get, in_order = _getter([key for (key,) in outer]), _picker([found.index(path) for path in paths])
    nothing = (None,) * len(paths)

    def find(part):
        if part is None:
            return nothing
        if isinstance(part, list):
            return tuple([list(cells) for cells in zip(*map(find, part), strict=True)]) or tuple([] for _ in paths)
        cells = get(part)
        for key, find_inner in inner:
            cells += find_inner(getattr(part, key))
        return in_order(cells)

    return find


def _by_first_key(paths):
    """Return the rests of paths by their first key."""
    rests: dict[str, list[list[str]]] = {}
    for first, *rest in paths:
        rests.setdefault(first, []).append(rest)
    return rests


def _getter(names):
    """Return the function that gets these attributes as a tuple, however many there are."""
    return attrgetter(*names) if len(names) > 1 else lambda part: tuple([getattr(part, name) for name in names])


def _picker(positions):
    """Return the function that picks the items at these positions as a tuple, however many there are."""
    return itemgetter(*positions) if len(positions) > 1 else lambda items: tuple([items[at] for at in positions])


def cell(value):
    """Return a value as written in a CSV cell: null is empty, several codes are joined by semicolons."""
    if isinstance(value, list):
        return ";".join(value)
    return {None: "", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else value


def described(serializer, path, source):
    """Return the serializer field that a path leads to, its rule, and whether it gives several values for one row."""
    found, rule, several = serializer, "", False
    for position, key in enumerate(path):
        if isinstance(found, serializers.ListSerializer):
            several |= path[:position] != [source]
            found = found.child
        parent, found = found, found.fields[key]
        rule = found.help_text or _rule_of_model(parent, found)
        found = _opened(parent, found)
    return found, str(rule), several


def _rule_of_model(serializer, found):
    """Return the rule of the model's field that a serializer field shows; empty if it shows none."""
    if not isinstance(serializer, serializers.ModelSerializer):
        return ""
    fields = {each.name: each for each in serializer.Meta.model._meta.get_fields()}
    return getattr(fields.get(found.source), "help_text", "")


def _opened(parent, found):
    """Return a field, or for a method what its annotation says that it returns."""
    if not isinstance(found, serializers.SerializerMethodField):
        return found
    returned = getattr(parent, found.method_name).__annotations__["return"]
    if isinstance(returned, serializers.BaseSerializer):
        return returned
    if isinstance(returned, type) and issubclass(returned, serializers.BaseSerializer):
        return returned()
    return RETURNED.get(returned, serializers.CharField)()


def _codes(column, found):
    if column.codes:
        return dict(column.codes.choices)
    if isinstance(found, serializers.ChoiceField):
        return {code: label for code, label in found.choices.items() if code != ""}
    return {}
