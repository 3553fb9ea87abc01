"""The page of an incident."""

from django.contrib import admin
from django.db.models import Q
from django.template.loader import render_to_string

from editing.record_pages import PartInline
from editing.review_pages import ReviewedAdmin
from editing.search import MissingFilter, without
from operations.models import Force, Place
from sources.admin import CitationInline, SourceFilter
from sources.forms import DayField, DayForm

from ..figures.scope import tolls_for
from ..models import ExternalId, Incident, IncidentCitation, Involvement
from .estimates import CasualtyInline


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


class IncidentCitationInline(CitationInline):
    model = IncidentCitation


class ExternalIdInline(PartInline):
    model = ExternalId
    fields = [("scheme", "code")]


@admin.register(Incident)
class IncidentAdmin(ReviewedAdmin):
    form = IncidentForm
    list_display = ["uid", "title", "kind", "day", "place", "attribution", "state"]
    list_filter = [MissingFilter, SourceFilter, "state", "kind", "location_precision", "attribution", "clarity"]
    list_select_related = ["place"]
    missing = {
        "citation": without("citations"),
        "day": Q(earliest_on=None, latest_on=None),
        "place": Q(place=None),
        "force": without("involvements"),
        "casualty": without("casualties"),
    }
    search_fields = ["uid"]
    named_by = {"external_ids": ExternalId, "place": Place, "involvements__force": Force}
    autocomplete_fields = ["place", "phase", "operation"]
    fieldsets = [
        (
            "What",
            {
                "fields": ["title", ("kind", "target", "clarity"), ("methods", "weapons"), "summary"],
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
        ("Part of", {"fields": [("phase", "operation"), "tolls_of"], "classes": ["tab-event"]}),
        ("Who", {"fields": ["attribution"], "classes": ["tab-who"]}),
        ("Casualties", {"fields": [("killed_low", "killed_high")], "classes": ["tab-casualties"]}),
    ]
    readonly_fields = ["tolls_of"]
    inlines = [InvolvementInline, CasualtyInline, IncidentCitationInline, ExternalIdInline]

    @admin.display(description="when", ordering="earliest_on")
    def day(self, incident):
        return incident.when

    @admin.display(description="tolls")
    def tolls_of(self, incident):
        if not incident.pk:
            return ""
        rows = incident.tolls.select_related("toll").order_by("toll__uid")
        return render_to_string("incidents/tolls.html", {"rows": rows, "proposed": tolls_for(incident)})
