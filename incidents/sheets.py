"""Coding sheets: YAML files that people write (see `seeds/README.md`), turned into fixtures that Django loads."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

import yaml
from django.contrib.postgres.fields import ArrayField
from django.core import serializers
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import connection, models

from operations.models import (
    Force,
    ForceCode,
    ForceName,
    Operation,
    OperationCitation,
    OperationName,
    Participation,
    Phase,
    PhaseCitation,
    Place,
    PlaceControl,
    PlaceName,
    Result,
)
from records.choices import State
from records.models import Reviewed
from sources.days import Window
from sources.models import Article, Media, Outlet

from .models import Casualty, Claim, ExternalId, Incident, IncidentCitation, Involvement, Toll, TollCoverage

#: The lists that a sheet may have at its top level.
SHEET_LISTS = {
    "outlets": Outlet,
    "article": Article,
    "places": Place,
    "forces": Force,
    "operations": Operation,
    "phases": Phase,
    "incidents": Incident,
    "casualties": Casualty,
    "tolls": Toll,
}

#: The fixtures and the tables in each, in the order in which they load.
FIXTURES = {
    "01_outlets.json": [Outlet],
    "02_articles.json": [Article, Media],
    "03_places.json": [Place, PlaceName, PlaceControl],
    "04_forces.json": [Force, ForceName, ForceCode],
    "05_operations.json": [Operation, OperationName, OperationCitation, Phase, PhaseCitation, Participation, Result],
    "06_incidents.json": [Incident, IncidentCitation, ExternalId, Involvement, Casualty],
    "07_tolls.json": [Toll, TollCoverage],
    "08_claims.json": [Claim],
}


class SheetError(Exception):
    """Raised if a sheet cannot be read. The message names the sheet, the record and the field."""

    def __init__(self, *where, sentence):
        super().__init__(f"{', '.join(filter(None, where))}: {sentence}")


class Loader(yaml.BaseLoader):
    """Reads every value as text, for the model field to judge, and refuses a key that is written twice."""

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is written twice", node.start_mark)
        return mapping


@dataclass
class SheetRow:
    """One record as written in a sheet, and the unsaved record that it becomes."""

    sheet: str
    name: str
    record: models.Model
    values: dict

    def error(self, field, sentence):
        return SheetError(self.sheet, self.name, field, sentence=sentence)


def read_sheets(folder):
    """Return the unsaved records of all sheets in `folder`, checked and with their relations set.

    Raises SheetError.
    """
    connection.ensure_connection()  # The database evaluates the constraints; without it, none would seem to be broken.
    rows = [row for path in sorted(folder.rglob("*.yaml")) for row in _rows_of_sheet(path, folder)]
    for number, row in enumerate(rows, 1):
        row.record.pk = number  # Makes relations look set. No fixture contains it.
        row.record._prefetched_objects_cache = {
            field.name: _prefetched(field, []) for field in row.record._meta.many_to_many
        }
    keyed = _by_key(rows)
    for row in rows:
        for name, value in row.values.items():
            _set(row, name, value, keyed)
    for row in rows:
        _check(row)
    _check_unique(rows)
    return [row.record for row in rows]


def fixtures(records):
    """Return the text of every fixture by file name, with natural keys only, in the order of these keys."""
    tables = defaultdict(list)
    for record in sorted(records, key=lambda record: record.natural_key()):
        tables[type(record)].append(record)
    return {
        name: serializers.serialize(
            "json",
            chain.from_iterable(tables[model] for model in models_of_file),
            indent=2,
            use_natural_foreign_keys=True,
            use_natural_primary_keys=True,
        )
        for name, models_of_file in FIXTURES.items()
    }


def _rows_of_sheet(path, folder):
    """Yield the rows of one sheet. In an article's sheet, `article:` is implied in every row."""
    sheet = path.relative_to(folder).as_posix()
    try:
        lists = _mapping(yaml.load(path.read_text("utf-8"), Loader), sheet)
    except UnicodeDecodeError as error:
        raise SheetError(sheet, sentence="the sheet is not in UTF-8.") from error
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        line = f"line {mark.line + 1}" if mark else ""
        raise SheetError(sheet, line, sentence=f"this is not YAML: {problem or error.reason}.") from error
    if "article" in lists:
        lists["article"] = [lists["article"]]
        uid = _mapping(lists["article"][0], sheet, "article").get("uid", "")
    for name, rows in lists.items():
        if name not in SHEET_LISTS:
            raise SheetError(sheet, name, sentence=f"no such list. The lists of a sheet are: {', '.join(SHEET_LISTS)}.")
        for number, values in enumerate(_list(rows, sheet, name), 1):
            for row in _rows(sheet, f"{name} {number}", SHEET_LISTS[name], values):
                if "article" in lists and any(field.name == "article" for field in row.record._meta.fields):
                    row.values.setdefault("article", uid)
                yield row


