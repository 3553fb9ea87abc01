"""What holds for every answer of the API: any site may read it, and no question may hold up the server."""

from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from psycopg import Connection

from reading.problems import plain_problem

API, ADMIN = "/api/", "/admin/"
READING = ("GET", "HEAD", "OPTIONS")

#: Gunicorn, as it comes, takes a request line of 4094 characters, and answers a longer one with a page of its own.
ADDRESS_MAX = 4000

ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, Deprecation, "
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Data-Seq",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(READING),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def any_site(get_response):
    """Let scripts of every site read the API, errors and headers included (CORS).

    The same headers go to everybody, so that a shared cache keeps one answer for all sites.
    """

    def middleware(request):
        if not request.path.startswith(API):
            return get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=204, headers=ANY_SITE | PREFLIGHT)
        response = get_response(request)
        for name, value in ANY_SITE.items():
            response[name] = value
        return response

    return middleware


def read_only(get_response):
    """Refuse whatever does not read the API, before any view looks at its parameters."""

    def middleware(request):
        if not request.path.startswith(API) or request.method in READING:
            return get_response(request)
        response = plain_problem(405, "The API can only be read: ask with GET.")
        response["Allow"] = ", ".join(READING)
        return response

    return middleware


def short_address(get_response):
    """Refuse an address of the API that is too long to be meant."""

    def middleware(request):
        if request.path.startswith(API) and len(request.get_full_path()) > ADDRESS_MAX:
            return plain_problem(414, f"The address is longer than {ADDRESS_MAX} characters. Ask for less at a time.")
        return get_response(request)

    return middleware


def deadline(get_response):
    """Have the database stop every query that takes too long, outside the admin.

    What is streamed lifts the limit once it has begun (`reading.formats`); commands have none.
    """

    def middleware(request):
        seconds = 0 if request.path.startswith(ADMIN) else settings.HAMRIN_QUERY_SECONDS
        with connection.execute_wrapper(Limit(round(seconds * 1000))):
            return get_response(request)

    return middleware


class Limit:
    """Sets how many milliseconds a query may take, 0 for any, before the first query of a request.

    A session keeps its limit, so that the next request need not set it again.
    """

    #: The limit of each session that was given one; None if it may have been undone with a transaction.
    known: WeakKeyDictionary[Connection, int | None] = WeakKeyDictionary()

    def __init__(self, milliseconds):
        self.milliseconds, self.session = milliseconds, None

    def __call__(self, execute, sql, params, many, context):
        session = context["connection"].connection
        if session is not self.session:
            self.session = session
            if self.known.get(session, 0) != self.milliseconds:
                self.set()
        return execute(sql, params, many, context)

    def set(self):
        self.session.execute(f"SET statement_timeout = {self.milliseconds}")
        self.known[self.session] = self.milliseconds if self.session.autocommit else None


class Compression(GZipMiddleware):
    """Compresses answers on their way, but not files that are served in ranges: those are what their checksums say."""

    def process_response(self, request, response):
        return response if response.has_header("Accept-Ranges") else super().process_response(request, response)
