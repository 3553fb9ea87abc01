"""Numbered paragraphs: how passages are pointed at, checked, sorted and read."""

import random
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from incidents.models import IncidentCitation
from incidents.sheets import fixtures, read_sheets
from publication.publish import publish
from records.choices import State
from records.rules import check_rules
from records.triggers import reviewing
from sources.models import Article, Media
from sources.paragraphs import GRAMMAR_IN_WORDS, Locator, passage_address, plain, split
from tests.admin_forms import account, address, errors, filled, messages, row_errors, rows, save
from tests.incidents.factories import IncidentCitationFactory, IncidentFactory
from tests.operations.factories import OperationCitationFactory, ResultFactory
from tests.rules import refuse
from tests.sources.factories import ArticleFactory, MediaFactory
from tests.theatre import approve_and_publish

TEXT = "Two soldiers died.\n\nThe ministry called it “a cowardly act” – again.\r\n\r\nNobody claimed it."

READING_ORDER = [
    "headline", "standfirst", "lead", "¶1", "¶2", "¶2-3", "¶10", "caption", "media:1", "media:2", "line 7", "id 101",
]  # fmt: skip


@pytest.mark.parametrize("locator", READING_ORDER)
def test_a_locator_of_the_grammar_is_kept(db, locator):
    citation = IncidentCitationFactory.build(article=ArticleFactory(), incident=IncidentFactory(), locator=locator)
    citation.full_clean()
    citation.save()


@pytest.mark.parametrize("locator", ["", "9", "p. 9", "¶0", "¶ 3", "¶3–4", "Headline", "media:0", "second paragraph"])
def test_any_other_locator_is_refused(db, locator):
    refuse(IncidentCitationFactory(), GRAMMAR_IN_WORDS, locator=locator)


def test_locators_are_sorted_in_the_order_of_reading_by_python_and_by_the_database(db):
    article, incident = ArticleFactory(), IncidentFactory()
    shuffled = random.Random(1).sample(READING_ORDER, len(READING_ORDER))
    assert sorted(shuffled, key=Locator.read) == READING_ORDER
    for locator in shuffled:
        IncidentCitationFactory(article=article, incident=incident, locator=locator)
    assert [each.locator for each in incident.citations.all()] == READING_ORDER


def test_paragraphs_are_separated_by_blank_lines():
    assert split(f"\n\n{TEXT}\n \n") == [
        "Two soldiers died.",
        "The ministry called it “a cowardly act” – again.",
        "Nobody claimed it.",
    ]
    assert split("") == []


def test_spaces_quotes_and_dashes_are_spelled_in_one_way():
    assert plain("“it’s\n over” – again") == plain('"it\'s over" - again')


@pytest.mark.parametrize(
    ("locator", "fragment"),
    [("headline", "#title"), ("lead", "#lead"), ("¶3", "#p3"), ("¶3-4", "#p3"), ("media:2", "#media-2"), ("id 7", "")],
)
def test_a_passage_has_an_address(locator, fragment):
    assert passage_address("ART-000001", locator) == f"/api/v1/articles/ART-000001/{fragment}"


# The register


def found(record):
    """Return the sentences of all findings about where a record's citations point and what they quote."""
    return [each.sentence for each in check_rules([record]) if each.rule.fields[0] in {"locator", "quote", "retelling"}]


@pytest.mark.parametrize("held", ["text", "retelling"])
def test_a_locator_that_the_article_has_not_is_found(db, held):
    article = ArticleFactory(**{held: TEXT})
    citation = IncidentCitationFactory(article=article, locator="¶3")
    for locator in ("lead", "¶2", "¶1-2", "caption", "headline"):
        IncidentCitationFactory(article=article, incident=citation.incident, locator=locator)
    assert found(citation.incident) == [
        f"{citation.incident.uid}: {article.uid} has no ¶3: its {held} ends with ¶2",
    ]


@pytest.mark.parametrize("locator", ["¶3-2", "media:1"])
def test_a_locator_that_no_article_can_have_is_found_whatever_is_held(db, locator):
    assert len(found(IncidentCitationFactory(locator=locator).incident)) == 1


def test_evidence_can_be_cited(db):
    media = MediaFactory(ordinal=1)
    assert found(IncidentCitationFactory(article=media.article, locator="media:1").incident) == []


