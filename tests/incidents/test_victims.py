"""Who was harmed, as reports tell it: each case is entered by a sheet, published, and read from the API."""

import csv
import json

import pytest
from django.core.management import call_command

from incidents.choices import Harm
from incidents.models import Casualty, Incident
from incidents.sheets import fixtures, read_sheets
from records.rules import Severity, check_rules
from tests.incidents.factories import CasualtyFactory, IncidentFactory
from tests.operations.factories import ForceFactory
from tests.rules import refuse
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

THEATRE = """
outlets:
  - {slug: gazette, name: The Gazette, kind: unknown}
forces:
  - {slug: army, name: Army, kind: army}
  - {slug: raiders, name: Raiders, kind: armed_group}
"""

ARTICLE = """
article: {uid: ART-000001, outlet: gazette, title: Some die, published: 2024-03-02, published_basis: stated}
incidents:
  - uid: INC-000001
    title: Attack on a village
    kind: armed_attack
    when: 2024-03-01
    citations:
      - {locator: lead, supports: [when]}
    involvements:
      - {force: raiders, role: initiator}
    casualties:
"""

CASUALTY = """
      - uid: CAS-00000{number}
        {words}
        low: {count}
        best: {count}
        high: {count}
        claims:
          - {{uid: CLM-00000{number}, locator: ¶{number}, low: {count}, high: {count}, credibility: 2}}
"""


@pytest.fixture
def published(tmp_path, get):
    """Code an incident by a sheet, publish it, and return its document.

    Each casualty is a number of people and the fields that say who they were.
    """

    def published(*casualties, also=""):
        rows = [
            CASUALTY.format(number=number, count=count, words="\n        ".join(words.split("; ")))
            for number, (count, words) in enumerate(casualties, 1)
        ]
        (tmp_path / "seeds").mkdir()
        (tmp_path / "seeds" / "theatre.yaml").write_text(THEATRE, "utf-8")
        (tmp_path / "seeds" / "village.yaml").write_text(ARTICLE + "".join(rows) + also, "utf-8")
        for name, text in fixtures(read_sheets(tmp_path / "seeds")).items():
            if json.loads(text):
                (tmp_path / name).write_text(text, "utf-8")
        call_command("loaddata", *sorted(tmp_path.glob("*.json")), verbosity=0)
        call_command("publish", approved=True, verbosity=0)
        return get("incidents/INC-000001/")

    return published


@pytest.fixture
def sums(get):
    """Return the values of sums of people killed, by the key of their group; one number without groups."""

    def sums(by="", **parameters):
        asked = {"measure": "killed", **({"by": by} if by else {}), **parameters}
        found = {row.get(by): row["value"] for row in get("stats/", **asked)["results"]}
        return found if by else found.get(None, 0)

    return sums


@pytest.fixture
def found(get):
    """Return the uids of the casualties that filters find."""
    return lambda **filters: {row["uid"] for row in get("casualties/", **filters)["results"]}


CIVILIANS = "victim_status: civilian; harm: killed"


def test_two_children_among_twelve_are_children_and_are_counted_once(published, sums, found, get):
    incident = published((12, CIVILIANS), (2, f"{CIVILIANS}; age_group: child; within: CAS-000001"))
    assert incident["killed"]["best"] == 12
    assert [each["rest"]["best"] for each in incident["casualties"]] == [10, 2]
    assert sums() == 12
    assert sums("age_group") == {"child": 2, "unknown": 10}
    assert sums(age_group="child") == 2
    assert sums("victim") == {"civilian": 12}
    assert found(age_group="child") == {"CAS-000002"}
    assert [row["uid"] for row in get("incidents/", age_group="child")["results"]] == ["INC-000001"]
    assert get("incidents/", age_group="elderly")["results"] == []


def test_a_village_head_is_found_by_his_office(published, get):
    incident = published((1, f"{CIVILIANS}; occupation: village head; age_group: adult; sex: male"))
    (casualty,) = incident["casualties"]
    assert casualty["victim"] == {
        "force": None, "status": "civilian", "group": "", "age_group": "adult", "sex": "male",
        "occupation": "village head",
    }  # fmt: skip
    for kind in ("incidents", "casualties"):
        assert len(get(f"{kind}/", q="village head", sex="male")["results"]) == 1
        assert get(f"{kind}/", q="mayor")["results"] == []


