"""The admin's base: record forms, review, history, lists and search."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "editing"