def test_parts_of_parts_are_checked_too(db):
    result = ResultFactory(article=ArticleFactory(text=TEXT), locator="¶9")
    assert len(found(result.phase.operation)) == 1


def test_nothing_is_found_where_nothing_is_held(db):
    assert found(OperationCitationFactory(locator="¶99", quote="whatever").operation) == []


@pytest.mark.parametrize(
    ("locator", "quote"),
    [
        ("¶1", '"a cowardly act" - again'),
        ("¶1", "a cowardly\nact"),
        ("¶1-2", "act … Nobody"),
        ("headline", "Two die"),
        ("caption", "whatever it says"),
    ],
)
def test_a_quote_of_the_passage_passes(db, locator, quote):
    article = ArticleFactory(text=TEXT, title="Two die in market")
    assert found(IncidentCitationFactory(article=article, locator=locator, quote=quote).incident) == []


def test_a_quote_of_another_passage_is_found_with_the_passage_that_has_it(db):
    article = ArticleFactory(text=TEXT)
    incident = IncidentCitationFactory(article=article, locator="¶2", quote="a cowardly act").incident
    assert found(incident) == [f"{incident.uid}: ¶2 of {article.uid} does not say “a cowardly act”; ¶1 says so"]


def test_a_quote_is_not_compared_with_a_retelling(db):
    article = ArticleFactory(retelling=TEXT)
    assert found(IncidentCitationFactory(article=article, locator="¶1", quote="its own words").incident) == []


def test_a_text_without_what_approved_records_cite_is_found(db):
    article = ArticleFactory(text=TEXT)
    IncidentCitationFactory(article=article, locator="¶7")
    assert found(article) == []
    citation = IncidentCitationFactory(article=article, locator="¶9")
    with reviewing():
        type(citation.incident).objects.filter(pk=citation.incident_id).update(state=State.APPROVED)
    assert found(article) == [f"{article.uid} has no ¶9: its text ends with ¶2"]


def test_a_retelling_is_numbered_as_the_text(db):
    article = ArticleFactory(text=TEXT, retelling="Two died.\n\nThe ministry blamed others.")
    assert found(article) == [f"{article.uid} has 3 paragraphs, and its retelling 2"]


def test_publishing_refuses_a_locator_that_the_article_has_not(db):
    citation = IncidentCitationFactory(article=ArticleFactory(text=TEXT), locator="¶9")
    with reviewing():
        for record in (citation.article, citation.incident):
            record.state = State.APPROVED
            record.save(update_fields=["state"])
    with pytest.raises(ValidationError, match="has no ¶9"):
        publish([citation.article, citation.incident])


SHEET = """
outlets: [{slug: gazette, name: Gazette, kind: unknown}]
article:
  uid: ART-000001
  outlet: gazette
  title: Two die
  retelling: |
    Two soldiers died.

    The ministry condemned it.
  media:
    - {ordinal: 1, kind: photo, caption: A burnt-out car., url: https://example.org/car.jpg}
incidents:
  - uid: INC-000001
    title: An attack
    kind: unknown
    citations:
      - {locator: LOCATOR, supports: [kind]}
"""


def load(folder, locator):
    """Build the fixtures of the sheet and load them."""
    (folder / "sheet.yaml").write_text(SHEET.replace("LOCATOR", locator), "utf-8")
    texts = {name: text for name, text in fixtures(read_sheets(folder)).items() if "model" in text}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    call_command("loaddata", *(folder / name for name in sorted(texts)), verbosity=0)


def test_a_sheet_with_a_retelling_and_evidence_is_published(db, tmp_path, get):
    load(tmp_path, "media:1")
    call_command("publish", approved=True)
    article, incident = get("articles/ART-000001/"), get("incidents/INC-000001/")
    assert article["paragraphs"] == [
        {"id": "lead", "locator": "lead", "text": "Two soldiers died."},
        {"id": "p1", "locator": "¶1", "text": "The ministry condemned it."},
    ]
    assert article["media"] == [
        {
            "id": "media-1", "ordinal": 1, "kind": "photo", "caption": "A burnt-out car.",
            "url": "https://example.org/car.jpg", "obtained": None, "sha256": "",
        }
    ]  # fmt: skip
    assert [each["passage"] for each in incident["citations"]] == ["/api/v1/articles/ART-000001/#media-1"]