def test_two_brothers_and_their_driver_are_estimates_of_their_own(published, sums, get):
    incident = published((2, f"{CIVILIANS}; victim_group: two brothers"), (1, f"{CIVILIANS}; victim_group: driver"))
    assert [each["victim"]["group"] for each in incident["casualties"]] == ["two brothers", "driver"]
    assert [each["suggested"]["contested"] for each in incident["casualties"]] == [False, False]
    assert (incident["killed"]["best"], sums()) == (3, 3)
    (row,) = get("casualties/", q="brothers")["results"]
    assert row["uid"] == "CAS-000001"


def test_ten_of_whom_two_officers_of_whom_one_a_woman(published, sums, found):
    soldiers = "victim_status: security_force_member; victim_force: army; harm: killed"
    incident = published(
        (10, soldiers),
        (2, f"{soldiers}; victim_group: officers; within: CAS-000001"),
        (1, f"{soldiers}; victim_group: officers; sex: female; within: CAS-000002"),
    )
    assert [each["rest"]["best"] for each in incident["casualties"]] == [8, 1, 1]
    assert (incident["killed"]["best"], sums(), sums(sex="female")) == (10, 10, 1)
    assert sums("sex") == {"unknown": 9, "female": 1}
    assert found(subset="true") == {"CAS-000002", "CAS-000003"}


def test_a_total_by_victim_is_the_groups_within_it_and_nobody_else(published, sums):
    incident = published(
        (9, "victim_status: unknown; harm: killed"),
        (5, f"{CIVILIANS}; within: CAS-000001"),
        (4, "victim_status: security_force_member; victim_force: army; harm: killed; within: CAS-000001"),
    )
    assert (incident["killed"]["best"], sums()) == (9, 9)
    assert sums("victim") == {"army": 4, "civilian": 5}


def test_four_abducted_and_found_dead_count_under_both_harms(published, sums, get):
    incident = published(
        (4, "victim_status: civilian; harm: abducted"), (4, "victim_status: civilian; harm: killed; within: CAS-000001")
    )
    assert incident["casualties"][1]["within"] == "CAS-000001"
    assert [each["rest"]["best"] for each in incident["casualties"]] == [4, 4]
    assert (sums(), sums(measure="abducted"), incident["killed"]["best"]) == (4, 4, 4)
    assert sums("harm", measure="casualties") == {"abducted": 4, "killed": 4}


def test_four_abducted_of_whom_three_were_freed_count_under_both_harms(published, sums):
    incident = published(
        (4, "victim_status: civilian; harm: abducted"),
        (3, "victim_status: civilian; harm: released; within: CAS-000001"),
    )
    assert (incident["killed"]["best"], incident["casualties"][1]["within"]) == (None, "CAS-000001")
    assert sums("harm", measure="casualties") == {"abducted": 4, "released": 3}


def test_an_official_among_three_civilians_is_told_apart_and_is_a_civilian(published, sums):
    published(
        (3, CIVILIANS), (1, "victim_status: official; harm: killed; occupation: village head; within: CAS-000001")
    )
    assert sums("victim") == {"civilian": 2, "official": 1}
    assert (sums(victim="civilian"), sums(victim="official"), sums()) == (3, 1, 3)


def test_the_killed_among_the_killed_or_wounded_leave_the_rest_untold(published, sums):
    published((10, "victim_status: civilian; harm: killed_or_wounded"), (3, f"{CIVILIANS}; within: CAS-000001"))
    assert sums("harm", measure="casualties") == {"killed": 3, "killed_or_wounded": 7}
    assert (sums(), sums(measure="killed_or_wounded")) == (3, 10)


BOMBER = "victim_status: armed_group_member; victim_force: raiders; harm: killed; counted_as: attackers"


def test_twelve_with_the_bomber_are_eleven_victims_unless_attackers_are_asked_for(published, sums, found, client):
    soldiers = "victim_status: security_force_member; victim_force: army; harm: killed"
    incident = published((12, soldiers), (1, f"{BOMBER}; within: CAS-000001"))
    assert (incident["killed"]["best"], incident["attackers_killed"]["best"]) == (11, 1)
    assert sums() == sums(counted_as="victims") == 11
    assert (sums(counted_as="attackers"), sums(counted_as="victims,attackers")) == (1, 12)
    assert sums("victim", counted_as="victims,attackers") == {"army": 11, "raiders": 1}
    assert found(counted_as="attackers") == {"CAS-000002"}
    layout = client.get("/api/v1/incidents/", {"format": "ucdp"}).getvalue().decode()
    (row,) = csv.DictReader(layout.splitlines())
    assert (row["best"], row["deaths_a"], row["deaths_b"]) == ("12", "11", "1")


