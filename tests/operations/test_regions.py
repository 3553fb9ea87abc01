"""Regions that cut across the tree of places, and what lies in their members."""

from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from incidents.stats.answer import answer
from operations.models import RegionMember
from publication.models import Revision
from publication.publish import publish, reproject
from records.rules import RulesBroken
from tests.incidents.factories import TollFactory
from tests.operations.factories import PlaceFactory, RegionMemberFactory
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish


@pytest.fixture
def region(theatre):
    """A region of the theatre without a member."""
    region = PlaceFactory(slug="belt", name="The belt", kind="region", parent=theatre.iraq)
    approve_and_publish(region)
    return region


@pytest.fixture
def found(get):
    """Return what a list finds in the belt."""
    return lambda kind, **asked: [
        row.get("uid") or row["slug"] for row in get(f"{kind}/", place="belt", **asked)["results"]
    ]


def join(region, *places, **passage):
    """Make places members of a region, and publish it."""
    for place in places:
        RegionMemberFactory(region=region, place=place, **passage)
    return approve_and_publish(region)


def test_a_region_finds_what_lies_in_its_members_in_every_list(theatre, region, found):
    toll = TollFactory(low=1, best=1, high=1)
    toll.places.add(theatre.dibis)
    theatre.phase.places.add(theatre.dibis)
    approve_and_publish(theatre.operation, toll)
    assert (found("incidents"), found("places")) == ([], ["belt"])
    join(region, theatre.kirkuk)
    assert found("incidents") == [theatre.incident.uid]
    assert found("casualties") == [theatre.casualty.uid]
    assert found("operations") == [theatre.operation.uid]
    assert found("phases") == [theatre.phase.uid]
    assert found("tolls") == [toll.uid]
    assert found("places") == ["belt", "dibis", "kirkuk"]


def test_members_of_members_count(theatre, region, found):
    inner = PlaceFactory(slug="inner", kind="region", parent=theatre.iraq)
    approve_and_publish(inner)
    join(inner, theatre.dibis, region)
    join(region, inner)
    assert found("incidents") == [theatre.incident.uid]


def test_a_past_state_has_the_members_of_then(theatre, region, found):
    (revision,) = join(region, theatre.kirkuk)
    region.members.all().delete()
    approve_and_publish(region)
    assert found("incidents") == []
    assert found("incidents", as_of=revision.seq) == [theatre.incident.uid]
    assert found("incidents", as_of=revision.seq - 1) == []


def test_other_records_are_not_written_again_when_the_list_changes(theatre, region):
    join(region, theatre.kirkuk)
    head = Revision.objects.head()
    assert reproject(Revision.objects.filter(uid="belt")) == 0
    assert Revision.objects.head() == head


def test_sums_and_their_tolls_take_the_members_in(theatre, region, get):
    toll = TollFactory(low=9, best=9, high=9, adopted=True, earliest_on="2022-01-01", latest_on="2022-01-31")
    toll.places.add(theatre.dibis)
    approve_and_publish(toll)
    asked = {"place": "belt", "measure": "killed", "basis": "reconciled"}
    assert get("stats/", **asked)["results"][0]["value"] is None
    join(region, theatre.kirkuk)
    (row,) = get("stats/", **asked)["results"]
    assert (row["value"], row["n_incidents"], row["residual"]) == (13, 1, 9)


def test_files_take_the_members_in(theatre, region, client, tmp_path):
    join(region, theatre.kirkuk)
    lines = client.get("/api/v1/incidents/?place=belt&format=csv").getvalue().decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [theatre.incident.uid]
    call_command("export", layout="ucdp-ged", output=tmp_path / "belt.csv", filter=["place=belt"])
    assert len((tmp_path / "belt.csv").read_text().splitlines()) == 2


def test_the_document_lists_the_members_with_their_passage(theatre, region, get):
    join(region, theatre.kirkuk, article=theatre.article, locator="¶4")
    (member,) = get("places/belt/")["members"]
    assert (member["place"], member["article"], member["locator"]) == ("kirkuk", theatre.article.uid, "¶4")
    assert get("places/", article=theatre.article.uid)["results"][0]["slug"] == "belt"


def test_the_disputed_territories_of_the_demo_find_the_attacks_in_them(articles, get):
    asked = {"place": "disputed-territories", "fields": "uid", "violent": "true"}
    assert [row["uid"] for row in get("incidents/", **asked)["results"]] == [
        "INC-000002", "INC-000003", "INC-000001", "INC-000007",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_region_does_not_lie_in_itself():
    place = PlaceFactory()
    with pytest.raises(ValidationError, match=r"A region does not lie in itself: choose another place."):
        RegionMember(region=place, place=place).full_clean()


def test_a_region_around_which_its_member_lies_is_not_published(theatre, region):
    join(region)
    RegionMemberFactory(region=region, place=theatre.iraq)
    region.refresh_from_db()
    with pytest.raises(RulesBroken, match="lies in its member Iraq"):
        publish([region])


@pytest.mark.django_db
def test_a_passage_may_be_cited():
    with pytest.raises(ValidationError, match=r"Name the article and the passage, or neither."):
        RegionMember(region=PlaceFactory(), place=PlaceFactory(), article=ArticleFactory()).full_clean()


def test_sums_ask_for_the_members_of_one_state_of_the_log_while_others_publish(theatre, region, get):
    (revision,) = join(region, theatre.kirkuk)

    def publish_meanwhile(*asked):
        if region.members.exists():
            region.members.all().delete()
            approve_and_publish(region)
        return answer(*asked)

    with patch("incidents.stats.views.answer", publish_meanwhile):
        found = get("stats/", place="belt")
    assert (found["seq"], found["results"][0]["value"]) == (revision.seq, 1)
