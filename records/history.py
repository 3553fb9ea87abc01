"""Who changed a working record or one of its parts, when, why, and what: read from the row events of pghistory."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import CASCADE, Model
from pghistory.core import event_models

#: Columns that a curator does not need, or that the review shows better.
HIDDEN = {"id", "normalised", "state"}

NO_VALUE = "—"

VERBS = {"insert": "added", "update": "changed", "delete": "deleted"}


class Difference(NamedTuple):
    """One column or date range, before and after."""

    name: str
    old: str
    new: str

    @property
    def label(self):
        return self.name.replace("_", " ").capitalize()


@dataclass
class Change:
    """One event of one row: its verb, the name of the row at that time, and its differences from the row before."""

    verb: str
    model: type[Model]
    pk: int
    row: str
    differences: list[Difference]

    @property
    def kind(self):
        return self.model._meta.verbose_name


@dataclass
class Edit:
    """The changes that one request or command made together."""

    at: datetime
    by: str
    reason: str
    changes: list[Change]
    #: What made the changes, if a command says so: a fixture, an import.
    source: str = ""


def history(record):
    """Return the Edits of a record and of all its parts, newest first."""
    found = tables_with_parts(type(record), [record.pk])
    return _edits([event for model, link, keys in found for event in _events(model, **{f"{link}__in": keys})], record)


def changes_of_edit(context):
    """Return the Changes of one edit in all tables, by the key of its context."""
    tracked = {events.pgh_tracked_model for events in event_models()}
    touched = {model: _events(model, pgh_context_id=context).values("id") for model in tracked}
    # Many-to-many rows have no pgh_obj, which has an index; they are few.
    links = {model: "pgh_obj" if hasattr(model.pgh_event_model, "pgh_obj") else "id" for model in tracked}
    events = [event for model, rows in touched.items() for event in _events(model, **{f"{links[model]}__in": rows})]
    changes, _ = _changes(events)
    return [
        changes[event] for event in events if str(event.pgh_context_id) == str(context) and _is_visible(changes[event])
    ]


def last_edited_at(record):
    """Return when the record or one of its parts was last edited, as far as is visible to this transaction."""
    moments = [
        model.pgh_event_model.objects.filter(**{f"{link}__in": keys})
        .order_by("-pgh_created_at")
        .values_list("pgh_created_at", flat=True)[:1]
        for model, link, keys in tables_with_parts(type(record), [record.pk])
    ]
    first, *others = moments
    return max(first.union(*others, all=True) if others else first)


def tables_with_parts(model, keys, link="pgh_obj"):
    """Yield a table and the tables of all its parts.

    With each comes the column by which the events of its rows are found, and the keys in that column.
    """
    yield model, link, keys
    rows = model.pgh_event_model.objects.filter(**{f"{link}__in": keys}).values("id")
    for part, name in part_tables(model):
        yield from tables_with_parts(part, rows, name)


def part_tables(model):
    """Yield each table of a model's own parts, with the column that refers to the whole."""
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        for table in apps.get_models():
            if table._meta.proxy and table._meta.concrete_model is through:
                yield table, field.m2m_field_name()
    for relation in model._meta.related_objects:
        if relation.on_delete is CASCADE and hasattr(relation.related_model, "pgh_event_model"):
            yield relation.related_model, relation.field.name


def name_in_event(event):
    """Return the name of an event's row at that time."""
    return _name(event, _related([event]))


def author_and_reason(event):
    """Return who made the edit that an event belongs to, and the reason given for it."""
    names = dict(get_user_model().objects.values_list("pk", "username"))
    return _why(event, names)


