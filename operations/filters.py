"""What places, forces, conflicts, operations and phases can be filtered by."""

from publication.tags import force_role
from reading.filters import (
    CodesFilter,
    FlagFilter,
    LastingFilter,
    PairedFilter,
    PointFilter,
    RecordFilter,
    ReferenceFilter,
)

from .choices import (
    Aspect,
    Echelon,
    EndStatus,
    ForceKind,
    NoForce,
    OperationKind,
    ParticipationRole,
    PhaseBasis,
    PlaceKind,
    ResultKind,
    Standing,
)
from .tags import (
    ASPECT,
    BASIS,
    DISPUTED,
    ECHELON,
    END_STATUS,
    HELD_BY_ASPECT,
    KIND,
    MEMBER,
    RESULT,
    ROLE,
    ROLE_STANDING,
    STANDING,
)


class PlaceReferenceFilter(ReferenceFilter):
    """Any of several places. A region that cuts across the tree stands for its members, too."""

    def widened(self, uids):
        found, new = list(uids), uids
        while new:
            regions = self.parent.seen(self.kind).filter(uid__in=new).values_list("tags", flat=True)
            new = sorted({slug for tags in regions for slug in MEMBER.codes(tags)}.difference(found))
            found += new
        return found


class PlacedFilter(RecordFilter):
    """Filters for records at places."""

    place = PlaceReferenceFilter(
        "place",
        "places",
        help_text="At one of these places or inside them; inside the members of one that cuts across the tree, too.",
    )
    disputed = FlagFilter(DISPUTED, help_text="true: at a place that several forces claim; false: anywhere else.")


#: The standings of forces that are found unless others are asked for.
THERE = (Standing.TOOK_PART, Standing.PLANNED)


class StandingFilter(CodesFilter):
    """Any of several standings of any force; `force` and `role` ask for them themselves."""

    def filter(self, queryset, standings):
        asked = self.parent.form.cleaned_data
        return queryset if asked.get("force") or asked.get("role") else super().filter(queryset, standings)


class ForcedFilter(RecordFilter):
    """Filters for records in which forces have roles. Subclasses list the roles in `role`."""

    force = ReferenceFilter(
        "force", "forces", method="with_force", help_text="With one of these forces or a force that belongs to it."
    )
    standing = StandingFilter(
        Standing.choices,
        STANDING,
        help_text="In which a force took part, is said to have been absent, or is planned; with `force` and `role`:"
        " that very force in that role. Without it, forces that are said to have been absent are not found.",
    )

    def with_force(self, queryset, name, slugs):
        asked = self.form.cleaned_data
        if not (asked.get("role") or asked.get("standing")):
            return queryset.filter(forces__overlap=slugs)
        roles = asked.get("role") or [role for role, _ in type(self).base_filters["role"].extra["choices"]]
        parts = [
            force_role(slug, role, "" if standing == Standing.TOOK_PART else standing)
            for slug in slugs
            for role in roles
            for standing in asked.get("standing") or THERE
        ]
        return queryset.filter(force_roles__overlap=parts)


def role_filter(choices):
    """Return the filter `role`, which narrows `force` where both are given."""
    return RoleFilter(choices, ROLE, help_text="The part that the force had; with `force`: that very force.")


class RoleFilter(CodesFilter):
    """Any of several roles of any force, with the standings asked for."""

    def filter(self, queryset, roles):
        asked = self.parent.form.cleaned_data
        if not roles or asked.get("force"):
            return queryset
        tags = [
            ROLE.of(role) if standing == Standing.TOOK_PART else ROLE_STANDING.of(role, standing)
            for role in roles
            for standing in asked.get("standing") or THERE
        ]
        return queryset.filter(tags__overlap=tags)


def result_filter():
    """Return the filter `result`."""
    return CodesFilter(ResultKind.choices, RESULT, help_text="With a result of this kind, such as houses damaged.")


class ArticledFilter(RecordFilter):
    """Filters for records that cite articles."""

    article = ReferenceFilter("article", "articles", help_text="Stated by one of these articles.")


class HolderFilter(PairedFilter, ReferenceFilter):
    """Any of several forces, or codes of NoForce."""

    codes = tuple(NoForce.values)


class PlaceFilter(PlacedFilter, PointFilter, ArticledFilter):
    """Places."""

    kind = CodesFilter(PlaceKind.choices, KIND, help_text="What sort of place it is.")
    force = HolderFilter(
        "force",
        pair=HELD_BY_ASPECT,
        other="aspect",
        help_text="Claimed, administered or controlled at some time, as a cited passage says, by one of these forces "
        f"or a force that belongs to it; or by none: {', '.join(NoForce.values)}.",
    )
    aspect = CodesFilter(
        Aspect.choices,
        ASPECT,
        help_text="Somebody is said to have claimed, administered or controlled it; with `force`: that very force.",
    )


class ForceFilter(LastingFilter):
    """Forces."""

    force = ReferenceFilter("force", "forces", help_text="One of these forces, and all that belong to it.")
    kind = CodesFilter(ForceKind.choices, KIND, help_text="What sort of force it is.")
    echelon = CodesFilter(Echelon.choices, ECHELON, help_text="How large a formation it is.")


class ConflictFilter(LastingFilter, ArticledFilter):
    """Conflicts."""

    force = ReferenceFilter(
        "force", "forces", help_text="With one of these forces, or a force that belongs to it, listed on a side."
    )


class OperationFilter(LastingFilter, PlacedFilter, ForcedFilter, ArticledFilter):
    """Operations."""

    role = role_filter(ParticipationRole.choices)
    kind = CodesFilter(OperationKind.choices, KIND, help_text="What sort of operation it is.")
    end_status = CodesFilter(EndStatus.choices, END_STATUS, help_text="Whether it is over.")
    result = result_filter()


class PhaseFilter(LastingFilter, PlacedFilter, ForcedFilter, ArticledFilter):
    """Phases of operations."""

    role = role_filter(ParticipationRole.choices)
    basis = CodesFilter(PhaseBasis.choices, BASIS, help_text="Who says that it is a phase.")
    result = result_filter()
    operation = ReferenceFilter("operation", "operation", help_text="Of one of these operations.")
