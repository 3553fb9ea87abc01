"""What most projects would write: nested ModelSerializers over the working tables, prefetched, on numbered pages.

It serves the same incidents with casualties, claims and citations, by DRF's own defaults.
"""

from django_filters import rest_framework as filters
from rest_framework import pagination, renderers, routers, serializers, viewsets

from incidents.models import Casualty, Claim, Incident, IncidentCitation, Involvement
from operations.models import Force, Place
from sources.models import Article, Outlet


class StockOutletSerializer(serializers.ModelSerializer):
    class Meta:
        model = Outlet
        fields = ["slug", "name"]


class StockArticleSerializer(serializers.ModelSerializer):
    outlet = StockOutletSerializer()

    class Meta:
        model = Article
        fields = ["uid", "title", "outlet", "published_earliest_on", "published_latest_on"]


class StockPlaceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Place
        fields = ["slug", "name", "latitude", "longitude"]


class StockForceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Force
        fields = ["slug", "name"]


class StockClaimSerializer(serializers.ModelSerializer):
    article = StockArticleSerializer()

    class Meta:
        model = Claim
        fields = [
            "uid", "low", "high", "qualifier", "used", "article", "locator", "quote", "said_by", "stance", "credibility"
        ]  # fmt: skip


class StockCasualtySerializer(serializers.ModelSerializer):
    victim_force = StockForceSerializer()
    claims = StockClaimSerializer(many=True)

    class Meta:
        model = Casualty
        fields = ["uid", "victim_force", "victim_status", "harm", "low", "best", "high", "basis", "note", "claims"]


class StockCitationSerializer(serializers.ModelSerializer):
    article = StockArticleSerializer()

    class Meta:
        model = IncidentCitation
        fields = ["article", "locator", "quote", "said_by", "stance", "credibility", "supports"]


class StockInvolvementSerializer(serializers.ModelSerializer):
    force = StockForceSerializer()

    class Meta:
        model = Involvement
        fields = ["force", "role"]


class StockIncidentSerializer(serializers.ModelSerializer):
    place = StockPlaceSerializer()
    involvements = StockInvolvementSerializer(many=True)
    casualties = StockCasualtySerializer(many=True)
    citations = StockCitationSerializer(many=True)

    class Meta:
        model = Incident
        fields = [
            "uid", "title", "summary", "kind", "methods", "weapons", "target", "earliest_on", "latest_on",
            "as_reported", "place", "location_precision", "latitude", "longitude", "attribution", "clarity",
            "involvements", "casualties",
            "citations",
        ]  # fmt: skip


class StockIncidentFilter(filters.FilterSet):
    place = filters.CharFilter(field_name="place__slug")
    force = filters.CharFilter(field_name="involvements__force__slug", distinct=True)
    date_from = filters.DateFilter(field_name="latest_on", lookup_expr="gte")
    date_to = filters.DateFilter(field_name="earliest_on", lookup_expr="lte")

    class Meta:
        model = Incident
        fields = ["kind", "target"]


class Pages(pagination.PageNumberPagination):
    page_size = 100


class StockIncidentViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = (
        Incident.objects.select_related("place")
        .prefetch_related(
            "involvements__force",
            "casualties__victim_force",
            "casualties__claims__article__outlet",
            "citations__article__outlet",
        )
        .order_by("-latest_on", "-uid")
    )
    serializer_class = StockIncidentSerializer
    pagination_class = Pages
    renderer_classes = [renderers.JSONRenderer]
    filter_backends = [filters.DjangoFilterBackend]
    filterset_class = StockIncidentFilter
    throttle_classes = []
    schema = None
    lookup_field = "uid"


stock_router = routers.SimpleRouter()
stock_router.register("incidents", StockIncidentViewSet)
urlpatterns = stock_router.urls
