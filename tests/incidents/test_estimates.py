"""From what sources say to the estimate that readers get: the published procedure, row by row."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.choices import Basis, NameList
from incidents.figures.estimates import Interest, SourceFigure, estimate_of
from incidents.figures.parties import Scene
from incidents.figures.suggestions import suggest_estimate
from incidents.models import Casualty, Claim
from operations.models import Conflict, Force, Side, SideMember
from publication import review
from sources.choices import Stance
from sources.models import Article, Outlet
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentCitationFactory,
    IncidentFactory,
    InvolvementFactory,
    TollClaimFactory,
    TollFactory,
)
from tests.operations.factories import ConflictFactory, ForceFactory, SideFactory, SideMemberFactory
from tests.people import curator, reviewer
from tests.sources.factories import ArticleFactory, OutletFactory
from tests.theatre import approve_and_publish

DAY = "2024-05-10"


# From the tables to readers


class Desk:
    """An attack of 10 May 2024 with people killed, and what curators do with the claims about them."""

    def __init__(self, get):
        self.get, self.ann, self.bob = get, curator("ann"), reviewer("bob")
        self.incident = IncidentFactory(when=DAY, kind="armed_attack")
        IncidentCitationFactory(incident=self.incident, article=self.article("C"))
        self.casualty = CasualtyFactory(incident=self.incident)

    def article(self, grade, on="2024-05-20", **values):
        """Return a published report of an outlet of a grade, or of one that is given."""
        outlet = grade if isinstance(grade, Outlet) else OutletFactory(reliability=grade)
        article = ArticleFactory(outlet=outlet, published=on, published_basis="stated", **values)
        approve_and_publish(article)
        return article

    def claim(self, number, grade="C", on="2024-05-20", article=None, qualifier="exact", **values):
        """Enter what a passage says: one number, or a floor if it is worded so."""
        values = {"low": number, "high": number if qualifier == "exact" else None, "casualty": self.casualty} | values
        article = article or self.article(grade, on)
        return ClaimFactory(article=article, qualifier=qualifier, credibility="3", **values)

    def take_over(self, note="", **values):
        """Set every estimate to what its claims suggest, or to a person's values."""
        for casualty in self.incident.casualties.all():
            suggested = casualty.suggestion()
            casualty.low, casualty.best, casualty.high = suggested.figures
            casualty.at_least, casualty.basis = suggested.at_least, suggested.basis or Basis.SINGLE_CLAIM
            casualty.note = note
            for name, value in values.items():
                setattr(casualty, name, value)
            casualty.save()

    def approved(self):
        """Submit, approve and publish the incident, and return its document."""
        self.incident.refresh_from_db()
        review.submit(self.incident, by=self.ann)
        review.approve(self.incident, by=self.bob)
        return self.get(f"incidents/{self.incident.uid}/")

    def published(self, note=""):
        """Take over what the claims suggest, publish it, and return low, best, high, the floor, basis and contested."""
        self.take_over(note)
        line = self.approved()["casualties"][0]
        assert line["suggested"] == {each: line[each] for each in ("low", "best", "high", "at_least", "basis")} | {
            "contested": line["suggested"]["contested"]
        }
        row = self.get(f"casualties/{line['uid']}/")
        assert {name: row[name] for name in line} == line
        return (*(line[each] for each in ("low", "best", "high", "at_least", "basis")), line["suggested"]["contested"])


@pytest.fixture
def desk(db, get):
    return Desk(get)


def test_two_floors_give_the_higher_one_and_readers_find_it(desk, get):
    desk.claim(28, qualifier="at_least")
    desk.claim(32, qualifier="at_least")
    assert desk.published() == (28, 32, None, True, "only_bounds", False)
    document = get(f"incidents/{desk.incident.uid}/")
    assert document["killed"] == {"low": 28, "best": 32, "high": None, "at_least": True, "contradictory": None}
    for kind in ("incidents", "casualties"):
        assert len(get(f"{kind}/", killed_min=10)["results"]) == 1
    assert len(get("casualties/", at_least="true")["results"]) == 1


