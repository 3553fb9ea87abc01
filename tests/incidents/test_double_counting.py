"""Sums that real reports make difficult, each with the number that must come out, through review and publication."""

import pytest

from incidents.choices import Clarity, Coverage, Harm, InvolvementRole, VictimStatus
from operations.choices import PlaceKind
from publication.models import Revision
from publication.publish import publish
from records.rules import RulesBroken
from tests.incidents.campaign import Campaign, read, settle
from tests.incidents.factories import InvolvementFactory, TollCoverageFactory
from tests.kept import kept
from tests.operations.factories import OperationFactory, PlaceFactory
from tests.theatre import approve_and_publish

CONTAINED, LIKELY, POSSIBLE, EXCLUDED = Coverage
CIVILIAN, SOLDIER = VictimStatus.CIVILIAN, VictimStatus.SECURITY_FORCE_MEMBER
DECEMBER = {"date_from": "2021-12-01", "date_to": "2021-12-31"}


@pytest.fixture
def campaign(db):
    return kept("campaign", Campaign)


@pytest.fixture
def stats(client):
    """Ask for sums of people killed, reconciled unless told."""

    def stats(**parameters):
        response = client.get("/api/v1/stats/", {"measure": "killed", "basis": "reconciled", **parameters})
        assert response.status_code == 200, response.content
        return response.json()

    return stats


def figures(row):
    return row["low"], row["best"], row["high"]


def groups(answer):
    """Return the best numbers of an answer by their keys."""
    (name,) = answer["by"]
    return {row[name]: row["best"] for row in answer["results"]}


def no_force(campaign, incident):
    """Take the force of the victims of an incident away and publish it: the report does not state it."""
    incident.casualties.update(victim_force=None)
    approve_and_publish(incident)
    return incident


# Victims known less exactly than those of the toll


@pytest.mark.parametrize(
    ("of_toll", "of_incident"),
    [
        ({}, {"victim_force": None}),
        (
            {"victim_force": None, "victim_status": CIVILIAN},
            {"victim_force": None, "victim_status": VictimStatus.UNKNOWN},
        ),
        ({"victim_force": "brigade"}, {}),
    ],
    ids=["force not stated", "four people under civilians", "army under a brigade"],
)
@pytest.mark.parametrize("relation", [CONTAINED, LIKELY])
def test_a_linked_incident_explains_a_toll_whose_victims_are_known_more_exactly(
    campaign, stats, of_toll, of_incident, relation
):
    of_toll = of_toll | ({"victim_force": campaign.brigade} if of_toll.get("victim_force") else {})
    attack = campaign.attack(4)
    attack.casualties.update(**of_incident)
    approve_and_publish(attack)
    campaign.toll(22, covers={attack: relation}, **of_toll)
    assert figures(stats()["total"]) == (22, 22, 22)


def test_lines_of_other_victims_explain_nothing(campaign, stats):
    attack = campaign.attack(4)
    campaign.harm(attack, 3, status=CIVILIAN)
    approve_and_publish(attack)
    campaign.toll(22, covers={attack: CONTAINED})
    assert figures(stats()["total"]) == (25, 25, 25)


def test_a_group_is_not_the_filter_of_the_same_name(campaign, stats):
    attack = no_force(campaign, campaign.attack(4))
    campaign.toll(22, covers={attack: CONTAINED})
    assert groups(stats(by="victim")) == {"army": 18, "security_force_member": 4}
    assert stats(victim="army")["total"]["best"] == 22


# Two tolls


def adjoining(campaign, one, other):
    """Publish two tolls of ten over adjoining spans of days, with these rows of coverage; return them."""
    first = campaign.toll(10, when="2021-12-01/2021-12-05", covers=one)
    return first, campaign.toll(10, when="2021-12-06/2021-12-10", covers=other)


def test_tolls_of_other_victims_both_contain_an_incident_with_people_of_each(campaign, stats):
    attack = campaign.attack(3)
    campaign.harm(attack, 2, status=CIVILIAN)
    approve_and_publish(attack)
    campaign.toll(22, covers={attack: CONTAINED})
    campaign.toll(10, covers={attack: CONTAINED}, victim_force=None, victim_status=CIVILIAN)
    assert figures(stats()["total"]) == (32, 32, 32)


