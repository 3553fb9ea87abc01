"""The roles of accounts: what a curator and a reviewer may do in the admin."""

from django.contrib.auth.models import Group, Permission

RECORD_ROOMS = ["publication", "sources", "operations", "incidents"]

#: The records that have addresses, and outlets. Only a reviewer may delete them.
RECORD_TABLES = [
    "theatre", "outlet", "article", "place", "force", "conflict", "operation", "phase", "incident", "casualty", "toll",
]  # fmt: skip

PART_TABLES = [
    "placename", "placecontrol", "regionmember", "forcename", "forcecode", "conflictname", "conflictcode", "side",
    "sidemember", "operationname", "operationcitation", "phasecitation", "participation", "result", "externalid",
    "datasetcode", "incidentcitation", "incidentresult", "incidentplace", "incidentlink", "involvement", "tollcoverage",
    "claim", "media",
]  # fmt: skip

CURATOR = [
    *(f"{verb}_{model}" for verb in ("view", "add", "change") for model in RECORD_TABLES + PART_TABLES),
    *(f"delete_{model}" for model in PART_TABLES),
    "view_revision",
    "view_release",
]
REVIEWER = [*CURATOR, *(f"delete_{model}" for model in RECORD_TABLES), "approve"]

#: Each role with the code names of its permissions.
ROLES = {"Curator": CURATOR, "Reviewer": REVIEWER}


def ensure_roles() -> None:
    """Create the group of each role, or reset its permissions. Other groups are not changed."""
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.filter(codename__in=codenames, content_type__app_label__in=RECORD_ROOMS)
        )
