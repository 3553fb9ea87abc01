"""Incidents in the 49 columns of the UCDP Georeferenced Event Dataset 23.1. The layout is theirs, the data are not.

A row is one incident, one pair of enemies and one type of violence in which somebody may have been killed.
"""

from enum import IntEnum
from math import floor

from operations.choices import ConflictScheme, PlaceKind, Scheme
from sources.choices import Precision

from ..choices import Attribution, Clarity, DatasetScheme, LocationPrecision, Loss, VictimStatus, ViolenceType
from .crosswalk import ACTORS, CONFLICT_NAMES, DYAD_NAMES, DYADS, GOVERNMENTS, UCDP_CIVILIANS
from .published import (
    Count,
    LayoutRow,
    Party,
    Sides,
    day_of,
    joined,
    note_alike,
    note_fields,
    note_open_days,
    note_other_harm,
    numbers,
    victims,
)

UCDP_COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
    "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity",
    "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high",
    "low", "gwnoa", "gwnob",
)  # fmt: skip

#: The scheme of the ids of their events.
UCDP_EVENTS = "ucdp_ged"
#: Ids are this plus ten for each incident plus the type of violence: the other last digits are free. Theirs are lower.
FIRST_ID = 9_000_000


class TypeOfViolence(IntEnum):
    """`type_of_violence`"""

    STATE_BASED = 1
    NON_STATE = 2
    ONE_SIDED = 3


#: The types of violence that have rows, by ours.
TYPE_OF = {
    ViolenceType.STATE_BASED: TypeOfViolence.STATE_BASED,
    ViolenceType.NON_STATE: TypeOfViolence.NON_STATE,
    ViolenceType.ONE_SIDED: TypeOfViolence.ONE_SIDED,
}

#: `where_prec`; there is no code for the third level, and only country for what is not known at all.
WHERE_PREC = {
    LocationPrecision.EXACT: 1,
    LocationPrecision.SETTLEMENT: 1,
    LocationPrecision.NEAR_SETTLEMENT: 2,
    LocationPrecision.THIRD_LEVEL: 3,
    LocationPrecision.SECOND_LEVEL: 3,
    LocationPrecision.FIRST_LEVEL: 4,
    LocationPrecision.FEATURE: 5,
    LocationPrecision.SEVERAL_FIRST_LEVEL: 5,
    LocationPrecision.COUNTRY: 6,
    LocationPrecision.UNKNOWN: 6,
}
#: What UCDP's names of areas end with, because towns may have the same name: the theatre's word, or else these.
AREA_WORDS = {PlaceKind.FIRST_LEVEL: "province", PlaceKind.SECOND_LEVEL: "district"}
DATE_PREC = {
    Precision.DAY: 1,
    Precision.DAYS_2_6: 2,
    Precision.WEEK: 3,
    Precision.MONTH: 4,
    Precision.MORE: 5,
    Precision.UNKNOWN: 5,
}
EVENT_CLARITY = {Clarity.INDIVIDUAL: 1, Clarity.AGGREGATED: 2}
#: `code_status`: the value for events whose actors are not clear is not verified.
CODE_STATUS = {**dict.fromkeys(Attribution, "Clear"), Attribution.CONTESTED: ""}

DEATHS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")

#: What is true of every row.
UCDP_CAVEATS = {
    "id": "Theirs where the record came from them, or else ours, which is higher than theirs.",
    "year": "The year of the last possible day, else of the first.",
    "relid": "Theirs is built from country, year and dyad; ours is the uid of the record.",
    "active_year": "Blank: it follows from all deaths of a dyad in a year.",
    "number_of_sources": "The number of articles that support the record; each copy of a report counts.",
    "best": "Counts incidents only. Tolls, such as all people killed since a certain day, are left out.",
    "source_article": "The articles whose passages support the record; claims and passages are left out.",
}


def ucdp_rows(record):
    """Yield the rows of an incident: one, two if it hit both enemies and civilians, or one without cells."""
    if not record.violent:
        yield _none(record, "It was not violent.")
    elif not record.killed:
        yield _none(record, "Nobody is said to have been killed.")
    elif not record.articles:
        yield _none(record, "No passage supports it.")
    elif not (found := dyads(record)):
        yield _none(record, "Only one side is known.")
    else:
        for violence, lines in shared(record, found).items():
            yield _row(record, violence, found[violence], lines)


