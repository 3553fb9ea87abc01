"""Why a sum changed: every revision that moved it, and nothing else, to the digit."""

import pytest

from incidents.choices import Coverage
from incidents.models import TollCoverage
from incidents.stats import views
from operations.models import Place
from publication.models import Revision
from publication.publish import withdraw
from tests.incidents.campaign import Campaign
from tests.incidents.factories import TollCoverageFactory
from tests.kept import kept
from tests.operations.factories import OperationFactory, PlaceFactory
from tests.theatre import approve_and_publish

QUESTIONS = {
    "of incidents": {"basis": "incident"},
    "reconciled": {},
    "in a span of days": {"date_from": "2021-12-01", "date_to": "2021-12-31"},
    "that may lie in a span": {"date_from": "2021-12-05", "date_to": "2021-12-31", "date_match": "possible"},
    "of a force": {"victim": "army"},
    "in a place": {"place": "kirkuk"},
    "of people of all harms": {"measure": "casualties"},
    "of events": {"measure": "incidents", "basis": "incident"},
}
NAMES = ("value", "low", "best", "high", "n_incidents")


@pytest.fixture
def ask(client):
    """Ask an address of sums for people killed, reconciled unless told."""

    def ask(address="", **parameters):
        response = client.get(f"/api/v1/stats/{address}", {"measure": "killed", "basis": "reconciled"} | parameters)
        assert response.status_code == 200, response.content
        return response.json()

    return ask


@pytest.fixture
def history(db):
    return kept("history of a sum", make_history)


def make_history():
    """Publish attacks and tolls, and whatever may change afterwards."""
    campaign = Campaign()
    first = campaign.attack(4, place=campaign.kirkuk)
    campaign.attack(2, 3, None, place=campaign.diyala, operation=campaign.operation)
    toll = campaign.toll(22)
    campaign.attack(3, place=campaign.kirkuk)
    TollCoverageFactory(toll=toll, incident=first, relation=Coverage.EXCLUDED, reason="The report says so.")
    approve_and_publish(toll)
    first.casualties.update(low=6, best=6, high=6, basis="coder_judgement", note="Two died later.")
    approve_and_publish(first)
    first.when = "2021-10-02"
    first.save()
    approve_and_publish(first)
    part = OperationFactory(parent=campaign.operation)
    approve_and_publish(part)
    village = PlaceFactory(slug="village", parent=campaign.diyala)
    approve_and_publish(village)
    campaign.attack(5, place=village, operation=part)
    Place.objects.filter(pk=village.pk).update(parent=campaign.kirkuk)
    approve_and_publish(village)
    TollCoverage.objects.filter(toll=toll).update(relation=Coverage.CONTAINED)
    approve_and_publish(toll)
    gone = campaign.attack(7, when="2021-12-08")
    withdraw(gone, reason="It never happened.", reason_code="error", by="reviewer")
    return campaign


def numbers(shown):
    return {name: shown[name] for name in NAMES if name in shown}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_each_difference_is_that_of_the_sums_before_and_after_it(history, ask, question):
    head = Revision.objects.head()
    told = ask("why/", **{"from": 0}, **question)
    moved = {row["seq"]: row for row in told["results"]}
    known = question.get("place") is None
    before = numbers(told["before"])
    for seq in range(1, head + 1):
        row = moved.get(seq)
        if row:
            assert numbers(row["before"]) == before
            before = numbers(row["after"])
        known = known or Revision.objects.filter(uid=question["place"], seq__lte=seq).exists()
        if known:
            assert numbers(ask(as_of=seq, **question)["total"]) == before, seq
    assert (told["next"], told["last"], numbers(told["after"])) == (None, head, before)
    for name in told["difference"]:
        assert sum(row["difference"][name] for row in moved.values()) == told["difference"][name]


def test_pages_follow_each_other_and_their_differences_add_up(history, ask, client, monkeypatch):
    whole = ask("why/", **{"from": 0})
    monkeypatch.setattr(views, "CHANGES_MAX", 7)
    page, rows = ask("why/", **{"from": 0}), []
    while True:
        assert sum(row["difference"]["best"] for row in page["results"]) == page["difference"]["best"]
        rows += page["results"]
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    assert rows == whole["results"]
    assert page["after"] == whole["after"]


def test_a_revision_shows_its_passages_its_reason_and_the_tolls_that_it_moved(history, ask):
    rows = ask("why/", **{"from": 0})["results"]
    assert any(row["passages"] == [{"article": history.article.uid, "locator": "¶1"}] for row in rows)
    (gone,) = [row for row in rows if row["op"] == "withdraw" and row["kind"] == "incident"]
    assert (gone["reason"], gone["reason_code"]) == ("It never happened.", "error")
    assert any(row["tolls"] for row in rows if row["kind"] == "incident")
    assert sum("high" in row["opened"] for row in rows) - sum("high" in row["closed"] for row in rows) in {0, 1}


def test_an_open_number_that_a_toll_closes_is_said_to_be_closed(db, ask):
    campaign = Campaign()
    attack = campaign.attack(2, 3, None)
    before = Revision.objects.head()
    campaign.toll(22, covers={attack: Coverage.CONTAINED})
    rows = ask("why/", **{"from": before})["results"]
    assert [(row["kind"], row["closed"], row["difference"]["high"]) for row in rows] == [("toll", ["high"], 22)]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"from": "5", "to": "4"}, "to"),
        ({"from": "0", "as_of": "3"}, "as_of"),
        ({"from": "0", "by": "month"}, "by"),
        ({"from": "soon"}, "from"),
        ({"from": "0", "place": "nowhere"}, "place"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(history, client, asked, named):
    response = client.get("/api/v1/stats/why/", {"measure": "killed"} | asked)
    assert (response.status_code, list(response.json()["errors"])) == (400, [named])
