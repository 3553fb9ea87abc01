"""Publishing: what is written to the log, and what is refused."""

import json
import threading

import pytest
from django.db import connection, transaction

from incidents.models import Incident
from publication.choices import Op
from publication.codebook import CODEBOOK_VERSION
from publication.log import LOG_LOCK
from publication.models import CURRENT, Revision
from publication.publish import PublishRefused
from publication.publish import write_revisions as publish
from records.choices import State
from records.triggers import reviewing
from tests.incidents.factories import CasualtyFactory, IncidentFactory
from tests.operations.factories import ForceFactory, PlaceFactory
from tests.theatre import approve_and_publish, published_theatre

pytestmark = pytest.mark.django_db


def test_every_record_and_part_gets_its_first_revision(theatre):
    kinds = list(Revision.objects.order_by("seq").values_list("kind", "number", "op"))
    assert {number for _, number, _ in kinds} == {1}
    assert [kind for kind, _, _ in kinds] == (
        ["article"] + ["force"] * 5 + ["place"] * 4 + ["casualty", "incident", "incident", "toll", "phase", "operation"]
    )


def test_seq_counts_from_one_without_gaps(theatre):
    assert list(Revision.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 17))


def test_publishing_unchanged_records_writes_nothing(theatre):
    assert publish(theatre.records()) == []


def test_only_the_part_that_changed_gets_a_revision_beside_its_whole_and_the_sums_it_enters(theatre):
    theatre.casualty.high = 5
    theatre.casualty.save()
    revisions = approve_and_publish(theatre.incident)
    assert [(r.kind, r.uid, r.number) for r in revisions] == [
        ("casualty", theatre.casualty.uid, 2),
        ("incident", theatre.incident.uid, 2),
        ("phase", theatre.phase.uid, 2),
        ("operation", theatre.operation.uid, 2),
    ]
    assert [r.changed_fields for r in revisions[2:]] == [["totals"], ["totals"]]


def test_an_edited_summary_leaves_the_parts_alone(theatre):
    theatre.incident.summary = "Fighters fired on a post."
    theatre.incident.save()
    assert [r.kind for r in approve_and_publish(theatre.incident)] == ["incident"]


def test_the_old_revision_stays_and_ends_where_the_new_one_begins(theatre):
    before = Revision.objects.get(kind="incident", uid=theatre.incident.uid)
    theatre.incident.title = "Attack on soldiers at Dibis"
    theatre.incident.save()
    (new,) = approve_and_publish(theatre.incident)
    old = Revision.objects.get(seq=before.seq)
    assert (old.document, old.superseded_at, new.superseded_at) == (before.document, new.seq, CURRENT)


def test_a_removed_part_leaves_a_tombstone(theatre):
    uid = theatre.casualty.uid
    theatre.casualty.delete()
    gone, whole, *_ = approve_and_publish(theatre.incident)
    assert (gone.kind, gone.uid, gone.op, gone.document, gone.number) == ("casualty", uid, Op.WITHDRAW, None, 2)
    assert json.loads(whole.document)["casualties"] == []


def test_a_draft_is_refused_by_name(theatre):
    incident = IncidentFactory(title="Not yet")
    with pytest.raises(PublishRefused, match=f"Not approved, so not published: {incident}"):
        publish([incident])


def test_a_record_that_names_an_unpublished_place_is_refused_and_nothing_is_written(theatre):
    hidden = PlaceFactory(slug="hidden")
    incident = IncidentFactory(place=hidden, location_precision="settlement")
    before = Revision.objects.count()
    with pytest.raises(PublishRefused, match=f"must be published first: place hidden \\(named by {incident.uid}\\)"):
        approve_and_publish(incident)
    assert Revision.objects.count() == before


def test_an_edit_after_approval_stays_unseen_until_published_again(theatre):
    theatre.incident.title = "Half a thought"
    theatre.incident.save()
    theatre.incident.refresh_from_db()
    assert theatre.incident.state == State.CHANGED
    with pytest.raises(PublishRefused, match=f"Not approved, so not published: {theatre.incident}"):
        publish([theatre.incident])
    assert Revision.objects.served().get(uid=theatre.incident.uid).title == "Attack on a post at Dibis"


def test_the_document_carries_its_own_revision_fields(theatre):
    revision = Revision.objects.get(kind="incident", uid=theatre.incident.uid)
    document = json.loads(revision.document)
    assert (document["revision"], document["seq"], document["codebook"]) == (1, revision.seq, CODEBOOK_VERSION)
    assert list(document)[-4:] == ["revision", "seq", "published_at", "codebook"]


def test_totals_add_the_estimates_of_one_harm_and_stay_open_where_one_is_open(theatre):
    CasualtyFactory(incident=theatre.incident, victim_status="civilian", low=1, best=2, high=None)
    (document,) = [json.loads(r.document) for r in approve_and_publish(theatre.incident) if r.kind == "incident"]
    assert document["killed"] == {"low": 5, "best": 6, "high": None, "at_least": False, "contradictory": None}
    assert document["wounded"] == {"low": None, "best": None, "high": None, "at_least": False}


@pytest.mark.parametrize("incidents", [1, 3])
def test_publishing_takes_the_same_queries_for_one_and_three_incidents(django_assert_num_queries, incidents):
    theatre = published_theatre()
    more = IncidentFactory.create_batch(incidents, place=theatre.dibis, location_precision="settlement")
    for incident in more:
        CasualtyFactory(incident=incident, victim_force=theatre.division)
    with reviewing():
        Incident.objects.filter(pk__in=[incident.pk for incident in more]).update(state=State.APPROVED)
    with django_assert_num_queries(74):
        publish(more)


def waiting_for_the_lock():
    """Return whether another connection waits for its turn to publish."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", [LOG_LOCK]
        )
        return cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_reader_never_sees_a_seq_before_a_smaller_one():
    """Two publishers at once: the second waits for the first to commit, so seq grows in commit order."""
    first, second = (ForceFactory(slug=slug, state=State.APPROVED) for slug in ("first", "second"))

    def other():
        publish([second])
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        publish([first])
        thread.start()
        while not waiting_for_the_lock():
            assert thread.is_alive()
    thread.join()
    assert list(Revision.objects.order_by("seq").values_list("uid", "seq")) == [("first", 1), ("second", 2)]
