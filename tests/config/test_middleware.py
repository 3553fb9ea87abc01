"""What holds for every answer of the API, against a real database and a real server."""

import gzip
import http.client
import json
import os
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from csp.decorators import csp_exempt
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from config import urls
from config.middleware import ADDRESS_MAX
from publication.codebook import CODEBOOK_VERSION
from publication.models import NameForm, Revision
from publication.positions import position_at
from publication.releases.building import build_release, folder_of
from reading.formats import Rows
from reading.routing import ALIAS, for_reader
from tests.operations.factories import ForceFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

CHUNKS = 200
taken = []


def time_limit(request=None):
    """Answer how long the database may work at one query just now."""
    with connections[Revision.objects.db].cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return HttpResponse(cursor.fetchone()[0])


def streamed(request):
    """Answer with chunks that no compression makes shorter, noting each as it is taken."""
    taken.clear()
    return StreamingHttpResponse(taken.append(number) or os.urandom(10_000) for number in range(CHUNKS))


def broken(request):
    raise RuntimeError("It broke.")


@csp_exempt()
def elsewhere(request):
    return HttpResponse("<!doctype html><title>Another site</title>")


urlpatterns = [
    path("elsewhere/", elsewhere),
    path("admin/limit/", time_limit),
    path("api/limit/", time_limit),
    path("api/broken/", broken),
    path("broken/", broken),
    path("api/streamed/", streamed),
    *urls.urlpatterns,
]
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def site(settings):
    """The site with a few more addresses, and errors answered as in earnest."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.fixture
def forces(transactional_db):
    """Enough published forces for an answer that is worth compressing."""
    approve_and_publish(*(ForceFactory() for _ in range(5)))


@pytest.fixture
def ask(live_server):
    """Ask the real server for an address; return the answer, read."""

    def ask(address, method="GET", **headers):
        server = http.client.HTTPConnection(urlsplit(live_server.url).netloc)
        server.request(method, address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = server.getresponse()
        answer.body = answer.read()
        server.close()
        return answer

    return ask


# Any site may read the API


def test_a_browser_is_told_beforehand_what_it_may_ask(site):
    answer = site.options(
        "/api/v1/incidents/",
        headers={
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "*"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/incidents/", 200),
        ("/api/v1/incidents/?nope=1", 400),
        ("/api/v1/incidents/INC-999999/", 404),
        ("/api/v1/nowhere/", 404),
        ("/api/v1/releases/2026.1/nothing.csv", 404),
        ("/api/v1/schema/", 200),
        ("/api/broken/", 500),
        ("/api/v1/incidents/?q=" + "x" * ADDRESS_MAX, 414),
    ],
)
def test_scripts_of_every_site_may_read_answers_and_errors(site, address, status):
    answer = site.get(address)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, "*")
    exposed = answer["Access-Control-Expose-Headers"].split(", ")
    assert {"Content-Disposition", "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed)
    assert {"X-Data-Seq", "X-Data-Chain", "X-Data-Log", "X-Data-Epoch"} <= set(exposed)


def test_a_script_of_another_site_reads_seq_and_citation(forces, site, live_server, page):
    page.goto(f"{live_server.url.replace('localhost', '127.0.0.1')}/elsewhere/")
    read = """async (address) => {
        const answer = await fetch(address, {headers: {"If-None-Match": '"old"'}});
        const said = ["X-Data-Seq", "X-Data-Chain", "X-Data-Log", "X-Data-Epoch", "Link"];
        return [answer.status, ...said.map(name => answer.headers.get(name))];
    }"""
    address = f"{live_server.url}/api/v1/forces/"
    here = position_at()
    link = f'<{address}?as_of=5&chain={here.short}>; rel="cite-as"'
    assert page.evaluate(read, address) == [200, "5", here.chain, here.log, "1", link]


def test_other_pages_are_not_opened_to_other_sites(site):
    assert "Access-Control-Allow-Origin" not in site.get("/")


# Errors


def test_an_error_of_the_server_is_a_problem_below_the_api_and_a_page_elsewhere(site, caplog):
    answer = site.get("/api/broken/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong here, and nothing is known to be wrong with your question.",
    }
    page = site.get("/broken/")
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "It broke." in caplog.text


def test_an_address_too_long_to_be_meant_is_a_problem_before_the_web_server_refuses_it(site):
    begin = "/api/v1/incidents/?place="
    longest = begin + "x" * (ADDRESS_MAX - len(begin))
    assert site.get(longest).status_code == 400
    answer = site.get(longest + "x")
    assert (answer.status_code, answer["Content-Type"]) == (414, "application/problem+json")
    assert answer.json()["detail"] == "The address is longer than 4000 characters. Ask for less at a time."


# A query may take its time, but not all of it

apart = pytest.mark.django_db(transaction=True, databases=["default", ALIAS])


@apart
def test_a_query_that_takes_too_long_is_stopped_and_the_reader_told_what_to_narrow(
    forces, readers_database, client, settings, monkeypatch
):
    settings.HAMRIN_QUERY_SECONDS = 0.2
    monkeypatch.setitem(readers_database.settings_dict["OPTIONS"], "options", "-c statement_timeout=200")
    readers_database.close()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE publication_revision IN ACCESS EXCLUSIVE MODE")
        answer = client.get("/api/v1/forces/")
    finally:
        other.rollback()
        other.close()
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["detail"] == (
        "The query was stopped after 0.2 seconds. Narrow it by days, a place or a force, leave out count=exact, "
        "or take a release, which holds everything."
    )
    assert client.get("/api/v1/forces/").status_code == 200


@apart
def test_the_limit_holds_for_readers_and_not_for_curators(readers_database, site):
    for _ in range(2):
        assert site.get("/api/limit/").content == b"15s"
        assert site.get("/admin/limit/").content == b"0"


@apart
def test_a_session_keeps_its_limit_so_that_the_next_answer_need_not_set_it(readers_database, site):
    site.get("/api/limit/")
    with CaptureQueriesContext(readers_database) as queries:
        assert site.get("/api/limit/").content == b"15s"
    assert [query["sql"] for query in queries] == ["SHOW statement_timeout"]


@apart
def test_a_transaction_that_is_undone_leaves_the_limit(readers_database, site):
    readers_database.close()
    with transaction.atomic(ALIAS):
        site.get("/api/limit/")
        transaction.set_rollback(True, ALIAS)
    assert time_limit().content == b"0"
    assert site.get("/api/limit/").content == b"15s"


@apart
def test_a_stream_may_take_its_time_once_it_has_begun(forces, readers_database, site):
    assert site.get("/api/limit/").content == b"15s"
    with for_reader(), closing(Rows(Revision.objects.served(), None)) as rows:
        assert time_limit().content == b"15s"
        each = iter(rows)
        assert next(each) != next(each)
        assert time_limit().content == b"0"
    with for_reader():
        assert time_limit().content == b"15s"


@apart
def test_what_answers_readers_writes_nothing_even_if_it_tries(forces, readers_database):
    with for_reader(), pytest.raises(DatabaseError, match="read-only transaction"):
        NameForm.objects.create(form="written by a reader")


def test_an_answer_without_a_query_sets_no_limit(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


# Compression


def test_an_answer_is_compressed_and_known_again(forces, ask):
    plain, packed = ask("/api/v1/forces/"), ask("/api/v1/forces/", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))
    for first in (plain, packed):
        again = ask("/api/v1/forces/", If_None_Match=first.headers["ETag"], Accept_Encoding="gzip")
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_the_codebook_is_compressed_and_known_again(transactional_db, ask):
    packed = ask("/api/v1/codebook/", Accept_Encoding="gzip")
    assert json.loads(gzip.decompress(packed.body))["version"] == CODEBOOK_VERSION
    assert ask("/api/v1/codebook/", If_None_Match=packed.headers["ETag"]).status == 304


def test_a_stream_stays_a_stream_when_it_is_compressed(site):
    answer = site.get("/api/streamed/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    packed = iter(answer.streaming_content)
    next(packed), next(packed)
    assert len(taken) < 10
    assert len(list(packed)) > CHUNKS / 10


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-999"}])
def test_a_file_of_a_release_is_sent_as_its_checksum_says(forces, ask, settings, tmp_path, headers):
    settings.HAMRIN_DATA = tmp_path
    path = "csv/forces.csv"
    content = (folder_of(build_release("2026.1")) / path).read_bytes()
    answer = ask(f"/api/v1/releases/2026.1/{path}", Accept_Encoding="gzip", **headers)
    assert answer.headers["Content-Encoding"] is None
    assert answer.body == (content[:1000] if headers else content)
    assert answer.headers["ETag"].startswith('"')
