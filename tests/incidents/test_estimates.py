"""What the claims about one group of victims suggest, and why."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.choices import Basis
from incidents.figures.estimates import suggest_estimate
from incidents.figures.parties import Scene
from incidents.models import Claim
from operations.models import Conflict, Force, Side, SideMember
from sources.choices import Stance
from sources.models import Article, Outlet

WIRE = Outlet(slug="wire", name="Wire", reliability="B")
DAILY = Outlet(slug="daily", name="Daily", reliability="C")
RADIO = Outlet(slug="radio", name="Radio", reliability="C")
AGENCY = Outlet(slug="agency", name="Agency", reliability="C", feed_group="pool")
COUSIN = Outlet(slug="cousin", name="Cousin", reliability="C", feed_group="pool")
OUTLETS = [WIRE, DAILY, RADIO, AGENCY, COUSIN]


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
    suggestion = suggest_estimate(claims, scene or Scene(ARMY))
    return suggestion.low, suggestion.best, suggestion.high, suggestion.basis


def reasons(*claims, scene=None):
    return [verdict.sentence for verdict in suggest_estimate(claims, scene or Scene(ARMY)).verdicts]


def test_one_figure_of_one_source_is_the_estimate():
    assert suggested(claim(7, 7)) == (7, 7, 7, Basis.SINGLE_CLAIM)


def test_at_least_seven_has_no_best_and_no_highest_number():
    assert suggested(claim(7, None, qualifier="at_least")) == (7, None, None, "")


@pytest.mark.parametrize(("qualifier", "low"), [("several", 3), ("dozens", 24), ("hundreds", 200)])
def test_vague_words_are_intervals(qualifier, low):
    assert suggested(claim(None, None, qualifier=qualifier)) == (low, None, None, "")


def test_a_range_is_estimated_by_its_middle():
    assert suggested(claim(4, 9)) == (4, 6, 9, Basis.SINGLE_CLAIM)


def test_two_sources_that_agree_are_better_than_one():
    assert suggested(claim(7, 7, DAILY), claim(7, 7, RADIO)) == (7, 7, 7, Basis.SOURCES_AGREE)


def test_the_figure_of_most_sources_is_the_best_one():
    claims = claim(7, 7, DAILY), claim(7, 7, RADIO), claim(9, 9, WIRE)
    assert suggested(*claims) == (7, 7, 9, Basis.MAJORITY)


def test_the_most_reliable_source_decides_where_none_agree():
    assert suggested(claim(7, 7, DAILY), claim(9, 9, WIRE)) == (7, 9, 9, Basis.MOST_RELIABLE)


def test_the_newest_figure_decides_among_equals():
    claims = claim(7, 7, DAILY, "2021-12-08"), claim(9, 9, RADIO, "2021-12-10")
    assert suggested(*claims) == (7, 9, 9, Basis.LATEST_UPDATE)


def test_the_middle_figure_decides_where_nothing_else_does():
    claims = claim(4, 4, DAILY), claim(9, 9, RADIO), claim(5, 5, AGENCY)
    assert suggested(*claims) == (4, 5, 9, Basis.MEDIAN)


def test_a_syndicated_copy_counts_with_what_it_copies():
    original = Article(outlet=WIRE, published="2021-12-08")
    copy = claim(7, 7, article=Article(outlet=DAILY, published="2021-12-08", syndicated_from=original))
    assert suggested(claim(7, 7, article=original), copy) == (7, 7, 7, Basis.SINGLE_CLAIM)


def test_a_copy_of_an_outlet_counts_with_that_outlet():
    copy = claim(7, 7, article=Article(outlet=DAILY, published="2021-12-08", copied_from=WIRE))
    assert suggested(claim(7, 7, WIRE), copy)[3] == Basis.SINGLE_CLAIM


def test_outlets_of_one_feed_count_once():
    assert suggested(claim(7, 7, AGENCY), claim(7, 7, COUSIN)) == (7, 7, 7, Basis.SINGLE_CLAIM)


def test_a_newer_figure_of_the_same_source_replaces_the_older_one():
    old, new = claim(9, 9, DAILY, "2021-12-08", uid="CLM-1"), claim(14, 14, DAILY, "2021-12-10", uid="CLM-2")
    assert suggested(old, new) == (14, 14, 14, Basis.LATEST_UPDATE)
    assert reasons(old, new) == ["The same source (Daily) gives a newer figure.", "Counts for Daily."]


def test_the_day_a_figure_stands_for_comes_before_the_day_of_printing():
    late = claim(9, 9, DAILY, "2021-12-20", as_of_on=date(2021, 12, 1))
    assert suggested(late, claim(14, 14, DAILY, "2021-12-10"))[1] == 14


def test_a_claim_that_says_it_was_replaced_is_set_aside():
    old = claim(9, 9, DAILY, uid="CLM-1", pk=1)
    new = claim(7, 7, RADIO, uid="CLM-2", pk=2, supersedes_id=1)
    assert suggested(old, new)[:3] == (7, 7, 7)
    assert reasons(old, new)[0] == "Replaced by CLM-2."


def test_a_vaguer_figure_of_the_same_source_does_not_open_the_estimate():
    vague, exact = claim(21, None, uid="CLM-1"), claim(22, 22, uid="CLM-2")
    assert suggested(vague, exact) == (22, 22, 22, Basis.SINGLE_CLAIM)
    assert reasons(vague, exact)[0] == "The same source (Daily) gives a more precise figure."


def test_an_open_figure_does_not_raise_the_highest_number():
    assert suggested(claim(5, None, DAILY), claim(7, 7, RADIO))[:3] == (5, 7, 7)


def test_the_highest_number_stays_open_where_a_source_says_that_there_were_more():
    assert suggested(claim(9, None, DAILY), claim(7, 7, RADIO))[:3] == (7, 7, None)


def test_a_sides_figure_of_its_enemys_losses_proves_no_estimate():
    assert suggested(claim(30, 30, DAILY, claimed_by=ISIS)) == (None, None, 30, "")


def test_a_sides_figure_of_its_enemys_losses_may_raise_the_highest_number():
    claims = claim(7, 7, DAILY), claim(30, 30, RADIO, claimed_by=ISIS)
    assert suggested(*claims)[:3] == (7, 7, 30)


def test_a_sides_figure_of_its_own_losses_leaves_the_highest_number_open():
    assert suggested(claim(5, 5, DAILY, claimed_by=ARMY)) == (5, 5, None, Basis.SINGLE_CLAIM)


def test_one_sides_figure_in_two_outlets_counts_once():
    claims = claim(5, 5, DAILY, claimed_by=ARMY), claim(5, 5, RADIO, claimed_by=ARMY)
    assert suggested(*claims)[3] == Basis.SINGLE_CLAIM


# Who is whose enemy

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
    assert proves(ISIS, None, civilians=True, involved=involved) == FREE


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


def test_sources_exclude_each_other_if_their_figures_exclude_each_other():
    assert suggest_estimate([claim(7, 7, DAILY), claim(9, 12, RADIO)], Scene(ARMY)).contested
    assert not suggest_estimate([claim(7, 9, DAILY), claim(9, 12, RADIO)], Scene(ARMY)).contested


def test_without_claims_there_is_no_suggestion():
    assert suggested() == (None, None, None, "")


def drawn(low, width, outlet, day, credibility, side):
    """Return a claim of what a strategy drew; a width below 0 leaves the interval open."""
    high = None if width < 0 else low + width
    return claim(low, high, OUTLETS[outlet], f"2021-12-0{day}", credibility=credibility, claimed_by=side)


claims = st.builds(
    drawn,
    st.integers(0, 9),
    st.integers(-1, 3),
    st.integers(0, 4),
    st.integers(1, 2),
    st.sampled_from("136"),
    st.sampled_from([None, ARMY, ISIS]),
)


SCENE = Scene(ARMY)
slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def figures(suggestion):
    return suggestion.figures, suggestion.basis, suggestion.contested


@slowly
@given(st.lists(claims, max_size=5), st.integers(0, 5))
def test_the_order_of_coding_does_not_matter(given_claims, turn):
    other = [*given_claims[turn:], *given_claims[:turn]][::-1]
    assert figures(suggest_estimate(given_claims, SCENE)) == figures(suggest_estimate(other, SCENE))


@slowly
@given(st.lists(claims, min_size=1, max_size=5), st.integers(0, 5))
def test_a_copy_of_any_report_changes_nothing(given_claims, number):
    chosen = given_claims[number % len(given_claims)]
    article = Article(outlet=Outlet(slug="copier", name="Copier", reliability="F"), syndicated_from=chosen.article)
    article.published = chosen.article.published
    copy = claim(chosen.low, chosen.high, article=article, credibility=chosen.credibility, claimed_by=chosen.claimed_by)
    before, after = (suggest_estimate(each, SCENE) for each in (given_claims, [*given_claims, copy]))
    assert figures(before) == figures(after)


@slowly
@given(st.lists(claims, max_size=5))
def test_figures_rise_and_every_claim_has_its_sentence(given_claims):
    suggestion = suggest_estimate(given_claims, SCENE)
    stated = [bound for bound in suggestion.figures if bound is not None]
    assert stated == sorted(stated)
    assert (suggestion.best is None) == (suggestion.basis == "")
    assert len(suggestion.verdicts) == len(given_claims)
    assert all(verdict.sentence.endswith(".") for verdict in suggestion.verdicts)