def test_dozens_are_at_least_24_and_hold_the_13_soldiers_among_them(desk):
    article = desk.article("C")
    soldiers = CasualtyFactory(
        incident=desk.incident, victim_status="security_force_member", within=desk.casualty, victim_group="soldiers"
    )
    desk.claim(None, article=article, qualifier="dozens")
    desk.claim(13, article=article, casualty=soldiers)
    desk.take_over()
    document = desk.approved()
    lines = {
        line["uid"]: [line[each] for each in ("low", "best", "high", "at_least")] for line in document["casualties"]
    }
    assert lines == {desk.casualty.uid: [24, 24, None, True], soldiers.uid: [13, 13, 13, False]}
    assert document["killed"] == {"low": 24, "best": 24, "high": None, "at_least": True, "contradictory": None}


def test_a_reprint_is_of_the_day_of_what_it_copies(desk):
    gazette = OutletFactory(reliability="C")
    first = desk.article(gazette, DAY)
    desk.claim(2, article=first)
    desk.claim(3, article=desk.article(gazette, "2024-05-12"))
    desk.claim(2, article=desk.article("C", "2024-05-14", syndicated_from=first))
    assert desk.published() == (3, 3, 3, False, "latest_update", False)


def test_a_page_dated_only_not_after_has_no_day(desk):
    desk.claim(2, on="2024-05-15")
    desk.claim(9, on="../2024-12-31")
    assert desk.published() == (2, 2, 9, False, "latest_update", True)


def test_a_page_without_a_day_is_used_only_where_its_source_has_no_other(desk):
    gazette = OutletFactory(reliability="C")
    desk.claim(9, article=desk.article(gazette, "../2024-12-31"))
    assert desk.published() == (9, 9, 9, False, "single_claim", False)
    desk.claim(2, article=desk.article(gazette, "2024-05-15"))
    assert desk.published() == (2, 2, 2, False, "latest_update", False)


def test_floors_that_most_sources_state_outweigh_a_number_below_them(desk):
    for _ in range(3):
        desk.claim(30, "B", qualifier="at_least")
    desk.claim(5, "D")
    assert desk.published() == (5, 30, None, True, "majority", True)


def test_floors_give_way_to_a_number_above_them(desk):
    for _ in range(3):
        desk.claim(3, "A", "2024-05-20", qualifier="at_least")
    desk.claim(12, "B", "2024-05-24")
    assert desk.published() == (3, 12, 12, False, "single_claim", False)


def test_an_early_figure_gives_way_to_a_later_one(desk):
    desk.claim(3, "A", DAY)
    desk.claim(32, "B", "2024-05-11")
    assert desk.published() == (32, 32, 32, False, "latest_update", True)


def test_an_early_figure_does_not_give_way_to_a_much_less_reliable_outlet(desk):
    desk.claim(3, "A", DAY)
    desk.claim(32, "C", "2024-05-11")
    assert desk.published() == (3, 3, 32, False, "most_reliable", True)


def sides(desk, *, victims):
    """Publish a conflict of an army and a group, of which one has the victims; return both."""
    army, group = ForceFactory(slug="army", name="Army"), ForceFactory(slug="group", name="Group")
    conflict = ConflictFactory(slug="war")
    for force in (army, group):
        SideMemberFactory(side=SideFactory(conflict=conflict), force=force)
    approve_and_publish(army, group, conflict)
    desk.casualty.victim_force = {"army": army, "group": group}[victims]
    desk.casualty.save()
    return army, group


def test_a_partys_number_of_its_enemys_dead_proves_only_a_highest_number(desk):
    _, group = sides(desk, victims="army")
    desk.claim(40, claimed_by=group)
    desk.take_over()
    line = desk.approved()["casualties"][0]
    assert [line[each] for each in ("low", "best", "high", "at_least")] == [None, None, 40, False]
    assert line["suggested"]["basis"] == ""


