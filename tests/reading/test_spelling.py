"""Searching for words: what cannot be searched is refused, and the table of names is read once a query."""

import pytest

from reading.spelling import WORDS_MAX, tsquery

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["...", "—", "؟", "' '"])
def test_a_text_without_a_readable_word_is_a_400(theatre, get, text):
    assert get("incidents/", 400, q=text)["errors"] == {
        "q": ["There is no word in it: write letters or digits, in any script."]
    }


def test_the_words_of_a_query_are_capped(theatre, get):
    assert get("incidents/", 400, q="a " * (WORDS_MAX + 1))["errors"] == {
        "q": [f"Give at most {WORDS_MAX} words; these are {WORDS_MAX + 1}."]
    }
    get("incidents/", q=" ".join("abcdefghijkl"[:WORDS_MAX]))


def test_names_are_read_once_however_many_words_are_asked_for(theatre, django_assert_num_queries):
    tsquery("kirkuk")
    for text in ("hashd", "hashd al shaabi in dibis near kirkuk in iraq"):
        with django_assert_num_queries(1):
            tsquery(text)
