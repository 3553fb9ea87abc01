"""Rules about places, forces, operations and phases."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.operations.factories import ForceFactory, OperationFactory, PhaseFactory, PlaceFactory
from tests.rules import refuse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [PlaceFactory, ForceFactory, OperationFactory])
def test_nothing_is_part_of_itself(factory):
    record = factory()
    refuse(record, "It cannot be part of itself.", parent=record)


@pytest.mark.parametrize("factory", [PlaceFactory, ForceFactory, OperationFactory])
def test_nothing_is_part_of_itself_through_others(factory):
    top = factory()
    bottom = factory(parent=factory(parent=top))
    top.parent = bottom
    with pytest.raises(ValidationError, match="would be part of itself through"):
        top.clean()


def test_a_line_leads_from_the_nearest_to_the_widest():
    iraq = PlaceFactory(slug="iraq")
    kirkuk = PlaceFactory(slug="kirkuk", parent=iraq)
    assert [place.slug for place in PlaceFactory(slug="dibis", parent=kirkuk).line()] == ["dibis", "kirkuk", "iraq"]


def test_a_place_code_is_used_once():
    PlaceFactory(pcode="IQG13")
    refuse(PlaceFactory(), "Another place has this place code already.", pcode="IQG13")


@pytest.mark.parametrize("factory", [OperationFactory, PhaseFactory])
def test_an_end_before_the_start_is_refused(factory):
    record = factory(end_status="ended") if factory is OperationFactory else factory()
    days = {"starts_earliest_on": date(2020, 6, 2), "starts_latest_on": date(2020, 6, 2)}
    ends = {"ends_earliest_on": date(2020, 5, 1), "ends_latest_on": date(2020, 5, 2)}
    refuse(record, "It cannot end before it starts.", **days, **ends)


def test_an_operation_with_an_end_day_is_ended():
    sentence = "An operation with an end day has the end status “ended”."
    refuse(OperationFactory(), sentence, ends_latest_on=date(2020, 6, 2))


def test_an_operation_counts_each_phase_once():
    phase = PhaseFactory(ordinal=1)
    sentence = "The operation has a phase with this number already."
    refuse(PhaseFactory(operation=phase.operation, ordinal=2), sentence, ordinal=1)


def test_uids_are_numbered_by_the_database_and_never_used_again():
    first, second = OperationFactory(), OperationFactory()
    number = int(second.uid.removeprefix("OPN-"))
    assert number == int(first.uid.removeprefix("OPN-")) + 1
    second.delete()
    assert OperationFactory().uid == f"OPN-{number + 1:06}"
