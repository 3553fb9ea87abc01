"""Two people at one record: nobody saves over what somebody else saved in the meantime without having seen it."""

import pytest
from django.test import Client

from editing.links import page_of
from incidents.models import Claim, Incident
from operations.models import Operation
from publication.review import submit
from records.choices import State
from records.models import RecordVersion
from tests.admin_forms import account, filled, row_errors, rows, save
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentCitationFactory, IncidentFactory
from tests.operations.factories import OperationFactory, PlaceFactory
from tests.sources.factories import ArticleFactory, OutletFactory

pytestmark = pytest.mark.django_db

REFUSED = "Nothing was saved yet: somebody else changed this record while you were editing it."


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.fixture
def other(curator):
    """The browser of a second curator."""
    client = Client()
    client.force_login(account("curator", "other"))
    return client


def refused(response):
    """Return why nothing was saved."""
    return response.context["adminform"].form.non_field_errors()


def told(response):
    """Return what the page tells of the others' changes: part, field, who, and the three values."""
    return [
        (row.part, row.label, row.by, row.before, row.theirs, row.yours, row.taken)
        for row in response.context["collision"]
    ]


def test_saving_over_an_edit_of_somebody_else_is_refused_with_both_versions(curator, other):
    incident = IncidentFactory(title="Attack")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    save(other, incident, title="Theirs")
    response = curator.post(page_of(incident), mine)
    assert refused(response) == [REFUSED]
    assert told(response) == [("", "Title", "other", "Attack", "Theirs", "Mine", False)]
    assert response.context["adminform"].form["title"].value() == "Mine"
    assert Incident.objects.get().title == "Theirs"


def test_saving_again_knowingly_wins(curator, other):
    incident = IncidentFactory(title="Attack")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    save(other, incident, title="Theirs")
    again = filled(curator.post(page_of(incident), mine))
    curator.post(page_of(incident), again)
    assert Incident.objects.get().title == "Mine"


def test_value_that_was_left_alone_is_taken_over(curator, other):
    incident = IncidentFactory(title="Attack", summary="One.")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    save(other, incident, summary="Two.", when="2021-12-07", methods=["sniping"], place=PlaceFactory(name="Dibis").pk)
    response = curator.post(page_of(incident), mine)
    assert {label: taken for _, label, *_, taken in told(response)} == {
        "Summary": True,
        "Methods": True,
        "Place": True,
        "When": True,
    }
    curator.post(page_of(incident), filled(response))
    saved = Incident.objects.get()
    assert (saved.title, saved.summary, saved.when, saved.methods) == ("Mine", "Two.", "2021-12-07", ["sniping"])
    assert saved.place.name == "Dibis"


def test_several_edits_of_others_are_told_as_one(curator, other):
    incident = IncidentFactory(title="Attack")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    save(other, incident, title="Theirs")
    save(other, incident, title="Theirs again")
    response = curator.post(page_of(incident), mine)
    assert told(response) == [("", "Title", "other", "Attack", "Theirs again", "Mine", False)]


def test_edit_of_an_inline_is_told_with_its_row(curator, other):
    citation = IncidentCitationFactory(locator="¶1")
    incident = citation.incident
    mine = filled(curator.get(page_of(incident)), **{"citations-0-locator": "¶2"})
    save(other, incident, **{"citations-0-locator": "¶3"})
    response = curator.post(page_of(incident), mine)
    part = f"incident citation {citation.article.uid} ¶3"
    assert told(response) == [(part, "Locator", "other", "¶1", "¶3", "¶2", False)]


def test_part_that_somebody_added_is_told_and_stays(curator, other):
    incident = IncidentFactory(title="Attack")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    casualty = {"victim_status": "civilian", "harm": "killed", "best": 2, "basis": "single_claim"}
    casualty |= {"age_group": "unknown", "sex": "unknown", "counted_as": "victims"}
    save(other, incident, **rows("casualties", casualty))
    response = curator.post(page_of(incident), mine)
    assert [(row.part.split()[0], "Best: 2" in row.theirs) for row in response.context["collision"]] == [
        ("casualty", True)
    ]
    curator.post(page_of(incident), filled(response))
    assert (Incident.objects.get().title, incident.casualties.count()) == ("Mine", 1)


def test_row_that_somebody_deleted_stays_deleted_if_it_was_left_alone(curator, other):
    incident = IncidentFactory(title="Attack")
    _, second = IncidentCitationFactory.create_batch(2, incident=incident)
    mine = filled(curator.get(page_of(incident)), title="Mine", **{"citations-1-locator": "¶7"})
    save(other, incident, **{"citations-0-DELETE": "on"})
    response = curator.post(page_of(incident), mine)
    assert row_errors(response, "citations") == [{}]
    curator.post(page_of(incident), filled(response))
    assert [(each.pk, each.locator) for each in incident.citations.all()] == [(second.pk, "¶7")]


