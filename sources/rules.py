"""The rules of articles, and of all records that cite them."""

import re
from collections.abc import Callable, Iterator

from django.db.models import Model, Q

from records.choices import State
from records.circles import circles
from records.duplicates import undecided_duplicates
from records.rules import Finding, Rule, Severity, loaded_once, register_rule

from .choices import ArticleStatus
from .citing import citations_of, cited_passages, citing_models, citing_tables, paths_to_wholes
from .duplicates import article_duplicates_of, served_articles
from .models import Article, Citation
from .paragraphs import Locator, locator_of, plain, split


def copies_of_themselves(articles: list[Article]) -> Iterator[Finding]:
    """Yield a finding for each article that repeats itself through others, or one that does."""
    for article, other in circles(articles, "syndicated_from"):
        itself = other.syndicated_from_id == article.pk
        what = f"itself through {other.uid}" if itself else f"{other.uid}, which repeats itself"
        yield Finding(article, f"{article.uid} repeats {what}", "Name the report that came first.")


ARTICLE_NOT_ITS_OWN_SOURCE = register_rule(
    Rule(
        "article_not_its_own_source",
        "No article repeats itself through others.",
        Severity.ERROR,
        Article,
        copies_of_themselves,
        ("syndicated_from",),
    )
)


def may_be_duplicate_articles(articles: list[Article]) -> Iterator[Finding]:
    """Yield a finding for each two articles that may be the same, if nobody decided and readers would see both."""
    yield from undecided_duplicates(article_duplicates_of(articles), served_articles)


ARTICLE_ONCE = register_rule(
    Rule(
        "article_once",
        "No report is entered twice, and none is a copy that does not say so.",
        Severity.ERROR,
        Article,
        may_be_duplicate_articles,
        ("title", "syndicated_from"),
    )
)


# Passages: what is cited must be there, as far as we hold the text, a retelling or the evidence.

#: The citations with a locator, and with a quote, that can be checked without a look at the original.
HELD_LOCATORS = (
    ~Q(article__text="")
    | ~Q(article__retelling="")
    | Q(locator__startswith="media:")
    | Q(locator__startswith="¶", locator__contains="-")
)
HELD_QUOTES = ~Q(quote="") & (~Q(article__text="") | Q(locator="headline"))

#: All citations in which a rule may find something.
CHECKED = HELD_LOCATORS | HELD_QUOTES | Q(article__status=ArticleStatus.RETRACTED) | Q(article__state=State.WITHDRAWN)

CORRECT_LOCATOR = "Correct the locator, or what is held of the article."
CORRECT_QUOTE = "Copy the few words exactly, cite the passage that has them, or leave the quote empty."


def wrong_locator(citation: Citation) -> str:
    """Return what is wrong with where a citation points; empty if nothing is, as far as can be told."""
    article, locator = citation.article, Locator.read(citation.locator)
    if locator.last < locator.first:
        return f"{citation.locator} of {article.uid} counts backwards"
    if locator.part == "media" and locator.first not in {each.ordinal for each in article.media.all()}:
        return f"{article.uid} has no {citation.locator}"
    for name, paragraphs in article.paragraphs_held.items():
        if paragraphs and locator.last >= len(paragraphs) and locator.numbers:
            return f"{article.uid} has no {citation.locator}: its {name} ends with {locator_of(len(paragraphs) - 1)}"
    return ""


def wrong_quote(citation: Citation) -> str:
    """Return what is wrong with the words that a citation quotes; empty if nothing is, as far as can be told."""
    article, locator = citation.article, Locator.read(citation.locator)
    paragraphs = article.paragraphs_held["text"]
    if locator.part == "headline":
        passage = [article.title]
    else:
        passage = [paragraphs[number] for number in locator.numbers if number < len(paragraphs)]
    if not passage or _has(citation.quote, " ".join(passage)):
        return ""
    where = [locator_of(number) for number, text in enumerate(paragraphs) if _has(citation.quote, text)]
    elsewhere = f"; {where[0]} says so" if where else ""
    return f"{citation.locator} of {article.uid} does not say “{citation.quote}”{elsewhere}"


