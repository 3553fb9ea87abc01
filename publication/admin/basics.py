"""What the pages of the admin have in common: addresses, permissions, and the sentences of refusals."""

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from ..choices import State
from ..history import edit
from ..models import Revision
from ..publish import Refused

#: States in which a record is not edited: first it is reopened, or its merge undone.
CLOSED = {State.WITHDRAWN, State.MERGED}

#: What the model layer raises when it refuses; the person reads the sentence.
REFUSALS = (ValidationError, PermissionDenied, Refused)


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
    uid, *_ = record.natural_key()
    return Revision.objects.of(record._meta.model_name).filter(uid=uid).defer("document", "search")


def rehearse(act):
    """Return the Changes that `act` would make, without making them; raise what it raises."""
    with transaction.atomic(), pghistory.context() as context:
        act()
        changes = edit(context.id)
        transaction.set_rollback(True)
    return changes
