"""Incidents that may have been entered twice: how well they are found, and that no route publishes both."""

import csv
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from incidents.choices import IncidentKind, InvolvementRole, LocationPrecision
from incidents.duplicates import duplicates_of, traits_of
from incidents.likeness import weigh
from incidents.models import Casualty, Claim, DistinctIncidents, ExternalId, Incident
from operations.choices import PlaceKind
from operations.models import Force, Place
from publication.models import Revision
from publication.publish import publish
from publication.review import approve, submit
from records.choices import State
from records.duplicates import tell_apart
from records.models import RecordVersion
from records.rules import RulesBroken
from records.triggers import reviewing
from sources.models import Article
from tests.admin_forms import account, address, messages, save
from tests.incidents.events import ACLED, UCDP, run, text
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    ExternalIdFactory,
    IncidentCitationFactory,
    IncidentFactory,
    IncidentLinkFactory,
    InvolvementFactory,
)
from tests.operations.factories import ForceFactory, PlaceFactory, PlaceNameFactory
from tests.people import curator, edit, reviewer

pytestmark = pytest.mark.django_db

GOLD = yaml.safe_load((Path(__file__).parent.parent / "gold" / "incidents.yaml").read_text("utf-8"))


def enter_gold():
    """Enter what the gold file holds; return the event of each incident."""
    places, forces = {}, {}
    for row in GOLD["places"]:
        latitude, longitude = row.get("at", (None, None))
        place = places[row["slug"]] = PlaceFactory(
            slug=row["slug"], name=row["name"], kind=row.get("kind", PlaceKind.SETTLEMENT), latitude=latitude,
            longitude=longitude, parent=places.get(row.get("parent")),
        )  # fmt: skip
        for name in row.get("names", ()):
            PlaceNameFactory(place=place, name=name)
    for slug, row in GOLD["forces"].items():
        forces[slug] = ForceFactory(slug=slug, parent=forces.get(row.get("parent")))
    return {enter(row, places, forces): row["event"] for row in GOLD["incidents"]}


def enter(row, places, forces):
    """Enter one incident of the gold file."""
    incident = IncidentFactory(
        title=row["title"], when=str(row.get("when", "")), place=places.get(row.get("place")), kind=row["kind"],
        place_as_reported=row.get("reported", ""), summary=row.get("summary", ""),
    )  # fmt: skip
    for role, named in (
        (InvolvementRole.INITIATOR, [row["by"]] if "by" in row else []),
        (InvolvementRole.TARGET, row.get("against", [])),
        (InvolvementRole.PARTY, row.get("party", [])),
    ):
        for slug in named:
            InvolvementFactory(incident=incident, force=forces[slug], role=role)
    for harm in ("killed", "wounded"):
        for number, words in zip(row.get(harm, ()), ("", "others"), strict=False):
            CasualtyFactory(incident=incident, harm=harm, low=number, best=number, high=number, victim_group=words)
    return incident


def average_precision(scores, same):
    """Return the average precision of pairs ranked by their scores; `same` are the pairs to be found."""
    hits, precisions = 0, []
    for position, pair in enumerate(sorted(scores, key=scores.get, reverse=True), 1):
        if pair in same:
            hits += 1
            precisions.append(hits / position)
    return sum(precisions) / len(same)


def test_the_gold_file_holds_many_pairs_that_are_near_in_time():
    days = [(str(row["when"])[:7], row["event"]) for row in GOLD["incidents"]]
    assert sum(one[0] == other[0] for one, other in combinations(days, 2)) >= 120


def test_what_is_the_same_weighs_more_than_what_is_not():
    events = enter_gold()
    traits = traits_of(incident.pk for incident in events)
    pairs = list(combinations(events, 2))
    scores = {(one, other): weigh(traits[one.pk], traits[other.pk]).bits for one, other in pairs}
    same = {pair for pair in pairs if events[pair[0]] == events[pair[1]]}
    assert average_precision(scores, same) >= 0.95


def test_few_incidents_are_taken_for_others_and_those_that_are_the_same_are_among_them():
    events = enter_gold()
    found = {(one, each.other) for one, many in duplicates_of(events).items() for each in many}
    assert len(found) <= 2 * len(events)
    assert {(other, one) for one, other in found} == found
    same = {(one, other) for one in events for other in events if one != other and events[one] == events[other]}
    assert len(found & same) >= 0.9 * len(same)


# No route publishes what may have been entered twice

MAKHMOUR = {
    "title": "Attack on two villages near Makhmour",
    "kind": IncidentKind.ARMED_ATTACK,
    "when": "2021-12-02",
    "location_precision": LocationPrecision.NEAR_SETTLEMENT,
}


