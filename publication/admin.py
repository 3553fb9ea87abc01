"""What every admin page of Hamrin shares: search across scripts, review, edit history; and the revision log itself."""

import json

import pghistory
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateField, Q, URLField
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from .choices import State
from .forms import DayInput, PartFormSet, RecordForm, RuledSelect, holds_codes, several
from .history import history
from .models import CURRENT, Reviewed, Revision
from .names import alike, words
from .publish import Refused, publish

admin.site.site_header = "Hamrin"
admin.site.site_title = "Hamrin"
admin.site.index_title = "Working tables"


def page_of(record):
    """Return the address of a record's own page in the admin."""
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])


# Search


def _name_columns(model):
    return ["normalised", "names__normalised"] if hasattr(model, "names") else ["normalised"]


def spelt(rows, text):
    """Return the rows one of whose names contains every word of `text`, in any script."""
    found = Q(pk__in=[])
    for column in _name_columns(rows.model):
        found |= Q(*((f"{column}__contains", word) for word in words(text)))
    return rows.filter(found) if words(text) else rows.none()


def nearly_spelt(rows, text):
    """Return the rows one of whose names is probably another spelling of `text`."""
    wanted = words(text)

    def fits(name):
        parts = name.split()
        each = all(any(alike(word, part) for part in parts) for word in wanted)
        return each or alike("".join(wanted), "".join(parts))

    names = [pair for column in _name_columns(rows.model) for pair in rows.values_list("pk", column)]
    return rows.filter(pk__in={pk for pk, name in names if name and wanted and fits(name)})


class NameSearch:
    """Search by what a record is called, and by the names of what it is about."""

    #: The tables whose names are searched too, by the path to them: {"place": Place}.
    named_by = {}

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        for spelling in (spelt, nearly_spelt):
            found = queryset.filter(self._matching(request, search_term, spelling))
            if found.exists():
                break
        return found, False

    def _matching(self, request, text, spelling):
        """Return the condition that each word is in a search field or names what the record is about."""
        rows = self.model._base_manager.all()
        matching = Q()
        for word in text.split():
            plain, _ = super().get_search_results(request, rows, word)
            fits = Q(pk__in=plain.values("pk"))
            for path, model in self.named_by.items():
                about = rows.filter(**{f"{path}__in": spelling(model.objects.all(), word)})
                fits |= Q(pk__in=about.values("pk"))
            matching &= fits
        if hasattr(self.model, "normalised"):
            matching |= Q(pk__in=spelling(rows, text).values("pk"))
        return matching


class Missing(admin.SimpleListFilter):
    """The work queues of a table: the conditions in the admin's `missing`, by what is missing."""

    title = "what is missing"
    parameter_name = "missing"

    def __init__(self, request, params, model, model_admin):
        self.queues = model_admin.missing
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(name, f"No {name}") for name in self.queues]

    def queryset(self, request, queryset):
        return queryset.filter(self.queues[self.value()]) if self.value() in self.queues else queryset


# Forms


class Typed:
    """Inputs as curators want them: coding rules beside codes, boxes for several codes, no delete icon on relations."""

    form = RecordForm

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        return super().formfield_for_choice_field(db_field, request, **{"widget": RuledSelect, **kwargs})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if holds_codes(db_field):
            return several(db_field)
        if isinstance(db_field, DateField):
            kwargs |= {"widget": DayInput, "label": db_field.verbose_name.removesuffix(" on").capitalize()}
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field


class PartInline(Typed, admin.StackedInline):
    """The parts of a record, one compact row each."""

    formset = PartFormSet
    extra = 0
    #: What the rows' own names need: followed in one query.
    related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)


# Pages


