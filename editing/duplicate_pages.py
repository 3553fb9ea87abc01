"""Records that may be about the same thing, beside each other in the admin, and the decision that they are not."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from records.choices import CLOSED
from records.duplicates import DuplicateCandidate, ToldApart, tell_apart

from .attempts import REFUSING, sentence
from .forms import ExplainedForm, posted
from .links import page_of
from .review_pages import ReviewedAdmin

#: How many candidates a page shows; the others follow once these are decided.
CANDIDATES_SHOWN = 5


class DuplicatesAdmin(ReviewedAdmin):
    """The pages of records of which the same thing may be entered twice."""

    #: The table of decisions that two records are not duplicates.
    told_apart: type[ToldApart]

    def candidates(self, record: Any) -> list[DuplicateCandidate]:
        """Return the records that may be about the same thing as a record."""
        raise NotImplementedError

    def side_by_side(self, record: Any, other: Any) -> list[tuple[str, str, str]]:
        """Return what a person compares of two records: the label and the words of both."""
        raise NotImplementedError

    def pages(self):
        return [*super().pages(), ("distinct", "<path:object_id>/not-a-duplicate/<path:other_id>/", self.distinct_view)]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.state not in CLOSED:
            # The saved record, whatever the form holds.
            found = self.candidates(self.model.objects.get(pk=obj.pk))
            doubtful = [each for each in found if each.decision is None]
            context |= {
                "candidates": [self._shown(obj, each) for each in doubtful[:CANDIDATES_SHOWN]],
                "more_candidates": len(doubtful) - CANDIDATES_SHOWN,
                "decided": [each for each in found if each.decision],
                "open_candidates": sum(each.open for each in doubtful),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _shown(self, record, candidate):
        """Return what the page shows of a candidate."""
        merging = f"{page_of(record, 'merge')}?into={candidate.other.pk}"
        return {
            "candidate": candidate,
            "rows": self.side_by_side(record, candidate.other),
            "page": page_of(candidate.other),
            "merge": merging,
            "distinct": reverse(f"admin:{self.name_of('distinct')}", args=[record.pk, candidate.other.pk]),
        }

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record = form.instance
        for each in self.candidates(record) if record.state not in CLOSED else ():
            if each.open:
                said = f"It may be the same as “{each.other}”: {each.evidence.sentence}. Decide on it above the form."
                self.message_user(request, said, messages.WARNING)

    def distinct_view(self, request, object_id, other_id):
        """Record that two records are not duplicates of each other, and why."""
        with transaction.atomic():
            record = self.opened(request, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        found = next((each for each in self.candidates(record) if str(each.other.pk) == other_id), None)
        if found is None:
            raise Http404("Nothing takes these two for the same.")
        form = ExplainedForm(posted(request))
        form.fields["comment"].label = "Why they are two"
        if request.method == "POST" and form.is_valid():
            try:
                tell_apart(
                    self.told_apart, record, found.other, by=request.user, reason=form.cleaned_data["comment"],
                    shown=request.POST.get("_compared", ""),
                )  # fmt: skip
            except REFUSING as refusal:
                form.add_error(None, sentence(refusal))
            else:
                said = f"“{record}” and “{found.other}” are two. If one of them changes, this is asked again."
                self.message_user(request, said, messages.SUCCESS)
                return redirect(page_of(record))
        context = {"title": "Not a duplicate", "form": form, "shown": self._shown(record, found)}
        return self.show(request, "admin/distinct.html", record, context)
