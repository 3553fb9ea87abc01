"""Sums that are kept: the publishing transaction brings them up to date, so that no reader's request has to write.

Only the few questions without filters that pages and readers ask most are kept: each costs every publication something.
The incidents that changed are read once for all questions, as they were and as they are, and the differences are added
to the groups, so this costs what was published and not what there is. Measured with 10,000 incidents on a busy machine
of two cores: a fifth of the time of publishing one incident (40 of 200 ms), and a tenth of that of publishing 500.
"""

from collections import defaultdict
from dataclasses import astuple, replace

import orjson
from django.db import connection, transaction
from django.db.models import Q

from publication.log import lock_log
from publication.models import Revision

from ..models import KnownGroup, KnownSums
from .sums import IN_COLUMNS, NUMBERS, Keys, Row, asked, grouped, rows_of

KEPT_GROUPS = ["year", "month", "first_level", "second_level", "kind", "party", "conflict", "violence_type"]

#: The dimensions by which incidents and people are counted.
KEPT_DIMENSIONS = {
    "incidents": [[], *([name] for name in KEPT_GROUPS)],
    "killed": [[], *([name] for name in KEPT_GROUPS), ["victim"], ["month", "first_level"]],
    "wounded": [[], ["year"], ["month"], ["first_level"], ["victim"]],
    "casualties": [[], ["harm"]],
}

#: How many incidents are read at a time.
BATCH = 1000

ADD = f"""
    INSERT INTO incidents_knowngroup AS kept (sums_id, key, {", ".join(NUMBERS)})
    SELECT * FROM unnest(%s::bigint[], %s::text[]{", %s::bigint[]" * len(NUMBERS)})
    ON CONFLICT (sums_id, key) DO UPDATE SET {", ".join(f"{name} = kept.{name} + excluded.{name}" for name in NUMBERS)}
"""


QUESTIONS = [asked(measure, by) for measure, dimensions in KEPT_DIMENSIONS.items() for by in dimensions]


def keep(revisions):
    """Bring the kept sums up to the newest of these revisions, which were written to the log one after the other.

    What was not kept at the revision before them is summed from the whole log.
    """
    if not revisions:
        return
    known, before = _known(), revisions[0].seq - 1
    current = [each for each in QUESTIONS if known[each.name].seq == before]
    if current:
        _add_changes(current, known, revisions)
    _sum_again([each for each in QUESTIONS if each not in current], known)
    KnownSums.objects.update(seq=revisions[-1].seq)


@transaction.atomic
def renew():
    """Sum everything again, where something else than publishing filled the log."""
    lock_log()
    _sum_again(QUESTIONS, _known())
    KnownSums.objects.update(seq=Revision.objects.head())


def _known():
    """Return the KnownSums of each question by its name: new ones too, but none that is not kept any more."""
    known, names = {each.question: each for each in KnownSums.objects.all()}, {each.name for each in QUESTIONS}
    if names == set(known):
        return known
    KnownSums.objects.exclude(question__in=names).delete()
    KnownSums.objects.bulk_create(KnownSums(question=name) for name in names - set(known))
    return _known()


def _sum_again(questions, known):
    for question in questions:
        sums = known[question.name]
        sums.groups.all().delete()
        _add({(sums.pk, key): row for key, row in grouped(question, lambda found: found).items()})


def _add_changes(questions, known, revisions):
    """Add to the kept sums of questions what these revisions changed."""
    before, changed = revisions[0].seq - 1, _changed(revisions)
    new = {each.uid for each in revisions if each.kind == "incident" and each.number == 1}
    differences = defaultdict(Row)
    for incidents, moment, sign in ((changed - new, before, -1), (changed, None, 1)):
        uids = sorted(incidents)
        for first in range(0, len(uids), BATCH):
            batch = uids[first : first + BATCH]
            for question, groups in _all_grouped(questions, moment, batch):
                for key, row in groups.items():
                    differences[known[question.name].pk, key].add(row, sign)
    _add({place: row for place, row in differences.items() if row != Row()})
    if changed - new:
        KnownGroup.objects.filter(n_incidents=0).delete()


def _changed(revisions):
    """Return the uids of the incidents of which a part changed, or the line of a place that they name."""
    changed = {each.part_of or each.uid for each in revisions if each.kind in {"incident", "casualty"}}
    if moved := _moved([each for each in revisions if each.kind == "place" and each.number > 1]):
        changed |= set(
            Revision.objects.served().of("incident").filter(places__overlap=moved).values_list("uid", flat=True)
        )
    return changed


def _moved(revisions):
    """Return the uids of the places whose line or kind differs from the revision before."""
    if not revisions:
        return []
    following = Revision.objects.filter(
        uid__in=[each.uid for each in revisions], superseded_at__in=[each.seq for each in revisions]
    )
    old = {seq: lines for seq, *lines in following.values_list("superseded_at", "places", "tags")}
    return [each.uid for each in revisions if old[each.seq] != [each.places, each.tags]]


def _all_grouped(questions, moment, uids):
    """Yield each question with its Rows by keys for some incidents; those that stay whole are read only once."""
    own = Q(kind="incident", uid__in=uids)
    dimensions = sorted({name for each in questions if each.whole or each.measure == "incidents" for name in each.by})
    for measure in ("incidents", *IN_COLUMNS):
        alike = [each for each in questions if each.measure == measure and (each.whole or measure == "incidents")]
        if not alike:
            continue
        union = replace(asked(measure, [*dimensions, "incident"]), moment=moment)
        rows = list(rows_of(union, lambda revisions: revisions.filter(own)))
        keys = Keys(union, among=_named(rows))
        for question in alike:
            groups, of_question = defaultdict(Row), keys.asked(question)
            for columns, row in rows:
                told = dict(zip(union.by, columns, strict=True))
                for key in of_question.of([told[name] for name in question.by]):
                    groups[key].add(row)
            yield question, groups
    # The last condition is that of the index, which the database does not see in a long list by itself.
    parts = own | Q(kind="casualty", part_of__in=uids) & ~Q(part_of="")
    for question in questions:
        if question.measure != "incidents" and not question.whole:
            yield question, grouped(replace(question, moment=moment), lambda revisions: revisions.filter(parts))


def _named(rows):
    """Return the places that rows name."""
    return {slug for columns, _ in rows for column in columns if isinstance(column, list) for slug in column}


def _add(groups):
    """Add Rows to the kept groups, each given by its KnownSums and its key."""
    if groups:
        rows = [(sums, orjson.dumps(key).decode(), *astuple(row)) for (sums, key), row in groups.items()]
        with connection.cursor() as cursor:
            cursor.execute(ADD, [list(column) for column in zip(*rows, strict=True)])