def enter_again(killed=10, place="makhmour", **values):
    """Enter the attack near Makhmour once more, which the coded articles have as INC-000001."""
    place = Place.objects.get(slug=place) if place else None
    incident = IncidentFactory(**MAKHMOUR | values, place=place)
    article = Article.objects.get(uid="ART-000002")
    IncidentCitationFactory(incident=incident, article=article, locator="¶7")
    for slug, role in (("isis", InvolvementRole.INITIATOR), ("peshmerga", InvolvementRole.TARGET)):
        InvolvementFactory(incident=incident, force=Force.objects.get(slug=slug), role=role)
    casualty = CasualtyFactory(incident=incident, low=killed, best=killed, high=killed)
    ClaimFactory(casualty=casualty, article=article, locator="¶7", low=killed, high=killed)
    return incident


def set_state(incident, state):
    with reviewing():
        Incident.objects.filter(pk=incident.pk).update(state=state)
    incident.refresh_from_db()


SPELLED = {"title": "Thirteen killed at Mexmûr", "place": "erbil", "place_as_reported": "Mexmûr district",
           "location_precision": LocationPrecision.FIRST_LEVEL}  # fmt: skip
ANOTHER_DAY = {"title": "Two villages raided", "when": "2021-12-02/2021-12-03", "killed": 12}


@pytest.mark.parametrize("values", [{}, SPELLED, ANOTHER_DAY], ids=["same words", "other spelling", "other day"])
def test_an_incident_entered_again_is_neither_submitted_nor_approved_nor_published(articles, values):
    again = enter_again(**values)
    refusal = f"{again.uid} may be the same as INC-000001 Attack on two villages near Makhmour"
    with pytest.raises(RulesBroken, match=refusal):
        submit(again, by=curator("ann"))
    set_state(again, State.IN_REVIEW)
    with pytest.raises(RulesBroken, match=refusal):
        approve(again, by=reviewer("bob"))
    set_state(again, State.APPROVED)
    with pytest.raises(RulesBroken, match=refusal):
        publish([again])
    with pytest.raises(CommandError, match=refusal):
        call_command("publish", approved=True)
    assert not Revision.objects.filter(uid=again.uid).exists()


def test_an_incident_that_was_told_apart_is_published_until_either_changes(articles):
    first, again = Incident.objects.get(uid="INC-000001"), enter_again()
    ann, bob = curator("ann"), reviewer("bob")
    decision = tell_apart(DistinctIncidents, again, first, by=ann, reason="The report tells of a second attack.")
    assert (decision.by, decision.reason) == (ann, "The report tells of a second attack.")
    submit(again, by=ann)
    approve(again, by=bob)
    edit(first, by=ann, place_as_reported="near Makhmour")
    with pytest.raises(RulesBroken, match=f"INC-000001 may be the same as {again.uid}"):
        submit(first, by=ann)
    tell_apart(DistinctIncidents, first, again, by=ann, reason="They still are two.")
    submit(first, by=ann)
    assert DistinctIncidents.objects.count() == 2


def test_an_edit_of_what_is_not_compared_does_not_ask_again(articles):
    first, again = Incident.objects.get(uid="INC-000001"), enter_again()
    ann = curator("ann")
    tell_apart(DistinctIncidents, again, first, by=ann, reason="Two attacks.")
    edit(first, by=ann, as_reported="on Thursday")
    submit(first, again, by=ann)


def test_a_decision_needs_a_reason_a_likeness_and_what_the_person_saw(articles):
    first, again = Incident.objects.get(uid="INC-000001"), enter_again()
    other = Incident.objects.get(uid="INC-000007")
    for one, two, reason, shown, said in (
        (first, again, " ", "", "Say why they are not the same"),
        (first, other, "Two.", "", "nothing to decide"),
        (first, again, "Two.", "0" * 64, "edited in the meantime"),
    ):
        with pytest.raises(ValidationError, match=said):
            tell_apart(DistinctIncidents, one, two, by=None, reason=reason, shown=shown)
    assert not DistinctIncidents.objects.exists()


def test_a_mere_draft_stops_nothing_and_two_that_are_submitted_together_stop_each_other(db):
    place, day = PlaceFactory(), {"when": "2020-05-01"}
    one, other = (IncidentFactory(title="Shots at the bridge", place=place, **day) for _ in range(2))
    ann = curator("ann")
    with pytest.raises(RulesBroken, match=f"{other.uid} may be the same as {one.uid}"):
        submit(one, other, by=ann)
    IncidentCitationFactory(incident=one)
    submit(one, by=ann)
    with pytest.raises(RulesBroken, match=f"{other.uid} may be the same as {one.uid}"):
        submit(other, by=ann)


