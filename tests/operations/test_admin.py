"""How places, forces, operations and phases are typed in."""

import pytest

from operations.models import Operation, Phase, Place
from records.choices import State
from tests.admin_forms import account, address, errors, filled, row_errors, rows, save
from tests.operations.factories import (
    ForceFactory,
    ForceNameFactory,
    OperationCitationFactory,
    OperationFactory,
    ParticipationFactory,
    PhaseFactory,
    PlaceFactory,
    PlaceNameFactory,
)
from tests.publication.factories import TheatreFactory
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("factory", "queries"), [(PlaceFactory, 6), (ForceFactory, 6), (OperationFactory, 6), (PhaseFactory, 6)]
)
def test_list_takes_the_same_queries_however_long(curator, django_assert_num_queries, factory, queries, count):
    factory.create_batch(count)
    page = address(factory._meta.model, "changelist")
    with django_assert_num_queries(queries):
        response = curator.get(page)
    assert len(response.context["cl"].result_list) == count


def test_half_a_point_is_refused(curator):
    response = save(curator, PlaceFactory(), latitude="35.5")
    assert errors(response) == {"longitude": ["Give latitude (-90 to 90) and longitude (-180 to 180), or neither."]}


def test_circle_of_places_is_refused_at_the_parent(curator):
    inner = PlaceFactory(name="Inner", parent=PlaceFactory(name="Outer"))
    response = save(curator, inner.parent, parent=inner.pk)
    assert errors(response) == {"parent": ["Outer (settlement) would be part of itself through Inner (settlement)."]}


def test_new_name_is_normalised(curator):
    place = PlaceFactory()
    save(curator, place, **rows("names", {"name": "الدبس", "language": "ar"}))
    assert place.names.get().normalised == "dbs"


def test_name_that_is_listed_already_is_refused_at_the_name(curator):
    name = PlaceNameFactory(name="Dibis")
    response = save(curator, name.place, **rows("names", {"name": "Dibis", "language": "en"}, first=1))
    assert row_errors(response, "names") == [{}, {"name": ["This spelling is listed already."]}]


def test_name_typed_twice_is_refused_at_the_second(curator):
    row = {"name": "PMF", "language": "en"}
    response = save(curator, ForceFactory(), **rows("names", row, row))
    assert row_errors(response, "names") == [{}, {"name": ["This spelling is listed already."]}]


def test_name_can_be_deleted_and_typed_anew_elsewhere(curator):
    name = ForceNameFactory()
    save(curator, name.force, **{"names-0-DELETE": "on"})
    assert name.force.names.count() == 0


def test_force_may_have_been_active_since_a_day(curator):
    force = ForceFactory()
    save(curator, force, active="2014-06-15/..")
    force.refresh_from_db()
    assert force.active == "2014-06-15/.."


def test_operation_cannot_end_before_it_starts(curator):
    response = save(curator, OperationFactory(), starts="2020-06", ends="2020-05-01", end_status="ended")
    assert errors(response) == {"ends": ["It cannot end before it starts."]}


def test_end_day_needs_the_status_ended(curator):
    response = save(curator, OperationFactory(), ends="2020-05-01")
    assert errors(response) == {"ends": ["An operation with an end day has the end status “ended”."]}


def test_phases_are_typed_on_the_page_of_their_operation(curator):
    operation = OperationFactory()
    row = {"ordinal": 1, "name": "First phase", "basis": "announced", "starts": "2020-05-11/2020-05-20"}
    save(curator, operation, **rows("phases", row))
    assert operation.phases.get().starts == "2020-05-11/2020-05-20"


def test_two_phases_of_one_number_are_refused(curator):
    phase = PhaseFactory(ordinal=1)
    row = {"ordinal": 1, "name": "Again", "basis": "announced"}
    response = save(curator, phase.operation, **rows("phases", row, first=1))
    sentence = "The operation has a phase with this number already."
    assert row_errors(response, "phases") == [{}, {"ordinal": [sentence]}]


def test_operation_and_its_phases_are_typed_in_one_go(curator):
    page = address(Operation, "add")
    row = {"ordinal": 1, "name": "Only", "basis": "reported"}
    curator.post(page, filled(curator.get(page), name="Heroes", kind="clearance", **rows("phases", row)))
    assert Phase.objects.get().operation.name == "Heroes"


def test_absence_is_typed_on_the_page_of_a_phase(curator):
    phase, force, article = PhaseFactory(), ForceFactory(), ArticleFactory()
    row = {
        "force": force.pk,
        "role": "participant",
        "standing": "absent",
        "article": article.pk,
        "locator": "¶3",
        "stance": "supports",
        "supports": ["forces"],
        "credibility": "6",
    }
    save(curator, phase, **rows("participations", row))
    participation = phase.participations.get()
    assert (participation.standing, participation.supports) == ("absent", ["forces"])


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_an_operation_takes_the_same_queries_however_many_citations(curator, django_assert_num_queries, count):
    operation = OperationFactory()
    OperationCitationFactory.create_batch(count, operation=operation)
    page = address(Operation, "change", operation.pk)
    with django_assert_num_queries(19):
        curator.get(page)


def test_phase_stays_with_its_operation(curator):
    phase, other = PhaseFactory(), OperationFactory()
    save(curator, phase, operation=other.pk)
    phase.refresh_from_db()
    assert phase.operation != other


def test_edit_of_a_participation_makes_the_operation_changed(curator):
    participation = ParticipationFactory()
    operation = participation.phase.operation
    approve_and_publish(participation.article, participation.force, operation)
    save(curator, participation.phase, **{"participations-0-locator": "¶7"})
    operation.refresh_from_db()
    assert operation.state == State.CHANGED


def test_queue_of_places_without_a_parent_leaves_countries_out(curator):
    PlaceFactory(kind="country")
    village = PlaceFactory()
    page = curator.get(address(Place, "changelist"), {"missing": "parent"})
    assert list(page.context["cl"].result_list) == [village]


def test_the_form_of_a_place_says_what_the_theatre_calls_its_levels(curator):
    approve_and_publish(TheatreFactory(first_level="state"))
    form = curator.get("/admin/operations/place/add/").content.decode()
    assert "First level (state)" in form
    assert ">Second level<" in " ".join(form.split()).replace("> ", ">").replace(" <", "<")
