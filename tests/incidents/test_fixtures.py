"""The coded articles: built from their sheets, valid row by row, and true to the passages that they cite."""

import hashlib
import json
import re
import shutil
from collections import Counter
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from incidents.choices import Basis
from incidents.figures.compared import proposals, stale
from incidents.models import (
    Casualty,
    Claim,
    DatasetCode,
    DistinctIncidents,
    ExternalId,
    Incident,
    IncidentLink,
    IncidentPlace,
    IncidentResult,
    Toll,
)
from incidents.sheets import FIXTURES, fixtures, read_sheets
from operations.models import Operation, Phase
from publication.models import Review
from sources.models import Article, Citation, DistinctArticles, Media

FOLDER = settings.BASE_DIR / "fixtures"
REPORTS = settings.BASE_DIR.parent / "shared" / "seeds"

#: The number of each report's file, and the words with which its lead begins.
LEADS = {
    "ART-000001": ("000", "ERBIL, Kurdistan Region"),
    "ART-000002": ("001", "ERBIL, Kurdistan Region"),
    "ART-000003": ("002", "In an unexpected visit"),
    "ART-000004": ("003", "In a significant development"),
    "ART-000005": ("004", "ERBIL (Kurdistan 24)"),
}

NUMBERS = {2: "two", 3: "three", 4: "four", 10: "ten", 22: "twenty-two", 27: "27"}

MODELS = [model for models in FIXTURES.values() for model in models]

pytestmark = pytest.mark.django_db

needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason="the reports themselves are not part of the project")


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup, django_db_blocker):
    """The fixtures, loaded once for the tests of this file, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *sorted(FOLDER.glob("*.json")), verbosity=0)
        yield
        transaction.set_rollback(True)


def records(*models):
    return [record for model in models or MODELS for record in model.objects.all()]


def citations():
    return [record for record in records() if isinstance(record, Citation)]


def words(text):
    return re.findall(r"\w+", text.lower())


def report(uid):
    (path,) = REPORTS.glob(f"{LEADS[uid][0]}_*.txt")
    return path


def passage(citation):
    """Return the words of the report to which a citation points."""
    uid = citation.article.uid
    blocks = [block for block in re.split(r"\n\s*\n", report(uid).read_text("utf-8")) if block.strip()]
    lead = next(number for number, block in enumerate(blocks) if block.startswith(LEADS[uid][1]))
    if citation.locator == "headline":
        return citation.article.title
    return blocks[lead + int(citation.locator.removeprefix("¶") if citation.locator != "lead" else 0)]


def test_fixtures_are_what_the_sheets_build():
    call_command("build_fixtures", check=True)


def test_example_in_the_readme_is_a_sheet(tmp_path):
    seeds = settings.BASE_DIR / "seeds"
    shutil.copytree(seeds, tmp_path / "seeds")
    (example,) = re.findall(r"```yaml\n(.*?)```", (seeds / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "seeds" / "articles" / "example.yaml").write_text(example, "utf-8")
    before, after = read_sheets(seeds), read_sheets(tmp_path / "seeds")
    added = Counter(type(record) for record in after) - Counter(type(record) for record in before)
    assert (added.pop(Review), added.total()) == (4, 8)


def test_database_gives_back_the_fixtures_byte_by_byte():
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    assert fixtures(records()) == there


#: The coded articles come from no other dataset, show no evidence, and state nothing that the others hold.
NOT_IN_THE_ARTICLES = {
    DatasetCode,
    DistinctArticles,
    DistinctIncidents,
    ExternalId,
    IncidentLink,
    IncidentPlace,
    IncidentResult,
    Media,
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_passes_its_checks(model):
    rows = model.objects.all()
    assert rows or model in NOT_IN_THE_ARTICLES
    for row in rows:
        row.full_clean()


@pytest.mark.parametrize("model", [Operation, Phase, Incident], ids=lambda model: model.__name__)
def test_every_record_cites_a_passage(model):
    assert [record.uid for record in records(model) if not record.citations.exists()] == []


@pytest.mark.parametrize("model", [Casualty, Toll], ids=lambda model: model.__name__)
def test_every_figure_rests_on_a_claim(model):
    assert [record.uid for record in records(model) if not record.claims.filter(used=True).exists()] == []


def test_every_single_claim_estimate_is_the_figure_claimed():
    for casualty in Casualty.objects.filter(basis=Basis.SINGLE_CLAIM):
        figures = {(claim.low, claim.high) for claim in casualty.claims.filter(used=True)}
        assert figures == {(casualty.low, casualty.high)}
        assert casualty.low == casualty.best == casualty.high


@pytest.mark.parametrize("model", [Casualty, Toll], ids=lambda model: model.__name__)
def test_every_estimate_is_what_its_claims_suggest_or_says_why_not(model):
    for estimate in records(model):
        suggestion = estimate.suggestion()
        explained = estimate.basis == Basis.CODER_JUDGEMENT and estimate.note
        assert explained or estimate.figures == suggestion.figures, estimate.uid


def test_every_link_of_a_toll_fits_and_none_is_left_open():
    assert [toll.uid for toll in records(Toll) if stale(toll) or proposals(toll)] == []


def test_every_toll_is_the_figure_claimed():
    for toll in records(Toll):
        assert [(claim.low, claim.high) for claim in toll.claims.all()] == [(toll.low, toll.high)]


def test_adopted_toll_leaves_eight_dead_that_no_incident_explains():
    toll = Toll.objects.get(adopted=True)
    contained = Casualty.objects.filter(
        incident__tolls__toll=toll,
        incident__tolls__relation="contained",
        victim_force=toll.victim_force,
        harm=toll.harm,
    )
    assert toll.best - sum(casualty.best for casualty in contained) == 8


def test_articles_hold_no_text():
    assert [article.uid for article in records(Article) if article.text] == []


def test_quotes_are_a_few_words():
    assert [citation.quote for citation in citations() if len(words(citation.quote)) > 6] == []


@pytest.mark.parametrize(
    ("day", "weekday"),
    [
        (date(2020, 6, 2), "Tuesday"),
        (date(2020, 7, 11), "Saturday"),
        (date(2021, 12, 2), "Thursday"),
        (date(2021, 12, 5), "Sunday"),
        (date(2021, 12, 7), "Tuesday"),
        (date(2021, 12, 8), "Wednesday"),
        (date(2024, 5, 11), "Saturday"),
    ],
)
def test_days_fall_on_the_weekdays_of_the_reports(day, weekday):
    assert f"{day:%A}" == weekday


def test_weekdays_as_reported_are_those_of_the_days_coded():
    dated = [(each.earliest_on, each.as_reported) for each in records(Incident)]
    dated += [(each.starts_earliest_on, each.starts_as_reported) for each in records(Operation, Phase)]
    for day, reported in dated:
        for weekday in re.findall(r"\w+day\b", reported):
            assert f"{day:%A}" == weekday


@needs_reports
@pytest.mark.parametrize("uid", LEADS)
def test_articles_are_the_copies_that_were_read(uid):
    article = Article.objects.get(uid=uid)
    assert article.sha256 == hashlib.sha256(report(uid).read_bytes()).hexdigest()
    assert article.title in report(uid).read_text("utf-8")


@needs_reports
def test_quotes_stand_in_the_passages_cited():
    assert [citation for citation in citations() if citation.quote not in passage(citation)] == []


@needs_reports
def test_exact_figures_stand_in_the_passages_cited():
    for claim in Claim.objects.filter(qualifier="exact"):
        text = passage(claim).lower()
        assert re.search(rf"\b({claim.low}|{NUMBERS[claim.low]})\b", text), claim


@needs_reports
def test_sources_are_spelt_as_their_reports_spell_them():
    for citation in citations():
        name = words(citation.said_by.partition(" (")[0])
        assert set(name) - set(words(report(citation.article.uid).read_text("utf-8"))) == set(), citation.said_by


@needs_reports
def test_no_eight_words_on_end_are_copied_from_a_report():
    copied = {
        tuple(run)
        for uid in LEADS
        for text in [words(report(uid).read_text("utf-8"))]
        for run in zip(*(text[start:] for start in range(8)), strict=False)
    }
    for path in FOLDER.glob("*.json"):
        for row in json.loads(path.read_text("utf-8")):
            for field, value in row["fields"].items():
                if isinstance(value, str) and (row["model"], field) != ("sources.article", "title"):
                    text = words(value)
                    runs = zip(*(text[start:] for start in range(8)), strict=False)
                    assert [run for run in runs if run in copied] == []
