"""Pages for machines: whether the site is up and ready, for load balancers, and its icon, for browsers."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from publication.models import Revision


def plain_text(sentence, status=200):
    return HttpResponse(f"{sentence}\n", content_type="text/plain", status=status)


@never_cache
@require_safe
def healthz(request):
    """Say that the process is up, whatever the state of the database."""
    return plain_text("Up.")


@never_cache
@require_safe
def readyz(request):
    """The database that readers are served from answers, and every migration is in it."""
    try:
        executor = MigrationExecutor(connections[Revision.objects.db])
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, ImproperlyConfigured):
        return plain_text("The database does not answer.", status=503)
    if missing:
        return plain_text("The database lacks migrations: run `python manage.py migrate`.", status=503)
    return plain_text("Ready.")


@require_safe
def favicon(request):
    """Redirect to the icon, for pages that name none, such as the API's JSON."""
    return redirect(static("hamrin/icon.svg"))
