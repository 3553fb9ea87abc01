"""The pages of tolls and of the incidents that they cover."""

from django.contrib import admin
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from editing.forms import PartFormSet
from editing.record_pages import PartAdmin, PartInline
from editing.review_pages import ReviewedAdmin
from editing.search import MissingFilter, without
from operations.models import Force, Place
from sources.admin import SourceFilter
from sources.forms import FROM_TO, DayField, DayForm

from ..figures.compared import stale
from ..figures.tally import tally
from ..models import Incident, Toll, TollCoverage
from .estimates import FIGURES, ClaimInline, EstimateAdmin
from .proposals import Linking, ProposalInline, proposed_rows


class TollForm(DayForm):
    when = DayField(FROM_TO)

    show_if = {"unusable_because": "usable=", "note": "basis=coder_judgement|undecided"}


class TollCoverageFormSet(PartFormSet):
    """The incidents that a toll counts or does not. Each row can say why it no longer fits the toll."""

    def get_queryset(self):
        # Asked of the database once for all rows, and only if the page shows it.
        stale_in_toll = SimpleLazyObject(lambda: stale(self.instance))
        rows = super().get_queryset()
        for row in rows:
            row.stale_in_toll = stale_in_toll
        return rows


class TollCoverageInline(PartInline):
    model = TollCoverage
    formset = TollCoverageFormSet
    verbose_name = "incident"
    verbose_name_plural = "incidents it counts"
    autocomplete_fields = ["incident"]
    related = ["toll", "incident"]
    fields = [("incident", "relation", "people", "reason"), "fits"]
    readonly_fields = ["fits"]
    classes = ["tab-coverage"]

    @admin.display(description="fits")
    def fits(self, row):
        if not row.pk:
            return ""
        return render_to_string("incidents/fits.html", {"row": row, "stale": row.stale_in_toll.get(row.pk)})


@admin.register(Toll)
class TollAdmin(EstimateAdmin, ReviewedAdmin):
    form = TollForm
    list_display = ["uid", "title", "period", "victim_force", "estimate", "adopted", "state"]
    list_filter = [
        MissingFilter,
        Linking,
        SourceFilter,
        "state",
        "harm",
        "victim_status",
        "at_least",
        "usable",
        "adopted",
        "series",
    ]
    list_select_related = ["victim_force"]
    missing = {
        "claim": without("claims"),
        "period": Q(earliest_on=None) | Q(latest_on=None),
        "place": without("places"),
        "incident that it counts": without("coverage"),
    }
    search_fields = ["uid"]
    named_by = {"victim_force": Force, "places": Place}
    autocomplete_fields = ["victim_force", "perpetrator", "places", "conflict", "phase", "operation", "parent"]
    readonly_fields = ["running_tally"]
    fieldsets = [
        (
            "What",
            {
                "fields": ["title", ("victim_status", "victim_force"), ("harm", *FIGURES, "at_least"), "basis", "note"],
                "classes": ["tab-toll"],
            },
        ),
        ("When", {"fields": [("when", "as_reported")], "classes": ["tab-toll"]}),
        ("Where", {"fields": ["places"], "classes": ["tab-toll"]}),
        ("Who", {"fields": ["perpetrator"], "classes": ["tab-toll"]}),
        ("Part of", {"fields": ["conflict", ("phase", "operation")], "classes": ["tab-toll"]}),
        (
            "How it counts",
            {
                "fields": ["series", "running_tally", ("usable", "adopted"), "unusable_because", "parent"],
                "classes": ["tab-toll"],
            },
        ),
    ]
    inlines = [ClaimInline, ProposalInline, TollCoverageInline]

    def get_inlines(self, request, obj):
        return [inline for inline in super().get_inlines(request, obj) if obj or inline is not ProposalInline]

    @admin.display(description="period", ordering="earliest_on")
    def period(self, toll):
        return toll.when.replace("/", "/\n")

    @admin.display(description="running tally")
    def running_tally(self, toll):
        steps = [{"step": step, "here": step.toll.pk == toll.pk} for step in tally(toll.series)]
        return render_to_string("incidents/tally.html", {"steps": steps}) if toll.pk else ""

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, ProposalInline) and request.method == "GET":
            kwargs |= proposed_rows(obj)
        return kwargs


@admin.register(TollCoverage)
class TollCoverageAdmin(PartAdmin):
    part_of = ["toll"]
    list_display = ["toll", "relation", "incident", "reason"]
    list_filter = ["relation"]
    list_select_related = ["toll", "incident"]
    search_fields = ["reason"]
    named_by = {"toll": Toll, "incident": Incident}
    autocomplete_fields = ["toll", "incident"]
    fieldsets = [("Coverage", {"fields": ["toll", "incident", "relation", "reason"]})]
