"""What was reported: outlets, articles, and the shape of a citation."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"
    # Its place in the codebook, and the models that curators fill, in the codebook's order.
    chapter = 3
    tables = ["Outlet", "Article"]
