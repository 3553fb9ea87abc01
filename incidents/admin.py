"""Incidents, casualties, tolls and claims as curators edit them."""

import re

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.forms import BooleanField, Textarea
from django.shortcuts import redirect
from django.template.loader import render_to_string

from editing.attempts import page_of, sentence
from editing.forms import PartFormSet, RecordForm
from editing.record_pages import PartAdmin, PartInline, Unsaved
from editing.review_pages import ReviewedAdmin
from editing.search import Missing, without
from operations.models import Force, Place
from sources.admin import PASSAGE, CitationInline
from sources.forms import FROM_TO, DayField, DayForm
from sources.models import Article

from .choices import Basis
from .figures.scope import Trees, candidates, proposals, stale, tolls_for
from .figures.tally import tally
from .models import Casualty, Claim, ExternalId, Incident, IncidentCitation, Involvement, Toll, TollCoverage, spelt_out

FIGURES = ("low", "best", "high")

#: How many proposals a page shows; the others follow when these are decided.
SHOWN = 50


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


class EstimateForm(RecordForm):
    show_if = {"note": "basis=coder_judgement"}


def offer_wholes(form, casualties):
    """Let the form of a casualty offer, as what it lies within, only others of these."""
    if field := form.fields.get("within"):
        others = [each for each in casualties if each.within_id is None and each.pk != form.instance.pk]
        field.queryset = Casualty.objects.filter(pk__in=[each.pk for each in others])
        labels = [(each.pk, f"{each.uid} {each.get_harm_display()}, {each.victims}") for each in others]
        field.choices = [("", "no other estimate"), *labels]
        field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False


class CasualtyFormSet(PartFormSet):
    """The casualties of an incident, each of which may lie within another."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        offer_wholes(form, self.get_queryset())


class CasualtyInline(PartInline):
    model = Casualty
    form = EstimateForm
    formset = CasualtyFormSet
    classes = ["tab-casualties"]
    autocomplete_fields = ["victim_force"]
    related = ["victim_force"]
    show_change_link = True
    fields = [("victim_status", "victim_force", "harm", *FIGURES), ("basis", "within"), "note", "claims"]
    readonly_fields = ["claims"]

    @admin.display(description="rests on")
    def claims(self, casualty):
        if not casualty.pk:
            return "Save it, then enter its claims on its own page."
        return render_to_string("incidents/rests_on.html", estimate_context(casualty, self._suggestion(casualty)))

    def _suggestion(self, casualty):
        """Return what the claims suggest; asked once for a page, for which Django makes this object anew."""
        if not hasattr(self, "found"):
            casualties = Casualty.objects.filter(incident=casualty.incident_id)
            self.found = Casualty.suggestions(casualties.select_related("victim_force"))
        return self.found[casualty.pk]


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


def estimate_context(estimate, suggestion):
    """Return what a page shows of an estimate beside what its claims suggest."""
    return {
        "estimate": estimate,
        "suggestion": suggestion,
        "suggested": spelt_out(suggestion.figures),
        "suggested_basis": suggestion.basis and Basis(suggestion.basis).label,
        "differs": estimate.figures != suggestion.figures,
        "departs": estimate.departs_from(suggestion),
        "same": (*estimate.figures, estimate.basis) == (*suggestion.figures, suggestion.basis or estimate.basis),
    }


class EstimateAdmin:
    """The page of an estimate. What its claims suggest stands beside them, and one button takes it over."""

    change_form_template = "incidents/estimate_form.html"

    @admin.display(description="low–best–high", ordering=Coalesce("best", "low", Value(-1)))
    def estimate(self, record):
        return f"{spelt_out(record.figures)}\n{record.get_harm_display().lower()}"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            # As it is saved, whatever the form holds.
            saved = self.model.objects.get(pk=obj.pk)
            context |= estimate_context(saved, saved.suggestion())
            context["may_take_over"] = self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "_suggested" in request.POST:
            self._take_over(request, form.instance)

    def _take_over(self, request, estimate):
        """Let the estimate be what its claims suggest, now that they are saved."""
        suggestion = estimate.suggestion()
        if suggestion.figures == (None, None, None):
            raise Unsaved("Nothing was saved: no claim that counts suggests a number.")
        estimate.low, estimate.best, estimate.high = suggestion.figures
        estimate.basis = suggestion.basis or Basis.SINGLE_CLAIM
        try:
            estimate.validate_constraints()
        except ValidationError as refusal:
            raise Unsaved(sentence(refusal)) from refusal
        estimate.save()
        told = f"The estimate is what the claims suggest now: {spelt_out(estimate.figures)}."
        self.message_user(request, told, messages.SUCCESS)

    def response_change(self, request, obj):
        return redirect(page_of(obj)) if "_suggested" in request.POST else super().response_change(request, obj)


class ClaimForm(RecordForm):
    show_if = {"unused_because": "used="}


class ClaimInline(CitationInline):
    model = Claim
    form = ClaimForm
    verbose_name = "claim"
    verbose_name_plural = "claims"
    show_change_link = True
    autocomplete_fields = ["article", "supersedes", "claimed_by"]
    related = ["article"]
    fields = [
        ("qualifier", "low", "high", "as_of_on", "used"),
        ("claimed_by", "supersedes"),
        "unused_because",
        *PASSAGE,
    ]


class CasualtyForm(EstimateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sisters = Casualty.objects.filter(incident=self.instance.incident_id)
        offer_wholes(self, sisters.select_related("victim_force"))


@admin.register(Casualty)
class CasualtyAdmin(EstimateAdmin, PartAdmin):
    form = CasualtyForm
    part_of = ["incident"]
    list_display = ["uid", "incident", "victim_force", "victim_status", "estimate", "basis"]
    list_filter = [Missing, "harm", "victim_status", "basis"]
    list_select_related = ["incident", "victim_force"]
    missing = {"claim": without("claims"), "figure": Q(low=None, best=None, high=None)}
    search_fields = ["uid"]
    named_by = {"incident": Incident, "victim_force": Force, "incident__place": Place}
    autocomplete_fields = ["incident", "victim_force"]
    fieldsets = [
        ("Whom", {"fields": ["incident", ("victim_status", "victim_force")], "classes": ["tab-casualty"]}),
        ("What harm", {"fields": [("harm", *FIGURES)], "classes": ["tab-casualty"]}),
        ("How known", {"fields": ["basis", "note", "within"], "classes": ["tab-casualty"]}),
    ]
    inlines = [ClaimInline]


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


class ProposalForm(RecordForm):
    """A proposed row. It is saved once somebody confirms it, as the row then reads."""

    confirmed = BooleanField(required=False)

    def has_changed(self):
        return self["confirmed"].data is True


class ProposalFormSet(PartFormSet):
    """Rows that a toll's coverage may still need, filled in with what the codes suggest."""

    #: What is proposed, and how much more there is.
    shown = ()
    more = 0

    def __init__(self, *args, queryset=None, **kwargs):
        initial = [each._asdict() | {"incident": each.incident.pk} for each in self.shown]
        super().__init__(*args, queryset=TollCoverage.objects.none(), initial=initial, **kwargs)

    @classmethod
    def get_default_prefix(cls):
        return "proposals"

    def rows(self):
        """Return the incidents, each with its form."""
        keys = [int(key) if (key := str(form["incident"].value())).isdecimal() else None for form in self.forms]
        incidents = Incident.objects.select_related("place").in_bulk(filter(None, keys))
        rows = [(incidents.get(key), form) for key, form in zip(keys, self.forms, strict=True)]
        for incident, form in rows:
            for name in ("confirmed", "relation", "reason"):
                form.fields[name].widget.attrs["aria-label"] = f"{name.capitalize()}: {incident}"
        return rows

    def clean(self):
        super().clean()
        rows = {value for name, value in self.data.items() if re.fullmatch(r"coverage-\d+-incident", name)}
        for form in self.forms:
            if form.has_changed() and form["incident"].data in rows:
                form.add_error("relation", "The toll is related to this incident already.")


