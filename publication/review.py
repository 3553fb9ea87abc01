"""Reviewing a record: the steps from one state to the next, and who may take them.

draft → in review → approved, or returned with a comment. An edit turns approved into changed, and ends a review
(records.triggers); readers see what was published until the change is approved. Nobody approves a version whose changes
since the approval before include their own. Withdrawn and merged records leave a tombstone.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from records.choices import IN_WORDS, State
from records.models import RecordVersion
from records.rules import refuse_errors
from records.triggers import reviewing

from .choices import Reason
from .documents import kind_of
from .models import Review
from .publish import publish, reproject, withdraw
from .theatre import THEATRE

APPROVE = "publication.approve"

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


def submit(*records, by, comment=""):
    """Submit records of one kind for review. Raise ValidationError if one of them breaks a rule."""
    with transaction.atomic():
        take_step("submit", *records, by=by, comment=comment)
        refuse_errors(records)


def send_back(record, *, by, comment):
    """Return a record to its curator; the comment says why."""
    require_reviewer(by)
    take_step("send back", record, by=by, comment=comment)


def approve(*records, by, comment="", shown=None):
    """Approve records of one kind, publish them, and write again what names them; return the revisions.

    `shown` has the version of each record that `by` looked at, by key; without it, they look at the present one.

    Raises PermissionDenied without the permission, ValidationError if `by` changed one of them since its last approval
    (unless one person is the team), if one was edited since it was shown or if one breaks a rule, PublishRefused if one
    names a record that is not published. Then nothing is written.
    """
    require_reviewer(by)
    with transaction.atomic():
        versions = _versions(records)
        alone = {row for row, version in versions.items() if by.pk in version.editors}
        if alone and settings.HAMRIN_SECOND_PERSON:
            raise ValidationError(_barred([record for record in records if record.pk in alone], versions))
        if shown is not None:
            _refuse_unseen(records, shown, versions)
        take_step("approve", *records, by=by, comment=comment, alone=alone)
        revisions = publish(records, by=by.get_username())
    if changed := [each for each in revisions if each.number > 1 or each.kind == THEATRE.name]:
        reproject(changed, by=by.get_username())
    return revisions


def _versions(records):
    """Return the RecordVersions of records of one kind by their keys, locked: whoever edits one waits."""
    rows = [record.pk for record in records]
    versions = RecordVersion.objects.filter(table=records[0]._meta.db_table, row__in=rows).order_by("row")
    return {version.row: version for version in versions.select_for_update()}


def _barred(records, versions):
    names = ", ".join(map(str, records))
    editors = {account for record in records for account in versions[record.pk].editors}
    return f"You changed {names}, so somebody else has to approve it. {who_may_approve(editors)}"


def who_may_approve(editors):
    """Return in a sentence which reviewers may approve what these accounts edited."""
    reviewers = get_user_model().objects.with_perm(APPROVE, backend="django.contrib.auth.backends.ModelBackend")
    names = [user.get_username() for user in reviewers.exclude(pk__in=editors).order_by("username")[:5]]
    return f"Ask {' or '.join(names)}." if names else "There is no other reviewer: an administrator has to add one."


def _refuse_unseen(records, shown, versions):
    unseen = [record for record in records if shown.get(record.pk) != versions[record.pk].version]
    if unseen:
        names = ", ".join(map(str, unseen))
        raise ValidationError(f"{names} was edited after you opened the page. Open it and look at it again.")


@transaction.atomic
def take_back(record, *, by, reason_code, reason):
    """Withdraw a published record, with a reason for readers."""
    require_reviewer(by)
    if reason_code not in Reason.values:
        raise ValidationError({"reason_code": f"Choose one of: {', '.join(Reason.values)}."})
    take_step("withdraw", record, by=by, comment=reason)
    return withdraw(record, by=by.get_username(), reason_code=reason_code, reason=reason)


def reopen(record, *, by, comment=""):
    """Turn a withdrawn record back into a draft; it is published again when it is approved."""
    require_reviewer(by)
    take_step("reopen", record, by=by, comment=comment)


def require_reviewer(user):
    """Raise PermissionDenied unless the user may approve."""
    if not user.has_perm(APPROVE):
        raise PermissionDenied("Only a reviewer may do this.")


def take_step(step, *records, by, comment="", alone=()):
    """Take one step of the review of records of one kind, and record who took it.

    `alone` holds the keys of those that one of their editors approves. Raises ValidationError, and writes nothing, if
    the step does not start from the state that one of the records is in.
    """
    before, after = STEPS[step]
    model, kind = type(records[0]), kind_of(records[0]).name
    with reviewing():
        rows = model._base_manager.filter(pk__in=[record.pk for record in records])
        states = dict(rows.select_for_update().values_list("pk", "state"))
        taken = []
        for record in records:
            state = State(states[record.pk])
            if state not in before:
                raise ValidationError(f"Cannot {step} {record}: it is {IN_WORDS[state]}.")
            review = Review(
                kind=kind, uid=record.public_name, before=state, after=after, by=by, comment=comment.strip()
            )
            review.alone = record.pk in alone
            taken.append(review)
        # They all end in one state with one comment, which is what the constraints are about.
        taken[0].validate_constraints()
        Review.objects.bulk_create(taken, batch_size=1000)
        rows.update(state=after)
        for record in records:
            record.state = after


def review_steps(record):
    """Return the steps of a record's review, newest first."""
    return Review.objects.filter(kind=kind_of(record).name, uid=record.public_name).select_related("by")
