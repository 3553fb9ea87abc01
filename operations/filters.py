"""What places, forces, operations and phases can be filtered by."""

from django_filters import rest_framework as filters

from reading.filters import CodesFilter, DatedFilter, PlacedFilter, PointFilter, RecordFilter, ReferenceFilter

from .choices import ForceKind, OperationKind, ParticipationRole, PhaseBasis, PlaceKind, Side, Standing


class ForcedFilter(RecordFilter):
    """Filters for records in which forces have roles. Subclasses list the roles in `role`."""

    force = ReferenceFilter(
        "force", "forces", method="with_force", help_text="With one of these forces or a force that belongs to it."
    )

    def with_force(self, queryset, name, slugs):
        roles = self.form.cleaned_data.get("role")
        if not roles:
            return queryset.filter(forces__overlap=slugs)
        return queryset.filter(force_roles__overlap=[f"{slug}:{role}" for slug in slugs for role in roles])


def role_filter(choices):
    """Return the filter `role`, which narrows `force` where both are given."""
    return RoleFilter(choices=choices, help_text="The part that the force had; with `force`: that very force.")


class RoleFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """Any of several roles of any force."""

    def filter(self, queryset, roles):
        if not roles or self.parent.form.cleaned_data.get("force"):
            return queryset
        return queryset.filter(tags__overlap=[f"role:{role}" for role in roles])


class ArticledFilter(RecordFilter):
    """Filters for records that cite articles."""

    article = ReferenceFilter("article", "articles", help_text="Stated by one of these articles.")


class PlaceFilter(PlacedFilter, PointFilter, ArticledFilter):
    """Places."""

    kind = CodesFilter(PlaceKind, "kind", help_text="What sort of place it is.")


class ForceFilter(DatedFilter):
    """Forces."""

    force = ReferenceFilter("force", "forces", help_text="One of these forces, and all that belong to it.")
    kind = CodesFilter(ForceKind, "kind", help_text="What sort of force it is.")
    side = CodesFilter(Side, "side", help_text="Which side it is on.")


PARTS = [*ParticipationRole.choices, (Standing.ABSENT.value, "Said to be absent")]


class OperationFilter(DatedFilter, PlacedFilter, ForcedFilter, ArticledFilter):
    """Operations, by the days from the first on which they may have begun to the last on which they may have ended."""

    role = role_filter(PARTS)
    kind = CodesFilter(OperationKind, "kind", help_text="What sort of operation it is.")


class PhaseFilter(DatedFilter, PlacedFilter, ForcedFilter, ArticledFilter):
    """Phases of operations."""

    role = role_filter(PARTS)
    basis = CodesFilter(PhaseBasis, "basis", help_text="Who says that it is a phase.")
    operation = ReferenceFilter("operation", "operation", help_text="Of one of these operations.")
