"""What a reader is told when something is wrong: RFC 9457 problems that name the parameter."""

from http import HTTPStatus

from django.http import JsonResponse
from django.views import defaults
from rest_framework.exceptions import ValidationError
from rest_framework.views import exception_handler


def bad(**sentences):
    """Return the error for bad parameters: what is wrong with each, in a sentence."""
    return ValidationError({name: [sentence] for name, sentence in sentences.items()})


def problem(error, context):
    """Turn an exception into an `application/problem+json` answer (RFC 9457) that names what is wrong."""
    response = exception_handler(error, context)
    if response is None:
        return None
    phrase = HTTPStatus(response.status_code).phrase
    body = {"type": "about:blank", "title": phrase, "status": response.status_code}
    if isinstance(error, ValidationError) and isinstance(response.data, dict):
        lines = [f"{name}: {' '.join(map(str, messages))}" for name, messages in response.data.items()]
        body |= {"detail": " ".join(lines), "errors": response.data}
    else:
        body["detail"] = str(response.data["detail"])
    response.data = body
    response.content_type = "application/problem+json"
    return response


def not_found(request, exception):
    """Answer an address that does not exist: a problem below /api/, a page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    body = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"There is no address {request.path}.",
    }
    return JsonResponse(body, status=404, content_type="application/problem+json")
