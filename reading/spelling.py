"""Full-text queries that forgive spelling: each word also matches the names that are probably meant."""

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from publication.models import NameForm
from records.names import alike, skeleton, words


@lru_cache(maxsize=1)
def _forms(count):
    """Return all name forms, and the same by skeleton. Forms are only ever added, so their number tells them apart."""
    forms = list(NameForm.objects.values_list("form", flat=True))
    by_skeleton = defaultdict(list)
    for form in forms:
        by_skeleton[skeleton(form)].append(form)
    return forms, by_skeleton


def near(word):
    """Return the name forms that are probably other spellings of a normalised word."""
    forms, by_skeleton = _forms(NameForm.objects.count())
    close = [form for form, _, _ in process.extract(word, forms, scorer=fuzz.ratio, score_cutoff=82, limit=20)]
    return {form for form in (*close, *by_skeleton[skeleton(word)]) if alike(word, form)}


def tsquery(text):
    """Return the PostgreSQL tsquery for what a reader typed; empty if it holds no word.

    Every word must be found: itself, as the beginning of a word, in another spelling, or written together with its
    neighbour ("Salah al-Din" for "Salahaddin").
    """
    found = words(text)
    joined = ["".join(pair) for pair in pairwise(found)]
    terms = []
    for position, word in enumerate(found):
        pairs = joined[max(position - 1, 0) : position + 1]
        spellings = near(word).union(*map(near, pairs))
        terms.append(" | ".join([f"{word}:*", *sorted(spellings)]))
    return " & ".join(f"({term})" for term in terms)
