"""Answers that are kept in memory, in front of everything that a request for one of them does not need.

An answer of the public API, or a public page, depends on nothing but its address, a few headers, the code and the log.
So `KeptAnswers` stands around Django's WSGI application: it reads the head of the log by one query, and if it gave the
same answer at the same head before, it gives it again, without sessions, middleware, views and REST framework. The code
does not change while a process runs, so each process keeps answers of its own. What is kept takes no more than
`HAMRIN_ANSWER_CACHE_MB`; the answer that nobody asked for the longest makes room first.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from threading import Lock
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import parse_qs

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.http import HttpResponse
from django.http.request import HttpHeaders
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import parse_etags
from psycopg import Cursor
from rest_framework.exceptions import Throttled
from rest_framework.settings import api_settings

from .routing import ALIAS

#: The addresses whose answers may be kept: the front page and the API.
PUBLIC = re.compile(r"/$|/api/")

#: What tells the answers of one head apart. Django asks a server's name only where a request names no host.
ENVIRON_KEYS = (
    "wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING",
    "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE",
)  # fmt: skip
#: The headers of a request that a kept answer may vary by; of Accept-Encoding only whether it names gzip counts.
VARIED = {"accept", "accept-language", "accept-encoding"}
GZIP = re.compile(r"\bgzip\b")

#: The headers that belong to one request, and those that a 304 does not repeat.
LIMIT_HEADERS = {"ratelimit", "ratelimit-policy", "retry-after"}
OF_CONTENT = {
    "content-type", "content-encoding", "content-length", "content-disposition", "link", "x-data-seq", "x-data-chain",
    "x-data-log", "x-data-epoch",
}  # fmt: skip

#: What answers depend on, in one query. Chain and epoch tell a log that was restored from the one before. To publish or
#: withdraw a release leaves the head where it is; so does what gives a record new words for searching, which therefore
#: writes the newest revision again as it is (`publication.log`): its xmin is the transaction that did.
HEAD_AND_RELEASES = """
    SELECT head.*, release.*, (SELECT max(number) FROM publication_epoch)
    FROM (SELECT count(*), count(withdrawn_at) FROM publication_release) release
    LEFT JOIN (SELECT seq, chain, xmin FROM publication_revision ORDER BY seq DESC LIMIT 1) head ON true
