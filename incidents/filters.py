"""What incidents, casualties and tolls can be filtered by."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django_filters import rest_framework as filters

from operations.filters import ArticledFilter, ForcedFilter, role_filter
from reading.filters import (
    CodesFilter,
    CountedFilter,
    DatedFilter,
    PlacedFilter,
    PointFilter,
    RecordFilter,
    ReferenceFilter,
    YesNoFilter,
)

from .choices import Harm, IncidentKind, InvolvementRole, LocationPrecision, Target, VictimStatus


class VictimFilter(ReferenceFilter):
    """Any of several victims: slugs of forces, or codes of VictimStatus."""

    codes = tuple(VictimStatus.values)


class HarmedFilter(RecordFilter):
    """Filters for records about people harmed. `victim` and `harm` together speak of the same people."""

    victim = VictimFilter(
        "force",
        method="by_victim",
        help_text=f"Of one of these forces (slug), or of one of these statuses: {', '.join(VictimStatus.values)}.",
    )
    harm = CodesFilter(Harm, "harm", help_text="What was done to them.")
    conflict = YesNoFilter(
        method="by_conflict", help_text="Whether credible sources give figures that exclude each other."
    )

    def by_conflict(self, queryset, name, conflict):
        in_conflict = Q(tags__contains=["conflict:yes"])
        return queryset.filter(in_conflict if conflict else ~in_conflict)

    def by_victim(self, queryset, name, victims):
        harms = self.form.cleaned_data.get("harm")
        tags = [f"victim:{victim}" for victim in victims]
        if harms:
            tags = [f"{tag}|harm:{harm}" for tag in tags for harm in harms]
        return queryset.filter(tags__overlap=tags)


class WithinFilter(RecordFilter):
    """Filters for records that may belong to an operation."""

    operation = ReferenceFilter("operation", "operation", help_text="Of one of these operations, any phase.")
    phase = ReferenceFilter("phase", "phase", help_text="Of one of these phases.")


class PreciseFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """Any of several location precisions."""

    def __init__(self):
        super().__init__(
            field_name="precision", choices=LocationPrecision.choices, help_text="How exactly the place is known."
        )


class ExternalIdField(forms.CharField):
    """A dataset and its id of an incident, such as `ucdp_ged:300380`."""

    def clean(self, value):
        value = super().clean(value)
        if value and not all(value.partition(":")):
            raise ValidationError("Write an external id as dataset:id, such as ucdp_ged:300380.")
        return value


class ExternalIdFilter(filters.BaseInFilter, filters.CharFilter):
    """Any of several ids that other datasets give."""

    field_class = ExternalIdField

    def filter(self, queryset, ids):
        return queryset.filter(tags__overlap=[f"external_id:{each}" for each in ids]) if ids else queryset


class IncidentFilter(
    DatedFilter, PlacedFilter, PointFilter, ForcedFilter, WithinFilter, ArticledFilter, CountedFilter, HarmedFilter
):
    """Incidents."""

    role = role_filter(InvolvementRole.choices)
    kind = CodesFilter(IncidentKind, "kind", help_text="What happened.")
    target = CodesFilter(Target, "target", help_text="What it was directed at.")
    external_id = ExternalIdFilter(help_text="What other datasets call it, as dataset:id, such as `ucdp_ged:300380`.")
    precision = PreciseFilter()


class CasualtyFilter(
    DatedFilter, PlacedFilter, PointFilter, ForcedFilter, WithinFilter, ArticledFilter, CountedFilter, HarmedFilter
):
    """Casualties, by when and where their incident happened and who was involved in it."""

    role = role_filter(InvolvementRole.choices)
    precision = PreciseFilter()
    incident = ReferenceFilter("incident", "part_of", help_text="Of one of these incidents.")


class TollFilter(DatedFilter, PlacedFilter, WithinFilter, ArticledFilter, CountedFilter, HarmedFilter):
    """Tolls, by the days that they count."""

    force = ReferenceFilter("force", "forces", help_text="Suffered or caused by one of these forces.")
    adopted = YesNoFilter(method="by_adoption", help_text="Whether its remainder enters reconciled totals.")

    def by_adoption(self, queryset, name, adopted):
        return queryset.filter(tags__contains=[f"adopted:{'yes' if adopted else 'no'}"])
