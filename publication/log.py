"""Writing the revision log: numbers in commit order, one current revision for each record, digests and a chain."""

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson
from django.db import connection
from django.db.models import F, TextChoices
from django.utils import timezone

from .choices import Op
from .codebook import CODEBOOK_VERSION
from .documents import FilterColumns
from .models import CURRENT, Epoch, NameForm, Revision
from .seals import take_seal
from .serializers import ENVELOPE

#: The advisory lock that one publishing transaction holds at a time, so that seq grows in commit order.
LOG_LOCK = 0x48616D72

#: The columns of a revision beside its document, except the words for searching. The title is only for curators.
FILTER_COLUMN_NAMES = (
    "title", "earliest_on", "latest_on", "latitude", "longitude", "precision", "places", "forces", "force_roles",
    "articles", "tags", "references", "part_of", "operation", "phase",
    "killed_low", "killed_best", "killed_high", "wounded_low", "wounded_best", "wounded_high",
)  # fmt: skip


@dataclass
class LogEntry:
    """What is to be written about one record: a document with its columns, or a tombstone with its reason."""

    kind: str
    uid: str
    op: str = Op.PUBLISH
    body: dict | None = None
    columns: FilterColumns | None = None
    part_of: str = ""
    reason_code: str = ""
    reason: str = ""
    replaced_by: str = ""
    codebook: str = CODEBOOK_VERSION

    @classmethod
    def again(cls, revision, **why):
        """Return the entry that writes a revision's document again."""
        columns = FilterColumns(
            {name: getattr(revision, name) for name in FILTER_COLUMN_NAMES}, lexemes=revision.search
        )
        return cls(
            revision.kind,
            revision.uid,
            body=body_of(revision),
            columns=columns,
            part_of=revision.part_of,
            codebook=revision.codebook,
            **why,
        )


def lock_log() -> None:
    """Lock the log: nobody else writes to it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])


def append_entries(entries, *, by, at=None):
    """Write a revision for each entry that differs from what is current, under the lock; return the new revisions.

    They are published now, or `at` the moment of the publication that they complete.
    """
    if not entries:
        return []
    newest = _newest(entries)
    last = Revision.objects.order_by("-seq").only("seq", "chain", "seal", "published_at", "published_by").first()
    seq = last.seq if last else 0
    now = at or (max(timezone.now(), last.published_at) if last else timezone.now())
    revisions, forms, renewed = [], set(), False
    for entry in entries:
        old = newest.get((entry.kind, entry.uid))
        revision = _draft(entry)
        if old and old.digest == revision.digest:
            renewed |= _renew_search(old, revision)
            continue
        seq += 1
        revision.seq, revision.number = seq, old.number + 1 if old else 1
        revision.published_at, revision.published_by = now, by
        if entry.body is not None:
            envelope = (revision.number, seq, now, entry.codebook)
            document = entry.body | dict(zip(ENVELOPE, envelope, strict=True))
            revision.document = orjson.dumps(document, option=orjson.OPT_UTC_Z).decode()
            revision.changed_fields = _differences(old, entry.body)
            forms |= entry.columns.forms()
        revisions.append(revision)
    if renewed:
        _touch(last)
    if revisions:
        _link(last, revisions, by)
    _supersede(revisions)
    _insert(revisions)
    NameForm.objects.bulk_create([NameForm(form=form) for form in sorted(forms)], ignore_conflicts=True)
    return revisions


def body_of(revision: Revision) -> dict[str, Any] | None:
    """Return a revision's document without the fields that say which revision it is; None for a tombstone."""
    if revision.document is None:
        return None
    return {name: value for name, value in orjson.loads(revision.document).items() if name not in ENVELOPE}


def document_digest(body: dict[str, Any] | None, revision: Revision) -> str:
    """Return the SHA-256 of a document's body, which a tombstone has not, and of the columns beside it."""
    return hashlib.sha256(orjson.dumps([body, [getattr(revision, name) for name in FILTER_COLUMN_NAMES]])).hexdigest()