class ProposalInline(PartInline):
    """The incidents that a toll may count and says nothing of."""

    model = TollCoverage
    form = ProposalForm
    formset = ProposalFormSet
    template = "incidents/proposals.html"
    fields = ["incident", "relation", "reason", "confirmed"]
    can_delete = False

    def get_formset(self, request, obj=None, **kwargs):
        shown, more = (), 0
        if request.method == "GET":
            trees = Trees()
            shown = proposals(obj, trees, SHOWN)
            more = candidates(obj, trees).count() - SHOWN if len(shown) == SHOWN else 0
        formset = super().get_formset(request, obj, extra=len(shown), **kwargs)
        return type("ProposalFormSet", (formset,), {"shown": shown, "more": more})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "reason":
            field.widget = Textarea(attrs={"rows": 2, "dir": "auto"})
        return field


class Linking(admin.SimpleListFilter):
    """Tolls whose coverage somebody has to look at."""

    title = "incidents to link"
    parameter_name = "linking"

    def lookups(self, request, model_admin):
        return [("proposed", "Proposals open"), ("stale", "Links that no longer fit")]

    def queryset(self, request, queryset):
        trees = Trees()
        tests = {"proposed": lambda toll: candidates(toll, trees).exists(), "stale": lambda toll: stale(toll, trees)}
        if (test := tests.get(self.value())) is None:
            return queryset
        tolls = Toll.objects.prefetch_related("places").select_related("phase", "victim_force", "perpetrator")
        return queryset.filter(pk__in=[toll.pk for toll in tolls if test(toll)])


@admin.register(Toll)
class TollAdmin(EstimateAdmin, ReviewedAdmin):
    form = TollForm
    list_display = ["uid", "title", "period", "victim_force", "estimate", "adopted", "state"]
    list_filter = [Missing, Linking, "state", "harm", "victim_status", "usable", "adopted", "series"]
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


@admin.register(Claim)
class ClaimAdmin(PartAdmin):
    form = ClaimForm
    part_of = ["casualty", "toll"]
    list_display = ["uid", "article", "locator", "qualifier", "low", "high", "casualty", "toll", "used"]
    list_filter = ["used", "qualifier", "stance", "credibility"]
    list_select_related = ["article", "casualty", "toll"]
    search_fields = ["uid"]
    named_by = {
        "article": Article,
        "casualty": Casualty,
        "toll": Toll,
        "casualty__victim_force": Force,
        "toll__victim_force": Force,
    }
    autocomplete_fields = ["casualty", "toll", "article", "supersedes", "claimed_by"]
    fieldsets = [
        ("Of what", {"fields": [("casualty", "toll")], "classes": ["tab-claim"]}),
        (
            "What it says",
            {
                "fields": [("qualifier", "low", "high"), ("as_of_on", "claimed_by", "supersedes")],
                "classes": ["tab-claim"],
            },
        ),
        ("Where it says so", {"fields": PASSAGE, "classes": ["tab-claim"]}),
        ("What we make of it", {"fields": ["used", "unused_because"], "classes": ["tab-claim"]}),
    ]
