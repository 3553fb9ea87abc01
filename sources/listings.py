"""The list of articles that readers can ask for."""

from reading.query import Listing, register_listing

from .documents import ARTICLE
from .filters import ArticleFilter

ARTICLE_LIST = register_listing(Listing(ARTICLE, ArticleFilter, ("-date", "published", "uid")))
