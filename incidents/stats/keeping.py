"""Sums that are kept: the publishing transaction brings them up to date, so that no reader's request has to write.

Only the few questions without filters that pages and readers ask most are kept: each costs every publication something.
The incidents that changed are read once for all questions, as they were and as they are, and the differences are added
to the groups, so this costs what was published and not what there is. Measured with 10,000 incidents on a busy machine
of two cores: a fifth of the time of publishing one incident (40 of 200 ms), and a tenth of that of publishing 500.
"""

from collections import defaultdict
from dataclasses import astuple, replace
from itertools import chain

import orjson
from django.db import connection, transaction
from django.db.models import Q

from publication.log import lock_log
from publication.models import Revision

from ..choices import CountedAs, Harm
from ..models import KnownGroup, KnownSums
from ..tags import COUNTED_AS, HARM, IN_WHOLE, VICTIM_GROUP
from .sums import Keys, Row, SumsQuestion, grouped, rows_of

#: The dimensions by which incidents and the killed are counted.
KEPT_DIMENSIONS = {
    "incidents": [[], ["year"], ["month"], ["first_level"], ["kind"], ["force"]],
    "killed": [[], ["year"], ["month"], ["first_level"], ["victim"], ["force"], ["month", "first_level"]],
    "casualties": [[], ["harm"]],
}

#: How many incidents are read at a time.
BATCH = 1000

ADD = """
    INSERT INTO incidents_knowngroup AS kept (sums_id, key, total, n_incidents, n_estimates, n_without_figure)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    ON CONFLICT (sums_id, key) DO UPDATE SET
        total = kept.total + excluded.total,
        n_incidents = kept.n_incidents + excluded.n_incidents,
        n_estimates = kept.n_estimates + excluded.n_estimates,
        n_without_figure = kept.n_without_figure + excluded.n_without_figure
"""


def asked(measure, by):
    """Return the question for a measure without filters."""
    harms = [measure] if measure in Harm.values else Harm.values
    victims = [COUNTED_AS.of(CountedAs.VICTIMS)]
    return SumsQuestion(measure, by, "best", {}, None, [HARM.of(harm) for harm in harms], [victims])


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
            # The last condition is that of the index, which the database does not see in a long list by itself.
            among = Q(kind="incident", uid__in=batch) | Q(kind="casualty", part_of__in=batch) & ~Q(part_of="")
            for question, groups in _all_grouped(questions, moment, among):
                for key, row in groups.items():
                    differences[known[question.name].pk, key].add(row, sign)
    _add({place: row for place, row in differences.items() if row != Row()})
    if changed - new:
        KnownGroup.objects.filter(n_incidents=0).delete()


def _changed(revisions):
    """Return the uids of the incidents of which a part changed, or the line of a place or a force that they name."""
    changed = {each.part_of or each.uid for each in revisions if each.kind in {"incident", "casualty"}}
    for kind in ("place", "force"):
        if moved := _moved([each for each in revisions if each.kind == kind and each.number > 1]):
            naming = Q(kind="incident", places__overlap=moved)
            naming |= Q(kind="casualty", tags__overlap=[VICTIM_GROUP.of(uid) for uid in moved])
            found = Revision.objects.served().filter(naming).values_list("uid", "part_of")
            changed |= {part_of or uid for uid, part_of in found}
    return changed


def _moved(revisions):
    """Return the uids of the places or forces whose line or kind differs from the revision before."""
    if not revisions:
        return []
    following = Revision.objects.filter(
        uid__in=[each.uid for each in revisions], superseded_at__in=[each.seq for each in revisions]
    )
    old = {seq: lines for seq, *lines in following.values_list("superseded_at", "places", "forces", "tags")}
    return [each.uid for each in revisions if old[each.seq] != [each.places, each.forces, each.tags]]


def _all_grouped(questions, moment, among):
    """Yield each question with its Rows by keys for some incidents, which are read only once."""
    for of_people in (False, True):
        alike = [each for each in questions if (each.measure != "incidents") == of_people]
        names = {name for each in alike for name in each.by} | {"incident"} | ({"harm"} if of_people else set())
        union = replace(asked("casualties" if of_people else "incidents", sorted(names)), moment=moment)
        rows = [
            (dict(zip(union.by, map(_fixed, columns), strict=True)), row)
            for columns, row in rows_of(union, lambda revisions: revisions.filter(among))
        ]
        keys = Keys(union, among=_named(rows))
        for question in alike:
            whole = defaultdict(Row)
            for columns, row in rows:
                if of_people and set(question.tags).isdisjoint(columns["harm"]):
                    continue
                if of_people and IN_WHOLE.text in columns["harm"] and not question.tells_apart:
                    # What a part does not state is counted by its whole.
                    row = replace(row, n_estimates=row.n_estimates - row.n_without_figure, n_without_figure=0)
                whole[columns["incident"], *(columns[name] for name in question.by)].add(row)
            groups, own = defaultdict(Row), keys.asked(replace(question, moment=moment))
            for (_, *columns), row in whole.items():
                row.n_incidents = 1
                for key in own.of(columns):
                    groups[key].add(row)
            yield question, groups


def _fixed(column):
    return tuple(column) if isinstance(column, list) else column


def _named(rows):
    """Return the places and forces that rows name."""
    lists = {column for columns, _ in rows for column in columns.values() if isinstance(column, tuple)}
    texts = list(chain.from_iterable(lists))
    return {*texts, *VICTIM_GROUP.codes(texts)}


def _add(groups):
    """Add Rows to the kept groups, each given by its KnownSums and its key."""
    if groups:
        rows = [(sums, orjson.dumps(key).decode(), *astuple(row)) for (sums, key), row in groups.items()]
        with connection.cursor() as cursor:
            cursor.execute(ADD, [list(column) for column in zip(*rows, strict=True)])
