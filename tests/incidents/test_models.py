"""Rules about incidents, casualties, claims and tolls: the curator reads the sentence, the database holds the line."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from incidents.choices import Basis, Coverage, LocationPrecision
from incidents.models import Claim
from operations.choices import Qualifier
from sources.paragraphs import GRAMMAR_IN_WORDS
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentFactory, TollCoverageFactory, TollFactory
from tests.operations.factories import OperationFactory, PhaseFactory
from tests.rules import refuse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"earliest_on": date(2021, 12, 8), "latest_on": date(2021, 12, 7)},
            "The latest day cannot come before the earliest day.",
        ),
        (
            {"earliest_on": date(25, 1, 1), "latest_on": date(25, 1, 1)},
            "A day must lie between 1900 and 2199. Check the year.",
        ),
        (
            {"location_precision": LocationPrecision.EXACT},
            "Name the place, or set the location precision to “unknown”.",
        ),
        (
            {"latitude": 35.0},
            "Give latitude (-90 to 90) and longitude (-180 to 180), or neither.",
        ),
        (
            {"latitude": 95.0, "longitude": 44.0},
            "Give latitude (-90 to 90) and longitude (-180 to 180), or neither.",
        ),
    ],
)
def test_an_incident_that_cannot_be_is_refused(values, sentence):
    refuse(IncidentFactory(), sentence, **values)


def test_an_incident_in_a_phase_does_not_name_the_operation_too():
    sentence = "Give the phase or the operation, not both: the phase gives the operation."
    refuse(IncidentFactory(), sentence, phase=PhaseFactory(), operation=OperationFactory())


@pytest.mark.parametrize(
    ("low", "best", "high"), [(3, 2, 4), (2, 5, 4), (5, None, 4)], ids=["best below low", "best above high", "crossed"]
)
def test_figures_that_do_not_rise_are_refused(low, best, high):
    sentence = "The figures must rise: lowest, then best, then highest."
    refuse(CasualtyFactory(), sentence, low=low, best=best, high=high)


def test_an_unstated_figure_is_not_zero():
    assert CasualtyFactory(low=None, best=None, high=None).best is None


def test_a_judgement_without_a_note_is_refused():
    refuse(
        CasualtyFactory(), "Say in the note why you decided so, or why nothing decides.", basis=Basis.CODER_JUDGEMENT
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"low": 5, "high": 4, "qualifier": Qualifier.RANGE}, "The highest number cannot be below the lowest."),
        ({"low": 5, "high": None}, "An exact figure has the same lowest and highest number."),
        ({"low": 5, "high": 6}, "An exact figure has the same lowest and highest number."),
        ({"used": False}, "Say why the estimate does not rest on this claim."),
        ({"locator": "p. 9"}, GRAMMAR_IN_WORDS),
        ({"toll": None, "casualty": None}, "A claim speaks of one casualty or of one toll."),
    ],
)
def test_a_claim_that_cannot_be_is_refused(values, sentence):
    refuse(ClaimFactory(casualty=CasualtyFactory(), toll=None, low=2, high=2), sentence, **values)


def test_a_claim_speaks_of_one_thing():
    claim = ClaimFactory(casualty=CasualtyFactory(), toll=None, low=2, high=2)
    refuse(claim, "A claim speaks of one casualty or of one toll.", toll=TollFactory())


def test_a_claim_replaces_only_one_about_the_same_casualty():
    older = ClaimFactory(casualty=CasualtyFactory(), toll=None)
    newer = Claim(casualty=CasualtyFactory(), supersedes=older)
    with pytest.raises(ValidationError, match="only replace one about the same casualty or toll"):
        newer.clean()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"usable": False}, "Say why the toll cannot be used."),
        (
            {"adopted": True},
            "Only a usable toll with a period and a best figure can be adopted.",
        ),
    ],
)
def test_a_toll_that_cannot_be_is_refused(values, sentence):
    refuse(TollFactory(), sentence, **values)


def test_an_excluded_incident_needs_a_reason():
    refuse(TollCoverageFactory(), "Say why the toll does not count the incident.", relation=Coverage.EXCLUDED)
