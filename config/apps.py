"""How it runs."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"
    default = True


class StaticConfig(StaticFilesConfig):
    """Django's collector of static files, which leaves out what no page uses: half of all, and half of the time."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework"]