"""

#: What an answer takes beyond its text: the objects that hold it.
OVERHEAD = 2000

Application = Callable[[dict, Callable], Iterable[bytes]]


class KeptAnswer(NamedTuple):
    """A kept answer: `head` is what it depends on, `counted` whether requests for it count against the rate limit."""

    head: tuple
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    counted: bool

    @classmethod
    def of(cls, response: HttpResponse, head: tuple) -> "KeptAnswer":
        headers = [(name, value) for name, value in response.items() if name.lower() not in LIMIT_HEADERS]
        status = f"{response.status_code} {response.reason_phrase}"
        return cls(head, status, headers, response.content, "RateLimit-Policy" in response)

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + OVERHEAD

    def unchanged(self, held: str) -> "KeptAnswer | None":
        """Return the 304 for a reader who holds this answer, by the ETags of If-None-Match; None for all others."""
        tag = dict(self.headers).get("ETag", "").removeprefix("W/")
        # A compressed answer has a weak tag, which is as good here; the reader's own form of it is sent back.
        same = next((each for each in parse_etags(held) if each.removeprefix("W/") == tag), None)
        if same is None:
            return None
        kept = [(name, value) for name, value in self.headers if name.lower() not in OF_CONTENT | {"etag"}]
        status = HTTPStatus.NOT_MODIFIED
        headers = [*kept, ("ETag", same), ("Content-Length", "0")]
        return self._replace(status=f"{status.value} {status.phrase}", headers=headers, body=b"")


class Store:
    """Answers by what was asked, up to so many bytes."""

    def __init__(self, most: int):
        self.most, self.size = most, 0
        self.answers: OrderedDict[tuple, KeptAnswer] = OrderedDict()
        self.lock = Lock()

    def find(self, asked: tuple, head: tuple) -> KeptAnswer | None:
        """Return the answer that was given at this head."""
        with self.lock:
            answer = self.answers.get(asked)
            if answer is None or answer.head != head:
                return None
            self.answers.move_to_end(asked)
            return answer

    def keep(self, asked: tuple, answer: KeptAnswer) -> None:
        """Keep an answer instead of an older one to the same request, and of those that were not used the longest."""
        with self.lock:
            self._forget(asked)
            size = _size(asked, answer)
            if size > self.most:
                return
            self.answers[asked], self.size = answer, self.size + size
            while self.size > self.most:
                self._forget(next(iter(self.answers)))

    def _forget(self, asked):
        if answer := self.answers.pop(asked, None):
            self.size -= _size(asked, answer)


def _size(asked, answer):
    return answer.size + sum(len(part) for part in asked if isinstance(part, str))


class KeptAnswers:
    """A WSGI application that gives the answers of another again while nothing changes them."""

    def __init__(self, application: Application, megabytes: int):
        self.application = application
        self.store = Store(megabytes * 2**20)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        method, head = environ["REQUEST_METHOD"], None
        if self.store.most and method in {"GET", "HEAD"} and PUBLIC.match(environ.get("PATH_INFO", "")):
            head = read_head()
        if head is None:
            return self.application(environ, start_response)
        asked = (*map(environ.get, ENVIRON_KEYS), bool(GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", ""))))
        answer = self.store.find(asked, head)
        limits = count_request(environ) if answer and answer.counted else {}
        if answer is None or limits is None:
            # What is refused is refused by the view, in its own words.
            response = self.application(environ, start_response)
            if method == "GET" and may_be_kept(response, head, environ):
                self.store.keep(asked, KeptAnswer.of(response, head))
            return response
        answer = answer.unchanged(environ.get("HTTP_IF_NONE_MATCH", "")) or answer
        start_response(answer.status, [*answer.headers, *limits.items()])
        return [b"" if method == "HEAD" else answer.body]


def read_head() -> tuple | None:
    """Return what answers depend on beside what is asked: where the log stands, and the day, which citations name.

    It is None if the database does not answer: the view then says so. The query is a prepared statement on
    the session itself, which takes 0.1 ms; by Django's cursor it would take 0.4, and 0.8 with its check that the
    session is alive, which this query is by itself.
    """
    # Django does this, too, at the beginning of each request.
    close_old_connections()
    connection = connections[ALIAS]
    try:
        connection.ensure_connection()
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            return (*cursor.execute(HEAD_AND_RELEASES).fetchone(), timezone.now().date())
    except (DatabaseError, InterfaceError, ImproperlyConfigured):
        return None


def count_request(environ: dict) -> dict[str, str] | None:
    """Count a request against the rate limit; return the headers that say what is left, or None if it is refused."""
    request = SimpleNamespace(META=environ, headers=HttpHeaders(environ))
    view = SimpleNamespace(headers={})
    try:
        for throttle in api_settings.DEFAULT_THROTTLE_CLASSES:
            throttle().allow_request(request, view)
    except Throttled:
        return None
    return view.headers


def may_be_kept(response: HttpResponseBase, head: tuple, environ: dict) -> bool:
    """Return whether a response depends on nothing but what was asked and the head that was read before.

    It must say itself at which seq of the log it was made: at this one, or at a past one that never changes. What a
    past time stands for may change, and what is streamed is too long.
    """
    if response.status_code != HTTPStatus.OK or not isinstance(response, HttpResponse) or response.cookies:
        return False
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    as_of = asked.get("as_of", ["0"])
    fixed = not asked.keys().isdisjoint({"as_of", "release"}) or response.get("X-Data-Seq") == str(head[0] or 0)
    varies = {name.strip() for name in response.get("Vary", "accept").lower().split(",")}
    return fixed and as_of[-1].isdigit() and varies <= VARIED
