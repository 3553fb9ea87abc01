"""Which incidents may have been entered twice: found by their days and places in the database, then weighed.

Rows of one dataset with ids of their own are never taken for each other, nor are incidents that a link connects.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import orjson
from django.db import connection

from operations.choices import Standing
from operations.models import Place, PlaceName
from publication.models import Revision
from records.choices import CLOSED
from records.duplicates import DuplicateCandidate, Evidence, decisions, digest_of_pair, register_comparison
from records.names import normalise

from .choices import CountedAs
from .likeness import MOST_DAYS_APART, PeopleHarmed, PlaceTraits, Traits, precise_point, weigh
from .models import Casualty, DistinctIncidents, ExternalId, Incident, IncidentLink, IncidentPlace, Involvement

#: Each place or force of a list with those around it, the nearest first.
LINES = """
WITH RECURSIVE line AS (
    SELECT id AS start, id, parent_id, 0 AS level FROM {table} WHERE id = ANY(%s)
    UNION ALL
    SELECT line.start, above.id, above.parent_id, level + 1
    FROM line JOIN {table} above ON above.id = line.parent_id WHERE level < 50
)
SELECT start, each.slug{columns} FROM line JOIN {table} each USING (id) ORDER BY start, level
"""

#: Pairs of what is asked about and open incidents: on days that are near and at places that may be one; and, where a
#: day is not known, at the very same place. The first uses the index of possible days, the second that of places.
PAIRS = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(asked)s) AS (
        number int, id bigint, earliest date, latest date, places text[], line text[], schemes text[],
        latitude float, longitude float
    )
), pairs AS (
    SELECT asked.*, other.id AS found, other.place_id, other.latitude AS north, other.longitude AS east
    FROM asked JOIN incidents_incident other
        ON daterange(other.earliest_on, other.latest_on, '[]')
            && daterange(asked.earliest - {MOST_DAYS_APART}, asked.latest + {MOST_DAYS_APART}, '[]')
    WHERE asked.earliest IS NOT NULL AND asked.latest IS NOT NULL
        AND other.earliest_on IS NOT NULL AND other.latest_on IS NOT NULL AND other.state <> ALL(%(closed)s)
), nearby AS (
    SELECT number, pairs.id, schemes, found
    FROM pairs
    LEFT JOIN operations_place p0 ON p0.id = pairs.place_id
    LEFT JOIN operations_place p1 ON p1.id = p0.parent_id
    LEFT JOIN operations_place p2 ON p2.id = p1.parent_id
    LEFT JOIN operations_place p3 ON p3.id = p2.parent_id
    WHERE p0.id IS NULL OR places IS NULL
        OR abs(coalesce(north, p0.latitude) - pairs.latitude) < 0.5
            AND abs(coalesce(east, p0.longitude) - pairs.longitude) * cos(radians(pairs.latitude)) < 0.5
        OR coalesce(north, p0.latitude, pairs.latitude) IS NULL
        OR (coalesce(north, p0.latitude) IS NULL) <> (pairs.latitude IS NULL)
        OR p0.slug = ANY(line) OR places && ARRAY[p1.slug, p2.slug, p3.slug]::text[]
    UNION
    SELECT number, asked.id, schemes, other.id
    FROM asked JOIN operations_place place ON place.slug = ANY(places)
    JOIN incidents_incident other ON other.place_id = place.id
    WHERE (asked.earliest IS NULL OR asked.latest IS NULL OR other.earliest_on IS NULL OR other.latest_on IS NULL)
        AND daterange(other.earliest_on, other.latest_on, '[]') && daterange(asked.earliest, asked.latest, '[]')
        AND other.state <> ALL(%(closed)s)
)
SELECT number, found FROM nearby
WHERE found IS DISTINCT FROM id AND NOT EXISTS (
    SELECT FROM incidents_externalid known WHERE known.incident_id = found AND known.scheme = ANY(schemes)
)
ORDER BY number, found
"""


