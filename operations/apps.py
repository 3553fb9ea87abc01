"""The theatre: places, forces, conflicts, operations, phases and who took part."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    #: Where its vocabularies and tables come in the codebook (publication.codebook).
    codebook_chapter = 4
    codebook_tables = [
        "Place",
        "PlaceName",
        "PlaceControl",
        "RegionMember",
        "Force",
        "ForceName",
        "ForceCode",
        "Conflict",
        "ConflictName",
        "ConflictCode",
        "Side",
        "SideMember",
        "Operation",
        "OperationName",
        "OperationCitation",
        "Phase",
        "PhaseCitation",
        "Participation",
        "Result",
    ]
