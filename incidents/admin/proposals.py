"""The incidents that a toll may count and that nobody has decided on, proposed as rows to confirm."""

import re

from django.contrib import admin
from django.forms import BooleanField, Textarea

from editing.forms import PartFormSet, RecordForm
from editing.record_pages import PartInline

from ..figures.compared import candidates, proposals, stale, with_scope, working_trees
from ..models import Incident, Toll, TollCoverage

#: How many proposals a page shows. The others follow once these are decided.
PROPOSALS_SHOWN = 50


def proposed_rows(toll):
    """Return the keywords with which a ProposalFormSet shows the first proposals for a toll."""
    trees = working_trees()
    proposed = proposals(toll, trees, PROPOSALS_SHOWN)
    full = len(proposed) == PROPOSALS_SHOWN
    return {"proposed": proposed, "more": candidates(toll, trees).count() - PROPOSALS_SHOWN if full else 0}


class ProposalForm(RecordForm):
    """A proposed row. It is saved only if somebody confirms it, with what the row then says."""

    confirmed = BooleanField(required=False)

    def has_changed(self):
        return self["confirmed"].data is True


class ProposalFormSet(PartFormSet):
    """Rows that may be missing in the coverage of a toll, filled in with what the codes suggest."""

    def __init__(self, *args, queryset=None, proposed=(), more=0, **kwargs):
        """Make a row of each of the Proposals `proposed`; `more` says how many others there are."""
        self.more = more
        self.extra = len(proposed)
        initial = [each._asdict() | {"incident": each.incident.pk} for each in proposed]
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
                form.add_error("relation", "The toll already has a row for this incident.")


class ProposalInline(PartInline):
    """The incidents that a toll may count and that nobody has decided on."""

    model = TollCoverage
    form = ProposalForm
    formset = ProposalFormSet
    template = "incidents/proposals.html"
    fields = ["incident", "relation", "reason", "confirmed"]
    can_delete = False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "reason":
            field.widget = Textarea(attrs={"rows": 2, "dir": "auto"})
        return field


class Linking(admin.SimpleListFilter):
    """Tolls whose coverage needs attention."""

    title = "incidents to link"
    parameter_name = "linking"

    def lookups(self, request, model_admin):
        return [("proposed", "Proposals open"), ("stale", "Links that no longer fit")]

    def queryset(self, request, queryset):
        trees = working_trees()
        tests = {"proposed": lambda toll: candidates(toll, trees).exists(), "stale": lambda toll: stale(toll, trees)}
        if (test := tests.get(self.value())) is None:
            return queryset
        return queryset.filter(pk__in=[toll.pk for toll in with_scope(Toll.objects.all()) if test(toll)])
