"""What articles can be filtered by."""

from django_filters import rest_framework as filters

from reading.filters import DatedFilter


class TagFilter(filters.CharFilter):
    """Records with a tag, written as the vocabulary writes it."""

    def __init__(self, tag, **kwargs):
        self.tag = tag
        super().__init__(**kwargs)

    def filter(self, queryset, code):
        return queryset.filter(tags__contains=[f"{self.tag}:{code}"]) if code else queryset


class ArticleFilter(DatedFilter):
    """Articles, by the day of publication."""

    outlet = TagFilter("outlet", help_text="Published by the outlet with this slug.")
    language = TagFilter("language", help_text="Written in this language (BCP 47), such as en.")
