"""Which incidents are proposed for a toll, and which of its links no longer fit."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.choices import Coverage, Harm, InvolvementRole, VictimStatus
from incidents.figures.compared import candidates, fit, proposals, stale, tolls_for
from incidents.figures.tally import tally
from incidents.models import Incident
from operations.choices import PlaceKind
from records.choices import State
from tests.incidents.factories import (
    CasualtyFactory,
    IncidentFactory,
    InvolvementFactory,
    TollCoverageFactory,
    TollFactory,
)
from tests.operations.factories import ForceFactory, OperationFactory, PhaseFactory, PlaceFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2020, 11, 27), date(2020, 12, 12)
SOLDIERS = VictimStatus.SECURITY_FORCE_MEMBER


class Country:
    """A country with two governorates, a front without an outline, two armies, one enemy, and a toll of one army."""

    def __init__(self):
        self.iraq = PlaceFactory(slug="iraq", name="Iraq", kind=PlaceKind.COUNTRY)
        self.kirkuk = PlaceFactory(slug="kirkuk", name="Kirkuk", kind=PlaceKind.FIRST_LEVEL, parent=self.iraq)
        self.dibis = PlaceFactory(slug="dibis", name="Dibis", kind=PlaceKind.SECOND_LEVEL, parent=self.kirkuk)
        self.diyala = PlaceFactory(slug="diyala", name="Diyala", kind=PlaceKind.FIRST_LEVEL, parent=self.iraq)
        self.syria = PlaceFactory(slug="syria", name="Syria", kind=PlaceKind.COUNTRY)
        self.front = PlaceFactory(slug="front", name="Garmaser front", kind=PlaceKind.FRONT, parent=self.iraq)
        self.forces = ForceFactory(slug="security-forces", name="Security forces")
        self.army = ForceFactory(slug="army", name="Army", parent=self.forces)
        self.division = ForceFactory(slug="division", name="8th Division", parent=self.army)
        self.peshmerga = ForceFactory(slug="peshmerga", name="Peshmerga")
        self.isis = ForceFactory(slug="isis", name="Islamic State")

    def toll(self, *places, **values):
        """Return a toll of 22 soldiers of the army, killed by the Islamic State in Kirkuk."""
        usual = {"earliest_on": FIRST, "latest_on": LAST, "victim_force": self.army, "victim_status": SOLDIERS}
        toll = TollFactory(**{**usual, "perpetrator": self.isis, "low": 22, "best": 22, "high": 22, **values})
        toll.places.set(places or [self.kirkuk])
        return toll

    def attack(self, when="2020-12-01", force=None, by="isis", **values):
        """Return an attack of the Islamic State at Dibis that killed three soldiers of the 8th Division."""
        line = {"victim_status": SOLDIERS, "harm": Harm.KILLED, "low": 3, "best": 3, "high": 3}
        line |= {name: values.pop(name) for name in list(values) if name in line}
        incident = IncidentFactory(**{"when": when, "place": self.dibis, **values})
        CasualtyFactory(incident=incident, victim_force=self.division if force is None else force or None, **line)
        if by:
            InvolvementFactory(incident=incident, force=getattr(self, by), role=InvolvementRole.INITIATOR)
        return incident


@pytest.fixture
def country(db):
    return Country()


def uids(found):
    return [each.incident.uid for each in found]


def test_an_incident_within_everything_is_contained(country):
    found = fit(country.toll(), country.attack())
    assert found == (Coverage.CONTAINED, "Everything that is coded about it lies within what the toll counts.", True)


@pytest.mark.parametrize(
    ("when", "relation", "reason"),
    [
        ("2020-11-27", "contained", "Everything that is coded about it lies within what the toll counts."),
        ("2020-12-12", "contained", "Everything that is coded about it lies within what the toll counts."),
        ("2020-11-26", "excluded", "It happened before 2020-11-27, the first day that the toll counts."),
        ("2020-12-13", "excluded", "It happened after 2020-12-12, the last day that the toll counts."),
        (
            "2020-11-25/2020-11-30",
            "likely",
            "Some of its possible days (2020-11-25/2020-11-30) lie outside the period.",
        ),
        ("../2020-12-01", "likely", "Its first or its last possible day is not known."),
        ("../2020-11-26", "excluded", "It happened before 2020-11-27, the first day that the toll counts."),
        ("", "likely", "Its day is not known."),
    ],
)
def test_days_decide(country, when, relation, reason):
    assert fit(country.toll(), country.attack(when))[:2] == (relation, reason)


def test_a_toll_without_a_first_day_is_sure_of_no_day(country):
    found = fit(country.toll(earliest_on=None), country.attack())
    assert found[:2] == ("likely", "The toll does not state its first day.")


@pytest.mark.parametrize(
    ("place", "relation", "reason"),
    [
        ("kirkuk", "contained", ""),
        ("iraq", "likely", "Iraq may lie outside Kirkuk."),
        ("front", "likely", "Garmaser front may lie outside Kirkuk."),
        ("diyala", "excluded", "Diyala lies outside Kirkuk."),
        ("syria", "excluded", "Syria lies outside Kirkuk."),
        (None, "likely", "Its place is not stated."),
    ],
)
def test_places_decide(country, place, relation, reason):
    found = fit(country.toll(), country.attack(place=place and getattr(country, place)))
    assert (found.relation, reason in found.reason) == (relation, True)


def test_an_area_across_governorates_may_hold_any_place_of_the_country(country):
    toll = country.toll(country.front)
    assert fit(toll, country.attack())[:2] == ("likely", "Dibis may lie outside Garmaser front.")
    assert fit(toll, country.attack(place=country.syria)).relation == "excluded"


def test_a_toll_without_places_counts_everywhere(country):
    toll = country.toll()
    toll.places.clear()
    assert fit(toll, country.attack(place=None)).relation == "contained"


@pytest.mark.parametrize(
    ("line", "relation", "reason"),
    [
        ({"force": "army"}, "contained", ""),
        ({"force": "forces"}, "likely", "not certain that the toll counts its victims (Security forces killed)."),
        ({"force": "peshmerga"}, "excluded", "The people killed were others: Peshmerga."),
        ({"force": False}, "likely", "not certain that the toll counts its victims"),
        ({"force": False, "victim_status": "civilian"}, "excluded", "The people killed were others: civilian."),
        ({"harm": "killed_or_wounded"}, "likely", "(8th Division killed or wounded)"),
        ({"harm": "wounded"}, "likely", "It has no record of anybody killed."),
        ({"low": 0, "best": 0, "high": 0}, "likely", "It has no record of anybody killed."),
    ],
)
def test_victims_decide(country, line, relation, reason):
    if isinstance(line.get("force"), str):
        line = line | {"force": getattr(country, line["force"])}
    found = fit(country.toll(), country.attack(**line))
    assert (found.relation, reason in found.reason) == (relation, True)


def test_a_toll_of_killed_or_wounded_counts_both(country):
    toll = country.toll(harm=Harm.KILLED_OR_WOUNDED)
    assert [fit(toll, country.attack(harm=harm)).relation for harm in ("killed", "wounded", "missing")] == [
        "contained",
        "contained",
        "likely",
    ]


def test_a_toll_that_names_no_force_goes_by_the_status(country):
    toll = country.toll(victim_force=None)
    attacks = [country.attack(victim_status=status) for status in (SOLDIERS, "unknown", "civilian")]
    assert [fit(toll, attack).relation for attack in attacks] == ["contained", "likely", "excluded"]


@pytest.mark.parametrize(
    ("by", "relation", "reason"),
    [
        ("", "likely", "Nobody is named as responsible."),
        ("peshmerga", "excluded", "It was done by Peshmerga, but the toll counts what Islamic State did."),
    ],
)
def test_perpetrators_decide(country, by, relation, reason):
    assert fit(country.toll(), country.attack(by=by))[:2] == (relation, reason)


def test_operations_decide(country):
    phase = PhaseFactory()
    sister, elsewhere = PhaseFactory(operation=phase.operation, ordinal=phase.ordinal + 1), OperationFactory()
    of_phase, of_operation = country.toll(phase=phase), country.toll(operation=phase.operation)
    places = [{"phase": phase}, {"phase": sister}, {"operation": phase.operation}, {}, {"operation": elsewhere}]
    attacks = [country.attack(**place) for place in places]
    assert [fit(of_phase, attack).relation for attack in attacks] == [
        "contained",
        "excluded",
        "likely",
        "likely",
        "excluded",
    ]
    assert [fit(of_operation, attack).relation for attack in attacks] == [
        "contained",
        "contained",
        "contained",
        "likely",
        "excluded",
    ]


def test_two_doubts_make_it_possible_and_every_reason_against_it_is_told(country):
    doubtful = country.attack("2020-11-25/2020-11-30", place=None)
    apart = country.attack("2020-12-13", force=country.peshmerga)
    assert fit(country.toll(), doubtful).relation == "possible"
    assert fit(country.toll(), apart).reason.count(".") == 2


def test_proposals_leave_out_what_is_decided_withdrawn_or_apart(country):
    toll = country.toll()
    later, sooner, undated = country.attack("2020-12-05"), country.attack("2020-12-01"), country.attack("")
    TollCoverageFactory(toll=toll, incident=country.attack())
    TollCoverageFactory(toll=toll, incident=country.attack(), relation="excluded", reason="Counted elsewhere.")
    country.attack(state=State.WITHDRAWN)
    country.attack(state=State.MERGED)
    country.attack(force=country.peshmerga)
    country.attack(harm=Harm.WOUNDED)
    assert uids(proposals(toll)) == [sooner.uid, later.uid, undated.uid]
    assert uids(proposals(toll, limit=1)) == [sooner.uid]


@pytest.mark.parametrize("values", [{"usable": False, "unusable_because": "A rate."}, {"state": State.WITHDRAWN}])
def test_a_toll_that_nobody_uses_has_no_proposals(country, values):
    attack = country.attack()
    toll = country.toll(**values)
    assert (proposals(toll), tolls_for(attack)) == ([], [])


def test_an_incident_knows_the_tolls_that_may_count_it(country):
    attack = country.attack()
    toll, decided = country.toll(), country.toll()
    TollCoverageFactory(toll=decided, incident=attack)
    country.toll(earliest_on=LAST)
    assert [(each.uid, found.relation) for each, found in tolls_for(attack)] == [(toll.uid, "contained")]


@pytest.mark.parametrize("count", [1, 4])
def test_proposals_take_the_same_queries_however_many(country, django_assert_num_queries, count):
    toll = country.toll()
    for _ in range(count):
        country.attack()
    with django_assert_num_queries(13):
        assert len(proposals(toll)) == count


def test_a_link_goes_stale_with_an_edit_and_comes_back_with_the_next(country):
    toll, attack = country.toll(), country.attack()
    row = TollCoverageFactory(toll=toll, incident=attack)
    assert stale(toll) == {}
    attack.when = "2020-12-20"
    attack.save()
    assert stale(toll) == {row.pk: "It happened after 2020-12-12, the last day that the toll counts."}
    attack.when = "2020-12-02"
    attack.save()
    assert stale(toll) == {}


def test_a_link_to_a_withdrawn_incident_is_stale_and_an_exclusion_never(country):
    toll = country.toll()
    row = TollCoverageFactory(toll=toll, incident=country.attack(state=State.WITHDRAWN))
    apart = country.attack("2020-12-20")
    TollCoverageFactory(toll=toll, incident=apart, relation=Coverage.EXCLUDED, reason="Too late.")
    assert stale(toll) == {row.pk: "The incident is withdrawn."}


days = st.none() | st.integers(-4, 20).map(lambda days: FIRST + timedelta(days))
attacks = st.fixed_dictionaries(
    {
        "days": st.tuples(days, days).map(lambda pair: sorted(pair) if None not in pair else pair),
        "place": st.sampled_from([None, "iraq", "kirkuk", "dibis", "diyala", "syria", "front"]),
        "force": st.sampled_from([None, "forces", "army", "division", "peshmerga"]),
        "victim_status": st.sampled_from(VictimStatus.values),
        "harm": st.sampled_from(Harm.values),
        "high": st.sampled_from([None, 0, 3]),
        "by": st.sampled_from(["", "isis", "peshmerga"]),
    }
)
tolls = st.fixed_dictionaries(
    {
        "days": st.tuples(st.sampled_from([None, FIRST]), st.sampled_from([None, LAST])),
        "places": st.sets(st.sampled_from(["iraq", "kirkuk", "diyala", "front"])),
        "victim_force": st.sampled_from([None, "forces", "army", "division"]),
        "victim_status": st.sampled_from(VictimStatus.values),
        "harm": st.sampled_from(Harm.values),
        "perpetrator": st.sampled_from([None, "isis"]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(of=tolls, told=st.lists(attacks, min_size=1, max_size=4))
def test_proposals_are_what_fits_and_never_apart_in_days_or_victims(country, of, told):
    def named(name):
        return name and getattr(country, name)

    with transaction.atomic():
        (first, last), places = of["days"], [named(name) for name in of["places"]]
        values = {name: named(of[name]) for name in ("victim_force", "perpetrator")}
        toll = country.toll(
            earliest_on=first, latest_on=last, **values, **{name: of[name] for name in ("harm", "victim_status")}
        )
        toll.places.set(places)
        for each in told:
            earliest, latest = each["days"]
            incident = IncidentFactory(earliest_on=earliest, latest_on=latest, place=named(each["place"]))
            CasualtyFactory(
                incident=incident,
                victim_force=named(each["force"]),
                **{name: each[name] for name in ("victim_status", "harm", "high")},
            )
            if each["by"]:
                InvolvementFactory(incident=incident, force=named(each["by"]))
        found = {each.incident for each in proposals(toll)}
        assert found == {each for each in Incident.objects.all() if fit(toll, each).proposed} == set(candidates(toll))
        for incident in found:
            assert not (last and incident.earliest_on and incident.earliest_on > last)
            assert not (first and incident.latest_on and incident.latest_on < first)
            line = incident.casualties.get()
            assert line.harm == toll.harm or Harm.KILLED_OR_WOUNDED in (line.harm, toll.harm)
            assert country.peshmerga not in (line.victim_force,) or toll.victim_force is None
        transaction.set_rollback(True)


def test_a_tally_tells_its_increases_and_a_fall():
    usual = {"series": "army-killed", "earliest_on": FIRST}
    for day, figures in ((1, (9, 9, 9)), (5, (14, 14, 14)), (12, (20, 22, None)), (13, (8, 8, 8))):
        TollFactory(latest_on=date(2020, 12, day), **usual, **dict(zip(("low", "best", "high"), figures, strict=True)))
    TollFactory(latest_on=date(2020, 12, 20), usable=False, unusable_because="A rate.", **usual)
    steps = tally("army-killed")
    assert [(step.grew, step.falls, step.newest) for step in steps] == [
        ("", False, False),
        ("+5", False, False),
        ("+6 to ?", False, False),
        ("? to -12", True, True),
    ]
    assert tally("") == []
