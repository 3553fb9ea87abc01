"""Kept answers: the same bytes as fresh ones, never older than the log, counted, and bounded in memory."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from django.core.cache import cache
from django.core.servers.basehttp import get_internal_wsgi_application
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connection, transaction
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory
from django.utils import timezone

from config.rates import read_rates
from publication import log
from publication.choices import Reason
from publication.models import Revision
from publication.publish import withdraw
from publication.releases.building import build_release, withdraw_release
from reading import answers
from reading.answers import OVERHEAD, KeptAnswer, KeptAnswers, Store
from tests.incidents.factories import IncidentFactory
from tests.operations.factories import ForceFactory, ForceNameFactory
from tests.theatre import approve_and_publish, published_theatre

pytestmark = pytest.mark.django_db

LIST = "/api/v1/incidents/"
#: Addresses of every kind whose answers are kept.
KEPT = [
    "/",
    LIST,
    f"{LIST}?limit=1&count=exact&order=killed",
    f"{LIST}?place=kirkuk&fields=uid,title",
    f"{LIST}?q=dibis",
    f"{LIST}?as_of=10",
    f"{LIST}?as_of=16",
    "/api/v1/casualties/",
    "/api/v1/places/dibis/",
    "/api/v1/places/dibis/?as_of=9",
    "/api/v1/places/dibis/history/",
    "/api/v1/changes/?since=3&limit=5",
    "/api/v1/stats/?measure=killed&by=month",
    "/api/v1/stats/?measure=killed&by=month&format=csv",
    "/api/v1/codelists/",
    "/api/v1/codelists/?format=csv",
    "/api/v1/codebook/",
    "/api/v1/meta/",
    "/api/v1/releases/",
]
#: Addresses whose answers are made each time.
NOT_KEPT = [
    f"{LIST}?format=csv",
    f"{LIST}?format=jsonl",
    f"{LIST}?format=geojson",
    f"{LIST}?format=parquet",
    f"{LIST}?as_of=2100-01-01",
    f"{LIST}?as_of=NOW",
    f"{LIST}?nope=1",
    f"{LIST}INC-999999/",
    "/api/v1/nowhere/",
    "/api/v1/schema/",
    "/healthz",
    "/admin/",
]
HEADERS = [
    {},
    {"HTTP_ACCEPT": "text/csv;q=0.5, application/json", "HTTP_ACCEPT_LANGUAGE": "ar"},
    {"HTTP_ACCEPT_ENCODING": "br, gzip"},
    {"HTTP_ORIGIN": "https://reader.example", "HTTP_COOKIE": "a=b"},
]


class Said(NamedTuple):
    """What a WSGI server gets: the status, the headers in any order, and the body."""

    status: str
    headers: dict[str, str]
    body: bytes


def ask(application, address, method="GET", **environ):
    """Ask a WSGI application as a server does."""
    heard = []
    request = RequestFactory().generic(method, address, **{"HTTP_HOST": "localhost"} | environ)
    pieces = application(request.environ, lambda *arguments: heard.append(arguments))
    body = b"".join(pieces)
    getattr(pieces, "close", lambda: None)()
    [(status, headers)] = heard
    return Said(status, dict(headers), body)


class Site(KeptAnswers):
    """The site with a store of its own: it notes each request that Django has to answer."""

    def __init__(self, megabytes=1):
        self.django, self.asked = get_wsgi_application(), []
        super().__init__(self.answer, megabytes)

    def answer(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return self.django(environ, start_response)

    def get(self, address, **environ):
        return ask(self, address, **environ)

    def fresh(self, address, **environ):
        return ask(self.django, address, **environ)

    def kept(self, address, **environ):
        """Return whether the answer was there already."""
        before = len(self.asked)
        self.get(address, **environ)
        return len(self.asked) == before


@pytest.fixture(autouse=True)
def one_transaction(request, monkeypatch):
    """Read what a test has not committed, and leave its session open, as Django's own test client does."""
    if "readers_database" not in request.fixturenames:
        monkeypatch.setattr(answers, "ALIAS", DEFAULT_DB_ALIAS)
    if "transactional_db" in request.fixturenames:
        yield
        return
    monkeypatch.setattr(answers, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def unpadded(monkeypatch):
    """Compressed answers are padded by chance."""
    monkeypatch.setattr(GZipMiddleware, "max_random_bytes", 0)


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def limit(settings):
    """Set the rates for a test."""

    def limit(text):
        settings.HAMRIN_RATE_LIMIT = read_rates(text)

    cache.clear()
    return limit


def test_every_server_of_the_site_keeps_answers():
    application = get_internal_wsgi_application()
    assert isinstance(application, KeptAnswers)
    assert application.store.most == 32 * 2**20


@pytest.mark.parametrize("headers", HEADERS)
def test_a_kept_answer_is_a_fresh_one_byte_for_byte(theatre, site, headers):
    for address in KEPT:
        first, again, fresh = site.get(address, **headers), site.get(address, **headers), site.fresh(address, **headers)
        assert first == again == fresh, address
        assert fresh.status == "200 OK"
        assert site.kept(address, **headers), address
    assert len(site.asked) == len(KEPT)


def test_answers_of_an_empty_log_are_kept_until_the_first_record_comes(site):
    assert site.get(LIST) == site.get(LIST) == site.fresh(LIST)
    assert site.kept(LIST)
    approve_and_publish(ForceFactory())
    assert not site.kept(LIST)


def test_a_kept_answer_asks_for_nothing_but_the_head(theatre, site, django_assert_num_queries, monkeypatch):
    site.get(LIST)
    heads = []
    monkeypatch.setattr(answers, "read_head", lambda read=answers.read_head: heads.append(1) or read())
    with django_assert_num_queries(0):
        site.get(LIST)
    assert len(heads) == 1


def test_streams_errors_and_past_times_are_made_each_time(theatre, site):
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for address in NOT_KEPT:
        assert [site.kept(address.replace("NOW", now)) for _ in range(2)] == [False, False], address
    assert not site.store.answers


def test_what_sets_a_cookie_or_varies_by_one_is_made_each_time(theatre, site):
    def with_cookie(environ, start_response):
        response = site.django(environ, start_response)
        response.set_cookie("session", "1")
        return response

    def varying(environ, start_response):
        response = site.django(environ, start_response)
        response["Vary"] += ", Cookie"
        return response

    for application in (with_cookie, varying):
        site.application = application
        site.get(LIST)
        assert not site.store.answers


def test_only_get_and_head_are_answered_from_what_is_kept(theatre, site):
    site.get(LIST)
    assert [site.kept(LIST, method=method) for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    head, fresh = site.get(LIST, method="HEAD"), site.fresh(LIST, method="HEAD")
    assert (head.status, head.headers, head.body) == (fresh.status, fresh.headers, b"")


def test_head_alone_keeps_nothing(theatre, site):
    site.get(LIST, method="HEAD")
    assert not site.store.answers


# What tells answers apart


def test_readers_of_other_hosts_schemes_languages_forms_and_addresses_share_nothing(theatre, site):
    ways = {
        "HTTP_HOST": ["localhost", "127.0.0.1"],
        "wsgi.url_scheme": ["http", "https"],
        "HTTP_ACCEPT_LANGUAGE": ["en", "ar"],
        "HTTP_ACCEPT": ["application/json", "*/*"],
        "HTTP_ACCEPT_ENCODING": ["", "gzip"],
    }
    asked = [dict(zip(ways, values, strict=True)) for values in product(*ways.values())]
    for address in (LIST, f"{LIST}?limit=1", "/api/v1/meta/"):
        assert not any(site.kept(address, **environ) for environ in asked)
    for address, environ in product((LIST, f"{LIST}?limit=1", "/api/v1/meta/"), asked):
        assert site.get(address, **environ) == site.fresh(address, **environ)
    assert len(site.asked) == 3 * len(asked)


def test_a_host_that_is_not_the_sites_gets_no_kept_answer(theatre, site):
    site.get(LIST)
    assert site.get(LIST, HTTP_HOST="elsewhere.example").status == "400 Bad Request"


def test_a_proxy_says_its_readers_host_and_scheme(theatre, site):
    links = [site.get(LIST, **{"wsgi.url_scheme": scheme}).headers["Link"] for scheme in ("http", "https")]
    assert [link.startswith(f"<{scheme}://") for link, scheme in zip(links, ("http", "https"), strict=True)] == [
        True
    ] * 2


# What makes them stale


@pytest.fixture
def stale(theatre, site):
    """Return whether everything kept is made again after an act, and equals what a fresh site says."""

    def stale(act):
        for address in KEPT:
            site.get(address)
        act()
        site.asked.clear()
        assert [site.get(address) for address in KEPT] == [site.fresh(address) for address in KEPT]
        return len(site.asked) == len(KEPT)

    return stale


def test_a_publication_makes_answers_stale(theatre, stale):
    assert stale(lambda: approve_and_publish(IncidentFactory()))


def test_a_withdrawal_makes_answers_stale(theatre, stale):
    assert stale(lambda: withdraw(theatre.toll, by="reviewer", reason_code=Reason.ERROR, reason="Wrong."))


def test_a_new_form_of_a_name_makes_answers_stale(theatre, stale, site):
    found = [site.get(f"{LIST}?q=daesh").body]

    def rename():
        ForceNameFactory(force=theatre.isis, name="Daesh", language="en")
        approve_and_publish(theatre.isis, theatre.incident)

    assert stale(rename)
    found.append(site.get(f"{LIST}?q=daesh").body)
    assert [theatre.incident.uid.encode() in body for body in found] == [False, True]


def test_renewed_words_for_searching_make_answers_stale_though_the_head_stays(theatre, stale, site):
    found = [site.get(f"{LIST}?q=zebra").body]

    def renew():
        revision = Revision.objects.current().get(uid=theatre.incident.uid)
        entry = log.LogEntry.again(revision)
        entry.columns.lexemes += " 'zebra'"
        with transaction.atomic():
            assert log.append_entries([entry], by="reviewer") == []

    assert stale(renew)
    found.append(site.get(f"{LIST}?q=zebra").body)
    assert [theatre.incident.uid.encode() in body for body in found] == [False, True]
    assert Revision.objects.head() == 16


def test_a_release_and_its_withdrawal_make_answers_stale(theatre, stale, settings, tmp_path):
    settings.HAMRIN_DATA = tmp_path
    assert stale(lambda: build_release("2026.1"))
    assert stale(lambda: withdraw_release("2026.1", "A place was wrong."))


def test_the_next_day_makes_answers_stale(stale, monkeypatch):
    tomorrow = timezone.now() + timedelta(1)
    assert stale(lambda: monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow))


def test_a_log_that_was_restored_has_another_head(theatre, site):
    site.get(LIST)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE publication_revision SET chain = 'of another history' WHERE seq = 16")
    assert not site.kept(LIST)


def test_what_was_published_while_an_answer_was_made_is_not_missing_from_the_next(theatre, site):
    def slow(environ, start_response):
        response = site.django(environ, start_response)
        approve_and_publish(ForceFactory())
        return response

    site.application = slow
    site.get(LIST)
    site.application = site.answer
    assert not site.kept(LIST)


def test_an_answer_is_kept_only_with_the_head_that_it_says_itself(theatre, site):
    def early(environ, start_response):
        approve_and_publish(ForceFactory())
        return site.django(environ, start_response)

    site.application = early
    site.get(LIST)
    assert not site.store.answers


# A reader who has it already


@pytest.mark.parametrize("headers", HEADERS)
def test_who_has_the_answer_gets_a_304_from_what_is_kept(theatre, site, headers):
    for address in (LIST, "/api/v1/places/dibis/", "/api/v1/meta/", f"{LIST}?as_of=16"):
        tag = site.get(address, **headers).headers["ETag"]
        for held in (tag, f'"other", W/{tag.removeprefix("W/")}', tag.removeprefix("W/")):
            own, fresh = (ask(address, HTTP_IF_NONE_MATCH=held, **headers) for ask in (site.get, site.fresh))
            assert own.status == "304 Not Modified"
            # A 304 that nobody keeps does not say that the answer itself varies by compression.
            assert own.headers.pop("Vary") in {f"{fresh.headers.pop('Vary', '')}, Accept-Encoding", "Accept-Encoding"}
            assert own == fresh
    assert len(site.asked) == 4


@pytest.mark.parametrize("held", ['"other"', "*", "", 'W/"other", "more"'])
def test_who_has_another_one_gets_it(theatre, site, held):
    site.get(LIST)
    own, fresh = (ask(LIST, HTTP_IF_NONE_MATCH=held) for ask in (site.get, site.fresh))
    assert own == fresh
    assert own.status == "200 OK"


def test_an_answer_without_a_tag_is_never_a_304(theatre, site):
    site.get("/")
    assert site.get("/", HTTP_IF_NONE_MATCH='""').status == "200 OK"


# Limits


def test_a_kept_answer_counts_and_says_what_is_left_to_this_reader(theatre, site, limit):
    limit("3/minute")
    said = [site.get(LIST, REMOTE_ADDR=address) for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1")]
    assert [answer.headers["RateLimit"] for answer in said] == [
        f'"minute";r={left};t=60' for left in (2, 1, 2, 0)
    ]  # fmt: skip
    assert {answer.headers["RateLimit-Policy"] for answer in said} == {'"minute";q=3;w=60'}
    assert len(site.asked) == 1
    assert {name for kept in site.store.answers.values() for name in dict(kept.headers)} & {"RateLimit"} == set()


def test_who_asks_too_much_is_refused_a_kept_answer_too(theatre, site, limit):
    limit("2/minute,9/day")
    statuses = [site.get(LIST, REMOTE_ADDR="192.0.2.1").status for _ in range(4)]
    assert statuses == ["200 OK", "200 OK", "429 Too Many Requests", "429 Too Many Requests"]
    refused = site.get(LIST, REMOTE_ADDR="192.0.2.1")
    assert (refused.headers["Content-Type"], refused.headers["Retry-After"]) == ("application/problem+json", "60")
    # What is refused does not count for the longer span.
    assert '"day";r=7' in refused.headers["RateLimit"]
    assert site.get(LIST, REMOTE_ADDR="192.0.2.2").status == "200 OK"


def test_a_304_counts_and_the_front_page_does_not(theatre, site, limit):
    limit("3/minute")
    tag = site.get(LIST).headers["ETag"]
    assert site.get(LIST, HTTP_IF_NONE_MATCH=tag).headers["RateLimit"] == '"minute";r=1;t=60'
    assert ["RateLimit" in site.get("/").headers for _ in range(2)] == [False, False]
    assert site.get(LIST).headers["RateLimit"] == '"minute";r=0;t=60'


# Memory


def answer(length):
    return KeptAnswer(head=(1,), status="200 OK", headers=[], body=b"x" * (length - OVERHEAD), counted=False)


def test_the_store_holds_no_more_than_its_bytes_and_forgets_what_was_not_used_the_longest():
    store = Store(30_000)
    for name in ("a", "b", "c"):
        store.keep((name,), answer(9_000))
    store.find(("a",), (1,))
    store.keep(("d",), answer(9_000))
    assert list(store.answers) == [("c",), ("a",), ("d",)]
    store.keep(("e",), answer(31_000))
    assert len(store.answers) == 3
    store.keep(("c",), answer(31_000))
    assert list(store.answers) == [("a",), ("d",)]


def test_the_store_always_knows_its_size():
    store, draw = Store(50_000), random.Random(1)
    for _ in range(2000):
        store.keep((draw.choice("abcdefghij"),), answer(draw.randrange(OVERHEAD, 40_000)))
        assert store.size == sum(each.size + 1 for each in store.answers.values()) <= 50_000


def test_nothing_is_kept_and_no_head_is_read_where_the_store_is_off(theatre, monkeypatch):
    site = Site(megabytes=0)
    monkeypatch.setattr(answers, "read_head", lambda: pytest.fail("It was read."))
    assert site.get(LIST) == site.get(LIST)
    assert len(site.asked) == 2


# When things go wrong


def test_where_the_database_does_not_answer_the_view_says_so(theatre, site, monkeypatch):
    site.get(LIST)
    with monkeypatch.context() as broken, transaction.atomic():
        broken.setattr(answers, "HEAD_AND_RELEASES", "SELECT 1 / 0")
        assert answers.read_head() is None
        transaction.set_rollback(True)
    with monkeypatch.context() as broken:
        broken.setattr(answers, "read_head", lambda: None)
        assert not site.kept(LIST)
    assert site.kept(LIST)


@pytest.mark.django_db(transaction=True, databases=["default", "reading"])
def test_the_head_is_read_from_the_readers_database(readers_database):
    published_theatre()
    site = Site()
    first = site.get(LIST)
    assert site.get(LIST) == first == site.fresh(LIST)
    assert len(site.asked) == 1
    with readers_database.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert answers.HEAD_AND_RELEASES in {statement for (statement,) in cursor.fetchall()}
    approve_and_publish(ForceFactory())
    assert not site.kept(LIST)


def test_a_session_that_was_ended_is_opened_again(transactional_db):
    published_theatre()
    site = Site()
    site.get(LIST)
    assert site.kept(LIST)
    session = connection.connection
    connection.connection.close()
    assert site.get(LIST).status == "200 OK"
    assert site.kept(LIST)
    assert connection.connection is not session


def test_readers_at_once_get_what_is_published_and_nothing_older(transactional_db):
    published_theatre()
    site = Site()

    def read(number):
        try:
            draw, seen = random.Random(number), []
            for _ in range(30):
                least = Revision.objects.head()
                answer = site.get(draw.choice([LIST, "/api/v1/forces/", "/api/v1/meta/"]))
                seen.append(answer.status == "200 OK" and int(answer.headers["X-Data-Seq"]) >= least)
            return all(seen)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        for _ in range(5):
            approve_and_publish(ForceFactory())
        assert [reader.result() for reader in readers] == [True] * 4
    assert len(site.asked) < 120
    assert site.get(LIST) == site.fresh(LIST)


def test_the_day_is_that_of_citations(theatre, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2030, 1, 2, 23, 59, tzinfo=UTC))
    assert str(answers.read_head()[-1]) == "2030-01-02"
