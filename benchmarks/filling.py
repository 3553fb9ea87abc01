"""Fill a database with a theatre of any size.

The drawn incidents are written through the models and published by the code of publication. The rest are copies of
them, in the working tables and in the log: each copy has uids, days and articles of its own, and its documents, filter
columns, digests and chain are what publishing would have written, so `manage.py verify_log` holds. Only the edit
history of the working tables is not copied.
"""

import hashlib
import re
import sys
import time
from contextlib import contextmanager
from datetime import date, timedelta

import orjson
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import DateField

from incidents import models as incidents
from incidents.stats.keeping import renew
from operations import models as operations
from publication import log
from publication.models import CURRENT, Revision
from publication.publish import publish, uncollected
from publication.serializers import ENVELOPE
from records.models import RecordVersion
from sources import models as sources

from .theatre import DRAWN, DrawnTheatre

#: Copies are so many days apart, in a mixed order, over twenty years.
DAYS_APART, COPIES_MAX = 7, 1000
#: The difference between the keys and uids of one copy and those of the next.
COPY_STEP = 1_000_000

PREFIXES = ("INC", "CAS", "CLM", "ART", "OPN", "PHS", "TOL")
UID = re.compile(rf"\b({'|'.join(PREFIXES)})-(?=\d{{6}}\b)")
STATED_DAY = re.compile(r"\b200[2-4]-\d\d-\d\d\b(?!T)")

#: The tables that are copied, wholes before their parts; places, forces and outlets are shared.
COPIED = [
    sources.Article,
    operations.Operation,
    operations.OperationCitation,
    operations.Operation.places.through,
    operations.Phase,
    operations.Participation,
    incidents.Incident,
    incidents.ExternalId,
    incidents.DatasetCode,
    incidents.IncidentCitation,
    incidents.Involvement,
    incidents.Casualty,
    incidents.Toll,
    incidents.Toll.places.through,
    incidents.TollCoverage,
    incidents.Claim,
]

#: The columns of the log that differ from copy to copy in more than uids and days.
OF_COPY = ("seq", "superseded_at", "published_at", "document", "digest", "seal", "chain")


