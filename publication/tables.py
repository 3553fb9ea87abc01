"""Flat tables: the contents of documents in rows and columns that keep their order.

One declaration of a table gives its CSV header, its Parquet types and its schema in the data package. What a column
holds and means is read from the serializer of the document, so that nothing is said twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from operator import itemgetter, methodcaller

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

    def read(self, kind, document) -> Iterator[tuple]:
        """Yield the rows that a document gives."""
        source, find_cells = self.rows[kind], self._readers[kind]
        for row in document.get(source, []) if source else [document]:
            yield find_cells(row, document)

    def spell(self, row) -> list:
        """Return a row as written in CSV, where booleans and lists of codes are text."""
        cells = list(row)
        for position in self._as_text:
            cells[position] = cell(cells[position])
        return cells

    @cached_property
    def _readers(self):
        """By kind, the function that finds all cells of a row, given the row and its document."""
        return {kind: self._reader(kind) for kind in self.rows}

    def _reader(self, kind):
        """Return the function that finds the cells of a row of a kind.

        Where each document is a row, getters in C find all cells at once, which is twice as fast: 5 instead of 12 µs
        for the 35 cells of an incident. Whatever they do not fit is found key by key.
        """
        paths, source = [column.path_in(kind) for column in self.columns], self.rows[kind]
        cells = [self._cell(path, source) for path in paths]

        def one_by_one(row, document):
            return tuple([find(row if own else document) for own, find in cells])

        if source or None in paths or max(map(len, paths)) > 2:
            return one_by_one
        at_once = getter(paths)

        def quickly(row, document):
            try:
                return at_once(document)
            except (KeyError, TypeError):
                # A list on the way, or a document of an older codebook.
                return one_by_one(row, document)

        return quickly

    @cached_property
    def _as_text(self):
        """The positions of the columns that CSV writes as text."""
        return [at for at, found in enumerate(self.fields) if found.holds in {Holds.CODES, Holds.YES_OR_NO}]

    @staticmethod
    def _cell(path, source):
        if path is None:
            return False, lambda document: None
        return (True, finder(path[1:])) if path[0] == source else (False, finder(path))

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


def getter(paths):
    """Return the function that finds what paths of one or two keys lead to, all at once.

    It raises a KeyError where a document lacks a key, and a TypeError where there is something else than an object or
    null on the way.
    """
    outer = [path for path in paths if len(path) == 1]
    inner = {first: [path for path in paths if len(path) == 2 and path[0] == first] for first, *_ in paths}
    groups = [(first, getter_of([path[1] for path in of]), (None,) * len(of)) for first, of in inner.items() if of]
    found = [*outer, *(path for of in inner.values() for path in of)]
    find, in_order = getter_of([first for (first,) in outer]), getter_of([found.index(path) for path in paths])

    def get(document):
        cells = find(document)
        for first, get_inner, nothing in groups:
            part = document[first]
            cells += nothing if part is None else get_inner(part)
        return in_order(cells)

    return get


def getter_of(keys):
    """Return the function that gets the values at these keys as a tuple, however many there are."""
    return itemgetter(*keys) if len(keys) > 1 else lambda values: tuple([values[key] for key in keys])


def finder(path):
    """Return the function that finds what a path of keys leads to; the paths of one and two keys are quick."""
    first, *rest = path
    if not rest:
        return methodcaller("get", first)

    def find(document):
        inner = document.get(first)
        return inner.get(last) if last and isinstance(inner, dict) else dig(inner, rest)

    last = rest[0] if len(rest) == 1 else None
    return find


def dig(value, path):
    """Return what a path of keys leads to in a document; from each item of a list on the way.

    It is None after a null, and where the document follows a codebook that did not have the field yet.
    """
    for position, key in enumerate(path):
        if value is None:
            return None
        if isinstance(value, list):
            return [dig(item, path[position:]) for item in value]
        value = value.get(key)
    return value


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