def duplicates_of(incidents: Collection[Incident]) -> dict[Incident, list[DuplicateCandidate]]:
    """Return for each of some saved incidents the others that may be the same, the likeliest first."""
    by_key = {incident.pk: incident for incident in incidents}
    asked = list(traits_of(by_key).values())
    pairs = alike_in_database(asked)
    keys = {(traits.key, other) for traits, found in zip(asked, pairs, strict=True) for other, _, _ in found}
    linked = _linked(keys)
    decided = decisions(DistinctIncidents, keys)
    others = Incident.objects.select_related("place").in_bulk({other for _, other in keys})
    found = {incident: [] for incident in incidents}
    for traits, alike in zip(asked, pairs, strict=True):
        for key, other, evidence in alike:
            pair = frozenset((traits.key, key))
            if pair not in linked:
                digest = digest_of_pair(traits.compared(), other.compared())
                candidate = DuplicateCandidate(others[key], evidence, digest, decided.get((pair, digest)))
                found[by_key[traits.key]].append(candidate)
    return found


def compare_incidents(one: Incident, other: Incident) -> DuplicateCandidate | None:
    """Return the candidate that one incident is for another; None if nothing takes the two for the same."""
    return next((each for each in duplicates_of([one])[one] if each.other == other), None)


register_comparison(DistinctIncidents, compare_incidents)


def alike_in_database(asked: list[Traits]) -> list[list[tuple[int, Traits, Evidence]]]:
    """Return for each of the traits the open incidents that may be the same: key, traits and evidence."""
    pairs = defaultdict(list)
    for number, key in _pairs(asked):
        pairs[number].append(key)
    traits = traits_of({key for keys in pairs.values() for key in keys})
    found = []
    for number, one in enumerate(asked):
        weighed = [(key, traits[key], weigh(one, traits[key])) for key in pairs[number]]
        doubtful = [each for each in weighed if each[2].doubtful]
        found.append(sorted(doubtful, key=lambda each: (-each[2].bits, each[0])))
    return found


def _pairs(asked: list[Traits]) -> list[tuple[int, int]]:
    """Return the number of each of the traits with the key of each open incident that is near in time and place."""
    rows = [
        {
            "number": number,
            "id": traits.key if isinstance(traits.key, int) else None,
            "earliest": traits.earliest,
            "latest": traits.latest,
            "places": [spot.slug for spot in traits.spots] or None,
            "line": [slug for spot in traits.spots for slug in spot.line],
            "schemes": sorted(traits.schemes),
            "latitude": _point(traits)[0],
            "longitude": _point(traits)[1],
        }
        for number, traits in enumerate(asked)
    ]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"asked": orjson.dumps(rows).decode(), "closed": [state.value for state in CLOSED]})
        return cursor.fetchall()


def _point(traits: Traits) -> tuple[float | None, float | None]:
    """Return its own point, or else the one of its first place, whatever kind of place that is."""
    return traits.point or (traits.spots[0].point if traits.spots else None) or (None, None)


def _linked(pairs: Iterable[tuple[int, int]]) -> set[frozenset]:
    """Return the pairs that a link says to be two incidents."""
    keys = {key for pair in pairs for key in pair}
    if not keys:
        return set()
    links = IncidentLink.objects.filter(incident__in=keys, other__in=keys)
    return {frozenset(pair) for pair in links.values_list("incident_id", "other_id")}


def served_incidents(uids: Iterable[str]) -> list[str]:
    """Return those of the uids whose incident readers see."""
    return list(Revision.objects.served().of("incident").filter(uid__in=uids).values_list("uid", flat=True))


