"""What articles can be filtered by."""

from django_filters import rest_framework as filters

from publication.tags import Tag
from reading.filters import CodesFilter, DatedFilter

from .choices import ArticleStatus, OutletKind, PublishedBasis, Reliability
from .tags import OUTLET, OUTLET_KIND, PUBLISHED_BASIS, RELIABILITY, SOURCE_STATUS, WRITTEN_IN


class TagFilter(filters.CharFilter):
    """Records with a tag, written as the vocabulary writes it."""

    def __init__(self, tag: Tag, **kwargs):
        self.tag = tag
        super().__init__(**kwargs)

    def filter(self, queryset, code):
        return queryset.filter(tags__contains=[self.tag.of(code)]) if code else queryset


class ArticleFilter(DatedFilter):
    """Articles, by the day of publication."""

    outlet = TagFilter(OUTLET, help_text="Published by the outlet with this slug.")
    outlet_kind = CodesFilter(OutletKind.choices, OUTLET_KIND, help_text="Published by an outlet of this kind.")
    reliability = CodesFilter(
        Reliability.choices,
        RELIABILITY,
        help_text="Published by an outlet of this reliability, A to F.",
    )
    published_basis = CodesFilter(
        PublishedBasis.choices, PUBLISHED_BASIS, help_text="How the day of publication is known."
    )
    source_status = CodesFilter(
        ArticleStatus.choices, SOURCE_STATUS, help_text="Current, or corrected or retracted by the outlet."
    )
    language = TagFilter(WRITTEN_IN, help_text="Written in this language (BCP 47), such as en.")
