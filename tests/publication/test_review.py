"""The steps of a record's review, and who may take them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from incidents.models import Incident
from publication import review
from publication.models import Review, Revision
from publication.publish import PublishRefused
from records.choices import State
from records.models import RecordVersion
from records.triggers import reviewing
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentFactory, TollFactory
from tests.operations.factories import ForceFactory, ForceNameFactory, PhaseFactory, PlaceFactory
from tests.people import curator, edit, reviewer
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return reviewer("ann")


@pytest.fixture
def bob():
    return reviewer("bob")


@pytest.fixture
def force(ann):
    """A force that Ann entered."""
    force = ForceFactory(slug="isis")
    edit(force, by=ann, name="Islamic State")
    return force


def state(record):
    return type(record).objects.values_list("state", flat=True).get(pk=record.pk)


def test_a_record_goes_from_draft_through_review_to_approved_and_readers(force, ann, bob):
    assert state(force) == State.DRAFT
    review.submit(force, by=ann)
    assert state(force) == State.IN_REVIEW
    (revision,) = review.approve(force, by=bob)
    assert state(force) == State.APPROVED
    assert (revision.uid, revision.published_by) == ("isis", "bob")


def test_the_last_editor_cannot_approve(force, ann):
    review.submit(force, by=ann)
    with pytest.raises(ValidationError, match="You changed Islamic State, so somebody else has to"):
        review.approve(force, by=ann)
    assert state(force) == State.IN_REVIEW
    assert not Revision.objects.exists()


def test_an_edit_in_review_ends_it(force, ann, bob):
    review.submit(force, by=ann)
    edit(force, by=bob, name="The Islamic State")
    assert state(force) == State.DRAFT
    with pytest.raises(ValidationError, match="it is still a draft"):
        review.approve(force, by=reviewer("carol"))


def test_an_edit_in_review_of_what_was_approved_before_leaves_it_changed(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    edit(force, by=ann, name="ISIS")
    review.submit(force, by=ann)
    ForceNameFactory(force=force)
    assert state(force) == State.CHANGED


def test_nobody_who_changed_it_since_its_approval_approves_whoever_was_last(force, ann, bob):
    carol, dan = reviewer("carol"), reviewer("dan")
    edit(force, by=bob, name="The Islamic State")
    edit(force, by=carol, name="Daesh")
    review.submit(force, by=ann)
    for editor in (ann, bob, carol):
        with pytest.raises(ValidationError, match=r"You changed Daesh, so somebody else has to approve it\. Ask dan\."):
            review.approve(force, by=editor)
    review.approve(force, by=dan)


def test_an_approval_forgets_the_editors_before_it(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    edit(force, by=bob, name="The Islamic State")
    review.submit(force, by=bob)
    review.approve(force, by=ann)


def test_an_approval_is_of_the_version_that_was_shown(force, ann, bob):
    shown = {force.pk: RecordVersion.of(force).version}
    edit(force, by=ann, name="Daesh")
    review.submit(force, by=ann)
    with pytest.raises(ValidationError, match="Daesh was edited after you opened the page"):
        review.approve(force, by=bob, shown=shown)
    review.approve(force, by=bob, shown={force.pk: RecordVersion.of(force).version})


def test_who_edits_a_part_of_a_part_is_the_last_editor_of_the_whole(ann, bob):
    casualty = CasualtyFactory()
    edit(casualty.incident, by=ann, title="An attack")
    claim = ClaimFactory(casualty=casualty, toll=None)
    edit(claim, by=bob, locator="¶7")
    assert RecordVersion.of(casualty.incident).editor == bob


def test_one_person_alone_may_approve_where_the_team_is_one_person(force, ann, settings):
    settings.HAMRIN_SECOND_PERSON = False
    review.submit(force, by=ann)
    review.approve(force, by=ann)
    assert review.review_steps(force).first().alone is True


def test_approval_needs_the_permission(force, ann):
    review.submit(force, by=ann)
    with pytest.raises(PermissionDenied):
        review.approve(force, by=curator("carl"))


def test_a_draft_cannot_be_approved_before_it_was_submitted(force, bob):
    with pytest.raises(ValidationError, match="Cannot approve Islamic State: it is still a draft"):
        review.approve(force, by=bob)


def test_sending_back_needs_a_comment(force, ann, bob):
    review.submit(force, by=ann)
    with pytest.raises(ValidationError, match="Say why, so that the curator knows"):
        review.send_back(force, by=bob, comment=" ")
    review.send_back(force, by=bob, comment="Which Islamic State?")
    assert state(force) == State.RETURNED
    step = review.review_steps(force).first()
    assert (step.before, step.after, step.by, step.comment) == ("in_review", "returned", bob, "Which Islamic State?")


def test_an_approval_of_what_names_a_draft_is_refused_and_changes_nothing(ann, bob):
    incident = IncidentFactory(place=PlaceFactory(slug="hidden"), location_precision="settlement")
    edit(incident, by=ann, title="An attack")
    review.submit(incident, by=ann)
    with pytest.raises(PublishRefused, match="place hidden"):
        review.approve(incident, by=bob)
    assert state(incident) == State.IN_REVIEW
    assert Review.objects.filter(after="approved").count() == 0


def test_an_edit_turns_approved_into_changed_and_readers_see_the_old_one(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    edit(force, by=ann, name="Daesh")
    assert state(force) == State.CHANGED
    assert Revision.objects.served().get(uid="isis").title == "Islamic State"


def test_saving_without_a_change_leaves_the_approval(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    edit(force, by=ann)
    assert state(force) == State.APPROVED


@pytest.mark.parametrize(
    "make", [lambda whole: PhaseFactory(operation=whole), lambda whole: whole.names.create(name="N")]
)
def test_a_new_part_turns_approved_into_changed(make):
    operation = PhaseFactory().operation
    approve_and_publish(operation)
    make(operation)
    assert state(operation) == State.CHANGED


def test_a_deleted_part_of_a_part_turns_approved_into_changed():
    claim = ClaimFactory(casualty=CasualtyFactory(), toll=None)
    incident = claim.casualty.incident
    approve_and_publish(claim.article, incident)
    claim.delete()
    assert state(incident) == State.CHANGED


def test_a_place_taken_from_an_operation_turns_approved_into_changed():
    operation = PhaseFactory().operation
    place = PlaceFactory()
    operation.places.add(place)
    approve_and_publish(place, operation)
    operation.places.remove(place)
    assert state(operation) == State.CHANGED


def test_nobody_can_write_a_state_by_saving(force):
    force.state = State.APPROVED
    force.save()
    assert state(force) == State.DRAFT


def test_a_changed_record_waits_for_a_second_person_again(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    edit(force, by=bob, name="Daesh")
    review.submit(force, by=bob)
    with pytest.raises(ValidationError, match="somebody else"):
        review.approve(force, by=bob)
    (revision,) = review.approve(force, by=ann)
    assert (revision.number, revision.title) == (2, "Daesh")


def test_taking_back_leaves_a_tombstone_with_code_and_reason(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    (tombstone,) = review.take_back(force, by=bob, reason_code="error", reason="There is no such force.")
    assert state(force) == State.WITHDRAWN
    assert (tombstone.op, tombstone.document, tombstone.reason_code) == ("withdraw", None, "error")


def test_taking_back_needs_a_known_code_and_a_reason(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    with pytest.raises(ValidationError, match="Choose one of"):
        review.take_back(force, by=bob, reason_code="mood", reason="Because.")
    with pytest.raises(ValidationError, match="Say why"):
        review.take_back(force, by=bob, reason_code="error", reason="")
    assert Revision.objects.served().filter(uid="isis").exists()


def test_a_withdrawn_record_can_be_corrected_and_published_again(force, ann, bob):
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    review.take_back(force, by=bob, reason_code="error", reason="Wrong name.")
    review.reopen(force, by=bob)
    edit(force, by=ann, name="Daesh")
    review.submit(force, by=ann)
    (revision,) = review.approve(force, by=bob)
    assert (revision.number, revision.op) == (3, "publish")


def test_a_new_name_is_written_into_what_names_it(ann, bob):
    place = PlaceFactory(slug="kirkuk", name="Kirkuk")
    incident = IncidentFactory(place=place, location_precision="first_level")
    approve_and_publish(place, incident)
    edit(place, by=ann, name="Karkuk")
    review.submit(place, by=ann)
    review.approve(place, by=bob)
    revision = Revision.objects.served().get(uid=incident.uid)
    assert (revision.number, revision.reason_code, revision.changed_fields) == (2, "reference", ["place"])


def test_a_new_name_waits_where_a_correction_waits(ann, bob):
    place = PlaceFactory(slug="kirkuk", name="Kirkuk")
    incident = IncidentFactory(place=place, location_precision="first_level", title="As published")
    approve_and_publish(place, incident)
    edit(incident, by=ann, title="Not approved yet")
    edit(place, by=ann, name="Karkuk")
    review.submit(place, by=ann)
    review.approve(place, by=bob)
    assert Revision.objects.served().get(uid=incident.uid).title == "As published"


@pytest.mark.parametrize("change", [{"title": "Rewritten"}, {"published_by": "nobody"}, {"digest": "0" * 64}])
def test_a_revision_is_never_rewritten(force, change):
    approve_and_publish(force)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Revision.objects.update(**change)


def test_a_revision_and_a_step_are_never_deleted(force, ann):
    approve_and_publish(force)
    review.submit(ForceFactory(), by=ann)
    for table in (Revision, Review):
        with pytest.raises(DatabaseError, match=r"Cannot (update or )?delete"), transaction.atomic():
            table.objects.all().delete()


def test_an_approval_waits_until_the_names_it_would_show_are_approved(ann, bob):
    place = PlaceFactory(slug="kirkuk", name="Kirkuk")
    approve_and_publish(place)
    edit(place, by=ann, name="Not approved yet")
    incident = IncidentFactory(place=place, location_precision="first_level")
    edit(incident, by=ann, title="An attack")
    review.submit(incident, by=ann)
    with pytest.raises(PublishRefused, match=f"because they were edited: place kirkuk \\(named by {incident.uid}\\)"):
        review.approve(incident, by=bob)
    review.submit(place, by=ann)
    review.approve(place, by=bob)
    review.approve(incident, by=bob)


def test_an_edited_outlet_ends_the_approval_of_its_articles_and_so_is_seen_by_a_second_person(ann):
    article = ArticleFactory()
    approve_and_publish(article)
    edit(article.outlet, by=ann, name="Another name")
    assert state(article) == State.CHANGED
    assert RecordVersion.of(article).editor == ann


def test_a_record_that_has_to_wait_does_not_hold_up_the_others_that_name_a_renamed_place(ann, bob):
    place, other = PlaceFactory(slug="kirkuk", name="Kirkuk"), PlaceFactory(slug="dibis", name="Dibis")
    operation = PhaseFactory().operation
    operation.places.set([place, other])
    incident = IncidentFactory(place=place, location_precision="first_level")
    approve_and_publish(place, other, operation, incident)
    edit(other, by=ann, name="Not approved yet")
    edit(place, by=ann, name="Karkuk")
    review.submit(place, by=ann)
    review.approve(place, by=bob)
    assert Revision.objects.current().get(uid=incident.uid).number == 2
    assert Revision.objects.current().get(uid=operation.uid).number == 1


@pytest.mark.parametrize("step", ["submit", "approve"])
def test_an_estimate_that_departs_from_its_claims_unsaid_is_neither_submitted_nor_approved(ann, bob, step):
    casualty = CasualtyFactory(low=3, best=3, high=3)
    incident = casualty.incident
    claim = ClaimFactory(casualty=casualty, low=2, high=2)
    approve_and_publish(claim.article)
    if step == "approve":
        edit(claim, by=ann, low=3, high=3)
        review.submit(incident, by=ann)
        with reviewing():
            edit(claim, by=ann, low=2, high=2)
    with pytest.raises(ValidationError, match=f"{casualty.uid} says 3–3–3 where its claims suggest 2–2–2"):
        getattr(review, step)(incident, by=bob)
    with reviewing():
        edit(casualty, by=ann, basis="coder_judgement", note="The third died the next day.")
    getattr(review, step)(incident, by=bob)


def test_every_estimate_that_stands_in_the_way_is_named(ann):
    incident = IncidentFactory()
    bare = CasualtyFactory(incident=incident)
    unjudged = CasualtyFactory(incident=incident, harm="wounded", best=4)
    ClaimFactory(casualty=unjudged, low=4, high=4, credibility="6")
    with pytest.raises(ValidationError) as refused:
        review.submit(incident, by=ann)
    assert refused.value.messages == [
        f"{bare.uid} rests on no claim; {unjudged.uid} says ?–4–? where its claims suggest ?–?–?. Enter the claims,"
        " take over what they suggest, or make the estimate the coder’s judgement and say why in its note."
    ]


def test_records_approved_together_are_held_to_their_claims(ann, bob):
    explained, departing = CasualtyFactory(low=1, best=1, high=1), CasualtyFactory(low=2, best=2, high=2)
    incidents = [casualty.incident for casualty in (explained, departing)]
    for casualty in (explained, departing):
        ClaimFactory(casualty=casualty)
    with reviewing():
        Incident.objects.update(state=State.IN_REVIEW)
    with pytest.raises(ValidationError, match=f"^..{departing.uid} says 2–2–2 where its claims suggest 1–1–1. Enter"):
        review.approve(*incidents, by=bob)
    assert [state(incident) for incident in incidents] == [State.IN_REVIEW] * 2


def test_a_toll_is_held_to_its_claims_too(ann):
    toll = TollFactory(low=22, best=22, high=22)
    with pytest.raises(ValidationError, match=f"{toll.uid} rests on no claim"):
        review.submit(toll, by=ann)
    ClaimFactory(casualty=None, toll=toll, low=22, high=22)
    review.submit(toll, by=ann)


def test_a_figure_that_nobody_states_rests_on_a_claim_without_a_number(ann):
    casualty = CasualtyFactory()
    ClaimFactory(casualty=casualty, low=None, high=None, qualifier="unstated")
    review.submit(casualty.incident, by=ann)
