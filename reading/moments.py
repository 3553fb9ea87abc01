"""When a reader asks: the present, a past seq, a time, or a release."""

import re
from collections.abc import Mapping
from datetime import UTC

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from publication.models import Epoch, Release, Revision
from publication.positions import position_at

from .problems import Forked, bad

#: How OpenAPI calls a text that is not empty: what is given has a value.
TEXT = {"type": "string", "minLength": 1}
#: The beginning of a chain, or all of it.
CHAIN = re.compile("[0-9a-f]{12,64}")
CHAIN_TYPE = {"type": "string", "pattern": f"^{CHAIN.pattern}$"}
MOMENTS = [
    {"name": "as_of", "type": TEXT, "description": "What readers saw then: a seq of the log, or a time (ISO 8601)."},
    {"name": "release", "type": TEXT, "description": "What the release with this version holds, such as 2026.1."},
    {
        "name": "chain",
        "type": CHAIN_TYPE,
        "description": "The chain at that seq, or its first 12 digits or more, as `X-Data-Chain` gave it: if the log "
        "has another history there, the answer is a 409. Only such an address never changes.",
    },
]
SINCE = [
    {
        "name": "since",
        "type": TEXT,
        "description": "Only what came after this seq or time (ISO 8601); 0, or nothing: everything.",
    },
    {
        "name": "chain",
        "type": CHAIN_TYPE,
        "description": "The chain of the revision with that seq: if the log has another history there, the answer is a "
        "409.",
    },
    {
        "name": "limit",
        "type": {"type": "integer", "minimum": 1, "maximum": 1000},
        "description": "Revisions on a page, 1 to 1000; 100 unless told.",
    },
]
SPAN = [
    {"name": "from", "type": TEXT, "description": "The first moment: a seq of the log, or a time; 0 unless told."},
    {"name": "to", "type": TEXT, "description": "The second moment; the newest state unless told."},
]
FORMS = "Write a seq of the log, such as 41, or a time, such as 2026-11-20T12:00:00Z."


def read_moment(parameters: Mapping[str, str]) -> int | None:
    """Return the seq that `as_of` or `release` stands for; None for the present."""
    text, version = parameters.get("as_of"), parameters.get("release")
    if text is not None and version is not None:
        raise bad(as_of="Give as_of or release, not both.")
    if version is not None:
        seq = Release.objects.filter(version=version).values_list("seq", flat=True).first()
        if seq is None:
            raise bad(release=f"There is no release “{version}”.")
        return _of_one_history(parameters, "release", seq)
    return None if text is None and "chain" not in parameters else _read(parameters, "as_of")


def read_span(parameters: Mapping[str, str]) -> tuple[int, int]:
    """Return the seqs that `from` and `to` stand for: from the beginning up to the newest, unless told."""
    first = _read({"from": parameters.get("from", "0")}, "from")
    last = _read({"to": parameters["to"]}, "to") if "to" in parameters else Revision.objects.head()
    if first > last:
        raise bad(to="It lies before `from`.")
    return first, last


def read_since(parameters: Mapping[str, str]) -> int:
    """Return the seq after which a reader wants the changes."""
    return _read(parameters, "since")


def _read(parameters, name):
    """Return the seq that a parameter stands for; 0 if it is not given."""
    text, head = parameters.get(name, "0"), Revision.objects.head()
    if text.isascii() and text.isdigit():
        if int(text) > head and "chain" in parameters:
            raise Forked(
                f"This log ends at seq {head}, so it is behind the one that you followed, or it was restored from a "
                f"backup.{_advice()}"
            )
        if int(text) > head:
            raise bad(**{name: f"The log has no such seq yet: the newest is {head}."})
        return _of_one_history(parameters, name, int(text))
    if "chain" in parameters:
        raise bad(chain="A chain belongs to a seq, and not to a time.")
    time = _time(text)
    if time is None:
        raise bad(**{name: FORMS})
    if time > timezone.now():
        raise bad(**{name: "That is in the future."})
    return Revision.objects.filter(published_at__lte=time).head()


def _of_one_history(parameters, name, seq):
    """Return the seq. Raise Forked if the chain that comes with it is not the one that this log has there."""
    chain = parameters.get("chain")
    if chain is None:
        return seq
    if not CHAIN.fullmatch(chain):
        raise bad(chain="Write the chain as the answer gave it, or its first 12 hexadecimal digits or more.")
    if not seq:
        raise bad(chain=f"Give it together with {name}: it is the chain at a seq.")
    here = position_at(seq)
    if not here.chain.startswith(chain):
        raise Forked(
            f"At seq {seq} the chain of this log is {here.short}…, and not {chain[:16]}: you followed another "
            f"history.{_advice()}"
        )
    return seq


def _advice():
    """Return where the newest history begins, and what to do."""
    epoch = Epoch.objects.order_by("number").last()
    if epoch is None or not epoch.after_seq:
        return " Read it again from its beginning."
    return (
        f" Its epoch {epoch.number} began after seq {epoch.after_seq}, because: {epoch.reason.removesuffix('.')}. "
        f"Forget what you have from beyond that seq, and ask for what follows it."
    )


def _time(text):
    """Return the moment that a text stands for, in UTC unless it says otherwise; None if it stands for none."""
    try:
        if day := parse_date(text):
            text = f"{day}T00:00:00"
        time = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)