def _has(quote: str, text: str) -> bool:
    """Return whether a text has the words of a quote, in which … stands for words left out."""
    pieces = [re.escape(plain(piece)) for piece in re.split(r"\[?(?:…|\.{3})\]?", quote)]
    return re.search(".*?".join(pieces), plain(text)) is not None


def checked_citations(records: list[Model]) -> list[tuple[Model, Citation]]:
    """Return each record with those of its citations in which a rule may find something."""
    return list(citations_of(records, CHECKED))


def citing_approved(articles: list[Model]) -> list[tuple[Model, Citation]]:
    """Return each article with the citations of it in approved records; those of drafts are checked with these."""
    by_key, found = {article.pk: article for article in articles}, []
    for table in citing_tables():
        approved = Q()
        for path in paths_to_wholes(table):
            approved |= Q(**{f"{path}__state": State.APPROVED})
        for citation in cited_passages(table).filter(approved, CHECKED, article__in=by_key):
            found.append((by_key[citation.article_id], citation))
    return found


def register_rules_of_passages(
    looks_at: type[Model], citations: Callable[[list[Model]], list[tuple[Model, Citation]]]
) -> None:
    """Register the rules of the passages that records of a table cite, or that are cited of an article."""
    name = looks_at._meta.model_name
    for subject, wrong, remedy, sentence in (
        ("locator", wrong_locator, CORRECT_LOCATOR, "Whatever passage is cited is in the article."),
        ("quote", wrong_quote, CORRECT_QUOTE, "Whatever is quoted is said in the passage that is cited."),
    ):

        def find(records, wrong=wrong, remedy=remedy):
            for record, citation in loaded_once(citations, records):
                if sentence := wrong(citation):
                    of = "" if record == citation.article else f"{record.public_name}: "
                    yield Finding(record, f"{of}{sentence}", remedy)

        register_rule(Rule(f"{name}_{subject}_is_true", sentence, Severity.ERROR, looks_at, find, (subject,)))


for citing in citing_models():
    register_rules_of_passages(citing, checked_citations)
register_rules_of_passages(Article, citing_approved)


def numbered_otherwise(articles: list[Article]) -> Iterator[Finding]:
    """Yield a finding for each article whose retelling is not numbered as its text is."""
    for article in articles:
        original, retold = len(split(article.text)), len(split(article.retelling))
        if original and retold and original != retold:
            sentence = f"{article.uid} has {original} paragraphs, and its retelling {retold}"
            yield Finding(article, sentence, "Retell each paragraph in one of its own, separated by blank lines.")


RETELLING_NUMBERED_AS_TEXT = register_rule(
    Rule(
        "retelling_numbered_as_text",
        "A retelling has a paragraph for each paragraph of the text.",
        Severity.ERROR,
        Article,
        numbered_otherwise,
        ("retelling",),
    )
)


# Sources that no longer stand.

SET_ASIDE = "Cite another report, or set the claim aside and say why."


def resting_on_retracted(records: list[Model]) -> Iterator[Finding]:
    """Yield a finding for each passage of a retracted article on which one of the records rests."""
    for record, citation in loaded_once(checked_citations, records):
        if citation.counts and citation.article.status == ArticleStatus.RETRACTED:
            yield Finding(record, f"{record.public_name} rests on {citation}, which its outlet retracted", SET_ASIDE)


def resting_on_withdrawn(records: list[Model]) -> Iterator[Finding]:
    """Yield a finding for each passage of a withdrawn article on which one of the records rests."""
    for record, citation in loaded_once(checked_citations, records):
        if citation.counts and citation.article.state == State.WITHDRAWN:
            yield Finding(record, f"{record.public_name} rests on {citation}, which was withdrawn", SET_ASIDE)


for citing in citing_models():
    name = citing._meta.model_name
    register_rule(
        Rule(
            f"{name}_rests_on_no_retracted_article",
            "Nothing rests on an article that its outlet retracted.",
            Severity.WARNING,
            citing,
            resting_on_retracted,
            ("article",),
        )
    )
    register_rule(
        Rule(
            f"{name}_rests_on_no_withdrawn_article",
            "Nothing rests on an article that was withdrawn from the database.",
            Severity.ERROR,
            citing,
            resting_on_withdrawn,
            ("article",),
        )
    )
