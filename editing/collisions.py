"""Edit collisions: which version a form shows, and both versions side by side where two people's edits differ."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from records.history import NO_VALUE, display_value, history, last_edited_at
from records.models import RecordVersion, Reviewed

CHANGED_MEANWHILE = "Nothing was saved yet: somebody else changed this record while you were editing it."
VERSION_NOT_SENT = (
    "Nothing was saved yet: the form does not say which version it started from. Check it, then save again."
)


def lock_record(record):
    """Lock a row until the transaction ends, so that nobody else can save it or its parts; return it."""
    return type(record)._base_manager.select_for_update().get(pk=record.pk)


@dataclass
class ShownVersion:
    """The version that a form shows: the number of edits, and the time of the last visible one."""

    number: int
    seen: datetime

    def __str__(self):
        return f"{self.number} {self.seen.isoformat()}"

    @classmethod
    def of(cls, record):
        """Return the current version of a record. Call this before reading the values that the form shows."""
        seen = last_edited_at(record)
        return cls(RecordVersion.of(record).version if isinstance(record, Reviewed) else 0, seen)

    def is_shown_by(self, text):
        """Return whether a form was opened at this version."""
        number, _, seen = text.partition(" ")
        return number == str(self.number) and (number != "0" or seen == self.seen.isoformat())


@dataclass
class CollidingValue:
    """One field or part that somebody else changed, with the value in the form that is being saved."""

    part: str
    label: str
    by: str
    at: datetime
    before: str
    theirs: str
    yours: str
    #: Whether the form now shows their value, because the user had not changed it.
    taken: bool = False


@dataclass
class Opening:
    """What one request found when it opened the form of a record, and why nothing may be saved, if so.

    Django passes only the request to the methods that build the form and render the page, so this object is kept as
    the request's attribute `opening`. No other state is kept there.
    """

    version: "ShownVersion | str" = ""
    collision: "EditCollision | None" = None
    refusal: str = ""


class EditCollision:
    """What others saved since a form was opened."""

    def __init__(self, record, shown_version):
        self.record = record
        try:
            self.seen = parse_datetime(shown_version.partition(" ")[2])
        except ValueError:
            self.seen = None
        self.sentence = CHANGED_MEANWHILE if self.seen else VERSION_NOT_SENT

    def edits(self):
        """Return the edits that the form does not show, oldest first."""
        if self.seen is None or self.seen.tzinfo is None:
            return []
        return [edit for edit in reversed(history(self.record)) if edit.at > self.seen]

    def rows(self, form, formsets):
        """Return a Row for each field and part that was changed, in the order of the edits.

        Where the person left a value as it was, their form takes over the newer one.
        """
        forms = {(type(form.instance), form.instance.pk): form}
        forms |= {(each.model, row.instance.pk): row for each in formsets for row in each.initial_forms}
        rows = {}
        for edit in self.edits():
            for change in edit.changes:
                if field := _relation(form, change.model):
                    self._joined(rows, form, field, edit, change)
                    continue
                own = forms.get((change.model, change.pk))
                for difference in _differences_of(change):
                    key = (change.model, change.pk, difference.name)
                    first = rows.get(key)
                    rows[key] = CollidingValue(
                        part="" if change.model is type(self.record) else f"{change.kind} {change.row}",
                        label=difference.label,
                        by=edit.by,
                        at=edit.at,
                        before=first.before if first else difference.old,
                        theirs=difference.new,
                        yours=_typed(own, difference.name),
                    )
        for (model, pk, name), row in rows.items():
            if isinstance(row.before, set):
                row.before, row.yours = _listed(row.before), _listed(row.yours)
            row.taken = row.yours == row.before != row.theirs and _take_over(forms.get((model, pk)), name)
        return list(rows.values())

    def _joined(self, rows, form, field, edit, change):
        """Show changed rows of a many-to-many table as one value of its field."""
        now = {str(each) for each in getattr(form.instance, field.name).all()}
        key = (type(form.instance), form.instance.pk, field.name)
        typed = form.cleaned_data.get(field.name, ())
        row = rows.setdefault(
            key,
            CollidingValue(
                "", field.name.capitalize(), edit.by, edit.at, now, _listed(now), {str(each) for each in typed}
            ),
        )
        row.by, row.at = edit.by, edit.at
        row.before = row.before - {change.row} if change.verb == "added" else row.before | {change.row}

    def without_rows_gone(self, sent, formsets):
        """Return the sent data without rows deleted in the meantime; those that the user edited become new."""
        sent = sent.copy()
        for prefix, formset in formsets.items():
            count = sent.get(f"{prefix}-TOTAL_FORMS", "")
            if not count.isdecimal() or int(count) > formset.absolute_max:
                continue
            rows = [_pop(sent, f"{prefix}-{number}-") for number in range(int(count))]
            keys = [int(row["id"][0]) for row in rows if row.get("id", [""])[0].isdecimal()]
            alive = set(formset.model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
            kept = [row for row in rows if _key(row) in alive]
            new = [{**row, "id": [""]} for row in rows if _key(row) not in alive and not _untouched(row, formset)]
            for number, row in enumerate([*kept, *new]):
                for name, values in row.items():
                    sent.setlist(f"{prefix}-{number}-{name}", values)
            sent[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
            sent[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(new))
        return sent


def _relation(form, table):
    """Return the many-to-many field of a form that a table belongs to; None if it is no such table."""
    fields = form._meta.model._meta.many_to_many
    found = (field for field in fields if field.remote_field.through is table._meta.concrete_model)
    return next((field for field in found if field.name in form.fields), None)


def _listed(names):
    return ", ".join(sorted(names)) or NO_VALUE


def _key(row):
    """Return the primary key that a sent row names; None for a new one."""
    key = row.get("id", [""])[0]
    return int(key) if key.isdecimal() else None


def _untouched(row, formset):
    """Return whether a sent row, deleted since, says what the row said when it was deleted."""
    events = formset.model.pgh_event_model.objects.filter(id=_key(row), pgh_label="delete")
    event = events.order_by("-pgh_id").first()
    if event is None:
        return False
    columns = [field.attname for field in formset.model._meta.concrete_fields]
    gone = formset.model(**{name: getattr(event, name) for name in columns if hasattr(event, name)})
    sent = QueryDict(mutable=True)
    for name, values in row.items():
        sent.setlist(f"row-{name}", values)
    return not formset.form(sent, prefix="row", instance=gone).has_changed()


def _pop(sent, start):
    """Remove every value with a name that begins with `start` from the sent data, and return them."""
    return {name.removeprefix(start): sent.pop(name) for name in [name for name in sent if name.startswith(start)]}


@dataclass
class _Whole:
    """A part that was added or deleted as a whole."""

    old: str
    new: str
    label: str = ""
    name: str = ""


def _differences_of(change):
    """Return the differences of a change; an added or deleted part is one difference."""
    if change.verb == "changed":
        return change.differences
    said = ", ".join(f"{difference.label}: {difference.new}" for difference in change.differences)
    return [_Whole(NO_VALUE, said or "added") if change.verb == "added" else _Whole(NO_VALUE, "deleted")]


def _typed(form, name):
    """Return the value of a field in a form, as a curator reads it."""
    if form is None:
        return NO_VALUE
    if not name:
        return "still in your form"
    if name not in form.fields:
        return NO_VALUE
    value = form.cleaned_data[name] if name in form.cleaned_data else form[name].value()
    if isinstance(value, Model):
        return str(value)
    try:
        return display_value(form._meta.model._meta.get_field(name), value)
    except FieldDoesNotExist:
        return value or NO_VALUE


def _take_over(form, name):
    """Make a form show the saved value of a field instead of the sent one; return whether it has the field."""
    if form is None or name not in form.fields:
        return False
    value = form.fields[name].prepare_value(form.initial.get(name))
    values = value if isinstance(value, list | tuple) else [value]
    form.data = form.data.copy()
    form.data.setlist(form.add_prefix(name), [str(each) for each in values if each not in (None, False)])
    return True