def test_row_that_somebody_deleted_is_a_new_row_if_it_was_edited(curator, other):
    citation = IncidentCitationFactory(locator="¶1")
    incident = citation.incident
    mine = filled(curator.get(page_of(incident)), **{"citations-0-locator": "¶2"})
    save(other, incident, **{"citations-0-DELETE": "on"})
    response = curator.post(page_of(incident), mine)
    curator.post(page_of(incident), filled(response))
    found = incident.citations.get()
    assert (found.locator, found.pk == citation.pk) == ("¶2", False)


def test_places_that_somebody_added_are_taken_over(curator, other):
    operation, place = OperationFactory(name="Heroes"), PlaceFactory(name="Dibis")
    mine = filled(curator.get(page_of(operation)), name="Mine")
    save(other, operation, places=[place.pk])
    response = curator.post(page_of(operation), mine)
    assert told(response) == [("", "Places", "other", "—", str(place), "—", True)]
    curator.post(page_of(operation), filled(response))
    assert (Operation.objects.get().name, list(operation.places.all())) == ("Mine", [place])


def test_places_that_both_changed_are_shown_side_by_side(curator, other):
    operation, one, two = OperationFactory(), PlaceFactory(name="One"), PlaceFactory(name="Two")
    mine = filled(curator.get(page_of(operation)), places=[one.pk])
    save(other, operation, places=[two.pk])
    response = curator.post(page_of(operation), mine)
    assert told(response) == [("", "Places", "other", "—", str(two), str(one), False)]


def test_page_of_a_part_guards_the_whole(curator, other):
    claim = ClaimFactory(locator="¶1")
    incident = claim.casualty.incident
    mine = filled(curator.get(page_of(claim)), locator="¶2")
    save(other, incident, title="Theirs")
    response = curator.post(page_of(claim), mine)
    assert refused(response) == [REFUSED]
    assert [row.label for row in response.context["collision"]] == ["Title"]
    assert Claim.objects.get().locator == "¶1"


def test_edit_on_the_page_of_a_part_makes_the_form_of_the_whole_old(curator, other):
    casualty = CasualtyFactory(note="")
    mine = filled(curator.get(page_of(casualty.incident)), title="Mine")
    save(other, casualty, note="Theirs")
    assert refused(curator.post(page_of(casualty.incident), mine)) == [REFUSED]


def test_table_without_review_is_guarded_too(curator, other):
    outlet = OutletFactory(name="Rudaw")
    mine = filled(curator.get(page_of(outlet)), name="Mine")
    save(other, outlet, name="Theirs")
    response = curator.post(page_of(outlet), mine)
    assert told(response) == [("", "Name", "other", "Rudaw", "Theirs", "Mine", False)]


def test_edit_of_something_else_does_not_matter(curator, other):
    incident, elsewhere = IncidentFactory(title="Attack"), ArticleFactory(title="Report")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    save(other, elsewhere, title="Theirs")
    curator.post(page_of(incident), mine)
    assert Incident.objects.get().title == "Mine"


def test_step_of_the_review_makes_no_form_old(curator):
    incident = IncidentFactory(title="Attack")
    mine = filled(curator.get(page_of(incident)), title="Mine")
    submit(incident, by=account("curator", "other"))
    curator.post(page_of(incident), mine)
    assert Incident.objects.get().title == "Mine"


@pytest.mark.parametrize(
    "version", ["", "0", "1", "x y", "99 2026-01-01T00:00:00+00:00", "1 2026-13-99", "1 2026-01-01"]
)
def test_forged_version_is_refused(curator, other, version):
    incident = IncidentFactory(title="Attack")
    save(other, incident, title="Theirs")
    response = save(curator, incident, title="Mine", _version=version)
    assert refused(response)[0].startswith("Nothing was saved yet: ")
    assert Incident.objects.get().title == "Theirs"


def test_form_without_a_version_is_refused(curator):
    incident = IncidentFactory(title="Attack")
    sent = filled(curator.get(page_of(incident)), title="Mine")
    del sent["_version"]
    assert refused(curator.post(page_of(incident), sent)) == [
        "Nothing was saved yet: the form does not say which version it started from. Check it, then save again."
    ]


def test_approval_of_what_was_edited_since_it_was_read_is_refused(client, other):
    incident = IncidentFactory(title="Attack")
    submit(incident, by=account("curator", "third"))
    client.force_login(account("reviewer"))
    read = filled(client.get(page_of(incident)), _review="approve")
    save(other, incident, title="Theirs")
    assert refused(client.post(page_of(incident), read)) == [REFUSED]
    incident.refresh_from_db()
    assert incident.state == State.DRAFT


def test_saving_without_a_change_makes_no_form_old(curator, other):
    incident = IncidentFactory()
    before = RecordVersion.of(incident).version
    save(other, incident)
    assert RecordVersion.of(incident).version == before
