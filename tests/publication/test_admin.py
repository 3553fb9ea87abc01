"""What all admin pages share: search, review, history, the log, and who may do what."""

import pytest
from django.contrib.auth.models import Group

from incidents.models import Casualty, Claim, Incident
from operations.models import Force, Place
from publication.choices import State
from publication.history import history
from publication.models import Revision
from sources.models import Article, Outlet
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentCitationFactory, IncidentFactory
from tests.operations.factories import (
    ForceFactory,
    ForceNameFactory,
    OperationFactory,
    PhaseFactory,
    PlaceFactory,
    PlaceNameFactory,
)
from tests.publication.desk import account, address, filled, messages, save
from tests.publication.theatre import approve_and_publish
from tests.sources.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.fixture
def reviewer(client):
    client.force_login(account("reviewer"))
    return client


# Search


def found(client, model, text):
    """Return the names of what the changelist finds."""
    rows = client.get(address(model, "changelist"), {"q": text}).context["cl"].result_list
    return [str(row) for row in rows]


@pytest.mark.parametrize("text", ["hashd", "الحشد", "PMF", "al-Hashd al-Shaabi", "Hashed Shaabi", "mobilization"])
def test_force_is_found_by_any_of_its_names(curator, text):
    force = ForceFactory(name="Popular Mobilization Forces")
    ForceNameFactory(force=force, name="Hashd al-Shaabi")
    ForceNameFactory(force=force, name="الحشد الشعبي")
    ForceNameFactory(force=force, name="PMF")
    ForceFactory(name="Peshmerga")
    assert found(curator, Force, text) == ["Popular Mobilization Forces"]


@pytest.mark.parametrize("text", ["Salah al-Din", "Saladin", "Salahuddin", "صلاح الدين"])
def test_place_is_found_by_near_spellings(curator, text):
    place = PlaceFactory(name="Salahaddin")
    PlaceNameFactory(place=place, name="صلاح الدين")
    PlaceFactory(name="Diyala")
    assert found(curator, Place, text) == ["Salahaddin"]


def test_near_spellings_do_not_dilute_what_is_spelt_exactly(curator):
    PlaceFactory(name="Yahya")
    PlaceFactory(name="Yehia")
    assert found(curator, Place, "Yahya") == ["Yahya"]


def test_incident_is_found_by_a_name_of_its_place_and_a_word_of_its_title(curator):
    place = PlaceFactory(name="Dibis")
    PlaceNameFactory(place=place, name="الدبس")
    incident = IncidentFactory(title="Night attack", place=place)
    IncidentFactory(title="Night raid")
    assert found(curator, Incident, "الدبس attack") == [str(incident)]


def test_search_that_fits_nothing_finds_nothing(curator):
    PlaceFactory(name="Dibis")
    assert found(curator, Place, "Timbuktu") == []


def test_autocomplete_finds_an_arabic_name(curator):
    ForceNameFactory(force=ForceFactory(name="Popular Mobilization Forces"), name="الحشد الشعبي")
    query = {"app_label": "incidents", "model_name": "involvement", "field_name": "force", "term": "الحشد"}
    results = curator.get("/admin/autocomplete/", query).json()["results"]
    assert [result["text"] for result in results] == ["Popular Mobilization Forces"]


def test_queue_lists_what_is_missing(curator):
    bare = IncidentFactory()
    IncidentCitationFactory()
    rows = curator.get(address(Incident, "changelist"), {"missing": "citation"}).context["cl"].result_list
    assert list(rows) == [bare]


# Review


def test_sending_to_review_saves_and_sets_the_state(curator):
    incident = IncidentFactory()
    save(curator, incident, title="Attack near Dibis", _review="in_review")
    incident.refresh_from_db()
    assert (incident.title, incident.state) == ("Attack near Dibis", State.IN_REVIEW)


def test_new_record_can_go_straight_to_review(curator):
    page = address(Incident, "add")
    curator.post(page, filled(curator.get(page), title="Attack", kind="ambush", _review="in_review"))
    assert Incident.objects.get().state == State.IN_REVIEW


def test_approving_publishes(reviewer):
    incident = IncidentFactory(state=State.IN_REVIEW)
    response = save(reviewer, incident, _review="approved")
    incident.refresh_from_db()
    assert incident.state == State.APPROVED
    assert Revision.objects.get().published_by == "reviewer"
    assert messages(response) == [f"“{incident}”: now approved."]


