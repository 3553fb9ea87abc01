"""The theatre: places, forces, operations, phases and who took part."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    # Its place in the codebook, and the models that curators fill, in the codebook's order.
    chapter = 4
    tables = [
        "Place",
        "PlaceName",
        "PlaceControl",
        "Force",
        "ForceName",
        "ForceCode",
        "Operation",
        "OperationName",
        "OperationCitation",
        "Phase",
        "PhaseCitation",
        "Participation",
        "Result",
    ]
