"""What an incident's document says beside its casualties, entered by sheet and read from the API."""

import json

import pytest
from django.core.management import call_command

from incidents.choices import PartOfDay
from incidents.models import Incident
from operations.choices import ResultKind
from publication.merge import merge
from publication.models import Revision
from publication.tables import TABLES
from records.rules import check_rules
from sources.paragraphs import GRAMMAR_IN_WORDS
from tests.incidents.factories import (
    CasualtyFactory,
    IncidentCitationFactory,
    IncidentFactory,
    IncidentLinkFactory,
    IncidentPlaceFactory,
    IncidentResultFactory,
    InvolvementFactory,
)
from tests.operations.factories import PlaceFactory
from tests.people import reviewer
from tests.rules import refuse
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

BEFORE = """
outlets:
  - {slug: gazette, name: The Gazette, kind: unknown}
  - {slug: herald, name: The Herald, kind: unknown}
article: {uid: ART-000001, outlet: gazette, title: A night of attacks}
places:
  - {slug: land, name: Land, kind: country}
  - {slug: milltown, name: Milltown, kind: settlement, parent: land}
  - {slug: oldford, name: Oldford, kind: settlement, parent: land}
forces:
  - {slug: guard, name: Guard, kind: army}
  - {slug: watch, name: Watch, kind: police}
  - {slug: rebels, name: Rebels, kind: armed_group}
  - {slug: raiders, name: Raiders, kind: armed_group}
"""


@pytest.fixture
def enter(tmp_path):
    """Write sheets, load them as they are built, and publish all that they hold."""

    def enter(*sheets):
        (tmp_path / "seeds").mkdir()
        for number, sheet in enumerate((BEFORE, *sheets)):
            (tmp_path / "seeds" / f"{number}.yaml").write_text(sheet, "utf-8")
        call_command("build_fixtures", sheets=tmp_path / "seeds", output=tmp_path / "fixtures", verbosity=0)
        filled = [path for path in sorted(tmp_path.glob("fixtures/*.json")) if json.loads(path.read_text())]
        call_command("loaddata", *filled, verbosity=0)
        call_command("publish", approved=True, verbosity=0)

    return enter


@pytest.fixture
def found(get):
    """Return the uids of the incidents that a filter finds."""
    return lambda **parameters: [row["uid"] for row in get("incidents/", order="uid", **parameters)["results"]]


def incident(number, *lines, kind="armed_attack"):
    """Return the rows of a sheet for one incident."""
    passage = "citations: [{article: ART-000001, locator: lead}]"
    return "\n    ".join([f"\n  - uid: INC-{number:06}", f"title: Incident {number}", f"kind: {kind}", *lines, passage])


# Time of day


def test_a_clock_time_is_read_with_the_words_of_the_source_and_found_by_its_part_of_the_day(enter, get, found):
    enter(
        "incidents:"
        + incident(1, "time: 21:40", "time_as_reported: 9:40 pm")
        + incident(2, "part_of_day: overnight", "time_as_reported: overnight")
        + incident(3, "time: 23:30/05:00")
        + incident(4)
    )
    assert get("incidents/INC-000001/")["time"] == {
        "clock": "21:40",
        "earliest": "21:40",
        "latest": "21:40",
        "parts_of_day": ["evening"],
        "as_reported": "9:40 pm",
        "zone": "UTC",
    }
    assert get("incidents/INC-000002/")["time"] == {
        "clock": "",
        "earliest": None,
        "latest": None,
        "parts_of_day": ["overnight"],
        "as_reported": "overnight",
        "zone": "UTC",
    }
    assert get("incidents/INC-000003/")["time"]["parts_of_day"] == ["night", "dawn"]
    assert found(part_of_day="evening") == ["INC-000001"]
    assert found(part_of_day="evening,overnight") == ["INC-000001", "INC-000002"]
    assert found(part_of_day="dawn") == ["INC-000003"]
    assert found(part_of_day="unknown") == ["INC-000004"]


