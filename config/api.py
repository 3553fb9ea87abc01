"""The addresses of the reading API, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from incidents.stats_views import StatsView
from incidents.views import CasualtyViewSet, IncidentViewSet, TollViewSet
from operations.views import ForceViewSet, OperationViewSet, PhaseViewSet, PlaceViewSet
from publication.api import ChangesView
from publication.release_views import ReleaseFileView, ReleasesView, ReleaseView
from sources.views import ArticleViewSet

router = DefaultRouter()
router.include_format_suffixes = False
router.register("incidents", IncidentViewSet, "incident")
router.register("casualties", CasualtyViewSet, "casualty")
router.register("operations", OperationViewSet, "operation")
router.register("phases", PhaseViewSet, "phase")
router.register("forces", ForceViewSet, "force")
router.register("places", PlaceViewSet, "place")
router.register("articles", ArticleViewSet, "article")
router.register("tolls", TollViewSet, "toll")

urlpatterns = [
    *router.urls,
    path("releases/", ReleasesView.as_view(), name="release-list"),
    path("releases/<str:version>/", ReleaseView.as_view(), name="release"),
    path("releases/<str:version>/<path:path>", ReleaseFileView.as_view(), name="release-file"),
    path("stats/", StatsView.as_view(), name="stats"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="publication/docs.html"),
        name="docs",
    ),
]
