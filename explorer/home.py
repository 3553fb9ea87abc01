"""The front page: what Hamrin is, how much it has published, and links."""

from django.db.models import Count, Max
from django.shortcuts import render

from publication.codebook import CODEBOOK_VERSION
from publication.documents import KINDS
from publication.models import Revision

#: The kinds in the order in which a reader thinks of them.
ORDER = ["incident", "casualty", "toll", "operation", "phase", "force", "place", "article"]


def home(request):
    counts = dict(Revision.objects.served().order_by().values_list("kind").annotate(Count("seq")))
    newest = Revision.objects.aggregate(seq=Max("seq"), published_at=Max("published_at"))
    context = {
        "counts": [(KINDS[name].plural, counts.get(name, 0)) for name in ORDER],
        "newest": newest,
        "codebook": CODEBOOK_VERSION,
    }
    return render(request, "explorer/home.html", context)
