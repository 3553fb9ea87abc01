"""What happened and to whom: incidents, casualties, claims and tolls."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    # Its place in the codebook, and the models that curators fill, in the codebook's order.
    chapter = 5
    tables = ["Incident", "ExternalId", "IncidentCitation", "Involvement", "Casualty", "Toll", "TollCoverage", "Claim"]
