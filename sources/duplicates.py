"""Which articles may have been entered twice, or be copies that do not say so: by their days, then by their words.

The texts of one window of days are few, so the resemblance of each pair is counted, not estimated by MinHash; what a
word says of a text is weighed by how many texts of the window have it (TF-IDF).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from math import log, sqrt

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, prefetch_related_objects
from rapidfuzz import fuzz

from publication.documents import kind_of
from publication.models import Revision
from records.choices import CLOSED
from records.duplicates import DuplicateCandidate, Evidence, decisions, digest_of_pair, register_comparison
from records.names import words

from .choices import OutletKind
from .models import PUBLISHED_DAYS, Article, DistinctArticles

#: How many days apart two reports of one thing may be published.
AROUND_A_DAY = timedelta(days=3)

#: From how many bits two articles are shown beside each other: they may tell of the same event.
SIMILAR_FROM = 4.5

#: How many words in a row are compared of two texts.
SHINGLE = 4
#: From how many such rows a text can be told to be a copy.
LEAST_SHINGLES = 12
#: What the share of the shorter text that is in the longer one weighs.
BITS_OF_SHARE = ((0.8, 10.0), (0.5, 8.0), (0.25, 4.0))


@dataclass
class ArticleTraits:
    """What is compared of an article."""

    uid: str
    title: str
    outlet: str
    feed: str
    earliest: date | None
    latest: date | None
    text: str
    retelling: str
    #: The uids of the articles and the outlet whose report it repeats.
    origin: tuple = ()
    counts: Counter = field(default_factory=Counter)
    rows: dict[str, set] = field(default_factory=dict)

    def __post_init__(self):
        self.counts = Counter(words(f"{self.title} {self.text or self.retelling}"))
        for name in ("text", "retelling"):
            found = words(getattr(self, name))
            self.rows[name] = {tuple(found[start : start + SHINGLE]) for start in range(len(found) - SHINGLE + 1)}

    def compared(self) -> list:
        """Return what is compared, in a form that is the same for the same content."""
        texts = [sha256(each.encode()).hexdigest() for each in (self.text, self.retelling)]
        return [self.uid, self.title, self.outlet, self.earliest, self.latest, list(self.origin), *texts]


def article_duplicates_of(articles: Collection[Article]) -> dict[Article, list[DuplicateCandidate]]:
    """Return for each of some saved articles the others that may be the same or similar, the likeliest first."""
    prefetch_related_objects(list(articles), "outlet", "syndicated_from", "copied_from")
    asked = [article for article in articles if article.outlet.kind != OutletKind.DATASET]
    neighbours = {article: list(_neighbours(article)) for article in asked}
    every = {each.pk: each for own, others in neighbours.items() for each in (own, *others)}
    traits = {key: traits_of_article(each) for key, each in every.items()}
    decided = decisions(DistinctArticles, ((own.pk, each.pk) for own, others in neighbours.items() for each in others))
    found: dict[Article, list[DuplicateCandidate]] = {article: [] for article in articles}
    for article, others in neighbours.items():
        texts = Counter(word for each in (article, *others) for word in traits[each.pk].counts)
        for other in others:
            one, two = traits[article.pk], traits[other.pk]
            evidence = weigh_articles(one, two, texts, len(others) + 1)
            if evidence.bits >= SIMILAR_FROM and not _is_copy(article, other):
                digest = digest_of_pair(one.compared(), two.compared())
                decision = decided.get((frozenset((article.pk, other.pk)), digest))
                found[article].append(DuplicateCandidate(other, evidence, digest, decision))
        found[article].sort(key=lambda each: (-each.evidence.bits, each.other.pk))
    return found


def _neighbours(article: Article) -> Iterable[Article]:
    """Return the other open articles of about the same days; of one without a day, those of its outlet or title."""
    others = Article.objects.exclude(pk=article.pk).exclude(state__in=CLOSED).exclude(outlet__kind=OutletKind.DATASET)
    others = others.select_related("outlet", "syndicated_from", "copied_from").order_by("pk")
    first, last = article.published_earliest_on, article.published_latest_on
    same = Q(outlet=article.outlet) | Q(title__iexact=article.title)
    if not (first and last):
        return others.filter(same)
    days = DateRange(first - AROUND_A_DAY, last + AROUND_A_DAY, "[]")
    near = others.alias(days=PUBLISHED_DAYS).filter(days__overlap=days)
    dated = Q(published_earliest_on__isnull=False, published_latest_on__isnull=False)
    return near.filter(dated | same)


def traits_of_article(article: Article) -> ArticleTraits:
    """Return what is compared of an article."""
    return ArticleTraits(
        article.uid,
        article.title,
        article.outlet.slug,
        article.outlet.feed_group or article.outlet.slug,
        article.published_earliest_on,
        article.published_latest_on,
        article.text,
        article.retelling,
        tuple(each.public_name for each in (article.syndicated_from, article.copied_from) if each),
    )


def _is_copy(one: Article, other: Article) -> bool:
    """Return whether one article says that it repeats the other, or both say that they repeat one report."""
    for copy, original in ((one, other), (other, one)):
        if copy.syndicated_from_id == original.pk or copy.copied_from_id == original.outlet_id:
            return True
    return one.syndicated_from_id is not None and one.syndicated_from_id == other.syndicated_from_id


def weigh_articles(one: ArticleTraits, other: ArticleTraits, texts: Counter, number: int) -> Evidence:
    """Return what speaks for two articles being one report; `texts` counts those of the window that have a word."""
    evidence = Evidence()
    share = max(_share_of_rows(one.rows[name], other.rows[name]) for name in one.rows)
    bits = next((bits for least, bits in BITS_OF_SHARE if share >= least), 0.0)
    if bits:
        evidence.add(bits, f"{share:.0%} of the shorter text is in the longer one")
    title, same = fuzz.token_sort_ratio(" ".join(words(one.title)), " ".join(words(other.title))), 100
    if title == same and len(words(one.title)) > 2:
        evidence.add(7.0 if len(words(one.title)) > 5 else 6.0, "under the same headline")
    elif title >= 85 and _numbers(one.title) == _numbers(other.title):
        evidence.add(3.0, "under similar headlines")
    if one.outlet == other.outlet:
        evidence.add(2.0, "of the same outlet")
    elif one.feed == other.feed:
        evidence.add(1.0, "of outlets that share a feed")
    if None not in (one.earliest, one.latest, other.earliest, other.latest):
        apart = max((one.earliest - other.latest).days, (other.earliest - one.latest).days, 0)
        if apart < 2:
            evidence.add(2.0 - apart, "published on the same day" if not apart else "published one day apart")
    likeness = _cosine(one.counts, other.counts, texts, number)
    if likeness >= 0.1 and min(one.counts.total(), other.counts.total()) >= 30:
        evidence.add(6.0 * likeness, f"words in common ({likeness:.0%})")
    return evidence


def _numbers(title: str) -> list[str]:
    """Return the numbers in a headline: one that counts other dead is another report."""
    return sorted(word for word in words(title) if word.isdigit())


def _share_of_rows(one: set, other: set) -> float:
    """Return which share of the shorter text's rows of words is in the longer one."""
    least = min(len(one), len(other))
    return len(one & other) / least if least >= LEAST_SHINGLES else 0.0


def _cosine(one: Counter, other: Counter, texts: Counter, number: int) -> float:
    """Return how alike two texts are, from 0 to 1, by their words; rare words say more."""
    weights = defaultdict(
        float, {word: log((1 + number) / (1 + texts[word])) + 1 for word in one.keys() | other.keys()}
    )
    lengths = [
        sqrt(sum((log(times) + 1) ** 2 * weights[word] ** 2 for word, times in each.items())) for each in (one, other)
    ]
    shared = sum(
        (log(one[word]) + 1) * (log(other[word]) + 1) * weights[word] ** 2 for word in one.keys() & other.keys()
    )
    return shared / (lengths[0] * lengths[1]) if all(lengths) else 0.0


def compare_articles(one: Article, other: Article) -> DuplicateCandidate | None:
    """Return the candidate that one article is for another; None if nothing takes the two for the same."""
    return next((each for each in article_duplicates_of([one])[one] if each.other == other), None)


register_comparison(DistinctArticles, compare_articles)


def served_articles(uids: Iterable[str]) -> list[str]:
    """Return those of the uids whose article readers see."""
    served = Revision.objects.served().of(kind_of(Article()).name)
    return list(served.filter(uid__in=uids).values_list("uid", flat=True))
