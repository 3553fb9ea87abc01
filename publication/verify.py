"""Verifying the log: no gaps in its numbers, one current revision for each record, digests and chain as recorded."""

from collections import Counter, defaultdict

from records.choices import State

from . import log
from .documents import KINDS
from .models import CURRENT, Revision


def faults():
    """Yield a sentence for each fault of the log. It is read once, in order, in bounded memory."""
    chain, expected = "", 1
    numbers, waiting, current = Counter(), {}, set()
    for revision in Revision.objects.order_by("seq").defer("search").iterator(chunk_size=2000):
        key = (revision.kind, revision.uid)
        if revision.seq != expected:
            yield f"seq {expected} is missing: the next one is {revision.seq}."
        expected = revision.seq + 1
        numbers[key] += 1
        if revision.number != numbers[key]:
            yield f"seq {revision.seq}: {revision} should be number {numbers[key]} of its record."
        if waiting.get(key, revision.seq) != revision.seq:
            yield f"seq {revision.seq}: the revision before it is said to end at {waiting[key]}."
        waiting[key] = revision.superseded_at
        if revision.superseded_at == CURRENT:
            if key in current:
                yield f"seq {revision.seq}: {revision.kind} {revision.uid} has more than one current revision."
            current.add(key)
        if log.document_digest(log.body_of(revision), revision) != revision.digest:
            yield f"seq {revision.seq}: {revision} does not have the digest that was recorded."
        chain = log.chain_after(chain, revision)
        if chain != revision.chain:
            yield f"seq {revision.seq}: {revision} was altered, or one before it: the chain breaks here."
            chain = revision.chain
    for kind, uid in sorted(set(numbers) - current):
        yield f"{kind} {uid} has no current revision."
    yield from _unpublished()


def _unpublished():
    """Yield a sentence for each record with a revision that does not fit its working state, or its whole."""
    parts = {}
    served = defaultdict(set)
    for kind, uid, part_of in Revision.objects.served().values_list("kind", "uid", "part_of"):
        served[kind].add(uid)
        if part_of:
            parts[kind, uid] = part_of
    wholes = set().union(*served.values())
    for (kind, uid), whole in sorted(parts.items()):
        if whole not in wholes:
            yield f"{kind} {uid} is served, and {whole}, which it is part of, is not."
    for kind in (kind for kind in KINDS.values() if kind.queryset):
        states = dict(kind.model.objects.values_list(kind.key, "state"))
        for uid in sorted(served[kind.name] - set(states)):
            yield f"{kind.name} {uid} is served, and there is no such working record."
        for uid, state in sorted(states.items()):
            if state == State.WITHDRAWN and uid in served[kind.name]:
                yield f"{kind.name} {uid} is withdrawn and still served."
