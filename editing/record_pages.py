"""The page of one record: inputs with coding rules, parts as rows, and protection against edit collisions."""

from contextlib import contextmanager

import pghistory
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, URLField
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path

from publication.models import Revision
from publication.review import STEPS, review_steps, who_may_approve
from records.choices import CLOSED, IN_WORDS, State
from records.models import RecordVersion, Reviewed

from .attempts import sentence, settled
from .collisions import EditCollision, Opening, ShownVersion, lock_record
from .forms import DayInput, HeldSelect, PartFormSet, RecordForm, RuledSelect, codes_field, holds_codes
from .history_pages import HistoryPages
from .links import page_of
from .search import NameSearch


def keeping_reason(request):
    """Record the reason that the curator gave with every row that this request changes."""
    reason = request.POST.get("_reason", "").strip()
    return pghistory.context(**({"reason": reason} if reason else {}))


class TypedInputs:
    """Inputs for curators: coding rules with codes, checkboxes for several codes, no delete icon on relations."""

    form = RecordForm

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = HeldSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        return super().formfield_for_choice_field(db_field, request, **{"widget": RuledSelect, **kwargs})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if holds_codes(db_field):
            return codes_field(db_field)
        if isinstance(db_field, DateField):
            kwargs |= {"widget": DayInput, "label": db_field.verbose_name.removesuffix(" on").capitalize()}
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field


class PartInline(TypedInputs, admin.StackedInline):
    """The parts of a record, one compact row each."""

    formset = PartFormSet
    extra = 0
    #: The relations that the rows' own names need, fetched in one query.
    related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)


class Unsaved(Exception):
    """Raised during saving if nothing can be saved after all; the form keeps its input."""


@contextmanager
def settled_or_unsaved():
    """Run the block as `settled` does; if it breaks a rule, save nothing and show the rule in the form."""
    try:
        with settled():
            yield
    except ValidationError as refusal:
        raise Unsaved(sentence(refusal)) from refusal


