"""Loading fixtures: never over what people did since, in one piece, and with the numbering behind it."""

import json

import pghistory
import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from pghistory.core import event_models

from incidents.models import Incident
from operations.choices import PlaceKind
from operations.models import Operation, Place, PlaceName
from tests.incidents.factories import CasualtyFactory, IncidentFactory
from tests.operations.factories import PlaceFactory, PlaceNameFactory

pytestmark = pytest.mark.django_db

REFUSAL = "People have edited or deleted these since they were last loaded; the fixtures would undo that:\n{}"
REMEDY = "Nothing was loaded. To load the fixtures all the same, add --overwrite."


@pytest.fixture
def load(tmp_path):
    """Load records, or the text of a fixture, with the command."""

    def load(*records, **options):
        text = records[0]
        if not isinstance(text, str):
            text = serializers.serialize("json", records, use_natural_foreign_keys=True, use_natural_primary_keys=True)
        (tmp_path / "records.json").write_text(text, "utf-8")
        call_command("loaddata", tmp_path / "records.json", verbosity=0, **options)

    return load


def refusal(load, *records):
    with pytest.raises(CommandError) as error:
        load(*records)
    message = str(error.value)
    assert message == REFUSAL.format(message.partition("\n")[2].removesuffix(REMEDY)) + REMEDY
    return [line.strip() for line in message.splitlines()[1:-1]]


def count_events():
    return sum(model.objects.count() for model in event_models(include_missing_pgh_obj=True))


def town(**values):
    return PlaceFactory.build(**{"slug": "town", "name": "Town", **values})


def operation(*places):
    """The text of a fixture: an operation and its places."""
    fields = {"uid": "OPN-000007", "name": "Sweep", "normalised": "sweep", "kind": "search", "state": "draft"}
    return json.dumps([{"model": "operations.operation", "fields": {**fields, "places": [[slug] for slug in places]}}])


def test_load_twice_leaves_no_trace_of_the_second(load):
    load(town())
    events = count_events()
    load(town())
    assert (Place.objects.count(), count_events()) == (1, events)


def test_load_over_what_only_fixtures_wrote_changes_it(load):
    load(town())
    load(town(name="Village"))
    assert Place.objects.get().name == "Village"


def test_load_over_an_edit_is_refused(load):
    load(town())
    Place.objects.update(name="Old Town")
    assert refusal(load, town()) == ["place town"]
    assert Place.objects.get().name == "Old Town"


def test_load_over_a_record_that_somebody_entered_is_refused(load):
    PlaceFactory(slug="town", name="Old Town")
    assert refusal(load, town()) == ["place town"]


def test_load_over_an_edit_made_in_the_admin_is_refused(load):
    load(town())
    with pghistory.context(user=1, url="/admin/"):
        Place.objects.update(name="Old Town")
    assert refusal(load, town()) == ["place town"]


def test_load_that_agrees_with_an_edit_is_not_refused(load):
    load(town())
    Place.objects.update(name="Old Town")
    load(town(name="Old Town"))
    assert Place.objects.get().name == "Old Town"


def test_refusal_names_every_record_and_loads_none(load):
    load(town(), PlaceFactory.build(slug="village", name="Village"))
    Place.objects.update(kind=PlaceKind.BASE)
    new = PlaceFactory.build(slug="new", name="New")
    assert refusal(load, new, town(), PlaceFactory.build(slug="village")) == ["place town", "place village"]
    assert not Place.objects.filter(slug="new").exists()


def test_load_of_what_somebody_deleted_is_refused(load):
    load(town())
    Place.objects.get().delete()
    assert refusal(load, town()) == ["place town"]
    assert not Place.objects.exists()


def test_load_of_a_part_that_somebody_deleted_is_refused(load):
    load(town())
    name = PlaceNameFactory.build(place=Place.objects.get(), name="La Ville", language="fr")
    load(name)
    PlaceName.objects.get().delete()
    assert refusal(load, name) == ["place name town La Ville"]