def dyads(record):
    """Return the Sides between which an incident happened, by type of violence: enemies, and attacker and civilians.

    A type that is stated is the only one, whoever was harmed.
    """
    found, stated = {}, TYPE_OF.get(record.stated_violence)
    if stated == TypeOfViolence.ONE_SIDED:
        return {stated: Sides(record.attackers, (), record.party_of_all(record.attackers), Party.CIVILIANS)}
    if stated:
        return {stated: record.enemies or Sides((), (), None, None)}
    if record.enemies:
        found[TypeOfViolence.STATE_BASED if record.enemies.party_a == Party.STATE else TypeOfViolence.NON_STATE] = (
            record.enemies
        )
    if record.civilians_targeted and record.attackers:
        party = record.party_of_all(record.attackers)
        found[TypeOfViolence.ONE_SIDED] = Sides(record.attackers, (), party, Party.CIVILIANS)
    return found


def shared(record, found):
    """Return the estimates of people killed that belong to each type of violence, each with its column.

    Civilians belong to one-sided violence if there is any; everybody else belongs to the fight, if there was one.
    """
    shares = {}
    for casualty in record.killed:
        party = record.party_of(casualty)
        if party == Party.CIVILIANS:
            violence, column = max(found), "deaths_civilians"
        else:
            violence = min(found)
            side = record.side_of(casualty, found[violence])
            column = f"deaths_{side or 'unknown'}"
        shares.setdefault(violence, []).append((casualty, column))
    return shares


def _none(record, sentence):
    """Return the notes for a record, or a part of one, that has no row."""
    row = LayoutRow(record.uid)
    row.lose("", Loss.NO_ROW, sentence)
    return row


def _row(record, violence, sides, lines):
    """Return the row of one type of violence, with the cells in the order of UCDP_COLUMNS."""
    theirs = record.id_in(UCDP_EVENTS) if len(lines) == len(record.killed) else ""
    number = theirs or str(FIRST_ID + record.number * 10 + violence)
    row = LayoutRow(record.uid, number)
    row.lose("id", Loss.ROW, f"Represents {record.uid}, revision {record.document['revision']}.")
    deaths, total = _deaths(row, lines)
    if len(lines) == len(record.killed):
        total = _together(row, record, total)
    elif record.bounds:
        stated = ", ".join(f"{bound} {number}" for bound, number in record.bounds.items())
        row.lose("", Loss.FIELD_DROPPED, f"killed: {stated} together with those of the other row.")
    if max(total) < 1 and not theirs:
        uids = ", ".join(casualty["uid"] for casualty, _ in lines)
        return _none(record, f"No number of killed is stated in {uids}.")
    cells = {
        "id": number,
        "relid": record.uid,
        "code_status": CODE_STATUS[record.document["attribution"]],
        "type_of_violence": violence,
        **_sides(row, record, violence, sides),
        **_sources(row, record),
        **_where(row, record),
        **_when(row, record),
        "event_clarity": EVENT_CLARITY[record.document["clarity"]],
        **deaths,
        **total._asdict(),
    }
    if not cells["code_status"]:
        row.lose("code_status", Loss.UNVERIFIED, "Sources name different forces.")
    note_other_harm(row, record, "best")
    note_fields(row, record, ("kind", "methods", "weapons", "target", "attribution", "operation", "phase"))
    row.cells = {column: cells.get(column, "") for column in UCDP_COLUMNS}
    return row


def _deaths(row, lines):
    """Return the deaths of each side by the best estimates, and the Count of all deaths."""
    deaths, total = dict.fromkeys(DEATHS, 0), Count()
    for casualty, column in lines:
        count = _count(row, casualty)
        row.lose(column, Loss.COUNTED, f"{casualty['uid']}: {numbers(casualty)} killed of {victims(casualty)}.")
        if column == "deaths_unknown" and (force := casualty["victim"]["force"]):
            row.lose(column, Loss.UNVERIFIED, f"{casualty['uid']}: no id says on which side {force} was.")
        if casualty["victim"]["status"] == VictimStatus.OFF_DUTY:
            row.lose(column, Loss.OFF_DUTY, f"{casualty['uid']} counts people off duty.")
        deaths[column] += count.best
        total = total.plus(count)
    if sum(casualty["low"] != casualty["high"] for casualty, _ in lines) > 1:
        row.lose("high", Loss.BOUNDS_ADDED, f"Of {len(lines)} estimates.")
    return deaths, total


def _together(row, record, total):
    """Return the Count of all killed, with the bounds that the record states for all of them together."""
    # In this case it does not matter which bounds the single estimates lack.
    row.notes = [note for note in row.notes if note.column not in record.bounds]
    count = total._replace(**record.bounds)
    for bound, number in record.bounds.items():
        if number > count.best if bound == "low" else number < count.best:
            row.lose(bound, Loss.CONTRADICTORY, f"All killed: {bound} {number}, best {count.best}.")
    return count


