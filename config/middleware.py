"""What holds for every answer of the API: any site may read it, and none changes anything."""

from contextvars import copy_context
from functools import partial

from django.http import FileResponse, HttpResponse
from django.middleware.gzip import GZipMiddleware

from reading.problems import plain_problem
from reading.routing import for_reader

API, ADMIN = "/api/", "/admin/"
READING = ("GET", "HEAD", "OPTIONS")

#: Gunicorn, as it comes, takes a request line of 4094 characters, and answers a longer one with a page of its own.
ADDRESS_MAX = 4000

ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, Deprecation, "
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Data-Chain, X-Data-Epoch, "
    "X-Data-Log, X-Data-Seq",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(READING),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def readers_database(get_response):
    """Answer from the readers' database whatever is read outside the admin, also while the answer is sent."""

    def middleware(request):
        if request.path.startswith(ADMIN) or request.method not in READING:
            return get_response(request)
        with for_reader():
            response = get_response(request)
            if response.streaming and not isinstance(response, FileResponse):
                pieces = response.streaming_content
                response.streaming_content = iter(partial(copy_context().run, next, pieces, None), None)
            return response

    return middleware


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


class Compression(GZipMiddleware):
    """Compresses answers on their way, but not files that are served in ranges: those are what their checksums say."""

    def process_response(self, request, response):
        return response if response.has_header("Accept-Ranges") else super().process_response(request, response)
