"""The review in the admin: who may take which step, what is shown, and that no forged request gets around it."""

import re

import pytest

from editing.links import page_of
from incidents.models import Casualty, Claim, Incident
from operations.models import Place
from publication.choices import Reason
from publication.merge import merge
from publication.models import Revision
from publication.review import submit, take_back
from records.choices import State
from records.models import RecordVersion
from tests.admin_forms import account, address, filled, messages, save
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentCitationFactory, IncidentFactory
from tests.operations.factories import PlaceFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

NOBODY = "There is no other reviewer: an administrator has to add one."
BARRED = "You changed it, so somebody else has to approve it."


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.fixture
def reviewer(client):
    client.user = account("reviewer")
    client.force_login(client.user)
    return client


def in_review(factory=IncidentFactory, **fields):
    """Return a record that waits for a reviewer."""
    record = factory(**fields)
    submit(record, by=account("curator", record.uid))
    return record


def state(record):
    return type(record).objects.get(pk=record.pk).state


def page(client, record):
    return client.get(page_of(record)).content.decode()


def choose(client, action, *records):
    """Take an action from the list of these records' table."""
    page = address(type(records[0]), "changelist")
    shown = dict(re.findall(r'name="(shown-\d+)" value="(\d+)"', client.get(page).content.decode()))
    sent = {"action": action, "_selected_action": [record.pk for record in records]} | shown
    return client.post(page, sent, follow=True)


# From the form


def test_sending_to_review_saves_first(curator):
    incident = IncidentFactory()
    response = save(curator, incident, title="Attack near Dibis", _review="submit")
    incident.refresh_from_db()
    assert (incident.title, incident.state) == ("Attack near Dibis", State.IN_REVIEW)
    assert messages(response) == [f"“{incident}” is sent to review."]


def test_new_record_can_go_straight_to_review(curator):
    add = address(Incident, "add")
    curator.post(add, filled(curator.get(add), title="Attack", kind="ambush", _review="submit"))
    assert Incident.objects.get().state == State.IN_REVIEW


def test_approving_publishes(reviewer):
    incident = in_review()
    response = save(reviewer, incident, _review="approve")
    assert (state(incident), Revision.objects.get().published_by) == (State.APPROVED, "reviewer")
    assert messages(response) == [f"“{incident}” is approved and published."]


def test_approving_needs_the_permission(curator):
    incident = in_review()
    response = save(curator, incident, _review="approve")
    assert messages(response) == ["Only a reviewer may do this."]
    assert (state(incident), Revision.objects.count()) == (State.IN_REVIEW, 0)


def test_refused_approval_says_why_and_leaves_the_state(reviewer):
    incident = in_review(place=PlaceFactory(slug="dibis"))
    response = save(reviewer, incident, _review="approve")
    assert state(incident) == State.IN_REVIEW
    assert messages(response) == [f"These records must be published first: place dibis (named by {incident.uid})."]


def test_draft_is_not_approved_by_a_forged_request(reviewer):
    incident = IncidentFactory()
    response = save(reviewer, incident, _review="approve")
    assert messages(response) == [f"Cannot approve {incident}: it is still a draft."]
    assert state(incident) == State.DRAFT


def test_unknown_step_only_saves(reviewer):
    incident = in_review()
    save(reviewer, incident, title="Attack near Dibis", _review="approved")
    incident.refresh_from_db()
    assert (incident.title, incident.state) == ("Attack near Dibis", State.DRAFT)


def test_approving_together_with_edits_is_refused_and_keeps_what_was_typed(reviewer):
    incident = in_review(title="Attack")
    response = save(reviewer, incident, title="Attack near Dibis", _review="approve")
    form = response.context["adminform"].form
    assert form.non_field_errors()[0].startswith("Nothing was decided, because the form contains unsaved edits.")
    assert form["title"].value() == "Attack near Dibis"
    incident.refresh_from_db()
    assert (incident.title, incident.state) == ("Attack", State.IN_REVIEW)


def test_approving_together_with_an_edited_part_is_refused(reviewer):
    citation = IncidentCitationFactory(locator="¶1")
    submit(citation.incident, by=account("curator", "submitter"))
    save(reviewer, citation.incident, _review="approve", **{"citations-0-locator": "¶2"})
    citation.refresh_from_db()
    assert (citation.locator, state(citation.incident)) == ("¶1", State.IN_REVIEW)


def test_returning_shows_the_comment_to_the_curator(reviewer):
    incident = in_review()
    save(reviewer, incident, _review="send_back", _comment="Which village?")
    assert state(incident) == State.RETURNED
    assert "Which village?" in page(reviewer, incident)


def test_returning_without_a_comment_is_refused(reviewer):
    incident = in_review()
    response = save(reviewer, incident, _review="send_back")
    assert messages(response) == ["Say why, so that the curator knows what to do."]
    assert state(incident) == State.IN_REVIEW


# The last editor


@pytest.fixture
def own(reviewer):
    """A record in review that the reviewer edited last."""
    incident = IncidentFactory()
    save(reviewer, incident, title="Attack near Dibis", _review="submit")
    assert RecordVersion.of(incident).editor == reviewer.user
    return incident