def test_an_incident_contained_in_two_tolls_is_refused_with_both_named(campaign):
    night = campaign.attack(4, when="2021-12-05/2021-12-06")
    first, second = adjoining(campaign, {night: LIKELY}, {night: CONTAINED})
    with pytest.raises(RulesBroken, match=f"{first.uid} and {second.uid} both count all people of {night.uid}"):
        publish([second], by="reviewer")
    second.coverage.update(people=2)
    first.coverage.update(people=3)
    with pytest.raises(
        RulesBroken,
        match=rf"count 3 \({first.uid}\) and 2 \({second.uid}\) of the people of {night.uid}, which counts 4",
    ):
        publish([second], by="reviewer")


def test_an_incident_split_over_two_tolls_by_numbers_counts_once(campaign, stats):
    night = campaign.attack(4, when="2021-12-05/2021-12-06")
    first = campaign.toll(10, when="2021-12-01/2021-12-05")
    second = campaign.toll(10, when="2021-12-06/2021-12-10")
    for toll in (first, second):
        TollCoverageFactory(toll=toll, incident=night, relation=LIKELY, people=2, reason="Half of them.")
    approve_and_publish(first, second)
    assert figures(stats()["total"]) == (20, 20, 20)


def test_an_incident_that_is_possible_in_two_tolls_lowers_the_low_of_one(campaign, stats):
    night = campaign.attack(4, when="2021-12-05/2021-12-06")
    adjoining(campaign, {night: POSSIBLE}, {night: POSSIBLE})
    assert figures(stats()["total"]) == (20, 24, 24)


def test_a_nested_toll_is_counted_once_under_every_filter_that_holds_both(campaign, stats):
    wider = campaign.toll(30, when="2021-11-01/2021-12-31")
    campaign.toll(10, parent=wider)
    for asked in ({}, {"victim": "army"}, {"date_from": "2021-11-01", "date_to": "2021-12-31"}, {"by": "victim"}):
        assert figures(stats(**asked)["total"]) == (30, 30, 30)


# A toll inside the filter and its incident outside


def test_an_incident_of_uncertain_day_outside_the_filter_takes_nothing_from_the_toll(campaign, stats):
    attack = campaign.attack(4, when="2021-11-25/2021-12-02")
    campaign.toll(22, when="2021-12-01/2021-12-12", covers={attack: LIKELY})
    assert stats(**DECEMBER)["total"]["best"] == 22


def test_an_incident_without_a_place_outside_the_filter_takes_nothing_from_the_toll(campaign, stats):
    attack = campaign.attack(4)
    toll = campaign.toll(22, covers={attack: LIKELY})
    toll.places.add(campaign.kirkuk)
    approve_and_publish(toll)
    assert stats(place="kirkuk")["total"]["best"] == 22
    assert stats()["total"]["best"] == 22


def test_an_incident_in_a_region_outside_the_filter_takes_nothing_from_the_toll(campaign, stats):
    region = PlaceFactory(slug="front", kind=PlaceKind.FRONT, parent=campaign.iraq)
    approve_and_publish(region)
    attack = campaign.attack(2, place=region, location_precision="feature")
    toll = campaign.toll(10, covers={attack: LIKELY})
    toll.places.add(campaign.kirkuk)
    approve_and_publish(toll)
    assert stats(place="kirkuk")["total"]["best"] == 10


def test_a_toll_and_its_incident_of_a_sub_operation_are_counted_in_the_operation_once(campaign, stats):
    below = OperationFactory(parent=campaign.operation)
    approve_and_publish(below)
    attack = campaign.attack(4, operation=below)
    campaign.toll(14, operation=campaign.operation, covers={attack: CONTAINED})
    assert stats(operation=campaign.operation.uid)["total"]["best"] == 14


# What nobody has decided