def test_a_partys_number_proves_nothing_where_its_side_is_not_known(desk):
    band, tribe = ForceFactory(name="Band"), ForceFactory()
    approve_and_publish(band, tribe)
    InvolvementFactory(incident=desk.incident, force=band, role="party")
    Casualty.objects.update(victim_force=tribe)
    desk.claim(40, claimed_by=band)
    suggestion = Casualty.objects.get().suggestion()
    assert suggestion.figures == (None, None, None)
    assert [verdict.sentence for verdict in suggestion.verdicts] == [Interest.UNCLEAR.value]


def test_own_losses_told_by_a_party_and_by_its_enemy(desk):
    army, group = sides(desk, victims="army")
    desk.claim(20, claimed_by=army)
    desk.claim(10, claimed_by=group)
    assert desk.published() == (20, 20, None, False, "single_claim", True)


@pytest.fixture
def accused(desk):
    """The force that is said to have killed the civilians."""
    force = ForceFactory(slug="raiders", name="Raiders")
    approve_and_publish(force)
    InvolvementFactory(incident=desk.incident, force=force, role="accused")
    Casualty.objects.update(victim_status="civilian")
    return force


def test_a_perpetrators_denial_proves_nothing_beside_what_locals_say(desk, accused):
    desk.claim(0, claimed_by=accused)
    desk.claim(7, said_by="Residents")
    assert desk.published() == (7, 7, 7, False, "single_claim", True)


def test_a_perpetrators_number_alone_is_a_floor(desk, accused):
    part = ForceFactory(slug="raiders-east", parent=accused)
    approve_and_publish(part)
    desk.claim(2, claimed_by=part)
    assert desk.published() == (2, 2, None, True, "single_claim", False)


def test_a_perpetrators_number_is_no_best_one_where_others_speak_and_never_closes_the_high(desk, accused):
    desk.claim(9, claimed_by=accused)
    desk.claim(7, said_by="Residents")
    assert desk.published() == (7, 7, None, False, "single_claim", True)


def test_two_agencies_that_quote_one_hospital_are_one_source(desk):
    desk.claim(10, said_by="Kirkuk  General Hospital")
    desk.claim(10, said_by="Kirkuk general hospital")
    assert desk.published() == (10, 10, 10, False, "single_claim", False)


def refusal(desk):
    """Return why the incident cannot be submitted or approved."""
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        desk.approved()
    return " ".join(refused.value.messages)


def test_an_outlet_with_two_numbers_on_one_day_contradicts_itself_until_one_supersedes(desk):
    gazette = OutletFactory(name="The Gazette", reliability="C")
    first, second = (desk.claim(number, article=desk.article(gazette)) for number in (3, 10))
    assert Casualty.objects.get().suggestion().figures == (3, None, 10)
    assert Casualty.objects.get().suggestion().contested
    desk.take_over()
    assert f"The Gazette contradicts itself on {desk.casualty.uid}" in refusal(desk)
    second.supersedes = first
    second.save()
    assert desk.published() == (10, 10, 10, False, "latest_update", False)


def test_more_than_a_number_is_read_as_the_source_words_it():
    assert Claim(qualifier="more_than", low=21).words == "More than 20"


@pytest.mark.parametrize("numbers", [(4, 6), (3, 6)])
def test_an_article_with_two_numbers_is_not_approved_until_a_person_decides(desk, numbers):
    article = desk.article("C")
    for number, locator in zip(numbers, ("headline", "¶3"), strict=True):
        desk.claim(number, article=article, locator=locator)
    desk.take_over()
    assert "contradicts itself" in refusal(desk)
    desk.take_over(best=6, basis=Basis.CODER_JUDGEMENT, note="The headline is older than the text.")
    document = desk.approved()
    line = document["casualties"][0]
    assert [line[each] for each in ("low", "best", "high", "basis")] == [numbers[0], 6, 6, "coder_judgement"]
    assert (line["suggested"]["best"], document["contested"]) == (None, ["figures"])


def test_a_toll_whose_source_contradicts_itself_is_not_approved_either(desk):
    toll, article = TollFactory(earliest_on="2024-05-01", latest_on="2024-05-09"), desk.article("C")
    for number in (4, 6):
        TollClaimFactory(toll=toll, article=article, low=number, high=number)
    toll.low, toll.high = 4, 6
    toll.save()
    with pytest.raises(ValidationError, match="contradicts itself on TOL-"):
        review.submit(toll, by=desk.ann)