def test_last_editor_is_shown_no_button_but_why(reviewer, own):
    content = page(reviewer, own)
    assert ('value="approve"' in content, BARRED in content) == (False, True)


def test_somebody_else_is_shown_the_button(client, own):
    client.force_login(account("reviewer", "second"))
    content = page(client, own)
    assert ('value="approve"' in content, BARRED in content) == (True, False)


def test_forged_approval_by_the_last_editor_is_refused(reviewer, own):
    response = save(reviewer, own, _review="approve")
    own.refresh_from_db()
    assert messages(response) == [f"You changed {own}, so somebody else has to approve it. {NOBODY}"]
    assert (own.state, Revision.objects.count()) == (State.IN_REVIEW, 0)


def test_forged_approval_from_the_list_by_the_last_editor_is_refused(reviewer, own):
    response = choose(reviewer, "approve_and_publish", own)
    own.refresh_from_db()
    assert messages(response) == [f"“{own}”: You changed {own}, so somebody else has to approve it. {NOBODY}"]
    assert (own.state, Revision.objects.count()) == (State.IN_REVIEW, 0)


def test_last_editor_may_approve_where_one_person_is_the_team(reviewer, own, settings):
    settings.HAMRIN_SECOND_PERSON = False
    assert 'value="approve"' in page(reviewer, own)
    save(reviewer, own, _review="approve")
    assert state(own) == State.APPROVED
    assert "approved by one of its editors" in page(reviewer, own)


def test_approval_by_a_second_person_is_not_called_one_of_the_last_editor(reviewer):
    incident = in_review()
    save(reviewer, incident, _review="approve")
    assert "approved by one of its editors" not in page(reviewer, incident)


# From the list


def test_several_records_are_approved_from_the_list(reviewer):
    incidents = [in_review(), in_review()]
    choose(reviewer, "approve_and_publish", *incidents)
    assert Revision.objects.count() == 2


def test_one_refused_record_does_not_hold_up_the_others(reviewer):
    good, bad = in_review(), in_review(place=PlaceFactory(slug="dibis"))
    response = choose(reviewer, "approve_and_publish", good, bad)
    assert (state(good), state(bad)) == (State.APPROVED, State.IN_REVIEW)
    assert messages(response) == [
        f"“{bad}”: These records must be published first: place dibis (named by {bad.uid}).",
        f"1 approved and published: “{good}”.",
    ]


def test_sending_from_the_list_tells_what_cannot_be_sent(curator):
    draft, waiting = IncidentFactory(), in_review()
    response = choose(curator, "send_to_review", draft, waiting)
    assert messages(response) == [
        f"“{waiting}”: Cannot submit {waiting}: it is in review.",
        f"1 sent to review: “{draft}”.",
    ]


def test_list_offers_approval_to_reviewers_only(curator):
    PlaceFactory()
    actions = curator.get(address(Place, "changelist")).context["action_form"].fields["action"].choices
    assert [name for name, _ in actions] == ["", "send_to_review"]


def test_forged_approval_from_the_list_by_a_curator_does_nothing(curator):
    incident = in_review()
    choose(curator, "approve_and_publish", incident)
    assert state(incident) == State.IN_REVIEW


def test_queue_lists_what_waits_for_my_review_but_not_what_i_edited(reviewer, own):
    waiting = in_review()
    IncidentFactory()
    rows = reviewer.get(address(Incident, "changelist"), {"queue": "review"}).context["cl"].result_list
    assert list(rows) == [waiting]


def test_queue_lists_what_was_returned_to_me(client, own):
    second = account("reviewer", "second")
    client.force_login(second)
    save(client, own, _review="send_back", _comment="Which village?")
    client.force_login(RecordVersion.of(own).editor)
    rows = client.get(address(Incident, "changelist"), {"queue": "returned"}).context["cl"].result_list
    assert list(rows) == [own]


# After approval


def test_edit_of_an_approved_record_makes_it_changed_and_says_so(curator):
    incident = IncidentFactory()
    approve_and_publish(incident)
    response = save(curator, incident, summary="Two attackers.")
    assert state(incident) == State.CHANGED
    assert f"“{incident}” is changed now. Readers still see what was published until it is approved again." in messages(
        response
    )


def test_saving_without_a_change_keeps_the_approval(curator):
    incident = IncidentFactory()
    approve_and_publish(incident)
    save(curator, incident)
    assert state(incident) == State.APPROVED


def test_edit_of_an_inline_makes_the_record_changed(curator):
    citation = IncidentCitationFactory()
    approve_and_publish(citation.article, citation.incident)
    save(curator, citation.incident, **{"citations-0-locator": "¶2"})
    assert state(citation.incident) == State.CHANGED


@pytest.mark.parametrize("model", [Casualty, Claim])
def test_edit_on_the_page_of_a_part_makes_its_whole_changed(curator, model):
    claim = ClaimFactory()
    incident = claim.casualty.incident
    approve_and_publish(claim.article, incident)
    part = model.objects.get()
    save(curator, part, low="0", qualifier="range") if model is Claim else save(curator, part, low="1")
    assert state(incident) == State.CHANGED


