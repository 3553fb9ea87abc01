"""EDTF outside, two days inside."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from sources.choices import Precision
from sources.days import edtf, parse, precision

DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2021-12-07", date(2021, 12, 7), date(2021, 12, 7)),
        ("2021-12", date(2021, 12, 1), date(2021, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2020-05-11/2020-05-20", date(2020, 5, 11), date(2020, 5, 20)),
        ("2020-05/2020-06", date(2020, 5, 1), date(2020, 6, 30)),
        ("../2020-06-02", None, date(2020, 6, 2)),
        ("2017-10-16/..", date(2017, 10, 16), None),
        ("2020-05-XX", date(2020, 5, 1), date(2020, 5, 31)),
        ("", None, None),
        (" 2021-12-07 ", date(2021, 12, 7), date(2021, 12, 7)),
    ],
)
def test_a_notation_stands_for_its_first_and_last_possible_day(text, earliest, latest):
    assert parse(text) == (earliest, latest)


@pytest.mark.parametrize("text", ["yesterday", "2021-02-30", "07/12/2021", "2021-13", "Y17E7", "12/13/14"])
def test_what_is_no_notation_is_refused_with_examples(text):
    with pytest.raises(ValidationError, match=r"is not a day in EDTF\. Examples: 2021-12-07"):
        parse(text)


@pytest.mark.parametrize("text", ["2021-12-07~", "2020-05?", "2020-05%"])
def test_a_doubtful_day_is_to_be_written_as_a_span(text):
    with pytest.raises(ValidationError, match="Write the earliest and the latest possible day instead"):
        parse(text)


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="ends before it begins"):
        parse("2020-06/2020-05")


@given(st.none() | DAY, st.none() | DAY)
def test_every_span_is_read_as_it_was_written(one, other):
    earliest, latest = sorted([one, other]) if one and other else (one, other)
    assert parse(edtf(earliest, latest)) == (earliest, latest)


@pytest.mark.parametrize(
    ("days", "code"),
    [(1, "day"), (2, "days_2_6"), (6, "days_2_6"), (7, "week"), (8, "month"), (31, "month"), (32, "more")],
)
def test_precision_follows_from_the_length_of_the_span(days, code):
    first = date(2020, 5, 1)
    assert precision(first, first + timedelta(days=days - 1)) == code


def test_an_open_span_has_unknown_precision():
    assert precision(None, date(2020, 5, 1)) == precision(date(2020, 5, 1), None) == Precision.UNKNOWN
