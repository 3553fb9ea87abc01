"""The history of a record, restoring one of its versions, and the records that were deleted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime

from publication.models import Revision
from publication.restore import deleted, moment_before, restore
from publication.review import review_steps
from records.choices import CLOSED, IN_WORDS
from records.history import author_and_reason, history, name_in_event

from .attempts import REFUSING, rehearse, sentence, settled
from .collisions import ShownVersion
from .forms import ReasonForm, posted
from .links import page_of

#: How many deleted records one page shows.
MOST_DELETED = 200


class HistoryPages:
    """The pages of a table about the past: history, restored versions, deleted records."""

    def pages(self):
        """Return the table's own pages: (name, route, view)."""
        return [
            ("restore", "<path:object_id>/restore/", self.restore_view),
            ("deleted", "deleted/", self.deleted_view),
            ("undelete", "deleted/<int:pk>/", self.undelete_view),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """Show every edit of the record and its parts, every step of its review, and every published revision."""
        record = self.opened(request, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        whole = self.whole(record)
        edits = history(record)
        moments = [{"at": edit.at, "edit": edit} for edit in edits]
        if whole == record:
            moments += [{"at": step.at, "step": step} for step in review_steps(record)]
            revisions = Revision.objects.of_record(record)
            moments += [{"at": revision.published_at, "revision": revision} for revision in revisions]
        context = {
            "title": "History",
            "moments": sorted(moments, key=lambda moment: moment["at"], reverse=True),
            "newest": edits[0].at if edits else None,
            "may_restore": self.has_change_permission(request, record),
        }
        return self.show(request, "admin/edit_history.html", record, context | (extra_context or {}))

    @transaction.atomic
    def restore_view(self, request, object_id):
        """Show what restoring an earlier version would change, and restore it."""
        record = self.opened(request, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        try:
            moment = parse_datetime(request.GET.get("at", ""))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise Http404("Say which version.")
        context = {
            "title": f"Restore the version of {moment:%Y-%m-%d %H:%M}",
            "subject": record,
            "version": ShownVersion.of(self.whole(record) or record),
        }
        return self._restore(request, record.pk, moment, f"restored from {moment:%Y-%m-%d %H:%M}", context)

    def deleted_view(self, request):
        """List the records of the table that were deleted."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        events = deleted(self.model)[:MOST_DELETED]
        gone = [(event, name_in_event(event), *author_and_reason(event)) for event in events]
        context = {"title": f"Deleted {self.opts.verbose_name_plural}", "gone": gone}
        return self.show(
            request, "admin/deleted_records.html", None, context | {"may_restore": self.has_add_permission(request)}
        )

    @transaction.atomic
    def undelete_view(self, request, pk):
        """Show what restoring a deleted record would bring back, and restore it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        event = deleted(self.model).filter(id=pk).first()
        if event is None:
            raise Http404("This record is not deleted.")
        moment = moment_before(event)
        name = name_in_event(event)
        context = {"title": "Restore a deleted record", "subject": name, "version": ""}
        return self._restore(request, pk, moment, f"restored after deletion, from {moment:%Y-%m-%d %H:%M}", context)

    def _restore(self, request, pk, moment, reason, context):
        def act(reason=reason):
            record = restore(self.model, pk, moment, reason=reason)
            whole = self.whole(record)
            if whole and whole.state in CLOSED:
                raise ValidationError(f"{whole} is {IN_WORDS[whole.state]}, so nothing in it can be edited.")
            return record

        form = ReasonForm(posted(request))
        opened = request.POST.get("_version", "")
        stale = request.method == "POST" and context["version"] and not context["version"].is_shown_by(opened)
        try:
            changes = rehearse(act)
            if request.method == "POST" and form.is_valid() and changes and not stale:
                comment = form.cleaned_data["comment"].strip()
                with settled():
                    record = act(f"{reason}: {comment}" if comment else reason)
                self.message_user(request, f"“{record}” was restored.", messages.SUCCESS)
                return redirect(page_of(record))
        except REFUSING as refusal:
            changes, context["refusal"] = [], sentence(refusal)
        if stale:
            context["refusal"] = "Somebody edited it in the meantime, so nothing was restored. Check the changes again."
        context |= {"form": form, "changes": changes, "button": "Restore", "act": "restore"}
        return self.show(request, "admin/decide.html", None, context)

    def show(self, request, template, record, context):
        """Return one of the table's own pages."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        if record is not None:
            shared |= {"object": record, "subject": record}
        return TemplateResponse(request, template, shared | context)
