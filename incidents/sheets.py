"""Coding sheets: YAML files that people write (see `seeds/README.md`), turned into fixtures that Django loads."""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import yaml
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.postgres.fields import ArrayField
from django.core import serializers
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import connection, models
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from operations.models import (
    Conflict,
    ConflictCode,
    ConflictName,
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
    RegionMember,
    Result,
    Side,
    SideMember,
)
from publication.documents import kind_of
from publication.models import Review, Theatre
from records.choices import State
from records.duplicates import TELL_APART
from records.models import Reviewed
from records.names import normalise
from sources.addresses import canonical_address
from sources.days import Window
from sources.models import Article, DistinctArticles, Media, Outlet

from .duplicates import add_casualty, add_involvement, add_place, alike_in_database, traits_of_unsaved
from .likeness import weigh
from .models import (
    Casualty,
    Claim,
    DatasetCode,
    DistinctIncidents,
    ExternalId,
    Incident,
    IncidentCitation,
    IncidentLink,
    IncidentPlace,
    IncidentResult,
    Involvement,
    Toll,
    TollCoverage,
)

#: Who coded a sheet and who reviewed it: the names of two accounts, at its top level.
PEOPLE = ("coded_by", "reviewed_by")

#: The lists that a sheet may have at its top level.
SHEET_LISTS = {
    "theatre": Theatre,
    "outlets": Outlet,
    "article": Article,
    "places": Place,
    "forces": Force,
    "conflicts": Conflict,
    "operations": Operation,
    "phases": Phase,
    "incidents": Incident,
    "casualties": Casualty,
    "tolls": Toll,
}

#: The fields that a fixture holds of tables of which it does not hold all: the rest is set when it is loaded.
FIXTURE_FIELDS = {
    get_user_model(): ["username", "password", "is_active"],
    Review: ["kind", "uid", "before", "after", "by"],
    DistinctIncidents: ["incident", "article", "other", "reason"],
}


#: The fixtures and the tables in each, in the order in which they load.
FIXTURES = {
    "00_accounts.json": [get_user_model()],
    "01_outlets.json": [Outlet],
    "02_articles.json": [Article, Media],
    "03_forces.json": [Force, ForceName, ForceCode, Conflict, ConflictName, ConflictCode, Side, SideMember],
    "04_places.json": [Place, PlaceName, PlaceControl, RegionMember],
    "05_operations.json": [Operation, OperationName, OperationCitation, Phase, PhaseCitation, Participation, Result],
    "06_incidents.json": [
        Incident,
        IncidentCitation,
        ExternalId,
        DatasetCode,
        Involvement,
        IncidentResult,
        IncidentPlace,
        IncidentLink,
        Casualty,
    ],
    "07_tolls.json": [Toll, TollCoverage],
    "08_claims.json": [Claim],
    "09_reviews.json": [Review],
    "10_theatre.json": [Theatre],
    "11_decisions.json": [DistinctIncidents, DistinctArticles],
}


class SheetError(Exception):
    """One thing that is wrong in a sheet. The message names the sheet with the line, the record and the field."""

    def __init__(self, sheet, *where, line=None, sentence):
        self.place = (sheet, line or 0)
        super().__init__(f"{', '.join(filter(None, [f'{sheet}:{line}' if line else sheet, *where]))}: {sentence}")


class SheetsRefused(Exception):
    """Raised if sheets cannot be read; `errors` are all that is wrong with all of them, in the order of the lines."""

    def __init__(self, errors):
        self.errors = sorted(errors, key=lambda error: error.place)
        super().__init__("\n".join(map(str, self.errors)))


class SheetMapping(dict):
    """The “name: value” pairs at one place of a sheet, with the line of each and of the first."""

    def __init__(self, pairs, lines, line):
        super().__init__(pairs)
        self.lines, self.line = lines, line


class Loader(yaml.BaseLoader):
    """Reads every value as text, for the model field to judge, and refuses a key that is written twice."""

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep=True)
        lines = {self.construct_object(key, deep=True): key.start_mark.line + 1 for key, _ in node.value}
        if len(mapping) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is written twice", node.start_mark)
        return SheetMapping(mapping, lines, node.start_mark.line + 1)


