"""Publishing, withdrawing and writing again: from approved working records to new revisions, in one transaction."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import islice

from django.db import transaction
from django.db.models import Q

from records.choices import State
from records.keys import Keyed
from records.rules import refuse_errors

from . import log
from .choices import Op, Reason
from .codebook import CODEBOOK_VERSION
from .derivations import DERIVATIONS, FOLLOWERS, REPEATS
from .documents import KINDS, kind_of
from .models import Merge, Revision, Theatre
from .tags import read_reference, reference
from .theatre import THEATRE, TheatreSerializer, theatre_at

#: How many records are written again in one transaction.
RECORDS_PER_TRANSACTION = 500

#: How many records a refusal names at most.
MOST_NAMED = 20


class PublishRefused(Exception):
    """Raised if records cannot be published or withdrawn; the message says which and why. Nothing was written."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Switch off garbage collection in the block: almost nothing in it is garbage, and there is much to search.

    It is switched off for the whole process, so only commands use this, never a web worker.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@transaction.atomic
def publish(records: Collection[Keyed], *, by: str = "", reason: str = "", reason_code: str = "") -> list[Revision]:
    """Check the rules, then write the revisions of the approved `records`; return them in order of `seq`.

    `by` names the account and is not served; `reason` is for readers. Raise RulesBroken, and write nothing, if a record
    breaks a rule that is an error, and PublishRefused as `write_revisions` does.
    """
    log.lock_log()
    refuse_errors(records)
    return write_revisions(records, by=by, reason=reason, reason_code=reason_code)


@transaction.atomic
def write_revisions(
    records: Collection[Keyed], *, by: str = "", reason: str = "", reason_code: str = ""
) -> list[Revision]:
    """Write a revision of each of the approved `records`, and of each of their parts, whose document changed.

    Records that were merged into them, and parts that they no longer hold, get a tombstone in the same transaction.
    Raise PublishRefused, and write nothing, if a record is not approved, names one that is not published, shows one
    that was edited and not approved since, or holds a part that readers still see in another record. What was published
    before a rule existed can be written again, so this does not check the rules: `publish` does.
    """
    log.lock_log()
    entries = list(project(records))
    for entry in entries:
        entry.reason, entry.reason_code = reason, reason_code
    merged = _merged_into(entries)
    _refuse_dangling(entries)
    _refuse_unapproved(entries)
    _refuse_shared_parts(entries, merged)
    gone = _parts_gone(entries, merged)
    return _write([*merged, *gone, *entries], by=by)


@transaction.atomic
def withdraw(record: Keyed, *, by: str, reason_code: str, reason: str) -> list[Revision]:
    """Write tombstones for a record and its parts; return them, or nothing if it was never published.

    Raise PublishRefused, and write nothing, if documents that readers see name it; for some kinds, if anything rests
    on it (Kind.resting).
    """
    log.lock_log()
    uid, kind = record.public_name, kind_of(record)
    served = Revision.objects.served()
    if kind.resting:
        do, names = "rest on", kind.resting(record)
    else:
        naming = served.filter(references__contains=[reference(kind.name, uid)]).exclude(uid=uid).exclude(part_of=uid)
        do, names = "name", sorted(naming.values_list("uid", flat=True)[:MOST_NAMED])
    if names:
        more = " and others" if len(names) > MOST_NAMED else ""
        listed = ", ".join(names[:MOST_NAMED])
        raise PublishRefused(f"{record} cannot be withdrawn while these {do} it: {listed}{more}.")
    going = [*served.of(kind.name).filter(uid=uid), *served.filter(part_of=uid).order_by("kind", "uid")]
    tombstones = [
        log.LogEntry(r.kind, r.uid, Op.WITHDRAW, part_of=r.part_of, reason_code=reason_code, reason=reason)
        for r in going
    ]
    return _write(tombstones, by=by)


def _write(entries, *, by):
    """Write the entries and what repeats them, derived ones last, and the documents derived from them again.

    Return the revisions.
    """
    entries = [*entries, *(again for repeat in REPEATS for again in repeat(entries))]
    derived = {derivation.kind for derivation in DERIVATIONS}
    revisions = log.append_entries(
        [entry for entry in entries if entry.body is None or entry.kind not in derived], by=by
    )
    for derivation in DERIVATIONS:
        own = [entry for entry in entries if entry.kind == derivation.kind and entry.body is not None]
        others = derivation.affected(revisions, own) - {entry.uid for entry in own}
        served = Revision.objects.served().of(derivation.kind).filter(uid__in=others).order_by("uid")
        own += [log.LogEntry.again(revision, reason_code=Reason.REFERENCE) for revision in served]
        derivation.fill({entry.uid: entry.body for entry in own})
        revisions += log.append_entries(own, by=by, at=revisions[0].published_at if revisions else None)
    for follow in FOLLOWERS:
        follow(revisions)
    return revisions


