"""Write the initial migrations again, two for each room. Allowed only as long as nothing is released."""

from graphlib import TopologicalSorter
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.migrations import Migration
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter
from pgtrigger.migrations import AddTrigger

from config.catalogue import ROOMS

LOADS_SQL = '''"""Load the functions, triggers and sequences of `{room}/sql/`."""

from django.db import migrations

from records.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("{room}", "0001_initial")]

    operations = load_sql("{room}")
'''


class Command(BaseCommand):
    help = (
        "Write the initial migrations of every room from its models and its SQL files. Only before the first release."
    )

    def handle(self, **options):
        before = []
        for room in ROOMS:
            folder = Path(apps.get_app_config(room).path, "migrations")
            for path in folder.glob("0*.py"):
                path.unlink()
            migration = Migration("0001_initial", room)
            migration.initial = True
            migration.dependencies = [*before, *outside(room)]
            migration.operations = operations_of_room(room)
            writer = MigrationWriter(migration, include_header=False)
            (folder / "0001_initial.py").write_text(writer.as_string(), encoding="utf-8")
            before = [(room, "0001_initial")]
            if any(folder.parent.glob("sql/*.sql")):
                (folder / "0002_sql.py").write_text(LOADS_SQL.format(room=room), encoding="utf-8")
                before = [(room, "0002_sql")]
        return "Wrote the initial migrations."


def outside(room):
    """Return the migrations of other packages that the tables of a room rest on."""
    newest = {"pghistory": "0007_auto_20250421_0444", "auth": "0012_alter_user_first_name_max_length"}
    pointed_at = {
        field.related_model._meta.app_label
        for model in models_of(room)
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model and field.concrete
    }
    return [(label, newest[label]) for label in sorted(pointed_at & set(newest))]


def models_of(room):
    return list(apps.get_app_config(room).get_models())


def operations_of_room(room):
    """Return one CreateModel for each table, with its indexes, constraints and triggers inside.

    Proxies have no table, so their triggers, which watch a many-to-many table, are operations of their own.
    """
    found = {model._meta.label_lower: model for model in models_of(room)}
    order = TopologicalSorter({label: sorted(needs(model) & set(found)) for label, model in found.items()})
    listed = []
    for label in order.static_order():
        model = found[label]
        state = ModelState.from_model(model)
        options = {name: value for name, value in state.options.items() if value not in ([], {})}
        triggers = [trigger.compile(model) for trigger in options.pop("triggers", [])]
        if triggers and not model._meta.proxy:
            options["triggers"] = triggers
        fields = list(state.fields.items())
        listed.append(CreateModel(state.name, fields, options=options, bases=state.bases, managers=state.managers))
        if model._meta.proxy:
            listed += [AddTrigger(model._meta.model_name, trigger) for trigger in triggers]
    return listed


def needs(model):
    """Return the labels of the tables that must exist before a model's."""
    pointed_at = {
        field.related_model._meta.label_lower
        for field in [*model._meta.get_fields(), *model._meta.many_to_many]
        if field.is_relation and field.concrete and field.related_model
    }
    bases = {base._meta.label_lower for base in model._meta.parents}
    if model._meta.proxy:
        concrete = model._meta.concrete_model
        owner = concrete._meta.auto_created or concrete
        bases.add(owner._meta.label_lower)
    return (pointed_at | bases) - {model._meta.label_lower}
