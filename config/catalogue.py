"""What the database does by itself, read from PostgreSQL's catalogue and from the comments in the SQL files."""

import re
from dataclasses import dataclass
from functools import cache
from inspect import getdoc, getsourcefile
from pathlib import Path

import pghistory.models
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection
from pghistory.trigger import Event

from records.sql_files import sql_files

#: A comment of one or more lines directly above the function, trigger, sequence or statistics that it explains.
COMMENTED = re.compile(
    r"(?P<comment>(?:^-- .*\n)+)"
    r"CREATE (?:CONSTRAINT )?(?P<sort>FUNCTION|TRIGGER|SEQUENCE|STATISTICS) (?P<name>\w+)(?:[^;]*? ON (?P<table>\w+))?",
    re.MULTILINE,
)

DEFINED = re.compile(r"^CREATE (?:CONSTRAINT )?(?:FUNCTION|TRIGGER|SEQUENCE|STATISTICS) (\w+)", re.MULTILINE)

#: The rooms with tables or SQL, each after the rooms whose tables it points at.
ROOMS = ["records", "publication", "sources", "operations", "incidents"]


@dataclass(frozen=True)
class Deed:
    """Something that the database does by itself: where, what in a sentence, and the file that declares it."""

    name: str
    sentence: str
    declared: str
    table: str = ""
    fires: str = ""


def tables() -> set[str]:
    """Return the tables of ours."""
    return {
        model._meta.db_table
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    }


def triggers() -> list[Deed]:
    """Return every trigger except those that keep the history of edits."""
    declared = {(model._meta.db_table, each.get_pgid(model)): (model, each) for model, each in pgtrigger.registered()}
    found = []
    for table, name, function, definition in _rows(
        "SELECT relname, tgname, proname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace ORDER BY relname, tgname"
    ):
        model, trigger = declared.get((table, name), (None, None))
        if trigger is None:
            own = _comment(name, table)
            found.append(Deed(name, *(own if any(own) else _comment(function)), table, _fires(definition)))
        elif not keeps_history(model, trigger):
            found.append(Deed(trigger.name, _says(trigger), _declared(model, trigger), table, _fires(definition)))
    return found


def keeps_history(model, trigger) -> bool:
    """Return whether a trigger writes the history of edits, or keeps it from being changed."""
    return isinstance(trigger, Event) or issubclass(model, pghistory.models.Event)


def tables_with_history() -> list[str]:
    """Return the tables whose edits the catalogue shows to be kept: each insert, update and delete."""
    return [
        table
        for (table,) in _rows(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname ~ '^pgtrigger_(insert_insert|update_update|delete_delete)_'"
            " GROUP BY relname HAVING count(*) = 3 ORDER BY relname"
        )
    ]


def functions() -> list[Deed]:
    """Return every function of ours, so not those of pgtrigger and pghistory."""
    return [
        Deed(f"{name}({arguments})", *_comment(name))
        for name, arguments in _rows(
            "SELECT proname, pg_get_function_identity_arguments(pg_proc.oid) FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace AND proname !~ '^_?(pgtrigger|pgh)_'"
            " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') ORDER BY proname"
        )
    ]


def sequences() -> list[Deed]:
    """Return every sequence that belongs to no column."""
    return [
        Deed(name, *_comment(name))
        for (name,) in _rows(
            "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i'))"
            " ORDER BY relname"
        )
    ]


def statistics() -> list[Deed]:
    """Return the statistics that span several columns."""
    return [
        Deed(name, *_comment(name), table)
        for name, table in _rows(
            "SELECT stxname, relname FROM pg_statistic_ext JOIN pg_class ON pg_class.oid = stxrelid"
            " WHERE stxnamespace = current_schema()::regnamespace ORDER BY stxname"
        )
    ]


def defaults() -> list[tuple[str, str, str]]:
    """Return table, column and expression of every default that the database computes."""
    found = _rows(
        "SELECT relname, attname, pg_get_expr(adbin, adrelid) FROM pg_attrdef"
        " JOIN pg_class ON pg_class.oid = adrelid JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum"
        " WHERE relnamespace = current_schema()::regnamespace ORDER BY relname, attname"
    )
    return [row for row in found if row[0] in tables()]


def checks_of_several_rows() -> list[tuple[str, str, str]]:
    """Return table, name and definition of the constraints that exclude rows, and of the unique ones that can wait."""
    return _rows(
        "SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint"
        " JOIN pg_class ON pg_class.oid = conrelid"
        " WHERE connamespace = current_schema()::regnamespace AND (contype = 'x' OR condeferrable AND contype = 'u')"
        " ORDER BY relname, conname"
    )


def _rows(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def _comment(name, table=""):
    """Return the sentence that a comment says of something, and the file; both are empty if there is none."""
    return _comments().get((name, table), ("", ""))


@cache
def _comments():
    """Return the sentence and the file of everything that the SQL files create, by its name and a trigger's table."""
    found = {}
    for path in (path for room in ROOMS for path in sql_files(room)):
        text, where = path.read_text(encoding="utf-8"), str(path.relative_to(settings.BASE_DIR))
        for match in COMMENTED.finditer(text):
            sentence = " ".join(line.removeprefix("--").strip() for line in match["comment"].splitlines())
            table = match["table"] if match["sort"] == "TRIGGER" else ""
            found[match["name"], table] = sentence, where
            if match["sort"] == "SEQUENCE":
                # A comment is for all sequences that follow it without a blank line.
                block = text[match.start() :].partition("\n\n")[0]
                found |= {(name, ""): (sentence, where) for name in DEFINED.findall(block)}
    return found


def _fires(definition):
    """Return when a trigger fires, from its definition: `after UPDATE OF parent_id, at the end of the transaction`."""
    events = re.search(r"(BEFORE|AFTER) (.+?) ON ", definition)
    text = f"{events[1].lower()} {events[2].replace(' OR ', ', ')}"
    if condition := re.search(r"WHEN \((.+)\) EXECUTE", definition):
        text += f" if `{condition[1]}`"
    return text + ", at the end of the transaction" * ("INITIALLY DEFERRED" in definition)


def _says(trigger):
    if isinstance(trigger, pgtrigger.Protect):
        return "Refuses it: what such a row says stays."
    return "" if type(trigger) is pgtrigger.Trigger else " ".join(getdoc(type(trigger)).split())


def _declared(model, trigger):
    """Return the file that declares a trigger: that of its class, or of its model if the class is pgtrigger's own."""
    path = Path(getsourcefile(type(trigger)))
    if not path.is_relative_to(settings.BASE_DIR) or ".venv" in path.parts:
        path = Path(getsourcefile(model))
    return str(path.relative_to(settings.BASE_DIR))
