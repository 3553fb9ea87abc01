"""Where the data stand, how they are cited, and the headers that lead on."""

import re

import pytest
from django.utils import timezone

from config.api import ADDRESSES, urlpatterns
from publication.codebook import CODEBOOK_VERSION
from publication.models import Revision
from publication.positions import position_at
from publication.releases.building import build_release, withdraw_release
from tests.operations.factories import ForceFactory
from tests.publication.factories import TheatreFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(settings, tmp_path):
    """A data folder of the test's own, for releases."""
    settings.HAMRIN_DATA = tmp_path


def link(response, relation):
    """Return the target of a relation in an answer's Link header; None if it has none."""
    found = re.findall(r'<([^>]+)>; rel="([^"]+)"', response.get("Link", ""))
    return {rel: target for target, rel in found}.get(relation)


def test_meta_says_how_much_there_is_and_how_far_it_reaches(theatre, get):
    meta = get("meta/")
    assert meta["counts"] == {
        "article": 1, "place": 4, "force": 5, "operation": 1, "phase": 1, "incident": 2, "casualty": 1, "toll": 1,
        "theatre": 0, "conflict": 0,
    }  # fmt: skip
    # The fires have no first day, so they add none.
    assert meta["coverage"] == {"earliest": "2021-12-07", "latest": "2021-12-07"}
    assert meta["coded_through"] == get("articles/")["results"][0]["published"]["latest"]
    newest = Revision.objects.latest("seq")
    assert (meta["seq"], meta["published_at"]) == (16, newest.published_at.isoformat().replace("+00:00", "Z"))
    assert (meta["codebook"], meta["release"]) == (CODEBOOK_VERSION, None)


def test_meta_of_an_empty_log_says_that_there_is_nothing(get):
    meta = get("meta/")
    assert (meta["seq"], meta["published_at"], set(meta["counts"].values())) == (0, None, {0})
    assert (meta["coverage"], meta["coded_through"]) == ({"earliest": None, "latest": None}, None)


def test_meta_follows_a_publication(theatre, get):
    assert get("meta/")["counts"]["force"] == 5
    approve_and_publish(ForceFactory())
    assert get("meta/")["counts"]["force"] == 6


def test_meta_names_the_newest_release_that_was_not_withdrawn(theatre, data, client, get):
    empty = client.get("/api/v1/meta/")["ETag"]
    build_release("2026.1")
    assert client.get("/api/v1/meta/", headers={"If-None-Match": empty}).status_code == 200
    build_release("2026.2")
    release = get("meta/")["release"]
    assert (release["version"], release["seq"]) == ("2026.2", 16)
    assert client.get(release["url"]).json()["version"] == "2026.2"
    withdraw_release("2026.2", "Wrong.")
    assert get("meta/")["release"]["version"] == "2026.1"


def test_the_log_is_cited_with_the_day_and_the_seq(theatre, get):
    site = TheatreFactory(publisher="The contributors", licence="CC0-1.0", citation_note="Cite the reports, too.")
    approve_and_publish(site)
    today = timezone.now().date()
    citation = get("meta/")["citation"]
    assert citation["text"] == (
        f"The contributors ({today.year}). Events here [data set]. Accessed {today}, data sequence 17, chain "
        f"{position_at().short}, epoch 1 of log {position_at().log}. CC0-1.0. Cite the reports, too."
    )
    there = position_at(16)
    query = citation["query"].format(seq=16, chain=there.short, url="http://testserver/api/v1/incidents/?as_of=16")
    assert f"data {there.words}, query http://testserver/api/v1/incidents/?as_of=16. CC" in query


def test_a_site_without_a_published_theatre_speaks_in_neutral_words(theatre, get):
    TheatreFactory(name="Not yet reviewed", licence="CC0-1.0")
    meta = get("meta/")
    assert (meta["theatre"]["name"], meta["theatre"]["licence"], meta["theatre"]["box"]) == ("Hamrin", None, None)
    assert meta["citation"]["text"].startswith("Hamrin (")


