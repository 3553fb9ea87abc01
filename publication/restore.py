"""Restoring a record and its parts as they were at a moment: one new edit, checked like any other."""

from datetime import timedelta

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from records.history import name_in_event, part_tables

from .documents import KINDS
from .models import Merge

#: Columns that are not restored: the key stays, the review owns the state, the rest is computed.
NOT_RESTORED = {"id", "state", "normalised"}


@transaction.atomic
def restore(model, pk, moment, *, reason):
    """Restore one row and all its parts as they were at `moment`, and return it.

    Parts that were deleted since are restored with their uids, parts that were added since are deleted. Raises
    ValidationError, and changes nothing, if another record refers to a part that would be deleted, or if the rows break
    a rule that holds now.
    """
    then = _gather(model, "id", {pk}, lambda table, link, keys: _rows_then(table, link, keys, moment))
    now = _gather(model, "id", {pk}, _rows_now)
    if pk not in then[model]:
        raise ValidationError(f"This {model._meta.verbose_name} did not exist then.")
    _refuse_merged(model, then[model][pk], moment)
    with pghistory.context(reason=reason):
        for table in reversed(now):
            for key in sorted(set(now[table]) - set(then[table]), reverse=True):
                _remove(now[table][key])
        for table, events in then.items():
            for key in sorted(events):
                _put_back(table, events[key], now[table].get(key))
    return model._base_manager.get(pk=pk)


def deleted(model):
    """Return the event with which each row of a table that is gone was deleted, newest first."""
    events = model.pgh_event_model.objects
    last = events.order_by("id", "-pgh_id").distinct("id").values("pgh_id")
    gone = events.filter(pgh_id__in=last, pgh_label="delete").exclude(id__in=model._base_manager.values("id"))
    return gone.order_by("-pgh_created_at")


def moment_before(event):
    """Return the last moment before the edit in which a row was deleted, when its parts still existed."""
    if event.pgh_context_id is None:
        # A command does not say what it did together: parts are deleted within the same second.
        return event.pgh_created_at - timedelta(seconds=1)
    tables = [type(event), *(part.pgh_event_model for part in _all_parts(event.pgh_tracked_model))]
    edits = [
        table.objects.filter(pgh_context_id=event.pgh_context_id).order_by("pgh_created_at").first() for table in tables
    ]
    return min(edit.pgh_created_at for edit in edits if edit) - timedelta(microseconds=1)


def _all_parts(model):
    for part, _ in part_tables(model):
        yield part
        yield from _all_parts(part)


def _gather(table, link, keys, read):
    """Return the rows of a table and of all its parts, each by its key, wholes first."""
    rows = {table: read(table, link, keys)}
    for part, name in part_tables(table):
        rows |= _gather(part, name, set(rows[table]), read)
    return rows


def _rows_then(table, link, keys, moment):
    """Return the last events before a moment of the rows that then belonged to `keys`, by key."""
    events = table.pgh_event_model.objects
    ever = events.filter(**{f"{link}__in": keys}).values("id")
    last = events.filter(id__in=ever, pgh_created_at__lte=moment).order_by("id", "-pgh_id").distinct("id")
    column = table._meta.get_field(link).attname
    return {each.id: each for each in last if each.pgh_label != "delete" and getattr(each, column) in keys}


def _rows_now(table, link, keys):
    """Return the rows that belong to `keys` now, by key."""
    return {row.pk: row for row in table._base_manager.filter(**{f"{link}__in": keys})}


def _refuse_merged(model, event, moment):
    kind = next((kind for kind in KINDS.values() if kind.model is model), None)
    if kind is None:
        return
    merges = Merge.objects.filter(kind=kind.name, survivor=getattr(event, kind.key), undone_at=None)
    since = model.pgh_event_model.objects.filter(pgh_created_at__gt=moment).values("pgh_context_id")
    if merge := merges.filter(context__in=since).first():
        raise ValidationError(f"{merge.loser} was merged into it since. Undo that merge first.")


def _remove(row):
    try:
        row.delete()
    except ProtectedError as error:
        named = ", ".join(sorted(str(each) for each in error.protected_objects))
        raise ValidationError(
            f"{row} was added since and cannot be deleted, because these refer to it: {named}."
        ) from error


def _put_back(table, event, row):
    """Give a row the values of an event; a deleted row is created again with its key."""
    model = table._meta.concrete_model
    new = row is None
    if new and model._base_manager.filter(pk=event.id).exists():
        raise ValidationError(f"{name_in_event(event)} belongs to another record now.")
    row = model(pk=event.id) if new else row
    names = [field.attname for field in model._meta.concrete_fields if field.name not in NOT_RESTORED]
    if not new and all(getattr(row, name) == getattr(event, name) for name in names):
        return
    for name in names:
        setattr(row, name, getattr(event, name))
    for field in model._meta.concrete_fields:
        key = getattr(row, field.attname)
        if field.is_relation and key and not field.related_model._base_manager.filter(pk=key).exists():
            raise ValidationError(
                f"{name_in_event(event)}: the {field.verbose_name} it had is deleted. Restore that first."
            )
    try:
        row.full_clean()
        row.save(force_insert=new)
    except ValidationError as error:
        raise ValidationError(f"{name_in_event(event)}: {' '.join(error.messages)}") from error
    except IntegrityError as error:
        raise ValidationError(f"{name_in_event(event)} collides with another row and cannot be restored.") from error
