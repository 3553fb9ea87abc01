"""The migrations make what the models say: `makemigrations --check` does not see a lost trigger or function."""

import re

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

from config.catalogue import ROOMS, tables
from records.sql_files import sql_files
from records.word_index import BY_WORD

pytestmark = pytest.mark.django_db

#: What PostgreSQL knows of the tables, functions, sequences and statistics of one schema.
ASKED = {
    "columns": """
        SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
            pg_get_expr(adbin, adrelid), relpersistence
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND relnamespace = current_schema()::regnamespace""",
    "constraints": """
        SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE connamespace = current_schema()::regnamespace""",
    "indexes": """
        SELECT owner.relname, pg_get_indexdef(indexrelid), array(
            SELECT coalesce(attstattarget, -1) FROM pg_attribute WHERE attrelid = indexrelid ORDER BY attnum)
        FROM pg_index JOIN pg_class owner ON owner.oid = indrelid
        WHERE owner.relnamespace = current_schema()::regnamespace""",
    "triggers": """
        SELECT relname, pg_get_triggerdef(pg_trigger.oid), prosrc
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace""",
    "functions": """
        SELECT '', pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname !~ '^_pg'""",
    "sequences": """
        SELECT '', relname FROM pg_class
        WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace AND relname LIKE 'uid%'""",
    "statistics": """
        SELECT '', pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        WHERE stxnamespace = current_schema()::regnamespace""",
}


def catalogue(schema):
    """Return what the catalogue says of our tables and functions in a schema, without the schema's name."""
    said = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {schema}, public")
        for name, query in ASKED.items():
            cursor.execute(query)
            said[name] = {
                re.sub(rf"\b({schema}|public)\.", "", repr(row)) for row in cursor if row[0] in tables() | {""}
            }
    return said


@pytest.fixture
def straight():
    """A schema in which everything is made from the models and the SQL files, without a migration."""
    schema = "straight"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}; SET LOCAL search_path TO {schema}, public")
        for room in ROOMS:
            models = list(apps.get_app_config(room).get_models())
            with connection.schema_editor() as editor:
                for model in models:
                    if not model._meta.proxy:
                        editor.create_model(model)
            for path in sql_files(room):
                cursor.execute(path.read_text())
        for model, trigger in pgtrigger.registered():
            if model._meta.db_table in tables():
                trigger.install(model)
    return schema


def test_every_registered_trigger_is_installed_as_it_is_declared():
    lost = {
        trigger.get_pgid(model): status
        for model, trigger in pgtrigger.registered()
        if (status := trigger.get_installation_status(model)[0]) != "INSTALLED"
    }
    assert lost == {}


def test_migrated_database_is_the_one_that_the_models_describe(straight):
    described, migrated = catalogue(straight), catalogue("public")
    for name in ASKED:
        assert described[name] - migrated[name] == set(), f"the migrations lose {name}"
        assert migrated[name] - described[name] == set(), f"only the migrations make these {name}"


def test_indexes_of_words_keep_no_statistics():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attstattarget FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relkind = 'i' AND relname LIKE %s",
            [f"%\\{BY_WORD}"],
        )
        targets = dict(cursor.fetchall())
    declared = {index.name for model in apps.get_models() for index in model._meta.indexes}
    assert targets == {name: 0 for name in declared if name.endswith(BY_WORD)}
