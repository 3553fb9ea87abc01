"""One question: what the API, sums, exports and pages ask of the log is read in one place."""

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from publication.documents import KINDS
from publication.positions import position_at
from reading.query import LISTINGS, Question

pytestmark = pytest.mark.django_db


def titles(question):
    return list(question.ordered.values_list("title", flat=True))


def test_every_kind_has_a_listing():
    assert set(LISTINGS) == set(KINDS)


def test_a_question_gives_revisions_in_the_order_that_is_asked_for(theatre):
    assert titles(Question("place", {"order": "-uid"})) == ["Kirkuk", "Iraq", "Diyala", "Dibis"]
    assert titles(Question("incident", {"force": "isis"})) == ["Attack on a post at Dibis"]


def test_a_question_of_the_past_is_answered_as_of_then(theatre):
    question = Question("force", {"as_of": "2"})
    assert (question.moment, titles(question)) == (2, ["8th Infantry Division"])


def test_all_errors_come_at_once(theatre):
    parameters = QueryDict("place=nowhere&as_of=99&order=colour&limit=0&plcae=x&force=isis&force=pmf&date_to=")
    question = Question("incident", parameters)
    assert question.errors == {
        "plcae": ["There is no such parameter."],
        "force": ["Give it once; separate several values with commas."],
        "date_to": ["Give it a value, or leave it out."],
        "as_of": ["The log has no such seq yet: the newest is 16."],
        "order": ["Order by one of: date, killed, published, uid; with “-” in front for the reverse."],
        "limit": ["Give a whole number from 1 to 1000."],
        "place": ["There is no place “nowhere”."],
    }
    with pytest.raises(ValidationError):
        question.refuse_errors()


def test_filters_apply_to_other_revisions_without_being_checked_again(theatre, django_assert_num_queries):
    question = Question("incident", {"place": "kirkuk"})
    with django_assert_num_queries(1):
        assert [each.uid for each in question.apply(question.seen("casualty"))] == [theatre.casualty.uid]


def test_a_question_links_to_the_address_that_always_shows_its_answer(theatre):
    here = position_at()
    links = Question("force", {}).links("http://testserver/api/v1/forces/?cursor=x", here)
    assert links == {"cite-as": f"http://testserver/api/v1/forces/?as_of=16&chain={here.short}"}
