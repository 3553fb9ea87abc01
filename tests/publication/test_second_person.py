"""Random histories of editing, submitting and approving by three people."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from publication import review
from records.choices import State
from tests.incidents.factories import CasualtyFactory, ClaimFactory
from tests.people import edit, reviewer
from tests.theatre import approve_and_publish

#: What a person may do with a record: edit it, one of its parts, or take a step of its review.
ACTS = ["edit", "edit a part", "submit", "send back", "approve"]


class SecondPerson(TestCase):
    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(ACTS)), min_size=3, max_size=14))
    def test_nobody_approves_a_version_with_changes_of_their_own(self, acts):
        people = [reviewer(name) for name in ("ann", "bob", "carol")]
        casualty = CasualtyFactory(low=3, best=3, high=3)
        claim, incident = ClaimFactory(casualty=casualty, low=3, high=3), casualty.incident
        approve_and_publish(claim.article, incident)
        changed = set()
        for number, (who, act) in enumerate(acts):
            person = people[who]
            incident.refresh_from_db()
            before = incident.state
            if act == "edit":
                edit(incident, by=person, title=f"Title {number}")
                changed.add(who)
            elif act == "edit a part":
                edit(casualty, by=person, note=f"Note {number}")
                changed.add(who)
            elif act == "approve" and before == State.IN_REVIEW:
                if who in changed:
                    with pytest.raises(ValidationError, match="somebody else has to approve it"):
                        review.approve(incident, by=person)
                else:
                    review.approve(incident, by=person)
                    changed = set()
            elif act == "submit" and before in {State.DRAFT, State.RETURNED, State.CHANGED}:
                review.submit(incident, by=person)
            elif act == "send back" and before == State.IN_REVIEW:
                review.send_back(incident, by=person, comment="Why?")
            incident.refresh_from_db()
            if act.startswith("edit"):
                assert incident.state in {State.DRAFT, State.CHANGED, State.RETURNED}
