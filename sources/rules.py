"""The rules of articles."""

from records.rules import Finding, Rule, Severity, register_rule

from .models import Article


def copies_of_themselves(articles):
    """Yield a finding for each article that repeats itself through others."""
    for article in articles:
        seen, origin = {article.pk}, article.syndicated_from
        while origin is not None and origin.pk not in seen:
            seen.add(origin.pk)
            origin = origin.syndicated_from
        if origin is not None:
            yield Finding(
                article, f"{article.uid} repeats itself through {origin.uid}", "Name the report that came first."
            )


register_rule(
    Rule(
        "article_not_its_own_source",
        "No article repeats itself through others.",
        Severity.ERROR,
        Article,
        copies_of_themselves,
        ("syndicated_from",),
    )
)
