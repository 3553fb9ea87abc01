"""Where a log stands: its id and epoch, and a seq with the chain there, which tells one history from all others."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections

from .models import Epoch, Release, Revision

#: How much of a chain is written where people read it.
SHORT = 16

AT = """
    SELECT coalesce((SELECT uid::text FROM publication_epoch ORDER BY number LIMIT 1), ''),
        coalesce((SELECT max(number) FROM publication_epoch), 0), coalesce(seq, 0), coalesce(chain, '')
    FROM (SELECT) AS one LEFT JOIN publication_revision
    ON seq = coalesce(%s, (SELECT max(seq) FROM publication_revision))
"""


@dataclass(frozen=True)
class Position:
    """A place in a log: the log's id, the epoch that it is in now, a seq, and the chain there.

    Before anything is published the texts are empty and the numbers 0.
    """

    log: str
    epoch: int
    seq: int | str
    chain: str

    @property
    def short(self) -> str:
        """The beginning of the chain: enough to tell two histories apart."""
        return self.chain[:SHORT]

    @property
    def words(self) -> str:
        """How a citation says it."""
        return f"sequence {self.seq}, chain {self.short}, epoch {self.epoch} of log {self.log}"


def position_of(release: Release) -> Position:
    """Return the position whose state a release holds."""
    return Position(release.log, release.epoch, release.seq, release.chain)


def position_at(seq: int | None = None) -> Position:
    """Return the position at a seq of the log; of its newest revision without one."""
    with connections[Revision.objects.db].cursor() as cursor:
        cursor.execute(AT, [seq])
        return Position(*cursor.fetchone())


def epochs_of_log() -> list[dict]:
    """Return the epochs as readers get them; the chain of each begins with these values."""
    return [
        {
            "number": epoch.number,
            "id": str(epoch.uid),
            "after_seq": epoch.after_seq,
            "began_at": epoch.began_at,
            "reason": epoch.reason,
        }
        for epoch in Epoch.objects.order_by("number")
    ]
