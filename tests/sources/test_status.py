"""What follows when an article is corrected, retracted or withdrawn: who learns of it, and where."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError

from incidents.models import Incident, Toll
from operations.models import Operation, Place
from publication.models import Revision
from publication.publish import PublishRefused
from publication.review import approve, reopen, submit, take_back
from publication.verify import faults
from records.choices import State
from records.rules import Severity, check_rules
from sources.admin import SourceFilter
from sources.citing import citing_models, resting_on, what_rests_on
from sources.models import Article
from tests.admin_forms import account, address
from tests.incidents.factories import ClaimFactory, IncidentCitationFactory, TollClaimFactory
from tests.operations.factories import (
    OperationCitationFactory,
    ParticipationFactory,
    PlaceControlFactory,
    ResultFactory,
)
from tests.people import curator, edit, reviewer
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

RETRACTED = {"status": "retracted", "status_on": "2024-05-02", "status_note": "The outlet says that it never happened."}


class Stage:
    """A published article and records of every kind that rest on it, or only mention it."""

    def __init__(self):
        self.alice, self.bob = curator("alice"), reviewer("bob")
        self.article, other = ArticleFactory(), ArticleFactory()
        self.control = PlaceControlFactory(article=self.article)
        self.participation = ParticipationFactory(article=self.article)
        self.operation = self.participation.phase.operation
        ResultFactory(phase=self.participation.phase, article=self.article)
        self.claim = ClaimFactory(article=self.article)
        self.incident = self.claim.casualty.incident
        ClaimFactory(article=other, casualty=self.claim.casualty)
        self.casualty = self.claim.casualty
        self.casualty.low = self.casualty.best = self.casualty.high = 1
        self.casualty.basis = "independent_claims"
        self.toll_claim = TollClaimFactory(article=self.article)
        self.toll = self.toll_claim.toll
        self.bystander = IncidentCitationFactory(article=other).incident
        self.published = [
            self.article, other, self.control.place, self.participation.force, self.operation, self.incident,
            self.toll, self.bystander,
        ]  # fmt: skip
        approve_and_publish(*self.published)
        for record in self.published:
            record.refresh_from_db()

    def retract(self):
        edit(self.article, by=self.alice, **RETRACTED)
        submit(self.article, by=self.alice)
        return approve(self.article, by=self.bob)

    def withdraw(self):
        return take_back(self.article, by=self.bob, reason_code="source_withdrawn", reason="It is gone.")

    def set_everything_aside(self):
        for claim in (self.claim, self.toll_claim):
            edit(claim, by=self.alice, used=False, unused_because="The article was retracted.")
        for row in (self.control, self.participation, *self.participation.phase.results.all()):
            edit(row, by=self.alice, stance="context")


@pytest.fixture
def stage():
    return Stage()


def statuses(value):
    """Return the status of every citation in a document, by article."""
    if isinstance(value, list):
        return {pair for each in value for pair in statuses(each)}
    if isinstance(value, dict):
        own = {(value["article"], value["source_status"])} if "source_status" in value else set()
        return own | {pair for each in value.values() for pair in statuses(each)}
    return set()


def addresses(stage):
    return [
        f"incidents/{stage.incident.uid}/", f"casualties/{stage.casualty.uid}/", f"tolls/{stage.toll.uid}/",
        f"operations/{stage.operation.uid}/", f"phases/{stage.participation.phase.uid}/",
        f"places/{stage.control.place.slug}/",
    ]  # fmt: skip


def test_documents_say_at_once_that_a_source_was_retracted(stage, get):
    for path in addresses(stage):
        assert (stage.article.uid, "current") in statuses(get(path))
    stage.retract()
    for path in addresses(stage):
        assert {status for uid, status in statuses(get(path)) if uid == stage.article.uid} == {"retracted"}
        assert {status for uid, status in statuses(get(path)) if uid != stage.article.uid} <= {"current"}
    article = get(f"articles/{stage.article.uid}/")
    assert [article[name] for name in RETRACTED] == list(RETRACTED.values())
    assert [each["uid"] for each in get("articles/", source_status="retracted")["results"]] == [stage.article.uid]
    assert list(faults()) == []


def test_documents_of_records_with_an_edit_that_waits_say_so_too_and_nothing_else_changes(stage, get):
    edit(stage.incident, by=stage.alice, title="Not approved yet")
    before = get(f"incidents/{stage.incident.uid}/")
    stage.retract()
    after = get(f"incidents/{stage.incident.uid}/")
    assert (stage.article.uid, "retracted") in statuses(after)
    assert after["title"] == before["title"] != "Not approved yet"
    assert stage.incident.state == State.CHANGED


def test_each_document_is_written_once(stage):
    head = Revision.objects.latest("seq").seq
    stage.retract()
    written = [(each.kind, each.uid) for each in Revision.objects.filter(seq__gt=head)]
    assert len(written) == len(set(written)) == 1 + len(addresses(stage))
    assert not Revision.objects.filter(seq__gt=head, uid=stage.bystander.uid).exists()


def test_what_was_served_before_the_retraction_stays_readable(stage, get):
    head = Revision.objects.latest("seq").seq
    stage.retract()
    assert (stage.article.uid, "current") in statuses(get(f"incidents/{stage.incident.uid}/", as_of=head))


def test_a_document_that_is_written_later_says_it_as_well(stage, get):
    stage.retract()
    approve_and_publish(late := IncidentCitationFactory(article=stage.article).incident)
    assert statuses(get(f"incidents/{late.uid}/")) == {(stage.article.uid, "retracted")}


def test_everything_that_cites_an_article_is_listed(stage):
    draft = OperationCitationFactory(article=stage.article, stance="contradicts").operation
    found = {(each.whole, each.table, each.counts, each.published) for each in resting_on(stage.article)}
    assert found == {
        (stage.control.place, "statement of control", True, True),
        (stage.operation, "participation", True, True),
        (stage.operation, "result", True, True),
        (stage.incident, "claim", True, True),
        (stage.toll, "claim", True, True),
        (draft, "operation citation", False, False),
    }


@pytest.mark.parametrize(
    ("stance", "counts"), [("supports", True), ("admits", True), ("denies", False), ("context", False)]
)
def test_a_record_rests_on_what_supports_it_and_on_what_a_party_admits(stance, counts):
    citation = IncidentCitationFactory(stance=stance)
    approve_and_publish(citation.article, citation.incident)
    assert [each.counts for each in resting_on(citation.article)] == [counts]
    assert what_rests_on(citation.article) == ([citation.incident.uid] if counts else [])
    citation.incident.citations.update(stance="context")
    published = [f"{citation.incident.uid} (as published)"] if counts else []
    assert what_rests_on(citation.article) == published


def test_the_page_of_an_article_lists_what_rests_on_it(stage, client):
    copy = ArticleFactory(syndicated_from=stage.article)
    client.force_login(account("curator"))
    page = client.get(address(Article, "change", stage.article.pk)).content.decode()
    for record in (stage.control.place, stage.operation, stage.incident, stage.toll, copy):
        assert f'href="{address(type(record), "change", record.pk)}"' in page


def queue(client, model, status):
    page = client.get(address(model, "changelist"), {"sources": status})
    return list(page.context["cl"].result_list)


def test_records_that_rest_on_a_retracted_article_are_in_a_queue_until_it_is_set_aside(stage, client):
    client.force_login(account("curator"))
    records = {Place: stage.control.place, Operation: stage.operation, Incident: stage.incident, Toll: stage.toll}
    assert [queue(client, model, "retracted") for model in records] == [[], [], [], []]
    stage.retract()
    assert [queue(client, model, "retracted") for model in records] == [[record] for record in records.values()]
    assert [queue(client, model, "corrected") for model in records] == [[], [], [], []]
    stage.set_everything_aside()
    assert [queue(client, model, "retracted") for model in records] == [[], [], [], []]


def test_every_list_of_records_that_cite_articles_has_the_queue():
    assert [model for model in citing_models() if SourceFilter not in admin.site._registry[model].list_filter] == []


def test_a_warning_names_a_claim_of_a_retracted_article_that_is_used(stage):
    def warnings():
        return [each.sentence for each in check_rules([stage.incident], Severity.WARNING)]

    assert warnings() == []
    stage.retract()
    citation = f"{stage.article.uid} {stage.claim.locator}"
    assert warnings() == [f"{stage.incident.uid} rests on {stage.claim}, which its outlet retracted"], citation
    edit(stage.claim, by=stage.alice, used=False, unused_because="The article was retracted.")
    assert warnings() == []


# Withdrawing


def test_an_article_is_not_withdrawn_while_something_rests_on_it(stage):
    resting = [stage.control.place.slug, stage.operation.uid, stage.incident.uid, stage.toll.uid]
    with pytest.raises(PublishRefused) as refused:
        stage.withdraw()
    assert str(refused.value) == (
        f"{stage.article} cannot be withdrawn while these rest on it: {', '.join(sorted(resting))}."
    )
    assert Article.objects.get(pk=stage.article.pk).state == State.APPROVED


def test_an_article_is_not_withdrawn_while_a_draft_or_a_copy_rests_on_it():
    article = ArticleFactory()
    approve_and_publish(article)
    draft, copy = IncidentCitationFactory(article=article).incident, ArticleFactory(syndicated_from=article)
    with pytest.raises(PublishRefused, match=f"rest on it: {copy.uid}, {draft.uid}."):
        take_back(article, by=reviewer("bob"), reason_code="source_withdrawn", reason="It is gone.")


def test_an_article_is_not_withdrawn_while_readers_see_that_something_rests_on_it(stage):
    stage.set_everything_aside()
    with pytest.raises(PublishRefused, match=rf"rest on it: .*{stage.incident.uid} \(as published\)"):
        stage.withdraw()


@pytest.fixture
def withdrawn(stage):
    stage.set_everything_aside()
    approve_and_publish(stage.control.place, stage.operation, stage.incident, stage.toll)
    stage.withdraw()
    return stage


def test_an_article_on_which_nothing_rests_any_more_is_withdrawn(withdrawn, get):
    for path in addresses(withdrawn):
        assert (withdrawn.article.uid, "withdrawn") in statuses(get(path))
    claims = get(f"casualties/{withdrawn.casualty.uid}/")["claims"]
    (aside,) = [claim for claim in claims if not claim["used"]]
    gone = get(aside["passage"].removeprefix("/api/v1/").partition("#")[0], status=410)
    assert "It is gone." in str(gone)
    assert list(faults()) == []


def test_a_record_that_cites_a_withdrawn_article_without_resting_on_it_is_still_published(withdrawn, get):
    edit(withdrawn.incident, by=withdrawn.alice, title="A better title")
    approve_and_publish(withdrawn.incident)
    assert get(f"incidents/{withdrawn.incident.uid}/")["title"] == "A better title"
    assert (withdrawn.article.uid, "withdrawn") in statuses(get(f"incidents/{withdrawn.incident.uid}/"))


def test_nothing_that_rests_on_a_withdrawn_article_is_submitted(withdrawn):
    edit(withdrawn.claim, by=withdrawn.alice, used=True)
    withdrawn.incident.refresh_from_db()
    with pytest.raises(ValidationError, match="which was withdrawn"):
        submit(withdrawn.incident, by=withdrawn.alice)


def test_an_article_that_comes_back_is_current_again_in_every_document(withdrawn, get):
    reopen(withdrawn.article, by=withdrawn.bob)
    submit(withdrawn.article, by=withdrawn.alice)
    approve(withdrawn.article, by=withdrawn.bob)
    for path in addresses(withdrawn):
        assert (withdrawn.article.uid, "current") in statuses(get(path))


def test_what_cites_an_unpublished_article_is_not_published(stage):
    claim = ClaimFactory(article=ArticleFactory(), casualty=stage.casualty, used=False, unused_because="It is a copy.")
    with pytest.raises(PublishRefused, match=f"must be published first: article {claim.article.uid}"):
        approve_and_publish(stage.incident)
