"""The admin pages of outlets and articles, and the row of a cited passage on the page of every record."""

from django.contrib import admin
from django.db.models import Q

from editing.record_pages import PartInline, RecordAdmin
from editing.review_pages import ReviewedAdmin
from editing.search import MissingFilter

from .forms import DayField, DayForm
from .models import Article, Outlet

#: The fields of a passage, the same in every row that cites one.
PASSAGE = [("article", "locator", "said_by", "quote"), ("supports", "stance", "credibility")]


class CitationInline(PartInline):
    """Passages that one record cites."""

    verbose_name = "citation"
    verbose_name_plural = "citations"
    autocomplete_fields = ["article"]
    related = ["article"]
    fields = PASSAGE


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

    show_if = {"published_note": "published_basis=derived"}


@admin.register(Article)
class ArticleAdmin(ReviewedAdmin):
    form = ArticleForm
    list_display = ["uid", "title", "outlet", "when", "published_basis", "language", "state"]
    list_filter = [MissingFilter, "state", "published_basis", "outlet", "language"]
    list_select_related = ["outlet"]
    missing = {
        "day": Q(published_earliest_on=None, published_latest_on=None),
        "address": Q(url=""),
        "archived copy": Q(archive_url=""),
        "text": Q(text=""),
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
        (
            "Our copy",
            {"fields": [("retrieved_on", "archive_url"), ("licence", "sha256"), "text"], "classes": ["tab-copy"]},
        ),
    ]

    @admin.display(description="published", ordering="published_earliest_on")
    def when(self, article):
        return article.published
