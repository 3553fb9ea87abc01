"""How it runs."""

from django.apps import AppConfig, apps
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self):
        # What no page uses is half of all static files, and takes half of the time to collect. The app itself stays
        # in INSTALLED_APPS under its own name, by which the live server of the tests looks for it.
        unused = ["redoc", "rest_framework"]
        apps.get_app_config("staticfiles").ignore_patterns = [*StaticFilesConfig.ignore_patterns, *unused]