def test_rows_of_one_dataset_and_incidents_that_are_linked_are_two(db):
    place = PlaceFactory()
    one, other = (IncidentFactory(title="Shots at the bridge", place=place, when="2020-05-01") for _ in range(2))
    assert [each.other for each in duplicates_of([one])[one]] == [other]
    ExternalIdFactory(incident=one)
    assert duplicates_of([one])[one]
    known = ExternalIdFactory(incident=other)
    assert not duplicates_of([one])[one]
    known.delete()
    assert duplicates_of([one])[one]
    IncidentLinkFactory(incident=other, other=one)
    assert not duplicates_of([one])[one]


def test_incidents_without_day_and_place_are_taken_for_nothing(db):
    one, _ = IncidentFactory(title="Shots at the old bridge"), IncidentFactory(title="Shots at the old bridge")
    assert not duplicates_of([one])[one]


def test_an_incident_without_a_day_is_found_at_its_place(articles):
    again = enter_again(when="")
    assert [each.other.uid for each in duplicates_of([again])[again]] == ["INC-000001"]


def test_the_page_of_an_incident_shows_what_may_be_the_same_and_takes_the_decision(articles, client):
    client.force_login(account("curator", "ana"))
    again = enter_again()
    response = save(client, again, title="Attack near Makhmour")
    first = "INC-000001 Attack on two villages near Makhmour"
    assert any(said.startswith(f"It may be the same as “{first}”: ") for said in messages(response))
    page = client.get(address(Incident, "change", again.pk))
    (shown,) = page.context["candidates"]
    assert ("Where", "Makhmour", "Makhmour, two villages in southwest Erbil") in shown["rows"]
    assert ("When", "2021-12-02", "2021-12-02") in shown["rows"]
    refused = save(client, again, _review="submit")
    assert any("may be the same as INC-000001" in said for said in messages(refused))
    deciding = client.get(shown["distinct"])
    sent = {"_compared": deciding.context["shown"]["candidate"].digest, "comment": ""}
    assert "Say why, so that others can follow." in client.post(shown["distinct"], sent).content.decode()
    decided = client.post(shown["distinct"], sent | {"comment": "Another attack on that day."}, follow=True)
    assert "Another attack on that day." in decided.content.decode()
    assert DistinctIncidents.objects.get().by.username == "ana"
    save(client, again, _review="submit")
    again.refresh_from_db()
    assert again.state == State.IN_REVIEW


def test_an_account_that_may_not_edit_decides_nothing(articles, client):
    again, first = enter_again(), Incident.objects.get(uid="INC-000001")
    user = curator("reader")
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get(address(Incident, "distinct", again.pk, first.pk)).status_code in {302, 403}


def test_the_list_neither_submits_nor_approves_what_may_be_the_same(articles, client):
    again = enter_again()
    client.force_login(account("reviewer", "rita"))
    for action, state in (("send_to_review", State.DRAFT), ("approve_and_publish", State.IN_REVIEW)):
        set_state(again, state)
        version = RecordVersion.of(again).version
        sent = {"action": action, "_selected_action": [again.pk], f"shown-{again.pk}": str(version)}
        response = client.post(address(Incident, "changelist"), sent, follow=True)
        assert any("may be the same as INC-000001" in said for said in messages(response))
    assert not Revision.objects.filter(uid=again.uid).exists()


SHEET = """
coded_by: ann
reviewed_by: bob
incidents:
  - uid: INC-000099
    title: {title}
    kind: armed_attack
    when: 2021-12-02
    place: makhmour
    location_precision: near_settlement
    citations:
      - {{article: ART-000002, locator: ¶7}}
    involvements:
      - {{force: isis, role: initiator}}
      - {{force: peshmerga, role: target}}
    casualties:
      - uid: CAS-000099
        victim_status: security_force_member
        victim_force: peshmerga
        harm: killed
        low: 10
        best: 10
        high: 10
        claims:
          - {{uid: CLM-000099, article: ART-000002, locator: ¶7, low: 10, high: 10, credibility: 2}}
{more}
"""
APART = """    distinct_from:
      - {other: INC-000001, reason: A second attack on that day.}
"""


def load_sheet(tmp_path, more="", title="Attack at Makhmur", but=""):
    (tmp_path / "sheets").mkdir(exist_ok=True)
    (tmp_path / "sheets" / "again.yaml").write_text(SHEET.format(title=title, more=more), "utf-8")
    call_command("build_fixtures", sheets=tmp_path / "sheets", output=tmp_path / "built", verbosity=0)
    built = sorted((tmp_path / "built").glob("*.json"))
    call_command("loaddata", *(path for path in built if not but or but not in path.name), verbosity=0)