@dataclass
class SheetRow:
    """One record as written in a sheet, and the unsaved record that it becomes."""

    sheet: str
    name: str
    record: models.Model
    values: dict
    lines: dict
    line: int
    #: The fields with an error, which is told once.
    failed: set = field(default_factory=set)
    #: The names of the accounts of who coded the sheet and who reviewed it; empty if it does not say.
    people: tuple = ()

    def error(self, name, sentence):
        self.failed.add(name)
        return SheetError(self.sheet, self.name, name, line=self.lines.get(name, self.line), sentence=sentence)


@contextmanager
def collected(errors):
    """Add a SheetError to the others and go on behind the block."""
    try:
        yield
    except SheetError as error:
        errors.append(error)


def read_sheets(folder):
    """Return the unsaved records of all sheets in `folder`, checked and with their relations set.

    What a sheet names and no sheet defines may be in the database, such as an imported place. Raises SheetsRefused.
    """
    connection.ensure_connection()  # The database evaluates the constraints; without it, none would seem to be broken.
    errors: list[SheetError] = []
    rows = [row for path in sorted(folder.rglob("*.yaml")) for row in _rows_of_sheet(path, folder, errors)]
    for number, row in enumerate(rows, 1):
        # Makes relations look set. No fixture contains it, and no row of the database has it.
        row.record.pk = -number
        row.record._prefetched_objects_cache = {
            field.name: _prefetched(field, []) for field in row.record._meta.many_to_many
        }
    known = Known(rows, errors)
    for row in rows:
        for name, value in row.values.items():
            with collected(errors):
                _set(row, name, value, known)
    for row in rows:
        errors += _wrong(row)
    errors += _not_unique(rows)
    if not errors:
        errors += _entered_twice(rows, known)
    if errors:
        raise SheetsRefused(errors)
    return [row.record for row in rows] + list(_reviews(rows))


def fixtures(records):
    """Return the text of every fixture that is not empty by file name, with natural keys only, in their order."""
    tables = defaultdict(list)
    for record in sorted(records, key=lambda record: [str(part or "") for part in record.natural_key()]):
        tables[type(record)].append(record)
    people = {review.by.username: review.by for review in tables[Review]}
    tables[get_user_model()] = [people[name] for name in sorted(people)]
    return {
        name: serializers.serialize(
            "json",
            chain.from_iterable(tables[model] for model in models_of_file),
            fields=FIXTURE_FIELDS.get(models_of_file[0]),
            indent=2,
            use_natural_foreign_keys=True,
            use_natural_primary_keys=True,
        )
        for name, models_of_file in FIXTURES.items()
        if any(tables[model] for model in models_of_file)
    }


def _reviews(rows):
    """Yield the steps of the review of all records whose sheet says who coded it and who reviewed it."""
    accounts = {}
    for row in rows:
        if row.people and isinstance(row.record, Reviewed):
            coder, reviewer = (accounts.setdefault(name, _account(name)) for name in row.people)
            about = {"kind": kind_of(row.record).name, "uid": row.record.public_name}
            yield Review(before=State.DRAFT, after=State.IN_REVIEW, by=coder, **about)
            yield Review(before=State.IN_REVIEW, after=State.APPROVED, by=reviewer, **about)


def _account(name):
    """Return the account of somebody whom a sheet names; nobody can log in with it before it is given a password."""
    account = get_user_model()(pk=1, username=name, is_active=False)
    account.password = UNUSABLE_PASSWORD_PREFIX
    return account


