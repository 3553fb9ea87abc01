"""Publishing: from approved working records to new revisions, in one transaction."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

import orjson
from django.db import connection, transaction
from django.utils import timezone

from .choices import Op, State
from .codebook import VERSION
from .kinds import KINDS, Columns, Kind, kind_of
from .models import CURRENT, NameForm, Revision
from .serializers import ENVELOPE

#: The advisory lock that one publishing transaction holds at a time, so that seq grows in commit order.
LOCK = 0x48616D72

REMOVED = "removed"


class Refused(Exception):
    """Raised if records cannot be published; the message says which and why. Nothing was written."""


@dataclass
class Projection:
    """A record as it would be published now."""

    kind: Kind
    uid: str
    part_of: str
    body: dict
    columns: Columns

    @property
    def digest(self):
        return hashlib.sha256(orjson.dumps(self.body)).hexdigest()


@transaction.atomic
def publish(records, *, by="", reason=""):
    """Write a revision of each of the approved `records`, and of each of their parts, whose document changed.

    `by` names the account and is not served; `reason` is for readers. Return the new revisions in the order of `seq`.
    Raise Refused, and write nothing, if a record is not approved or names one that is not published.
    """
    waiting = [str(record) for record in records if record.state != State.APPROVED]
    if waiting:
        raise Refused(f"Not approved, so not published: {', '.join(waiting)}.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    projections = list(project(records))
    refuse_dangling(projections)
    return append(projections, by=by, reason=reason)


def project(records):
    """Yield the projections of the records and of their parts, kinds in the order of publication."""
    serializers = {name: kind.serializer() for name, kind in KINDS.items()}

    def projection(kind, record, part_of):
        (uid,) = record.natural_key()
        body = serializers[kind.name].to_representation(record)
        return Projection(kind, uid, part_of, dict(body), kind.projection(record))

    by_kind = defaultdict(list)
    for record in records:
        by_kind[kind_of(record).name].append(record.pk)
    for kind in KINDS.values():
        if kind.name not in by_kind:
            continue
        for record in kind.queryset().filter(pk__in=by_kind[kind.name]).order_by(*kind.model.key):
            whole = projection(kind, record, "")
            yield whole
            for name, part in kind.parts(record):
                yield projection(KINDS[name], part, whole.uid)


def refuse_dangling(projections):
    """Raise Refused if a projection names a record that readers cannot open."""
    here = {f"{each.kind.name}:{each.uid}" for each in projections}
    named = defaultdict(list)
    for each in projections:
        for reference in each.columns.values.get("references", []):
            if reference not in here:
                named[reference].append(each.uid)
    uids = {reference.partition(":")[2] for reference in named}
    served = {
        f"{kind}:{uid}" for kind, uid in Revision.objects.served().filter(uid__in=uids).values_list("kind", "uid")
    }
    missing = sorted(set(named) - served)
    if missing:
        lines = "; ".join(
            f"{reference.replace(':', ' ')} (named by {', '.join(named[reference])})" for reference in missing
        )
        raise Refused(f"These records must be published first: {lines}.")


def append(projections, *, by, reason):
    """Write revisions for the projections that differ from what is served, and tombstones for parts that are gone."""
    uids = [each.uid for each in projections]
    newest = {(old.kind, old.uid): old for old in Revision.objects.current().filter(uid__in=uids).only(*_COMPARED)}
    seq = Revision.objects.head()
    now = timezone.now()
    revisions, forms = [], set()

    def add(kind, uid, **values):
        old = newest.get((kind, uid))
        number = old.number + 1 if old else 1
        revision = Revision(
            seq=seq + len(revisions) + 1,
            kind=kind,
            uid=uid,
            number=number,
            published_at=now,
            published_by=by,
            codebook=VERSION,
            **values,
        )
        revisions.append(revision)
        return revision

    for gone in _parts_gone(projections):
        newest[gone.kind, gone.uid] = gone
        add(gone.kind, gone.uid, op=Op.WITHDRAW, reason=REMOVED, part_of=gone.part_of, digest="")
    for each in projections:
        old = newest.get((each.kind.name, each.uid))
        if old and old.digest == each.digest:
            continue
        revision = add(
            each.kind.name,
            each.uid,
            op=Op.PUBLISH,
            reason=reason,
            part_of=each.part_of,
            digest=each.digest,
            search=each.columns.search(),
            **each.columns.values,
        )
        envelope = (revision.number, revision.seq, now, VERSION)
        revision.document = orjson.dumps(each.body | dict(zip(ENVELOPE, envelope, strict=True))).decode()
        forms |= each.columns.forms()
    _supersede(revisions)
    Revision.objects.bulk_create(revisions, batch_size=1000)
    NameForm.objects.bulk_create([NameForm(form=form) for form in sorted(forms)], ignore_conflicts=True)
    return revisions


_COMPARED = ("seq", "kind", "uid", "number", "digest", "part_of")


def _parts_gone(projections):
    """Return the served parts of the records that are no longer parts of them."""
    wholes = [each.uid for each in projections if not each.part_of]
    here = {(each.kind.name, each.uid) for each in projections}
    parts = Revision.objects.served().filter(part_of__in=wholes).order_by("kind", "uid").only(*_COMPARED)
    return [part for part in parts if (part.kind, part.uid) not in here]


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
