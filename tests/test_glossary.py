"""Every word that the project uses in a sense of its own is explained in docs/concepts.md, once."""

import re
from collections import Counter
from pathlib import Path

import pytest

from publication.documents import KINDS

CONCEPTS = (Path(__file__).parent.parent / "docs/concepts.md").read_text(encoding="utf-8")

#: Words of the codebook, the API and the code that mean more here than in a dictionary.
WORDS = [
    "adopt", "chain", "claim", "contested", "coverage", "derivation", "document", "estimate", "filter column",
    "finding", "kind", "listing", "moment", "question", "reconcile", "record", "release", "residual",
    "revision", "rule", "seq", "standing", "state", "tag", "tombstone", "victim group", "vocabulary",
]  # fmt: skip


def terms():
    """Return the terms that the page explains, in lower case."""
    bold = re.findall(r"\*\*(.+?)\*\*", CONCEPTS)
    return [term.strip(" .").lower() for words in bold for term in words.split(",")]


@pytest.mark.parametrize("word", [*WORDS, *KINDS])
def test_a_word_of_our_own_is_explained(word):
    assert word in terms()


def test_no_word_is_explained_twice():
    assert [term for term, times in Counter(terms()).items() if times > 1] == []
