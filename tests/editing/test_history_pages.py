"""The history in the admin: the timeline, the way back to a version, deleted records, and merges."""

from urllib.parse import urlencode

import pytest

from editing.links import page_of
from incidents.models import Casualty, Claim, Incident
from operations.models import Operation
from publication.models import Merge
from publication.review import submit
from records.choices import State
from records.history import history
from sources.models import Outlet
from tests.admin_forms import account, address, messages, rows, save
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentCitationFactory, IncidentFactory
from tests.operations.factories import OperationFactory, PlaceFactory
from tests.sources.factories import ArticleFactory, OutletFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.fixture
def reviewer(client):
    client.user = account("reviewer")
    client.force_login(client.user)
    return client


def moments(client, record):
    """Return what the history page tells, newest first, as its kinds."""
    response = client.get(page_of(record, "history"))
    return [next(kind for kind in ("edit", "step", "revision") if kind in each) for each in response.context["moments"]]


def test_history_tells_of_edits_steps_and_revisions_in_their_order(reviewer):
    incident = IncidentFactory()
    submit(incident, by=account("curator"))
    save(reviewer, incident, _review="approve")
    assert moments(reviewer, incident) == ["revision", "step", "step", "edit"]


def test_history_leaves_out_what_only_the_review_changed(reviewer):
    incident = IncidentFactory()
    approve_and_publish(incident)
    assert len(history(incident)) == 1


def test_history_tells_of_parts_whose_part_is_gone_too(curator):
    claim = ClaimFactory()
    incident = claim.casualty.incident
    claim.casualty.delete()
    verbs = {(change.verb, change.kind) for edit in history(incident) for change in edit.changes}
    assert {("added", "claim"), ("deleted", "claim"), ("added", "casualty"), ("deleted", "casualty")} <= verbs


# The way back


def at_newest(record):
    """Return the address that restores a record as it stands now."""
    return page_of(record, "restore") + "?" + urlencode({"at": history(record)[0].at.isoformat()})


def restore(client, where, **sent):
    """Send what the page of a restoration would send."""
    version = client.get(where).context["version"]
    return client.post(where, {"_version": str(version), **sent}, follow=True)


def test_restoring_puts_values_back_as_a_new_edit_with_its_reason(curator):
    incident = IncidentFactory(title="Attack")
    where = at_newest(incident)
    save(curator, incident, title="Other", when="2021-12-07")
    restore(curator, where, comment="Wrong article")
    incident.refresh_from_db()
    assert (incident.title, incident.when) == ("Attack", "")
    assert history(incident)[0].reason.startswith("restored from ")
    assert history(incident)[0].reason.endswith(": Wrong article")


def test_page_shows_what_restoring_would_change_and_changes_nothing(curator):
    incident = IncidentFactory(title="Attack")
    where = at_newest(incident)
    save(curator, incident, title="Other")
    response = curator.get(where)
    assert [change.differences for change in response.context["changes"]] == [[("title", "Other", "Attack")]]
    incident.refresh_from_db()
    assert incident.title == "Other"


def test_restoring_makes_an_approved_record_changed(curator):
    incident = IncidentFactory(title="Attack")
    where = at_newest(incident)
    save(curator, incident, title="Other")
    approve_and_publish(incident)
    restore(curator, where)
    incident.refresh_from_db()
    assert incident.state == State.CHANGED


def test_restoring_brings_deleted_parts_of_parts_back_under_their_uids(curator):
    claim = ClaimFactory()
    casualty, incident = claim.casualty, claim.casualty.incident
    where = at_newest(incident)
    Casualty.objects.get().delete()
    restore(curator, where)
    found = Claim.objects.get()
    assert (found.uid, found.casualty.uid, found.casualty.incident) == (claim.uid, casualty.uid, incident)


def test_restoring_removes_parts_that_were_added_since(curator):
    incident = IncidentFactory()
    where = at_newest(incident)
    ClaimFactory(casualty__incident=incident)
    restore(curator, where)
    assert (incident.casualties.count(), Claim.objects.count()) == (0, 0)


