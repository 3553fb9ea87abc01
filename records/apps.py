"""A record's grammar: keys, vocabularies, names, edit triggers, edit history, rules."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    #: Where its vocabularies and tables come in the codebook (publication.codebook).
    codebook_chapter = 1
