"""When a reader asks: the present, a past seq, a time, or a release."""

from collections.abc import Mapping
from datetime import UTC

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from publication.models import Release, Revision

from .problems import bad

#: How OpenAPI calls a text that is not empty: what is given has a value.
TEXT = {"type": "string", "minLength": 1}
MOMENTS = [
    {"name": "as_of", "type": TEXT, "description": "What readers saw then: a seq of the log, or a time (ISO 8601)."},
    {"name": "release", "type": TEXT, "description": "What the release with this version holds, such as 2026.1."},
]
SINCE = [
    {
        "name": "since",
        "type": TEXT,
        "description": "Only what came after this seq or time (ISO 8601); 0, or nothing: everything.",
    },
    {
        "name": "limit",
        "type": {"type": "integer", "minimum": 1, "maximum": 1000},
        "description": "Revisions on a page, 1 to 1000; 100 unless told.",
    },
]
SPAN = [
    {"name": "from", "type": TEXT, "required": True, "description": "The first moment: a seq of the log, or a time."},
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
        return seq
    return None if text is None else _read("as_of", text)


def read_span(parameters: Mapping[str, str]) -> tuple[int, int]:
    """Return the seqs that `from` and `to` stand for; without `to`, up to the newest."""
    if "from" not in parameters:
        raise bad(**{"from": f"Say since when. {FORMS}"})
    first = _read("from", parameters["from"])
    last = _read("to", parameters["to"]) if "to" in parameters else Revision.objects.head()
    if first > last:
        raise bad(to="It lies before `from`.")
    return first, last


def read_since(parameters: Mapping[str, str]) -> int:
    """Return the seq after which a reader wants the changes."""
    return _read("since", parameters.get("since", "0"))


def _read(name, text):
    head = Revision.objects.head()
    if text.isascii() and text.isdigit():
        if int(text) > head:
            raise bad(**{name: f"The log has no such seq yet: the newest is {head}."})
        return int(text)
    time = _time(text)
    if time is None:
        raise bad(**{name: FORMS})
    if time > timezone.now():
        raise bad(**{name: "That is in the future."})
    return Revision.objects.filter(published_at__lte=time).head()


def _time(text):
    """Return the moment that a text stands for, in UTC unless it says otherwise; None if it stands for none."""
    try:
        if day := parse_date(text):
            text = f"{day}T00:00:00"
        time = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)