def test_a_death_on_the_way_that_the_attack_did_not_cause_is_in_no_total(published, sums, get):
    incident = published((3, CIVILIANS), (1, f"{CIVILIANS}; victim_group: driver; counted_as: not_caused"))
    assert (incident["killed"]["best"], incident["attackers_killed"]["best"], sums()) == (3, None, 3)
    assert incident["casualties"][1]["counted_as"] == "not_caused"
    assert get("incidents/", killed_min=4)["results"] == []


def test_who_died_later_in_hospital_has_that_day(published, sums):
    incident = published(
        (5, "victim_status: civilian; harm: wounded"),
        (1, f"{CIVILIANS}; died: 2024-03-04/2024-03-05; within: CAS-000001"),
    )
    died = incident["casualties"][0]["died"]
    assert (died["edtf"], died["earliest"]) == ("2024-03-04/2024-03-05", "2024-03-04")
    assert (incident["killed"]["best"], incident["wounded"]["best"]) == (1, 5)


def test_only_the_killed_have_a_day_of_death(db):
    wounded = CasualtyFactory(harm=Harm.WOUNDED)
    refuse(wounded, "Only people killed have a day of death. Remove the day, or change the harm.", died="2024-03-04")


@pytest.mark.parametrize(
    ("stance", "counts"), [("denies", False), ("investigates", False), ("no_comment", False), ("admits", True)]
)
def test_what_a_party_answers_is_kept_and_only_an_admission_gives_a_number(published, get, stance, counts):
    answer = f"""
          - {{uid: CLM-000009, locator: ¶9, low: 3, high: 3, credibility: 2, claimed_by: army, stance: {stance}}}
"""
    incident = published((3, CIVILIANS), also=answer)
    (casualty,) = incident["casualties"]
    assert [each["stance"] for each in casualty["claims"]] == ["supports", stance]
    assert casualty["suggested"]["basis"] == ("sources_agree" if counts else "single_claim")


# Rules


def found_by(code, incident):
    return [each.sentence for each in check_rules([incident]) if each.rule.code == code]


def test_the_same_victims_entered_twice_are_an_error(db):
    one = CasualtyFactory(victim_group="Two brothers")
    other = CasualtyFactory(incident=one.incident, victim_group=" two  brothers")
    sentence = f"{one.uid} and {other.uid} count the same victims and the same harm"
    assert found_by("casualty_once", one.incident) == [sentence]
    (finding,) = [each for each in check_rules([one.incident], Severity.ERROR) if each.rule.code == "casualty_once"]
    assert finding.remedy == "Put their claims under one of them, or say in words how the victims differ."


@pytest.mark.parametrize(
    "apart",
    [
        {"victim_group": "driver"}, {"age_group": "child"}, {"sex": "male"}, {"occupation": "shepherd"},
        {"harm": "wounded"}, {"victim_status": "civilian"}, {"counted_as": "attackers"},
    ],
    ids=str,
)  # fmt: skip
def test_victims_that_something_tells_apart_are_no_error(db, apart):
    one = CasualtyFactory(victim_group="two brothers")
    CasualtyFactory(incident=one.incident, **{"victim_group": "two brothers"} | apart)
    assert found_by("casualty_once", one.incident) == []


def test_an_estimate_within_another_is_not_entered_twice(db):
    whole = CasualtyFactory()
    CasualtyFactory(incident=whole.incident, within=whole)
    assert found_by("casualty_once", whole.incident) == []


@pytest.mark.parametrize(
    "part",
    [{"age_group": "child"}, {"victim_status": "civilian"}, {"victim_group": "driver"}, {"harm": "killed"}],
    ids=str,
)
def test_a_total_beside_its_parts_is_a_warning_until_it_holds_them(db, part):
    whole = CasualtyFactory(harm="killed_or_wounded")
    inner = CasualtyFactory(incident=whole.incident, **{"harm": "killed_or_wounded"} | part)
    sentence = f"{whole.uid} may count the people of {inner.uid} too"
    assert found_by("casualty_total_holds_its_parts", whole.incident) == [sentence]
    inner.within = whole
    inner.save()
    assert found_by("casualty_total_holds_its_parts", whole.incident) == []


