"""The page of an incident."""

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string

from editing.duplicate_pages import DuplicatesAdmin
from editing.record_pages import PartInline
from editing.search import MissingFilter, without
from operations.admin import ResultInline
from operations.models import Force, Place, steps_up
from sources.admin import PASSAGE, CitationInline, SourceFilter
from sources.forms import ClockField, DayField, DayForm

from ..choices import IncidentKind
from ..duplicates import duplicates_of
from ..figures.compared import tolls_for
from ..figures.violence import violence_of
from ..models import (
    DatasetCode,
    DistinctIncidents,
    ExternalId,
    Incident,
    IncidentCitation,
    IncidentLink,
    IncidentPlace,
    IncidentResult,
    Involvement,
    figures_in_words,
)
from .estimates import CasualtyInline


class IncidentForm(DayForm):
    show_if = dict.fromkeys(("control_before", "control_after"), f"kind={'|'.join(IncidentKind.changing_control())}")

    when = DayField()
    time = ClockField()


class InvolvementInline(CitationInline):
    model = Involvement
    verbose_name = "force"
    verbose_name_plural = "forces"
    autocomplete_fields = ["force", "article"]
    related = ["force", "article"]
    fields = [("force", "role", "standing", "people_low", "people_high"), *PASSAGE]
    classes = ["tab-who"]


class IncidentResultInline(ResultInline):
    model = IncidentResult
    classes = ["tab-results"]


class RivalForm(DayForm):
    says_when = DayField()


class IncidentCitationInline(CitationInline):
    model = IncidentCitation
    form = RivalForm
    autocomplete_fields = ["article", "says_place", "says_force"]
    related = ["article", "says_place", "says_force"]
    fields = [
        *PASSAGE,
        ("says_when", "says_place", "says_place_as_reported"),
        ("says_force", "says_force_as_reported", "says_kind", "says_target"),
    ]


class IncidentPlaceInline(PartInline):
    model = IncidentPlace
    classes = ["tab-incident"]
    autocomplete_fields = ["place"]
    related = ["place"]
    fields = [("place", "sequence", "note")]


class IncidentLinkInline(CitationInline):
    model = IncidentLink
    classes = ["tab-links"]
    fk_name = "incident"
    verbose_name = "link"
    verbose_name_plural = "links to other incidents"
    autocomplete_fields = ["other", "article"]
    related = ["other", "article"]
    fields = [("kind", "other", "note"), *PASSAGE]


class ExternalIdInline(PartInline):
    model = ExternalId
    classes = ["tab-ids"]
    fields = [("scheme", "code")]


class DatasetCodeInline(PartInline):
    model = DatasetCode
    classes = ["tab-ids"]
    verbose_name = "id of a conflict, dyad or side"
    verbose_name_plural = "conflict ids"
    fields = [("scheme", "code")]


@admin.register(Incident)
class IncidentAdmin(DuplicatesAdmin):
    form = IncidentForm
    told_apart = DistinctIncidents
    list_display = ["uid", "title", "kind", "day", "place", "attribution", "state"]
    list_filter = [
        MissingFilter,
        SourceFilter,
        "state",
        "kind",
        "location_precision",
        "violence_type",
        "attribution",
        "clarity",
        "part_of_day",
    ]
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
    autocomplete_fields = ["place", "control_before", "control_after", "conflict", "phase", "operation"]
    fieldsets = [
        (
            "What",
            {
                "fields": ["title", ("kind", "target", "clarity"), ("methods", "weapons"), "summary"],
                "classes": ["tab-incident"],
            },
        ),
        (
            "When",
            {
                "fields": [("when", "as_reported"), ("time", "part_of_day", "time_as_reported")],
                "classes": ["tab-incident"],
            },
        ),
        (
            "Where",
            {
                "fields": [
                    ("place", "location_precision"),
                    ("place_as_reported", "latitude", "longitude"),
                    ("control_before", "control_after"),
                ],
                "classes": ["tab-incident"],
            },
        ),
        ("Part of", {"fields": ["conflict", ("phase", "operation"), "tolls_of"], "classes": ["tab-incident"]}),
        ("Who", {"fields": [("attribution", "violence_type"), "violence"], "classes": ["tab-who"]}),
        ("Casualties", {"fields": [("killed_low", "killed_high")], "classes": ["tab-casualties"]}),
    ]
    readonly_fields = ["tolls_of", "violence"]
    inlines = [
        InvolvementInline,
        CasualtyInline,
        IncidentResultInline,
        IncidentCitationInline,
        IncidentPlaceInline,
        IncidentLinkInline,
        DatasetCodeInline,
        ExternalIdInline,
    ]

    @admin.display(description="when", ordering="earliest_on")
    def day(self, incident):
        return incident.when

    @admin.display(description="what follows from the forces")
    def violence(self, incident):
        if not incident.pk:
            return ""
        models.prefetch_related_objects([incident], *steps_up("involvements__force"), "casualties")
        derived = violence_of(incident)
        return f"{derived.code.label}: {derived.sentence}"

    @admin.display(description="tolls")
    def tolls_of(self, incident):
        if not incident.pk:
            return ""
        rows = incident.tolls.select_related("toll").order_by("toll__uid")
        return render_to_string("incidents/tolls.html", {"rows": rows, "proposed": tolls_for(incident)})

    def candidates(self, record):
        return duplicates_of([record])[record]

    def side_by_side(self, record, other):
        return [(label, one, two) for (label, one), (_, two) in zip(_compared(record), _compared(other), strict=True)]


def _compared(incident):
    """Yield what a person compares of two incidents: labels and words."""
    yield "Title", incident.title
    yield "What", incident.get_kind_display()
    yield "When", incident.when
    yield "Where", ", ".join(filter(None, [incident.place and incident.place.name, incident.place_as_reported]))
    involved = incident.involvements.select_related("force").order_by("role", "force__name")
    yield "Who", "; ".join(dict.fromkeys(f"{each.force.name}, {each.get_role_display().lower()}" for each in involved))
    people = incident.casualties.select_related("victim_force").order_by("harm", "uid")
    yield (
        "Figures",
        "; ".join(f"{figures_in_words(each)} {each.get_harm_display().lower()}, {each.victims}" for each in people),
    )
    yield "Summary", incident.summary