def _rows(sheet, name, model, values):
    """Yield a record and its parts. A record that gives only its key adds parts to one written elsewhere."""
    key = model.key[0]
    if len(model.key) == 1:
        name = str(_mapping(values, sheet, name).get(key) or name)
    parts = {
        relation.get_accessor_name(): relation
        for relation in model._meta.related_objects
        if relation.on_delete is models.CASCADE
    }
    own = {field: value for field, value in values.items() if field not in parts}
    if set(own) != {key} or own == values:
        yield SheetRow(sheet, name, model(), own)
    for part, relation in parts.items():
        for number, given in enumerate(_list(values.get(part, []), sheet, name, part), 1):
            label = f"{name} {part} {number}"
            whole = {relation.field.name: own.get(key, "")}
            yield from _rows(sheet, label, relation.related_model, whole | _mapping(given, sheet, label))


def _mapping(value, *where):
    """Return `value` if it is a mapping."""
    if not isinstance(value, dict):
        raise SheetError(*where, sentence="write “name: value” pairs here.")
    return value


def _list(value, *where):
    """Return `value` if it is a list."""
    if not isinstance(value, list):
        raise SheetError(*where, sentence="write a list here.")
    return value


def _by_key(rows):
    """Return the rows to which others can refer, by model and key."""
    keyed = {}
    for row in rows:
        key, *more = row.record.key
        if more:
            continue
        text = row.values.get(key)
        if not text or not isinstance(text, str):
            raise row.error(key, "this field is needed.")
        if (earlier := keyed.setdefault((type(row.record), text), row)) is not row:
            raise row.error(key, f"“{text}” is taken: it is already in {earlier.sheet}.")
    return keyed


def _set(row, name, value, keyed):
    """Set one field of the record to the value of the sheet."""
    record, field = row.record, _field(row, name)
    if isinstance(field, (ArrayField, models.ManyToManyField)):
        value = _list(value, row.sheet, row.name, name)
    elif not isinstance(value, str):
        raise row.error(name, "write one value here.")
    elif not value:
        return
    if isinstance(field, models.ManyToManyField):
        named = [_named(row, field, key, keyed) for key in sorted(value, key=str)]
        record._prefetched_objects_cache[name] = _prefetched(field, named)
    elif isinstance(field, models.ForeignKey):
        setattr(record, name, _named(row, field, value, keyed))
    elif isinstance(field, models.BooleanField):
        setattr(record, name, value.capitalize())
    else:
        try:
            setattr(record, name, value)
        except ValidationError as error:  # a Window reads what it is given
            raise row.error(name, " ".join(error.messages)) from error


def _field(row, name):
    """Return the field or the Window with a name that a sheet uses."""
    model = type(row.record)
    if isinstance(window := getattr(model, name, None), Window):
        return window
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise row.error(name, "no such field.") from error
    if field.auto_created or not (field.editable or name in model.key):
        raise row.error(name, "this field cannot be set in a sheet.")
    return field


def _named(row, field, key, keyed):
    """Return the record to which a relation refers."""
    model = field.related_model
    if not isinstance(key, str) or (model, key) not in keyed:
        raise row.error(field.name, f"no {model._meta.verbose_name} “{key}”.")
    return keyed[model, key].record


def _prefetched(field, records):
    """Return a queryset that the serializer takes for the rows of a relation, without asking the database."""
    rows = field.related_model.objects.none()
    rows._result_cache = records
    return rows


def _check(row):
    """Check one record as `full_clean()` does, except for what only the tables can tell."""
    record, meta = row.record, row.record._meta
    if isinstance(record, Reviewed):
        record.state = State.APPROVED
    relations = [field for field in meta.concrete_fields if field.is_relation]
    for field in relations:
        if not field.null and getattr(record, field.attname) is None:
            raise row.error(field.name, "this field is needed.")
    try:
        not_stated = [field for field in meta.concrete_fields if field.null and getattr(record, field.attname) is None]
        record.clean_fields(exclude=[field.name for field in relations + not_stated])
        record.clean()
        for constraint in meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                constraint.validate(type(record), record)
    except ValidationError as error:
        errors = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        field, sentences = next(iter(errors.items()))
        raise row.error("" if field == NON_FIELD_ERRORS else field, " ".join(sentences)) from error


def _check_unique(rows):
    """Check that no two records have the same values in unique fields."""
    seen = {}
    for row in rows:
        for constraint in row.record._meta.constraints:
            if not isinstance(constraint, models.UniqueConstraint):
                continue
            values = tuple(getattr(row.record, row.record._meta.get_field(name).attname) for name in constraint.fields)
            if constraint.nulls_distinct is not False and {None, ""}.intersection(values):
                continue
            if (earlier := seen.setdefault((constraint.name, values), row)) is not row:
                sentence = f"{constraint.violation_error_message} See {earlier.sheet}, {earlier.name}."
                raise row.error("", sentence)
