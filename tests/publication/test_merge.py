"""Merging records that were the same, and taking it back."""

import json

import pghistory
import pytest
from django.core.exceptions import ValidationError

from incidents.models import Casualty, Claim, Incident
from publication import review
from publication.merge import differing_fields, merge, undo
from publication.models import Revision
from publication.publish import PublishRefused
from publication.verify import faults
from records.choices import State
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentCitationFactory, IncidentFactory
from tests.operations.factories import OperationFactory, PlaceFactory, PlaceNameFactory
from tests.people import edit, reviewer
from tests.sources.factories import ArticleFactory, MediaFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


class Twins:
    """Two published incidents that were one: each has killed soldiers, and the second has wounded ones too."""

    def __init__(self):
        self.ann, self.bob = reviewer("ann"), reviewer("bob")
        self.article = ArticleFactory()
        self.survivor, self.loser = (IncidentFactory(title=title) for title in ("First telling", "Second telling"))
        for incident in (self.survivor, self.loser):
            IncidentCitationFactory(incident=incident, article=self.article, locator=f"id {incident.pk}")
        self.killed, self.killed_twin = (self.casualty(i, "killed", 4) for i in (self.survivor, self.loser))
        self.wounded = self.casualty(self.loser, "wounded", 2)
        approve_and_publish(self.article, self.survivor, self.loser)

    def casualty(self, incident, harm, count):
        casualty = CasualtyFactory(incident=incident, harm=harm, low=count, best=count, high=count)
        ClaimFactory(casualty=casualty, toll=None, article=self.article, low=count, high=count)
        return casualty

    def merge(self, **values):
        return merge(self.loser, self.survivor, by=self.ann, comment="One attack, told twice.", **values)

    def approve(self, record):
        record.refresh_from_db()
        review.submit(record, by=self.ann)
        return review.approve(record, by=self.bob)


@pytest.fixture
def twins():
    return Twins()


def served(uid):
    """Return the document that readers see; None for a tombstone."""
    document = Revision.objects.current().get(uid=uid).document
    return document and json.loads(document)


def deaths():
    """Return the sum of the deaths that readers see."""
    return sum(r.killed_best or 0 for r in Revision.objects.served().of("incident"))


def test_claims_and_citations_move_to_the_survivor_and_twins_become_one(twins):
    twins.merge()
    assert twins.survivor.citations.count() == 2
    assert set(twins.survivor.casualties.all()) == {twins.killed, twins.wounded}
    assert twins.killed.claims.count() == 2
    assert not twins.loser.casualties.exists()


def test_readers_see_both_until_the_survivor_is_approved(twins):
    twins.merge()
    assert served(twins.loser.uid)["title"] == "Second telling"
    assert [row["harm"] for row in served(twins.survivor.uid)["casualties"]] == ["killed"]


def test_the_old_uids_lead_to_the_survivors_once_it_is_approved(twins, client):
    twins.merge()
    twins.approve(twins.survivor)
    answer = client.get(f"/api/v1/incidents/{twins.loser.uid}/")
    assert answer.status_code == 308
    assert answer["Location"] == f"http://testserver/api/v1/incidents/{twins.survivor.uid}/"
    answer = client.get(f"/api/v1/casualties/{twins.killed_twin.uid}/")
    assert answer["Location"] == f"http://testserver/api/v1/casualties/{twins.killed.uid}/"


def test_no_death_is_counted_twice_after_a_merge(twins):
    assert deaths() == 8
    twins.merge()
    twins.approve(twins.survivor)
    assert deaths() == 4


def test_the_person_settles_the_fields_that_differ(twins):
    assert differing_fields(twins.loser, twins.survivor) == [("title", "Second telling", "First telling")]
    twins.merge(take_over=["title"])
    assert Incident.objects.get(pk=twins.survivor.pk).title == "Second telling"


def test_settling_a_field_that_does_not_differ_is_refused(twins):
    with pytest.raises(ValidationError, match="do not differ in kind"):
        twins.merge(take_over=["kind"])


def test_a_merge_counts_as_an_edit_of_the_survivor(twins):
    twins.merge()
    twins.survivor.refresh_from_db()
    assert twins.survivor.state == State.CHANGED
    review.submit(twins.survivor, by=twins.bob)
    with pytest.raises(ValidationError, match="somebody else"):
        review.approve(twins.survivor, by=twins.ann)


