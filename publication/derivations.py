"""What documents say of other published records, computed from the log by the publishing transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from .log import LogEntry
from .models import Revision


@dataclass(frozen=True)
class Derivation:
    """What documents of one kind say of other published records, such as a sum: read from the log, not from the record.

    `affected` returns the uids of the records whose documents say something of the new `revisions`, or of each other
    once the `entries` of this kind are written. `fill` completes the bodies of documents, given by uid, in place.
    """

    kind: str
    affected: Callable[[list[Revision], list[LogEntry]], set[str]]
    fill: Callable[[dict[str, dict]], None]


#: Called with the entries of a publication before they are written: each returns the entries of other served documents
#: that repeat something of these records, changed accordingly. Whatever names a record is also written again from the
#: working tables, once it is approved (publication.publish.reproject); these change what readers must know at once.
REPEATS: list[Callable[[list[LogEntry]], list[LogEntry]]] = []

#: Called with all new revisions before the publishing transaction ends: what follows the log in tables of its own.
FOLLOWERS: list[Callable[[list[Revision]], None]] = []

#: In the order in which they build on each other.
DERIVATIONS: list[Derivation] = []