def reproject(revisions: Collection[Revision] | None = None, *, by: str = "") -> int:
    """Write again the documents that name what changed, and those that follow an older codebook; return how many.

    Without `revisions`, look for all of them. Each batch is a transaction of its own, so an interrupted call can be
    repeated. A record with a correction that is not approved yet is left as it is.
    """
    written = 0
    for reason_code, stale in (
        (Reason.REFERENCE, _naming(revisions)),
        (Reason.CODEBOOK, _of_older_codebook(revisions)),
    ):
        uids = iter(sorted(set(stale)))
        while batch := list(islice(uids, RECORDS_PER_TRANSACTION)):
            written += len(_write_again(_approved(batch), by=by, reason_code=reason_code))
    return written


def _write_again(records, **why):
    """Publish the records together; if one of them is refused, publish the others one by one."""
    try:
        return write_revisions(records, **why)
    except PublishRefused:
        revisions = []
        for record in records:
            with suppress(PublishRefused):
                revisions += write_revisions([record], **why)
        return revisions


def project(records):
    """Yield the entries for records and their parts, kinds in the order of publication. Refuse what is not approved."""
    context = {"theatre": _theatre_of(records)}
    serializers = {name: kind.serializer(context=context) for name, kind in KINDS.items()}

    def entry(kind, record, part_of):
        body = dict(serializers[kind.name].to_representation(record))
        return log.LogEntry(
            kind.name, record.public_name, body=body, columns=kind.filter_columns(record), part_of=part_of
        )

    by_kind = defaultdict(list)
    for record in records:
        by_kind[kind_of(record).name].append(record.pk)
    for kind in KINDS.values():
        rows = kind.queryset().filter(pk__in=by_kind[kind.name]).order_by(*kind.model.key) if kind.queryset else []
        if waiting := [str(record) for record in rows if record.state != State.APPROVED]:
            raise PublishRefused(f"Not approved, so not published: {', '.join(waiting)}.")
        for record in rows:
            whole = entry(kind, record, "")
            yield whole
            for name, part in kind.parts(record):
                yield entry(KINDS[name], part, whole.uid)


def _theatre_of(records):
    """Return the document of the theatre as readers will see it once these records are published."""
    theatre = next((record for record in records if isinstance(record, Theatre)), None)
    return TheatreSerializer(theatre).data if theatre else theatre_at()


def _refuse_dangling(entries):
    """Raise PublishRefused if an entry names a record that readers cannot open."""
    here = {reference(each.kind, each.uid) for each in entries}
    named = defaultdict(list)
    for each in entries:
        for text in each.columns.values.get("references", []):
            if text not in here:
                named[read_reference(text)].append(each.uid)
    uids = {uid for _, uid in named}
    lasting = [kind.name for kind in KINDS.values() if kind.resting]
    resolving = Q(document__isnull=False) | Q(op=Op.WITHDRAW, kind__in=lasting)
    resolved = Revision.objects.current().filter(resolving, uid__in=uids).values_list("kind", "uid")
    if missing := sorted(set(named) - set(resolved)):
        lines = (f"{kind} {uid} (named by {', '.join(named[kind, uid])})" for kind, uid in missing)
        raise PublishRefused(f"These records must be published first: {'; '.join(lines)}.")


def _refuse_unapproved(entries):
    """Raise PublishRefused if an entry would show readers a name, place or day that was edited and not approved."""
    named, above = defaultdict(set), [kind for kind in KINDS.values() if kind.lines]
    for entry in entries:
        values = entry.columns.values
        for text in values.get("references", []):
            named[read_reference(text)].add(entry.uid)
        for kind in above:
            for slug in values.get(kind.lines, []):
                named[kind.name, slug].add(entry.uid)
    lines = []
    for kind in (kind for kind in KINDS.values() if kind.quoted):
        key = kind.key
        uids = [uid for name, uid in named if name == kind.name]
        settled = [State.APPROVED, State.WITHDRAWN] if kind.resting else [State.APPROVED]
        edited = kind.model.objects.filter(**{f"{key}__in": uids}).exclude(state__in=settled).order_by(key)
        for uid in edited.values_list(key, flat=True):
            lines.append(f"{kind.name} {uid} (named by {', '.join(sorted(named[kind.name, uid]))})")
    if lines:
        raise PublishRefused(f"These records must be approved first, because they were edited: {'; '.join(lines)}.")


