"""The feed of changes, time travel, histories, and answers that a reader need not fetch twice."""

import pytest

from publication.models import Revision
from publication.positions import position_at
from publication.publish import PublishRefused, withdraw
from records.choices import State
from records.triggers import reviewing
from tests.operations.factories import ForceFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


def retitle(incident, title):
    incident.title = title
    incident.save()
    return approve_and_publish(incident)


def test_replaying_the_feed_gives_what_the_lists_give(theatre, client, get):
    retitle(theatre.incident, "Another title")
    theatre.casualty.delete()
    approve_and_publish(theatre.incident)
    store, url = {}, "/api/v1/changes/?since=0&limit=5"
    while url:
        page = client.get(url).json()
        for item in page["results"]:
            store[item["kind"], item["uid"]] = item["document"]
        url = page["next"]
    served = {(r.kind, r.uid) for r in Revision.objects.served()}
    assert {key for key, document in store.items() if document} == served
    plurals = {"casualty": "casualties"}
    for kind, uid in served:
        assert get(f"{plurals.get(kind, kind + 's')}/{uid}/") == store[kind, uid]


def test_the_feed_says_what_changed_and_why(theatre, get):
    retitle(theatre.incident, "Another title")
    (item,) = get("changes/", since=16)["results"]
    assert (item["op"], item["number"], item["changed_fields"]) == ("publish", 2, ["title"])
    assert item["document"]["title"] == "Another title"


def test_the_feed_carries_tombstones_with_their_reason(theatre, get):
    with reviewing():
        withdraw(theatre.toll, by="reviewer", reason_code="error", reason="The ministry never said it.")
    (item,) = get("changes/", since=16)["results"]
    assert (item["op"], item["document"]) == ("withdraw", None)
    assert (item["reason_code"], item["reason"]) == ("error", "The ministry never said it.")


def test_the_feed_takes_a_time(theatre, get):
    moment = Revision.objects.latest("seq").published_at.isoformat()
    retitle(theatre.incident, "Another title")
    assert [item["seq"] for item in get("changes/", since=moment)["results"]] == [17]


def test_the_feed_is_empty_where_a_reader_has_everything(theatre, get):
    here = position_at()
    where = {"seq": 16, "chain": here.chain, "log": here.log, "epoch": here.epoch}
    assert get("changes/", since=16) == {"results": [], "next": None, **where}


@pytest.mark.parametrize("since", ["-1", "17", "yesterday", "2999-01-01", "2021-13-45"])
def test_a_bad_since_is_a_400_that_names_it(theatre, get, since):
    assert list(get("changes/", 400, since=since)["errors"]) == ["since"]


def test_as_of_gives_lists_and_details_as_they_were(theatre, get):
    retitle(theatre.incident, "Another title")
    uid = theatre.incident.uid
    assert get(f"incidents/{uid}/", as_of=16)["title"] == "Attack on a post at Dibis"
    assert get(f"incidents/{uid}/", as_of=17)["title"] == "Another title"
    page = get("incidents/", as_of=16, force="isis")
    assert [row["title"] for row in page["results"]] == ["Attack on a post at Dibis"]
    assert page["seq"] == 16


def test_as_of_takes_a_time(theatre, get):
    moment = Revision.objects.latest("seq").published_at.isoformat()
    retitle(theatre.incident, "Another title")
    assert get(f"incidents/{theatre.incident.uid}/", as_of=moment)["title"] == "Attack on a post at Dibis"


def test_a_record_is_unknown_before_its_first_revision(theatre, get):
    (first,) = approve_and_publish(ForceFactory(slug="late"))
    assert get("forces/late/", 404, as_of=first.seq - 1)["status"] == 404
    assert "late" not in [row["slug"] for row in get("forces/", as_of=first.seq - 1)["results"]]


def test_a_withdrawn_record_is_served_as_of_before(theatre, get):
    withdraw(theatre.toll, by="reviewer", reason_code="error", reason="The ministry never said it.")
    assert get(f"tolls/{theatre.toll.uid}/", 410)["reason_code"] == "error"
    assert get(f"tolls/{theatre.toll.uid}/", as_of=16)["uid"] == theatre.toll.uid
    assert get("tolls/")["results"] == []
    assert len(get("tolls/", as_of=16)["results"]) == 1


@pytest.mark.parametrize("as_of", ["-1", "99", "soon", "2999-01-01T00:00:00Z"])
def test_a_bad_moment_is_a_400_that_names_it(theatre, get, as_of):
    assert list(get("incidents/", 400, as_of=as_of)["errors"]) == ["as_of"]


def test_an_unknown_release_is_a_400(theatre, get):
    assert get("incidents/", 400, release="1999.1")["errors"] == {"release": ["There is no release “1999.1”."]}


def test_pages_of_the_past_keep_to_the_past(client):
    approve_and_publish(*(ForceFactory(slug=f"f{number}") for number in range(4)))
    page = client.get("/api/v1/forces/?limit=2&as_of=4").json()
    approve_and_publish(ForceFactory(slug="f2-again"))
    assert [row["slug"] for row in client.get(page["next"]).json()["results"]] == ["f2", "f3"]


def test_history_lists_every_revision_with_its_changed_fields(theatre, get):
    retitle(theatre.incident, "Another title")
    steps = get(f"incidents/{theatre.incident.uid}/history/")["results"]
    assert [(step["number"], step["op"], step["changed_fields"]) for step in steps] == [
        (1, "publish", []),
        (2, "publish", ["title"]),
    ]


def test_history_of_an_unknown_record_is_a_404(theatre, get):
    assert get("incidents/INC-999999/history/", 404)["status"] == 404


@pytest.mark.parametrize("path", ["incidents/", "forces/isis/", "changes/?since=3", "forces/isis/history/"])
def test_a_reader_who_has_the_answer_gets_a_304(theatre, client, path):
    tag = client.get(f"/api/v1/{path}")["ETag"]
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": tag})
    assert (again.status_code, again["ETag"], again.content) == (304, tag, b"")


def test_a_new_revision_ends_the_304(theatre, client):
    tag = client.get("/api/v1/incidents/")["ETag"]
    retitle(theatre.incident, "Another title")
    assert client.get("/api/v1/incidents/", headers={"If-None-Match": tag}).status_code == 200


def test_the_past_may_be_kept_for_ever_and_the_present_for_a_minute(theatre, client):
    assert client.get("/api/v1/incidents/")["Cache-Control"] == "public, max-age=60"
    pinned = f"/api/v1/incidents/?as_of=16&chain={position_at(16).short}"
    assert client.get(pinned)["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/api/v1/incidents/?as_of=16")["Cache-Control"] == "public, max-age=60"
    moment = Revision.objects.latest("seq").published_at.isoformat()
    assert client.get("/api/v1/incidents/", {"as_of": moment})["Cache-Control"] == "public, max-age=60"


def test_a_withdrawn_record_cannot_be_named_by_what_is_served(theatre):
    theatre.isis.refresh_from_db()
    assert theatre.isis.state == State.APPROVED
    with pytest.raises(PublishRefused, match=f"cannot be withdrawn while these name it: {theatre.incident.uid}"):
        withdraw(theatre.isis, by="reviewer", reason_code="error", reason="No such force.")