def test_deleting_a_part_makes_its_whole_changed(curator):
    claim = ClaimFactory()
    incident = claim.casualty.incident
    approve_and_publish(claim.article, incident)
    curator.post(address(Claim, "delete", claim.pk), {"post": "yes"})
    assert state(incident) == State.CHANGED


# Withdrawing and reopening


def withdrawn():
    """Return a record that was published and taken back, with a casualty."""
    casualty = CasualtyFactory()
    approve_and_publish(casualty.incident)
    chief = account("reviewer", "chief")
    take_back(casualty.incident, by=chief, reason_code=Reason.ERROR, reason="It was a drill.")
    return casualty.incident


def test_withdrawing_takes_the_record_from_readers(reviewer):
    incident = IncidentFactory()
    approve_and_publish(incident)
    reason = {"reason_code": "error", "comment": "It was a drill."}
    response = reviewer.post(page_of(incident, "withdraw"), reason, follow=True)
    assert messages(response) == [f"“{incident}” is withdrawn."]
    assert (state(incident), Revision.objects.current().get().reason) == (State.WITHDRAWN, "It was a drill.")


def test_withdrawing_asks_for_a_reason(reviewer):
    incident = IncidentFactory()
    approve_and_publish(incident)
    response = reviewer.post(page_of(incident, "withdraw"), {"reason_code": "duplicate", "comment": " "})
    assert set(response.context["form"].errors) == {"reason_code", "comment"}
    assert state(incident) == State.APPROVED


def test_refused_withdrawal_says_what_names_the_record(reviewer):
    place = PlaceFactory()
    incident = IncidentFactory(place=place)
    approve_and_publish(place, incident)
    response = reviewer.post(page_of(place, "withdraw"), {"reason_code": "error", "comment": "No such place."})
    assert response.context["form"].non_field_errors() == [
        f"{place} cannot be withdrawn while these name it: {incident.uid}."
    ]
    assert state(place) == State.APPROVED


@pytest.mark.parametrize("step", ["withdraw", "reopen", "merge", "undo"])
def test_curator_has_no_way_to_the_pages_of_reviewers(curator, step):
    incident = IncidentFactory()
    approve_and_publish(incident)
    assert curator.post(page_of(incident, step), {"reason_code": "error", "comment": "x"}).status_code == 403
    assert state(incident) == State.APPROVED


def test_withdrawn_record_is_not_edited(reviewer):
    incident = withdrawn()
    form = {"title": "Attack", "_version": f"{RecordVersion.of(incident).version}"}
    assert reviewer.post(page_of(incident), form).status_code == 403
    assert 'name="_save"' not in page(reviewer, incident)


def test_part_of_a_withdrawn_record_is_not_edited(reviewer):
    casualty = withdrawn().casualties.get()
    assert reviewer.post(page_of(casualty), {"low": "7"}).status_code == 403
    assert reviewer.post(page_of(casualty, "delete"), {"post": "yes"}).status_code == 403


def test_part_is_not_added_to_a_withdrawn_record(reviewer):
    incident = withdrawn()
    add = address(Casualty, "add")
    sent = {"victim_status": "civilian", "harm": "wounded", "best": 2, "basis": "single_claim"}
    response = reviewer.post(add, filled(reviewer.get(add), incident=incident.pk, **sent))
    assert response.context["adminform"].form.non_field_errors() == [f"Nothing was saved: {incident} is withdrawn."]
    assert Casualty.objects.count() == 1


def test_part_added_on_its_own_page_makes_the_whole_changed_and_says_so(curator):
    incident = IncidentFactory()
    approve_and_publish(incident)
    add = address(Casualty, "add")
    sent = {"victim_status": "civilian", "harm": "wounded", "best": 2, "basis": "single_claim"}
    response = curator.post(add, filled(curator.get(add), incident=incident.pk, **sent), follow=True)
    assert state(incident) == State.CHANGED
    assert messages(response)[0].startswith(f"“{incident}” is changed now.")


def test_merged_record_leads_to_the_one_that_stays(reviewer):
    loser, survivor = IncidentFactory(), IncidentFactory()
    merge(loser, survivor, by=reviewer.user, comment="Told twice")
    assert f'Merged into <a href="{page_of(survivor)}"' in page(reviewer, loser)


def test_reopened_record_is_a_draft(reviewer):
    incident = withdrawn()
    response = reviewer.post(page_of(incident, "reopen"), follow=True)
    assert messages(response) == [f"“{incident}” is a draft again."]
    assert state(incident) == State.DRAFT


def test_published_record_is_not_reopened(reviewer):
    incident = IncidentFactory()
    approve_and_publish(incident)
    response = reviewer.post(page_of(incident, "reopen"))
    assert response.context["form"].non_field_errors() == [f"Cannot reopen {incident}: it is approved."]


def test_withdrawn_record_of_nobody_is_no_page(reviewer):
    assert reviewer.get(address(Incident, "withdraw", 999)).status_code == 404
