"""The theatre: places, forces, operations, phases and who took part."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