def test_the_flat_table_has_the_time_of_day(enter, client):
    enter("incidents:" + incident(1, "time: 23:30/05:00"))
    columns = "uid,time_clock,time_earliest,time_latest,time_parts_of_day"
    text = client.get("/api/v1/incidents/", {"format": "csv", "fields": columns}).getvalue().decode()
    assert text.splitlines() == [columns, "INC-000001,23:30/05:00,23:30,05:00,night;dawn"]


@pytest.mark.parametrize(
    ("time", "parts"),
    [
        ("21:59", ["evening"]),
        ("03:59", ["night"]),
        ("04:00", ["dawn"]),
        ("10:30/13:00", ["morning", "noon", "afternoon"]),
        ("22:00/21:59", ["night", "dawn", "morning", "noon", "afternoon", "evening"]),
    ],
)
def test_a_clock_time_implies_the_parts_of_the_day_that_it_touches(time, parts):
    incident = Incident(time=time)
    assert (incident.time, incident.parts_of_day) == (time, parts)


@pytest.mark.parametrize("time", ["9:40 pm", "25:00", "21:40/", "21.40", "evening"])
def test_what_is_no_clock_time_is_refused_with_an_example(enter, time):
    with pytest.raises(Exception, match="is not a clock time"):
        enter("incidents:" + incident(1, f"time: {time}"))


def test_a_clock_time_leaves_no_room_for_a_part_of_the_day():
    refuse(
        IncidentFactory(part_of_day=PartOfDay.NIGHT),
        "Give the clock time or the part of the day, not both: the clock time gives the part.",
        time="21:40",
    )


# Involvement


def involvements(number, *rows):
    """Return the sheet of an article with the involvements of one incident."""
    lines = "".join(f"\n      - {{{row}}}" for row in rows)
    return f"""
article: {{uid: ART-00000{number}, outlet: herald, title: What was said later}}
incidents:
  - uid: INC-000001
    involvements:{lines}
"""


def test_an_involvement_says_how_many_were_there_and_which_passage_says_so(enter, get):
    enter(
        "incidents:" + incident(1),
        involvements(
            2,
            "force: rebels, role: initiator, people_low: 12, people_high: 25, locator: ¶3, said_by: Ministry",
            "force: rebels, role: initiator, locator: ¶4",
            "force: guard, role: target",
        ),
    )
    forces = get("incidents/INC-000001/")["forces"]
    assert [(row["slug"], row["people"], row["article"], row["locator"], row["said_by"]) for row in forces] == [
        ("rebels", {"low": 12, "high": 25}, "ART-000002", "¶3", "Ministry"),
        ("rebels", {"low": None, "high": None}, "ART-000002", "¶4", ""),
        ("guard", {"low": None, "high": None}, None, "", ""),
    ]


def test_forces_that_did_not_come_are_found_by_their_standing_only(enter, get, found):
    enter(
        "incidents:" + incident(1) + incident(2),
        involvements(
            2, "force: watch, role: responder, standing: absent, locator: ¶3", "force: guard, role: responder"
        ),
    )
    assert [(row["slug"], row["standing"]) for row in get("incidents/INC-000001/")["forces"]] == [
        ("guard", "took_part"),
        ("watch", "absent"),
    ]
    here = ["INC-000001"]
    assert (found(force="guard"), found(role="responder"), found(role="responder", force="guard")) == (here, here, here)
    assert (found(force="watch"), found(force="watch", role="responder")) == ([], [])
    assert (found(standing="absent"), found(standing="absent", role="responder")) == (here, here)
    assert (found(standing="absent", force="watch"), found(standing="absent", force="guard")) == (here, [])
    assert found(standing="absent", force="watch", role="responder") == here
    assert found(standing="absent", force="watch", role="initiator") == []
    assert found(standing="planned") == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"people_low": 25, "people_high": 12}, "The highest number of people cannot be below the lowest."),
        (
            {"standing": "absent", "people_low": 3},
            "A force that is said to have been absent has no people there: leave their number blank.",
        ),
        (
            {"locator": "¶1"},
            f"Name the article and the passage, or neither. {GRAMMAR_IN_WORDS}",
        ),
    ],
)
def test_what_an_involvement_cannot_say_is_refused(values, sentence):
    refuse(InvolvementFactory(), sentence, **values)


