"""The theatre: one record, reviewed and published like every other, and what its columns refuse."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from publication import review
from publication.theatre import theatre_at
from tests.incidents.factories import IncidentCitationFactory, IncidentFactory
from tests.operations.factories import PlaceFactory
from tests.people import reviewer
from tests.publication.factories import TheatreFactory
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

BOX = {"west": 1.0, "south": 2.0, "east": 3.0, "north": 4.0}


def refusal(**values):
    """Return what a theatre with these values is refused for, in the form and, alike, by the database."""
    theatre = TheatreFactory.build(**values)
    with pytest.raises(ValidationError) as refused:
        theatre.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        theatre.save()
    return " ".join(refused.value.messages)


def test_there_is_one_theatre():
    TheatreFactory()
    assert refusal(slug="there") == "There is a theatre already: a database is about one. Edit that one."


@pytest.mark.parametrize(
    "box",
    [{"west": 1.0}, BOX | {"north": 1.0}, BOX | {"east": 1.0}, BOX | {"south": None}],
    ids=["one side", "upside down", "no width", "three sides"],
)
def test_the_box_of_maps_is_a_box_on_the_earth_or_none(box):
    assert "Give all four sides of the box" in refusal(**box)


def test_the_box_may_cross_the_date_line():
    TheatreFactory.build(west=170.0, south=-20.0, east=-170.0, north=-10.0).full_clean()


def test_codes_of_countries_and_languages_have_the_form_of_their_standard():
    assert "two capital letters" in refusal(countries=["Norway"])
    assert "BCP 47" in refusal(languages=["en", "No rsk"])
    with pytest.raises(ValidationError, match="ISO 3166-1 has no country “XX”"):
        TheatreFactory.build(countries=["XX"]).full_clean()
    TheatreFactory(countries=["NO", "SE"], languages=["nb", "se-Latn"]).full_clean()


def test_a_time_zone_exists():
    with pytest.raises(ValidationError, match="There is no time zone “Oslo”"):
        TheatreFactory.build(time_zone="Oslo").full_clean()


def test_the_address_of_a_licence_needs_its_name():
    assert refusal(licence_url="https://example.org/") == "Give the name of the licence, too."


def test_places_and_times_of_day_repeat_its_words_and_follow_them(get):
    place, article = PlaceFactory(slug="north", kind="first_level"), ArticleFactory()
    incident = IncidentFactory(place=place, location_precision="exact")
    IncidentCitationFactory(incident=incident, article=article)
    approve_and_publish(article, place, incident)
    assert (get("places/north/")["level"], get(f"incidents/{incident.uid}/")["time"]["zone"]) == ("", "UTC")
    theatre, ann, ben = TheatreFactory(first_level="county", time_zone="Europe/Oslo"), reviewer("ann"), reviewer("ben")
    review.submit(theatre, by=ann)
    review.approve(theatre, by=ben)
    assert get("places/north/")["level"] == "county"
    assert get(f"incidents/{incident.uid}/")["time"]["zone"] == "Europe/Oslo"


def test_what_is_published_together_with_it_has_its_words(get):
    theatre, place = TheatreFactory(first_level="county"), PlaceFactory(slug="north", kind="first_level")
    approve_and_publish(theatre, place)
    assert get("places/north/")["level"] == "county"


def test_a_theatre_is_published_by_review_and_its_draft_is_not_seen():
    theatre = TheatreFactory(name="North")
    assert theatre_at()["name"] == "Hamrin"
    ben = reviewer("ben")
    review.submit(theatre, by=reviewer("ann"))
    review.approve(theatre, by=ben)
    assert theatre_at()["name"] == "North"
    theatre.name = "South"
    theatre.save()
    assert theatre_at()["name"] == "North"
    review.take_back(theatre, by=ben, reason_code="error", reason="It is not ours.")
    assert theatre_at()["name"] == "Hamrin"
