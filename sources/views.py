"""The API's list and records of articles."""

from reading.viewsets import RecordViewSet

from .listings import ARTICLE_LIST


class ArticleViewSet(RecordViewSet):
    """The reports on which everything else is based."""

    listing = ARTICLE_LIST
