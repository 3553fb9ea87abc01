"""Django's loaddata, which never undoes what people have done since, and numbers on after the uids it loads."""

import pghistory
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connections
from pghistory.core import event_models

from ...choices import State
from ...duplicates import ToldApart
from ...keys import UidField
from ...models import Reviewed
from ...rules import RulesBroken, refuse_errors
from ...triggers import reviewing

#: What the history of a row says of a change that a fixture made.
FIXTURE_SOURCE = "fixture"


class Command(loaddata.Command):
    help = "Loads fixtures in one transaction. Refuses to undo what people have edited or deleted since the last load."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--overwrite", action="store_true", help="undo what people have edited or deleted since the last load"
        )

    def handle(self, *fixture_labels, overwrite=False, **options):
        self.overwrite = overwrite
        self.undone = []
        self.highest = {}
        self.approved, self.incomplete = [], []
        try:
            with pghistory.context(source=FIXTURE_SOURCE), reviewing():
                super().handle(*fixture_labels, **options)
                for record in self.incomplete:
                    record.complete_load()
                refuse_errors(self.approved)
            self.end_context()
        except RulesBroken as broken:
            raise CommandError(
                f"{broken.message}\nNothing was loaded. Load the fixtures that belong together in one command."
            ) from broken
        except (DatabaseError, DeserializationError, ObjectDoesNotExist, ValueError) as error:
            self.refuse_to_undo()
            hint = " Load the fixture that holds it first." if isinstance(error, ObjectDoesNotExist) else ""
            raise CommandError(f"{str(error).splitlines()[0]}{hint}\nNothing was loaded.") from error

    def end_context(self):
        """Keep a transaction that goes on after the load from saying that the fixture did the rest too."""
        connection = connections[self.using]
        if connection.in_atomic_block:
            with connection.cursor() as cursor:
                for name in ("pghistory.context_id", "pghistory.context_metadata"):
                    cursor.execute("SELECT set_config(%s, '', true)", [name])

    def save_obj(self, obj):
        record = obj.object
        if record.pk is not None and (isinstance(record, get_user_model()) or getattr(record, "loaded_once", False)):
            # It is there already, and a fixture only adds: to an account it would give no password.
            return False
        for field, key in obj.deferred_fields.items():
            if not field.many_to_many and not field.null:
                missing = f"there is no {field.related_model._meta.verbose_name} “{' '.join(map(str, key))}”"
                raise CommandError(f"{record._meta.label} {record}: {missing}.\nNothing was loaded.")
        undone = not self.overwrite and self.undoes(obj)
        saved = super().save_obj(obj)
        if saved and undone:
            self.undone.append(" ".join([record._meta.verbose_name, *filter(None, record.natural_key())]))
        if saved and isinstance(record, ToldApart):
            self.incomplete.append(record)
        if saved and isinstance(record, Reviewed) and record.state == State.APPROVED:
            self.approved.append(record)
        for field in record._meta.concrete_fields:
            if saved and isinstance(field, UidField):
                number = int(getattr(record, field.attname).rpartition("-")[2])
                self.highest[field.prefix] = max(number, self.highest.get(field.prefix, 0))
        return saved

    def undoes(self, obj):
        """Return whether loading the record would undo what somebody did to it."""
        record = obj.object
        events = events_of(type(record))
        if events is None:
            return False
        if record.pk is None:
            # Either it never was, or somebody deleted it or changed the key by which the fixture names it.
            columns = [record._meta.get_field(path.partition("__")[0]).attname for path in type(record).key]
            last = events.filter(**{column: getattr(record, column) for column in columns}).last()
            return last is not None and by_people(events.filter(pgh_obj_id=last.pgh_obj_id))
        there = type(record)._base_manager.using(self.using).get(pk=record.pk)
        changes = bool(obj.deferred_fields) or any(
            getattr(there, field.attname) != getattr(record, field.attname) for field in record._meta.concrete_fields
        )
        return (changes and by_people(events.filter(pgh_obj_id=there.pk))) or self.undoes_links(obj.m2m_data, there)

    def undoes_links(self, loaded, there):
        """Return whether loading would bring back or take away rows of a relation that somebody took away or made."""
        for name, linked in loaded.items():
            field = there._meta.get_field(name)
            events = events_of(field.remote_field.through)
            changes = {getattr(row, "pk", row) for row in linked} ^ {row.pk for row in getattr(there, name).all()}
            this, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
            if any(by_people(events.filter(**{this: there.pk, other: pk})) for pk in changes):
                return True
        return False

    def reset_sequences(self, connection, models):
        """Django's last step before it reports success: refuse here, or number on."""
        self.refuse_to_undo()
        super().reset_sequences(connection, models)
        with connection.cursor() as cursor:
            for prefix, number in sorted(self.highest.items()):
                sequence = f"uid_{prefix.lower()}"
                cursor.execute(f"SELECT setval(%s, greatest(%s, last_value)) FROM {sequence}", [sequence, number])

    def refuse_to_undo(self):
        """Raise CommandError if the load would undo what people did."""
        if self.undone:
            raise CommandError(
                "People have edited or deleted these since they were last loaded; the fixtures would undo that:\n"
                + "".join(f"  {name}\n" for name in self.undone)
                + "Nothing was loaded. To load the fixtures all the same, add --overwrite."
            )


def events_of(model):
    """Return the history of a model's rows, oldest first, or None if none is kept."""
    found = event_models(tracks_model=model, include_missing_pgh_obj=True)
    return found[0].objects.order_by("pgh_id") if found else None


def by_people(events):
    """Return whether the last of these events was anything but the load of a fixture."""
    last = events.last()
    return last is not None and (last.pgh_context or {}).get("source") != FIXTURE_SOURCE
