"""The pages of estimates. They show what the claims suggest, and one button takes it over."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from editing.attempts import sentence
from editing.forms import PartFormSet, RecordForm
from editing.links import page_of
from editing.record_pages import PartAdmin, PartInline, Unsaved
from editing.search import MissingFilter, without
from operations.models import Force, Place
from sources.admin import PASSAGE, CitationInline
from sources.forms import DayField, DayForm
from sources.models import Article

from ..choices import Basis
from ..models import Casualty, Claim, Incident, Toll, figures_in_words

FIGURES = ("low", "best", "high")


class EstimateForm(RecordForm):
    show_if = {"note": "basis=coder_judgement|undecided"}


class VictimGroupForm(DayForm):
    died = DayField(label="died on")

    show_if = {"note": "basis=coder_judgement|undecided", "died": "harm=killed"}


def offer_wholes(form, casualties):
    """Let the field `within` of a casualty form offer only the other estimates of the incident."""
    if field := form.fields.get("within"):
        others = [each for each in casualties if each.pk != form.instance.pk]
        field.queryset = Casualty.objects.filter(pk__in=[each.pk for each in others])
        labels = [(each.pk, f"{each.uid} {each.get_harm_display()}, {each.victims}") for each in others]
        field.choices = [("", "no other estimate"), *labels]
        field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False


class CasualtyFormSet(PartFormSet):
    """The casualties of an incident, each of which may lie within another, with what their claims suggest."""

    def get_queryset(self):
        # Asked of the database once for all rows, and only if the page shows it.
        suggestions = SimpleLazyObject(lambda: Casualty.suggestions(rows))
        rows = super().get_queryset()
        for row in rows:
            row.suggestions_in_incident = suggestions
        return rows

    def add_fields(self, form, index):
        super().add_fields(form, index)
        offer_wholes(form, self.get_queryset())


class CasualtyInline(PartInline):
    model = Casualty
    form = VictimGroupForm
    formset = CasualtyFormSet
    classes = ["tab-casualties"]
    autocomplete_fields = ["victim_force"]
    related = ["victim_force"]
    show_change_link = True
    fields = [
        ("victim_status", "victim_force", "harm", *FIGURES, "at_least"),
        ("victim_group", "occupation", "age_group", "sex"),
        ("basis", "within", "counted_as", "died"),
        "note",
        "claims",
    ]
    readonly_fields = ["claims"]

    @admin.display(description="based on")
    def claims(self, casualty):
        if not casualty.pk:
            return "Save the casualty, then enter its claims on its own page."
        suggestion = casualty.suggestions_in_incident[casualty.pk]
        return render_to_string("incidents/rests_on.html", estimate_context(casualty, suggestion))


def estimate_context(estimate, suggestion):
    """Return what a page shows of an estimate, and of what its claims suggest."""
    return {
        "estimate": estimate,
        "suggestion": suggestion,
        "suggested": figures_in_words(suggestion),
        "suggested_basis": suggestion.basis and Basis(suggestion.basis).label,
        "differs": figures_in_words(estimate) != figures_in_words(suggestion),
        "departs": estimate.departs_from(suggestion),
        "same": (figures_in_words(estimate), estimate.basis)
        == (figures_in_words(suggestion), suggestion.basis or estimate.basis),
    }


class EstimateAdmin:
    """The page of an estimate. It shows what the claims suggest, and one button takes it over."""

    change_form_template = "incidents/estimate_form.html"

    @admin.display(description="low–best–high", ordering=Coalesce("best", "low", Value(-1)))
    def estimate(self, record):
        return f"{figures_in_words(record)}\n{record.get_harm_display().lower()}"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            # The saved estimate, whatever the form holds.
            saved = self.model.objects.get(pk=obj.pk)
            context |= estimate_context(saved, saved.suggestion())
            context["may_take_over"] = self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.model is Claim and "_suggested" in request.POST:
            self._take_over(request, form.instance)

    def _take_over(self, request, estimate):
        """Set the estimate to what its saved claims suggest."""
        suggestion = estimate.suggestion()
        if suggestion.figures == (None, None, None):
            raise Unsaved("Nothing was saved: no claim that counts suggests a number.")
        estimate.low, estimate.best, estimate.high = suggestion.figures
        estimate.at_least = suggestion.at_least
        estimate.basis = suggestion.basis or Basis.SINGLE_CLAIM
        try:
            estimate.validate_constraints()
        except ValidationError as refusal:
            raise Unsaved(sentence(refusal)) from refusal
        estimate.save()
        done = f"The estimate is now what the claims suggest: {figures_in_words(estimate)}."
        self.message_user(request, done, messages.SUCCESS)

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
        ("qualifier", "low", "high", "name_list", "as_of_on", "used"),
        ("claimed_by", "supersedes"),
        "unused_because",
        *PASSAGE,
    ]


class CasualtyForm(VictimGroupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sisters = Casualty.objects.filter(incident=self.instance.incident_id)
        offer_wholes(self, sisters.select_related("victim_force"))


@admin.register(Casualty)
class CasualtyAdmin(EstimateAdmin, PartAdmin):
    form = CasualtyForm
    part_of = ["incident"]
    list_display = ["uid", "incident", "victim_force", "victim_status", "estimate", "basis"]
    list_filter = [MissingFilter, "harm", "victim_status", "age_group", "sex", "counted_as", "basis", "at_least"]
    list_select_related = ["incident", "victim_force"]
    missing = {"claim": without("claims"), "figure": Q(low=None, best=None, high=None)}
    search_fields = ["uid"]
    named_by = {"incident": Incident, "victim_force": Force, "incident__place": Place}
    autocomplete_fields = ["incident", "victim_force"]
    fieldsets = [
        (
            "Whom",
            {
                "fields": [
                    "incident",
                    ("victim_status", "victim_force"),
                    ("victim_group", "occupation", "age_group", "sex"),
                ],
                "classes": ["tab-casualty"],
            },
        ),
        (
            "What harm",
            {"fields": [("harm", *FIGURES, "at_least"), ("counted_as", "died")], "classes": ["tab-casualty"]},
        ),
        ("How known", {"fields": ["basis", "note", "within"], "classes": ["tab-casualty"]}),
    ]
    inlines = [ClaimInline]


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
                "fields": [("qualifier", "low", "high", "name_list"), ("as_of_on", "claimed_by", "supersedes")],
                "classes": ["tab-claim"],
            },
        ),
        ("Where it says so", {"fields": PASSAGE, "classes": ["tab-claim"]}),
        ("What we make of it", {"fields": ["used", "unused_because"], "classes": ["tab-claim"]}),
    ]
