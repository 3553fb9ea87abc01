"""What was reported: outlets, articles, and the shape of a citation."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"
