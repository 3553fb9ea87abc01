"""The review in the admin: submitting, returning, approving, withdrawing, reopening, merging and undoing a merge."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.utils.html import format_html

from publication.documents import KINDS, kind_of
from publication.merge import differing_fields, merge, undo
from publication.models import Merge, Revision
from publication.review import APPROVE, approve, reopen, send_back, submit, take_back
from records.choices import CLOSED, State
from records.history import NO_VALUE, changes_of_edit, display_value, window_of
from records.models import RecordVersion
from records.rules import Severity, check_rules, sentences_and_remedies

from .attempts import REFUSING, rehearse, sentence, settled
from .forms import ExplainedForm, ReasonForm, WithdrawForm, posted
from .links import page_of
from .record_pages import RecordAdmin, Unsaved, settled_or_unsaved
from .search import QueueFilter

DECIDED = {
    "submit": "is sent to review",
    "send_back": "is returned to its curator",
    "approve": "is approved and published",
}


class SurvivorForm(forms.Form):
    """Which record stays when another one is merged into it."""

    def __init__(self, data, *, loser, site):
        super().__init__(data, label_suffix="")
        # Django's autocomplete searches the table of a foreign key; any key to this table will do.
        relation = next(each for each in loser._meta.related_objects if not each.many_to_many)
        self.fields["into"] = forms.ModelChoiceField(
            type(loser).objects.exclude(pk=loser.pk).exclude(state__in=CLOSED),
            label="The record that stays",
            widget=AutocompleteSelect(relation.field, site),
            error_messages={"invalid_choice": "Choose another record of this table, neither withdrawn nor merged."},
        )


class ReviewedAdmin(RecordAdmin):
    """The pages of records that are reviewed and published by themselves."""

    actions = ["send_to_review", "approve_and_publish"]

    def pages(self):
        return [
            *super().pages(),
            ("withdraw", "<path:object_id>/withdraw/", self.withdraw_view),
            ("reopen", "<path:object_id>/reopen/", self.reopen_view),
            ("merge", "<path:object_id>/merge/", self.merge_view),
            ("undo", "<path:object_id>/undo-merge/", self.undo_view),
        ]

    def get_list_filter(self, request):
        return [QueueFilter, *super().get_list_filter(request)]

    def has_approve_permission(self, request):
        return request.user.has_perm(APPROVE)

    def has_delete_permission(self, request, obj=None):
        """A published record cannot be deleted: readers can open it."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and Revision.objects.of_record(obj).served().exists())

    # From the list

    @admin.action(description="Send to review", permissions=["change"])
    def send_to_review(self, request, queryset):
        self._each(request, "submit", queryset)

    @admin.action(description="Approve and publish", permissions=["approve"])
    def approve_and_publish(self, request, queryset):
        self._each(request, "approve", queryset)

    def get_queryset(self, request):
        version = RecordVersion.objects.filter(table=self.opts.db_table, row=OuterRef("pk")).values("version")
        return super().get_queryset(request).annotate(shown_version=Subquery(version))

    def action_checkbox(self, record):
        """Say with the box which version the list shows: that one is approved, and no later one."""
        box = super().action_checkbox(record)
        return format_html('{}<input type="hidden" name="shown-{}" value="{}">', box, record.pk, record.shown_version)

    def _each(self, request, step, records):
        """Take a step with each record separately, so that a refused record does not stop the others."""
        done = []
        for record in records:
            try:
                with settled():
                    _take(step, record, request.user, **self._version_shown(request, step, record))
            except REFUSING as refusal:
                self.message_user(request, f"“{record}”: {sentence(refusal)}", messages.ERROR)
            else:
                done.append(f"“{record}”")
        if done:
            verb = DECIDED[step].removeprefix("is ")
            self.message_user(request, f"{len(done)} {verb}: {', '.join(done)}.", messages.SUCCESS)

    def _version_shown(self, request, step, record):
        shown = request.POST.get(f"shown-{record.pk}", "")
        return {"shown": {record.pk: int(shown) if shown.isdigit() else None}} if step == "approve" else {}

    # From the form

    def save_related(self, request, form, formsets, change):
        step = request.POST.get("_review")
        edited = form.has_changed() or any(formset.has_changed() for formset in formsets)
        if step in {"approve", "send_back"} and edited:
            raise Unsaved(
                "Nothing was decided, because the form contains unsaved edits. Save them and let somebody else decide, "
                "or reload the page to discard them."
            )
        # An approval locks the log before database rules lock what they compare. The order is the same everywhere, so
        # that two transactions never wait for each other.
        with settled_or_unsaved():
            message = self._decide(request, step, form.instance) if step == "approve" else None
            super().save_related(request, form, formsets, change)
            message = self._decide(request, step, form.instance) if step in {"submit", "send_back"} else message
        if message:
            self.message_user(request, *message)
        for finding in check_rules([form.instance], Severity.WARNING):
            self.message_user(request, sentences_and_remedies([finding]), messages.WARNING)

    def _decide(self, request, step, record):
        """Take a step; return the message for the user and its level."""
        try:
            with transaction.atomic():
                _take(step, record, request.user, request.POST.get("_comment", ""))
        except REFUSING as refusal:
            return sentence(refusal), messages.ERROR
        return f"“{record}” {DECIDED[step]}.", messages.SUCCESS

    def response_add(self, request, obj, post_url_continue=None):
        return redirect(page_of(obj)) if "_review" in request.POST else super().response_add(request, obj)

    def response_change(self, request, obj):
        return redirect(page_of(obj)) if "_review" in request.POST else super().response_change(request, obj)

    def progress(self, request, whole):
        """Return also which record a merged one is part of now."""
        progress = super().progress(request, whole)
        if whole.state == State.MERGED:
            survivor = self._survivor(self._merge_of(whole))
            progress |= {"survivor": survivor, "survivor_page": page_of(survivor)}
        return progress

    # On pages of their own

    def withdraw_view(self, request, object_id):
        """Withdraw a published record, so that readers no longer see it."""
        record = self._decided_on(request, object_id)
        form = WithdrawForm(posted(request))
        if request.method == "POST" and form.is_valid():
            reason = {"reason_code": form.cleaned_data["reason_code"], "reason": form.cleaned_data["comment"]}
            if self._done(request, record, form, "is withdrawn", lambda: take_back(record, by=request.user, **reason)):
                return redirect(page_of(record))
        served = Revision.objects.of_record(record).served().first()
        context = {"title": "Withdraw", "form": form, "button": "Withdraw", "act": "withdraw", "served": served}
        return self.show(request, "admin/decide.html", record, context)

    def reopen_view(self, request, object_id):
        """Turn a withdrawn record back into a draft."""
        record = self._decided_on(request, object_id)
        form = ReasonForm(posted(request))
        if request.method == "POST" and form.is_valid():
            comment = form.cleaned_data["comment"]
            if self._done(
                request, record, form, "is a draft again", lambda: reopen(record, by=request.user, comment=comment)
            ):
                return redirect(page_of(record))
        return self.show(
            request, "admin/decide.html", record, {"title": "Reopen", "form": form, "button": "Reopen", "act": "reopen"}
        )

    def merge_view(self, request, object_id):
        """Choose the record to merge this one into, choose a value for each field that differs, and merge."""
        loser = self._decided_on(request, object_id)
        choice = SurvivorForm(request.GET if "into" in request.GET else None, loser=loser, site=self.admin_site)
        context = {"title": "Merge", "choice": choice, "act": "merge", "media": self.media + choice.media}
        if not choice.is_bound or not choice.is_valid():
            return self.show(request, "admin/merge.html", loser, context)
        survivor = choice.cleaned_data["into"]
        form = ExplainedForm(posted(request))
        fields = self._differing(request, loser, survivor)
        chosen = [column for field in fields if field["taken"] for column in field["columns"]]
        if request.method == "POST" and form.is_valid():
            comment = form.cleaned_data["comment"]
            if self._done(
                request,
                loser,
                form,
                f"is merged into “{survivor}”. Readers see both until that is approved",
                lambda: merge(loser, survivor, by=request.user, comment=comment, take_over=chosen),
            ):
                return redirect(page_of(survivor))
        try:
            context["changes"] = _of_parts(
                rehearse(lambda: merge(loser, survivor, by=request.user, comment="rehearsed")), self.model
            )
        except REFUSING as refusal:
            context["refusal"] = sentence(refusal)
        context |= {"survivor": survivor, "fields": fields, "form": form}
        return self.show(request, "admin/merge.html", loser, context)

    def undo_view(self, request, object_id):
        """Undo a merge: the merged record gets its parts back."""
        loser = self._decided_on(request, object_id)
        done = self._merge_of(loser)
        if done is None:
            raise Http404(f"{loser} is not merged.")
        form = ReasonForm(posted(request))
        if request.method == "POST" and form.is_valid():
            comment = form.cleaned_data["comment"]
            what = "is a draft of its own again"
            if self._done(request, loser, form, what, lambda: undo(done, by=request.user, comment=comment)):
                return redirect(page_of(loser))
        context = {"title": "Undo the merge", "form": form, "button": "Undo the merge", "act": "undo"}
        context |= {"survivor": self._survivor(done), "changes": _of_parts(changes_of_edit(done.context), self.model)}
        return self.show(request, "admin/decide.html", loser, context)

    def _merge_of(self, loser):
        return Merge.objects.filter(
            kind=kind_of(loser).name, loser=loser.public_name, undone_at=None, whole=None
        ).first()

    def _survivor(self, done):
        return KINDS[done.kind].find(done.survivor)

    def _decided_on(self, request, object_id):
        if not self.has_approve_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            return self.opened(request, object_id)

    def _done(self, request, record, form, what, act):
        """Take a step and show the result: at the form, if it was refused."""
        try:
            with settled():
                act()
        except REFUSING as refusal:
            form.add_error(None, sentence(refusal))
            return False
        self.message_user(request, f"“{record}” {what}.", messages.SUCCESS)
        return True

    def _differing(self, request, loser, survivor):
        """Return the fields and date ranges in which the two differ, with the user's choices."""
        columns = {}
        for name, one, other in differing_fields(loser, survivor):
            columns.setdefault(window_of(self.model, name) or name, []).append((name, one, other))
        return [self._choice(request, name, found, loser, survivor) for name, found in columns.items()]

    def _choice(self, request, name, found, loser, survivor):
        one, other = getattr(loser, name), getattr(survivor, name)
        if found[0][0] == name:
            field = self.opts.get_field(name)
            one, other = display_value(field, one), display_value(field, other)
        return {
            "name": name,
            "label": name.replace("_", " ").capitalize(),
            "loser": one or NO_VALUE,
            "survivor": other or NO_VALUE,
            "taken": request.POST.get(f"field-{name}") == "loser",
            "columns": [column for column, _, _ in found],
        }


def _take(step, record, user, comment="", **shown):
    {"submit": submit, "send_back": send_back, "approve": approve}[step](record, by=user, comment=comment, **shown)


def _of_parts(changes, model):
    """Return the changes of a merge to parts and references, without the two records themselves."""
    return [change for change in changes if change.model is not model]
