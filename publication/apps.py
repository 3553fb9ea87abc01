"""The log: how a record is reviewed, published, withdrawn, merged and released."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PublicationConfig(AppConfig):
    name = "publication"
    #: Where its vocabularies and tables come in the codebook (publication.codebook).
    codebook_chapter = 2
    codebook_tables = ["Theatre"]

    def ready(self):
        autodiscover_modules("documents", "theatre", "derivations", "tables", "rules")
