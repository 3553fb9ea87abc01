"""Curators enter and correct records; reviewers also approve, publish and delete them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ["publication", "sources", "operations", "incidents"]

#: What readers can address, and outlets: only a reviewer deletes them.
RECORDS = ["outlet", "article", "place", "force", "operation", "phase", "incident", "casualty", "toll"]

PARTS = [
    "placename",
    "placecontrol",
    "forcename",
    "forcecode",
    "operationname",
    "operationcitation",
    "phasecitation",
    "participation",
    "result",
    "incidentcitation",
    "involvement",
    "tollcoverage",
    "claim",
]

CURATOR = [
    *(f"{verb}_{model}" for verb in ("view", "add", "change") for model in RECORDS + PARTS),
    *(f"delete_{model}" for model in PARTS),
    "view_revision",
    "view_release",
]
REVIEWER = [*CURATOR, *(f"delete_{model}" for model in RECORDS), "approve"]


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in APPS:
        # Django writes permissions only after the last migration, so they are asked for here.
        app = apps.get_app_config(label)
        app.models_module = True
        create_permissions(app, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        app.models_module = None
    for name, codenames in (("Curator", CURATOR), ("Reviewer", REVIEWER)):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(codename__in=codenames, content_type__app_label__in=APPS))


def delete_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["Curator", "Reviewer"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("incidents", "0001_initial"),
        ("operations", "0001_initial"),
        ("publication", "0001_initial"),
        ("sources", "0001_initial"),
    ]

    operations = [migrations.RunPython(create_groups, delete_groups)]
