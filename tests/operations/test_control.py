"""Who claims, administers and controls a place, and whether it is disputed."""

import pytest
from django.core.exceptions import ValidationError

from operations.models import PlaceControl
from publication.publish import reproject
from tests.incidents.factories import IncidentCitationFactory, IncidentFactory
from tests.operations.factories import ForceFactory, PlaceControlFactory, PlaceFactory
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


def claimed(place, *forces, **values):
    """Let forces claim a place, each by a passage of its own."""
    for number, force in enumerate(forces, 1):
        PlaceControlFactory(
            place=place,
            aspect="claims",
            force=force,
            no_force="",
            article=ArticleFactory(),
            locator=f"¶{number}",
            **values,
        )
    return place


def test_a_place_that_two_forces_claim_is_disputed():
    one, other = ForceFactory.create_batch(2)
    assert not claimed(PlaceFactory(), one).disputed
    assert claimed(PlaceFactory(), one, other).disputed


def test_one_line_of_command_disputes_nothing():
    state = ForceFactory()
    assert not claimed(PlaceFactory(), state, ForceFactory(parent=state), state).disputed


def test_a_claim_that_ended_or_that_a_passage_denies_disputes_nothing():
    one, other = ForceFactory.create_batch(2)
    assert not claimed(claimed(PlaceFactory(), one), other, ends="2017-10").disputed
    assert not claimed(claimed(PlaceFactory(), one), other, stance="contradicts").disputed


def test_controlling_a_place_is_not_claiming_it():
    place = PlaceFactory()
    for force in ForceFactory.create_batch(2):
        PlaceControlFactory(place=place, force=force, no_force="")
    assert not place.disputed


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"no_force": ""}, "Name the force, or say why none is named, not both."),
        ({"no_force": "nobody", "aspect": "claims"}, "Name the force that claims the place."),
    ],
)
def test_a_row_names_a_force_or_says_why_not(values, sentence):
    row = PlaceControl(
        **{"place": PlaceFactory(), "aspect": "controls", "article": ArticleFactory(), "locator": "¶1"} | values
    )
    with pytest.raises(ValidationError, match=sentence):
        row.full_clean()


def test_incidents_follow_when_their_place_becomes_disputed(get):
    one, other = ForceFactory.create_batch(2)
    place, incident = PlaceFactory(slug="hill"), None
    incident = IncidentFactory(place=place, location_precision="exact")
    article = IncidentCitationFactory(incident=incident).article
    approve_and_publish(article, one, other, place, incident)
    assert get("incidents/", disputed="true")["results"] == []
    claimed(place, one, other)
    changed = approve_and_publish(*(row.article for row in place.control.all()), place)
    reproject(changed)
    (found,) = get("incidents/", disputed="true")["results"]
    assert found["place"]["disputed"] is True
    (row, _) = get("places/hill/")["control"]
    assert (row["aspect"], row["force"]["slug"], row["no_force"]) == ("claims", one.slug, "")