def test_approving_needs_the_permission(curator):
    incident = IncidentFactory()
    assert save(curator, incident, _review="approved").status_code == 403
    incident.refresh_from_db()
    assert incident.state == State.DRAFT


def test_refused_approval_says_why_and_leaves_the_state(reviewer):
    incident = IncidentFactory(place=PlaceFactory(slug="dibis"), state=State.IN_REVIEW)
    response = save(reviewer, incident, _review="approved")
    incident.refresh_from_db()
    assert incident.state == State.IN_REVIEW
    assert messages(response) == [f"These records must be published first: place dibis (named by {incident.uid})."]


def test_several_records_are_approved_from_the_list(reviewer):
    places = PlaceFactory.create_batch(2)
    action = {"action": "approve_and_publish", "_selected_action": [place.pk for place in places]}
    reviewer.post(address(Place, "changelist"), action)
    assert Revision.objects.count() == 2


def test_list_offers_approval_to_reviewers_only(curator):
    PlaceFactory()
    actions = curator.get(address(Place, "changelist")).context["action_form"].fields["action"].choices
    assert [name for name, _ in actions] == ["", "send_to_review", "back_to_draft"]


def test_edit_of_an_approved_record_makes_it_a_draft(curator):
    incident = IncidentFactory()
    approve_and_publish(incident)
    response = save(curator, incident, summary="Two attackers.")
    incident.refresh_from_db()
    assert incident.state == State.DRAFT
    assert messages(response)[0] == (
        f"“{incident}” is a draft again. Readers keep seeing what was published until it is approved anew."
    )


def test_saving_without_a_change_keeps_the_approval(curator):
    incident = IncidentFactory()
    approve_and_publish(incident)
    save(curator, incident)
    incident.refresh_from_db()
    assert incident.state == State.APPROVED


def test_edit_of_an_inline_makes_the_record_a_draft(curator):
    citation = IncidentCitationFactory()
    approve_and_publish(citation.article, citation.incident)
    save(curator, citation.incident, **{"citations-0-locator": "¶2"})
    citation.incident.refresh_from_db()
    assert citation.incident.state == State.DRAFT


@pytest.mark.parametrize("model", [Casualty, Claim])
def test_edit_on_the_page_of_a_part_makes_its_whole_a_draft(curator, model):
    claim = ClaimFactory()
    incident = claim.casualty.incident
    approve_and_publish(claim.article, incident)
    part = model.objects.get()
    save(curator, part, low="0", qualifier="range") if model is Claim else save(curator, part, low="1")
    incident.refresh_from_db()
    assert incident.state == State.DRAFT


def test_deleting_a_part_makes_its_whole_a_draft(curator):
    claim = ClaimFactory()
    incident = claim.casualty.incident
    approve_and_publish(claim.article, incident)
    curator.post(address(Claim, "delete", claim.pk), {"post": "yes"})
    incident.refresh_from_db()
    assert incident.state == State.DRAFT


def test_page_says_what_readers_see(reviewer):
    incident = IncidentFactory()
    approve_and_publish(incident)
    page = reviewer.get(address(Incident, "change", incident.pk)).content.decode()
    assert "revision 1</a>" in page


def test_page_of_a_part_leads_to_its_whole_and_back(curator):
    casualty = CasualtyFactory()
    whole = address(Incident, "change", casualty.incident.pk) + "#casualties"
    assert f'href="{whole}"' in curator.get(address(Casualty, "change", casualty.pk)).content.decode()
    page = address(Casualty, "change", casualty.pk)
    assert curator.post(page, filled(curator.get(page))).url == whole


# History


def edit_by_curator(record):
    """Return the one edit that the curator made; factories work as the command line."""
    (edit,) = [edit for edit in history(record) if edit.by == "curator"]
    return edit


def test_history_tells_who_when_why_and_what(curator):
    incident = IncidentFactory(kind="ambush")
    save(curator, incident, kind="bombing", when="2021-12-07", _reason="The army corrected it")
    edit = edit_by_curator(incident)
    assert edit.reason == "The army corrected it"
    assert [(change.verb, change.row, change.differences) for change in edit.changes] == [
        ("changed", str(incident), [("Kind", "Ambush", "Bombing"), ("When", "—", "2021-12-07")])
    ]