def test_figures_of_one_article_that_fit_together_are_intersected(desk):
    article = desk.article("C")
    desk.claim(21, article=article, qualifier="more_than")
    desk.claim(22, article=article)
    assert desk.published() == (22, 22, 22, False, "single_claim", False)


def test_a_complete_list_of_names_outranks_counts(desk):
    desk.claim(14, "A")
    desk.claim(14, "A")
    desk.claim(12, "C", name_list=NameList.COMPLETE)
    assert desk.published() == (12, 12, 14, False, "named_list", True)
    claims = desk.get(f"incidents/{desk.incident.uid}/")["casualties"][0]["claims"]
    assert [claim["name_list"] for claim in claims] == ["none", "none", "complete"]


def test_an_incomplete_list_of_names_is_a_floor(desk):
    desk.claim(12, name_list=NameList.INCOMPLETE)
    assert desk.published() == (12, 12, None, True, "single_claim", False)


def test_two_tens_and_two_twelves_are_undecided_and_need_a_note(desk):
    for number in (10, 10, 12, 12):
        desk.claim(number)
    with pytest.raises(IntegrityError), transaction.atomic():
        desk.take_over()
    desk.take_over(basis=Basis.MAJORITY)
    assert "nothing decides between the claims" in refusal(desk)
    assert desk.published(note="Two of each.") == (10, 10, 12, False, "undecided", True)


def test_the_basis_is_that_of_the_one_free_source_however_many_parties_speak(desk):
    army, group = sides(desk, victims="army")
    desk.claim(20, "C", claimed_by=army)
    desk.claim(30, "A", claimed_by=group)
    assert desk.published() == (20, 20, 30, False, "single_claim", True)


def test_a_floor_without_a_number_is_refused(desk):
    with pytest.raises(IntegrityError), transaction.atomic():
        Casualty.objects.update(at_least=True)


# The procedure by itself

NUMBERS = count(1)


def figure(low, high, source="wire", on="2024-06-01", **values):
    """Return a figure of a source that has an article of its own, unless one is given."""
    number = next(NUMBERS)
    known = {"key": f"{number:05}", "source": source, "article": number, "name": source.capitalize(), "grade": "C"}
    return SourceFigure(**known | {"low": low, "high": high, "day": date.fromisoformat(on) if on else None} | values)


def result(*figures):
    """Return low, best, high and basis, with a plus at a best number that is a floor."""
    found = estimate_of(figures, date(2024, 5, 10))
    best = f"{found.best}+" if found.at_least else found.best
    return found.low, best, found.high, found.basis


def sentences(*figures):
    return [verdict.sentence for verdict in estimate_of(figures, date(2024, 5, 10)).verdicts]


def test_one_figure_of_one_source_is_the_estimate():
    assert result(figure(7, 7)) == (7, 7, 7, "single_claim")


@pytest.mark.parametrize(("qualifier", "low"), [("several", 3), ("dozens", 24), ("hundreds", 200)])
def test_vague_words_are_floors(qualifier, low):
    assert result(figure(None, None, qualifier=qualifier)) == (low, f"{low}+", None, "single_claim")


def test_a_range_is_estimated_by_its_middle():
    assert result(figure(4, 9)) == (4, 6, 9, "single_claim")


def test_a_ceiling_is_the_best_number_only_if_nobody_states_another():
    assert result(figure(None, 5)) == (None, 5, 5, "single_claim")
    assert result(figure(None, 5), figure(3, 3, "daily")) == (3, 3, 5, "single_claim")
    assert result(figure(None, 5), figure(3, None, "daily")) == (3, "3+", 5, "single_claim")
    assert result(figure(None, 5), figure(None, 8, "daily")) == (None, 5, 8, "only_bounds")


def test_the_number_of_most_sources_then_the_most_reliable_then_the_newest_decides():
    wire, daily, radio = figure(7, 7), figure(7, 7, "daily"), figure(9, 9, "radio", grade="A")
    assert result(wire, daily) == (7, 7, 7, "sources_agree")
    assert result(wire, daily, radio) == (7, 7, 9, "majority")
    assert result(wire, radio) == (7, 9, 9, "most_reliable")
    assert result(wire, figure(9, 9, "radio", "2024-06-03")) == (7, 9, 9, "latest_update")
    assert result(wire, figure(9, 9, "radio")) == (7, 7, 9, "undecided")


