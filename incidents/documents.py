"""How incidents, casualties and tolls turn into documents and filter columns."""

from operations.choices import Contested
from operations.documents import all_names, cite, cited, disputed, line_of, part_in, refer, slugs_of
from operations.models import Place, line_with_sides
from operations.tags import BASIS, KIND, RESULT
from publication.documents import Dates, FilterColumns, Kind, register_kind
from publication.tags import reference
from sources.documents import window_columns
from sources.serializers import names_in

from .choices import CountedAs, Harm, VictimStatus
from .models import Casualty, Incident, Toll
from .serializers import (
    CasualtySerializer,
    IncidentSerializer,
    TollSerializer,
    contested,
    contradictory,
    operation_uid,
    people_counted,
    people_in,
    violence_type,
)
from .tags import (
    ADOPTED,
    AGE_GROUP,
    AMONG_PARTS,
    AT_LEAST,
    ATTRIBUTION,
    CLARITY,
    CONTESTED,
    CONTRADICTORY,
    COUNTED_AS,
    COUNTED_HARM,
    DATASET_CODE,
    EXTERNAL_ID,
    GROUPED_VICTIM,
    LINK,
    LINKED_TO,
    METHOD,
    OF_CONFLICT,
    PART_OF_DAY,
    SEX,
    SUBSET,
    TARGET,
    USABLE,
    VICTIM_HARM,
    VIOLENCE_TYPE,
    VIOLENT,
    WEAPON,
    WITHOUT_FIGURE,
)


def places_of(incident):
    """Return all places of an incident, the first one first."""
    return [*([incident.place] if incident.place else []), *(each.place for each in incident.other_places.all())]


def control_of(incident):
    """Return the rows of control that an incident ended and began."""
    return [row for row in (incident.control_before, incident.control_after) if row]


def where(incident):
    """Return the place and point columns of an incident; its own point comes before its first place's."""
    spot = incident if incident.latitude is not None or not incident.place else incident.place
    return {
        "places": slugs_of(places_of(incident)),
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "precision": incident.location_precision,
    }


def within(record):
    """Return the operation and phase columns of a record, and its references to them."""
    operation, phase = (operation_uid(record) or "", record.phase.uid if record.phase else "")
    references = [reference(kind, uid) for kind, uid in (("operation", operation), ("phase", phase)) if uid]
    return {"operation": operation, "phase": phase}, references


def victim_tags(rows):
    """Return the tags of casualties or tolls: whom and what, alone and together."""
    tags = set()
    for row in rows:
        victims = [
            *VictimStatus.line_of(row.victim_status),
            *(above.slug for above in (row.victim_force.line() if row.victim_force else [])),
        ]
        tags |= VICTIM_HARM.tags(victims, row.harm)
    return sorted(tags)


def victim_to_group_by(row):
    """Return the tag of the victims' force, or else of their status."""
    return GROUPED_VICTIM.of(row.victim_force.slug if row.victim_force else row.victim_status)


def counting_tags(incident):
    """Return the tags that say of which harms an incident counts people, and how well."""
    tags = []
    for harm in (Harm.KILLED, Harm.WOUNDED):
        if any((each.harm, each.counted_as) == (harm, CountedAs.VICTIMS) for each in incident.casualties.all()):
            counted = people_counted(incident, harm)
            tags += [COUNTED_HARM.of(harm), *([AT_LEAST.of(harm)] if counted.at_least else [])]
            tags += [WITHOUT_FIGURE.of(harm)] if counted.missing else []
    return [*tags, *CONTRADICTORY.when(contradictory(incident))]


def contested_figures(rows):
    """Return the tag that marks estimates whose credible claims exclude each other."""
    return [CONTESTED.of(Contested.FIGURES)] if any(row.suggested.contested for row in rows) else []


def in_conflict(record):
    """Return the tag of the conflict in which something happened."""
    return [OF_CONFLICT.of(record.conflict.slug)] if record.conflict else []


def conflicts_read(record, claims):
    """Return the references to the conflict of a record, and to those whose sides decide what its claims prove."""
    named = {record.conflict.slug} if record.conflict else set()
    lines = [above for force in claimants(claims) for above in force.line()]
    named |= {member.side.conflict.slug for force in lines for member in force.memberships.all()}
    return [reference("conflict", slug) for slug in sorted(named)]


def kind_of_violence(incident):
    """Return the tag of the type of violence."""
    return VIOLENCE_TYPE.of(violence_type(incident).code)


def victim_forces(rows):
    return [row.victim_force for row in rows if row.victim_force]


