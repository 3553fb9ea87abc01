"""Acts without violence: lists hold them, counts of incidents and maps do not unless asked, and nobody dies in them."""

import csv
import io

import orjson
import pytest

from incidents.choices import Harm, IncidentKind
from incidents.models import Incident
from publication.models import Revision
from records.rules import check_rules
from tests.incidents.campaign import Campaign, read
from tests.incidents.events import ACLED, Iraq, run, text
from tests.incidents.factories import CasualtyFactory, IncidentFactory, InvolvementFactory
from tests.operations.factories import ForceFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return Campaign()


@pytest.fixture
def attack(campaign):
    """An attack in which two soldiers died, in the operation of the campaign."""
    return campaign.attack(2, phase=campaign.phase, place=campaign.kirkuk)


@pytest.fixture
def arrests(campaign):
    """The arrest of seven people in the same operation, with nobody hurt."""
    values = {"status": "unknown", "harm": Harm.ARRESTED, "kind": IncidentKind.ARRESTS}
    return campaign.attack(7, phase=campaign.phase, place=campaign.kirkuk, **values)


@pytest.fixture
def ask(client):
    def ask(path, **parameters):
        response = client.get(f"/api/v1/{path}/", parameters)
        assert response.status_code == 200, response.content
        return response

    return ask


@pytest.fixture
def value(ask):
    """The only number that the sums have as their answer."""

    def value(**parameters):
        (row,) = ask("stats", **parameters).json()["results"]
        return row["value"]

    return value


def test_six_kinds_are_acts_without_violence_and_what_nobody_describes_is_violent():
    peaceful = {"agreement", "arrests", "seizure", "force_change", "transfer", "statement"}
    assert set(IncidentKind) - IncidentKind.violent() == peaceful


def test_documents_and_tables_say_whether_an_act_was_violent(attack, arrests, ask):
    assert (read(attack)["violent"], read(arrests)["violent"]) == (True, False)
    file = io.StringIO(ask("incidents", format="csv").getvalue().decode(), newline="")
    assert {row["uid"]: row["violent"] for row in csv.DictReader(file)} == {attack.uid: "true", arrests.uid: "false"}


@pytest.mark.parametrize("kind", ["incidents", "casualties"])
def test_lists_and_files_hold_all_acts_unless_one_sort_is_asked_for(attack, arrests, ask, kind):
    def found(**parameters):
        return {row.get("incident", row["uid"]) for row in ask(kind, **parameters).json()["results"]}

    assert found() == found(violent="all") == {attack.uid, arrests.uid}
    assert (found(violent="true"), found(violent="false")) == ({attack.uid}, {arrests.uid})
    assert len(ask(kind, format="jsonl").getvalue().splitlines()) == 2


@pytest.mark.parametrize("kind", ["incidents", "casualties"])
def test_a_map_holds_the_violent_acts_unless_others_are_asked_for(attack, arrests, ask, kind):
    def mapped(**parameters):
        return len(orjson.loads(ask(kind, format="geojson", **parameters).getvalue())["features"])

    assert (mapped(), mapped(violent="all"), mapped(violent="false")) == (1, 2, 1)


def test_an_unknown_word_is_refused(client):
    response = client.get("/api/v1/incidents/?violent=maybe")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["violent"])


@pytest.mark.parametrize("filters", [{}, {"place": "kirkuk"}], ids=["kept", "from the log"])
def test_counts_of_incidents_take_the_violent_acts_unless_others_are_asked_for(attack, arrests, value, filters):
    assert value(**filters) == 1
    assert (value(violent="all", **filters), value(violent="false", **filters)) == (2, 1)


def test_counts_by_kind_and_by_victim_take_the_violent_acts(attack, arrests, ask):
    assert [row["kind"] for row in ask("stats", by="kind").json()["results"]] == ["unknown"]
    assert [row["harm"] for row in ask("stats", by="harm").json()["results"]] == ["killed"]
    assert len(ask("stats", by="harm", violent="all").json()["results"]) == 2


def test_kept_counts_follow_an_act_whose_kind_is_corrected(attack, ask):
    def counted():
        return ask("stats").json()["results"][0]["n_incidents"]

    attack.casualties.all().delete()
    attack.kind = IncidentKind.TRANSFER
    attack.save()
    approve_and_publish(attack)
    assert counted() == 0
    attack.kind = IncidentKind.TERRITORY
    attack.save()
    approve_and_publish(attack)
    assert counted() == 1


def test_sums_of_people_take_in_all_acts(attack, arrests, value):
    assert (value(measure="arrested"), value(measure="killed")) == (7, 2)
    assert value(measure="arrested", violent="false") == 7


def test_an_operation_counts_its_violent_acts_and_the_people_of_all(attack, arrests, campaign):
    totals = read(campaign.operation)["totals"]
    assert totals["incidents"] == 1
    assert {row["harm"] for row in totals["people"]} == {"killed", "arrested"}


def test_asking_for_violent_acts_pushes_no_toll_out(attack, arrests, campaign, value):
    campaign.toll(5, covers={attack: "contained"})
    asked = {"measure": "killed", "basis": "reconciled"}
    assert value(**asked) == value(**asked, violent="true") == value(**asked, violent="all") == 5


@pytest.mark.parametrize("harm", Harm)
def test_nobody_is_hurt_in_an_act_without_violence(harm):
    incident = IncidentFactory(kind=IncidentKind.SEIZURE)
    CasualtyFactory(incident=incident, harm=harm)
    broken = [each.rule.code for each in check_rules([incident])]
    assert ("harm_fits_the_kind" in broken) == (harm not in Harm.without_violence())


def test_a_meeting_is_recorded_by_who_took_part_and_exported_as_a_strategic_development(campaign, ask):
    meeting = IncidentFactory(
        kind=IncidentKind.AGREEMENT, when="2021-12-05", place=campaign.kirkuk, location_precision="settlement"
    )
    one, other = (ForceFactory(name=name, kind="peacekeepers") for name in ("One", "Other"))
    InvolvementFactory(incident=meeting, force=one, role="participant")
    InvolvementFactory(incident=meeting, force=other, role="host")
    approve_and_publish(one, other, meeting)
    assert {row["role"] for row in read(meeting)["forces"]} == {"participant", "host"}
    file = io.StringIO(ask("incidents", format="acled").getvalue().decode(), newline="")
    (row,) = csv.DictReader(file)
    assert (row["event_type"], row["sub_event_type"]) == ("Strategic developments", "Agreement")
    assert (row["inter1"], row["inter2"]) == ("External/Other forces", "External/Other forces")
    notes = ask("incidents", format="ucdp-notes").getvalue().decode()
    assert "It was not violent." in notes


@pytest.mark.parametrize(("fatalities", "kind"), [("0", "seizure"), ("2", "other")])
def test_a_find_in_which_somebody_died_is_imported_as_violence(tmp_path, fatalities, kind):
    Iraq()
    changes = {"event_type": "Strategic developments", "sub_event_type": "Disrupted weapons use"}
    path = tmp_path / "events.csv"
    path.write_text(text(ACLED | changes | {"fatalities": fatalities}), "utf-8")
    run(path, layout="acled", create_forces=True)
    assert Incident.objects.get().kind == kind


def test_a_casualty_is_marked_as_its_act_is(attack, arrests):
    marked = Revision.objects.served().of("casualty").filter(tags__contains=["violent:yes"])
    assert [revision.part_of for revision in marked] == [attack.uid]