def _rows_of_sheet(path, folder, errors):
    """Return the rows of one sheet. In an article's sheet, `article:` is implied in every row."""
    sheet, rows = path.relative_to(folder).as_posix(), []
    with collected(errors):
        lists = _mapping(_read_yaml(path, sheet), sheet)
        uid = ""
        if "article" in lists:
            with collected(errors):
                uid = _mapping(lists["article"], sheet, "article", line=lists.lines["article"]).get("uid", "")
            lists["article"] = [lists["article"]] if uid else []
        if "theatre" in lists:
            lists["theatre"] = [lists["theatre"]]
        people = _people(lists, sheet, errors)
        for name, given in lists.items():
            line = lists.lines[name]
            with collected(errors):
                if name in PEOPLE:
                    continue
                if name not in SHEET_LISTS:
                    known = f"The lists of a sheet are: {', '.join(SHEET_LISTS)}."
                    raise SheetError(sheet, name, line=line, sentence=f"no such list. {known}")
                for number, values in enumerate(_list(given, sheet, name, line=line), 1):
                    rows += _rows(sheet, f"{name} {number}", SHEET_LISTS[name], values, line, errors)
        for row in rows:
            row.people = people
            if "article" in lists and _cites(row):
                row.values.setdefault("article", uid)
                row.failed |= set() if uid else {"article"}
    return rows


def _cites(row):
    """Return whether a row is about a passage: always, or if it says where the passage is."""
    field = next((field for field in row.record._meta.fields if field.name == "article"), None)
    return field is not None and (not field.null or "locator" in row.values)


def _people(lists, sheet, errors):
    """Return the names of who coded a sheet and who reviewed it, or nothing if it does not say."""
    named = {key: lists[key] for key in PEOPLE if key in lists}
    if not named:
        return ()
    valid = get_user_model().username_validator
    for key in PEOPLE:
        with collected(errors):
            name = named.get(key)
            if not isinstance(name, str) or not name:
                sentence = f"name one account here: a sheet has both {' and '.join(PEOPLE)}, or neither."
                raise SheetError(sheet, key, line=lists.lines.get(key), sentence=sentence)
            try:
                valid(name)
            except ValidationError as error:
                raise SheetError(sheet, key, line=lists.lines[key], sentence=" ".join(error.messages)) from error
    people = tuple(named.get(key, "") for key in PEOPLE)
    if settings.HAMRIN_SECOND_PERSON and people[0] == people[1]:
        sentence = "somebody else than the coder has to review a sheet."
        errors.append(SheetError(sheet, PEOPLE[1], line=lists.lines[PEOPLE[1]], sentence=sentence))
    return people


def _read_yaml(path, sheet):
    """Return what a sheet holds."""
    try:
        return yaml.load(path.read_text("utf-8"), Loader)
    except UnicodeDecodeError as error:
        raise SheetError(sheet, sentence="the sheet is not in UTF-8.") from error
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        line = mark.line + 1 if mark else None
        raise SheetError(sheet, line=line, sentence=f"this is not YAML: {problem or error.reason}.") from error


def _rows(sheet, name, model, values, line, errors, whole=()):
    """Return a record and its parts. A record that gives only its key adds parts to one written elsewhere."""
    rows = []
    with collected(errors):
        line = _mapping(values, sheet, name, line=line).line
        key = model.key[0]
        if len(model.key) == 1:
            name = str(values.get(key) or name)
        parts = {
            relation.get_accessor_name(): relation
            for relation in model._meta.related_objects
            if relation.on_delete is models.CASCADE
        }
        own = dict(whole) | {field: value for field, value in values.items() if field not in parts}
        if set(own) != {key} or own == values:
            rows.append(SheetRow(sheet, name, model(), own, values.lines, line))
        for part, relation in parts.items():
            with collected(errors):
                found = _list(values.get(part, []), sheet, name, part, line=values.lines.get(part))
                of = {relation.field.name: own.get(key, "")}
                for number, given in enumerate(found, 1):
                    label, at = f"{name} {part} {number}", values.lines[part]
                    rows += _rows(sheet, label, relation.related_model, given, at, errors, of)
    return rows


def _mapping(value, *where, line=None):
    """Return `value` if it is a mapping."""
    if not isinstance(value, SheetMapping):
        raise SheetError(*where, line=line, sentence="write “name: value” pairs here.")
    return value


def _list(value, *where, line=None):
    """Return `value` if it is a list."""
    if not isinstance(value, list):
        raise SheetError(*where, line=line, sentence="write a list here.")
    return value


