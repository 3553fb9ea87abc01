"""Articles that may have been entered twice, or be copies that do not say so."""

from itertools import combinations
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from publication.models import Revision
from publication.publish import publish
from publication.review import approve, submit
from records.choices import State
from records.duplicates import tell_apart
from records.rules import RulesBroken
from records.triggers import reviewing
from sources.addresses import canonical_address
from sources.choices import OutletKind
from sources.duplicates import article_duplicates_of
from sources.models import Article, DistinctArticles
from tests.admin_forms import account, address, messages, save
from tests.people import curator, edit, reviewer
from tests.sources.factories import ArticleFactory, OutletFactory

pytestmark = pytest.mark.django_db

GOLD = yaml.safe_load((Path(__file__).parent.parent / "gold" / "articles.yaml").read_text("utf-8"))
SAME = "https://gazette.example/news/10-killed"


@pytest.mark.parametrize(
    "spelling",
    [
        "http://gazette.example/news/10-killed",
        "https://www.gazette.example/news/10-killed/",
        "https://gazette.example/news/10-killed-amp",
        "https://amp.gazette.example/news/10-killed/amp/",
        "https://m.gazette.example/news/10-killed?utm_source=feed&utm_medium=rss",
        "https://gazette.example/news/10-killed?fbclid=abc#comments",
        "https://web.archive.org/web/20211208093000/https://gazette.example/news/10-killed",
    ],
)
def test_an_address_is_given_to_one_article_however_it_is_spelled(spelling):
    assert canonical_address(spelling) == canonical_address(SAME)
    ArticleFactory(url=SAME)
    again = ArticleFactory.build(url=spelling, outlet=OutletFactory())
    with pytest.raises(IntegrityError, match="article_address_once"), transaction.atomic():
        again.save()


@pytest.mark.parametrize(
    "other",
    [
        "https://gazette.example/news/11-killed",
        "https://gazette.example/news?id=10-killed",
        "https://gazette.example/news/10-killed?page=2",
        "https://other.example/news/10-killed",
        "https://gazette.example/news/10-killed/update",
    ],
)
def test_other_addresses_are_others(other):
    assert canonical_address(other) != canonical_address(SAME)
    ArticleFactory(url=SAME), ArticleFactory(url=other)


def test_parameters_that_name_the_page_are_kept():
    assert canonical_address("http://www.a.example/x/?utm_id=1&id=7&ref=b") == "a.example/x/?id=7"


def enter_gold():
    """Enter the reports and their copies; return the report of each article."""
    outlets, texts, found = {}, {}, {}
    for row in [*GOLD["articles"], *GOLD["copies"]]:
        if "text" in row:
            texts[row["report"]] = row["text"]
        paragraphs = texts[row["report"]].strip().split("\n\n")
        if "drop" in row:
            del paragraphs[row["drop"]]
        text = "\n\n".join([*paragraphs, *([row["add"]] if "add" in row else [])])
        for old, new in row.get("replace", {}).items():
            text = text.replace(old, new)
        slug = row["outlet"]
        outlet = outlets[slug] = outlets.get(slug) or OutletFactory(slug=slug)
        text = "" if row.get("without") else text
        day = {"published": str(row["published"]), "published_basis": "stated"}
        found[ArticleFactory(outlet=outlet, title=row["title"], text=text, **day)] = row["report"]
    return found


def test_copies_are_found_and_other_reports_of_the_same_event_stop_nothing():
    reports = enter_gold()
    same = {(one, other) for one, other in combinations(reports, 2) if reports[one] == reports[other]}
    candidates = article_duplicates_of(reports)
    bits = {(one, each.other): each.evidence.bits for one, found in candidates.items() for each in found}
    ranked = sorted(combinations(reports, 2), key=lambda pair: bits.get(pair, 0.0), reverse=True)
    hits, precisions = 0, []
    for position, pair in enumerate(ranked, 1):
        if pair in same:
            hits += 1
            precisions.append(hits / position)
    assert len(ranked) >= 120
    assert sum(precisions) / len(same) >= 0.95
    doubtful = {(one, each.other) for one, found in candidates.items() for each in found if each.evidence.doubtful}
    assert doubtful == same | {(other, one) for one, other in same}


# No route publishes both

REPORT = "Ten soldiers died on the road to the dam, the ministry said. " * 3


def enter_twice(**values):
    day = {"published": "2023-05-04", "published_basis": "stated", "outlet": OutletFactory()}
    first = ArticleFactory(title="Ten soldiers die at dam", text=REPORT, **day)
    return first, ArticleFactory(**{"title": "Ten soldiers die at dam", "text": REPORT} | day | values)


def set_state(article, state):
    with reviewing():
        Article.objects.filter(pk=article.pk).update(state=state)
    article.refresh_from_db()


def test_an_article_entered_twice_is_neither_submitted_nor_approved_nor_published():
    first, again = enter_twice()
    set_state(first, State.IN_REVIEW)
    refusal = f"{again.uid} may be the same as {first.uid} Ten soldiers die at dam"
    with pytest.raises(RulesBroken, match=refusal):
        submit(again, by=curator("ann"))
    set_state(again, State.IN_REVIEW)
    with pytest.raises(RulesBroken, match=refusal):
        approve(again, by=reviewer("bob"))
    set_state(again, State.APPROVED)
    with pytest.raises(RulesBroken, match=refusal):
        publish([again])
    with pytest.raises(CommandError, match=refusal):
        call_command("publish", approved=True)
    assert not Revision.objects.exists()


def test_a_copy_that_says_so_and_a_file_of_a_dataset_are_no_duplicates():
    first, again = enter_twice(outlet=OutletFactory())
    assert [each.other for each in article_duplicates_of([again])[again]] == [first]
    again.syndicated_from = first
    again.save()
    assert not article_duplicates_of([again])[again]
    again.syndicated_from, again.copied_from = None, first.outlet
    again.save()
    assert not article_duplicates_of([again])[again]
    dataset = OutletFactory(kind=OutletKind.DATASET)
    one, _ = (ArticleFactory(title="Events of a year (events.csv)", outlet=dataset) for _ in range(2))
    assert not article_duplicates_of([one])[one]


def test_articles_told_apart_are_submitted_until_one_changes():
    first, again = enter_twice()
    set_state(first, State.IN_REVIEW)
    ann = curator("ann")
    tell_apart(DistinctArticles, again, first, by=ann, reason="The second edition, with other figures.")
    submit(again, by=ann)
    edit(again, by=ann, text=f"{REPORT} One more died later.")
    set_state(again, State.DRAFT)
    with pytest.raises(RulesBroken, match="may be the same"):
        submit(again, by=ann)


def test_the_page_of_an_article_compares_the_two_and_takes_the_decision(client):
    client.force_login(account("curator", "ana"))
    first, again = enter_twice(text=f"{REPORT}\n\nMore follows.")
    response = save(client, again, byline="Our desk")
    assert any(said.startswith(f"It may be the same as “{first}”") for said in messages(response))
    (shown,) = client.get(address(Article, "change", again.pk)).context["candidates"]
    compared = client.get(shown["distinct"]).context["shown"]["candidate"].digest
    client.post(shown["distinct"], {"_compared": compared, "comment": "Another edition."})
    assert DistinctArticles.objects.get().reason == "Another edition."
    page = client.get(address(Article, "change", again.pk))
    assert (page.context["candidates"], page.context["decided"][0].other) == ([], first)