def test_a_sheet_that_enters_an_incident_again_is_refused_unless_it_says_why_they_are_two(articles, tmp_path):
    said = "INC-000099 may be the same as INC-000001 Attack on two villages near Makhmour"
    with pytest.raises(CommandError, match=f"again.yaml:5, INC-000099: {said}"):
        load_sheet(tmp_path)
    with pytest.raises(CommandError, match=said):
        load_sheet(tmp_path, APART, but="decisions")
    assert not Incident.objects.filter(uid="INC-000099").exists()
    load_sheet(tmp_path, APART)
    load_sheet(tmp_path, APART, title="Attack at the village of Makhmur")
    decision = DistinctIncidents.objects.get()
    assert (decision.reason, decision.by) == ("A second attack on that day.", None)
    call_command("publish", approved=True, verbosity=0)
    assert Revision.objects.filter(uid="INC-000099").exists()
    Incident.objects.filter(uid="INC-000001").update(title="Attack on villages")
    with pytest.raises(RulesBroken, match="may be the same"):
        publish(Incident.objects.filter(uid="INC-000099"))


def test_two_sheets_that_enter_the_same_incident_are_refused(articles, tmp_path):
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "first.yaml").write_text(
        SHEET.format(title="Raid on a village", more="").replace("makhmour", "dibis").replace("00099", "00098"), "utf-8"
    )
    with pytest.raises(CommandError, match="may be the same as INC-000099 Raid on a hamlet "):
        load_sheet(tmp_path, title="Raid on a hamlet", more="    other_places:\n      - {place: dibis}")


# Imports hold doubtful rows back

ROW = UCDP | {
    "id": "400001", "relid": "IRQ-2021-1-524-9", "year": "2021", "side_a_new_id": "116", "side_b_new_id": "234",
    "where_coordinates": "Makhmur town", "adm_1": "Erbil governorate", "adm_2": "", "latitude": "35.776",
    "longitude": "43.58", "date_start": "2021-12-02", "date_end": "2021-12-02", "deaths_a": "10", "deaths_b": "0",
    "deaths_civilians": "3", "best": "13", "high": "13", "low": "13",
}  # fmt: skip
ELSEWHERE = ROW | {
    "id": "400002", "where_coordinates": "Mosul city", "adm_1": "Nineveh governorate", "latitude": "36.335",
    "longitude": "43.119", "date_start": "2021-03-02", "date_end": "2021-03-02",
}  # fmt: skip
BOUNDS = ("best", "low", "high")
CREATE = {f"create_{what}": True for what in ("places", "forces", "conflicts")}


@pytest.fixture
def file(articles, tmp_path):
    """A file with a row on the attack near Makhmour and one on another event; and the accounts that import it."""
    for name in ("curator", "reviewer"):
        user, _ = User.objects.get_or_create(username=name)
        user.is_active = True
        user.save()
        user.groups.add(Group.objects.get(name=name.capitalize()))
    path = tmp_path / "ged.csv"
    path.write_text(text(ROW, ELSEWHERE), "utf-8")
    return path


def decide(report, **values):
    """Fill in the report of an import as a person would."""
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["outcome"] == "hold back":
            row |= values
    report.write_text(text(*rows), "utf-8")
    return rows


def test_a_row_on_a_known_incident_is_held_back_with_its_reasons(file, tmp_path):
    report = tmp_path / "report.csv"
    said = run(file, publish=True, approved_by="reviewer", report=report, **CREATE)
    assert said.splitlines()[-1] == "1 created and published, 1 held back."
    held = "May be INC-000001 Attack on two villages near Makhmour ("
    assert held in said
    assert "Write “new” or the uid of the incident" in said
    rows = decide(report)
    assert [row["outcome"] for row in rows] == ["hold back", "create"]
    assert rows[0]["remark"].startswith(held)
    assert not ExternalId.objects.filter(code="400001").exists()
    assert run(file, **CREATE).splitlines()[-1] == "Nothing to write: 1 to hold back, 1 to leave alone."