class Known:
    """The records to which sheets can refer: those of all sheets, and those of the database."""

    def __init__(self, rows, errors):
        self.rows: dict[type[models.Model], dict[str, SheetRow]] = defaultdict(dict)
        for row in rows:
            if len(row.record.key) == 1:
                with collected(errors):
                    self._add(row)
        self._tables = set(connection.introspection.table_names())

    def _add(self, row):
        (key,) = row.record.key
        text = row.values.get(key)
        if not text or not isinstance(text, str):
            raise row.error(key, "this field is needed.")
        if (earlier := self.rows[type(row.record)].setdefault(text, row)) is not row:
            raise row.error(key, f"“{text}” is taken: it is already in {earlier.sheet}.")

    def named(self, row, field, key):
        """Return the record to which a relation of a row refers."""
        model = field.related_model
        if not isinstance(key, str):
            raise row.error(field.name, f"name one {model._meta.verbose_name} here.")
        if key in self.rows[model]:
            return self.rows[model][key].record
        if record := self._in_database(model, key):
            return record
        near = _near(key, list(self.rows[model]))
        hint = f" Did you mean “{near}”?" if near else ""
        raise row.error(field.name, f"no {model._meta.verbose_name} “{key}”.{hint}")

    def has_table(self, model):
        """Return whether the database has the table of a model."""
        return model._meta.db_table in self._tables

    def _in_database(self, model, key):
        """Return the record that has this key there, or None; also if the database has no tables yet."""
        if not self.has_table(model):
            return None
        return model._base_manager.filter(**{model.key[0]: key}).first()


def _set(row, name, value, known):
    """Set one field of the record to the value of the sheet."""
    record, field = row.record, _field(row, name)
    if isinstance(field, (ArrayField, models.ManyToManyField)):
        value = _list(value, row.sheet, row.name, name, line=row.lines.get(name))
    elif not isinstance(value, str):
        raise row.error(name, "write one value here.")
    elif not value:
        return
    if isinstance(field, models.ManyToManyField):
        named = [known.named(row, field, key) for key in sorted(value, key=str)]
        record._prefetched_objects_cache[name] = _prefetched(field, named)
    elif isinstance(field, models.ForeignKey):
        setattr(record, name, known.named(row, field, value))
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
        near = _near(name, [field.name for field in model._meta.get_fields()])
        row.failed.add(near)  # It may be missing because of that.
        raise row.error(name, f"no such field.{f' Did you mean “{near}”?' if near else ''}") from error
    if field.auto_created or not (field.editable or name in model.key):
        raise row.error(name, "this field cannot be set in a sheet.")
    return field


def _near(text, known):
    """Return which of the known words somebody may have meant; empty if none is like it."""
    found = extractOne(text, known, scorer=ratio, score_cutoff=75)
    return found[0] if found else ""


def _prefetched(field, records):
    """Return a queryset that the serializer takes for the rows of a relation, without asking the database."""
    rows = field.related_model.objects.none()
    rows._result_cache = records
    return rows


def _wrong(row):
    """Return what is wrong with one record: all that `full_clean()` finds, except for what only the tables can tell."""
    record, meta = row.record, row.record._meta
    if isinstance(record, Reviewed):
        record.state = State.APPROVED
    relations = [field for field in meta.concrete_fields if field.is_relation]
    errors = [
        row.error(field.name, "this field is needed.")
        for field in relations
        if not field.null and getattr(record, field.attname) is None and field.name not in row.failed
    ]
    not_stated = [field for field in meta.concrete_fields if field.null and getattr(record, field.attname) is None]
    skipped = {field.name for field in relations + not_stated} | row.failed
    constraints = [each for each in meta.constraints if isinstance(each, models.CheckConstraint)]
    checks = [partial(record.clean_fields, exclude=skipped), *([] if row.failed else [record.clean])]
    for check in checks + [partial(_check_constraint, row, each) for each in constraints]:
        try:
            check()
        except ValidationError as error:
            found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
            errors += [
                row.error("" if name == NON_FIELD_ERRORS else name, " ".join(map(_in_words(row, name), wrong)))
                for name, wrong in found.items()
                if name not in row.failed
            ]
    return errors


