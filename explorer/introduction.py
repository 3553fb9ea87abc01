"""What the OpenAPI document and its page say of the site, from the published theatre and records."""

from django.template.loader import render_to_string
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView

from publication.models import Revision
from publication.theatre import NEUTRAL, theatre_at

from .examples import example_queries


def introduce(result: dict, generator: object, request: object, public: bool) -> dict:
    """Write into an OpenAPI document whose data it is about, under which licence, and first questions.

    A document that no request asked for, such as one that is only checked, keeps to neutral words.
    """
    asked = request is not None
    theatre = theatre_at() if asked else NEUTRAL
    context = {
        "theatre": theatre,
        "examples": example_queries() if asked else [],
        "seq": Revision.objects.head() if asked else 0,
    }
    info = {
        "title": theatre["name"],
        "version": result["info"]["version"],
        "description": render_to_string("explorer/introduction.md", context),
    }
    contact = {name: value for name, value in theatre["contact"].items() if value}
    if theatre["publisher"] or contact:
        info["contact"] = ({"name": theatre["publisher"]} if theatre["publisher"] else {}) | contact
    if licence := theatre["licence"]:
        info["license"] = {"name": licence["name"]} | ({"url": licence["path"]} if licence["path"] else {})
    return result | {"info": info}


class DocsView(SpectacularSwaggerSplitView):
    """The page on which the OpenAPI document can be read and tried."""

    template_name = "explorer/docs.html"

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        response.data["theatre"] = theatre_at()
        return response