# Results

DAMAGE = """
article: {uid: ART-000002, outlet: herald, title: After the attack}
incidents:
  - uid: INC-000001
    results:
      - {kind: houses_damaged, low: 3, high: 3, locator: ¶2}
      - {kind: vehicles_damaged, what: lorry, low: 1, high: 1, locator: ¶2}
      - {kind: strikes, low: 3, high: 3, locator: lead, said_by: Coalition, claimed_by: guard}
      - {kind: crops_burned, low: 100, qualifier: more_than, unit: dunam, locator: ¶3}
      - {kind: money, low: 3000000000, high: 3000000000, unit: IQD, qualifier: approximately, locator: ¶4}
"""


def test_things_damaged_and_strikes_are_counted_and_found_by_their_kind(enter, get, found):
    enter("incidents:" + incident(1) + incident(2), DAMAGE)
    results = get("incidents/INC-000001/")["results"]
    told = ("kind", "what", "low", "high", "unit", "qualifier", "locator")
    assert [tuple(row[name] for name in told) for row in results] == [
        ("crops_burned", "", 100, None, "dunam", "more_than", "¶3"),
        ("houses_damaged", "", 3, 3, "", "exact", "¶2"),
        ("money", "", 3_000_000_000, 3_000_000_000, "IQD", "approximately", "¶4"),
        ("strikes", "", 3, 3, "", "exact", "lead"),
        ("vehicles_damaged", "lorry", 1, 1, "", "exact", "¶2"),
    ]
    assert (results[3]["said_by"], results[3]["claimed_by"]) == ("Coalition", {"slug": "guard", "name": "Guard"})
    assert found(result="strikes") == found(result="money,livestock") == found(q="lorry") == ["INC-000001"]
    assert found(result="houses_destroyed") == []


def test_ten_kinds_of_arms_in_one_passage_are_ten_rows_of_the_flat_table(enter):
    arms = ["rifles", "pistols", "mortars", "grenades", "mines", "launchers", "scopes", "belts", "vests", "knives"]
    rows = "".join(
        f"\n      - {{kind: weapons_seized, what: {what}, low: {number}, high: {number}, locator: ¶5}}"
        for number, what in enumerate(arms, 1)
    )
    enter("incidents:" + incident(1), f"{DAMAGE.partition('    results:')[0]}    results:{rows}\n")
    document = Revision.objects.served().get(uid="INC-000001").document
    table = TABLES["incident_results"]
    names = [field.name for field in table.fields]
    read = [dict(zip(names, row, strict=True)) for row in table.read("incident", document)]
    assert {(row["what"], row["low"]) for row in read} == {(what, number) for number, what in enumerate(arms, 1)}
    assert {(row["incident"], row["kind"], row["locator"]) for row in read} == {("INC-000001", "weapons_seized", "¶5")}


def test_people_are_no_results():
    assert {"arrested", "killed", "displaced"}.isdisjoint(ResultKind.values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"low": 3, "high": 2, "qualifier": "range"}, "The highest number cannot be below the lowest."),
        ({"low": 3, "high": None}, "An exact figure has the same lowest and highest number."),
        ({"kind": "other"}, "Say in words what is counted."),
    ],
)
def test_what_a_result_cannot_say_is_refused(values, sentence):
    refuse(IncidentResultFactory(), sentence, **values)


# Links

