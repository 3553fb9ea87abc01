"""What was reported: outlets, articles, and the shape of a citation."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"
    #: Where its vocabularies and tables come in the codebook (publication.codebook).
    codebook_chapter = 3
    codebook_tables = [
        "Outlet",
        "Article",
        "Media",
        "DistinctArticles",
    ]
