"""How incidents, casualties, tolls and claims are typed in."""

import pytest

from incidents.models import Casualty, Claim, Incident, Toll
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentFactory,
    TollClaimFactory,
    TollCoverageFactory,
    TollFactory,
)
from tests.operations.factories import ForceFactory, OperationFactory, PhaseFactory
from tests.publication.desk import account, address, errors, filled, row_errors, rows, save
from tests.sources.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


KILLED = {"victim_status": "civilian", "harm": "killed", "best": 2, "basis": "single_claim"}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("factory", "queries"),
    [
        (IncidentFactory, 6),
        (CasualtyFactory, 6),
        (TollFactory, 7),
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


def test_incident_is_typed_with_its_parts_in_one_go(curator):
    force, article = ForceFactory(), ArticleFactory()
    page = address(Incident, "add")
    passage = {"article": article.pk, "locator": "¶9", "stance": "supports", "credibility": "6"}
    sent = filled(
        curator.get(page),
        title="Attack near Dibis",
        kind="armed_attack",
        methods=["small_arms", "ied"],
        when="2021-12-07",
        **rows("involvements", {"force": force.pk, "role": "initiator"}),
        **rows("casualties", KILLED),
        **rows("citations", passage),
    )
    curator.post(page, sent)
    incident = Incident.objects.get()
    assert (incident.methods, incident.when) == (["small_arms", "ied"], "2021-12-07")
    assert [incident.involvements.count(), incident.casualties.count(), incident.citations.count()] == [1, 1, 1]


def test_phase_and_operation_together_are_refused(curator):
    response = save(curator, IncidentFactory(), phase=PhaseFactory().pk, operation=OperationFactory().pk)
    sentence = "Give the phase or the operation, not both: the phase gives the operation."
    assert errors(response) == {"phase": [sentence]}


def test_precision_without_a_place_is_refused(curator):
    response = save(curator, IncidentFactory(), location_precision="district")
    sentence = "Name the place, or set the location precision to “unknown”."
    assert errors(response) == {"location_precision": [sentence]}


def test_same_victims_typed_twice_are_refused_though_they_have_no_force(curator):
    response = save(curator, IncidentFactory(), **rows("casualties", KILLED, KILLED))
    sentence = "The incident has an estimate for these victims and this harm already."
    assert row_errors(response, "casualties") == [{}, {"harm": [sentence]}]


def test_figures_out_of_order_are_refused(curator):
    response = save(curator, IncidentFactory(), **rows("casualties", KILLED | {"low": 3}))
    sentence = "The figures must rise: lowest, then best, then highest."
    assert row_errors(response, "casualties") == [{"best": [sentence]}]


def test_judgement_without_a_note_is_refused_at_the_note(curator):
    response = save(curator, CasualtyFactory(), basis="coder_judgement")
    assert errors(response) == {"note": ["Say in the note why you decided so."]}


def test_new_casualty_is_typed_with_its_claims(curator):
    page = address(Casualty, "add")
    claim = {"qualifier": "exact", "low": 2, "high": 2, "used": "on", "article": ArticleFactory().pk, "locator": "¶9"}
    claim |= {"stance": "supports", "credibility": "6"}
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