def _refuse_shared_parts(entries, merged):
    """Raise PublishRefused if readers would see a part in two records at once."""
    parts = {(each.kind, each.uid): each.part_of for each in entries if each.part_of}
    here = {each.uid for each in (*entries, *merged) if not each.part_of}
    uids = [uid for _, uid in parts]
    for kind, uid, whole in Revision.objects.served().filter(uid__in=uids).values_list("kind", "uid", "part_of"):
        if whole not in here and parts.get((kind, uid), whole) != whole:
            raise PublishRefused(f"{uid} is still published as part of {whole}. Publish {whole} first.")


def _merged_into(entries):
    """Return tombstones for the served records that were merged into these, directly or through others."""
    tombstones, survivors = [], {(each.kind, each.uid) for each in entries}
    while survivors:
        merges = Merge.objects.filter(undone_at=None, survivor__in=[uid for _, uid in survivors])
        found = [each for each in merges if (each.kind, each.survivor) in survivors]
        losers = {(each.kind, each.loser): each.survivor for each in found}
        served = Revision.objects.served().filter(uid__in=[uid for _, uid in losers]).order_by("kind", "uid")
        for revision in served:
            if survivor := losers.get((revision.kind, revision.uid)):
                tombstones.append(
                    log.LogEntry(
                        revision.kind,
                        revision.uid,
                        Op.MERGE,
                        part_of=revision.part_of,
                        reason_code=Reason.DUPLICATE,
                        replaced_by=survivor,
                    )
                )
        survivors = set(losers)
    return tombstones


def _parts_gone(entries, merged):
    """Return tombstones for the served parts that the records no longer hold."""
    wholes = [each.uid for each in (*entries, *merged) if not each.part_of]
    here = {(each.kind, each.uid) for each in (*entries, *merged)}
    parts = Revision.objects.served().parts_of(wholes).order_by("kind", "uid")
    return [
        log.LogEntry(kind, uid, Op.WITHDRAW, part_of=part_of, reason_code=Reason.REMOVED)
        for kind, uid, part_of in parts.values_list("kind", "uid", "part_of")
        if (kind, uid) not in here
    ]


def _wholes(served):
    """Yield the uid of the record that each served revision is or belongs to."""
    return (part_of or uid for uid, part_of in served.values_list("uid", "part_of"))


def _naming(revisions):
    """Yield the records with documents that name a record with a newer revision."""
    served = Revision.objects.served()
    if revisions is not None:
        references = [reference(revision.kind, revision.uid) for revision in revisions]
        if any(map(_changes_words, revisions)):
            kinds = [kind.name for kind in KINDS.values() if kind.theatrical]
            yield from _wholes(served.filter(kind__in=kinds))
        yield from _wholes(served.filter(references__overlap=references))
        return
    current = Revision.objects.current().values_list("kind", "uid", "seq")
    newest = {reference(kind, uid): seq for kind, uid, seq in current}
    for uid, part_of, seq, references in served.values_list("uid", "part_of", "seq", "references"):
        if any(newest.get(named, 0) > seq for named in references):
            yield part_of or uid


def _changes_words(revision):
    """Return whether a revision is of the theatre and changes words that other documents repeat."""
    changed = revision.number == 1 or not {"time_zone", "levels"}.isdisjoint(revision.changed_fields)
    return revision.kind == THEATRE.name and changed


def _of_older_codebook(revisions):
    """Yield the records with documents that follow another version of the codebook."""
    if revisions is None:
        yield from _wholes(Revision.objects.served().exclude(codebook=CODEBOOK_VERSION))


def _approved(batch):
    """Return the working records that these are or belong to, as far as they are approved."""
    wholes = [kind for kind in KINDS.values() if kind.queryset]
    return [
        record
        for kind in wholes
        for record in kind.model.objects.filter(**{f"{kind.key}__in": batch}, state=State.APPROVED)
    ]
