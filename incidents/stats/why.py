"""Why a sum changed between two moments: revision by revision, each with what it added and took away.

The sum at each seq is that of `/api/v1/stats/` with `as_of`, so the differences add up to the whole change. The sum is
not taken again at every seq: a revision of an incident changes what that incident adds, and what tolls add only if one
of them may count the incident.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db.models import Q

from publication.choices import Op
from publication.log import body_of
from publication.models import Revision

from ..figures.bounds import Counted
from ..figures.reconcile import Addition
from ..models import ProvisionalLink
from .answer import answer_of_tolls
from .sums import Row, grouped

#: The kinds that say what lies in what, and in which fields. A new one changes no sum: nothing names it yet.
LINED_UP = ["place", "force", "operation"]
OF_LINES = ["parent", "members"]


@dataclass
class SumState:
    """A sum at one seq: what incidents add, what tolls add, and how; `additions` are by the uids of tolls."""

    incidents: Row
    tolls: Row
    additions: dict[str, Addition]
    residual: Counted = field(default_factory=Counted)

    @property
    def total(self) -> Row:
        total = replace(self.incidents)
        total.add(self.tolls)
        return total


@dataclass
class SumStep:
    """A revision, and the states of a sum before and after it."""

    revision: Revision
    before: SumState
    after: SumState

    @property
    def moves(self) -> bool:
        return self.before.total != self.after.total

    def tolls(self) -> list[str]:
        """Return the tolls that add another number than before."""
        before, after = self.before.additions, self.after.additions
        return sorted(uid for uid in before.keys() | after.keys() if _adds(before, uid) != _adds(after, uid))


def _adds(additions, uid):
    return additions[uid].adds if uid in additions else None


class Changes:
    """The steps from one seq to another, at most `limit` of them.

    `asked` is a ChangeAsked. After all steps were taken, `end` is the seq that they lead to.
    """

    def __init__(self, asked, limit):
        self.asked, self.limit = asked, limit
        self.reconciled = asked.basis == "reconciled"
        self.end = asked.last
        self._use(asked.first)
        self.start = self._whole(asked.first)

    def steps(self) -> Iterator[SumStep]:
        """Yield a SumStep for each revision that may change the sum."""
        relinked = self._relinked()
        trees = Q(kind__in=LINED_UP) & (Q(number=1) | Q(changed_fields__overlap=OF_LINES) | ~Q(op=Op.PUBLISH))
        revisions = Revision.objects.filter(seq__gt=self.asked.first, seq__lte=self.asked.last).filter(
            Q(kind__in=["incident", "casualty", "toll"]) | trees | Q(seq__in=relinked)
        )
        before = self.start
        for number, revision in enumerate(revisions.order_by("seq").defer("search").iterator(chunk_size=self.limit)):
            if number == self.limit:
                self.end = revision.seq - 1
                return
            after = self._after(before, revision, revision.seq in relinked)
            yield SumStep(revision, before, after)
            before = after

    def _after(self, before, revision, relinked):
        seq, incident = revision.seq, revision.part_of or revision.uid
        if revision.kind in LINED_UP:
            self._use(seq)
            if revision.number > 1:
                return self._whole(seq)
        if revision.kind not in {"incident", "casualty"}:
            changed = self.reconciled and (revision.kind == "toll" or relinked)
            return self._with_tolls(before.incidents, seq) if changed else before
        incidents = replace(before.incidents)
        if incident not in self.known:
            self.known[incident] = self._of(incident, seq - 1)
        incidents.add(self.known[incident], -1)
        self.known[incident] = self._of(incident, seq)
        incidents.add(self.known[incident])
        if self.reconciled and (relinked or self._may_explain(incident, before)):
            return self._with_tolls(incidents, seq)
        return replace(before, incidents=incidents)

    def _use(self, seq):
        """Ask at this seq from now on: what the filters take in may be something else than before."""
        asked = self.asked.at(seq)
        # A place that did not exist yet, say, held nobody.
        self.filtered = asked.apply
        self.question = None if asked.errors else asked.sums()
        #: What incidents add, by uid, as far as it was looked up.
        self.known = {}

    def _at(self, seq):
        return replace(self.question, by=[], moment=seq)

    def _whole(self, seq):
        if self.question is None:
            return SumState(Row(), Row(), {})
        return self._with_tolls(grouped(self._at(seq), self.filtered).get((), Row()), seq)

    def _of(self, incident, seq):
        """Return what one incident adds."""
        if self.question is None:
            return Row()
        own = Q(kind="incident", uid=incident) | Q(kind="casualty", part_of=incident) & ~Q(part_of="")
        return grouped(self._at(seq), lambda revisions: self.filtered(revisions).filter(own)).get((), Row())

    def _with_tolls(self, incidents, seq):
        if not self.reconciled or self.question is None:
            return SumState(incidents, Row(), {})
        found = answer_of_tolls(self._at(seq), self.filtered)
        return SumState(incidents, found.total, {each.toll.uid: each for each in found.additions}, found.residual)

    def _may_explain(self, incident, state):
        """Return whether a toll of a state has a link to an incident."""
        return any(incident in addition.toll.links for addition in state.additions.values())

    def _relinked(self):
        """Return the seqs at which provisional links began or ended."""
        if not self.reconciled:
            return set()
        span = {"gt": self.asked.first, "lte": self.asked.last}
        found = set()
        for name in ("since", "until"):
            links = ProvisionalLink.objects.filter(**{f"{name}__{bound}": seq for bound, seq in span.items()})
            found.update(links.values_list(name, flat=True).distinct())
        return found


def passages_of(revision):
    """Return the passages that a revision rests on, each once, as {"article": …, "locator": …}."""
    body = body_of(revision) if revision.document else {}
    rows = [*body.get("claims", []), *body.get("citations", [])]
    found = {(row["article"], row["locator"]): None for row in rows}
    return [{"article": article, "locator": locator} for article, locator in found]