def test_restoring_brings_places_of_an_operation_back(curator):
    operation, place = OperationFactory(), PlaceFactory()
    operation.places.add(place)
    where = at_newest(operation)
    operation.places.set([PlaceFactory()])
    restore(curator, where)
    assert list(operation.places.all()) == [place]


def test_part_on_which_something_rests_is_named_and_nothing_changes(curator):
    operation = OperationFactory(name="Heroes")
    where = at_newest(operation)
    save(curator, operation, name="Other", **rows("phases", {"ordinal": 1, "name": "First", "basis": "reported"}))
    incident = IncidentFactory(phase=operation.phases.get())
    response = restore(curator, where)
    assert response.context["refusal"] == (
        f"{operation.phases.get()} was added since and cannot be deleted, because these refer to it: {incident}."
    )
    assert Operation.objects.get().name == "Other"


def test_restoring_what_named_a_deleted_record_says_so(curator):
    place = PlaceFactory()
    incident = IncidentFactory(place=place)
    where = at_newest(incident)
    save(curator, incident, place="")
    place.delete()
    response = restore(curator, where)
    assert response.context["refusal"] == f"{incident}: the place it had is deleted. Restore that first."


def test_restoring_obeys_the_rules_of_today(curator):
    one, other = ArticleFactory(url="https://example.org/1"), ArticleFactory()
    where = at_newest(one)
    save(curator, one, url="https://example.org/2")
    save(curator, other, url="https://example.org/1")
    response = restore(curator, where)
    assert (
        response.context["refusal"] == f"{one}: Another article has this address already, in this or another spelling."
    )


def test_restoring_over_an_edit_that_came_in_between_is_refused(curator):
    incident = IncidentFactory(title="Attack")
    where = at_newest(incident)
    save(curator, incident, title="Other")
    version = str(curator.get(where).context["version"])
    save(curator, incident, title="Third")
    response = curator.post(where, {"_version": version})
    assert (
        response.context["refusal"]
        == "Somebody edited it in the meantime, so nothing was restored. Check the changes again."
    )
    incident.refresh_from_db()
    assert incident.title == "Third"


@pytest.mark.parametrize("moment", ["", "yesterday", "2021-12-07T00:00:00", "2021-13-45T00:00:00+00:00"])
def test_restoring_to_no_moment_is_no_page(curator, moment):
    where = page_of(IncidentFactory(), "restore") + "?" + urlencode({"at": moment})
    assert curator.get(where).status_code == 404


def test_restoring_to_before_the_record_existed_is_refused(curator):
    incident = IncidentFactory()
    where = page_of(incident, "restore") + "?" + urlencode({"at": "2001-01-01T00:00:00+00:00"})
    assert curator.get(where).context["refusal"] == "This incident did not exist then."


# Deleted records


def test_deleted_record_comes_back_with_its_parts(reviewer):
    claim = ClaimFactory()
    incident = claim.casualty.incident
    reviewer.post(page_of(incident, "delete"), {"post": "yes", "_reason": "Entered twice"})
    page = reviewer.get(address(Incident, "deleted"))
    assert [(name, by, reason) for _, name, by, reason in page.context["gone"]] == [
        (str(incident), "reviewer", "Entered twice")
    ]
    reviewer.post(address(Incident, "undelete", incident.pk))
    found = Claim.objects.get()
    assert (found.uid, found.casualty.incident.uid) == (claim.uid, incident.uid)
    assert reviewer.get(address(Incident, "deleted")).context["gone"] == []


def test_deleted_part_comes_back_to_its_whole(curator):
    claim = ClaimFactory()
    curator.post(page_of(claim, "delete"), {"post": "yes"})
    curator.post(address(Claim, "undelete", claim.pk))
    assert Claim.objects.get().uid == claim.uid


