"""What many tests begin with: made once by each worker, and from then on copied into the tables of other tests."""

from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

from django.db import connection, transaction

Made = TypeVar("Made")

#: The tables of accounts and of Django itself, which are not kept.
OTHERS = ("auth_", "django_")

#: What was made, by name, with the rows that it left.
KEPT = {}


def kept(name: str, make: Callable[[], Made]) -> Made:
    """Return what `make` makes, with its rows in the tables; `name` tells it from all else.

    It is called once, and may only fill tables that were empty. Each test gets copies of what it returned.
    """
    if name not in KEPT:
        before, made = rows_of_tables(), make()
        rows = {table: rows for table, rows in rows_of_tables().items() if rows != before.get(table)}
        assert rows.keys() & before.keys() == set()
        KEPT[name] = deepcopy(made), rows, numbers()
        return made
    made, rows, counted = KEPT[name]
    put_back(rows, counted)
    return deepcopy(made)


def rows_of_tables():
    """Return the rows of each table that has some, as PostgreSQL copies them."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(OTHERS):
                with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                    found[table] = b"".join(copy)
    return {table: rows for table, rows in found.items() if rows}


def numbers():
    """Return how far each sequence of keys and uids has counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        return {name: number for name, number in cursor.fetchall() if not name.startswith(OTHERS)}


@transaction.atomic
def put_back(rows, counted):
    """Copy rows into their tables. No trigger fires: what triggers wrote is among the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, content in rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(
            "SELECT setval(name::regclass, greatest(number, last_value)) FROM unnest(%s::text[], %s::bigint[])"
            " AS counted (name, number) JOIN pg_sequences ON sequencename = name",
            [list(counted), list(counted.values())],
        )
