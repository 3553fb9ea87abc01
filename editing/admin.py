"""The revision log and the releases in the admin, read-only."""

import json

from django.contrib import admin

from publication.documents import KINDS
from publication.models import CURRENT, Release, Revision

from . import theatre  # noqa: F401  registers its page
from .forms import RecordForm


class KindFilter(admin.SimpleListFilter):
    """Filter by kind of record, without a query for the kinds in the log."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(name, name.capitalize()) for name in KINDS]

    def queryset(self, request, queryset):
        return queryset.of(self.value()) if self.value() else queryset


class CurrencyFilter(admin.SimpleListFilter):
    """Filter by whether readers see a revision now."""

    title = "what readers see"
    parameter_name = "currency"

    def lookups(self, request, model_admin):
        return [("current", "Current"), ("superseded", "Superseded")]

    def queryset(self, request, queryset):
        if self.value() == "current":
            return queryset.current()
        if self.value() == "superseded":
            return queryset.exclude(superseded_at=CURRENT)
        return queryset


class ReadOnly(admin.ModelAdmin):
    """Pages of a table that is not edited by hand."""

    form = RecordForm

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Release)
class ReleaseAdmin(ReadOnly):
    """The releases; `manage.py release` builds and withdraws them."""

    list_display = ["version", "seq", "published_at", "codebook", "withdrawn_at"]
    fields = [
        ("version", "seq", "codebook", "published_at"),
        "supersedes",
        ("earliest_on", "latest_on"),
        "notes",
        ("withdrawn_at", "withdrawn_because"),
    ]


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    """The revision log, read-only."""

    list_display = ["seq", "kind", "uid", "number", "op", "title", "at", "published_by"]
    list_filter = [KindFilter, "op", CurrencyFilter]
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
        return super().get_queryset(request).defer("document", "search")

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


admin.site.site_header = "Hamrin"
admin.site.site_title = "Hamrin"
admin.site.index_title = "Working tables"
