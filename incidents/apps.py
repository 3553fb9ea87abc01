"""What happened and to whom: incidents, casualties, claims and tolls."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
