"""How it runs."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    default = True
