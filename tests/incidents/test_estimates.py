"""What the claims about one group of victims suggest, and why."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.choices import Basis
from incidents.figures.estimates import suggest_estimate
from incidents.models import Claim
from operations.models import Force
from sources.choices import Stance
from sources.models import Article, Outlet

WIRE = Outlet(slug="wire", name="Wire", reliability="B")
DAILY = Outlet(slug="daily", name="Daily", reliability="C")
RADIO = Outlet(slug="radio", name="Radio", reliability="C")
AGENCY = Outlet(slug="agency", name="Agency", reliability="C", feed_group="pool")
COUSIN = Outlet(slug="cousin", name="Cousin", reliability="C", feed_group="pool")
OUTLETS = [WIRE, DAILY, RADIO, AGENCY, COUSIN]
ARMY = Force(pk=1, slug="army", side="anti_isis")
ISIS = Force(pk=2, slug="isis", side="isis")


def claim(low, high, outlet=DAILY, on="2021-12-08", uid="CLM-1", **values):
    """Return an unsaved claim of an outlet, printed on a day."""
    article = values.pop("article", None) or Article(outlet=outlet, published=on)
    return Claim(uid=uid, article=article, low=low, high=high, **{"credibility": "3", "qualifier": "range"} | values)


def suggested(*claims, victims=ARMY):
    suggestion = suggest_estimate(claims, victims)
    return suggestion.low, suggestion.best, suggestion.high, suggestion.basis


def reasons(*claims, victims=ARMY):
    return [verdict.sentence for verdict in suggest_estimate(claims, victims).verdicts]


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
    assert suggest_estimate([claim(7, 7, DAILY), claim(9, 12, RADIO)]).contested
    assert not suggest_estimate([claim(7, 9, DAILY), claim(9, 12, RADIO)]).contested


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


slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def figures(suggestion):
    return suggestion.figures, suggestion.basis, suggestion.contested


@slowly
@given(st.lists(claims, max_size=5), st.integers(0, 5))
def test_the_order_of_coding_does_not_matter(given_claims, turn):
    other = [*given_claims[turn:], *given_claims[:turn]][::-1]
    assert figures(suggest_estimate(given_claims, ARMY)) == figures(suggest_estimate(other, ARMY))


@slowly
@given(st.lists(claims, min_size=1, max_size=5), st.integers(0, 5))
def test_a_copy_of_any_report_changes_nothing(given_claims, number):
    chosen = given_claims[number % len(given_claims)]
    article = Article(outlet=Outlet(slug="copier", name="Copier", reliability="F"), syndicated_from=chosen.article)
    article.published = chosen.article.published
    copy = claim(chosen.low, chosen.high, article=article, credibility=chosen.credibility, claimed_by=chosen.claimed_by)
    before, after = (suggest_estimate(each, ARMY) for each in (given_claims, [*given_claims, copy]))
    assert figures(before) == figures(after)


@slowly
@given(st.lists(claims, max_size=5))
def test_figures_rise_and_every_claim_has_its_sentence(given_claims):
    suggestion = suggest_estimate(given_claims, ARMY)
    stated = [bound for bound in suggestion.figures if bound is not None]
    assert stated == sorted(stated)
    assert (suggestion.best is None) == (suggestion.basis == "")
    assert len(suggestion.verdicts) == len(given_claims)
    assert all(verdict.sentence.endswith(".") for verdict in suggestion.verdicts)
