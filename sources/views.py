"""Articles for readers."""

from reading.viewsets import RecordViewSet

from .documents import ARTICLE
from .filters import ArticleFilter


class ArticleViewSet(RecordViewSet):
    """The reports that everything else rests on."""

    kind = ARTICLE
    filterset_class = ArticleFilter
    orders = ["-date", "published", "uid"]
