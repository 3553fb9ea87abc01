"""How articles turn into documents and filter columns."""

from datetime import date

from publication.documents import Dates, FilterColumns, Kind, register_kind
from publication.tags import reference

from .citing import what_rests_on
from .models import Article
from .serializers import ArticleSerializer
from .tags import OUTLET, OUTLET_KIND, PUBLISHED_BASIS, RELIABILITY, SOURCE_STATUS, WRITTEN_IN


def window_columns(earliest, latest):
    """Return the day columns of a revision; an open end reaches to the first or last day there is."""
    return {"earliest_on": earliest or date.min, "latest_on": latest or date.max}


def article_columns(article):
    outlet = article.outlet
    references = [reference("article", article.syndicated_from.uid)] if article.syndicated_from else []
    tags = [
        WRITTEN_IN.of(article.language),
        PUBLISHED_BASIS.of(article.published_basis),
        OUTLET.of(outlet.slug),
        OUTLET_KIND.of(outlet.kind),
        RELIABILITY.of(outlet.reliability),
        SOURCE_STATUS.of(article.status),
    ]
    return FilterColumns(
        window_columns(article.published_earliest_on, article.published_latest_on)
        | {"title": article.title, "articles": [article.uid], "references": references, "tags": tags},
        texts=[article.title],
        names=[outlet.name],
    )


ARTICLE = register_kind(
    Kind(
        "article",
        "articles",
        order=10,
        model=Article,
        serializer=ArticleSerializer,
        filter_columns=article_columns,
        queryset=lambda: Article.objects.select_related("outlet", "syndicated_from", "copied_from").prefetch_related(
            "media"
        ),
        quoted=True,
        resting=what_rests_on,
        dates=Dates.REPORTED,
    )
)