def test_load_of_what_somebody_renamed_is_refused(load):
    load(town())
    Place.objects.update(slug="city")
    assert refusal(load, town()) == ["place town"]


def test_load_over_a_changed_relation_is_refused(load):
    load(town(), PlaceFactory.build(slug="village"))
    load(operation("town"))
    Operation.objects.get().places.set(Place.objects.all())
    assert refusal(load, operation("town")) == ["operation OPN-000007"]
    assert Operation.objects.get().places.count() == 2


def test_load_over_a_relation_that_only_fixtures_wrote_changes_it(load):
    load(town(), PlaceFactory.build(slug="village"))
    load(operation("town"))
    load(operation("village"))
    assert [place.slug for place in Operation.objects.get().places.all()] == ["village"]


def test_overwrite_undoes_edits_and_deletions(load):
    load(town(), PlaceFactory.build(slug="village", name="Village"))
    Place.objects.filter(slug="town").update(name="Old Town")
    Place.objects.filter(slug="village").delete()
    load(town(), PlaceFactory.build(slug="village", name="Village"), overwrite=True)
    assert list(Place.objects.values_list("slug", "name")) == [("town", "Town"), ("village", "Village")]


def test_load_after_overwrite_is_not_refused(load):
    load(town())
    Place.objects.update(name="Old Town")
    load(town(), overwrite=True)
    load(town(name="Village"))
    assert Place.objects.get().name == "Village"


def uid_after(incident, steps):
    return f"INC-{int(incident.uid.removeprefix('INC-')) + steps:06}"


def test_numbering_goes_on_after_the_highest_uid_loaded(load):
    last = IncidentFactory()
    load(IncidentFactory.build(uid=uid_after(last, 40)), IncidentFactory.build(uid=uid_after(last, 20)))
    assert IncidentFactory().uid == uid_after(last, 41)


def test_numbering_never_goes_back(load):
    last = IncidentFactory()
    load(IncidentFactory.build(uid=uid_after(last, 40)))
    load(IncidentFactory.build(uid=uid_after(last, 20)))
    assert IncidentFactory().uid == uid_after(last, 41)


def test_changes_after_the_load_are_not_the_fixture_s(load):
    load(town())
    Place.objects.update(name="Old Town")
    (events,) = event_models(tracks_model=Place)
    assert [event.pgh_context for event in events.objects.order_by("pgh_id")] == [
        {"source": "fixture"},
        None,
    ]


def test_row_may_name_a_row_further_down(load):
    parent = PlaceFactory.build(slug="region")
    load(town(parent=parent), parent)
    assert Place.objects.get(slug="town").parent.slug == "region"


def test_error_in_one_row_leaves_nothing_of_the_others(load):
    with pytest.raises(CommandError) as error:
        load(town(), PlaceFactory.build(slug="other", latitude=91, longitude=0))
    assert str(error.value).endswith("\nNothing was loaded.")
    assert "place_point_on_earth" in str(error.value)
    assert not Place.objects.exists()


def test_whole_that_is_missing_is_named(load):
    row = {"uid": "PHS-000001", "operation": ["OPN-000009"], "ordinal": 1, "name": "First", "basis": "announced"}
    with pytest.raises(CommandError) as error:
        load(json.dumps([{"model": "operations.phase", "fields": row}]))
    assert (
        str(error.value)
        == "operations.Phase PHS-000001 First: there is no operation “OPN-000009”.\nNothing was loaded."
    )


def test_text_that_is_no_fixture_is_an_error(load):
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load("[{]")


def test_what_is_approved_and_breaks_a_rule_is_not_loaded(load):
    estimate = CasualtyFactory(incident__state="approved", low=4, best=4, high=4)
    records = (estimate.incident, estimate)
    text = serializers.serialize("json", records, use_natural_foreign_keys=True, use_natural_primary_keys=True)
    estimate.incident.delete()
    with pytest.raises(CommandError, match=f"^{estimate.uid} rests on no claim.*\nNothing was loaded"):
        load(text, overwrite=True)
    assert not Incident.objects.exists()
