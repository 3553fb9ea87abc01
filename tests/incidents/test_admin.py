"""How incidents, casualties, tolls and claims are typed in."""

import threading
from datetime import date
from itertools import permutations

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from incidents.models import Casualty, Claim, Incident, Toll
from records.choices import State
from tests.admin_forms import account, address, errors, filled, messages, row_errors, rows, save
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentCitationFactory,
    IncidentFactory,
    InvolvementFactory,
    TollClaimFactory,
    TollCoverageFactory,
    TollFactory,
)
from tests.operations.factories import ForceFactory, OperationFactory, PhaseFactory
from tests.sources.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


KILLED = {
    "victim_status": "civilian", "harm": "killed", "best": 2, "basis": "single_claim", "age_group": "unknown",
    "sex": "unknown", "counted_as": "victims",
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("factory", "queries"),
    [
        (IncidentFactory, 6),
        (CasualtyFactory, 6),
        (TollFactory, 12),
        (TollCoverageFactory, 6),
        (ClaimFactory, 6),
        (TollClaimFactory, 6),
    ],
)
def test_list_takes_the_same_queries_however_long(curator, django_assert_num_queries, factory, queries, count):
    factory.create_batch(count)
    page = address(factory._meta.model, "changelist")
    with django_assert_num_queries(queries):
        response = curator.get(page)
    assert len(response.context["cl"].result_list) == count


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_an_incident_takes_the_same_queries_however_many_parts(curator, django_assert_num_queries, count):
    incident = IncidentFactory()
    for force in ForceFactory.create_batch(count):
        InvolvementFactory(incident=incident, force=force)
        ClaimFactory(casualty=CasualtyFactory(incident=incident, victim_force=force))
        IncidentCitationFactory(incident=incident)
    page = address(Incident, "change", incident.pk)
    # Once in a process, Django asks for the content type.
    curator.get(page)
    with django_assert_num_queries(49):
        curator.get(page)


def test_incident_is_typed_with_its_parts_in_one_go(curator):
    force, article = ForceFactory(), ArticleFactory()
    page = address(Incident, "add")
    passage = {"article": article.pk, "locator": "¶9", "stance": "supports", "credibility": "6"}
    sent = filled(
        curator.get(page),
        title="Attack near Dibis",
        kind="armed_attack",
        methods=["sniping", "disguise"],
        weapons=["small_arms", "ied"],
        when="2021-12-07",
        **rows("involvements", {"force": force.pk, "role": "initiator", "standing": "took_part"} | passage),
        **rows("casualties", KILLED),
        **rows("citations", passage),
    )
    curator.post(page, sent)
    incident = Incident.objects.get()
    assert (incident.methods, incident.weapons) == (["sniping", "disguise"], ["small_arms", "ied"])
    assert incident.when == "2021-12-07"
    assert [incident.involvements.count(), incident.casualties.count(), incident.citations.count()] == [1, 1, 1]


def test_phase_and_operation_together_are_refused(curator):
    response = save(curator, IncidentFactory(), phase=PhaseFactory().pk, operation=OperationFactory().pk)
    sentence = "Give the phase or the operation, not both: the phase gives the operation."
    assert errors(response) == {"phase": [sentence]}


def test_precision_without_a_place_is_refused(curator):
    response = save(curator, IncidentFactory(), location_precision="second_level")
    sentence = "Name the place, or set the location precision to “unknown”."
    assert errors(response) == {"location_precision": [sentence]}


def test_two_groups_of_the_same_victims_are_typed_in_one_go(curator):
    incident = IncidentFactory()
    brothers = KILLED | {"victim_group": "two brothers", "died": "2021-12-09"}
    save(curator, incident, **rows("casualties", brothers, KILLED | {"victim_group": "driver", "age_group": "adult"}))
    told = [(each.victim_group, each.age_group, each.died) for each in incident.casualties.order_by("victim_group")]
    assert told == [("driver", "adult", ""), ("two brothers", "unknown", "2021-12-09")]


def test_figures_out_of_order_are_refused(curator):
    response = save(curator, IncidentFactory(), **rows("casualties", KILLED | {"low": 3}))
    sentence = "The figures must rise: lowest, then best, then highest."
    assert row_errors(response, "casualties") == [{"best": [sentence]}]