def display_value(field, value):
    """Return a value of a column as a curator reads it."""
    if value in (None, "", []):
        return NO_VALUE
    if isinstance(field, ArrayField):
        return ", ".join(str(dict(field.base_field.flatchoices).get(code, code)) for code in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(dict(field.flatchoices).get(value, value))


def _events(model, **rows):
    """Return the events of rows of one table, row by row, oldest first."""
    return model.pgh_event_model.objects.filter(**rows).order_by("id", "pgh_id")


def _edits(events, record):
    changes, names = _changes(events, type(record))
    newest_first = sorted(events, key=attrgetter("pgh_created_at"), reverse=True)
    edits = [
        _edit(list(group), changes, names)
        for _, group in groupby(newest_first, key=lambda event: event.pgh_context_id or event.pgh_created_at)
    ]
    return [changes_of_edit for changes_of_edit in edits if changes_of_edit.changes]


def _changes(events, whole=None):
    """Return the Change of each event, and the names of all accounts."""
    related = _related(events)
    changes = {}
    for _, rows in groupby(events, key=lambda event: (event.pgh_tracked_model, event.id)):
        before = None
        for event in rows:
            changes[event] = _change(event, before, related, whole)
            before = event
    return changes, dict(get_user_model().objects.values_list("pk", "username"))


def _related(events):
    """Return every row that the events' foreign keys refer to, by model and key: one query for each model."""
    wanted = {}
    for event in events:
        for field in _fields(event):
            if field.is_relation:
                wanted.setdefault(field.related_model, set()).add(getattr(event, field.attname))
    return {model: model._base_manager.in_bulk(keys - {None}) for model, keys in wanted.items()}


def _fields(event):
    """Return the columns of the tracked row that an event keeps and a curator reads."""
    return [field for field in event.pgh_tracked_model._meta.concrete_fields if field.name not in HIDDEN]


def _change(event, before, related, whole):
    """Return the Change from the event before, which is None for the first known event of a row."""
    model = event.pgh_tracked_model
    fields = {
        window_of(model, field.name) or field.name: field
        for field in _fields(event)
        if whole is None or model is whole or field.related_model is not whole
    }
    differences = []
    for name, field in fields.items():
        new = _shown(event, name, field, related)
        old = _shown(before, name, field, related) if before else NO_VALUE
        if old != new:
            differences.append(Difference(name, old, new))
    row = _name(event, related)
    if model._meta.proxy:
        # A row of a many-to-many table has no name of its own, only those of the records that it joins.
        row = ", ".join(_shown(event, name, field, related) for name, field in fields.items())
    if model._meta.proxy or event.pgh_label == "delete":
        differences = []
    return Change(VERBS[event.pgh_label], model, event.id, row, differences)


def _is_visible(change):
    """Return whether a curator needs to see a change."""
    return change.verb != "changed" or bool(change.differences)


def window_of(model, column):
    """Return the name of the model's property that reads `column` together with another one, if there is one."""
    for name, prop in vars(model).items():
        if isinstance(prop, property) and column in (getattr(prop, "first", None), getattr(prop, "last", None)):
            return name
    return None


def _shown(event, name, field, related):
    """Return a value of an event as a curator reads it."""
    if name != field.name:
        return getattr(event.pgh_tracked_model, name).fget(event) or NO_VALUE
    value = getattr(event, field.attname)
    if field.is_relation and value is not None:
        return str(related[field.related_model].get(value, "a deleted record"))
    return display_value(field, value)


def _name(event, related):
    """Return the name of the row at that time."""
    row = event.pgh_tracked_model()
    for field in event.pgh_tracked_model._meta.concrete_fields:
        value = getattr(event, field.attname, None)
        if field.is_relation:
            found = related.get(field.related_model, {}).get(value)
            if found:
                setattr(row, field.name, found)
        else:
            setattr(row, field.attname, value)
    try:
        return str(row)
    except (ObjectDoesNotExist, AttributeError):
        return ""


def _edit(events, changes, names):
    by, reason = _why(events[0], names)
    source = (events[0].pgh_context or {}).get("source", "")
    visible = [changes[each] for each in events if _is_visible(changes[each])]
    return Edit(events[0].pgh_created_at, by, reason, visible, source)


def _why(event, names):
    metadata = event.pgh_context or {}
    user = names.get(metadata.get("user"), "a deleted account" if metadata.get("user") else "the command line")
    return user, metadata.get("reason", "")
