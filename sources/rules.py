"""The rules of articles."""

from collections.abc import Iterator

from records.circles import circles
from records.rules import Finding, Rule, Severity, register_rule

from .models import Article


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