def test_sources_with_one_number_agree_even_if_one_was_early():
    assert result(figure(7, 7, on="2024-05-10"), figure(7, 7, "daily")) == (7, 7, 7, "sources_agree")


@pytest.mark.parametrize(("on", "early"), [("2024-05-09", False), ("2024-05-12", True), ("2024-05-13", False)])
def test_a_figure_is_early_on_the_last_day_and_two_days_after(on, early):
    figures = figure(3, 3, "radio", on, grade="B"), figure(9, 9)
    assert result(*figures)[:2] == ((9, 9) if early else (3, 3))


def test_what_an_article_says_is_replaced_with_its_copies():
    old, copy = (figure(3, 3, article="morning") for _ in range(2))
    new = figure(10, 10, article="evening", replaces=old.key)
    assert result(old, copy, new) == (10, 10, 10, "latest_update")
    assert sentences(old, copy, new) == [f"Replaced by {new.key}."] * 2 + ["Counts for Wire."]


def test_a_figure_that_does_not_count_replaces_nothing():
    old = figure(3, 3)
    assert result(old, figure(10, 10, replaces=old.key, set_aside="A misprint."))[:3] == (3, 3, 3)


def test_every_figure_has_its_sentence():
    figures = [
        figure(3, 3, on="2024-05-10"),
        figure(2, 2, on="2024-05-09"),
        figure(2, 2, on=None),
        figure(9, 9, "daily"),
        figure(5, None, "radio"),
        figure(0, 0, "raiders", interest=Interest.PERPETRATOR),
        figure(1, 1, "group", interest=Interest.ENEMY),
        figure(4, 4, "gazette", article=1),
        figure(6, 6, "gazette", article=1),
    ]
    assert sentences(*figures) == [
        "Counts for Wire; being early, it gives way to Daily.",
        "The same source (Wire) gives a newer figure.",
        "The same source (Wire) gives a figure of a known day.",
        "Counts for Daily.",
        "Counts for Radio; being a floor, it gives way to Daily.",
        "Who is said to have harmed civilians proves nothing by a denial.",
        "Counts for Group, a side, of its enemy’s losses: that proves no lowest and no best number.",
        "Gazette contradicts itself: its figures of one day or article exclude each other.",
        "Gazette contradicts itself: its figures of one day or article exclude each other.",
    ]


def test_open_intervals_exclude_each_other_too():
    assert estimate_of([figure(30, None), figure(5, 5, "daily")], None).contested
    assert not estimate_of([figure(30, None), figure(30, 30, "daily")], None).contested


# What claims are, and who is whose enemy

WIRE = Outlet(slug="wire", name="Wire", reliability="B")
DAILY = Outlet(slug="daily", name="Daily", reliability="C")
RADIO = Outlet(slug="radio", name="Radio", reliability="C")
AGENCY = Outlet(slug="agency", name="Agency", reliability="C", feed_group="pool")
COUSIN = Outlet(slug="cousin", name="Cousin", reliability="C", feed_group="pool")


def unsaved_force(pk, slug, parent=None, sides=()):
    """Return an unsaved force with its memberships, as (side, first day, last day)."""
    force = Force(pk=pk, slug=slug, name=slug.capitalize(), parent=parent)
    rows = SideMember.objects.none()
    rows._result_cache = [
        SideMember(side=side, force=force, earliest_on=first, latest_on=last) for side, first, last in sides
    ]
    force._prefetched_objects_cache = {"memberships": rows}
    return force


