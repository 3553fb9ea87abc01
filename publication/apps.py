"""How a record is reviewed, published, withdrawn and served."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PublicationConfig(AppConfig):
    name = "publication"

    def ready(self):
        autodiscover_modules("kinds", "totals", "tables")
