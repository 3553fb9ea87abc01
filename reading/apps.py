"""Asking the log: filters, moments, pages, formats, the OpenAPI document."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReadingConfig(AppConfig):
    name = "reading"

    def ready(self):
        autodiscover_modules("listings")
