"""Two people at one record: which version a form shows, and both versions side by side where they differ."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from records.history import NO_VALUE, display_value, history, last_edited_at
from records.models import RecordVersion, Reviewed

CHANGED_MEANWHILE = "Nothing was saved yet: somebody else changed this while you were working on it."
VERSION_NOT_SENT = (
    "Nothing was saved yet: the form does not say which version it started from. Look it over, then save again."
)


def lock_record(record):
    """Lock a row until the transaction ends, so that nobody else saves it or its parts meanwhile; return it."""
    return type(record)._base_manager.select_for_update().get(pk=record.pk)


@dataclass
class ShownVersion:
    """What a form shows: how often the record was edited, and the last edit that could be seen."""

    number: int
    seen: datetime

    def __str__(self):
        return f"{self.number} {self.seen.isoformat()}"

    @classmethod
    def of(cls, record):
        """Return the version of a record as it stands. Call it before reading what the form shows."""
        seen = last_edited_at(record)
        return cls(RecordVersion.of(record).version if isinstance(record, Reviewed) else 0, seen)

    def is_shown_by(self, text):
        """Return whether a form was opened at this version."""
        number, _, seen = text.partition(" ")
        return number == str(self.number) and (number != "0" or seen == self.seen.isoformat())


@dataclass
class CollidingValue:
    """One field or part that somebody else changed, beside what the form of the person who saves says of it."""

    part: str
    label: str
    by: str
    at: datetime
    before: str
    theirs: str
    yours: str
    #: Whether the form shows their value now, because the person had not touched it.
    taken: bool = False


@dataclass
class Opening:
    """What one request found when it opened the form of a record, and why nothing may be saved, if that is so.

    Django gives nothing of ours but the request to the methods that build the form and show the page. So it travels as
    the attribute `opening` of the request, and nothing else does.
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
                whose = forms.get((change.model, change.pk))
                for difference in _told(change):
                    key = (change.model, change.pk, difference.name)
                    first = rows.get(key)
                    rows[key] = CollidingValue(
                        part="" if change.model is type(self.record) else f"{change.kind} {change.row}",
                        label=difference.label,
                        by=edit.by,
                        at=edit.at,
                        before=first.before if first else difference.old,
                        theirs=difference.new,
                        yours=_typed(whose, difference.name),
                    )
        for (model, pk, name), row in rows.items():
            if isinstance(row.before, set):
                row.before, row.yours = _listed(row.before), _listed(row.yours)
            row.taken = row.yours == row.before != row.theirs and _take_over(forms.get((model, pk)), name)
        return list(rows.values())

    def _joined(self, rows, form, field, edit, change):
        """Tell of a row between the record and another as one value of the field that lists the others."""
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
        """Return what was sent without the rows that were deleted meanwhile; one that the person edited becomes new."""
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
    """Return the field of a form whose rows a table keeps; None if it keeps something else."""
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
    """Take every value whose name begins so out of what was sent."""
    return {name.removeprefix(start): sent.pop(name) for name in [name for name in sent if name.startswith(start)]}


@dataclass
class _Whole:
    """A part that came or went as a whole."""

    old: str
    new: str
    label: str = ""
    name: str = ""


def _told(change):
    """Return the differences of a change; a part that came or went is one difference."""
    if change.verb == "changed":
        return change.differences
    said = ", ".join(f"{difference.label}: {difference.new}" for difference in change.differences)
    return [_Whole(NO_VALUE, said or "added") if change.verb == "added" else _Whole(NO_VALUE, "deleted")]


def _typed(form, name):
    """Return what a form says of a field, as a curator reads it."""
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
    """Let a form show what is saved in one of its fields, whatever was sent; return whether it has the field."""
    if form is None or name not in form.fields:
        return False
    value = form.fields[name].prepare_value(form.initial.get(name))
    values = value if isinstance(value, list | tuple) else [value]
    form.data = form.data.copy()
    form.data.setlist(form.add_prefix(name), [str(each) for each in values if each not in (None, False)])
    return True
