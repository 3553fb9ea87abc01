"""What adopted tolls add to sums, without a database: case by case, and for thousands of random families."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.choices import Coverage
from incidents.figures.bounds import Counted, together
from incidents.figures.reconcile import AddedToll, Share, TollLink, reconcile, take_in_nested

CONTAINED, LIKELY, POSSIBLE, EXCLUDED = Coverage
NOBODY = Counted()
DECEMBER = date(2021, 12, 1)


def exact(number, **more):
    return Counted(number, number, number, **more)


def toll(number, links=None, *, uid="A", group=(), parent=None, first_day=DECEMBER):
    """Return an adopted toll; links are relations or TollLinks by incident."""
    number = exact(number) if isinstance(number, int) else number
    links = {name: each if isinstance(each, TollLink) else TollLink(each) for name, each in (links or {}).items()}
    return AddedToll(uid, number, group, first_day, parent, links)


def total(tolls, incidents, groups=None):
    """Return low, best and high of a reconciled sum of incidents (Counted by name); by group if groups are given."""
    groups = groups or dict.fromkeys(incidents, ())
    shares = {
        each.uid: {name: {groups[name]: Share(incidents[name], incidents[name], NOBODY)} for name in each.links}
        for each in tolls
    }
    found = reconcile(tolls, shares)
    sums = {}
    for group in {*groups.values(), *(each.group for each in tolls)}:
        here = [incidents[name] for name, other in groups.items() if other == group]
        added = [each.adds for each in found.additions if each.toll.group == group]
        opened = [each.high for each in here].count(None) + found.open.get(group, 0)
        high = sum(each.high or 0 for each in here) + found.high.get(group, 0)
        sums[group] = (
            sum(each.low for each in (*here, *added)),
            sum(each.best for each in (*here, *added)),
            None if opened else high,
        )
    return sums[()] if list(sums) == [()] else sums


def residual(*asked):
    return total_residuals(*asked)["A"]


def total_residuals(tolls, incidents):
    shares = {
        each.uid: {name: {(): Share(incidents[name], incidents[name], NOBODY)} for name in each.links} for each in tolls
    }
    return {each.toll.uid: each.residual[:3] for each in reconcile(tolls, shares).additions}


def test_worked_example_comes_to_22():
    incidents = {"1": Counted(3, 3, 4), "2": exact(7), "3": exact(2)}
    tolls = [toll(22, {"1": CONTAINED, "2": CONTAINED, "3": LIKELY})]
    assert total(tolls, incidents) == (22, 22, 22)
    assert residual(tolls, incidents) == (9, 10, 10)


def test_an_incident_that_the_toll_does_not_count_is_added():
    assert total([toll(22, {"1": CONTAINED})], {"1": exact(4), "2": exact(3)}) == (25, 25, 25)


def test_an_open_figure_under_a_closed_toll_is_closed_by_it():
    incidents = {"1": Counted(7, 7, None, at_least=True)}
    tolls = [toll(22, {"1": CONTAINED})]
    assert total(tolls, incidents) == (22, 22, 22)
    assert residual(tolls, incidents) == (0, 15, 15)


def test_incidents_that_exceed_the_toll_stand():
    assert total([toll(8, {"1": CONTAINED, "2": CONTAINED})], {"1": Counted(3, 3, 4), "2": exact(7)}) == (10, 10, 11)


def test_a_possible_link_lowers_only_the_low():
    assert total([toll(22, {"1": POSSIBLE})], {"1": exact(4)}) == (22, 26, 26)


@pytest.mark.parametrize("relation", [CONTAINED, LIKELY, POSSIBLE])
def test_a_provisional_link_explains_low_and_best_and_not_high(relation):
    assert total([toll(22, {"1": TollLink(relation, decided=False)})], {"1": exact(4)}) == (22, 22, 26)


def test_a_link_that_says_how_many_explains_no_more():
    assert total([toll(22, {"1": TollLink(CONTAINED, people=3)})], {"1": exact(4)}) == (23, 23, 23)


def test_an_incident_split_over_two_tolls_by_numbers_explains_each_once():
    links = {"1": TollLink(CONTAINED, people=2)}
    tolls = [toll(10, links, uid="A"), toll(10, links, uid="B", first_day=date(2021, 12, 6))]
    assert total(tolls, {"1": exact(4)}) == (20, 20, 20)


def test_an_incident_contained_in_two_tolls_explains_the_earlier_one():
    links = {"1": CONTAINED}
    tolls = [toll(10, links, uid="B"), toll(10, links, uid="A", first_day=date(2021, 12, 6))]
    assert total(tolls, {"1": exact(4)}) == (20, 20, 20)
    assert total_residuals(tolls, {"1": exact(4)}) == {"A": (10, 10, 10), "B": (6, 6, 6)}


def test_possible_in_two_tolls_lowers_the_low_of_one():
    tolls = [toll(10, {"1": POSSIBLE}, uid=uid) for uid in "AB"]
    assert total(tolls, {"1": exact(4)}) == (20, 24, 24)


def test_a_nested_toll_is_counted_once():
    tolls = [toll(30, uid="A"), toll(10, uid="B", parent="A")]
    assert total(tolls, {}) == (30, 30, 30)


def test_tolls_nested_in_a_nested_one_are_counted_once():
    tolls = [toll(20, uid="A"), toll(20, uid="B", parent="A"), toll(20, uid="C", parent="B")]
    assert total(tolls, {}) == (20, 20, 20)


def test_a_nested_toll_and_its_incident_are_counted_once_in_both():
    incidents = {"1": exact(4), "2": exact(5)}
    tolls = [toll(30, {"1": CONTAINED, "2": CONTAINED}, uid="A"), toll(10, {"1": CONTAINED}, uid="B", parent="A")]
    assert total(tolls, incidents) == (30, 30, 30)


def test_a_nested_toll_above_the_outer_one_stands():
    tolls = [toll(8, uid="A"), toll(10, uid="B", parent="A")]
    assert total(tolls, {}) == (10, 10, 10)


def test_what_stands_in_another_group_is_taken_with_the_opposite_bounds():
    incidents = {"1": Counted(3, 4, 6)}
    sums = total([toll(22, {"1": CONTAINED}, group="army")], incidents, {"1": "unknown"})
    assert sums == {"army": (16, 18, 19), "unknown": (3, 4, 6)}


def test_a_low_that_is_stated_for_a_whole_incident_explains_a_toll_too():
    # Between 7 and 8 killed, five of them civilians, and “at most ?” soldiers: at least two were soldiers.
    share = Share(Counted(7, 7, 8), Counted(0, 2, None), exact(5))
    found = reconcile([toll(Counted(3, 4, 11), {"1": LIKELY})], {"A": {"1": {(): share}}})
    assert found.additions[0].adds[:2] == (1, 2)


def two_of_others(lines, others):
    """Return low and best of an incident of 4 and 3 under two tolls of 10, each of which counts some of its lines."""
    tolls = [toll(10, {"1": TollLink(LIKELY, decided=False)}, uid=uid) for uid in "AB"]
    whole, one, other = exact(7), exact(4), exact(3)
    shares = {"A": {"1": {(): Share(whole, one, other, lines)}}, "B": {"1": {(): Share(whole, other, one, others)}}}
    added = reconcile(tolls, shares).additions
    return tuple(7 + sum(each.adds[bound] for each in added) for bound in (0, 1))


def test_an_incident_explains_two_tolls_that_count_different_people_of_it():
    assert two_of_others(frozenset({"soldiers"}), frozenset({"civilians"})) == (20, 20)


def test_an_incident_explains_one_of_two_tolls_that_may_count_the_same_people():
    assert two_of_others(frozenset({"soldiers"}), frozenset({"soldiers", "civilians"})) == (23, 23)


numbers = st.tuples(st.integers(0, 9), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3))).map(
    lambda drawn: Counted(drawn[0], drawn[0] + drawn[1], None if drawn[2] is None else drawn[0] + drawn[1] + drawn[2])
)
relations = st.sampled_from([CONTAINED, LIKELY, POSSIBLE])
link = st.builds(TollLink, relations, decided=st.just(True), people=st.none() | st.integers(0, 5)) | st.builds(
    TollLink, relations, decided=st.just(False), people=st.none()
)
NAMES = "12345"


@st.composite
def families(draw):
    """Draw incidents, up to three tolls side by side or nested, and links."""
    incidents = {name: draw(numbers) for name in NAMES[: draw(st.integers(0, 5))]}
    tolls = []
    for uid in "ABC"[: draw(st.integers(1, 3))]:
        number = draw(numbers)
        number = Counted(*(None if bound is None else bound + 20 for bound in number[:3]))
        links = {name: draw(link) for name in incidents if draw(st.booleans())}
        parent = draw(st.sampled_from([None, *(each.uid for each in tolls)]))
        day = DECEMBER.replace(day=draw(st.integers(1, 3)))
        tolls.append(AddedToll(uid, number, (), day, parent, links))
    take_in_nested(tolls)
    return tolls, incidents


many = settings(max_examples=300, deadline=None)


@many
@given(families())
def test_low_best_and_high_are_in_order(family):
    low, best, high = total(*family)
    assert low <= best
    assert high is None or best <= high


@many
@given(families())
def test_no_bound_lies_below_that_of_the_incidents_and_of_any_toll(family):
    tolls, incidents = family
    low, best, _ = total(*family)
    assert low >= max([sum(each.low for each in incidents.values()), *(each.number.low for each in tolls)])
    assert best >= max([sum(each.best for each in incidents.values()), *(each.number.best for each in tolls)])


@many
@given(families(), st.lists(st.sampled_from(["x", "y", ""]), min_size=9, max_size=9))
def test_best_of_groups_is_that_of_the_whole_and_bounds_lie_outside(family, names):
    tolls, incidents = family
    low, best, high = total(tolls, incidents)
    groups = dict(zip(incidents, names, strict=False))
    grouped = [AddedToll(t.uid, t.number, names[5 + i], t.first_day, t.parent, t.links) for i, t in enumerate(tolls)]
    sums = total(grouped, incidents, groups) if incidents else total(grouped, {})
    rows = list(sums.values()) if isinstance(sums, dict) else [sums]
    assert sum(row[0] for row in rows) <= low
    assert sum(row[1] for row in rows) == best
    highs = [row[2] for row in rows]
    if not _contradictory(tolls, incidents):
        assert None in highs or (high is not None and sum(highs) >= high)
    for row in rows:
        assert row[0] <= row[1]
        assert row[2] is None or row[1] <= row[2]


@many
@given(families(), numbers)
def test_entering_what_a_toll_counts_already_changes_no_sum(family, new):
    tolls, incidents = family
    outer = tolls[0]
    before = total(tolls, incidents)
    adds = {each.toll.uid: each.adds for each in reconcile(tolls, _shares(tolls, incidents)).additions}[outer.uid]
    sure_best = sum(i.best for n, i in incidents.items() if n in outer.links and outer.links[n].explains_all)
    if new.low <= adds.low and new.best <= adds.best and outer.number.high is not None:
        outer.links = outer.links | {"new": TollLink(CONTAINED)}
        after = total(tolls, incidents | {"new": new})
        assert after[:2] == before[:2]
        if len(tolls) == 1 and sure_best + new.best <= outer.number.high:
            assert after[2] == before[2]


def _contradictory(tolls, incidents):
    """Return whether a toll counts fewer people than it holds, or tolls share more of an incident than it has."""
    additions = {each.toll.uid: each for each in reconcile(tolls, _shares(tolls, incidents)).additions}
    for each in additions.values():
        held = [explained.best for _, _, link, explained in each.explained if link.explains_best]
        held += [additions[nested].adds.best for nested in each.nested]
        if each.toll.number.high is not None and sum(held) > each.toll.number.high:
            return True
    return any(
        sum(toll.links[name].people or 0 for toll in tolls if name in toll.links) > incident.best
        for name, incident in incidents.items()
    )


def _shares(tolls, incidents):
    return {t.uid: {n: {(): Share(incidents[n], incidents[n], NOBODY)} for n in t.links} for t in tolls}


@many
@given(families())
def test_the_order_of_tolls_does_not_matter(family):
    tolls, incidents = family
    assert total(tolls, incidents) == total(tolls[::-1], incidents)


def test_a_sum_of_nobody_is_nobody():
    assert together([]) == NOBODY
