"""The log: how a record is reviewed, published, withdrawn, merged and released."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PublicationConfig(AppConfig):
    name = "publication"
    # Its place in the codebook, and the models that curators fill, in the codebook's order.
    chapter = 2
    tables = []

    def ready(self):
        autodiscover_modules("documents", "derivations", "tables", "rules")