class RecordAdmin(HistoryPages, NameSearch, TypedInputs, admin.ModelAdmin):
    """The pages of one table of records."""

    change_list_template = "admin/record_list.html"
    list_per_page = 50
    show_full_result_count = False
    missing = {}

    def whole(self, record):
        """Return the reviewed record that this one is published with; None for a table without review."""
        return record if isinstance(record, Reviewed) else None

    def get_urls(self):
        pages = self.pages()
        own = [path(route, self.admin_site.admin_view(view), name=self.name_of(page)) for page, route, view in pages]
        return [*own, *super().get_urls()]

    def name_of(self, page):
        """Return the name of the address of one of the table's pages."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def opened(self, request, object_id):
        """Return the record that a page is about; lock its whole if the request may change it."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        if request.method == "POST":
            lock_record(self.whole(record) or record)
            record.refresh_from_db()
        return record

    def get_actions(self, request):
        """Records are deleted one at a time, with a reason."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        whole = obj and allowed and self.whole(obj)
        return allowed and not (whole and whole.state in CLOSED)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        whole = obj and allowed and self.whole(obj)
        return allowed and not (whole and whole.state in CLOSED)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show or save the form of a record. Never overwrite what somebody else saved since it was opened."""
        request.opening = Opening()
        try:
            with keeping_reason(request), transaction.atomic():
                whole = self._guard(request, object_id)
                before = whole and whole.state
                response = super().changeform_view(request, object_id, form_url, extra_context)
                self._warn_of_change(request, whole, before)
                return response
        except Unsaved as refusal:
            # What was written is undone. The same form is checked again, and shown with the refusal as its error.
            request.opening.refusal = str(refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _guard(self, request, object_id):
        """Read the version that the form shows; return the reviewed whole, if there is one."""
        # The version is read before anything else, so that an edit in between is detected, not overwritten.
        record = object_id and self.get_object(request, unquote(object_id))
        if not record:
            return None
        whole = self.whole(record)
        guarded = whole or record
        if request.method == "POST":
            lock_record(guarded)
            guarded.refresh_from_db()
        request.opening.version = version = ShownVersion.of(guarded)
        if request.method == "POST" and not version.is_shown_by(request.POST.get("_version", "")):
            collision = EditCollision(guarded, request.POST.get("_version", ""))
            request.opening.collision, request.opening.refusal = collision, collision.sentence
            # Django reads the form from here, and would refuse rows that were deleted in the meantime.
            request.POST = collision.without_rows_gone(request.POST, self._row_classes(request, record))
        return whole

    def _row_classes(self, request, record):
        """Return the class of the rows of each inline on the record's page, by prefix."""
        pairs = self.get_formsets_with_inlines(request, record)
        return {formset.get_default_prefix(): formset for formset, _ in pairs}

    def _warn_of_change(self, request, whole, before):
        """Warn the curator that an edit ended the approval."""
        if whole is None or before != State.APPROVED or request.method != "POST":
            return
        whole.refresh_from_db(fields=["state"])
        if whole.state != State.APPROVED:
            self.message_user(
                request,
                f"“{whole}” is changed now. Readers still see what was published until it is approved again.",
                messages.WARNING,
            )

    def save_related(self, request, form, formsets, change):
        with settled_or_unsaved():
            super().save_related(request, form, formsets, change)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            with keeping_reason(request):
                return super().delete_view(request, object_id, extra_context)
        except ValidationError as refusal:
            self.message_user(request, sentence(refusal), messages.ERROR)
            return redirect(request.path)

    def delete_model(self, request, obj):
        with settled():
            super().delete_model(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = request.opening.refusal
        return form

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request)

    def get_readonly_fields(self, request, obj=None):
        """The public name of a published record never changes."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *self.model.key] if obj and Revision.objects.of_record(obj).exists() else fields

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        whole = obj and self.whole(obj)
        context |= {
            "asks_why": True,
            "version": request.opening.version,
            "whole": whole,
            "reviewed": issubclass(self.model, Reviewed),
            "progress": whole and self.progress(request, whole),
        }
        if collision := request.opening.collision:
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            context["refused"] = collision.sentence
            context["collision"] = collision.rows(context["adminform"].form, formsets)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def progress(self, request, whole):
        """Return the state of a record's review, and which steps the user can take."""
        taken = list(review_steps(whole))
        version = RecordVersion.of(whole)
        barred = request.user.pk in version.editors and settings.HAMRIN_SECOND_PERSON
        alone = next((step.alone for step in taken if step.after == State.APPROVED), False)
        return {
            "revision": Revision.objects.of_record(whole).current().first(),
            "editor": version.editor,
            "barred": who_may_approve(version.editors) if barred else "",
            "alone": alone,
            "step": taken[0] if taken else None,
            "open": {name.replace(" ", "_") for name, (before, _) in STEPS.items() if whole.state in before},
            "closed": whole.state in CLOSED,
        }


class PartAdmin(RecordAdmin):
    """The pages of parts that have parts of their own. A part never moves to another whole."""

    #: The relations to what it is part of, of which exactly one is filled.
    part_of = ()

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(self.part_of if obj else ())]

    def owner(self, record):
        """Return the record with the page that lists this one."""
        return next(owner for name in self.part_of if (owner := getattr(record, name)))

    def owner_page(self, record):
        """Return the address of that page, at the tab that lists this record."""
        (relation,) = [name for name in self.part_of if getattr(record, name)]
        return f"{page_of(self.owner(record))}#{self.opts.get_field(relation).remote_field.related_name}"

    def whole(self, record):
        owner = self.owner(record)
        return owner if isinstance(owner, Reviewed) else owner.whole()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {"owner": self.owner(obj), "owner_page": self.owner_page(obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_post_save_add(self, request, obj):
        return redirect(self.owner_page(obj))

    def response_post_save_change(self, request, obj):
        return redirect(self.owner_page(obj))

    def save_model(self, request, obj, form, change):
        whole = lock_record(self.whole(obj))
        before = whole.state
        if before in CLOSED:
            raise Unsaved(f"Nothing was saved: {whole} is {IN_WORDS[whole.state]}.")
        with settled_or_unsaved():
            super().save_model(request, obj, form, change)
        if not change:
            self._warn_of_change(request, whole, before)

    def delete_model(self, request, obj):
        whole = self.whole(obj)
        before = lock_record(whole).state
        super().delete_model(request, obj)
        self._warn_of_change(request, whole, before)
