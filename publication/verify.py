"""Verifying the log: its numbers have no gaps, each record has one current revision, digests and chain are right.

What it cannot see is a log that was cut off at its end together with everything behind that: only who kept the head of
the log elsewhere can (publication.signing).
"""

from collections import Counter, defaultdict

from records.choices import State

from . import log, seals
from .documents import KINDS
from .models import CURRENT, Epoch, Release, Review, Revision, Seal


def faults():
    """Yield a sentence for each fault of the log. It is read once, in order, in bounded memory."""
    chain, expected = "", 1
    numbers, waiting, current = Counter(), {}, set()
    behind, epochs = Behind(), _epochs()
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
        if behind.digest(revision) != revision.seal:
            yield f"seq {revision.seq}: who published {revision}, or what was sealed with it, was altered."
        for epoch in epochs.pop(revision.seq - 1, []):
            chain = log.chain_into(chain, epoch)
        chain = log.chain_after(chain, revision)
        if chain != revision.chain:
            yield f"seq {revision.seq}: {revision} was altered, or one before it: the chain breaks here."
            chain = revision.chain
    head = expected - 1
    for kind, uid in sorted(set(numbers) - current):
        yield f"{kind} {uid} has no current revision."
    yield from _cut(head, behind, epochs)
    yield from seals.faults_behind()
    yield from _unpublished()
    yield from _approved(numbers)


class Behind:
    """The seals, one after the other, as the revisions are read."""

    def __init__(self):
        found = Seal.objects.order_by("seq").prefetch_related("sealed_rows").iterator(chunk_size=2000)
        self.coming = found
        self.seal, self.next = None, next(found, None)

    def digest(self, revision):
        """Return the digest that the seal of this revision has; None if there is none."""
        while self.next and self.next.seq <= revision.seq:
            self.seal, self.next = self.next, next(self.coming, None)
        return self.seal and seals.digest_of_seal(self.seal, revision.published_by, self.seal.sealed_rows.all())


def _epochs():
    """Return the epochs by the seq after which they begin."""
    epochs = defaultdict(list)
    for epoch in Epoch.objects.order_by("number"):
        epochs[epoch.after_seq].append(epoch)
    return epochs


def _cut(head, behind, epochs):
    """Yield a sentence for everything that shows that the log once went on beyond its head."""
    if behind.next:
        yield f"seq {behind.next.seq} was sealed, and the log ends at {head}."
    for seq in (seq for seq in epochs if seq > head):
        yield f"An epoch began after seq {seq}, and the log ends at {head}."
    chains = dict(Revision.objects.filter(seq__in=Release.objects.values("seq")).values_list("seq", "chain"))
    for release in Release.objects.order_by("seq"):
        if chains.get(release.seq) != release.chain:
            yield f"Release {release} holds another seq {release.seq} than the log, which ends at {head}."


def _approved(published):
    """Yield a sentence for each record that was approved and has no revision."""
    kinds = {kind.name: kind for kind in KINDS.values() if kind.queryset}
    for name, kind in kinds.items():
        reviewed = Review.objects.filter(kind=name, after=State.APPROVED).order_by().values_list("uid", flat=True)
        approved = kind.model.objects.filter(state=State.APPROVED).values_list(kind.key, flat=True)
        for uid in sorted({*reviewed.distinct(), *approved}):
            if (name, uid) not in published:
                yield f"{name} {uid} was approved, and no revision shows it. Run `manage.py publish --approved`."


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