@pytest.mark.parametrize("when", ["2021-12-05", "2021-11-20/2021-12-05"])
def test_an_attack_that_nobody_linked_adds_no_death_and_is_named(campaign, stats, when):
    attack = campaign.attack(4, when=when)
    toll = campaign.toll(22)
    answer = stats(explain="1")
    assert figures(answer["total"]) == (22, 22, 26)
    (added,) = answer["explanation"]["tolls"]
    (link,) = added["explained_by"]
    assert (link["incident"], link["decided"]) == (attack.uid, False)
    assert read(toll)["provisional"]["n"] == 1
    assert read(toll)["provisional"]["incidents"][0]["incident"] == attack.uid


def test_an_attack_that_is_possible_and_undecided_adds_nothing_to_low_and_best(campaign, stats):
    attack = no_force(campaign, campaign.attack(4, when="2021-11-20/2021-12-05"))
    toll = campaign.toll(22)
    assert read(toll)["provisional"]["incidents"] == [{"incident": attack.uid, "relation": "possible"}]
    assert figures(stats()["total"])[:2] == (22, 22)


def test_an_attack_on_soldiers_and_civilians_adds_no_death_to_a_toll_of_each(campaign, stats):
    campaign.toll(22)
    campaign.toll(10, victim_force=None, victim_status=CIVILIAN)
    attack = campaign.attack(4)
    campaign.harm(attack, 3, status=CIVILIAN)
    approve_and_publish(attack)
    assert figures(stats()["total"])[:2] == (32, 32)


def test_the_document_of_a_toll_follows_a_correction_that_leaves_its_undecided_link_as_it_was(campaign):
    toll = campaign.toll(22)
    attack = campaign.attack(4)
    assert read(toll)["explained"]["best"] == 4
    attack.casualties.update(low=6, best=6, high=6)
    approve_and_publish(attack)
    assert (read(toll)["explained"]["best"], read(toll)["residual"]["best"]) == (6, 16)


def test_the_document_of_a_toll_follows_one_that_takes_or_leaves_an_incident_of_both(campaign):
    attack = campaign.attack(4, when="2021-12-04/2021-12-07")
    later = campaign.toll(10, when="2021-12-06/2021-12-10")
    assert read(later)["explained"]["best"] == 4
    earlier = campaign.toll(10, when="2021-12-01/2021-12-05")
    assert (read(earlier)["explained"]["best"], read(later)["explained"]["best"]) == (4, 0)
    earlier.coverage.create(incident=attack, relation=EXCLUDED, reason="It came later.")
    approve_and_publish(earlier)
    assert (read(earlier)["explained"]["best"], read(later)["explained"]["best"]) == (0, 4)


def test_an_incident_of_which_only_the_highest_number_is_stated_has_a_highest_number_in_sums(campaign, stats):
    attack = campaign.attack(7)
    attack.casualties.update(low=None, best=None)
    approve_and_publish(attack)
    assert figures(read(attack)["killed"]) == figures(stats(basis="incident")["total"]) == (None, None, 7)


def test_an_attack_published_after_the_toll_is_provisional_too_until_a_person_decides(campaign, stats):
    toll = campaign.toll(22)
    attack = campaign.attack(4)
    before = Revision.objects.head()
    assert stats()["total"]["best"] == 22
    toll.coverage.create(incident=attack, relation=EXCLUDED, reason="Another war.")
    approve_and_publish(toll)
    assert read(toll)["provisional"] == {"n": 0, "incidents": []}
    assert stats()["total"]["best"] == 26
    assert stats(as_of=before)["total"]["best"] == 22


def test_a_linked_incident_that_is_dated_out_of_the_toll_is_stale_and_explains_nothing(campaign, stats):
    attack = campaign.attack(4)
    toll = campaign.toll(22, covers={attack: CONTAINED})
    assert stats()["total"]["best"] == 22
    attack.when = "2022-02-01"
    attack.save()
    approve_and_publish(attack)
    assert stats()["total"]["best"] == 26
    (row,) = read(toll)["coverage"]
    assert (row["proposed"], row["stale_because"]) == (
        "contained",
        "It happened after 2021-12-12, the last day that the toll counts.",
    )