LINKS = """
article: {uid: ART-000002, outlet: herald, title: A second blast}
incidents:
  - uid: INC-000002
    links:
      - {kind: hit_those_who_came_to_help, other: INC-000001, locator: ¶2, note: An ambush on the way to the first}
  - uid: INC-000003
    links:
      - {kind: follows, other: INC-000001, note: A landmine on the way}
"""


def test_a_link_stands_in_both_documents_and_is_found_by_its_kind_and_by_the_other_incident(enter, get, found):
    enter("incidents:" + incident(1) + incident(2, kind="ambush") + incident(3, kind="bombing"), LINKS)
    (link,) = get("incidents/INC-000002/")["links"]
    told = ("kind", "incident", "note", "article", "locator")
    assert [link[name] for name in told] == [
        "hit_those_who_came_to_help", "INC-000001", "An ambush on the way to the first", "ART-000002", "¶2",
    ]  # fmt: skip
    assert get("incidents/INC-000001/")["links"] == []
    assert get("incidents/INC-000001/")["linked_from"] == [
        {
            "kind": "hit_those_who_came_to_help",
            "incident": "INC-000002",
            "note": "An ambush on the way to the first",
        },
        {"kind": "follows", "incident": "INC-000003", "note": "A landmine on the way"},
    ]
    assert found(link="follows") == ["INC-000003"]
    assert found(linked_to="INC-000001") == ["INC-000002", "INC-000003"]
    assert found(linked_to="INC-000001", link="retaliates_for") == []


def test_the_other_document_follows_when_a_link_comes_and_goes(get):
    first, second = IncidentFactory(), IncidentFactory()
    approve_and_publish(first)
    link = IncidentLinkFactory(incident=second, other=first, kind="retaliates_for")
    assert get(f"incidents/{first.uid}/")["linked_from"] == []
    approve_and_publish(second)
    assert [row["incident"] for row in get(f"incidents/{first.uid}/")["linked_from"]] == [second.uid]
    link.delete()
    second.refresh_from_db()
    approve_and_publish(second)
    assert get(f"incidents/{first.uid}/")["linked_from"] == []


def test_the_survivor_of_a_merge_takes_the_links_and_is_not_linked_with_itself(get):
    loser, survivor, third = (IncidentFactory() for _ in range(3))
    IncidentLinkFactory(incident=third, other=loser)
    IncidentLinkFactory(incident=loser, other=survivor)
    IncidentLinkFactory(incident=loser, other=third, kind="same_wave")
    approve_and_publish(survivor, third, loser)
    merge(loser, survivor, by=reviewer("ann"), comment="The same one.")
    assert [(link.kind, link.other) for link in survivor.links.all()] == [("same_wave", third)]
    assert [(link.kind, link.incident) for link in survivor.linked_from.all()] == [("follows", third)]
    third.refresh_from_db()
    approve_and_publish(survivor, third)
    assert get(f"incidents/{survivor.uid}/")["linked_from"] == [{"kind": "follows", "incident": third.uid, "note": ""}]
    assert [link["incident"] for link in get(f"incidents/{third.uid}/")["links"]] == [survivor.uid]


def test_an_incident_is_not_linked_with_itself():
    link = IncidentLinkFactory()
    refuse(link, "An incident cannot be linked with itself.", other=link.incident)


# Several places


def test_two_villages_raided_in_one_night_are_both_found_and_counted(enter, get, found):
    enter(
        "incidents:"
        + incident(1, "place: milltown", "other_places: [{place: oldford, note: After midnight}]")
        + incident(2, "place: oldford")
    )
    document = get("incidents/INC-000001/")
    assert document["place"]["slug"] == "milltown"
    assert [(row["place"]["slug"], row["note"]) for row in document["other_places"]] == [("oldford", "After midnight")]
    assert found(place="milltown") == ["INC-000001"]
    assert found(place="oldford") == found(place="land") == ["INC-000001", "INC-000002"]
    sums = get("stats/", measure="incidents", by="place")
    assert {row["place"]: row["value"] for row in sums["results"]} == {"milltown": 1, "oldford": 2}
    assert sums["groups_overlap"] is True
    assert [row["value"] for row in get("stats/", measure="incidents", by="country")["results"]] == [2]


