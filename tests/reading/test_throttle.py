"""The rate limit: what one reader may ask, counted in the cache for all threads together."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from config.rates import read_rates
from publication.releases.building import build_release
from reading.throttle import digest_of, key_of

pytestmark = pytest.mark.django_db

LIST = "/api/v1/incidents/"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def pass_time(monkeypatch):
    """Let a number of seconds pass."""
    clock = time.time

    def pass_time(seconds):
        monkeypatch.setattr(time, "time", lambda: clock() + seconds)

    return pass_time


@pytest.fixture
def limit(settings):
    """Set the rates for a test."""

    def limit(text):
        settings.HAMRIN_RATE_LIMIT = read_rates(text)

    return limit


@pytest.fixture
def ask(client):
    """Ask for a list from an address; return the status."""

    def ask(address="192.0.2.1", **headers):
        return client.get(LIST, REMOTE_ADDR=address, headers=headers).status_code

    return ask


def left(response):
    """Return what the header says is left of each rate."""
    return {name: int(number) for name, number in re.findall(r'"(\w+)";r=(\d+)', response["RateLimit"])}


def test_every_answer_says_what_is_allowed_and_what_is_left(limit, client):
    limit("3/minute,10/day")
    for minute, day in ((2, 9), (1, 8)):
        answer = client.get(LIST)
        assert answer["RateLimit-Policy"] == '"minute";q=3;w=60, "day";q=10;w=86400'
        assert answer["RateLimit"] == f'"minute";r={minute};t=60, "day";r={day};t=86400'


@pytest.mark.parametrize("address", ["incidents/INC-999999/", "incidents/?nope=1", "meta/", "changes/", "releases/"])
def test_errors_and_all_other_answers_are_counted_too(limit, client, address):
    limit("3/minute")
    assert left(client.get(f"/api/v1/{address}")) == {"minute": 2}


def test_one_request_too_many_is_a_429_that_says_when_to_come_again(limit, client):
    limit("1/minute,5/day")
    client.get(LIST)
    answer = client.get(LIST)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert (answer["Retry-After"], answer["Access-Control-Allow-Origin"]) == ("60", "*")
    assert left(answer)["minute"] == 0
    assert answer.json() == {
        "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "title": "Quota exceeded",
        "status": 429,
        "violated-policies": ["minute"],
        "detail": "That is more than 1 requests in a minute. Ask again in 60 seconds. To fetch everything, take a "
        "release: its files are not counted.",
    }


def test_a_reader_may_ask_again_when_the_span_has_ended(limit, ask, pass_time):
    limit("1/minute")
    assert [ask(), ask()] == [200, 429]
    pass_time(61)
    assert [ask(), ask()] == [200, 429]


def test_a_refused_request_does_not_count_for_the_longer_span(limit, ask, client, pass_time):
    limit("1/minute,3/day")
    assert [ask(), ask(), ask(), ask()] == [200, 429, 429, 429]
    pass_time(61)
    assert left(client.get(LIST, REMOTE_ADDR="192.0.2.1")) == {"minute": 0, "day": 1}


def test_readers_do_not_take_from_each_other(limit, ask):
    limit("1/minute")
    assert [ask("192.0.2.1"), ask("192.0.2.2"), ask("2001:db8:0:1::1"), ask("2001:db8:0:2::1")] == [200] * 4


@pytest.mark.parametrize("others", [("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"), ("192.0.2.1", "::ffff:192.0.2.1")])
def test_the_addresses_of_one_network_are_one_reader(limit, ask, others):
    limit("1/minute")
    assert [ask(address) for address in others] == [200, 429]


def test_nobody_gets_a_new_quota_by_claiming_another_address(limit, ask):
    limit("1/minute")
    assert [ask(X_Forwarded_For="198.51.100.1"), ask(X_Forwarded_For="198.51.100.2")] == [200, 429]


def test_behind_a_proxy_of_ones_own_the_address_is_what_that_proxy_saw(limit, ask, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    limit("1/minute")
    assert [ask(X_Forwarded_For="198.51.100.1"), ask(X_Forwarded_For="198.51.100.2")] == [200, 200]
    # What a reader wrote himself stands in front of what the proxy added.
    assert ask(X_Forwarded_For="203.0.113.9, 198.51.100.2") == 429


def test_an_answer_that_has_not_changed_counts(limit, client):
    limit("3/minute")
    first = client.get(LIST)
    again = client.get(LIST, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, left(again)) == (304, {"minute": 1})


def test_description_documentation_and_files_of_releases_are_not_counted(theatre, limit, client, settings, tmp_path):
    settings.HAMRIN_DATA = tmp_path
    build_release("2026.1")
    limit("1/minute")
    for address in ("/api/v1/schema/", "/api/v1/docs/", "/api/v1/releases/2026.1/csv/incidents.csv", "/"):
        answer = client.get(address)
        assert (answer.status_code, "RateLimit" in answer) == (200, False)
        b"".join(answer)
    assert client.get(LIST).status_code == 200


def test_without_a_limit_nothing_is_counted(theatre, limit, client, django_assert_num_queries):
    limit("off")
    with django_assert_num_queries(2):
        assert "RateLimit" not in client.get(LIST)
    assert not cache._cache


def test_counting_takes_no_query(theatre, limit, client, django_assert_num_queries):
    limit("5/second,300/minute,20000/day")
    client.get(LIST)
    with django_assert_num_queries(2):
        client.get(LIST)


def test_no_address_is_kept(limit, ask):
    limit("3/minute,9/day")
    ask("192.0.2.1")
    assert len(cache._cache) == 2
    for key in cache._cache:
        assert re.fullmatch(":1:rate/[0-9a-f]{64}/(minute|day)", key)


@pytest.mark.parametrize("there_still", [1, 10**7])
def test_a_window_that_the_cache_failed_to_forget_counts_nothing(limit, ask, there_still):
    """A cache with a slower clock still has it; Redis begins one without an end if it expires while it is counted."""
    limit("2/minute")
    cache.set(key_of(digest_of("192.0.2.1"), read_rates("2/minute")[0]), there_still, None)
    assert [ask(), ask(), ask()] == [200, 200, 429]


def test_those_who_ask_at_once_get_together_no_more_than_one_after_another(transactional_db, limit):
    limit("20/minute,30/day")

    def ask(_):
        try:
            return Client().get(LIST).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(ask, range(36)))
    assert (statuses.count(200), statuses.count(429)) == (20, 16)
    assert left(Client().get(LIST)) == {"minute": 0, "day": 10}