def test_meta_says_what_the_theatre_was_at_a_past_moment(theatre, client, get):
    site = TheatreFactory(name="First", licence="CC0-1.0", countries=["NO"])
    approve_and_publish(site)
    before = client.get("/api/v1/meta/")["ETag"]
    site.name, site.licence = "Second", ""
    site.save()
    approve_and_publish(site)
    assert client.get("/api/v1/meta/", headers={"If-None-Match": before}).status_code == 200
    told = [get("meta/", as_of=seq)["theatre"] for seq in (16, 17, 18)]
    assert [each["name"] for each in told] == ["Hamrin", "First", "Second"]
    assert [each["licence"] for each in told] == [None, {"name": "CC0-1.0", "path": ""}, None]
    assert get("meta/", as_of=17)["seq"] == 17
    assert "immutable" not in client.get("/api/v1/meta/?as_of=17")["Cache-Control"]


def test_every_link_of_meta_and_of_the_root_leads_somewhere(theatre, client, get):
    root = get("")
    assert list(root) == list(ADDRESSES)
    for address in {*root.values(), *get("meta/")["links"].values()}:
        assert client.get(address).status_code == 200, address


def test_the_root_lists_every_address_that_needs_no_name_of_a_record():
    names = {pattern.name for pattern in urlpatterns if not pattern.pattern.regex.groupindex}
    assert names - {"api-root"} == set(ADDRESSES.values())


@pytest.mark.parametrize(
    "address",
    [
        "incidents/?force=isis&order=date",
        "forces/?limit=2",
        "incidents/{uid}/",
        "places/dibis/?fields=name",
    ],
)
def test_the_cited_address_shows_the_same_after_the_log_has_moved_on(theatre, client, address):
    before = client.get(f"/api/v1/{address.format(uid=theatre.incident.uid)}")
    cited = link(before, "cite-as")
    theatre.incident.title = theatre.dibis.name = "Another"
    theatre.incident.save()
    theatre.dibis.save()
    approve_and_publish(theatre.dibis, theatre.incident, ForceFactory(slug="a"))
    after = client.get(cited)
    names = ("results", "seq") if "results" in before.json() else before.json()
    assert [after.json()[name] for name in names] == [before.json()[name] for name in names]
    assert link(after, "cite-as") == cited
    assert "immutable" in after["Cache-Control"]


def test_every_page_of_a_query_is_cited_by_its_first(theatre, client):
    first = client.get("/api/v1/forces/?limit=2")
    second = client.get(link(first, "next"))
    assert (
        link(second, "cite-as")
        == link(first, "cite-as")
        == (f"http://testserver/api/v1/forces/?as_of=16&chain={position_at().short}&limit=2")
    )


def test_a_release_is_cited_by_its_seq(theatre, data, client):
    build_release("2026.1")
    approve_and_publish(ForceFactory())
    response = client.get("/api/v1/places/dibis/?release=2026.1")
    assert link(response, "cite-as") == f"http://testserver/api/v1/places/dibis/?as_of=16&chain={position_at(16).short}"


def test_the_links_of_a_page_are_those_in_its_body(theatre, client):
    page = client.get("/api/v1/forces/?limit=2")
    while page.json()["next"]:
        page = client.get(page.json()["next"])
        assert (link(page, "next"), link(page, "prev")) == (page.json()["next"], page.json()["previous"])
    feed = client.get("/api/v1/changes/?since=0&limit=5")
    assert link(feed, "next") == feed.json()["next"]
    assert "Link" not in client.get("/api/v1/changes/?since=16")


def test_what_is_not_served_is_not_cited(theatre, client):
    assert "Link" not in client.get("/api/v1/incidents/INC-999999/")
    assert "Link" not in client.get("/api/v1/incidents/?nope=1")