def test_a_link_against_what_the_codes_propose_holds(campaign, stats):
    attack = campaign.attack(4, when="2022-02-01")
    toll = campaign.toll(22, covers={attack: CONTAINED})
    assert read(toll)["coverage"][0]["stale_because"] == ""
    assert stats()["total"]["best"] == 22


# Open figures and parts


def test_a_floor_is_counted_and_marked(campaign, stats):
    campaign.attack(4)
    attack = campaign.attack(7)
    attack.casualties.update(best=None, high=None)
    approve_and_publish(attack)
    total = stats(basis="incident")["total"]
    assert (*figures(total), total["n_at_least"]) == (11, 11, None, 1)


def test_a_closed_toll_closes_what_it_contains(campaign, stats):
    attack = campaign.attack(7)
    attack.casualties.update(best=None, high=None)
    approve_and_publish(attack)
    toll = campaign.toll(22, covers={attack: CONTAINED})
    assert read(toll)["residual"]["best"] == 15
    assert figures(stats()["total"]) == (22, 22, 22)
    assert figures(read(toll)["reconciled"]) == (22, 22, 22)


def test_bounds_of_a_whole_incident_are_used_wherever_it_stays_whole(campaign, stats):
    attack = campaign.attack(3)
    campaign.harm(attack, 4, force=campaign.peshmerga)
    attack.casualties.update(low=None, high=None)
    attack.killed_low, attack.killed_high = 5, 9
    attack.save()
    approve_and_publish(attack)
    answer = stats(basis="incident", by="month")
    assert figures(answer["total"]) == figures(answer["results"][0]) == figures(read(attack)["killed"]) == (5, 7, 9)
    assert answer["incident_bounds"] is True
    split = stats(basis="incident", by="victim")
    assert split["incident_bounds"] is False
    assert [figures(row) for row in split["results"]] == [(0, 3, None), (0, 4, None)]


@pytest.mark.parametrize(
    ("stated", "counted", "off"), [((8, 9), (7, 7, 9), (1, 0)), ((2, 6), (2, 7, 7), (0, -1)), ((5, 9), (5, 7, 9), None)]
)
def test_bounds_that_contradict_the_best_number_give_way_and_are_told(campaign, stats, stated, counted, off):
    attack = campaign.attack(7)
    attack.casualties.update(low=None, high=None)
    attack.killed_low, attack.killed_high = stated
    attack.save()
    approve_and_publish(attack)
    answer = stats(basis="incident")
    assert figures(answer["total"]) == figures(read(attack)["killed"]) == counted
    low, high = off or (0, 0)
    assert answer["contradictory"] == {"n": int(off is not None), "low": low, "high": high}


def test_nine_killed_of_them_five_civilians_and_four_soldiers(campaign, stats):
    attack = campaign.attack(9, status=VictimStatus.UNKNOWN)
    whole = attack.casualties.get()
    campaign.harm(attack, 5, status=CIVILIAN, within=whole)
    campaign.harm(attack, 4, within=whole)
    approve_and_publish(attack)
    assert groups(stats(by="victim")) == {"civilian": 5, "army": 4}
    assert stats()["total"]["best"] == 9


def test_what_remains_of_a_whole_with_open_parts_stays_in_order(campaign, stats):
    attack = campaign.attack(9, 9, 12, status=VictimStatus.UNKNOWN)
    campaign.harm(attack, 2, 5, 7, status=CIVILIAN, within=attack.casualties.get())
    approve_and_publish(attack)
    rows = {row["victim"]: figures(row) for row in stats(basis="incident", by="victim")["results"]}
    assert rows == {"civilian": (2, 5, 7), "unknown": (2, 4, 10)}
    assert figures(stats(basis="incident")["total"]) == (9, 9, 12)