def _check_constraint(row, constraint):
    """Validate one constraint, unless it is about a field that is known to be wrong."""
    constraint.validate(type(row.record), row.record, exclude=row.failed - {""})


def _in_words(row, name):
    """Return the function that says what is wrong with a field; of a code, which codes there are."""

    def say(error):
        if error.code != "invalid_choice" and error.code != "item_invalid":
            return " ".join(error.messages)
        field = row.record._meta.get_field(name)
        choices = getattr(field, "base_field", field).choices
        given = row.values.get(name)
        wrong = [each for each in (given if isinstance(given, list) else [given]) if each not in dict(choices)]
        codes = ", ".join(str(code) for code, _ in choices if code != "")
        return f"there is no code “{'”, “'.join(map(str, wrong))}”. Choose from: {codes}."

    return say


def _not_unique(rows):
    """Yield what is wrong where two records have the same values in unique fields."""
    seen = {}
    for row in rows:
        for constraint in row.record._meta.constraints:
            if not isinstance(constraint, models.UniqueConstraint) or row.failed.intersection(constraint.fields):
                continue
            values = _unique_values(constraint, row.record)
            if constraint.nulls_distinct is not False and {None, ""}.intersection(values):
                continue
            if (earlier := seen.setdefault((constraint.name, values), row)) is not row:
                sentence = f"{constraint.violation_error_message} See {earlier.sheet}:{earlier.line}, {earlier.name}."
                yield row.error("", sentence)


def _unique_values(constraint, record):
    """Return the values of a record that a constraint lets occur once."""
    if constraint.name == "article_address_once":
        return (canonical_address(record.url),)
    return tuple(getattr(record, record._meta.get_field(name).attname) for name in constraint.fields)


def _entered_twice(rows, known):
    """Yield what is wrong where an incident of a sheet may be one of another sheet or of the database."""
    traits, apart = _traits(rows)
    by_uid = {row.record.uid: row for row in rows if isinstance(row.record, Incident)}
    order = list(by_uid)
    for number, one in enumerate(order):
        for other in order[:number]:
            evidence = weigh(traits[one], traits[other])
            if evidence.doubtful and frozenset((one, other)) not in apart:
                yield _twice(by_uid[one], by_uid[other].record, evidence)
    asked = list(traits) if known.has_table(Incident) else []
    saved = dict(Incident.objects.filter(uid__in=asked).values_list("uid", "pk"))
    for uid, found in zip(asked, alike_in_database([traits[uid] for uid in asked]), strict=True):
        for other in Incident.objects.filter(pk__in=[key for key, _, _ in found]).exclude(uid__in=by_uid):
            evidence = next(evidence for key, _, evidence in found if key == other.pk)
            if frozenset((uid, other.uid)) not in apart and not _decided(saved.get(uid), other.pk):
                yield _twice(by_uid[uid], other, evidence)


def _decided(one, other):
    """Return whether the database has a decision on two incidents; what it was about is checked at loading."""
    return one and DistinctIncidents.objects.filter(incident__in=(one, other), other__in=(one, other)).exists()


def _twice(row, other, evidence):
    """Return that a row may be an incident that is entered already."""
    sentence = f"{row.record.uid} may be the same as {other} ({evidence.sentence}). {TELL_APART}"
    return SheetError(row.sheet, row.name, line=row.line, sentence=sentence)


def _traits(rows):
    """Return what is compared of the incidents of all sheets by their uids, and the pairs that a sheet tells apart."""
    parts = defaultdict(list)
    for row in rows:
        parts[type(row.record)].append(row.record)
    names = defaultdict(set)
    for name in parts[PlaceName]:
        names[name.place.slug].add(normalise(name.name))
    traits = {each.uid: traits_of_unsaved(each, names) for each in parts[Incident]}
    for model, add in ((IncidentPlace, add_place), (Involvement, add_involvement), (Casualty, add_casualty)):
        for part in parts[model]:
            if part.incident.uid in traits:
                add(traits[part.incident.uid], part, names)
    two = [*parts[DistinctIncidents], *parts[IncidentLink]]
    return traits, {frozenset((each.incident.uid, each.other.uid)) for each in two}
