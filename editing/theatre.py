"""The admin page of the theatre: the site's name, publisher, licence and words."""

from django.contrib import admin

from publication.models import Theatre

from .review_pages import ReviewedAdmin


@admin.register(Theatre)
class TheatreAdmin(ReviewedAdmin):
    list_display = ["name", "title", "publisher", "licence", "state"]
    search_fields = ["name", "title"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        ("What", {"fields": [("name", "slug"), "title"], "classes": ["tab-site"]}),
        (
            "Whose",
            {
                "fields": ["publisher", ("licence", "licence_url"), ("contact_email", "contact_url"), "citation_note"],
                "classes": ["tab-site"],
            },
        ),
        (
            "Where and when",
            {
                "fields": ["countries", "languages", ("time_zone", "starts_on"), ("west", "south", "east", "north")],
                "classes": ["tab-reach"],
            },
        ),
        (
            "What levels of places are called here",
            {
                "fields": [
                    ("first_level", "first_level_plural"),
                    ("second_level", "second_level_plural"),
                    ("third_level", "third_level_plural"),
                ],
                "classes": ["tab-words"],
            },
        ),
    ]
