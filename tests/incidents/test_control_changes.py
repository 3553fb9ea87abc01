"""A change of control, which links to who held the place before and after it."""

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident
from publication.merge import merge
from publication.publish import publish
from records.rules import RulesBroken, check_rules
from tests.admin_forms import account, save
from tests.incidents.factories import IncidentFactory
from tests.operations.factories import ForceFactory, PlaceControlFactory, PlaceFactory
from tests.people import reviewer
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish


@pytest.fixture
def town(db):
    """A town that one force left and another one holds, as one article says."""
    return PlaceFactory(slug="town", name="Town")


def held(place, aspect="controls", force=None, article=None, **values):
    """Return a row that says that a force of its own held the place."""
    force = force or ForceFactory()
    return PlaceControlFactory(
        place=place, force=force, no_force="", aspect=aspect, article=article or ArticleFactory(), **values
    )


def handed_over(before, after, **values):
    return IncidentFactory(kind="transfer", when="2017-10-16", control_before=before, control_after=after, **values)


def test_readers_see_who_held_the_place_before_and_after(town, get):
    before, after = held(town, ends="2017-10"), held(town, starts="2017-10-16")
    incident = handed_over(before, after, place=town, location_precision="settlement")
    approve_and_publish(before.article, after.article, before.force, after.force, town, incident)
    control = get(f"incidents/{incident.uid}/")["control"]
    assert control["before"] == {
        "uid": before.uid, "place": "town", "aspect": "controls",
        "force": {"slug": before.force.slug, "name": before.force.name}, "no_force": "",
    }  # fmt: skip
    assert control["after"]["uid"] == after.uid
    assert [row["uid"] for row in get("places/town/")["control"]] == [before.uid, after.uid]


@pytest.mark.django_db
def test_other_kinds_change_no_control(town):
    with pytest.raises(ValidationError, match="Only a change of control"):
        Incident(title="Clash", kind="armed_clash", control_before=held(town)).full_clean()


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"aspect": "claims"}, {}, "which is a claim"),
        ({}, {"aspect": "administers"}, "not about the same control"),
        ({"place": "elsewhere"}, {}, "not about the same control"),
        ({"force": "same"}, {"force": "same"}, "name the same holder"),
    ],
)
def test_what_does_not_follow_on_each_other_is_not_published(town, before, after, sentence):
    of = {"elsewhere": PlaceFactory(), "same": ForceFactory()}
    rows = [
        held(**{"place": town} | {name: of.get(value, value) for name, value in row.items()}) for row in (before, after)
    ]
    incident = handed_over(*rows)
    with pytest.raises(RulesBroken, match=sentence):
        publish([incident])


def test_days_that_exclude_each_other_are_shown(town):
    incident = handed_over(held(town, ends="2017-09"), held(town, starts="2017-10"))
    (finding,) = [each for each in check_rules([incident]) if each.rule.code == "control_changes_on_the_day"]
    assert finding.sentence == f"{incident.uid} is dated 2017-10-16, and {incident.control_before.uid} ended 2017-09"


def test_a_merge_of_places_moves_the_links_to_the_row_that_stays(town):
    passage = {"article": ArticleFactory(), "force": ForceFactory()}
    twin, row = held(PlaceFactory(), **passage), held(town, **passage)
    incident = handed_over(twin, None)
    merge(twin.place, town, by=reviewer("bob"), comment="one town")
    incident.refresh_from_db()
    assert (incident.control_before, list(town.control.all())) == (row, [row])


def test_a_curator_links_them_in_the_form(client, town):
    client.force_login(account("curator"))
    incident, before = IncidentFactory(kind="transfer"), held(town)
    save(client, incident, control_before=before.pk)
    incident.refresh_from_db()
    assert incident.control_before == before


def test_the_demo_says_who_lost_the_disputed_territories(articles, get):
    before = get("incidents/INC-000007/")["control"]["before"]
    assert (before["place"], before["force"]["slug"], before["aspect"]) == ("disputed-territories", "krg", "controls")
