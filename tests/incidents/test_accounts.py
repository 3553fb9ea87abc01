"""Cumulative counts: their arithmetic, what keeps two of them apart, and what readers learn of them."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError

from incidents.choices import Coverage, Harm, VictimStatus
from incidents.figures.fits import ACROSS
from incidents.models import Casualty
from operations.choices import PlaceKind
from publication.models import Revision
from records.choices import State
from records.triggers import reviewing
from tests.incidents.campaign import Campaign, read, settle
from tests.incidents.factories import CasualtyFactory, IncidentFactory, TollFactory
from tests.kept import kept
from tests.operations.factories import ForceFactory, OperationFactory, PhaseFactory, PlaceFactory
from tests.theatre import approve_and_publish

CONTAINED, LIKELY, POSSIBLE, EXCLUDED = Coverage


# Two adopted tolls


def refused(sentence):
    return pytest.raises(IntegrityError, match=sentence)


def december(**values):
    """Return an adopted toll of ten killed in December 2021."""
    window = {"earliest_on": date(2021, 12, 1), "latest_on": date(2021, 12, 31)}
    return TollFactory(**{"adopted": True, "low": 10, "best": 10, "high": 10, **window, **values})


@pytest.fixture
def army(db):
    return ForceFactory(slug="army")


def test_two_adopted_tolls_of_the_same_victims_are_refused_by_name(army):
    one, other = december(victim_force=army), december(victim_force=army)
    with refused(f"{one.uid} cannot be adopted beside {other.uid}: some of the same people would be counted twice"):
        settle()


def test_a_unit_belongs_to_the_family_of_its_force(army):
    december(victim_force=army)
    december(victim_force=ForceFactory(parent=army))
    with refused("counted twice"):
        settle()


def test_soldiers_of_any_force_may_be_those_of_one(army):
    december(victim_force=army, victim_status=VictimStatus.SECURITY_FORCE_MEMBER)
    december(victim_status=VictimStatus.SECURITY_FORCE_MEMBER)
    with refused("counted twice"):
        settle()


def test_killed_are_among_the_killed_or_wounded(army):
    december(victim_force=army, harm=Harm.KILLED)
    december(victim_force=army, harm=Harm.KILLED_OR_WOUNDED)
    with refused("counted twice"):
        settle()


def test_a_place_lies_within_what_is_around_it(army):
    iraq = PlaceFactory()
    kirkuk = PlaceFactory(parent=iraq)
    december(victim_force=army).places.add(iraq)
    december(victim_force=army).places.add(kirkuk)
    with refused("counted twice"):
        settle()


@pytest.mark.parametrize(
    "other",
    [
        lambda army: {"victim_force": ForceFactory()},
        lambda army: {"victim_force": army, "harm": Harm.WOUNDED},
        lambda army: {"victim_force": army, "earliest_on": date(2022, 1, 1), "latest_on": date(2022, 1, 31)},
        lambda army: {"victim_force": army, "adopted": False},
        lambda army: {"victim_force": army, "operation": OperationFactory()},
    ],
    ids=["another force", "another harm", "another month", "not adopted", "another operation"],
)
def test_adopted_tolls_of_other_people_stand_side_by_side(army, other):
    december(victim_force=army, operation=OperationFactory())
    december(**other(army))
    settle()


def test_two_phases_of_one_operation_have_tolls_of_their_own(army):
    operation = OperationFactory()
    for ordinal in (1, 2):
        december(victim_force=army, phase=PhaseFactory(operation=operation, ordinal=ordinal))
    settle()
    december(victim_force=army, operation=operation)
    with refused("counted twice"):
        settle()


def test_two_places_side_by_side_have_tolls_of_their_own(army):
    for place in PlaceFactory.create_batch(2):
        december(victim_force=army).places.add(place)
    settle()


def test_a_place_that_moves_into_another_brings_two_tolls_together(army):
    kirkuk, hawija = PlaceFactory.create_batch(2)
    december(victim_force=army).places.add(kirkuk)
    december(victim_force=army).places.add(hawija)
    settle()
    hawija.parent = kirkuk
    hawija.save()
    with refused("counted twice"):
        settle()


@pytest.mark.parametrize("kind", PlaceKind)
def test_only_a_place_across_administrative_units_may_lie_anywhere_in_the_place_around_it(army, kind):
    iraq = PlaceFactory()
    december(victim_force=army).places.add(PlaceFactory(parent=iraq, kind=kind))
    december(victim_force=army).places.add(PlaceFactory(parent=iraq))
    with refused("counted twice") if kind in ACROSS else nullcontext():
        settle()


@pytest.mark.parametrize("status", VictimStatus)
def test_a_toll_of_a_group_of_civilians_counts_people_whom_one_of_civilians_counts(db, status):
    december(victim_status=VictimStatus.CIVILIAN)
    december(victim_status=status)
    among = VictimStatus.CIVILIAN in VictimStatus.line_of(status) or status == VictimStatus.UNKNOWN
    with refused("counted twice") if among else nullcontext():
        settle()


def test_a_toll_of_journalists_may_be_nested_in_one_of_civilians(db):
    wider = december(victim_status=VictimStatus.CIVILIAN)
    december(victim_status=VictimStatus.JOURNALIST, parent=wider)
    settle()


def test_a_toll_of_civilians_is_not_nested_in_one_of_journalists(db):
    narrower = december(victim_status=VictimStatus.JOURNALIST, adopted=False)
    december(victim_status=VictimStatus.CIVILIAN, parent=narrower, adopted=False)
    with refused("the wider toll must span its period, places, victims and harm"):
        settle()


def test_an_operation_that_moves_into_another_brings_two_tolls_together(army):
    one, other = OperationFactory.create_batch(2)
    december(victim_force=army, operation=one)
    december(victim_force=army, operation=other)
    settle()
    other.parent = one
    other.save()
    with refused("counted twice"):
        settle()


def test_a_withdrawn_toll_stands_in_nobodys_way(army):
    one, _ = december(victim_force=army), december(victim_force=army)
    with reviewing():
        one.state = State.WITHDRAWN
        one.save()
    settle()


def test_a_toll_nested_in_a_wider_one_may_be_adopted_beside_it(army):
    wider = december(victim_force=army)
    december(victim_force=army, parent=wider, latest_on=date(2021, 12, 8))
    settle()


@pytest.mark.parametrize(
    "beyond",
    [{"latest_on": date(2022, 1, 1)}, {"harm": Harm.WOUNDED}, {"victim_force": None}],
    ids=["period", "harm", "victims"],
)
def test_a_toll_is_nested_only_in_one_that_spans_it(army, beyond):
    wider = december(victim_force=army)
    december(**{"victim_force": army, "parent": wider, "adopted": False} | beyond)
    with refused("the wider toll must span its period, places, victims and harm"):
        settle()


def test_only_the_newest_of_a_running_tally_is_adopted(army):
    december(victim_force=army, series="since", adopted=False, latest_on=date(2021, 12, 31))
    old = december(victim_force=army, series="since", latest_on=date(2021, 12, 8))
    with refused(f"{old.uid} cannot be adopted: TOL-.* is newer in its series"):
        settle()


# What readers learn


@pytest.fixture
def campaign(db):
    return kept("campaign", Campaign)


def example(campaign, **values):
    """Publish the worked example: a toll of 22 soldiers, and four incidents; return the toll."""
    first = campaign.attack(3, 3, 4, when="2021-11-28")
    second = campaign.attack(7, 7, 7, when="2021-12-02")
    third = campaign.attack(2, 4, 4, when="2021-12-05", force=campaign.peshmerga)
    fourth = campaign.attack(2, 2, 2, when="2021-11-25/2021-11-30")
    covers = {first: CONTAINED, second: CONTAINED, third: EXCLUDED, fourth: LIKELY}
    return campaign.toll(22, when="2021-11-27/2021-12-12", covers=covers, **values)


def test_a_published_toll_says_what_the_incidents_explain_that_it_covers(campaign):
    toll = read(example(campaign))
    assert toll["explained"] == {"low": 10, "best": 12, "high": 13}
    assert toll["residual"] == {"low": 9, "best": 10, "high": 12}
    assert toll["reconciled"] == {"low": 22, "best": 22, "high": 22}
    assert toll["contradiction"] is False


def test_a_toll_is_written_anew_when_an_incident_that_it_covers_is_corrected(campaign):
    incident = campaign.attack(3, 3, 3)
    toll = campaign.toll(22, covers={incident: CONTAINED})
    incident.casualties.update(low=5, best=5, high=5)
    approve_and_publish(incident)
    assert read(toll)["residual"]["best"] == 17
    revision = Revision.objects.served().get(uid=toll.uid)
    assert (revision.number, revision.reason_code) == (2, "reference")
    assert revision.changed_fields == ["explained", "residual"]


def test_an_edit_that_waits_for_approval_changes_no_published_remainder(campaign):
    incident = campaign.attack(3, 3, 3)
    toll = campaign.toll(22, covers={incident: CONTAINED})
    incident.casualties.update(low=5, best=5, high=5)
    approve_and_publish(campaign.attack(1, 1, 1, force=campaign.peshmerga))
    assert read(toll)["residual"]["best"] == 19


def test_a_subset_explains_nothing_a_second_time(campaign):
    incident = campaign.attack(10, 10, 10)
    campaign.harm(incident, 2, force=campaign.brigade, within=incident.casualties.get())
    approve_and_publish(incident)
    assert read(campaign.toll(22, covers={incident: CONTAINED}))["explained"]["best"] == 10


def test_a_toll_of_killed_or_wounded_is_explained_by_both(campaign):
    incident = campaign.attack(3, 3, 3)
    campaign.harm(incident, 4, harm=Harm.WOUNDED)
    approve_and_publish(incident)
    toll = campaign.toll(22, harm=Harm.KILLED_OR_WOUNDED, covers={incident: CONTAINED})
    assert read(toll)["explained"]["best"] == 7


def test_a_nested_toll_counts_in_the_wider_one_with_what_it_adds(campaign):
    one, other = campaign.attack(3, 3, 3), campaign.attack(5, 5, 5)
    wider = campaign.toll(40, when="2021-11-01/2021-12-31", covers={other: CONTAINED})
    inner = campaign.toll(10, covers={one: CONTAINED, other: EXCLUDED}, parent=wider)
    assert read(inner)["residual"]["best"] == 7
    assert read(wider)["explained"]["best"] == 5 + 3 + 7
    assert read(wider)["residual"]["best"] == 25


def test_a_running_tally_has_one_live_toll_and_shows_a_decrease(campaign):
    old = campaign.toll(14, when="2021-11-27/2021-12-05", series="since", adopted=False)
    new = campaign.toll(9, when="2021-11-27/2021-12-12", series="since")
    assert [read(toll)["live"] for toll in (old, new)] == [False, True]
    assert [read(toll)["falls_below"] for toll in (old, new)] == [None, old.uid]


def test_an_operation_and_its_phase_say_what_their_incidents_come_to(campaign):
    first = campaign.attack(3, 3, 4, phase=campaign.phase)
    campaign.attack(1, 2, 2, operation=campaign.operation, force=campaign.peshmerga)
    campaign.attack(90, 90, 90)
    toll = campaign.toll(22, phase=campaign.phase, covers={first: CONTAINED})
    operation, phase = read(campaign.operation)["totals"], read(campaign.phase)["totals"]
    assert (operation["incidents"], phase["incidents"]) == (2, 1)
    assert operation["killed"] == {
        "incident": {"low": 4, "best": 5, "high": 6},
        "reconciled": {"low": 23, "best": 24, "high": 24},
    }
    assert phase["killed"]["reconciled"] == {"low": 22, "best": 22, "high": 22}
    assert operation["tolls"] == phase["tolls"] == [toll.uid]
    (row,) = phase["people"]
    assert (row["victim"], row["harm"], row["incident"]["best"], row["reconciled"]["best"]) == ("army", "killed", 3, 22)


def test_an_incident_that_leaves_an_operation_leaves_its_totals(campaign):
    incident = campaign.attack(3, 3, 3, phase=campaign.phase)
    incident.phase = None
    incident.save()
    approve_and_publish(incident)
    assert read(campaign.operation)["totals"]["incidents"] == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            lambda whole, part: CasualtyFactory(within=whole),
            "An estimate lies within another one of the same incident.",
        ),
        (
            lambda whole, part: Casualty.objects.filter(pk=part.pk).update(incident=IncidentFactory()),
            "An estimate lies within another one of the same incident.",
        ),
        (
            lambda whole, part: Casualty.objects.filter(pk=whole.pk).update(within=part),
            "An estimate cannot lie within itself, directly or through others.",
        ),
        (
            lambda whole, part: Casualty.objects.filter(pk=whole.pk).update(within=whole),
            "An estimate cannot lie within itself, directly or through others.",
        ),
    ],
    ids=["another incident", "it moves", "a circle", "itself"],
)
def test_a_subset_lies_within_another_estimate_of_its_own_incident(db, wrong, sentence):
    whole = CasualtyFactory()
    part = CasualtyFactory(incident=whole.incident, within=whole, victim_status="off_duty")
    settle()
    wrong(whole, part)
    with refused(sentence):
        settle()
