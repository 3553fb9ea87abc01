"""People who code and review."""

import pghistory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission


def curator(name):
    """Return an account that may not approve."""
    return get_user_model().objects.create_user(name)


def reviewer(name):
    """Return an account that may approve."""
    user = get_user_model().objects.create_user(name)
    user.user_permissions.add(Permission.objects.get(content_type__app_label="publication", codename="approve"))
    return get_user_model().objects.get(pk=user.pk)


def edit(record, *, by, **values):
    """Save new values as this person."""
    with pghistory.context(user=by.pk):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    record.refresh_from_db()
