"""How it runs."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from .rights import grant_to_web


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self):
        # Once for each migrate; this app has no models, for which the signal would not be sent.
        post_migrate.connect(grant_to_web, sender=apps.get_app_config("records"))
