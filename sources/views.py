"""Articles for readers."""

from reading.viewsets import RecordViewSet

from .listings import ARTICLE_LIST


class ArticleViewSet(RecordViewSet):
    """The reports that everything else rests on."""

    listing = ARTICLE_LIST
