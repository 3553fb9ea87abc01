"""What places, forces, operations and phases can be filtered by."""

from publication.tags import force_role
from reading.filters import (
    CodesFilter,
    DatedFilter,
    FlagFilter,
    PairedCodesFilter,
    PointFilter,
    RecordFilter,
    ReferenceFilter,
)

from .choices import (
    Aspect,
    Authority,
    Echelon,
    EndStatus,
    ForceKind,
    OperationKind,
    ParticipationRole,
    PhaseBasis,
    PlaceKind,
    ResultKind,
    Side,
    Standing,
)
from .tags import ASPECT, AUTHORITY_ASPECT, BASIS, DISPUTED, ECHELON, END_STATUS, KIND, RESULT, ROLE, SIDE


class PlacedFilter(RecordFilter):
    """Filters for records at places."""

    place = ReferenceFilter("place", "places", help_text="At one of these places or inside them.")
    disputed = FlagFilter(DISPUTED, help_text="true: at a place that both governments claim; false: anywhere else.")


class ForcedFilter(RecordFilter):
    """Filters for records in which forces have roles. Subclasses list the roles in `role`."""

    force = ReferenceFilter(
        "force", "forces", method="with_force", help_text="With one of these forces or a force that belongs to it."
    )

    def with_force(self, queryset, name, slugs):
        roles = self.form.cleaned_data.get("role")
        if not roles:
            return queryset.filter(forces__overlap=slugs)
        return queryset.filter(force_roles__overlap=[force_role(slug, role) for slug in slugs for role in roles])


def role_filter(choices):
    """Return the filter `role`, which narrows `force` where both are given."""
    return RoleFilter(choices, ROLE, help_text="The part that the force had; with `force`: that very force.")


class RoleFilter(CodesFilter):
    """Any of several roles of any force."""

    def filter(self, queryset, roles):
        return queryset if self.parent.form.cleaned_data.get("force") else super().filter(queryset, roles)


def result_filter():
    """Return the filter `result`."""
    return CodesFilter(ResultKind.choices, RESULT, help_text="With a result of this kind, such as villages cleared.")


class ArticledFilter(RecordFilter):
    """Filters for records that cite articles."""

    article = ReferenceFilter("article", "articles", help_text="Stated by one of these articles.")


class PlaceFilter(PlacedFilter, PointFilter, ArticledFilter):
    """Places."""

    kind = CodesFilter(PlaceKind.choices, KIND, help_text="What sort of place it is.")
    authority = PairedCodesFilter(
        choices=Authority.choices,
        pair=AUTHORITY_ASPECT,
        other="aspect",
        help_text="Administered or controlled by one of these at some time, as a cited passage says.",
    )
    aspect = CodesFilter(
        Aspect.choices,
        ASPECT,
        help_text="Somebody is said to have administered or controlled it; with `authority`: that very authority.",
    )


class ForceFilter(DatedFilter):
    """Forces."""

    force = ReferenceFilter("force", "forces", help_text="One of these forces, and all that belong to it.")
    kind = CodesFilter(ForceKind.choices, KIND, help_text="What sort of force it is.")
    side = CodesFilter(Side.choices, SIDE, help_text="Which side it is on.")
    echelon = CodesFilter(Echelon.choices, ECHELON, help_text="How large a formation it is.")


PARTS = [*ParticipationRole.choices, *((each.value, each.label) for each in (Standing.ABSENT, Standing.PLANNED))]


class OperationFilter(DatedFilter, PlacedFilter, ForcedFilter, ArticledFilter):
    """Operations, by the days from the first on which they may have begun to the last on which they may have ended."""

    role = role_filter(PARTS)
    kind = CodesFilter(OperationKind.choices, KIND, help_text="What sort of operation it is.")
    end_status = CodesFilter(EndStatus.choices, END_STATUS, help_text="Whether it is over.")
    result = result_filter()


class PhaseFilter(DatedFilter, PlacedFilter, ForcedFilter, ArticledFilter):
    """Phases of operations."""

    role = role_filter(PARTS)
    basis = CodesFilter(PhaseBasis.choices, BASIS, help_text="Who says that it is a phase.")
    result = result_filter()
    operation = ReferenceFilter("operation", "operation", help_text="Of one of these operations.")