class RecordAdmin(NameSearch, Typed, admin.ModelAdmin):
    """The pages of one table of records."""

    list_per_page = 50
    show_full_result_count = False
    missing = {}

    def whole(self, record):
        """Return the reviewed record that this one is published with; None for a table without review."""
        return record if isinstance(record, Reviewed) else None

    def get_actions(self, request):
        """Records are deleted one by one, with a reason, or not at all."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with _why(request):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        with _why(request):
            return super().delete_view(request, object_id, extra_context)

    def history_view(self, request, object_id, extra_context=None):
        """Show every edit of the record and of its parts."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(record),
            "object": record,
            "opts": self.opts,
            "edits": history(record),
            "revisions": _revisions(record).defer("document", "search").order_by("-seq"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/edit_history.html", context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        whole = obj and self.whole(obj)
        context |= {
            "asks_why": True,
            "whole": whole,
            "reviewed": issubclass(self.model, Reviewed),
            "revision": whole and _revisions(whole).current().defer("document", "search").first(),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            self._reopen(request, self.whole(form.instance))

    def _reopen(self, request, whole):
        """Take the approval back from an edited record."""
        if whole and whole.state == State.APPROVED:
            whole.reopen()
            self.message_user(
                request,
                f"“{whole}” is a draft again. Readers keep seeing what was published until it is approved anew.",
                messages.WARNING,
            )


class ReviewedAdmin(RecordAdmin):
    """The pages of records that are reviewed and published by themselves."""

    actions = ["send_to_review", "approve_and_publish", "back_to_draft"]

    def has_approve_permission(self, request):
        return request.user.has_perm("publication.approve")

    def has_delete_permission(self, request, obj=None):
        """Readers can open what is published, so it cannot just go."""
        return super().has_delete_permission(request, obj) and not (obj and _revisions(obj).served().exists())

    @admin.action(description="Send to review", permissions=["change"])
    def send_to_review(self, request, queryset):
        self._review(request, queryset.filter(state=State.DRAFT), State.IN_REVIEW)

    @admin.action(description="Approve and publish", permissions=["approve"])
    def approve_and_publish(self, request, queryset):
        self._review(request, queryset, State.APPROVED)

    @admin.action(description="Back to draft", permissions=["change"])
    def back_to_draft(self, request, queryset):
        self._review(request, queryset.exclude(state=State.DRAFT), State.DRAFT)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if request.POST.get("_review") in State.values:
            self._review(request, [form.instance], State(request.POST["_review"]))

    def response_add(self, request, obj, post_url_continue=None):
        return redirect(page_of(obj)) if "_review" in request.POST else super().response_add(request, obj)

    def response_change(self, request, obj):
        return redirect(page_of(obj)) if "_review" in request.POST else super().response_change(request, obj)

    def _review(self, request, records, state):
        """Put the records into a state; what is approved is published at once."""
        if state == State.APPROVED and not self.has_approve_permission(request):
            raise PermissionDenied
        records = list(records)
        try:
            with transaction.atomic():
                for record in records:
                    record.state = state
                    record.save(update_fields=["state"])
                if state == State.APPROVED:
                    publish(records, by=request.user.get_username())
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            names = ", ".join(f"“{record}”" for record in records) or "Nothing"
            self.message_user(request, f"{names}: now {state.label.lower()}.", messages.SUCCESS)


class PartAdmin(RecordAdmin):
    """The pages of parts that have parts of their own. A part never moves to another whole."""

    #: The relations to what it is part of, of which exactly one is filled.
    part_of = ()

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(self.part_of if obj else ())]

    def owner(self, record):
        """Return the record on whose page this one is listed."""
        return next(owner for name in self.part_of if (owner := getattr(record, name)))

    def owner_page(self, record):
        """Return the address of that page, opened at the tab that lists this record."""
        filled = next(name for name in self.part_of if getattr(record, name))
        return f"{page_of(self.owner(record))}#{self.opts.get_field(filled).remote_field.related_name}"

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

    def delete_model(self, request, obj):
        whole = self.whole(obj)
        super().delete_model(request, obj)
        self._reopen(request, whole)


def _revisions(record):
    """Return what was published of a record."""
    uid, *_ = record.natural_key()
    return Revision.objects.of(record._meta.model_name).filter(uid=uid)


def _why(request):
    """Keep the reason that the curator typed with every row that this request changes."""
    reason = request.POST.get("_reason", "").strip()
    return pghistory.context(**({"reason": reason} if reason else {}))


class Standing(admin.SimpleListFilter):
    """Whether a revision is what readers see now."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("current", "Current"), ("superseded", "Superseded")]

    def queryset(self, request, queryset):
        if self.value() == "current":
            return queryset.current()
        if self.value() == "superseded":
            return queryset.exclude(superseded_at=CURRENT)
        return queryset


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin):
    """The log, to be read only."""

    form = RecordForm
    list_display = ["seq", "kind", "uid", "number", "op", "title", "at", "published_by"]
    list_filter = ["kind", "op", Standing]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-seq"]
    search_fields = ["uid__istartswith", "title"]
    fieldsets = [
        ("Revision", {"fields": [("seq", "kind", "uid", "number"), ("op", "reason", "replaced_by"), "superseded"]}),
        ("Published", {"fields": [("published_at", "published_by", "codebook")]}),
        ("Document", {"fields": ["served", "digest"], "classes": ["tab-document"]}),
        (
            "Filter columns",
            {
                "fields": [
                    "title",
                    ("earliest_on", "latest_on", "latitude", "longitude", "precision"),
                    "places",
                    "forces",
                    "force_roles",
                    "articles",
                    "tags",
                    "references",
                    ("part_of", "operation", "phase"),
                    ("killed_low", "killed_best", "killed_high"),
                    ("wounded_low", "wounded_best", "wounded_high"),
                ],
                "classes": ["tab-columns"],
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("search")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="published at", ordering="published_at")
    def at(self, revision):
        return f"{revision.published_at:%Y-%m-%d %H:%M}"

    @admin.display(description="superseded by")
    def superseded(self, revision):
        return "none: this is what readers see" if revision.superseded_at == CURRENT else revision.superseded_at

    @admin.display(description="document")
    def served(self, revision):
        if revision.document is None:
            return "none: this is a tombstone"
        return json.dumps(json.loads(revision.document), ensure_ascii=False, indent=2)
