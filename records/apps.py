"""A record's grammar: keys, vocabularies, names, edit triggers, edit history, rules."""

import pgtrigger
from django.apps import AppConfig
from pghistory.core import event_models

from .triggers import AwaitsSeal, NeverEmptied


class RecordsConfig(AppConfig):
    name = "records"
    #: Where its vocabularies and tables come in the codebook (publication.codebook).
    codebook_chapter = 1

    def ready(self):
        # The tables of the edit history are made by pghistory, which lets them be emptied by TRUNCATE.
        for model in event_models():
            pgtrigger.register(NeverEmptied(), AwaitsSeal())(model)
