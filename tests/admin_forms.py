"""How tests work at the curators' desk: accounts, addresses and filled forms."""

from django.contrib.auth.models import Group, User
from django.urls import reverse


def account(group, name=""):
    """Return a member of the staff in a group: curator or reviewer."""
    user = User.objects.create_user(name or group, is_staff=True)
    user.groups.add(Group.objects.get(name=group.capitalize()))
    return user


def address(model, page, *args):
    """Return where the admin keeps a page of a model: changelist, add, change, history, delete."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled(response, **changes):
    """Return what a browser would send from the form of a page, with some inputs changed."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent = {"_version": str(response.context["version"])}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            sent[bound.html_name] = "on" if value is True else value
    return sent | changes


def save(client, record, **changes):
    """Open a record's page, change some inputs, save, and return the answer."""
    page = address(type(record), "change", record.pk)
    return client.post(page, filled(client.get(page), **changes), follow=True)


def messages(response):
    """Return the sentences that the page shows at its top."""
    return [str(message) for message in response.context["messages"]]


def errors(response):
    """Return the sentences at each input of the page's main form."""
    return dict(response.context["adminform"].form.errors)


def row_errors(response, prefix):
    """Return the sentences at each input of an inline, row by row."""
    inlines = response.context["inline_admin_formsets"]
    (formset,) = [inline.formset for inline in inlines if inline.formset.prefix == prefix]
    return [dict(form.errors) for form in formset.forms]


def rows(prefix, *added, first=0):
    """Return what a browser sends for rows added to an inline that has `first` rows."""
    sent = {f"{prefix}-TOTAL_FORMS": first + len(added)}
    for number, row in enumerate(added, first):
        sent |= {f"{prefix}-{number}-{name}": row[name] for name in row}
    return sent