@pytest.mark.parametrize("other", ["itself", "another kind"])
def test_only_two_records_of_one_kind_merge(twins, other):
    survivor = twins.loser if other == "itself" else PlaceFactory()
    with pytest.raises(ValidationError, match="two different records of one kind"):
        merge(twins.loser, survivor, by=twins.ann, comment="No.")


def test_a_merged_record_takes_nothing_in(twins):
    twins.merge()
    with pytest.raises(ValidationError, match="it is merged"):
        merge(twins.survivor, twins.loser, by=twins.ann, comment="Round and round.")


def test_undoing_gives_everything_back(twins):
    done = twins.merge()
    loser = undo(done, by=twins.ann)
    assert loser.state == State.DRAFT
    assert set(loser.casualties.all()) == {twins.killed_twin, twins.wounded}
    assert set(twins.survivor.casualties.all()) == {twins.killed}
    assert (twins.killed.claims.count(), twins.killed_twin.claims.count()) == (1, 1)
    assert (loser.citations.count(), twins.survivor.citations.count()) == (1, 1)


def test_undoing_keeps_what_was_edited_since(twins):
    done = twins.merge()
    claim = Claim.objects.get(casualty=twins.wounded)
    edit(claim, by=twins.bob, locator="¶99")
    undo(done, by=twins.ann)
    claim.refresh_from_db()
    assert (claim.locator, claim.casualty) == ("¶99", twins.wounded)


def test_undoing_is_refused_where_something_that_moved_is_gone(twins):
    done = twins.merge()
    with pghistory.context(user=twins.bob.pk):
        twins.wounded.delete()
    with pytest.raises(ValidationError, match="gone since"):
        undo(done, by=twins.ann)
    assert Casualty.objects.filter(incident=twins.survivor).count() == 1


def test_readers_see_a_part_in_one_record_at_a_time_while_an_undone_merge_is_published(twins):
    done = twins.merge()
    twins.approve(twins.survivor)
    loser = undo(done, by=twins.ann)
    with pytest.raises(PublishRefused, match=f"{twins.wounded.uid} is still published as part of {twins.survivor.uid}"):
        twins.approve(loser)
    twins.approve(twins.survivor)
    review.approve(loser, by=twins.bob)
    assert deaths() == 8
    assert served(twins.killed_twin.uid)["incident"] == loser.uid


def test_the_log_is_whole_after_merging_and_undoing(twins):
    done = twins.merge()
    twins.approve(twins.survivor)
    undo(done, by=twins.ann)
    twins.approve(twins.survivor)
    assert list(faults()) == []


def test_records_that_name_a_merged_place_name_the_survivor(twins):
    old, new = PlaceFactory(slug="kerkuk"), PlaceFactory(slug="kirkuk")
    PlaceNameFactory(place=old, name="كركوك", language="ar")
    incident = IncidentFactory(place=old, location_precision="first_level")
    operation = OperationFactory()
    operation.places.add(old)
    approve_and_publish(old, new, incident, operation)
    merge(old, new, by=twins.ann, comment="One city.")
    incident.refresh_from_db()
    assert (incident.place, incident.state) == (new, State.APPROVED)
    twins.approve(new)
    assert served(incident.uid)["place"]["slug"] == "kirkuk"
    assert [place["slug"] for place in served(operation.uid)["places"]] == ["kirkuk"]
    assert served("kerkuk") is None
    assert list(faults()) == []


def test_evidence_of_merged_articles_is_numbered_on_and_what_cites_it_follows():
    ann, (survivor, loser) = reviewer("ann"), ArticleFactory.create_batch(2)
    MediaFactory(article=survivor, ordinal=1, caption="A car.")
    for ordinal, caption in ((1, "A house."), (2, "A list.")):
        MediaFactory(article=loser, ordinal=ordinal, caption=caption)
    incident = IncidentFactory()
    rows = [IncidentCitationFactory(incident=incident, article=loser, locator=f"media:{n}") for n in (1, 2)]
    done = merge(loser, survivor, by=ann, comment="One report.")
    assert [(each.ordinal, each.caption) for each in survivor.media.all()] == [
        (1, "A car."),
        (2, "A house."),
        (3, "A list."),
    ]
    for row, locator in zip(rows, ("media:2", "media:3"), strict=True):
        row.refresh_from_db()
        assert (row.article, row.locator) == (survivor, locator)
    undo(done, by=ann)
    assert [(each.ordinal, each.caption) for each in loser.media.all()] == [(1, "A house."), (2, "A list.")]
    assert sorted(incident.citations.values_list("article", "locator")) == [
        (loser.pk, "media:1"),
        (loser.pk, "media:2"),
    ]
