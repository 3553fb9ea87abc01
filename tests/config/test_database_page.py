"""docs/database.md says what the database does by itself, all of it, and nothing else."""

from pathlib import Path

import pghistory.models
import pgtrigger
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from config import catalogue
from config.management.commands.database_page import page

pytestmark = pytest.mark.django_db


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def test_the_page_is_current():
    call_command("database_page", check=True)


def test_it_mentions_every_function_and_every_trigger_of_the_catalogue():
    text = Path(settings.BASE_DIR, "docs/database.md").read_text()
    functions = execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proname NOT LIKE 'pgtrigger_%' AND proname NOT LIKE '\\_pg%'"
    )
    assert [name for (name,) in functions if f"`{name}(" not in text] == []
    history = ("pgtrigger_insert_insert", "pgtrigger_update_update", "pgtrigger_delete_delete", "pgtrigger_append_only")
    events = {model._meta.db_table for model in apps.get_models() if issubclass(model, pghistory.models.Event)}
    silent = []
    for table, trigger in execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"):
        name = trigger.removeprefix("pgtrigger_").rpartition("_")[0] if trigger.startswith("pgtrigger_") else trigger
        if not trigger.startswith(history) and table not in events and f"| `{table}` | `{name}` |" not in text:
            silent.append((table, trigger))
    assert silent == []


def test_every_table_with_a_history_keeps_all_its_edits_for_good():
    events = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    assert sorted(model.pgh_tracked_model._meta.db_table for model in events) == catalogue.tables_with_history()
    for name in ("append_only", "never_emptied"):
        assert set(events) <= {model for model, trigger in pgtrigger.registered() if trigger.name == name}


@pytest.mark.parametrize(
    ("statement", "silent"),
    [
        ("CREATE FUNCTION silent() RETURNS int LANGUAGE sql AS 'SELECT 1'", r"silent\(\)"),
        ("CREATE TRIGGER silent BEFORE UPDATE ON publication_merge EXECUTE FUNCTION suppress()", "silent"),
        ("CREATE SEQUENCE silent", "silent"),
    ],
)
def test_what_has_no_sentence_is_refused(statement, silent):
    execute("CREATE FUNCTION pgtrigger_none() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    execute(statement.replace("suppress()", "pgtrigger_none()"))
    with pytest.raises(CommandError, match=f"^No sentence says what {silent} does"):
        page()
