"""Full-text queries that forgive spelling: each word also matches the names that are probably meant."""

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from publication.models import NameForm
from records.names import alike, skeleton, words

#: How many words are looked for at once. Each of them, and each pair of neighbours, is compared with all names.
WORDS_MAX = 12


@lru_cache(maxsize=1)
def _forms(count):
    """Return all name forms, and the same by skeleton. Forms are only ever added, so their number identifies them."""
    forms = list(NameForm.objects.values_list("form", flat=True))
    by_skeleton = defaultdict(list)
    for form in forms:
        by_skeleton[skeleton(form)].append(form)
    return forms, by_skeleton


def near(word, forms, by_skeleton):
    """Return the name forms that are probably other spellings of a normalised word."""
    close = [form for form, _, _ in process.extract(word, forms, scorer=fuzz.ratio, score_cutoff=82, limit=20)]
    return {form for form in (*close, *by_skeleton[skeleton(word)]) if alike(word, form)}


def unsearchable(text: str) -> str:
    """Return why a text cannot be searched for, in a sentence; empty if it can."""
    count = len(words(text))
    if not count:
        return "There is no word in it: write letters or digits, in any script."
    return f"Give at most {WORDS_MAX} words; these are {count}." if count > WORDS_MAX else ""


def tsquery(text: str) -> str:
    """Return the PostgreSQL tsquery for what a reader typed.

    Every word must be found: itself, as the beginning of a word, in another spelling, or written together with its
    neighbour ("Abd al-Malik" for "Abdalmalik"). The names are read once, and each word and pair is compared once.
    """
    found = words(text)
    joined = ["".join(pair) for pair in pairwise(found)]
    known = _forms(NameForm.objects.count())
    spellings = {each: near(each, *known) for each in {*found, *joined}}
    terms = []
    for position, word in enumerate(found):
        near_ones = spellings[word].union(*(spellings[pair] for pair in joined[max(position - 1, 0) : position + 1]))
        terms.append(" | ".join([f"{word}:*", *sorted(near_ones)]))
    return " & ".join(f"({term})" for term in terms)
