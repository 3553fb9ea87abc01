"""What happened and to whom: incidents, casualties, claims and tolls."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    #: Where its vocabularies and tables come in the codebook (publication.codebook).
    codebook_chapter = 5
    codebook_tables = [
        "Incident",
        "ExternalId",
        "DatasetCode",
        "IncidentCitation",
        "Involvement",
        "IncidentResult",
        "IncidentPlace",
        "IncidentLink",
        "DistinctIncidents",
        "Casualty",
        "Toll",
        "TollCoverage",
        "Claim",
    ]
