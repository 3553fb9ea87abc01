"""Cells are read from the text of a document."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.documents import KINDS
from publication.models import Revision
from publication.tables import row_reader, table_of

PATHS = [
    ["uid"],
    ["when", "earliest"],
    ["title"],
    ["when", "by", "whom"],
    ["codes", "of"],
    ["rows", "of"],
    ["rows", "at", "lat"],
]

values = st.none() | st.integers(-(2**53), 2**53) | st.text()


def parts(**inner):
    """Return a strategy for null and objects in which some of these keys have a value."""
    return st.none() | st.fixed_dictionaries({}, optional={"else": values, **inner})


documents = st.fixed_dictionaries(
    {},
    optional={
        "uid": values,
        "title": values | st.lists(values),
        "when": parts(earliest=values, by=parts(whom=values)),
        "codes": st.lists(st.fixed_dictionaries({}, optional={"of": values})),
        "rows": st.none() | st.lists(st.fixed_dictionaries({}, optional={"of": values, "at": parts(lat=values)})),
    },
)


def dig(value, path):
    """Return what a path leads to, step by step."""
    if not path or value is None:
        return value
    if isinstance(value, list):
        return [dig(item, path) for item in value]
    return dig(value.get(path[0]), path[1:])


@given(documents, st.lists(st.sampled_from([None, *PATHS]), min_size=1, unique_by=str))
def test_a_cell_is_what_its_path_leads_to(document, paths):
    (row,) = row_reader(paths, "")(orjson.dumps(document))
    assert row == tuple(path and dig(document, path) for path in paths)


@given(documents, st.lists(st.sampled_from([None, *PATHS]), min_size=1, unique_by=str))
def test_a_row_is_an_item_of_its_list_beside_what_the_document_says(document, paths):
    found = row_reader([*paths, ["rows", "of"]], "rows")(orjson.dumps(document))
    own = [path[1:] if path and path[0] == "rows" else None for path in paths]
    assert found == [
        (
            *(dig(item, of) if of else path and dig(document, path) for path, of in zip(paths, own, strict=True)),
            item.get("of"),
        )
        for item in document.get("rows") or []
    ]


@pytest.mark.django_db
def test_a_row_is_the_same_if_a_document_lacks_what_its_codebook_did_not_have(theatre):
    for kind in KINDS:
        for text in Revision.objects.served().of(kind).values_list("document", flat=True):
            document = orjson.loads(text)
            (whole,) = table_of(kind).read(kind, text)
            document.pop("title", None)
            (lacking,) = table_of(kind).read(kind, orjson.dumps(document))
            titles = [field.name == "title" for field in table_of(kind).fields]
            assert lacking == tuple(None if title else cell for cell, title in zip(whole, titles, strict=True))
