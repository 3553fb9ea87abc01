"""Incidents, casualties, tolls and claims as curators edit them."""

from django.contrib import admin
from django.db.models import Q

from operations.models import Force, Place
from publication.admin import Missing, PartAdmin, PartInline, ReviewedAdmin
from publication.forms import RecordForm
from sources.admin import PASSAGE, CitationInline
from sources.forms import FROM_TO, DayField, DayForm

from .models import Casualty, Claim, ExternalId, Incident, IncidentCitation, Involvement, Toll, TollCoverage

FIGURES = ("low", "best", "high")


class IncidentForm(DayForm):
    when = DayField()


class InvolvementInline(PartInline):
    model = Involvement
    verbose_name = "force"
    verbose_name_plural = "forces"
    autocomplete_fields = ["force"]
    related = ["force"]
    fields = [("force", "role")]
    classes = ["tab-who"]


class CasualtyInline(PartInline):
    model = Casualty
    classes = ["tab-casualties"]
    autocomplete_fields = ["victim_force"]
    related = ["victim_force"]
    show_change_link = True
    fields = [("victim_status", "victim_force", "harm", *FIGURES), ("basis", "note"), "claims"]
    readonly_fields = ["claims"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("claims")

    @admin.display(description="rests on")
    def claims(self, casualty):
        return ", ".join(map(str, casualty.claims.all())) if casualty.pk else ""


class IncidentCitationInline(CitationInline):
    model = IncidentCitation


class ExternalIdInline(PartInline):
    model = ExternalId
    fields = [("scheme", "code")]


@admin.register(Incident)
class IncidentAdmin(ReviewedAdmin):
    form = IncidentForm
    list_display = ["uid", "title", "kind", "day", "place", "attribution", "state"]
    list_filter = [Missing, "state", "kind", "location_precision", "attribution", "clarity"]
    list_select_related = ["place"]
    missing = {
        "citation": Q(citations=None),
        "day": Q(earliest_on=None, latest_on=None),
        "place": Q(place=None),
        "force": Q(involvements=None),
        "casualty": Q(casualties=None),
    }
    search_fields = ["uid", "title", "summary", "place_as_reported", "external_ids__code"]
    named_by = {"place": Place, "involvements__force": Force}
    autocomplete_fields = ["place", "phase", "operation"]
    fieldsets = [
        (
            "What",
            {
                "fields": ["title", ("kind", "target", "clarity"), "methods", "summary"],
                "classes": ["tab-event"],
            },
        ),
        ("When", {"fields": [("when", "as_reported")], "classes": ["tab-event"]}),
        (
            "Where",
            {
                "fields": [
                    ("place", "location_precision"),
                    ("place_as_reported", "latitude", "longitude"),
                ],
                "classes": ["tab-event"],
            },
        ),
        ("Part of", {"fields": [("phase", "operation")], "classes": ["tab-event"]}),
        ("Who", {"fields": ["attribution"], "classes": ["tab-who"]}),
        ("Casualties", {"fields": [("killed_low", "killed_high")], "classes": ["tab-casualties"]}),
    ]
    inlines = [InvolvementInline, CasualtyInline, IncidentCitationInline, ExternalIdInline]

    @admin.display(description="when", ordering="earliest_on")
    def day(self, incident):
        return incident.when


class ClaimForm(RecordForm):
    show_if = {"unused_because": "used="}


class ClaimInline(CitationInline):
    model = Claim
    form = ClaimForm
    verbose_name = "claim"
    verbose_name_plural = "claims"
    show_change_link = True
    autocomplete_fields = ["article", "supersedes"]
    related = ["article"]
    fields = [("qualifier", "low", "high", "as_of_on", "supersedes", "used"), "unused_because", *PASSAGE]


@admin.register(Casualty)
class CasualtyAdmin(PartAdmin):
    part_of = ["incident"]
    list_display = ["uid", "incident", "victim_force", "victim_status", "harm", *FIGURES, "basis"]
    list_filter = [Missing, "harm", "victim_status", "basis"]
    list_select_related = ["incident", "victim_force"]
    missing = {"claim": Q(claims=None), "figure": Q(low=None, best=None, high=None)}
    search_fields = ["uid", "incident__uid", "incident__title", "note"]
    named_by = {"victim_force": Force, "incident__place": Place}
    autocomplete_fields = ["incident", "victim_force"]
    fieldsets = [
        ("Whom", {"fields": ["incident", ("victim_status", "victim_force")], "classes": ["tab-casualty"]}),
        ("What harm", {"fields": [("harm", *FIGURES)], "classes": ["tab-casualty"]}),
        ("How known", {"fields": ["basis", "note"], "classes": ["tab-casualty"]}),
    ]
    inlines = [ClaimInline]


class TollForm(DayForm):
    when = DayField(FROM_TO)

    show_if = {"unusable_because": "usable="}


class TollCoverageInline(PartInline):
    model = TollCoverage
    verbose_name = "incident"
    verbose_name_plural = "incidents it counts"
    autocomplete_fields = ["incident"]
    related = ["toll", "incident"]
    fields = [("incident", "relation", "reason")]


@admin.register(Toll)
class TollAdmin(ReviewedAdmin):
    form = TollForm
    list_display = ["uid", "title", "period", "victim_force", "harm", *FIGURES, "usable", "adopted", "state"]
    list_filter = [Missing, "state", "harm", "victim_status", "usable", "adopted", "series"]
    list_select_related = ["victim_force"]
    missing = {
        "claim": Q(claims=None),
        "period": Q(earliest_on=None) | Q(latest_on=None),
        "place": Q(places=None),
        "incident that it counts": Q(coverage=None),
    }
    search_fields = ["uid", "title", "series"]
    named_by = {"victim_force": Force, "places": Place}
    autocomplete_fields = ["victim_force", "perpetrator", "places", "phase", "operation"]
    fieldsets = [
        ("What", {"fields": ["title", ("victim_status", "victim_force"), ("harm", *FIGURES)], "classes": ["tab-toll"]}),
        ("When", {"fields": [("when", "as_reported")], "classes": ["tab-toll"]}),
        ("Where", {"fields": ["places"], "classes": ["tab-toll"]}),
        ("Who", {"fields": ["perpetrator"], "classes": ["tab-toll"]}),
        ("Part of", {"fields": [("phase", "operation")], "classes": ["tab-toll"]}),
        (
            "How it counts",
            {"fields": ["series", "usable", "unusable_because", "adopted"], "classes": ["tab-toll"]},
        ),
    ]
    inlines = [ClaimInline, TollCoverageInline]

    @admin.display(description="period", ordering="earliest_on")
    def period(self, toll):
        return toll.when


@admin.register(TollCoverage)
class TollCoverageAdmin(PartAdmin):
    part_of = ["toll"]
    list_display = ["toll", "relation", "incident", "reason"]
    list_filter = ["relation"]
    list_select_related = ["toll", "incident"]
    search_fields = ["toll__uid", "toll__title", "incident__uid", "incident__title", "reason"]
    autocomplete_fields = ["toll", "incident"]
    fieldsets = [("Coverage", {"fields": ["toll", "incident", "relation", "reason"]})]


@admin.register(Claim)
class ClaimAdmin(PartAdmin):
    form = ClaimForm
    part_of = ["casualty", "toll"]
    list_display = ["uid", "article", "locator", "qualifier", "low", "high", "casualty", "toll", "used"]
    list_filter = ["used", "qualifier", "stance", "credibility"]
    list_select_related = ["article", "casualty", "toll"]
    search_fields = ["uid", "article__uid", "article__title", "said_by", "casualty__uid", "toll__uid"]
    named_by = {"casualty__victim_force": Force, "toll__victim_force": Force}
    autocomplete_fields = ["casualty", "toll", "article", "supersedes"]
    fieldsets = [
        ("Of what", {"fields": [("casualty", "toll")], "classes": ["tab-claim"]}),
        (
            "What it says",
            {"fields": [("qualifier", "low", "high"), ("as_of_on", "supersedes")], "classes": ["tab-claim"]},
        ),
        ("Where it says so", {"fields": PASSAGE, "classes": ["tab-claim"]}),
        ("What we make of it", {"fields": ["used", "unused_because"], "classes": ["tab-claim"]}),
    ]