@pytest.mark.parametrize("locator", ["¶2", "media:2"])
def test_loading_a_sheet_refuses_a_locator_that_the_article_has_not(db, tmp_path, locator):
    with pytest.raises(CommandError, match=f"has no {locator}"):
        load(tmp_path, locator)
    assert not IncidentCitation.objects.exists()


# What readers and curators see


def test_a_citation_leads_to_its_paragraph(db, get):
    article = ArticleFactory(text=TEXT, retelling="Two died.\n\nThe ministry blamed others.\n\nNobody spoke.")
    citation = IncidentCitationFactory(article=article, locator="¶1")
    approve_and_publish(article, citation.incident)
    (cited,) = get(f"incidents/{citation.incident.uid}/")["citations"]
    path, _, anchor = cited["passage"].removeprefix("/api/v1/").partition("#")
    assert {each["id"]: each["text"] for each in get(path)["paragraphs"]}[anchor] == "The ministry blamed others."


def test_the_text_and_kept_copies_are_never_served(db, client, settings, tmp_path):
    settings.HAMRIN_DATA = tmp_path
    media = MediaFactory(article__text=TEXT, kept=SimpleUploadedFile("secret-name.jpg", b"picture"))
    approve_and_publish(media.article)
    answer = client.get(f"/api/v1/articles/{media.article.uid}/").content.decode()
    assert "cowardly" not in answer
    assert "secret-name" not in answer
    assert (tmp_path / "copies" / media.article.uid / "secret-name.jpg").read_bytes() == b"picture"
    assert client.get(media.kept.url).status_code == 302


@pytest.fixture
def curator(client, db, settings, tmp_path):
    settings.HAMRIN_DATA = tmp_path
    client.force_login(account("curator"))
    return client


def test_a_copy_is_kept_with_its_sum_and_only_curators_open_it(curator):
    article = ArticleFactory()
    copy = SimpleUploadedFile("photo.jpg", b"picture")
    added = {"ordinal": 1, "kind": "photo", "caption": "A car.", "kept": copy}
    answer = save(curator, article, **rows("media", added))
    assert [each for each in messages(answer) if "success" in each]
    media = Media.objects.get()
    assert media.sha256 == sha256(b"picture").hexdigest()
    assert b"".join(curator.get(media.kept.url).streaming_content) == b"picture"
    assert curator.get(address(Article, "change", article.pk)).status_code == 200
    curator.logout()
    assert curator.get(media.kept.url).status_code == 302


def test_a_copy_with_another_sum_is_refused(curator):
    article = ArticleFactory()
    copy = SimpleUploadedFile("photo.jpg", b"picture")
    added = {"ordinal": 1, "kind": "photo", "caption": "A car.", "kept": copy, "sha256": "0" * 64}
    answer = save(curator, article, **rows("media", added))
    (wrong,) = row_errors(answer, "media")
    assert wrong["sha256"][0].startswith(f"The sum of the copy is {sha256(b'picture').hexdigest()}.")


def test_evidence_has_an_address_or_a_copy(db):
    refuse(MediaFactory(), "Give its address, or keep a copy of it.", url="")
    refuse(MediaFactory(), "The first piece of evidence has the number 1.", ordinal=0)


def test_evidence_has_a_number_of_its_own(db):
    media = MediaFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        MediaFactory(article=media.article, ordinal=media.ordinal)


def test_an_edit_of_evidence_ends_the_approval_of_its_article(db):
    media = MediaFactory()
    approve_and_publish(media.article)
    media.caption = "A lorry."
    media.save()
    media.article.refresh_from_db()
    assert media.article.state == State.CHANGED


@pytest.mark.parametrize(
    "values",
    [{"status": "retracted"}, {"status_note": "It was withdrawn."}, {"status_on": "2024-01-01"}],
)
def test_a_status_is_explained(db, values):
    sentence = (
        "Say in the note what was corrected, or why the article was retracted; an article that is current has no such"
        " note and day."
    )
    refuse(ArticleFactory(), sentence, **values)


def test_a_status_without_a_note_is_refused_at_the_note(curator):
    article = ArticleFactory()
    page = address(Article, "change", article.pk)
    answer = curator.post(page, filled(curator.get(page), status="retracted"))
    assert list(errors(answer)) == ["status_note"]
