"""The front page: what this is, how much there is, and where to go."""

from django.db.models import Count, Max
from django.shortcuts import render

from publication.codebook import CODEBOOK_VERSION
from publication.models import Revision

#: The kinds in the order in which a reader thinks of them, in the plural.
PLURALS = {
    "incident": "incidents",
    "casualty": "casualties",
    "toll": "tolls",
    "operation": "operations",
    "phase": "phases",
    "force": "forces",
    "place": "places",
    "article": "articles",
}


def home(request):
    counts = dict(Revision.objects.served().order_by().values_list("kind").annotate(Count("seq")))
    newest = Revision.objects.aggregate(seq=Max("seq"), published_at=Max("published_at"))
    context = {
        "counts": [(plural, counts.get(kind, 0)) for kind, plural in PLURALS.items()],
        "newest": newest,
        "codebook": CODEBOOK_VERSION,
    }
    return render(request, "explorer/home.html", context)
