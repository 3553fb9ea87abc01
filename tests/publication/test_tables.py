"""Cells are found in documents at once or one by one, and are the same."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.documents import KINDS
from publication.models import Revision
from publication.tables import finder, getter, table_of

PATHS = [["uid"], ["when", "earliest"], ["title"], ["point", "lat"], ["when", "latest"], ["codes", "of"]]

keys = st.sampled_from(["uid", "title", "when", "point", "codes", "earliest", "latest", "lat", "of"])
values = st.none() | st.integers() | st.text()
documents = st.dictionaries(keys, values | st.dictionaries(keys, values) | st.lists(st.dictionaries(keys, values)))


@given(documents, st.lists(st.sampled_from(PATHS), min_size=1, unique_by=tuple))
def test_what_is_found_at_once_is_what_is_found_one_by_one(document, paths):
    try:
        found = getter(paths)(document)
    except (KeyError, TypeError):
        return
    assert found == tuple(finder(path)(document) for path in paths)


@pytest.mark.django_db
def test_a_row_is_the_same_if_a_document_lacks_what_its_codebook_did_not_have(theatre):
    for kind in KINDS:
        for text in Revision.objects.served().of(kind).values_list("document", flat=True):
            document = orjson.loads(text)
            (whole,) = table_of(kind).read(kind, document)
            document.pop("title", None)
            (lacking,) = table_of(kind).read(kind, document)
            titles = [field.name == "title" for field in table_of(kind).fields]
            assert lacking == tuple(None if title else cell for cell, title in zip(whole, titles, strict=True))
