"""The front page: what the site is, how much it has published, first queries, and links."""

from django.shortcuts import render

from publication.codebook import CODEBOOK_VERSION
from publication.documents import KINDS
from publication.models import Revision
from publication.theatre import theatre_at

from .examples import example_queries

#: The kinds in the order in which a reader thinks of them.
ORDER = ["incident", "casualty", "toll", "operation", "phase", "force", "place", "article"]


def home(request):
    newest = Revision.objects.only("seq", "published_at").last()
    counts = Revision.objects.count_by_kind()
    context = {
        "counts": [(KINDS[name].plural, counts.get(name, 0)) for name in ORDER],
        "theatre": theatre_at(),
        "examples": example_queries(),
        "newest": newest,
        "codebook": CODEBOOK_VERSION,
    }
    response = render(request, "explorer/home.html", context)
    # As in the API, this lets the answer be kept until the log moves.
    response["X-Data-Seq"] = str(newest.seq if newest else 0)
    return response
