"""How a record is reviewed: the steps from one state to the next, and who may take them.

draft → in review → approved, or returned with a comment. An edit turns approved into changed (records.triggers);
what was published stays served until the change is approved. Withdrawn and merged records leave a tombstone.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from records.choices import State
from records.models import RecordVersion
from records.triggers import reviewing

from .choices import Reason
from .documents import kind_of
from .models import Review
from .publish import publish, reproject, withdraw

APPROVE = "publication.approve"

#: What nobody hands over or approves before the record is complete.
COMPLETE = {State.IN_REVIEW, State.APPROVED}

#: The states that each step starts from, and the one that it ends in.
STEPS = {
    "submit": ({State.DRAFT, State.RETURNED, State.CHANGED}, State.IN_REVIEW),
    "send back": ({State.IN_REVIEW}, State.RETURNED),
    "approve": ({State.IN_REVIEW}, State.APPROVED),
    "withdraw": ({State.DRAFT, State.IN_REVIEW, State.RETURNED, State.APPROVED, State.CHANGED}, State.WITHDRAWN),
    "reopen": ({State.WITHDRAWN}, State.DRAFT),
    "merge": ({State.DRAFT, State.IN_REVIEW, State.RETURNED, State.APPROVED, State.CHANGED}, State.MERGED),
    "undo the merge of": ({State.MERGED}, State.DRAFT),
}


def submit(record, *, by, comment=""):
    """Hand a record to the reviewers. Raises ValidationError if it is not complete."""
    take("submit", record, by=by, comment=comment)


def send_back(record, *, by, comment):
    """Return a record to its curator; the comment says why."""
    require(by)
    take("send back", record, by=by, comment=comment)


def approve(record, *, by, comment=""):
    """Accept a record as it stands, publish it, and write anew what names it; return its new revisions.

    Raises PermissionDenied without the permission, ValidationError if `by` is the last editor (unless one person is the
    team) or if the record is not complete, Refused if it names a record that is not published.
    """
    require(by)
    with transaction.atomic():
        revisions = _accept(record, by, comment)
    reproject(revisions, by=by.get_username())
    return revisions


def _accept(record, by, comment):
    alone = RecordVersion.of(record).editor == by
    if alone and settings.HAMRIN_SECOND_PERSON:
        raise ValidationError(f"You edited {record} last, so somebody else has to approve it.")
    take("approve", record, by=by, comment=comment, alone=alone)
    return publish([record], by=by.get_username())


@transaction.atomic
def take_back(record, *, by, reason_code, reason):
    """Take a published record back from readers, with a reason for them."""
    require(by)
    if reason_code not in Reason.values:
        raise ValidationError({"reason_code": f"Choose one of: {', '.join(Reason.values)}."})
    take("withdraw", record, by=by, comment=reason)
    return withdraw(record, by=by.get_username(), reason_code=reason_code, reason=reason)


def reopen(record, *, by, comment=""):
    """Let a withdrawn record be corrected; it is published again once it is approved."""
    require(by)
    take("reopen", record, by=by, comment=comment)


def require(user):
    """Raise PermissionDenied unless the user may approve."""
    if not user.has_perm(APPROVE):
        raise PermissionDenied("Only a reviewer may do this.")


def take(step, record, *, by, comment="", alone=False):
    """Take one step of the review, and keep who took it. Raise ValidationError if it does not start from here."""
    before, after = STEPS[step]
    with reviewing():
        standing = type(record)._base_manager.select_for_update().get(pk=record.pk)
        state = State(standing.state)
        if state not in before:
            raise ValidationError(f"Cannot {step} {record}: it is {state.label.lower()}.")
        if after in COMPLETE:
            standing.check_complete([standing])
        (uid,) = record.natural_key()
        review = Review(
            kind=kind_of(record).name, uid=uid, before=state, after=after, by=by, comment=comment.strip(), alone=alone
        )
        review.full_clean()
        review.save()
        record.state = after
        record.save(update_fields=["state"])


@transaction.atomic
def approve_many(records, *, by, comment=""):
    """Accept new records of one kind together, and publish them; return their revisions. Each gets its own step.

    Raises what `approve` raises, and then nothing is written. What names the records is for the caller to write anew.
    """
    require(by)
    edits = RecordVersion.objects.filter(
        table=records[0]._meta.db_table, row__in=[record.pk for record in records], editor=by
    )
    alone = set(edits.values_list("row", flat=True))
    if alone and settings.HAMRIN_SECOND_PERSON:
        raise ValidationError(f"{by} edited these records last, so somebody else has to approve them.")
    take_many("approve", records, by=by, comment=comment, alone=alone)
    return publish(records, by=by.get_username())


def take_many(step, records, *, by, comment="", alone=()):
    """Take one step of the review of several records of one kind; `alone` holds the keys of those of a team of one."""
    before, after = STEPS[step]
    model, kind = type(records[0]), kind_of(records[0])
    rows = model._base_manager.filter(pk__in=[record.pk for record in records])
    (key,) = model.key
    with reviewing():
        steps_taken = []
        for pk, uid, state in rows.select_for_update().values_list("pk", key, "state"):
            if state not in before:
                raise ValidationError(f"Cannot {step} {uid}: it is {State(state).label.lower()}.")
            steps_taken.append(
                Review(kind=kind.name, uid=uid, before=state, after=after, by=by, comment=comment, alone=pk in alone)
            )
        if after in COMPLETE:
            model.check_complete(records)
        Review.objects.bulk_create(steps_taken, batch_size=1000)
        rows.update(state=after)


def steps(record):
    """Return the steps of a record's review, newest first."""
    (uid,) = record.natural_key()
    return Review.objects.filter(kind=kind_of(record).name, uid=uid).select_related("by")
