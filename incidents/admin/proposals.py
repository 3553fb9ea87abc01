"""The incidents that a toll may count and says nothing of, proposed as rows to confirm."""

import re

from django.contrib import admin
from django.forms import BooleanField, Textarea

from editing.forms import PartFormSet, RecordForm
from editing.record_pages import PartInline

from ..figures.scope import Trees, candidates, proposals, stale
from ..models import Incident, Toll, TollCoverage

#: How many proposals a page shows; the others follow when these are decided.
PROPOSALS_SHOWN = 50


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
            shown = proposals(obj, trees, PROPOSALS_SHOWN)
            more = candidates(obj, trees).count() - PROPOSALS_SHOWN if len(shown) == PROPOSALS_SHOWN else 0
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
