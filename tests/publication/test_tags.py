"""Tags, references and roles: what was written is read as it was, in Python and in SQL."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.tags import HARM, LINKED_TO, SUBSET, VICTIM_GROUP, VICTIM_HARM
from operations.tags import KIND
from publication.documents import KINDS
from publication.tags import Tag, read_reference, reference

#: PostgreSQL keeps every character but this one.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(TEXT), st.lists(st.tuples(TEXT, TEXT)))
@example(["|", "a|", "|harm:killed", "civilian|harm:killed"], [("|", "|"), ("a|harm:b", "c|")])
def test_codes_are_read_as_they_were_written(victims, pairs):
    tags = [KIND.of("ambush"), *map(VICTIM_GROUP.of, victims), *(VICTIM_HARM.of(*pair) for pair in pairs)]
    assert VICTIM_GROUP.codes(tags) == victims
    assert VICTIM_HARM.codes(tags) == pairs
    assert HARM.codes(tags) == []
    assert KIND.codes(tags) == ["ambush"]


@given(st.sampled_from(sorted(KINDS)), TEXT)
@example("article", "a:b")
def test_a_reference_is_read_as_it_was_written(kind, uid):
    assert read_reference(reference(kind, uid)) == (kind, uid)


class InSql(TestCase):
    @given(TEXT, TEXT)
    @example("|", "it's 100 %")
    @settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    def test_the_database_reads_the_first_code(self, first, second):
        tags = [VICTIM_HARM.of("a", "b"), VICTIM_GROUP.of(first), LINKED_TO.of(first), LINKED_TO.of(second)]
        wanted = ", ".join([VICTIM_GROUP.sql("tags"), LINKED_TO.sql("tags"), HARM.sql("tags"), SUBSET.sql_is("tags")])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {wanted} FROM (SELECT %s::text[] AS tags) AS row", [tags])
            assert cursor.fetchone() == (first, first, None, False)


def test_what_tags_look_like_in_the_log():
    assert VICTIM_HARM.tags(["army", "civilian"], "killed") == {
        "harm:killed", "victim:army", "victim:civilian", "victim:army|harm:killed", "victim:civilian|harm:killed",
    }  # fmt: skip
    assert (SUBSET.when("CAS-1"), SUBSET.when(None)) == (["subset:yes"], [])
    assert KIND.sql_has("tags", "it's") == "tags @> ARRAY['kind:it''s']"


@pytest.mark.parametrize(
    ("name", "sentence"), [("kind", "There is a tag “kind” already."), ("kind:", "“kind:” is no name for a tag")]
)
def test_a_name_is_declared_once_and_is_one_word(name, sentence):
    with pytest.raises(ValueError, match=sentence):
        Tag(name)