def chain_after(chain: str, revision: Revision) -> str:
    """Return the chain after a revision: the SHA-256 of the chain before it and of its contents.

    All of this is in the feed of changes, so readers can check the chain (docs/check_log.py).
    """
    said = [
        chain, revision.seq, revision.kind, revision.uid, revision.number, revision.op, revision.reason_code,
        revision.reason, revision.replaced_by, revision.changed_fields, _in_utc(revision.published_at),
        revision.codebook, revision.document, revision.digest, revision.seal,
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def chain_into(chain: str, epoch: Epoch) -> str:
    """Return the chain with which an epoch begins: the SHA-256 of the chain before it and of what it says of itself."""
    said = [chain, epoch.number, str(epoch.uid), epoch.after_seq, _in_utc(epoch.began_at), epoch.reason]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def open_epoch(seq: int, reason: str = "") -> Epoch:
    """Begin an epoch after `seq`, the newest of the log, and return it. The log is locked."""
    number = Epoch.objects.count() + 1
    return Epoch.objects.create(number=number, after_seq=seq, began_at=timezone.now(), reason=reason)


def _in_utc(moment):
    """Return a moment as the API writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _link(last, revisions, by):
    """Give new revisions their seal, and their chain from the last one on, or from the epoch that began after it."""
    seq, chain = (last.seq, last.chain) if last else (0, "")
    seal = take_seal(last, by)
    epochs = Epoch.objects.filter(after_seq=seq) if last else [open_epoch(seq)]
    for epoch in epochs:
        chain = chain_into(chain, epoch)
    for revision in revisions:
        revision.seal = seal
        chain = revision.chain = chain_after(chain, revision)


def _newest(entries):
    uids = [entry.uid for entry in entries]
    newest = Revision.objects.current().filter(uid__in=uids)
    return {(old.kind, old.uid): old for old in newest.only("kind", "uid", "number", "digest", "document", "search")}


def _draft(entry):
    """Return the revision that an entry asks for, not yet numbered."""
    columns = entry.columns or FilterColumns()
    revision = Revision(
        kind=entry.kind,
        uid=entry.uid,
        op=entry.op,
        reason_code=entry.reason_code,
        reason=entry.reason,
        replaced_by=entry.replaced_by,
        codebook=entry.codebook,
        search=columns.search(),
        **{"part_of": entry.part_of} | columns.values,
    )
    revision.digest = document_digest(entry.body, revision)
    return revision


def _differences(old, body):
    """Return the fields of a body that differ from those of the revision before; none for the first one."""
    before = body_of(old) if old else None
    return [name for name, value in body.items() if before.get(name) != value] if before else []


def _renew_search(old, revision):
    """Keep the current revision findable by all spellings of the names in it, which may have changed elsewhere.

    Return whether it has other words now.
    """
    if old.search is None or set(old.search.replace("'", "").split()) == set(revision.search.split()):
        return False
    return bool(Revision.objects.filter(pk=old.pk).update(search=revision.search))


def _touch(revision):
    """Write a revision again as it is: whoever watches the newest one sees by its xmin that something was renewed."""
    Revision.objects.filter(pk=revision.pk).update(search=F("search"))


def _insert(revisions):
    """Write the new revisions, by COPY: statements with a parameter for each of their columns take far longer."""
    fields = Revision._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    names = [field.attname for field in fields]
    statement = f"COPY publication_revision ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for revision in revisions:
            values = (getattr(revision, name) for name in names)
            copy.write_row([str(value) if isinstance(value, TextChoices) else value for value in values])


def _supersede(revisions):
    """End the currency of the revisions that the new ones follow."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE publication_revision AS old SET superseded_at = new.seq
            FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS new (kind, uid, seq)
            WHERE old.kind = new.kind AND old.uid = new.uid AND old.superseded_at = %s
            """,
            [[r.kind for r in revisions], [r.uid for r in revisions], [r.seq for r in revisions], CURRENT],
        )
