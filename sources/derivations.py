"""What documents repeat of the articles that they cite: whether these still stand."""

from publication.choices import Op, Reason
from publication.derivations import REPEATS
from publication.log import LogEntry, body_of
from publication.models import Revision

from .documents import ARTICLE
from .models import WITHDRAWN_STATUS


def status_in(body: dict | None) -> str:
    """Return what documents that cite an article say of it, by the article's document or tombstone."""
    return WITHDRAWN_STATUS[0] if body is None else body["status"]


def citing_what_changed(entries: list[LogEntry]) -> list[LogEntry]:
    """Return the served documents that cite an article with another status now, with that status."""
    own = [entry for entry in entries if entry.kind == ARTICLE.name and entry.op != Op.MERGE]
    statuses = {entry.uid: status_in(entry.body) for entry in own}
    before = Revision.objects.current().of(ARTICLE.name).filter(uid__in=statuses)
    changed = {
        revision.uid: statuses[revision.uid]
        for revision in before
        if status_in(body_of(revision)) != statuses[revision.uid]
    }
    if not changed:
        return []
    here = {(entry.kind, entry.uid) for entry in entries}
    citing = Revision.objects.served().filter(articles__overlap=list(changed)).exclude(kind=ARTICLE.name)
    again = [
        LogEntry.again(revision, reason_code=Reason.REFERENCE)
        for revision in citing.order_by("seq")
        if (revision.kind, revision.uid) not in here
    ]
    for entry in again:
        _set_status(entry.body, changed)
    return again


def _set_status(value: object, statuses: dict[str, str]) -> None:
    """Write the status of each of the articles beside every citation of it in a document, or in a value in it."""
    if isinstance(value, list):
        for each in value:
            _set_status(each, statuses)
    elif isinstance(value, dict):
        if "source_status" in value:
            value["source_status"] = statuses.get(value["article"], value["source_status"])
        for each in value.values():
            _set_status(each, statuses)


REPEATS.append(citing_what_changed)