def claimants(claims):
    return [claim.claimed_by for claim in claims if claim.claimed_by]


def people_tags(casualties):
    """Return the tags of casualties: whom and what, how old, of which sex, and in which totals they are counted."""
    coded = {(AGE_GROUP, each.age_group) for each in casualties}
    coded |= {(SEX, each.sex) for each in casualties} | {(COUNTED_AS, each.counted_as) for each in casualties}
    return [*victim_tags(casualties), *sorted(tag.of(code) for tag, code in coded)]


def people_words(casualties):
    """Return the words for the victims."""
    return [words for each in casualties for words in (each.victim_group, each.occupation)]


def counts(estimate):
    """Return the columns for the killed or the wounded of one estimate."""
    if estimate.harm not in {Harm.KILLED, Harm.WOUNDED}:
        return {}
    return columns_of_harm(Harm(estimate.harm), {"low": estimate.low, "best": estimate.best, "high": estimate.high})


def columns_of_harm(harm, count):
    """Return the columns for people killed, or wounded, of a document's number of people."""
    return {f"{harm.value}_{bound}": count[bound] for bound in ("low", "best", "high")}


def involved(incident):
    """Return the force columns of an incident, the tags of roles and standings, and all forces that it names."""
    involvements = incident.involvements.all()
    present, force_roles, parts = part_in(involvements)
    present = [*present, *victim_forces(incident.casualties.all())]
    return {"forces": slugs_of(present), "force_roles": force_roles}, parts, [each.force for each in involvements]


def casualty_columns(casualty):
    incident = casualty.incident
    claims = casualty.claims.all()
    articles, references = cite(claims)
    operation, operation_references = within(incident)
    forces, parts, _ = involved(incident)
    places = places_of(incident)
    return FilterColumns(
        window_columns(incident.earliest_on, incident.latest_on)
        | where(incident)
        | operation
        | forces
        | counts(casualty)
        | {
            "articles": articles,
            "references": [
                reference("incident", incident.uid),
                *references,
                *operation_references,
                *conflicts_read(incident, claims),
                *refer("place", places),
                *refer("force", victim_forces([casualty]) + claimants(claims)),
            ],
            "tags": [
                BASIS.of(casualty.basis),
                *AT_LEAST.when(casualty.at_least),
                *VIOLENT.when(incident.violent),
                *parts,
                *people_tags([casualty]),
                *SUBSET.when(casualty.within),
                *AMONG_PARTS.when(any(each.within_id for each in incident.casualties.all())),
                victim_to_group_by(casualty),
                *contested_figures([casualty]),
                *in_conflict(incident),
                kind_of_violence(incident),
                *disputed(places),
            ],
        },
        texts=[incident.title, *people_words([casualty])],
        names=[*all_names([*places, *victim_forces([casualty])]), *names_in(claims)],
    )


def incident_columns(incident):
    casualties, citations = incident.casualties.all(), incident.citations.all()
    claims = [claim for casualty in casualties for claim in casualty.claims.all()]
    results = incident.results.all()
    links = incident.links.all()
    passages = [*citations, *claims, *incident.involvements.all(), *results, *links]
    articles, references = cite(passages)
    operation, operation_references = within(incident)
    force_columns, parts, forces = involved(incident)
    forces += victim_forces(casualties) + claimants([*claims, *results])
    forces += [each.says_force for each in citations if each.says_force]
    places, held = places_of(incident), control_of(incident)
    forces += [each.force for each in held if each.force]
    named = [*places, *(each.place for each in held), *(each.says_place for each in citations if each.says_place)]
    return FilterColumns(
        window_columns(incident.earliest_on, incident.latest_on)
        | where(incident)
        | operation
        | force_columns
        | columns_of_harm(Harm.KILLED, people_in(incident, Harm.KILLED))
        | columns_of_harm(Harm.WOUNDED, people_in(incident, Harm.WOUNDED))
        | {
            "title": incident.title,
            "articles": articles,
            "references": sorted(
                {
                    *references,
                    *operation_references,
                    *conflicts_read(incident, claims),
                    *refer("place", named),
                    *refer("force", forces),
                    *(reference("incident", each.other.uid) for each in links),
                }
            ),
            "tags": [
                KIND.of(incident.kind),
                *VIOLENT.when(incident.violent),
                TARGET.of(incident.target),
                ATTRIBUTION.of(incident.attribution),
                CLARITY.of(incident.clarity),
                *map(METHOD.of, incident.methods),
                *map(WEAPON.of, incident.weapons),
                *map(PART_OF_DAY.of, incident.parts_of_day),
                *sorted({LINK.of(each.kind) for each in links}),
                *sorted({LINKED_TO.of(each.other.uid) for each in links}),
                *parts,
                *sorted({RESULT.of(each.kind) for each in results}),
                *people_tags(casualties),
                *counting_tags(incident),
                *map(CONTESTED.of, contested(incident)),
                *in_conflict(incident),
                kind_of_violence(incident),
                *disputed(places),
                *(EXTERNAL_ID.of(str(each)) for each in incident.external_ids.all()),
                *(DATASET_CODE.of(str(each)) for each in incident.dataset_codes.all()),
            ],
        },
        texts=[incident.title, incident.summary, *people_words(casualties)],
        names=[
            *all_names([*places, *forces]),
            incident.place_as_reported,
            *filter(None, (each.what for each in results)),
            *names_in(passages),
        ],
    )