# Rival facts

RIVAL = """
article: {uid: ART-000002, outlet: herald, title: Another account}
incidents:
  - uid: INC-000001
    citations:
      - locator: ¶1
        stance: contradicts
        says_when: 2024-03-07
        says_place: oldford
        says_force: raiders
        says_kind: ambush
        says_target: patrol
      - {locator: ¶2, says_force_as_reported: unknown gunmen}
"""


def test_rival_facts_stand_beside_the_record_and_are_found_by_what_is_contested(enter, get, found):
    what = ("when: 2024-03-06/2024-03-07", "as_reported: Wednesday or Thursday", "place: milltown")
    enter("incidents:" + incident(1, *what, "attribution: contested") + incident(2), RIVAL)
    document = get("incidents/INC-000001/")
    assert (document["when"]["edtf"], document["contested"]) == (
        "2024-03-06/2024-03-07",
        ["when", "where", "who", "what"],
    )
    plain, rival, words = document["citations"]
    assert (plain["says"], plain["contests"]) == (None, [])
    assert (rival["outlet"], rival["contests"]) == ("The Herald", ["when", "where", "who", "what"])
    says = rival["says"]
    assert (says["when"]["edtf"], says["place"]["slug"], says["force"]["slug"]) == ("2024-03-07", "oldford", "raiders")
    assert (says["kind"], says["target"]) == ("ambush", "patrol")
    assert (words["says"]["force_as_reported"], words["contests"]) == ("unknown gunmen", ["who"])
    for respect in ("when", "where", "who", "what", "figures,who"):
        assert found(contested=respect) == ["INC-000001"]
    assert found(contested="figures") == found(place="oldford") == found(force="raiders") == []


def test_a_contested_attribution_and_a_rival_perpetrator_belong_together():
    one, other = IncidentFactory(attribution="contested"), IncidentFactory(attribution="weak")
    IncidentCitationFactory(incident=other, says_force_as_reported="unknown gunmen")
    sentences = [finding.sentence for finding in check_rules([one, other]) if "perpetrator" in finding.sentence]
    assert sentences == [
        f"{one.uid} has a contested attribution, and no passage names another perpetrator",
        f"{other.uid} cites a passage that names another perpetrator, and its attribution is not contested",
    ]
    IncidentCitationFactory(incident=one, says_force_as_reported="unknown gunmen")
    InvolvementFactory(incident=other)
    assert [finding for finding in check_rules([one]) if "perpetrator" in finding.sentence] == []


# Rules


@pytest.mark.django_db
def test_nobody_dies_before_the_incident():
    incident = IncidentFactory(when="2024-03-01/2024-03-05")
    casualty = CasualtyFactory(incident=incident, died="2024-02-29")
    (finding,) = [each for each in check_rules([incident]) if each.rule.code == "death_follows_the_incident"]
    assert finding.sentence.startswith(f"{casualty.uid} died 2024-02-29, before {incident.uid}")
    casualty.died = "2024-02-29/2024-03-01"
    casualty.save()
    assert "death_follows_the_incident" not in {each.rule.code for each in check_rules([incident])}


@pytest.mark.django_db
def test_the_place_of_an_incident_is_not_among_its_other_places():
    incident = IncidentFactory(place=PlaceFactory(name="Town"), location_precision="exact")
    IncidentPlaceFactory(incident=incident)
    assert "other_places_are_others" not in {each.rule.code for each in check_rules([incident])}
    IncidentPlaceFactory(incident=incident, place=incident.place)
    (finding,) = [each for each in check_rules([incident]) if each.rule.code == "other_places_are_others"]
    assert finding.sentence == f"{incident.uid} has Town as its place and among its other places"