def test_judgement_without_a_note_is_refused_at_the_note(curator):
    response = save(curator, CasualtyFactory(), basis="coder_judgement")
    assert errors(response) == {"note": ["Say in the note why you decided so, or why nothing decides."]}


def test_new_casualty_is_typed_with_its_claims(curator):
    page = address(Casualty, "add")
    claim = {"qualifier": "exact", "low": 2, "high": 2, "used": "on", "article": ArticleFactory().pk, "locator": "¶9"}
    claim |= {"stance": "supports", "credibility": "6", "name_list": "none"}
    incident = IncidentFactory()
    curator.post(page, filled(curator.get(page), incident=incident.pk, **KILLED, **rows("claims", claim)))
    assert incident.casualties.get().claims.get().high == 2


def test_exact_claim_has_one_number(curator):
    response = save(curator, ClaimFactory(), high="4")
    assert errors(response) == {"low": ["An exact figure has the same lowest and highest number."]}


def test_unused_claim_gives_its_reason(curator):
    claim = ClaimFactory()
    page = address(Claim, "change", claim.pk)
    sent = filled(curator.get(page))
    del sent["used"]
    assert errors(curator.post(page, sent)) == {"unused_because": ["Say why the estimate does not rest on this claim."]}


def test_claim_replaces_only_one_about_the_same_casualty(curator):
    response = save(curator, ClaimFactory(), supersedes=ClaimFactory().pk)
    assert errors(response) == {"supersedes": ["A claim can only replace one about the same casualty or toll."]}


def test_claim_speaks_of_one_thing(curator):
    page = address(Claim, "add")
    sent = {"casualty": CasualtyFactory().pk, "toll": TollFactory().pk, "article": ArticleFactory().pk}
    response = curator.post(page, filled(curator.get(page), locator="¶1", low=1, high=1, **sent))
    assert errors(response) == {"toll": ["A claim speaks of one casualty or of one toll."]}


def test_claim_leads_back_to_its_toll(curator):
    claim = TollClaimFactory()
    page = address(Claim, "change", claim.pk)
    assert curator.post(page, filled(curator.get(page))).url == address(Toll, "change", claim.toll.pk) + "#claims"


def test_exclusion_from_a_toll_gives_its_reason(curator):
    toll, incident = TollFactory(), IncidentFactory()
    response = save(curator, toll, **rows("coverage", {"incident": incident.pk, "relation": "excluded"}))
    assert row_errors(response, "coverage") == [{"reason": ["Say why the toll does not count the incident."]}]


def test_toll_without_a_period_cannot_be_adopted(curator):
    response = save(curator, TollFactory(best=3), adopted="on")
    sentence = "Only a usable toll with a period and a best figure can be adopted."
    assert errors(response) == {"usable": [sentence]}


def claimed(estimate, figure, **values):
    """Let another outlet claim a figure of an estimate."""
    whom = {"casualty": None, "toll": estimate} if isinstance(estimate, Toll) else {"casualty": estimate}
    return ClaimFactory(**whom, low=figure, high=figure, **values)


def test_what_the_claims_suggest_stands_beside_the_estimate(curator):
    casualty = CasualtyFactory(low=3, best=3, high=3)
    claim = claimed(casualty, 2)
    text = curator.get(address(Casualty, "change", casualty.pk)).content.decode()
    assert "The estimate departs from the claims, so it cannot be approved" in text
    assert f"Counts for {claim.article.outlet.name}." in text
    assert "Sources exclude each other" not in text
    claimed(casualty, 5)
    assert "Sources exclude each other" in curator.get(address(Casualty, "change", casualty.pk)).content.decode()


@pytest.mark.parametrize("factory", [CasualtyFactory, TollFactory])
def test_suggestion_is_taken_over_with_what_else_was_typed(curator, factory):
    estimate = factory(low=3, best=3, high=3)
    claimed(estimate, 2)
    page = address(type(estimate), "change", estimate.pk)
    response = curator.post(page, filled(curator.get(page), note="Counted again.", _suggested="1"), follow=True)
    estimate.refresh_from_db()
    assert (estimate.figures, estimate.basis, estimate.note) == ((2, 2, 2), "single_claim", "Counted again.")
    assert messages(response)[-1] == "The estimate is now what the claims suggest: 2–2–2."
    assert response.redirect_chain[-1][0] == page
    assert "The estimate is what the claims suggest." in response.content.decode()