WAR = Conflict(pk=1, slug="war", name="War")
OCTOBER = Conflict(pk=2, slug="october", name="October", earliest_on=date(2017, 10, 1), latest_on=date(2017, 10, 31))
AGAINST, JIHAD = (Side(pk=pk, conflict=WAR, slug=slug) for pk, slug in ((1, "against"), (2, "jihad")))
IRAQ, REGION = (Side(pk=pk, conflict=OCTOBER, slug=slug) for pk, slug in ((3, "iraq"), (4, "region")))
ALWAYS = (None, None)
STATE = unsaved_force(1, "state", sides=[(AGAINST, *ALWAYS), (IRAQ, *ALWAYS)])
ARMY = unsaved_force(2, "army", STATE)
POLICE = unsaved_force(3, "police", STATE)
PESHMERGA = unsaved_force(4, "peshmerga", sides=[(AGAINST, *ALWAYS), (REGION, *ALWAYS)])
ISIS = unsaved_force(5, "isis", sides=[(JIHAD, *ALWAYS)])
TURNCOAT = unsaved_force(6, "turncoat", sides=[(JIHAD, None, date(2021, 12, 4)), (AGAINST, date(2021, 12, 5), None)])
REBELS = unsaved_force(7, "rebels", STATE, sides=[(JIHAD, date(2021, 12, 5), None)])
TRIBE, CLAN = unsaved_force(8, "tribe"), unsaved_force(9, "clan")


def claim(low, high, outlet=DAILY, on="2021-12-08", uid="CLM-1", **values):
    """Return an unsaved claim of an outlet, printed on a day."""
    article = values.pop("article", None) or Article(outlet=outlet, published=on)
    return Claim(uid=uid, article=article, low=low, high=high, **{"credibility": "3", "qualifier": "range"} | values)


def suggested(*claims, scene=None):
    suggestion = suggest_estimate(claims, None, scene or Scene(ARMY))
    return suggestion.low, suggestion.best, suggestion.high, suggestion.basis


def reasons(*claims, scene=None):
    return [verdict.sentence for verdict in suggest_estimate(claims, None, scene or Scene(ARMY)).verdicts]


NOTHING = (None, None, None, "")
UNCLEAR = "It took part, and nothing says on which side it was against the victims: its figure proves nothing."


def on(first, last=None, **known):
    """Return the days of a scene, from a first to a last possible one, and what else is known of it."""
    return {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last or first), **known}


def proves(claimant, victims, **known):
    """Return what the figure 30 of a force alone proves of the losses of another one."""
    return suggested(claim(30, 30, claimed_by=claimant), scene=Scene(victims, **known))


OWN, ENEMY, FREE = (30, 30, None, Basis.SINGLE_CLAIM), (None, None, 30, ""), (30, 30, 30, Basis.SINGLE_CLAIM)


def test_a_part_of_a_force_is_on_the_side_of_the_force():
    assert proves(POLICE, ARMY) == OWN
    assert proves(PESHMERGA, ARMY, **on("2021-12-07")) == OWN
    assert proves(ISIS, ARMY) == ENEMY
    assert proves(ARMY, ISIS) == ENEMY


def test_one_line_of_command_has_its_own_losses_without_any_conflict():
    clansmen = unsaved_force(10, "clansmen", CLAN)
    assert proves(CLAN, clansmen) == OWN
    assert proves(clansmen, CLAN, involved=((CLAN, "target"),)) == OWN


def test_two_forces_on_no_side_are_not_each_others_own():
    assert proves(TRIBE, CLAN) == FREE


def test_forces_of_both_sides_are_enemies_of_each_other_in_one_conflict_and_allies_in_another():
    days = on("2017-10-16")
    assert proves(ARMY, PESHMERGA, conflict=OCTOBER.pk, **days) == ENEMY
    assert proves(ARMY, PESHMERGA, conflict=WAR.pk, **days) == OWN


def test_allies_that_are_enemies_elsewhere_prove_nothing_where_the_incident_says_neither_conflict_nor_roles():
    days = on("2017-10-16")
    assert proves(ARMY, PESHMERGA, **days) == NOTHING
    roles = ((ARMY, "initiator"), (PESHMERGA, "target"))
    assert proves(ARMY, PESHMERGA, involved=roles, **days) == ENEMY


def test_outside_the_days_of_a_conflict_its_sides_do_not_count():
    assert proves(ARMY, PESHMERGA, **on("2017-09-30")) == OWN
    assert proves(ARMY, PESHMERGA, **on("2017-11-01")) == OWN