def traits_of(keys: Iterable[int]) -> dict[int, Traits]:
    """Return what is compared of saved incidents, by their keys."""
    keys = list(keys)
    if not keys:
        return {}
    found, places = {}, defaultdict(list)
    columns = (
        "pk", "title", "summary", "kind", "earliest_on", "latest_on", "place_as_reported", "place_id", "latitude",
        "longitude", "location_precision",
    )  # fmt: skip
    for pk, *values, place, latitude, longitude, precision in (
        Incident.objects.filter(pk__in=keys).order_by("pk").values_list(*columns)
    ):
        title, summary, kind, earliest, latest, as_reported = values
        point = precise_point(latitude, longitude, precision)
        found[pk] = Traits(pk, title, summary, kind, earliest, latest, place_as_reported=as_reported, point=point)
        if place:
            places[pk].append(place)
    of = {"incident__in": keys}
    for pk, place in (
        IncidentPlace.objects.filter(**of).order_by("sequence", "pk").values_list("incident_id", "place_id")
    ):
        places[pk].append(place)
    spots = spots_of({place for each in places.values() for place in each})
    for pk, each in places.items():
        found[pk].spots = [spots[place] for place in each]
    involved = Involvement.objects.filter(**of).exclude(standing=Standing.ABSENT)
    involved = list(involved.order_by("pk").values_list("incident_id", "role", "force_id").distinct())
    lines = _lines("operations_force", "", {force for _, _, force in involved})
    for pk, role, force in involved:
        found[pk].forces.append((role, tuple(slug for slug, *_ in lines[force])))
    estimates = Casualty.objects.filter(**of, counted_as=CountedAs.VICTIMS).order_by("pk")
    for pk, harm, low, best, high, within in estimates.values_list(
        "incident_id", "harm", "low", "best", "high", "within_id"
    ):
        found[pk].people.append(PeopleHarmed(harm, low, best, high, within is not None))
    for pk, scheme in ExternalId.objects.filter(**of).values_list("incident_id", "scheme"):
        found[pk].schemes.add(scheme)
    return found


def spots_of(keys: Collection[int]) -> dict[int, PlaceTraits]:
    """Return what is compared of saved places, by their keys."""
    names = defaultdict(set)
    for key, name in PlaceName.objects.filter(place__in=keys).values_list("place_id", "normalised") if keys else ():
        names[key].add(name)
    found = {}
    for key, line in _lines(
        "operations_place", ", each.kind, each.name, each.normalised, ARRAY[latitude, longitude]", keys
    ).items():
        slug, kind, name, normalised, (latitude, longitude) = line[0]
        found[key] = PlaceTraits(
            slug,
            name,
            kind,
            tuple(slug for slug, *_ in line),
            tuple(kind for _, kind, *_ in line),
            frozenset(names[key] | {normalised}),
            None if latitude is None else (latitude, longitude),
        )
    return found


def _lines(table: str, columns: str, keys: Collection[int]) -> dict[int, list[tuple]]:
    """Return for the keys of places or forces the slug and further columns of each and of all around it."""
    lines = defaultdict(list)
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LINES.format(table=table, columns=columns), [list(keys)])
            for start, *row in cursor.fetchall():
                lines[start].append(row)
    return lines


def traits_of_unsaved(incident: Incident, names: Mapping[str, set[str]]) -> Traits:
    """Return what is compared of an incident that is not saved; `names` are further ones of places, by slug."""
    traits = Traits(
        incident.uid,
        incident.title,
        incident.summary,
        incident.kind,
        incident.earliest_on,
        incident.latest_on,
        place_as_reported=incident.place_as_reported,
        point=precise_point(incident.latitude, incident.longitude, incident.location_precision),
    )
    if incident.place:
        traits.spots.append(spot_of(incident.place, names))
    return traits


def spot_of(place: Place, names: Mapping[str, set[str]]) -> PlaceTraits:
    """Return what is compared of a place that may not be saved."""
    line = place.line()
    further = names.get(place.slug, set())
    return PlaceTraits(
        place.slug,
        place.name,
        place.kind,
        tuple(each.slug for each in line),
        tuple(each.kind for each in line),
        frozenset({normalise(place.name), *further}),
        None if place.latitude is None else (place.latitude, place.longitude),
    )


def add_place(traits: Traits, other: IncidentPlace, names: Mapping[str, set[str]]) -> None:
    """Add another place to what is compared."""
    traits.spots.append(spot_of(other.place, names))


def add_involvement(traits: Traits, involvement: Involvement, _: object = None) -> None:
    """Add a force to what is compared, unless it is said to have been absent."""
    party = involvement.role, tuple(each.slug for each in involvement.force.line())
    if involvement.standing != Standing.ABSENT and party not in traits.forces:
        traits.forces.append(party)


def add_casualty(traits: Traits, casualty: Casualty, _: object = None) -> None:
    """Add an estimate to what is compared, if it is of victims."""
    if casualty.counted_as == CountedAs.VICTIMS:
        figures = (None if each is None else int(each) for each in casualty.figures)
        traits.people.append(PeopleHarmed(casualty.harm, *figures, casualty.within is not None))