def fill(size, drawn=DRAWN):
    """Fill an empty database with so many incidents, of which so many are drawn, and print what it took."""
    copies, rest = divmod(size, drawn)
    if rest or not 0 < copies <= COPIES_MAX:
        sys.exit(f"A size is a multiple of {drawn:,}, up to {drawn * COPIES_MAX:,}.")
    began = time.monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    there = Revision.objects.served().of("incident").count()
    if there == size:
        return
    if there:
        sys.exit(f"The database holds {there:,} incidents and not {size:,}: remove its folder.")
    shared = draw(drawn)
    say(f"drew and published {drawn:,} incidents in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        # Indexes are built in memory, and what the triggers keep is copied or left out.
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute("SET LOCAL session_replication_role = replica")
        copy_log(cursor, shared, copies)
        for model in COPIED:
            copy_table(cursor, model, copies)
        for prefix in PREFIXES:
            # The database numbers what is entered later, and none of the copies has such a number.
            cursor.execute(f"SELECT setval('uid_{prefix.lower()}', {COPY_STEP // 2})")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    renew()
    get_user_model().objects.create_superuser("curator")
    say(f"copied them to {size:,} in {time.monotonic() - began:.0f} s")


@uncollected()
def draw(number):
    """Draw and publish so many incidents; return the seq of the log after what all copies share."""
    theatre = DrawnTheatre()
    publish([*theatre.places, *theatre.forces, theatre.conflict], by="reviewer")
    shared = Revision.objects.head()
    rows = theatre.incidents(number)
    tolls = theatre.tolls(rows)
    publish([*theatre.articles, *theatre.operations, *rows, *tolls], by="reviewer")
    theatre.revise(rows[::10], 1)
    theatre.revise(rows[::100], 4)
    return shared


def template(text):
    """Return a text that becomes the one of a copy by `% Values(number)`."""
    return STATED_DAY.sub(r"%(\g<0>)s", UID.sub(r"\g<0>%(copy)s", text.replace("%", "%%")))


class Values(dict):
    """What the uids of a copy begin with, and its day for each day of the first part."""

    def __init__(self, number):
        super().__init__(copy=number)
        self.later = timedelta(DAYS_APART * (number * 151 % COPIES_MAX))

    def __missing__(self, day):
        self[day] = (date.fromisoformat(day) + self.later).isoformat()
        return self[day]


class Original:
    """A revision of the first part, cut up so that its copies are quickly written: one after the other."""

    def __init__(self, revision, line):
        self.revision = revision
        self.uid, self.line = template(revision.uid), template(line)
        self.body = template(orjson.dumps(log.body_of(revision)).decode())
        self.columns = template(orjson.dumps([getattr(revision, name) for name in log.FILTER_COLUMN_NAMES]).decode())

    def copy(self, values, step, chain):
        """Return the next copy, so many revisions on, as a line for COPY, and the chain after it."""
        revision, body = self.revision, self.body % values
        revision.seq += step
        if revision.superseded_at != CURRENT:
            revision.superseded_at += step
        revision.uid = self.uid % values
        revision.digest = hashlib.sha256(f"[{body},{self.columns % values}]".encode()).hexdigest()
        envelope = dict(
            zip(ENVELOPE, (revision.number, revision.seq, revision.published_at, revision.codebook), strict=True)
        )
        revision.document = f"{body[:-1]},{orjson.dumps(envelope, option=orjson.OPT_UTC_Z)[1:].decode()}"
        chain = log.chain_after(chain, revision)
        document = revision.document.replace("\\", "\\\\")
        numbers = f"{revision.seq}\t{revision.superseded_at}\t{revision.published_at}"
        return f"{numbers}\t{document}\t{revision.digest}\t{revision.seal}\t{chain}\t{self.line % values}\n", chain


def copy_log(cursor, shared, copies):
    """Append copies of what the log holds after the seq `shared`: with digests and a chain of their own."""
    alike = ", ".join(f'"{field.column}"' for field in Revision._meta.concrete_fields if field.column not in OF_COPY)
    with cursor.copy(
        f"COPY (SELECT {alike} FROM publication_revision WHERE seq > {shared} ORDER BY seq) TO STDOUT"
    ) as out:
        lines = b"".join(map(bytes, out)).decode().splitlines()
    revisions = list(Revision.objects.filter(seq__gt=shared).order_by("seq"))
    chain, seal, at = revisions[-1].chain, revisions[-1].seal, revisions[-1].published_at
    originals = [Original(revision, line) for revision, line in zip(revisions, lines, strict=True)]
    with without_indexes(cursor, "publication_revision"):
        with cursor.copy(f"COPY publication_revision ({', '.join(OF_COPY)}, {alike}) FROM STDIN") as into:
            for number in range(1, copies):
                values = Values(number)
                for original in originals:
                    original.revision.published_at, original.revision.seal = at, seal
                    line, chain = original.copy(values, len(originals), chain)
                    into.write(line)
        say(f"copied the log to seq {revisions[-1].seq:,}")
    say("built its indexes")


@contextmanager
def without_indexes(cursor, table):
    """Drop the indexes of a table, but for those of constraints, and build them after the block, which is faster."""
    cursor.execute(
        """
        SELECT indexname, indexdef, attstattarget
        FROM pg_indexes JOIN pg_attribute ON attrelid = indexname::regclass AND attnum = 1
        WHERE tablename = %s AND indexname NOT IN (SELECT conname FROM pg_constraint)
        """,
        [table],
    )
    indexes = cursor.fetchall()
    for name, _, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for name, definition, statistics in indexes:
        cursor.execute(definition)
        if statistics == -99:
            cursor.execute(f'ALTER INDEX "{name}" ALTER COLUMN 1 SET STATISTICS 0')


def copy_table(cursor, model, copies):
    """Copy the rows of a working table, and who edited them last."""
    table, copied = model._meta.db_table, {each._meta.concrete_model for each in COPIED}
    columns, values = [], []
    for field in model._meta.concrete_fields:
        name = f'"{field.column}"'
        columns.append(name)
        if field.primary_key or (field.is_relation and field.related_model in copied):
            values.append(f"{name} + n * {COPY_STEP}")
        elif isinstance(field, DateField) and field.get_internal_type() == "DateField":
            values.append(f"{name} + {DAYS_APART} * (n * 151 % {COPIES_MAX})")
        elif field.name in {"uid", "url", "code"}:
            values.append(rf"regexp_replace({name}, '([A-Z]{{3}})-(\d{{6}})', '\1-' || n || '\2')")
        else:
            values.append(name)
    series = f"generate_series(1, {copies - 1}) AS n"
    with without_indexes(cursor, table):
        cursor.execute(
            f'INSERT INTO "{table}" ({", ".join(columns)}) SELECT {", ".join(values)} FROM "{table}", {series}'
        )
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")
    cursor.execute(
        f'INSERT INTO "{RecordVersion._meta.db_table}" ("table", "row", version, editor_id, editors, approved) '
        f'SELECT "table", "row" + n * {COPY_STEP}, version, editor_id, editors, approved '
        f'FROM "{RecordVersion._meta.db_table}", {series} '
        'WHERE "table" = %s',
        [table],
    )


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
