"""How places, forces, conflicts, operations and phases turn into documents and filter columns."""

from publication.documents import FilterColumns, Kind, register_kind
from publication.tags import force_role, reference
from sources.documents import window_columns
from sources.serializers import names_in

from .choices import Standing
from .models import LEVELS_AT_ONCE, Conflict, Force, Operation, Phase, Place, steps_up
from .serializers import ConflictSerializer, ForceSerializer, OperationSerializer, PhaseSerializer, PlaceSerializer
from .tags import (
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


def line_of(path):
    """Return the prefetch look-ups for a place or force at `path`, all that it is part of, and all their names."""
    return [lookup for step in steps_up(path) for lookup in (step, f"{step}__names")]


def own_line():
    """Return the prefetch look-ups for the rows' own names, and for all that they are part of."""
    return ["names", *line_of("parent")[: 2 * LEVELS_AT_ONCE]]


def slugs_of(rows):
    """Return the slugs of rows and of everything that they are part of."""
    return sorted({above.slug for row in rows for above in row.line()})


def all_names(rows):
    """Return every spelling of the rows and of everything that they are part of."""
    line = [above for row in rows for above in row.line()]
    return [name for above in line for name in (above.name, *(other.name for other in above.names.all()))]


def refer(kind, rows):
    """Return the references to slugged rows of one kind."""
    return [reference(kind, row.slug) for row in rows]


def cite(citations):
    """Return the article columns of a record with these citations."""
    uids = sorted({citation.article.uid for citation in citations if citation.article})
    return uids, [reference("article", uid) for uid in uids]


def disputed(places):
    """Return the tag that marks a record at a disputed place."""
    return DISPUTED.when(any(place.disputed for place in places))


def held_by(control):
    """Return what a row of control is found by: the force and all that it belongs to, or why none is named."""
    return slugs_of([control.force]) if control.force else [control.no_force]


def place_columns(place):
    control, members = place.control.all(), place.members.all()
    articles, references = cite([*control, *members])
    named = [*([place.parent] if place.parent else []), *(each.place for each in members)]
    return FilterColumns(
        {
            "title": place.name,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "places": slugs_of([place]),
            "articles": articles,
            "references": sorted(
                {*references, *refer("place", named), *refer("force", [each.force for each in control if each.force])}
            ),
            "tags": [
                KIND.of(place.kind),
                *disputed([place]),
                *sorted(MEMBER.of(each.place.slug) for each in members),
                *sorted({tag for each in control for tag in HELD_BY_ASPECT.tags(held_by(each), each.aspect)}),
            ],
        },
        names=all_names([place]),
    )


def force_columns(force):
    parent = [force.parent] if force.parent else []
    return FilterColumns(
        window_columns(force.active_earliest_on, force.active_latest_on)
        | {
            "title": force.name,
            "forces": slugs_of([force]),
            "references": refer("force", parent),
            "tags": [
                KIND.of(force.kind),
                *([ECHELON.of(force.echelon)] if force.echelon else []),
            ],
        },
        names=all_names([force]),
    )


def conflict_columns(conflict):
    sides = conflict.sides.all()
    members = [member for side in sides for member in side.members.all()]
    forces, passages = [member.force for member in members], [member for member in members if member.article]
    articles, references = cite(passages)
    return FilterColumns(
        window_columns(conflict.earliest_on, conflict.latest_on)
        | {
            "title": conflict.name,
            "forces": slugs_of(forces),
            "articles": articles,
            "references": sorted({*references, *refer("force", forces)}),
        },
        texts=[conflict.about, *(side.name for side in sides)],
        names=[conflict.name, *(other.name for other in conflict.names.all()), *all_names(forces), *names_in(passages)],
    )


def span(record):
    """Return the day columns of a record with a start and an end."""
    return window_columns(record.starts_earliest_on, record.ends_latest_on)


def part_in(participations):
    """Return the forces that had a part or are to have one, and what to find all of them by.

    That is a text for each force, role and standing, and the tags of roles and standings.
    """
    present = [each.force for each in participations if each.standing != Standing.ABSENT]
    pairs, tags = set(), set()
    for each in participations:
        aside = each.standing if each.standing != Standing.TOOK_PART else ""
        pairs |= {force_role(above.slug, each.role, aside) for above in each.force.line()}
        tags |= {STANDING.of(each.standing), ROLE_STANDING.of(each.role, aside) if aside else ROLE.of(each.role)}
    return present, sorted(pairs), sorted(tags)


def phase_columns(phase):
    participations, results = phase.participations.all(), phase.results.all()
    citations = [*phase.citations.all(), *participations, *results]
    articles, references = cite(citations)
    present, force_roles, parts = part_in(participations)
    named = [each.force for each in participations]
    claimants = [result.claimed_by for result in results if result.claimed_by]
    places = phase.places.all()
    return FilterColumns(
        span(phase)
        | {
            "title": phase.name,
            "places": slugs_of(places),
            "forces": slugs_of(present),
            "force_roles": force_roles,
            "articles": articles,
            "references": references + refer("place", places) + refer("force", named + claimants),
            "tags": [
                BASIS.of(phase.basis),
                *disputed(places),
                *parts,
                *sorted({RESULT.of(each.kind) for each in results}),
            ],
            "operation": phase.operation.uid,
            "phase": phase.uid,
        },
        texts=[phase.name],
        names=[*all_names(places), *all_names(named), *names_in(citations)],
    )


def operation_columns(operation):
    phases = operation.phases.all()
    parts = [phase_columns(phase) for phase in phases]
    places = operation.places.all()
    commanding = [operation.commanding_force] if operation.commanding_force else []
    articles, references = cite(operation.citations.all())
    parent = [reference("operation", operation.parent.uid)] if operation.parent else []

    def union(column):
        return {value for part in parts for value in part.values[column]}

    return FilterColumns(
        span(operation)
        | {
            "title": operation.name,
            "places": sorted({*slugs_of(places), *union("places")}),
            "forces": sorted({*slugs_of(commanding), *union("forces")}),
            "force_roles": sorted(union("force_roles")),
            "articles": sorted({*articles, *union("articles")}),
            "references": sorted(
                {*references, *refer("place", places), *refer("force", commanding), *parent, *union("references")}
            ),
            "tags": sorted(
                {KIND.of(operation.kind), END_STATUS.of(operation.end_status), *disputed(places), *union("tags")}
                - {BASIS.of(phase.basis) for phase in phases}
            ),
            "operation": operation.uid,
        },
        texts=[operation.objective, operation.summary, *(text for part in parts for text in part.texts)],
        names=[
            operation.name,
            *(other.name for other in operation.names.all()),
            *all_names(places),
            *all_names(commanding),
            *names_in(operation.citations.all()),
            *(name for part in parts for name in part.names),
        ],
    )


def cited(path):
    """Return the prefetch look-up for citations with their articles and outlets."""
    return f"{path}__article__outlet"


def operations():
    return Operation.objects.select_related("parent").prefetch_related(
        "names",
        *line_of("places"),
        *Place.with_claims("places"),
        *line_of("commanding_force"),
        cited("citations"),
        *line_of("phases__places"),
        *Place.with_claims("phases__places"),
        cited("phases__citations"),
        cited("phases__participations"),
        *line_of("phases__participations__force"),
        cited("phases__results"),
        "phases__results__claimed_by",
    )


PLACE = register_kind(
    Kind(
        "place",
        "places",
        order=30,
        model=Place,
        serializer=PlaceSerializer,
        filter_columns=place_columns,
        queryset=lambda: Place.objects.prefetch_related(
            *own_line(), *Place.with_claims(), cited("control"), "members__place", cited("members")
        ),
        quoted=True,
        theatrical=True,
        lines="places",
    )
)
FORCE = register_kind(
    Kind(
        "force",
        "forces",
        order=20,
        model=Force,
        serializer=ForceSerializer,
        filter_columns=force_columns,
        queryset=lambda: Force.objects.prefetch_related(*own_line(), "codes"),
        quoted=True,
        lines="forces",
    )
)
CONFLICT = register_kind(
    Kind(
        "conflict",
        "conflicts",
        order=35,
        model=Conflict,
        serializer=ConflictSerializer,
        filter_columns=conflict_columns,
        queryset=lambda: Conflict.objects.prefetch_related(
            "names", "codes", *line_of("sides__members__force"), cited("sides__members")
        ),
        quoted=True,
    )
)
PHASE = register_kind(
    Kind("phase", "phases", order=40, model=Phase, serializer=PhaseSerializer, filter_columns=phase_columns)
)
OPERATION = register_kind(
    Kind(
        "operation",
        "operations",
        order=50,
        model=Operation,
        serializer=OperationSerializer,
        filter_columns=operation_columns,
        queryset=operations,
        parts=lambda operation: [("phase", phase) for phase in operation.phases.all()],
    )
)
