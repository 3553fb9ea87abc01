"""Merging a duplicate into another record, which gets its parts; the duplicate's uid still resolves. And undoing it."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from pghistory.core import event_models

from records.choices import CLOSED, IN_WORDS, State
from records.triggers import reviewing

from .documents import KINDS, kind_of
from .models import Merge
from .review import require_reviewer, take_step


def differing_fields(loser, survivor):
    """Return the fields in which two records differ: (name, loser's, survivor's value)."""
    fields = [field for field in survivor._meta.concrete_fields if field.editable and not field.unique]
    values = [(field.name, getattr(loser, field.name), getattr(survivor, field.name)) for field in fields]
    return [(name, one, other) for name, one, other in values if one != other]


@transaction.atomic
def merge(loser, survivor, *, by, comment, take_over=()):
    """Move all parts of `loser` to `survivor`, and the values of the fields in `take_over`; return the Merge.

    Readers see both as before until the survivor is approved and published; then the loser's uid leads to it.
    Raises ValidationError if the two are not of one kind, or if one of them is merged or withdrawn.
    """
    require_reviewer(by)
    if type(loser) is not type(survivor) or loser.pk == survivor.pk:
        raise ValidationError("Merge two different records of one kind.")
    survivor.refresh_from_db()
    if survivor.state in CLOSED:
        raise ValidationError(f"Cannot merge into {survivor}: it is {IN_WORDS[survivor.state]}.")
    settled = {name: value for name, value, _ in differing_fields(loser, survivor) if name in take_over}
    if unknown := set(take_over) - set(settled):
        raise ValidationError(f"The two do not differ in {', '.join(sorted(unknown))}.")
    take_step("merge", loser, by=by, comment=comment)
    with pghistory.context(user=by.pk, merged=str(loser)) as context, reviewing():
        done = _note(loser, survivor, context.id, None)
        loser.prepare_merge(survivor)
        _move(loser, survivor, done)
        for name, value in settled.items():
            setattr(survivor, name, value)
        survivor.full_clean()
        survivor.save()
        _end_approval(survivor)
    return done


@transaction.atomic
def undo(done, *, by, comment=""):
    """Undo a merge: give the merged record back what was moved, and return it as a draft.

    Later edits are kept. Raises ValidationError if something that was moved is gone, or if something
    new has taken its place.
    """
    require_reviewer(by)
    model = KINDS[done.kind].model
    loser, survivor = (KINDS[done.kind].find(uid) for uid in (done.loser, done.survivor))
    take_step("undo the merge of", loser, by=by, comment=comment)
    with pghistory.context(user=by.pk, unmerged=str(loser)), reviewing():
        try:
            for tracked in {events.pgh_tracked_model for events in event_models()}:
                _give_back(tracked, done.context, {loser.pk, survivor.pk} if tracked is model else set())
        except IntegrityError as error:
            raise ValidationError(
                f"The merge of {loser} cannot be undone, because its parts were edited since."
            ) from error
        _end_approval(survivor)
    Merge.objects.filter(context=done.context).update(undone_at=timezone.now())
    return loser


def _note(loser, survivor, context, whole):
    kind, uids = kind_of(loser).name, {"loser": loser.public_name, "survivor": survivor.public_name}
    return Merge.objects.create(kind=kind, **uids, context=context, whole=whole)


def _end_approval(survivor):
    type(survivor).objects.filter(pk=survivor.pk, state=State.APPROVED).update(state=State.CHANGED)
    survivor.refresh_from_db()


def _links(model):
    """Yield every working table that refers to a model, with its foreign key."""
    for relation in model._meta.related_objects:
        if relation.many_to_many:
            yield relation.through, relation.field.m2m_reverse_field_name()
        elif hasattr(relation.related_model, "pgh_event_model"):
            yield relation.related_model, relation.field.name
    for field in model._meta.many_to_many:
        yield field.remote_field.through, field.m2m_field_name()


def _move(loser, survivor, done):
    """Make every row that refers to `loser` refer to `survivor`. A row that would then be there twice, or
    connect the survivor with itself, is deleted."""
    for table, link in _links(type(loser)):
        for row in table._base_manager.filter(**{link: loser}):
            twin = _twin(row, link, survivor)
            if row.pk == survivor.pk and table is type(survivor):
                setattr(row, link, None)
                row.save(update_fields=[link])
                survivor.refresh_from_db(fields=[link])
            elif _links_both(row, link, survivor):
                row.delete()
            elif twin is None:
                setattr(row, link, survivor)
                row.save(update_fields=[link])
            else:
                if any(kind.model is table for kind in KINDS.values()):
                    _note(row, twin, done.context, done)
                _move(row, twin, done)
                if any(getattr(row, name) != getattr(twin, name) for name in getattr(row, "decided_by", ())):
                    # Two decisions that contradict each other: a person has to decide again.
                    twin.delete()
                row.delete()


def _links_both(row, link, survivor):
    """Return whether a row connects the record that it names by `link` with the survivor."""
    return link in (ends := getattr(row, "ends", ())) and any(getattr(row, end) == survivor for end in ends)


def _twin(row, link, survivor):
    """Return the survivor's row that a unique constraint would not allow beside this one, or that is alike."""
    meta = row._meta
    sets = [c.fields for c in meta.constraints if isinstance(c, models.UniqueConstraint)] + list(meta.unique_together)
    sets.append(getattr(row, "alike_by", ()))  # Rows of a many-to-many field have no such columns.
    for names in sets:
        if link in names:
            same = {name: getattr(row, name) for name in names if name != link}
            if twin := type(row)._base_manager.filter(**same, **{link: survivor}).first():
                return twin
    return None


def _give_back(model, context, but):
    """Undo what one edit did to the rows of a table, except the rows `but`: columns it changed, rows it deleted."""
    events = model.pgh_event_model.objects
    names = [field.attname for field in model._meta.concrete_fields if field.name not in {"id", "state"}]
    rows = model._meta.concrete_model._base_manager
    for row in events.filter(pgh_context_id=context).values_list("id", flat=True).distinct():
        if row in but:
            continue
        done = events.filter(pgh_context_id=context, id=row).order_by("pgh_id")
        first, last = done.first(), done.last()
        if last.pgh_label == "delete":
            rows.bulk_create([model._meta.concrete_model(pk=row, **{name: getattr(last, name) for name in names})])
            continue
        before = events.filter(id=row, pgh_id__lt=first.pgh_id).latest("pgh_id")
        changed = {name: getattr(before, name) for name in names if getattr(before, name) != getattr(last, name)}
        if not rows.filter(pk=row).update(**changed):
            raise ValidationError(f"{model._meta.verbose_name} {row} was moved by the merge and is gone since.")
