"""Who changed a working record or one of its parts, when, why, and what: read from the row events of pghistory."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import CASCADE

#: Columns that say nothing to a curator.
HIDDEN = {"id", "normalised"}

NOTHING = "—"

VERBS = {"insert": "added", "update": "changed", "delete": "deleted"}


@dataclass
class Change:
    """One event of one row: its verb, what the row was called then, and each difference as (label, old, new)."""

    verb: str
    kind: str
    row: str
    differences: list


@dataclass
class Edit:
    """The changes that one request or command made together."""

    at: object
    by: str
    reason: str
    changes: list


def history(record):
    """Return the Edits of a record and of all its parts, newest first."""
    tables = [(type(record), "id"), *parts(type(record))]
    events = [event for model, path in tables for event in _events(model, path, record)]
    related = _related(events)
    changes = {}
    for _, rows in groupby(events, key=lambda event: (event.pgh_tracked_model, getattr(event, "pgh_obj_id", event.pk))):
        before = None
        for event in rows:
            changes[event] = _change(event, before, related, type(record))
            before = event
    names = dict(get_user_model().objects.values_list("pk", "username"))
    newest_first = sorted(events, key=attrgetter("pgh_created_at"), reverse=True)
    return [
        _edit(list(group), changes, names)
        for _, group in groupby(newest_first, key=lambda event: event.pgh_context_id or event.pgh_created_at)
    ]


def parts(model, path=""):
    """Yield each table of a model's parts, with the path from the part back to the whole."""
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        for table in apps.get_models():
            if table._meta.proxy and table._meta.concrete_model is through:
                yield table, field.m2m_field_name() + path
    for relation in model._meta.related_objects:
        if relation.on_delete is CASCADE and hasattr(relation.related_model, "pgh_event_model"):
            yield relation.related_model, relation.field.name + path
            yield from parts(relation.related_model, f"__{relation.field.name}{path}")


def _events(model, path, record):
    """Return the events of one table that belong to the record, row by row, oldest first."""
    events = model.pgh_event_model.objects.filter(**{path: record.pk}).select_related("pgh_context")
    order = ["pgh_obj_id", "pgh_id"] if hasattr(model.pgh_event_model, "pgh_obj_id") else ["pgh_id"]
    return events.order_by(*order)


def _related(events):
    """Return every row that the events' foreign keys name, by model and key: one query for each model."""
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
    """Return the Change from the event before it, which is None for the first that is known of a row."""
    model = event.pgh_tracked_model
    fields = {
        _window_of(model, field.name) or field.name: field
        for field in _fields(event)
        if model is whole or field.related_model is not whole
    }
    differences = []
    for name, field in fields.items():
        new = _shown(event, name, field, related)
        old = _shown(before, name, field, related) if before else NOTHING
        if old != new:
            differences.append((name.replace("_", " ").capitalize(), old, new))
    row = _name(event, related)
    if model._meta.proxy:
        # A row between two tables has no name but those of the records that it joins.
        row = ", ".join(new for _, _, new in differences)
    if model._meta.proxy or event.pgh_label == "delete":
        differences = []
    return Change(VERBS[event.pgh_label], model._meta.verbose_name, row, differences)


def _window_of(model, column):
    """Return the name of the model's property that reads `column` together with another one, if there is one."""
    for name, prop in vars(model).items():
        if isinstance(prop, property) and column in (getattr(prop, "first", None), getattr(prop, "last", None)):
            return name
    return None


def _shown(event, name, field, related):
    """Return a value as a curator reads it."""
    if name != field.name:
        return getattr(event.pgh_tracked_model, name).fget(event) or NOTHING
    value = getattr(event, field.attname)
    if value in (None, "", []):
        return NOTHING
    if field.is_relation:
        return str(related[field.related_model].get(value, "a deleted record"))
    if isinstance(field, ArrayField):
        return ", ".join(str(dict(field.base_field.flatchoices).get(code, code)) for code in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(dict(field.flatchoices).get(value, value))


def _name(event, related):
    """Return what the row called itself at that moment."""
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
    context = events[0].pgh_context
    metadata = context.metadata if context else {}
    user = names.get(metadata.get("user"), "a deleted account" if metadata.get("user") else "the command line")
    return Edit(events[0].pgh_created_at, user, metadata.get("reason", ""), [changes[event] for event in events])