def test_membership_counts_from_its_first_to_its_last_day():
    assert proves(TURNCOAT, ARMY, **on("2021-12-04")) == ENEMY
    assert proves(TURNCOAT, ARMY, **on("2021-12-05")) == OWN


def test_a_force_that_may_have_changed_sides_before_or_after_proves_nothing():
    assert proves(TURNCOAT, ARMY, **on("2021-12-04", "2021-12-05")) == NOTHING
    assert proves(TURNCOAT, ARMY) == NOTHING


def test_an_incident_with_no_last_day_may_have_happened_on_any_later_one():
    assert proves(TURNCOAT, ARMY, first_day=date(2021, 12, 1)) == NOTHING
    assert proves(TURNCOAT, ARMY, first_day=date(2021, 12, 6)) == OWN


def test_a_row_of_its_own_comes_before_that_of_the_force_above():
    assert proves(REBELS, PESHMERGA, **on("2021-12-04")) == OWN
    assert proves(REBELS, PESHMERGA, **on("2021-12-05")) == ENEMY


def test_where_no_side_is_known_the_roles_in_the_incident_decide():
    assert proves(TRIBE, CLAN, involved=((TRIBE, "initiator"), (CLAN, "target"))) == ENEMY
    assert proves(TRIBE, CLAN, involved=((TRIBE, "claimed_responsibility"), (CLAN, "responder"))) == ENEMY
    assert proves(TRIBE, CLAN, involved=((TRIBE, "initiator"), (CLAN, "initiator"))) == OWN
    assert proves(TRIBE, CLAN, involved=((TRIBE, "responder"), (CLAN, "target"))) == OWN


@pytest.mark.parametrize("role", ["party", "accused", ""])
def test_a_force_that_took_part_and_whose_side_is_not_known_proves_nothing(role):
    involved = ((TRIBE, role), (CLAN, "target"))
    assert proves(TRIBE, CLAN, involved=involved) == NOTHING
    boast = claim(30, 30, RADIO, claimed_by=TRIBE, uid="CLM-2")
    assert suggested(claim(7, 7), boast, scene=Scene(CLAN, involved=involved)) == (7, 7, 7, Basis.SINGLE_CLAIM)
    assert reasons(claim(7, 7), boast, scene=Scene(CLAN, involved=involved))[1] == UNCLEAR


def test_a_force_took_part_if_one_above_or_below_it_did():
    band = unsaved_force(10, "band", TRIBE)
    for claimant, involved in ((band, TRIBE), (TRIBE, band)):
        assert proves(claimant, CLAN, involved=((involved, "party"),)) == NOTHING


def test_a_force_that_took_part_proves_nothing_of_victims_of_whom_no_force_is_known():
    involved = ((ISIS, "initiator"),)
    assert proves(ISIS, None, involved=involved) == NOTHING
    assert proves(ARMY, None, involved=involved) == FREE


def test_of_civilians_a_force_that_is_said_to_have_harmed_them_gives_a_floor():
    for role in ("initiator", "claimed_responsibility", "accused"):
        assert proves(ISIS, None, civilians=True, involved=((ISIS, role),)) == (30, 30, None, Basis.SINGLE_CLAIM)
    assert proves(ISIS, None, civilians=True, involved=((ISIS, "party"),)) == NOTHING
    assert proves(ARMY, None, civilians=True, involved=((ARMY, "responder"),)) == FREE


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"credibility": "4"}, "It is not credible."),
        ({"credibility": "6"}, "Nobody has judged how credible it is."),
        ({"stance": Stance.CONTRADICTS}, "The passage contradicts."),
        ({"used": False, "unused_because": "A misprint."}, "Set aside by the coder: A misprint."),
        ({"stance": Stance.CONTEXT}, "The passage only gives context."),
        ({"low": None, "high": None, "qualifier": "unstated"}, "It gives no number."),
    ],
)
def test_what_does_not_count_is_set_aside_with_the_reason(values, sentence):
    unfit = claim(**{"low": 90, "high": 90, "outlet": WIRE, "uid": "CLM-2"} | values)
    assert suggested(claim(7, 7), unfit) == (7, 7, 7, Basis.SINGLE_CLAIM)
    assert reasons(claim(7, 7), unfit)[1] == sentence


