"""Articles for readers."""

from publication.api import RecordViewSet

from .filters import ArticleFilter
from .kinds import ARTICLE


class ArticleViewSet(RecordViewSet):
    """The reports that everything else rests on."""

    kind = ARTICLE
    filterset_class = ArticleFilter
    orders = ["-date", "published", "uid"]
