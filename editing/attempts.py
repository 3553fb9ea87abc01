"""What the pages of the admin have in common: addresses, permissions, and the sentences of refusals."""

from contextlib import contextmanager

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from publication.models import Revision
from publication.publish import PublishRefused
from records.history import changes_of_edit

#: What the model layer raises when it refuses; the person reads the sentence.
REFUSING = (ValidationError, PermissionDenied, PublishRefused)

#: How PostgreSQL calls a broken rule.
CHECK_VIOLATION = "23514"


def page_of(record, page="change"):
    """Return the address of a record's own page in the admin."""
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk])


def sentence(refusal):
    """Return why the model layer refused, in its own words."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def sent(request):
    """Return what a form is filled with: None until it is sent."""
    return request.POST if request.method == "POST" else None


def revisions_of(record):
    """Return what was published of a record, without the documents."""
    return Revision.objects.of(record._meta.model_name).filter(uid=record.public_name).defer("document", "search")


@contextmanager
def settled():
    """Run the block in a transaction of its own and ask at its end what the database would ask only at the commit.

    Raises ValidationError with the sentence of the rule that the block breaks.
    """
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    except IntegrityError as error:
        broken = error.__cause__
        # A constraint of one row has a name and is asked by the form; a rule over rows speaks for itself.
        if broken.sqlstate != CHECK_VIOLATION or broken.diag.constraint_name:
            raise
        raise ValidationError(broken.diag.message_primary) from error


def rehearse(act):
    """Return the Changes that `act` would make, without making them; raise what it raises."""
    with transaction.atomic(), pghistory.context() as context:
        with settled():
            act()
        changes = changes_of_edit(context.id)
        transaction.set_rollback(True)
    return changes
