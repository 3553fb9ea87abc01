"""The admin pages of outlets and articles, and the row of a cited passage on the page of every record."""

from hashlib import file_digest

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from editing.duplicate_pages import DuplicatesAdmin
from editing.forms import RecordForm
from editing.links import page_of
from editing.record_pages import PartInline, RecordAdmin
from editing.search import MissingFilter

from .choices import ArticleStatus
from .citing import citing_rows, resting_on
from .duplicates import article_duplicates_of
from .forms import DayField, DayForm
from .models import Article, DistinctArticles, Media, Outlet

#: The fields of a passage, the same in every row that cites one.
PASSAGE = [("article", "locator", "said_by", "quote"), ("supports", "stance", "credibility")]


class CitationInline(PartInline):
    """Passages that one record cites."""

    verbose_name = "citation"
    verbose_name_plural = "citations"
    autocomplete_fields = ["article"]
    related = ["article"]
    fields = PASSAGE


class SourceFilter(admin.SimpleListFilter):
    """Records that rest on an article that no longer stands as it was published."""

    title = "sources"
    parameter_name = "sources"

    def lookups(self, request, model_admin):
        found = (ArticleStatus.RETRACTED, ArticleStatus.CORRECTED)
        return [(status.value, f"Rests on a {status.value} source") for status in found]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        found = Q()
        for rows, path in citing_rows(queryset.model):
            found |= Q(pk__in=rows.filter(counts=True, article__status=self.value()).values(path))
        return queryset.filter(found)


@admin.register(Outlet)
class OutletAdmin(RecordAdmin):
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "slug", "kind", "country", "affiliation", "feed_group", "reliability"]
    list_filter = ["kind", "reliability", "country"]
    search_fields = ["slug", "name", "affiliation", "feed_group"]
    fieldsets = [
        ("What", {"fields": ["name", "slug", ("kind", "country"), ("affiliation", "feed_group"), "url"]}),
        ("Reliability", {"fields": ["reliability"], "classes": ["tab-what"]}),
    ]


class ArticleForm(DayForm):
    published = DayField()

    show_if = {
        "published_note": "published_basis=derived",
        "status_note": "status=corrected|retracted",
        "status_on": "status=corrected|retracted",
    }


class MediaForm(RecordForm):
    """A piece of evidence: the sum of a copy that is uploaded is computed, or compared with the one given."""

    def clean(self):
        cleaned = super().clean()
        if isinstance(copy := cleaned.get("kept"), UploadedFile):
            found = file_digest(copy, "sha256").hexdigest()
            if (given := cleaned.get("sha256") or found) != found:
                self.add_error("sha256", f"The sum of the copy is {found}. Upload the copy that has the sum {given}.")
            cleaned["sha256"] = found
        return cleaned


def _origin(article):
    """Return whose report an article repeats."""
    return str(article.syndicated_from or article.copied_from or "")


class MediaInline(PartInline):
    model = Media
    form = MediaForm
    related = ["article"]
    fields = [("ordinal", "kind", "obtained_on"), "caption", ("url", "sha256", "kept")]
    classes = ["tab-copy"]


@admin.register(Article)
class ArticleAdmin(DuplicatesAdmin):
    form = ArticleForm
    told_apart = DistinctArticles
    list_display = ["uid", "title", "outlet", "when", "published_basis", "language", "status", "state"]
    list_filter = [MissingFilter, "state", "status", "published_basis", "outlet", "language"]
    list_select_related = ["outlet"]
    missing = {
        "day": Q(published_earliest_on=None, published_latest_on=None),
        "address": Q(url=""),
        "archived copy": Q(archive_url=""),
        "text": Q(text=""),
        "retelling": Q(retelling=""),
    }
    search_fields = ["uid"]
    named_by = {"outlet": Outlet}
    autocomplete_fields = ["outlet", "syndicated_from", "copied_from"]
    fieldsets = [
        ("What", {"fields": ["title", ("outlet", "byline"), ("url", "language")], "classes": ["tab-report"]}),
        (
            "When",
            {"fields": [("published", "published_basis"), "published_note"], "classes": ["tab-report"]},
        ),
        ("Copied from", {"fields": [("syndicated_from", "copied_from")], "classes": ["tab-report"]}),
        ("Whether it stands", {"fields": [("status", "status_on"), "status_note"], "classes": ["tab-report"]}),
        ("Retelling", {"fields": ["retelling"], "classes": ["tab-retelling"]}),
        ("What cites it", {"fields": ["resting"], "classes": ["tab-resting"]}),
        (
            "Our copy",
            {"fields": [("retrieved_on", "archive_url"), ("licence", "sha256"), "text"], "classes": ["tab-copy"]},
        ),
    ]

    readonly_fields = ["resting"]
    inlines = [MediaInline]

    @admin.display(description="What cites it")
    def resting(self, article):
        if not article.pk:
            return ""
        rows = [(row, page_of(row.whole)) for row in resting_on(article)]
        copies = [(copy, page_of(copy)) for copy in article.copies.all()]
        return render_to_string("sources/resting.html", {"rows": rows, "copies": copies})

    def candidates(self, record):
        return article_duplicates_of([record])[record]

    def side_by_side(self, record, other):
        return [
            ("Title", record.title, other.title),
            ("Outlet", record.outlet.name, other.outlet.name),
            ("Published", record.published, other.published),
            ("Address", record.url, other.url),
            ("Copied from", _origin(record), _origin(other)),
            ("Text", record.text, other.text),
            ("Retelling", record.retelling, other.retelling),
        ]

    def pages(self):
        return [*super().pages(), ("kept_copy", "copies/<path:name>", self.kept_copy_view)]

    def kept_copy_view(self, request, name):
        """Send a kept copy to a curator."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        media = get_object_or_404(Media, kept=name)
        try:
            return FileResponse(media.kept.open(), as_attachment=True)
        except FileNotFoundError as missing:
            raise Http404(f"The copy {name} is not in the folder of kept copies.") from missing

    @admin.display(description="published", ordering="published_earliest_on")
    def when(self, article):
        return article.published