def test_killed_or_wounded_of_whom_some_were_killed(campaign, stats):
    attack = campaign.attack(10, harm=Harm.KILLED_OR_WOUNDED)
    campaign.harm(attack, 3, within=attack.casualties.get())
    approve_and_publish(attack)
    answer = stats(measure="casualties", by="harm")
    assert groups(answer) == {"killed": 3, "killed_or_wounded": 7}
    assert answer["total"]["best"] == 10
    assert stats(measure="killed_or_wounded")["total"]["best"] == 10


def test_people_abducted_and_found_dead_count_under_each_harm_and_once_together(campaign, stats):
    attack = campaign.attack(4, harm=Harm.ABDUCTED, status=CIVILIAN)
    campaign.harm(attack, 4, status=CIVILIAN, within=attack.casualties.get())
    approve_and_publish(attack)
    answer = stats(measure="casualties", by="harm")
    assert groups(answer) == {"abducted": 4, "killed": 4}
    assert answer["total"]["best"] == stats(measure="casualties")["total"]["best"] == 4


# Filters and dimensions


def test_an_operation_takes_in_its_sub_operations(campaign, stats):
    below = OperationFactory(parent=campaign.operation)
    approve_and_publish(below)
    campaign.attack(3, operation=campaign.operation)
    campaign.attack(4, operation=below)
    assert stats(operation=campaign.operation.uid)["total"]["best"] == 7
    assert stats(operation=below.uid)["total"]["best"] == 4
    assert read(campaign.operation)["totals"]["killed"]["incident"]["best"] == 7


def test_a_loop_over_months_counts_nobody_twice(campaign, stats):
    campaign.attack(6, when="2021-11-28/2021-12-03")
    november = stats(basis="incident", date_from="2021-11-01", date_to="2021-11-30")
    december = stats(basis="incident", **DECEMBER)
    both = stats(basis="incident", date_from="2021-11-01", date_to="2021-12-31")
    assert [each["total"]["best"] for each in (november, december, both)] == [None, None, 6]
    assert [each["possible"]["best"] for each in (november, december, both)] == [6, 6, None]


def test_the_force_of_victims_is_found_without_an_involvement(campaign, client, stats):
    attack = campaign.attack(4, force=campaign.brigade)
    found = client.get("/api/v1/incidents/", {"force": "army"}).json()["results"]
    assert [each["uid"] for each in found] == [attack.uid]
    assert groups(stats(by="victim")) == {"brigade": 4}


def test_the_party_of_an_incident_is_not_the_force_of_its_victims(campaign, stats):
    attack = campaign.attack(4, force=campaign.brigade)
    InvolvementFactory(incident=attack, force=campaign.peshmerga, role=InvolvementRole.RESPONDER)
    approve_and_publish(attack)
    assert groups(stats(by="victim")) == {"brigade": 4}
    answer = stats(by="party")
    assert groups(answer) == {"army": 4, "brigade": 4, "peshmerga": 4}
    assert (answer["groups_overlap"], answer["total"]["best"]) == (True, 4)


def test_several_events_told_as_one_are_counted_beside_those_told_one_by_one(campaign, client):
    campaign.attack(4)
    campaign.attack(3, clarity=Clarity.AGGREGATED)
    answer = client.get("/api/v1/stats/", {"by": "clarity"}).json()
    assert answer["total"] == {"value": 1, "n_incidents": 2, "n_aggregated": 1}
    assert len(client.get("/api/v1/incidents/", {"clarity": "aggregated"}).json()["results"]) == 1


def test_an_incident_without_violence_pushes_no_toll_out(campaign, client):
    campaign.attack(4)
    campaign.toll(22)
    answer = client.get("/api/v1/stats/", {"measure": "killed", "basis": "reconciled", "violent": "true"}).json()
    assert answer["total"]["best"] == 22


# Running tallies


def test_a_newer_tally_beside_the_adopted_older_one_is_told(campaign, stats):
    older = campaign.toll(9, when="2021-11-27/2021-12-03", series="since")
    settle()
    newer = campaign.toll(14, when="2021-11-27/2021-12-08", series="since", adopted=False)
    answer = stats()
    assert answer["tolls_outdated"] == [{"toll": older.uid, "newer": newer.uid}]
    assert read(older)["live"] is False
