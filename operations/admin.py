"""The admin pages of places, forces, conflicts, operations and phases."""

from django.contrib import admin
from django.db.models import Q

from editing.record_pages import PartAdmin, PartInline
from editing.review_pages import ReviewedAdmin
from editing.search import MissingFilter, without
from publication.theatre import theatre_at
from sources.admin import PASSAGE, CitationInline, SourceFilter
from sources.forms import FROM_TO, DayField, DayForm

from .levels import level_label
from .models import (
    Conflict,
    ConflictCode,
    ConflictName,
    Force,
    ForceCode,
    ForceName,
    Operation,
    OperationCitation,
    OperationName,
    Participation,
    Phase,
    PhaseCitation,
    Place,
    PlaceControl,
    PlaceName,
    RegionMember,
    Result,
    Side,
    SideMember,
)


class NameInline(PartInline):
    """Other spellings of a record's name."""

    verbose_name = "other name"
    verbose_name_plural = "other names"
    fields = [("name", "language")]


class SpanForm(DayForm):
    """A form for what began and ended on days that may be uncertain."""

    starts = DayField()
    ends = DayField()


class PlaceNameInline(NameInline):
    model = PlaceName


class PlaceControlInline(CitationInline):
    model = PlaceControl
    form = SpanForm
    classes = ["tab-control"]
    verbose_name = "force"
    verbose_name_plural = "who claims, administers and controls it"
    autocomplete_fields = ["force", "article"]
    related = ["force", "article"]
    fields = [("aspect", "force", "no_force"), ("starts", "ends"), *PASSAGE]


@admin.register(PlaceControl)
class PlaceControlAdmin(PartAdmin):
    form = SpanForm
    part_of = ["place"]
    list_display = ["uid", "place", "aspect", "force", "no_force", "starts", "ends"]
    list_filter = ["aspect", "no_force"]
    list_select_related = ["place", "force", "article"]
    search_fields = ["uid"]
    named_by = {"place": Place, "force": Force}
    autocomplete_fields = ["place", "force", "article"]
    fieldsets = [
        (
            "Who",
            {"fields": ["place", ("aspect", "force", "no_force"), ("starts", "ends")], "classes": ["tab-control"]},
        ),
        ("Passage", {"fields": [*PASSAGE], "classes": ["tab-control"]}),
    ]


class RegionMemberInline(CitationInline):
    model = RegionMember
    classes = ["tab-members"]
    fk_name = "region"
    verbose_name = "member"
    verbose_name_plural = "places that lie in it, if it cuts across the tree"
    autocomplete_fields = ["place", "article"]
    related = ["place", "article"]
    fields = ["place", *PASSAGE]


@admin.register(Place)
class PlaceAdmin(ReviewedAdmin):
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "slug", "kind", "parent", "latitude", "longitude", "state"]
    list_filter = [MissingFilter, SourceFilter, "state", "kind"]
    list_select_related = ["parent"]
    missing = {
        "other name": without("names"),
        "point": Q(latitude=None),
        "parent": Q(parent=None) & ~Q(kind="country"),
    }
    search_fields = ["slug", "name", "names__name", "pcode"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["disputed"]
    fieldsets = [
        ("What", {"fields": ["name", ("slug", "kind")], "classes": ["tab-place"]}),
        (
            "Where",
            {"fields": ["parent", ("latitude", "longitude"), ("pcode", "disputed")], "classes": ["tab-place"]},
        ),
    ]
    inlines = [PlaceNameInline, PlaceControlInline, RegionMemberInline]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Add to each level of places what the theatre calls it."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "kind":
            theatre = theatre_at()
            field.choices = [(code, level_label(theatre, code, label)) for code, label in field.choices]
        return field

    @admin.display(boolean=True, description="disputed")
    def disputed(self, place):
        return bool(place.pk) and place.disputed


class ForceForm(DayForm):
    active = DayField(FROM_TO)


class ForceNameInline(NameInline):
    model = ForceName


class ForceCodeInline(PartInline):
    model = ForceCode
    verbose_name = "code in another dataset"
    verbose_name_plural = "codes in other datasets"
    fields = [("scheme", "code", "verified")]


@admin.register(Force)
class ForceAdmin(ReviewedAdmin):
    form = ForceForm
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "slug", "kind", "echelon", "parent", "state"]
    list_filter = [MissingFilter, "state", "kind", "echelon"]
    list_select_related = ["parent"]
    missing = {"other name": without("names"), "parent": Q(parent=None), "code in another dataset": without("codes")}
    search_fields = ["slug", "name", "names__name", "codes__code"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        ("What", {"fields": ["name", ("slug", "kind"), ("echelon", "parent")], "classes": ["tab-force"]}),
        ("When", {"fields": ["active"], "classes": ["tab-force"]}),
    ]
    inlines = [ForceNameInline, ForceCodeInline]


class PeriodForm(DayForm):
    period = DayField(FROM_TO)


class ConflictForm(DayForm):
    when = DayField(FROM_TO)


class ConflictNameInline(NameInline):
    model = ConflictName


class ConflictCodeInline(PartInline):
    model = ConflictCode
    verbose_name = "id in another dataset"
    verbose_name_plural = "ids in other datasets"
    fields = [("scheme", "code", "verified")]


class SideInline(PartInline):
    model = Side
    show_change_link = True
    fields = [("slug", "name")]


