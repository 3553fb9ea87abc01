"""Attempting a change: what the model layer and the database refuse, in sentences, and what an act would change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from publication.publish import PublishRefused
from records.history import Change, changes_of_edit

#: The exceptions with which the model layer refuses; the person reads their sentence.
REFUSING = (ValidationError, PermissionDenied, PublishRefused)

#: PostgreSQL's code for a rule that was broken.
CHECK_VIOLATION = "23514"


def sentence(refusal: Exception) -> str:
    """Return why the model layer refused, in its own words."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


@contextmanager
def settled() -> Iterator[None]:
    """Run the block in a transaction of its own, and check at its end what the database would check only at the commit.

    Raise ValidationError with the sentence of the rule that the block breaks.
    """
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    except IntegrityError as error:
        broken = error.__cause__
        # A constraint of one row has a name, and the form checks it; a rule over several rows gives its own sentence.
        if broken.sqlstate != CHECK_VIOLATION or broken.diag.constraint_name:
            raise
        raise ValidationError(broken.diag.message_primary) from error


def rehearse(act: Callable[[], object]) -> list[Change]:
    """Return the Changes that `act` would make, without making them; raise what it raises."""
    with transaction.atomic(), pghistory.context() as context:
        with settled():
            act()
        changes = changes_of_edit(context.id)
        transaction.set_rollback(True)
    return changes
