"""Asking the log: filters, moments, pages, formats, the OpenAPI document."""

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "reading"
