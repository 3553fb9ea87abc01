"""The pages of tolls and of what they cover."""

from django.contrib import admin, messages
from django.db.models import Q
from django.template.loader import render_to_string

from editing.record_pages import PartAdmin, PartInline
from editing.review_pages import ReviewedAdmin
from editing.search import MissingFilter, without
from operations.models import Force, Place
from sources.forms import FROM_TO, DayField, DayForm

from ..figures.scope import stale
from ..figures.tally import tally
from ..models import Incident, Toll, TollCoverage
from .estimates import FIGURES, ClaimInline, EstimateAdmin
from .proposals import Linking, ProposalInline


class TollForm(DayForm):
    when = DayField(FROM_TO)

    show_if = {"unusable_because": "usable=", "note": "basis=coder_judgement"}


class TollCoverageInline(PartInline):
    model = TollCoverage
    verbose_name = "incident"
    verbose_name_plural = "incidents it counts"
    autocomplete_fields = ["incident"]
    related = ["toll", "incident"]
    fields = [("incident", "relation", "reason"), "fits"]
    readonly_fields = ["fits"]
    classes = ["tab-coverage"]

    @admin.display(description="fits")
    def fits(self, row):
        if not row.pk:
            return ""
        return render_to_string("incidents/fits.html", {"row": row, "stale": self._stale(row.toll).get(row.pk)})

    def _stale(self, toll):
        """Return what is stale in a toll; asked once for a page, for which Django makes this object anew."""
        if not hasattr(self, "found"):
            self.found = stale(toll)
        return self.found


@admin.register(Toll)
class TollAdmin(EstimateAdmin, ReviewedAdmin):
    form = TollForm
    list_display = ["uid", "title", "period", "victim_force", "estimate", "adopted", "state"]
    list_filter = [MissingFilter, Linking, "state", "harm", "victim_status", "usable", "adopted", "series"]
    list_select_related = ["victim_force"]
    missing = {
        "claim": without("claims"),
        "period": Q(earliest_on=None) | Q(latest_on=None),
        "place": without("places"),
        "incident that it counts": without("coverage"),
    }
    search_fields = ["uid"]
    named_by = {"victim_force": Force, "places": Place}
    autocomplete_fields = ["victim_force", "perpetrator", "places", "phase", "operation", "parent"]
    readonly_fields = ["running_tally"]
    fieldsets = [
        (
            "What",
            {
                "fields": ["title", ("victim_status", "victim_force"), ("harm", *FIGURES), "basis", "note"],
                "classes": ["tab-toll"],
            },
        ),
        ("When", {"fields": [("when", "as_reported")], "classes": ["tab-toll"]}),
        ("Where", {"fields": ["places"], "classes": ["tab-toll"]}),
        ("Who", {"fields": ["perpetrator"], "classes": ["tab-toll"]}),
        ("Part of", {"fields": [("phase", "operation")], "classes": ["tab-toll"]}),
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

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        toll = form.instance
        for step in tally(toll.series):
            if step.falls and toll.pk in {step.toll.pk, step.before.pk}:
                self.message_user(
                    request,
                    f"{step.toll.uid} ({step.toll.best}) falls below {step.before.uid} ({step.before.best}), of an"
                    " earlier day. Have a reviewer look at both: one may be wrong, or not of this series.",
                    messages.WARNING,
                )


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
