"""Conflicts: who was on which side and when, from the sheet to readers."""

import pytest
from django.core.exceptions import ValidationError

from operations.models import SideMember
from publication.publish import publish
from records.rules import check_rules
from tests.admin_forms import account, address, rows, save
from tests.operations.factories import (
    ConflictCodeFactory,
    ConflictFactory,
    ConflictNameFactory,
    ForceFactory,
    SideFactory,
    SideMemberFactory,
)
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def war():
    """A published conflict of the army, an article says so, against a group that joined later."""
    conflict = ConflictFactory(slug="war", name="War in the hills", about="Who holds the hills.", when="2014/..")
    ConflictNameFactory(conflict=conflict, name="Hill war")
    ConflictCodeFactory(conflict=conflict, code="259", verified=True)
    conflict.army, conflict.group = ForceFactory(slug="army", name="Army"), ForceFactory(slug="group", name="Group")
    conflict.article = ArticleFactory()
    one, other = (SideFactory(conflict=conflict, slug=slug, name=slug.title()) for slug in ("holders", "attackers"))
    SideMemberFactory(side=one, force=conflict.army, article=conflict.article, locator="¶2")
    SideMemberFactory(side=other, force=conflict.group, period="2016/..")
    approve_and_publish(conflict.article, conflict.army, conflict.group, conflict)
    return conflict


def test_readers_see_the_sides_with_their_forces_and_the_passages(war, get):
    found = get("conflicts/war/")
    assert (found["name"], found["about"], found["when"]["edtf"]) == (
        "War in the hills", "Who holds the hills.", "2014-01-01/..",
    )  # fmt: skip
    assert found["names"] == [{"name": "Hill war", "language": "en"}]
    assert found["codes"] == [{"scheme": "ucdp_conflict", "code": "259", "verified": True}]
    attackers, holders = found["sides"]
    assert holders["members"][0]["force"] == {"slug": "army", "name": "Army"}
    assert holders["members"][0]["locator"] == "¶2"
    assert (attackers["members"][0]["period"]["edtf"], attackers["members"][0]["article"]) == ("2016-01-01/..", None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"force": "army"}, ["war"]),
        ({"q": "hill war"}, ["war"]),
        ({"date_to": "2013-12-31"}, []),
        ({"date_from": "2020-01-01"}, ["war"]),
    ],
)
def test_conflicts_are_found_by_force_name_and_day(war, get, asked, found):
    assert [each["slug"] for each in get("conflicts/", **asked)["results"]] == found


def test_a_passage_is_named_whole_or_not_at_all(war):
    with pytest.raises(ValidationError, match="Name the article and the passage, or neither"):
        SideMember(side=war.sides.first(), force=ForceFactory(), article=war.article).full_clean()


def test_a_force_that_joins_twice_has_two_rows_and_no_day_in_both(war):
    side = war.sides.get(slug="holders")
    SideMemberFactory(side=side, force=war.group, period="../2014-06-30")
    assert check_rules([war]) == []
    SideMemberFactory(side=side, force=war.group, period="2015/2016-01-01")
    (found,) = check_rules([war])
    assert found.rule.code == "force_on_one_side_of_a_conflict"
    assert found.sentence == "Group is twice in war on some days: Attackers, Holders"


def test_a_conflict_with_a_force_on_two_sides_is_not_published(war):
    SideMemberFactory(side=war.sides.get(slug="attackers"), force=war.army)
    with pytest.raises(ValidationError, match="Army is twice in war on some days"):
        publish([war])


def test_a_curator_enters_sides_on_the_page_of_the_conflict_and_forces_on_that_of_the_side(client):
    client.force_login(account("curator"))
    conflict, force = ConflictFactory(slug="feud"), ForceFactory()
    save(client, conflict, when="2020/2021-06-30", **rows("sides", {"slug": "ours", "name": "Ours"}))
    side = conflict.sides.get()
    save(
        client, side, **rows("members", {"force": force.pk, "period": "2021", "stance": "supports", "credibility": "6"})
    )
    assert (side.members.get().force, side.members.get().period) == (force, "2021")
    conflict.refresh_from_db()
    assert conflict.when == "2020-01-01/2021-06-30"
    assert client.get(address(type(side), "changelist")).status_code == 200