def test_a_row_that_somebody_decided_to_be_new_is_entered_and_told_apart(file, tmp_path):
    report = tmp_path / "report.csv"
    run(file, dry_run=True, report=report, **CREATE)
    decide(report, decision="new")
    with pytest.raises(CommandError, match="line 2: say in “reason” why the row 400001 is a new incident"):
        run(file, decisions=report, **CREATE)
    decide(report, reason="Another village on that day.")
    said = run(file, publish=True, approved_by="reviewer", decisions=report, **CREATE)
    assert said.splitlines()[-1] == "2 created and published."
    decision = DistinctIncidents.objects.get()
    assert decision.incident == ExternalId.objects.get(code="400001").incident
    assert (decision.other.uid, decision.by.username, decision.reason) == (
        "INC-000001", "curator", "Another village on that day."
    )  # fmt: skip
    assert run(file, decisions=report, **CREATE).splitlines()[-1] == "Nothing to write: 2 to leave alone."


def test_a_row_that_somebody_decided_to_be_known_is_attached_without_another_death(file, tmp_path, get):
    def killed():
        return [row["value"] for row in get("stats/", measure="killed")["results"]]

    before, report = killed(), tmp_path / "report.csv"
    file.write_text(text(ROW), "utf-8")
    run(file, dry_run=True, report=report, **CREATE)
    decide(report, decision="INC-000001")
    said = run(file, publish=True, approved_by="reviewer", decisions=report, **CREATE)
    assert said.splitlines()[-1] == "1 attached."
    incident = Incident.objects.get(uid="INC-000001")
    assert [str(each) for each in incident.external_ids.all()] == ["ucdp_ged:400001"]
    assert incident.state == State.APPROVED
    claims = Claim.objects.filter(article__outlet__slug="ucdp").order_by("casualty__uid")
    assert [(each.casualty.uid, each.low, each.used) for each in claims] == [
        ("CAS-000001", 10, False), ("CAS-000002", 3, True)
    ]  # fmt: skip
    assert killed() == before
    assert run(file, update=True, **CREATE).splitlines()[-1] == "Nothing to write: 1 to leave alone."


def test_figures_that_an_estimate_would_not_follow_are_attached_unused(file, tmp_path):
    report = tmp_path / "report.csv"
    figures = {
        "deaths_a": "0",
        "deaths_civilians": "0",
        "deaths_unknown": "15",
        "best": "15",
        "low": "15",
        "high": "15",
    }
    file.write_text(text(ROW | figures), "utf-8")
    run(file, dry_run=True, report=report, **CREATE)
    decide(report, decision="INC-000001")
    run(file, publish=True, approved_by="reviewer", decisions=report, **CREATE)
    (claim,) = Claim.objects.filter(article__outlet__slug="ucdp")
    assert (claim.casualty.uid, claim.low, claim.used) == ("CAS-000001", 15, False)
    assert claim.unused_because == "UCDP Georeferenced Event Dataset counts unknown here."
    assert Casualty.objects.filter(incident__uid="INC-000001").count() == 2


def test_a_decision_for_an_incident_that_does_not_exist_is_refused(file, tmp_path):
    report = tmp_path / "report.csv"
    run(file, dry_run=True, report=report, **CREATE)
    decide(report, decision="INC-009999")
    with pytest.raises(CommandError, match="Nothing was written"):
        run(file, decisions=report, **CREATE)
    (tmp_path / "other.csv").write_text("id,what\n1,new\n", "utf-8")
    with pytest.raises(CommandError, match="has no column decision, reason"):
        run(file, decisions=tmp_path / "other.csv", **CREATE)


def test_a_second_dataset_on_the_same_events_is_held_back_whatever_its_layout(file, tmp_path):
    run(file, publish=True, approved_by="reviewer", **CREATE)
    acled = ACLED | {
        "event_date": "2 March 2021", "year": "2021", "admin1": "Nineveh", "admin2": "", "location": "Mosul",
        "latitude": "36.34", "longitude": "43.12", "fatalities": "13",
    }  # fmt: skip
    (tmp_path / "acled.csv").write_text(text(acled), "utf-8")
    said = run(tmp_path / "acled.csv", layout="acled", publish=True, approved_by="reviewer", **CREATE)
    assert said.splitlines()[-1] == "Nothing to write: 1 to hold back."
    (tmp_path / "diary.csv").write_text("No,Day,Place,Lat,Lon,Dead\n7,2021-03-02,Mosul,36.335,43.119,13\n", "utf-8")
    (tmp_path / "diary.yaml").write_text(MAPPING, "utf-8")
    said = run(tmp_path / "diary.csv", layout="table", mapping=tmp_path / "diary.yaml", **CREATE)
    assert said.splitlines()[-1] == "Nothing to write: 1 to hold back."


MAPPING = """
dataset: {scheme: diary, outlet: The Diary, title: Diary of attacks, licence: CC0}
columns: {id: No, date_start: Day, place: Place, latitude: Lat, longitude: Lon}
constants: {country: Iraq}
casualties:
  - {harm: killed, status: unknown, best: Dead}
"""