def test_part_of_a_deleted_record_does_not_come_back_alone(reviewer):
    casualty = CasualtyFactory()
    reviewer.post(page_of(casualty.incident, "delete"), {"post": "yes"})
    response = reviewer.post(address(Casualty, "undelete", casualty.pk))
    assert response.context["refusal"] == f"{casualty}: the incident it had is deleted. Restore that first."
    assert Casualty.objects.count() == 0


def test_deleted_outlet_comes_back(reviewer):
    outlet = OutletFactory(slug="rudaw")
    reviewer.post(page_of(outlet, "delete"), {"post": "yes"})
    reviewer.post(address(Outlet, "undelete", outlet.pk))
    assert Outlet.objects.get().slug == "rudaw"


def test_record_that_stands_is_not_undeleted(reviewer):
    assert reviewer.get(address(Incident, "undelete", IncidentFactory().pk)).status_code == 404


# Merging


def merging(loser, survivor):
    return page_of(loser, "merge") + "?" + urlencode({"into": survivor.pk})


def test_page_shows_what_differs_and_what_moves(reviewer):
    loser, survivor = IncidentFactory(title="Attack", when="2021-12-07"), IncidentFactory(title="Raid")
    casualty = CasualtyFactory(incident=loser)
    response = reviewer.get(merging(loser, survivor))
    shown = [(field["label"], field["loser"], field["survivor"]) for field in response.context["fields"]]
    assert shown == [("Title", "Attack", "Raid"), ("When", "2021-12-07", "—")]
    assert [(change.verb, change.row) for change in response.context["changes"]] == [("changed", str(casualty))]
    casualty.refresh_from_db()
    assert (casualty.incident, Merge.objects.count()) == (loser, 0)


def test_merging_takes_over_what_was_chosen(reviewer):
    loser, survivor = IncidentFactory(title="Attack", when="2021-12-07"), IncidentFactory(title="Raid")
    sent = {"comment": "Told twice", "field-when": "loser", "field-title": "survivor"}
    response = reviewer.post(merging(loser, survivor), sent, follow=True)
    survivor.refresh_from_db()
    loser.refresh_from_db()
    assert (survivor.title, survivor.when, loser.state) == ("Raid", "2021-12-07", State.MERGED)
    assert response.redirect_chain[0][0] == page_of(survivor)
    assert messages(response) == [f"“{loser}” is merged into “{survivor}”. Readers see both until that is approved."]


def test_merging_asks_for_a_comment(reviewer):
    loser, survivor = IncidentFactory(), IncidentFactory()
    response = reviewer.post(merging(loser, survivor), {"comment": ""})
    assert response.context["form"].errors == {"comment": ["Say why, so that others can follow."]}
    assert Merge.objects.count() == 0


def test_record_is_not_merged_into_itself(reviewer):
    incident = IncidentFactory()
    response = reviewer.post(merging(incident, incident), {"comment": "x"})
    assert response.context["choice"].errors == {
        "into": ["Choose another record of this table, neither withdrawn nor merged."]
    }


def test_merge_is_undone(reviewer):
    loser, survivor = IncidentFactory(), IncidentFactory()
    citation = IncidentCitationFactory(incident=loser, article=ArticleFactory())
    reviewer.post(merging(loser, survivor), {"comment": "Told twice"})
    response = reviewer.post(page_of(loser, "undo"), {"comment": "Two attacks after all"}, follow=True)
    citation.refresh_from_db()
    loser.refresh_from_db()
    assert (citation.incident, loser.state) == (loser, State.DRAFT)
    assert messages(response)[-1] == f"“{loser}” is a draft of its own again."


def test_survivor_is_not_restored_to_before_the_merge(reviewer):
    loser, survivor = IncidentFactory(), IncidentFactory()
    where = at_newest(survivor)
    reviewer.post(merging(loser, survivor), {"comment": "Told twice"})
    assert reviewer.get(where).context["refusal"] == (f"{loser.uid} was merged into it since. Undo that merge first.")


def test_record_that_is_not_merged_has_no_merge_to_undo(reviewer):
    assert reviewer.get(page_of(IncidentFactory(), "undo")).status_code == 404