def test_suggestion_that_would_undo_an_adoption_is_refused_and_the_form_kept(curator):
    toll = TollFactory(low=3, best=3, high=3, earliest_on=DAY, latest_on=DAY, adopted=True)
    article = ArticleFactory()
    for number in (3, 5):
        ClaimFactory(casualty=None, toll=toll, low=number, high=number, article=article)
    response = save(curator, toll, title="Typed", _suggested="1")
    (sentence,) = errors(response)["__all__"]
    assert sentence == "Only a usable toll with a period and a best figure can be adopted."
    assert response.context["adminform"].form["title"].value() == "Typed"


def test_figure_without_a_number_in_its_claims_has_nothing_to_take_over(curator):
    casualty = CasualtyFactory(low=3, best=3, high=3)
    ClaimFactory(casualty=casualty, low=None, high=None, qualifier="unstated")
    response = save(curator, casualty, _suggested="1")
    assert errors(response)["__all__"] == ["Nothing was saved: no claim that counts suggests a number."]


def test_casualty_lies_only_within_others_of_its_incident(curator):
    casualty = CasualtyFactory(harm="killed")
    sister = CasualtyFactory(incident=casualty.incident, victim_status="civilian")
    CasualtyFactory()
    form = curator.get(address(Casualty, "change", casualty.pk)).context["adminform"].form
    assert list(form.fields["within"].queryset) == [sister]
    save(curator, casualty, within=sister.pk)
    casualty.refresh_from_db()
    assert casualty.within == sister


def test_rule_over_several_rows_is_told_at_the_form_which_keeps_what_was_typed(curator):
    whole = CasualtyFactory()
    part = CasualtyFactory(incident=whole.incident, within=whole, victim_group="driver")
    response = save(curator, whole, within=part.pk, note="Typed")
    (sentence,) = errors(response)["__all__"]
    assert sentence == "An estimate cannot lie within itself, directly or through others. Choose another one."
    assert response.context["adminform"].form["note"].value() == "Typed"


DAY = date(2021, 12, 7)
ADOPTABLE = {"earliest_on": DAY, "latest_on": DAY, "low": 3, "best": 3, "high": 3}
BESIDE = (
    "{} cannot be adopted beside {}: some of the same people would be counted twice. Drop the adoption of one of them,"
    " or nest the narrower one in the wider one."
)


def test_adoption_beside_an_overlapping_toll_is_refused_with_its_name(curator):
    adopted, toll = TollFactory(**ADOPTABLE, adopted=True), TollFactory(**ADOPTABLE)
    response = save(curator, toll, adopted="on", title="Typed")
    (sentence,) = errors(response)["__all__"]
    assert sentence in {BESIDE.format(*pair) for pair in permutations([toll.uid, adopted.uid])}
    assert response.context["adminform"].form["title"].value() == "Typed"
    toll.refresh_from_db()
    assert (toll.adopted, toll.title == "Typed") == (False, False)


