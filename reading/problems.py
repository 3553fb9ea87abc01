"""What a reader is told when something is wrong: RFC 9457 problems that name the parameter."""

from http import HTTPStatus

from django.conf import settings
from django.db import DataError, OperationalError
from django.http import JsonResponse
from django.views import defaults
from psycopg.errors import QueryCanceled
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.views import exception_handler

#: How a problem looks, for the OpenAPI document.
PROBLEM = {
    "type": "object",
    "description": "What is wrong, for people and programs (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "What kind of problem it is."},
        "title": {"type": "string", "description": "The same in words."},
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "errors": {
            "type": "object",
            "description": "For each bad parameter, what is wrong with it.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "violated-policies": {
            "type": "array",
            "description": "The rates that were exceeded.",
            "items": {"type": "string"},
        },
    },
}


class TooSlow(APIException):
    """Raised instead of the database's own error if it stopped a query that took too long."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self):
        super().__init__(
            f"The query was stopped after {settings.HAMRIN_QUERY_SECONDS:g} seconds. Narrow it by days, a place or a "
            "force, leave out count=exact, or take a release, which holds everything."
        )


class Unreadable(APIException):
    """Raised instead of the database's own error if it cannot read a value that no filter had refused."""

    status_code = HTTPStatus.BAD_REQUEST
    default_detail = "A value in the address is out of range, or has a character that no text can have."


class Forked(APIException):
    """Raised if a reader asks for a seq with a chain that is not the one there: they followed another history."""

    status_code = HTTPStatus.CONFLICT


def bad(**sentences: str) -> ValidationError:
    """Return the error for bad parameters: what is wrong with each, in a sentence."""
    return ValidationError({name: [sentence] for name, sentence in sentences.items()})


def problem(error, context):
    """Turn an exception into an `application/problem+json` answer (RFC 9457) that names what is wrong.

    An exception may bring its own members of the problem, such as its type, as the dictionary `members`.
    """
    if isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled):
        error = TooSlow()
    elif isinstance(error, DataError):
        error = Unreadable()
    response = exception_handler(error, context)
    if response is None:
        return None
    body = about(response.status_code) | getattr(error, "members", {})
    if isinstance(error, ValidationError) and isinstance(response.data, dict):
        lines = [f"{name}: {' '.join(map(str, messages))}" for name, messages in response.data.items()]
        body |= {"detail": " ".join(lines), "errors": response.data}
    else:
        body["detail"] = str(response.data["detail"])
    response.data = body
    response.content_type = "application/problem+json"
    return response


def about(status):
    """Return the members of a problem that says no more than its status."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}


def plain_problem(status, sentence):
    """Return a problem that no view of the API is there to give."""
    return JsonResponse(about(status) | {"detail": sentence}, status=status, content_type="application/problem+json")


def not_found(request, exception):
    """Answer an address that does not exist: a problem below /api/, a page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return plain_problem(404, f"There is no address {request.path}.")


def server_error(request):
    """Answer what went wrong here: a problem below /api/, a page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return plain_problem(500, "Something went wrong here, and nothing is known to be wrong with your question.")