def _count(row, casualty):
    """Return an estimate without blanks."""
    uid, low, best, high = (casualty[name] for name in ("uid", "low", "best", "high"))
    if low is None and best is None and high is None:
        row.lose("best", Loss.ALL_BLANK, f"{uid} states no number.")
        return Count()
    if low is None:
        row.lose("low", Loss.LOW_BLANK, f"{uid}: {numbers(casualty)}.")
    if best is None:
        row.lose("best", Loss.BEST_BLANK, f"{uid}: {numbers(casualty)}.")
    if high is None:
        row.lose("high", Loss.HIGH_OPEN, f"{uid}: {numbers(casualty)}.")
    low = low or 0
    best = low if best is None else best
    return Count(low, best, best if high is None else high)


def _sides(row, record, violence, sides):
    """Return the cells of conflict, dyad and both sides. They are blank if the names in UCDP are not verified."""
    codes = {"a": DatasetScheme.UCDP_SIDE_A, "b": DatasetScheme.UCDP_SIDE_B}
    civilians = violence == TypeOfViolence.ONE_SIDED
    cells, actors = {}, {}
    for side, slugs in (("a", sides.a), ("b", sides.b)):
        actor = record.dataset_code(codes[side]) or (UCDP_CIVILIANS if civilians and side == "b" else "")
        actors[side] = actor or _actor(row, record, side, slugs)
        cells |= _side(row, record, side, actors[side], slugs, civilians and side == "b")
    if any(record.dataset_code(scheme) for scheme in (DatasetScheme.UCDP_CONFLICT, DatasetScheme.UCDP_DYAD)):
        return cells | _dyad(row, record, violence, cells)
    dyad = DYADS.get((violence, actors["a"], actors["b"]), {})
    if not dyad:
        row.lose("dyad_new_id", Loss.UNVERIFIED, "The ids and names of this dyad and its conflict are not verified.")
    return cells | dyad


def _side(row, record, side, actor, slugs, civilians):
    """Return the cells of one side, with the names of its forces if UCDP's name of the actor is not known."""
    dset_id, name, state = ACTORS.get(UCDP_CIVILIANS if civilians else actor, (actor, "", ""))
    if actor and not name and slugs:
        names = sorted((record.force(slug)["name"] for slug in slugs), key=str.casefold)
        name = ", ".join(names)
        row.lose(f"side_{side}", Loss.OWN_NAME, f"Actor {actor} is {name}.")
        governments = [each for each in names if each.startswith("Government of ")]
        state = ", ".join(GOVERNMENTS.get(each, "") for each in governments)
        if record.party(slugs[0]) == Party.STATE and not (governments and all(map(GOVERNMENTS.get, governments))):
            state = ""
            row.lose(f"gwno{side}", Loss.UNVERIFIED, f"The number of its state is not verified for {name}.")
    elif actor and not name:
        row.lose(f"side_{side}", Loss.UNVERIFIED, f"The name of actor {actor} is not verified.")
    return {
        f"side_{side}_dset_id": dset_id,
        f"side_{side}_new_id": actor,
        f"side_{side}": name,
        f"gwno{side}": state,
    }


def _dyad(row, record, violence, cells):
    """Return the cells of the conflict and the dyad by the ids that the record has, and by the names of the sides.

    Only a conflict with a government has a `dset_id` of its own; one between groups has that of its dyad, and one-sided
    violence that of the attacker.
    """
    conflict, dyad = (record.dataset_code(scheme) for scheme in (DatasetScheme.UCDP_CONFLICT, DatasetScheme.UCDP_DYAD))
    for what, code in (("conflict", conflict), ("dyad", dyad)):
        if not code:
            row.lose(f"{what}_new_id", Loss.UNVERIFIED, f"The id of this {what} is not verified.")
    dset_ids = {
        TypeOfViolence.STATE_BASED: (conflict, dyad),
        TypeOfViolence.NON_STATE: (dyad, dyad),
        TypeOfViolence.ONE_SIDED: (cells["side_a_dset_id"], cells["side_a_dset_id"]),
    }
    conflict_dset, dyad_dset = dset_ids[violence]
    dyad_name, conflict_name = DYAD_NAMES.get(dyad, ""), CONFLICT_NAMES.get(conflict, "")
    if dyad and not dyad_name:
        dyad_name = f"{cells['side_a']} - {cells['side_b']}" if cells["side_a"] and cells["side_b"] else ""
        loss = Loss.OWN_NAME if dyad_name else Loss.UNVERIFIED
        row.lose("dyad_name", loss, f"Dyad {dyad} is {dyad_name or 'not known by name'}.")
    if conflict and not conflict_name:
        conflict_name = dyad_name if violence != TypeOfViolence.STATE_BASED else _conflict_name(record, conflict)
        loss = Loss.OWN_NAME if conflict_name else Loss.UNVERIFIED
        row.lose("conflict_name", loss, f"Conflict {conflict} is {conflict_name or 'not known by name'}.")
    return {
        "conflict_dset_id": conflict_dset,
        "conflict_new_id": conflict,
        "conflict_name": conflict_name,
        "dyad_dset_id": dyad_dset,
        "dyad_new_id": dyad,
        "dyad_name": dyad_name,
    }