def test_outlets_of_one_feed_and_copies_of_an_outlet_are_one_source():
    assert suggested(claim(7, 7, AGENCY), claim(7, 7, COUSIN)) == (7, 7, 7, Basis.SINGLE_CLAIM)
    copy = claim(7, 7, article=Article(outlet=DAILY, published="2021-12-08", copied_from=WIRE))
    assert suggested(claim(7, 7, WIRE), copy) == (7, 7, 7, Basis.SINGLE_CLAIM)


def test_the_day_to_which_a_figure_refers_comes_before_the_day_of_printing():
    late = claim(9, 9, DAILY, "2021-12-20", as_of_on=date(2021, 12, 1))
    assert suggested(late, claim(14, 14, DAILY, "2021-12-10"))[1] == 14


def test_without_claims_there_is_no_suggestion():
    assert suggested() == (None, None, None, "")


# Whatever the claims

thoroughly = settings(deadline=None, max_examples=3000)
DAYS = [None, "2024-05-09", "2024-05-10", "2024-05-12", "2024-06-01"]


def drawn(chance):
    """Return up to six figures of up to five sources, each with one interest; some replace others of their source."""
    interests = {source: chance.choice([*Interest, Interest.NONE, Interest.NONE]) for source in "abcde"}
    found = []
    for _ in range(chance.randrange(1, 7)):
        source = chance.choice("abcde"[: chance.randrange(1, 6)])
        low, high = chance.choice(
            [(2, 2), (4, 4), (9, 9), (2, 6), (4, 9), (2, None), (5, None), (None, 6), (None, None)]
        )
        new = figure(
            low,
            high,
            source,
            chance.choice(DAYS),
            article=chance.randrange(3),
            qualifier=chance.choice(["range", "range", "several"]),
            name_list=chance.choice([*NameList.values, NameList.NONE]),
            grade=chance.choice("ABCF"),
            interest=interests[source],
            replaces=chance.choice([None, None, *(each.key for each in found if each.source == source)]),
            set_aside=chance.choice(["", "", "", "", "Set aside."]),
        )
        found.append(new)
    return found


given_figures = given(st.randoms(use_true_random=True).map(drawn))


def outcome(figures):
    found = estimate_of(figures, date(2024, 5, 10))
    return found.figures, found.at_least, found.basis, found.contested, found.self_contradicting


@thoroughly
@given_figures
def test_low_best_and_high_rise_and_every_figure_has_a_verdict(figures):
    found = estimate_of(figures, date(2024, 5, 10))
    stated = [bound for bound in found.figures if bound is not None]
    assert stated == sorted(stated)
    assert (found.best is None) == (found.basis == "")
    assert found.best is not None or not found.at_least
    assert len(found.verdicts) == len(figures)
    assert all(verdict.sentence.endswith(".") for verdict in found.verdicts)


@thoroughly
@given_figures
def test_a_best_number_is_missing_only_where_no_free_source_states_one(figures):
    by_source = {each.source: [other for other in figures if other.source == each.source] for each in figures}
    alone = [
        estimate_of(each, date(2024, 5, 10)).best
        for each in by_source.values()
        if each[0].interest in {Interest.NONE, Interest.OWN}
    ]
    if any(best is not None for best in alone):
        assert estimate_of(figures, date(2024, 5, 10)).best is not None


@thoroughly
@given(st.randoms(use_true_random=True))
def test_the_order_of_claims_does_not_matter(chance):
    figures = drawn(chance)
    assert outcome(chance.sample(figures, len(figures))) == outcome(figures)


@thoroughly
@given(st.randoms(use_true_random=True))
def test_a_copy_of_any_report_changes_nothing(chance):
    figures = drawn(chance)
    original = chance.choice(figures)
    copy = replace(original, key="99999", replaces=chance.choice([None, original.replaces]))
    assert outcome([*figures, copy]) == outcome(figures)