def test_a_force_may_count_those_of_a_force_below_it(db):
    army, incident = ForceFactory(), IncidentFactory()
    whole = CasualtyFactory(incident=incident, victim_force=army)
    inner = CasualtyFactory(incident=incident, victim_force=ForceFactory(parent=army))
    CasualtyFactory(incident=incident, victim_force=ForceFactory())
    sentence = f"{whole.uid} may count the people of {inner.uid} too"
    assert found_by("casualty_total_holds_its_parts", incident) == [sentence]


def test_parts_that_exceed_their_whole_are_a_warning_and_are_what_is_counted(published, sums):
    incident = published(
        (9, "victim_status: unknown; harm: killed"),
        (6, f"{CIVILIANS}; within: CAS-000001"),
        (4, "victim_status: security_force_member; harm: killed; within: CAS-000001"),
    )
    assert found_by("casualty_parts_within_whole", Incident.objects.get()) == [
        "CAS-000001 counts 9 people, and those within it 10"
    ]
    assert (incident["killed"]["best"], sums()) == (10, 10)


def test_a_part_without_a_number_leaves_its_whole_as_it_is(published, sums, get):
    published((9, CIVILIANS))
    whole = Casualty.objects.get()
    CasualtyFactory(incident=whole.incident, victim_status="civilian", age_group="child", within=whole)
    approve_and_publish(whole.incident)
    document = get("incidents/INC-000001/")
    assert document["killed"] == {"low": 9, "best": 9, "high": 9, "at_least": False, "contradictory": None}
    assert (sums(), sums(estimate="high")) == (9, 9)
    assert sums("age_group") == {"unknown": 9, "child": None}


@pytest.fixture
def mixed(theatre):
    """The incident at Dibis, in which two women were wounded, six men killed, and two attackers as well."""
    lines = [
        {"sex": "female", "harm": "wounded", "age_group": "child", "low": 2, "best": 2, "high": 2},
        {"sex": "male", "harm": "killed", "victim_status": "civilian", "low": 6, "best": 6, "high": 6},
        {"sex": "male", "harm": "killed", "counted_as": "attackers", "low": 2, "best": 2, "high": 2},
    ]
    for line in lines:
        CasualtyFactory(incident=theatre.incident, **line)
    approve_and_publish(theatre.incident)
    return theatre


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"sex": "female", "harm": "wounded"}, True),
        ({"sex": "female", "harm": "killed"}, False),
        ({"sex": "female,male", "harm": "killed"}, True),
        ({"sex": "female", "age_group": "child"}, True),
        ({"sex": "male", "age_group": "child"}, False),
        ({"victim": "civilian", "sex": "male"}, True),
        ({"victim": "iraqi-army", "sex": "male"}, False),
        ({"victim": "civilian", "harm": "killed", "sex": "female"}, False),
        ({"victim": "civilian", "counted_as": "attackers"}, False),
        ({"harm": "wounded", "killed_min": 7}, True),
        ({"victim": "civilian", "killed_min": 6}, True),
        ({"victim": "civilian", "killed_min": 7}, False),
        ({"victim": "civilian", "killed_min": 5, "killed_max": 6}, True),
        ({"counted_as": "attackers", "killed_max": 2}, True),
        ({"counted_as": "attackers", "killed_min": 3}, False),
        ({"sex": "female", "wounded_min": 2}, True),
        ({"sex": "female", "killed_min": 1}, False),
        ({"victim": "civilian", "harm": "killed", "wounded_min": 1}, False),
    ],
)
def test_filters_of_people_are_about_the_same_people_in_lists_and_in_counts(mixed, get, asked, found):
    expected = [mixed.incident.uid] if found else []
    assert [row["uid"] for row in get("incidents/", **asked)["results"]] == expected
    assert get("stats/", measure="incidents", **asked)["results"][0]["n_incidents"] == len(expected)


def test_a_past_state_has_the_people_of_then(mixed, get):
    asked, before = {"sex": "female", "harm": "killed"}, get("incidents/")["seq"]
    mixed.incident.casualties.filter(sex="female").update(harm="killed")
    approve_and_publish(mixed.incident)
    assert [row["uid"] for row in get("incidents/", **asked)["results"]] == [mixed.incident.uid]
    assert get("incidents/", **asked, as_of=before)["results"] == []