def _conflict_name(record, code):
    """Return our name of the conflict if it has this verified id in UCDP; else empty text."""
    wanted = {"scheme": ConflictScheme.UCDP_CONFLICT.value, "code": code, "verified": True}
    return record.conflict["name"] if record.conflict and wanted in record.conflict["codes"] else ""


def _actor(row, record, side, slugs):
    """Return the UCDP actor of the forces of a side; empty text if none, or more than one, is verified."""
    column = f"side_{side}_new_id"
    codes = {slug: record.code(slug, Scheme.UCDP_ACTOR) for slug in slugs}
    known = sorted({code for code in codes.values() if code})
    actor = known[0] if len(known) == 1 else ""
    without = [slug for slug, code in codes.items() if not code]
    if without or not slugs:
        names = record.names(without) or "a side known by its victims only"
        row.lose(column, Loss.UNVERIFIED, f"No UCDP actor is verified for {names}.")
    if len(known) > 1:
        row.lose(column, Loss.UNVERIFIED, f"The side is several UCDP actors, {', '.join(known)}: a row has one.")
    if len(slugs) > 1 or any(not record.is_itself(slug, actor) for slug in slugs):
        row.lose(f"side_{side}", Loss.FORCES_FOLDED, f"Side {side.upper()} is {record.names(slugs)}.")
    return actor


def _sources(row, record):
    """Return the cells of the articles, in the order of publication."""
    days = [day_of(article) for article in record.articles]
    for article in record.articles:
        if article["published"]["precision"] != Precision.DAY:
            edtf = article["published"]["edtf"] or "not known"
            row.lose("source_date", Loss.SOURCE_DAY, f"The day of {article['uid']} is {edtf}.")
    offices = [article["outlet"]["name"] for article in record.articles]
    titles = [article["title"] for article in record.articles]
    described = (",".join(parts).replace('"', '""') for parts in zip(offices, days, titles, strict=True))
    return {
        "number_of_sources": len(record.articles),
        "source_article": ";".join(f'"{text}"' for text in described),
        "source_office": joined(row, "source_office", offices),
        "source_date": ";".join(days),
        "source_headline": joined(row, "source_headline", titles),
        "source_original": ", ".join(dict.fromkeys(each["said_by"] for each in record.passages if each["said_by"])),
    }


def _where(row, record):
    """Return the cells of the place."""
    spot, country = record.locate(row, "latitude"), record.country
    note_alike(row, "where_prec", WHERE_PREC, spot.precision)
    if not country:
        row.lose("country_id", Loss.UNVERIFIED, "The id of its country in UCDP is not verified.")
    cells = {
        "where_prec": WHERE_PREC[spot.precision],
        **_where_in_words(record, spot),
        "adm_1": record.name_of(PlaceKind.FIRST_LEVEL, _suffix(record, PlaceKind.FIRST_LEVEL)),
        "adm_2": record.name_of(PlaceKind.SECOND_LEVEL, _suffix(record, PlaceKind.SECOND_LEVEL)),
        "country": country.get("ucdp_country", ""),
        "country_id": country.get("ucdp_country_id", ""),
        "region": country.get("ucdp_region", ""),
    }
    if spot.lat is None:
        return cells
    return cells | {
        "latitude": spot.lat,
        "longitude": spot.lon,
        "geom_wkt": f"POINT ({round(spot.lon, 6)} {round(spot.lat, 6)})",
        "priogrid_gid": priogrid(spot.lat, spot.lon),
    }


def _where_in_words(record, spot):
    """Return the name of the place and how the source names it; of their own events, only their name of it."""
    words = record.document["place_as_reported"]
    if words and record.id_in(UCDP_EVENTS):
        return {"where_coordinates": words}
    return {"where_coordinates": spot.place + _suffix(record, spot.kind), "where_description": words}


def _suffix(record, kind):
    return f" {record.theatre['levels'][kind] or AREA_WORDS[kind]}" if kind in AREA_WORDS else ""


def priogrid(lat, lon):
    """Return the number of the PRIO-GRID cell around a point: half a degree wide, from the south-west, from 1 on."""
    return floor((lat + 90) * 2) * 720 + floor((lon + 180) * 2) + 1


def _when(row, record):
    """Return the cells of the days. A blank is a first or last possible day that is not stated."""
    when = record.document["when"]
    note_alike(row, "date_prec", DATE_PREC, when["precision"])
    note_open_days(row, ("date_start", "date_end"), when)
    return {
        "year": (when["latest"] or when["earliest"] or "")[:4],
        "date_prec": DATE_PREC[when["precision"]],
        "date_start": when["earliest"] or "",
        "date_end": when["latest"] or "",
    }