def test_adopted_toll_is_not_reopened_beside_the_one_adopted_since(client):
    reviewer = account("reviewer")
    client.force_login(reviewer)
    toll = TollFactory(**ADOPTABLE, adopted=True, state=State.WITHDRAWN)
    adopted = TollFactory(**ADOPTABLE, adopted=True)
    page = address(Toll, "reopen", toll.pk)
    response = client.post(page, {"comment": "Again"})
    (said,) = response.context["form"].non_field_errors()
    assert said in {BESIDE.format(*pair) for pair in permutations([toll.uid, adopted.uid])}
    toll.refresh_from_db()
    assert toll.state == State.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_who_adopt_overlapping_tolls_at_once_one_is_refused():
    tolls = [TollFactory(**ADOPTABLE), TollFactory(**ADOPTABLE)]
    people = [Client(), Client()]
    for number, person in enumerate(people):
        person.force_login(User.objects.create_superuser(f"editor {number}"))
    pages = [address(Toll, "change", toll.pk) for toll in tolls]
    forms = [filled(person.get(page), adopted="on") for person, page in zip(people, pages, strict=True)]
    answers = []

    def adopt(person, page, sent):
        answers.append(person.post(page, sent).status_code)
        connection.close()

    threads = [threading.Thread(target=adopt, args=each) for each in zip(people, pages, forms, strict=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        # Both have saved their toll and wait at the rule: then they go on together.
        cursor.execute("SELECT pg_advisory_xact_lock(1214344300)")
        for thread in threads:
            thread.start()
        waiting = 0
        while waiting < 2:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            (waiting,) = cursor.fetchone()
            assert all(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 302]
    assert Toll.objects.filter(adopted=True).count() == 1


@pytest.mark.parametrize("factory", [CasualtyFactory, TollFactory])
def test_estimates_are_sorted_by_their_best_or_else_lowest_number(curator, factory):
    bare, low, best = factory(), factory(low=1), factory(best=2, high=9)
    page = address(factory._meta.model, "changelist")
    column = curator.get(page).context["cl"].list_display.index("estimate")
    found = curator.get(page, {"o": f"-{column}"}).context["cl"].result_list
    assert list(found) == [best, low, bare]


def proposal(toll, client):
    """Return a toll's page as a browser would send it; proposed rows hold what they propose."""
    return filled(client.get(address(Toll, "change", toll.pk)))


@pytest.fixture
def proposed(curator):
    """A toll and an incident that it may count."""
    toll = TollFactory(**ADOPTABLE)
    incident = IncidentFactory(when="2021-12-07")
    CasualtyFactory(incident=incident, low=1, best=1, high=1)
    return toll, incident


def test_proposed_incident_is_linked_once_it_is_confirmed(curator, proposed):
    toll, incident = proposed
    page = address(Toll, "change", toll.pk)
    assert "1 proposed" in curator.get(page).content.decode()
    curator.post(page, proposal(toll, curator))
    assert not toll.coverage.exists()
    curator.post(page, proposal(toll, curator) | {"proposals-0-confirmed": "on"})
    row = toll.coverage.get()
    assert (row.incident, row.relation, row.reason) == (
        incident,
        "contained",
        "Everything that is coded about it lies within what the toll counts.",
    )
    assert "1 proposed" not in curator.get(page).content.decode()


def test_proposed_incident_is_excluded_only_with_a_reason(curator, proposed):
    toll, _ = proposed
    page = address(Toll, "change", toll.pk)
    sent = proposal(toll, curator) | {"proposals-0-confirmed": "on", "proposals-0-relation": "excluded"}
    response = curator.post(page, sent | {"proposals-0-reason": ""})
    assert "Say why the toll does not count the incident." in response.content.decode()
    curator.post(page, sent | {"proposals-0-reason": "Counted by another toll."})
    assert toll.coverage.get().relation == "excluded"


def test_proposed_incident_that_is_typed_as_a_row_too_is_told_so(curator, proposed):
    toll, incident = proposed
    sent = proposal(toll, curator) | {"proposals-0-confirmed": "on"}
    sent |= rows("coverage", {"incident": incident.pk, "relation": "contained"})
    response = curator.post(address(Toll, "change", toll.pk), sent)
    assert "The toll already has a row for this incident." in response.content.decode()
    assert not toll.coverage.exists()


def test_tolls_with_open_proposals_or_stale_links_are_listed(curator, proposed):
    toll, incident = proposed
    other = TollFactory(earliest_on=date(2020, 1, 1), latest_on=date(2020, 1, 2))
    page = address(Toll, "changelist")
    assert list(curator.get(page, {"linking": "proposed"}).context["cl"].result_list) == [toll]
    assert list(curator.get(page, {"linking": "stale"}).context["cl"].result_list) == []
    TollCoverageFactory(toll=other, incident=incident)
    assert list(curator.get(page, {"linking": "stale"}).context["cl"].result_list) == [other]
    assert "No longer fits." in curator.get(address(Toll, "change", other.pk)).content.decode()


def test_incident_shows_the_tolls_that_count_it_or_may(curator, proposed):
    toll, incident = proposed
    other = TollFactory()
    TollCoverageFactory(toll=other, incident=incident, relation="likely")
    text = curator.get(address(Incident, "change", incident.pk)).content.decode()
    assert text.index(other.uid) < text.index(toll.uid)
    assert "Proposed" in text


def test_toll_below_the_one_before_in_its_series_asks_for_review(curator):
    before = TollFactory(**ADOPTABLE, series="army")
    toll = TollFactory(earliest_on=DAY, latest_on=date(2021, 12, 9), best=2)
    told = f"{toll.uid} (2) falls below {before.uid} (3), of an earlier day."
    response = save(curator, toll, series="army")
    assert [sentence.startswith(told) for sentence in messages(response)] == [True, False]
