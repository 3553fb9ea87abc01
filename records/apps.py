"""A record's grammar: keys, vocabularies, names, edit triggers, edit history, rules."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    # Its place in the codebook, and the models that curators fill, in the codebook's order.
    chapter = 1
    tables = []
