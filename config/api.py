"""The addresses of the reading API, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import APIRootView, SimpleRouter

from explorer.introduction import DocsView
from incidents.stats.views import StatsView, WhyView
from incidents.views import CasualtyViewSet, IncidentViewSet, TollViewSet
from operations.views import ConflictViewSet, ForceViewSet, OperationViewSet, PhaseViewSet, PlaceViewSet
from reading.about import MetaView
from reading.codelists import CodebookView, CodelistsView, CodelistView
from reading.release_views import ReleaseFileView, ReleasesView, ReleaseView
from reading.theatres import TheatreViewSet
from reading.viewsets import ChangesView
from sources.views import ArticleViewSet

router = SimpleRouter()
router.register("incidents", IncidentViewSet, "incident")
router.register("casualties", CasualtyViewSet, "casualty")
router.register("operations", OperationViewSet, "operation")
router.register("phases", PhaseViewSet, "phase")
router.register("conflicts", ConflictViewSet, "conflict")
router.register("forces", ForceViewSet, "force")
router.register("places", PlaceViewSet, "place")
router.register("articles", ArticleViewSet, "article")
router.register("tolls", TollViewSet, "toll")
router.register("theatres", TheatreViewSet, "theatre")

#: The addresses that the root of the API lists, with the names of their views.
ADDRESSES = {prefix: f"{name}-list" for prefix, _, name in router.registry} | {
    "changes": "changes",
    "releases": "release-list",
    "stats": "stats",
    "why": "stats-why",
    "codelists": "codelist-list",
    "codebook": "codebook",
    "meta": "meta",
    "schema": "schema",
    "docs": "docs",
}

urlpatterns = [
    path("", APIRootView.as_view(api_root_dict=ADDRESSES), name="api-root"),
    *router.urls,
    path("releases/", ReleasesView.as_view(), name="release-list"),
    path("releases/<str:version>/", ReleaseView.as_view(), name="release"),
    path("releases/<str:version>/<path:path>", ReleaseFileView.as_view(), name="release-file"),
    path("stats/", StatsView.as_view(), name="stats"),
    path("stats/why/", WhyView.as_view(), name="stats-why"),
    path("codelists/", CodelistsView.as_view(), name="codelist-list"),
    path("codelists/<str:name>/", CodelistView.as_view(), name="codelist"),
    path("codebook/", CodebookView.as_view(), name="codebook"),
    path("meta/", MetaView.as_view(), name="meta"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("schema/", SpectacularAPIView.as_view(throttle_classes=[]), name="schema"),
    path(
        "docs/",
        DocsView.as_view(url_name="schema", throttle_classes=[]),
        name="docs",
    ),
]
