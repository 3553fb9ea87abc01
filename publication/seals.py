"""Seals: what stands behind revisions and is not served goes into the chain too: who published, the reviews, the edits.

Triggers note each new review and edit (records.triggers.AwaitsSeal). The transaction that publishes takes all that it
sees, and keeps a digest of them. So an edit takes no lock, and nobody waits for the transaction of a long import: its
edits are sealed by whoever publishes next.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from functools import cache
from typing import cast

import orjson
from django.db import connection
from django.db.models import Count, Model
from pghistory.core import event_models

from records.models import Unsealed

from .models import Review, Revision, Seal, SealedRows

TAKE = """
    WITH taken AS (DELETE FROM records_unsealed RETURNING "table", row)
    SELECT "table", range_agg(int8range(row, row, '[]'))::text FROM taken GROUP BY "table"
"""

#: The digest of rows of a table, by the seal that they belong to: of each row's columns as JSON, in the order of keys.
DIGESTS = """
    SELECT seal, {name}, encode(sha256(string_agg(
        sha256(convert_to(to_jsonb(ROW({columns}))::text, 'UTF8')), ''::bytea ORDER BY rows.{key})), 'hex')
    FROM ({parts}) AS sealed JOIN {table} AS rows ON rows.{key} >= lower(part) AND rows.{key} < upper(part)
    GROUP BY seal
"""
OF_KEYS = "SELECT 0 AS seal, unnest(%s::int8multirange) AS part"
OF_TABLE = """
    SELECT seal_id AS seal, unnest(keys::int8multirange) AS part FROM publication_sealedrows
    WHERE "table" = %s AND columns = %s
"""
KEYS_SEALED = """
    SELECT "table", sum(upper(part) - lower(part))::bigint
    FROM (SELECT "table", unnest(keys::int8multirange) AS part FROM publication_sealedrows) AS sealed GROUP BY "table"
"""


@cache
def sealed_tables() -> dict[str, list[str]]:
    """Return the tables whose rows are sealed, each with its columns, the key first."""
    return {
        model._meta.db_table: _columns(model._meta) for model in cast("list[type[Model]]", [Review, *event_models()])
    }


def _columns(meta):
    return [meta.pk.column, *sorted(field.column for field in meta.concrete_fields if not field.primary_key)]


def take_seal(last: Revision | None, by: str) -> str:
    """Seal what is new behind the revisions after the last one, which `by` publishes; return the digest.

    Where nothing is new, it is that of the last one if the same account published it.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE)
        keys = dict(cursor.fetchall())
        if last and last.published_by == by and not keys:
            return last.seal
        seal = Seal.objects.create(seq=last.seq + 1 if last else 1, salt=secrets.token_hex(16))
        digests = {}
        if keys:
            each = [_digests(table, sealed_tables()[table], OF_KEYS) for table in keys]
            cursor.execute(" UNION ALL ".join(each), list(keys.values()))
            digests = {table: digest for _, table, digest in cursor.fetchall()}
    rows = [
        SealedRows(seal=seal, table=table, columns=sealed_tables()[table], keys=keys[table], digest=digests[table])
        for table in sorted(keys)
    ]
    SealedRows.objects.bulk_create(rows)
    return digest_of_seal(seal, by, rows)


def digest_of_seal(seal: Seal, by: str, rows: Iterable[SealedRows]) -> str:
    """Return what a seal puts into the chain: a digest of all that it holds."""
    sealed = [[each.table, each.columns, each.keys, each.digest] for each in rows]
    return hashlib.sha256(orjson.dumps([seal.salt, by, sealed])).hexdigest()


def faults_behind() -> Iterator[str]:
    """Yield a sentence for everything sealed that was altered or is gone, or was slipped in unsealed."""
    known = sealed_tables()
    with connection.cursor() as cursor:
        for table, columns in SealedRows.objects.order_by("table").values_list("table", "columns").distinct():
            if lost := set(columns) - set(known.get(table, [])):
                yield f"{table} has lost {', '.join(sorted(lost))}, so what was sealed of it cannot be checked."
                continue
            cursor.execute(_digests(table, columns, OF_TABLE), [table, columns])
            found = {seq: digest for seq, _, digest in cursor.fetchall()}
            recorded = SealedRows.objects.filter(table=table, columns=columns).order_by("seal")
            for seq, keys, digest in recorded.values_list("seal", "keys", "digest"):
                if found.get(seq) != digest:
                    yield f"seq {seq}: a row of {table} that it sealed was altered or is gone, among {keys}."
        cursor.execute(KEYS_SEALED)
        sealed = dict(cursor.fetchall())
        waiting = dict(Unsealed.objects.order_by().values_list("table").annotate(number=Count("*")))
        for table in known:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (there,), expected = cursor.fetchone(), sealed.get(table, 0) + waiting.get(table, 0)
            if there != expected:
                yield f"{table} has {there} rows, of which {expected} are sealed or wait to be."


def _digests(table, columns, parts):
    names = ", ".join(f'rows."{column}"' for column in columns)
    return DIGESTS.format(name=f"'{table}'", columns=names, key=f'"{columns[0]}"', parts=parts, table=f'"{table}"')