def test_history_names_related_records(curator):
    incident = IncidentFactory()
    save(curator, incident, place=PlaceFactory(name="Dibis").pk)
    assert edit_by_curator(incident).changes[0].differences == [("Place", "—", "Dibis")]


def test_history_names_what_a_place_is_part_of(curator):
    place = PlaceFactory()
    save(curator, place, parent=PlaceFactory(name="Kirkuk").pk)
    assert edit_by_curator(place).changes[0].differences == [("Parent", "—", "Kirkuk")]


def test_history_tells_of_parts_of_parts(curator):
    claim = ClaimFactory(low=2, high=2)
    save(curator, claim, low="3", high="3")
    change = edit_by_curator(claim.casualty.incident).changes[0]
    assert (change.kind, change.differences) == ("claim", [("Low", "2", "3"), ("High", "2", "3")])


def test_history_tells_of_deleted_parts(curator):
    citation = IncidentCitationFactory(locator="¶4")
    save(curator, citation.incident, **{"citations-0-DELETE": "on"})
    change = edit_by_curator(citation.incident).changes[0]
    assert (change.verb, change.kind, change.row) == ("deleted", "incident citation", f"{citation.article.uid} ¶4")


def test_history_tells_of_places_added_to_an_operation(curator):
    operation = OperationFactory()
    save(curator, operation, places=[PlaceFactory(name="Dibis").pk])
    change = edit_by_curator(operation).changes[0]
    assert (change.verb, change.kind, change.row) == ("added", "operation place", "Dibis")


def test_history_of_a_phase_leaves_out_its_operation(curator):
    phase = PhaseFactory(name="First")
    save(curator, phase.operation, summary="A clearance.")
    assert [change.kind for edit in history(phase) for change in edit.changes] == ["phase"]


def test_history_page_shows_the_reason(curator):
    incident = IncidentFactory()
    save(curator, incident, title="Attack near Dibis", _reason="Clearer title")
    assert "Clearer title" in curator.get(address(Incident, "history", incident.pk)).content.decode()


def test_deletion_keeps_its_reason(reviewer):
    article = ArticleFactory()
    reviewer.post(address(Article, "delete", article.pk), {"post": "yes", "_reason": "Entered twice"})
    assert Article.pgh_event_model.objects.get(pgh_label="delete").pgh_context.metadata["reason"] == "Entered twice"


# The log


def test_log_shows_the_document_and_changes_nothing(reviewer):
    approve_and_publish(PlaceFactory(slug="dibis"))
    revision = Revision.objects.get()
    response = reviewer.get(address(Revision, "change", revision.pk))
    assert "&quot;slug&quot;: &quot;dibis&quot;" in response.content.decode()
    assert reviewer.post(address(Revision, "change", revision.pk), {"title": "Other"}).status_code == 403
    assert reviewer.get(address(Revision, "add")).status_code == 403
    assert reviewer.get(address(Revision, "delete", revision.pk)).status_code == 403


# Who may do what


@pytest.mark.parametrize(
    ("group", "permission", "granted"),
    [
        ("Curator", "add_incident", True),
        ("Curator", "change_toll", True),
        ("Curator", "delete_incidentcitation", True),
        ("Curator", "delete_claim", True),
        ("Curator", "delete_incident", False),
        ("Curator", "delete_phase", False),
        ("Curator", "approve", False),
        ("Reviewer", "change_toll", True),
        ("Reviewer", "delete_incident", True),
        ("Reviewer", "approve", True),
        ("Reviewer", "change_revision", False),
        ("Reviewer", "add_user", False),
    ],
)
def test_group_has_its_permissions(group, permission, granted):
    assert Group.objects.get(name=group).permissions.filter(codename=permission).exists() is granted


def test_curator_has_no_way_to_delete_a_record(curator):
    outlet = ArticleFactory().outlet
    assert curator.get(address(Outlet, "delete", outlet.pk)).status_code == 403


def test_published_record_cannot_be_deleted(reviewer):
    place = PlaceFactory()
    approve_and_publish(place)
    assert reviewer.post(address(Place, "delete", place.pk), {"post": "yes"}).status_code == 403