def toll_columns(toll):
    claims, places = toll.claims.all(), toll.places.all()
    articles, references = cite(claims)
    operation, operation_references = within(toll)
    forces = [*victim_forces([toll]), *([toll.perpetrator] if toll.perpetrator else [])]
    return FilterColumns(
        window_columns(toll.earliest_on, toll.latest_on)
        | operation
        | counts(toll)
        | {
            "title": toll.title,
            "places": slugs_of(places),
            "forces": slugs_of(forces),
            "articles": articles,
            "references": sorted(
                {
                    *references,
                    *operation_references,
                    *conflicts_read(toll, claims),
                    *refer("place", places),
                    *refer("force", forces + claimants(claims)),
                    *(reference("incident", each.incident.uid) for each in toll.coverage.all()),
                    *([reference("toll", toll.parent.uid)] if toll.parent else []),
                }
            ),
            "tags": [
                BASIS.of(toll.basis),
                *AT_LEAST.when(toll.at_least),
                *victim_tags([toll]),
                victim_to_group_by(toll),
                *contested_figures([toll]),
                *in_conflict(toll),
                *disputed(places),
                *USABLE.when(toll.usable),
                *ADOPTED.when(toll.adopted),
            ],
        },
        texts=[toll.title],
        names=[*all_names([*places, *forces]), *names_in(claims)],
    )


def sourced(path):
    """Return the prefetch look-ups for where claims come from in the end."""
    return [
        *line_with_sides(f"{path}__claimed_by"),
        f"{path}__article__copied_from",
        f"{path}__article__syndicated_from__outlet",
        f"{path}__article__syndicated_from__copied_from",
    ]


def incidents():
    return Incident.objects.select_related("conflict", "operation", "phase__operation").prefetch_related(
        *line_of("place"),
        *Place.with_claims("place"),
        "control_before__place",
        *line_of("control_before__force"),
        "control_after__place",
        *line_of("control_after__force"),
        *line_of("other_places__place"),
        *Place.with_claims("other_places__place"),
        *line_of("citations__says_place"),
        *Place.with_claims("citations__says_place"),
        *line_of("citations__says_force"),
        cited("links"),
        "links__other",
        *line_of("involvements__force"),
        cited("involvements"),
        cited("results"),
        "results__claimed_by",
        *line_of("casualties__victim_force"),
        *line_with_sides("casualties__victim_force"),
        cited("casualties__claims"),
        "casualties__claims__supersedes",
        "casualties__within",
        *sourced("casualties__claims"),
        cited("citations"),
        "external_ids",
        "dataset_codes",
    )


def tolls():
    return Toll.objects.select_related("conflict", "operation", "phase__operation").prefetch_related(
        *line_of("places"),
        *Place.with_claims("places"),
        *line_of("victim_force"),
        *line_with_sides("victim_force"),
        *line_of("perpetrator"),
        cited("claims"),
        "claims__supersedes",
        *sourced("claims"),
        "coverage__incident",
        "parent",
    )


CASUALTY = register_kind(
    Kind(
        "casualty",
        "casualties",
        order=60,
        model=Casualty,
        serializer=CasualtySerializer,
        filter_columns=casualty_columns,
    )
)
INCIDENT = register_kind(
    Kind(
        "incident",
        "incidents",
        order=70,
        model=Incident,
        serializer=IncidentSerializer,
        filter_columns=incident_columns,
        queryset=incidents,
        parts=lambda incident: [("casualty", casualty) for casualty in incident.casualties.all()],
        theatrical=True,
        dates=Dates.COVERED,
    )
)
TOLL = register_kind(
    Kind(
        "toll",
        "tolls",
        order=80,
        model=Toll,
        serializer=TollSerializer,
        filter_columns=toll_columns,
        queryset=tolls,
    )
)