@admin.register(Conflict)
class ConflictAdmin(ReviewedAdmin):
    form = ConflictForm
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "slug", "days", "state"]
    list_filter = [MissingFilter, SourceFilter, "state"]
    missing = {
        "other name": without("names"),
        "side": without("sides"),
        "first day": Q(earliest_on=None),
        "id in another dataset": without("codes"),
    }
    search_fields = ["slug", "name", "names__name", "codes__code"]
    fieldsets = [
        ("What", {"fields": ["name", "slug", "about"], "classes": ["tab-conflict"]}),
        ("When", {"fields": ["when"], "classes": ["tab-conflict"]}),
    ]
    inlines = [SideInline, ConflictNameInline, ConflictCodeInline]

    @admin.display(description="when", ordering="earliest_on")
    def days(self, conflict):
        return conflict.when


class SideMemberInline(CitationInline):
    model = SideMember
    form = PeriodForm
    verbose_name = "force"
    verbose_name_plural = "forces on this side"
    autocomplete_fields = ["force", "article"]
    related = ["force", "article"]
    fields = [("force", "period"), *PASSAGE]


@admin.register(Side)
class SideAdmin(PartAdmin):
    part_of = ["conflict"]
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "slug", "conflict"]
    list_filter = [MissingFilter]
    list_select_related = ["conflict"]
    missing = {"force": without("members")}
    search_fields = ["slug", "name"]
    named_by = {"conflict": Conflict, "members__force": Force}
    autocomplete_fields = ["conflict"]
    fieldsets = [("What", {"fields": ["conflict", ("name", "slug")], "classes": ["tab-side"]})]
    inlines = [SideMemberInline]


class OperationForm(SpanForm):
    show_if = {"ends": "end_status=ended", "ends_as_reported": "end_status=ended"}


class OperationNameInline(NameInline):
    model = OperationName


class OperationCitationInline(CitationInline):
    model = OperationCitation


class PhaseInline(PartInline):
    model = Phase
    form = SpanForm
    show_change_link = True
    fields = [("ordinal", "name", "basis"), ("starts", "starts_as_reported", "ends", "ends_as_reported")]


@admin.register(Operation)
class OperationAdmin(ReviewedAdmin):
    form = OperationForm
    list_display = ["uid", "name", "kind", "commanding_force", "began", "ended", "end_status", "state"]
    list_filter = [MissingFilter, SourceFilter, "state", "kind", "end_status"]
    list_select_related = ["commanding_force"]
    missing = {
        "citation": without("citations"),
        "phase": without("phases"),
        "place": without("places"),
        "first day": Q(starts_earliest_on=None, starts_latest_on=None),
        "commanding force": Q(commanding_force=None),
    }
    search_fields = ["uid", "name", "names__name", "summary", "objective"]
    named_by = {"places": Place, "commanding_force": Force}
    autocomplete_fields = ["commanding_force", "places", "parent"]
    fieldsets = [
        ("What", {"fields": ["name", ("kind", "parent"), "objective", "summary"], "classes": ["tab-operation"]}),
        (
            "When",
            {
                "fields": [("starts", "starts_as_reported"), "end_status", ("ends", "ends_as_reported")],
                "classes": ["tab-operation"],
            },
        ),
        ("Where", {"fields": ["places"], "classes": ["tab-operation"]}),
        ("Who", {"fields": ["commanding_force"], "classes": ["tab-operation"]}),
    ]
    inlines = [PhaseInline, OperationNameInline, OperationCitationInline]

    @admin.display(description="starts", ordering="starts_earliest_on")
    def began(self, operation):
        return operation.starts

    @admin.display(description="ends", ordering="ends_latest_on")
    def ended(self, operation):
        return operation.ends


class PhaseCitationInline(CitationInline):
    model = PhaseCitation


class ParticipationInline(CitationInline):
    model = Participation
    verbose_name = "participation"
    verbose_name_plural = "participations"
    autocomplete_fields = ["force", "article"]
    related = ["force", "article"]
    fields = [("force", "role", "standing"), *PASSAGE]


class ResultInline(CitationInline):
    model = Result
    verbose_name = "result"
    verbose_name_plural = "results"
    autocomplete_fields = ["claimed_by", "article"]
    related = ["claimed_by", "article"]
    fields = [("kind", "what", "qualifier"), ("low", "high", "unit", "claimed_by"), *PASSAGE]


@admin.register(Phase)
class PhaseAdmin(PartAdmin):
    form = SpanForm
    part_of = ["operation"]
    list_display = ["uid", "name", "operation", "ordinal", "basis", "began", "ended", "area_km2"]
    list_filter = [MissingFilter, "basis"]
    list_select_related = ["operation"]
    missing = {
        "citation": without("citations"),
        "participation": without("participations"),
        "place": without("places"),
        "first day": Q(starts_earliest_on=None, starts_latest_on=None),
    }
    search_fields = ["uid", "name", "operation__uid"]
    named_by = {"operation": Operation, "places": Place}
    autocomplete_fields = ["operation", "places"]
    fieldsets = [
        ("What", {"fields": ["operation", ("ordinal", "name"), "basis"], "classes": ["tab-phase"]}),
        (
            "When",
            {"fields": [("starts", "starts_as_reported"), ("ends", "ends_as_reported")], "classes": ["tab-phase"]},
        ),
        ("Where", {"fields": ["places", "area_km2"], "classes": ["tab-phase"]}),
    ]
    inlines = [ParticipationInline, ResultInline, PhaseCitationInline]

    @admin.display(description="starts", ordering="starts_earliest_on")
    def began(self, phase):
        return phase.starts

    @admin.display(description="ends", ordering="ends_latest_on")
    def ended(self, phase):
        return phase.ends
