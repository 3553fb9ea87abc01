"""Writing many rows of one table at once."""

import orjson
from django.db import connection


def insert(rows):
    """Write new rows of one model, and give them their keys and uids.

    The rows are one parameter of one statement. With a parameter for each cell, as `bulk_create` has it where there are
    lists or defaults of the database, most of the time goes into the statement's text.
    """
    if not rows:
        return
    model = type(rows[0])._meta
    key, columns = model.pk.column, ", ".join(f'"{field.column}"' for field in model.concrete_fields)
    numbers = f"SELECT nextval(pg_get_serial_sequence('{model.db_table}', '{key}')) FROM generate_series(1, %s)"
    given = {model.pk.attname: numbers}
    if any(field.name == "uid" for field in model.concrete_fields):
        given["uid"] = f"SELECT next_uid('{model.get_field('uid').prefix}') FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        for name, query in given.items():
            cursor.execute(query, [len(rows)])
            for row, (value,) in zip(rows, cursor.fetchall(), strict=True):
                setattr(row, name, value)
        cells = [{field.column: getattr(row, field.attname) for field in model.concrete_fields} for row in rows]
        cursor.execute(
            f"INSERT INTO {model.db_table} ({columns})"
            f" SELECT {columns} FROM jsonb_populate_recordset(NULL::{model.db_table}, %s::jsonb)",
            [orjson.dumps(cells).decode()],
        )
