"""Incidents in the 31 columns of ACLED. The layout is theirs, the data are not.

A row is one incident on one day. An incident is never split over its possible days.
"""

from datetime import date, datetime

from operations.choices import ForceKind, PlaceKind, Qualifier, Scheme
from sources.choices import OutletKind, Precision

from ..choices import Basis, IncidentKind, LocationPrecision, Loss, Method, Weapon
from ..figures.suggestions import NOT_COUNTED
from .crosswalk import ACTORS
from .published import LayoutRow, Party, joined, note_alike, note_fields, note_other_harm, numbers, victims

ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1",
    "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso",
    "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source",
    "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip

#: `time_precision`; None: too vague for a row.
TIME_PRECISION = {
    Precision.DAY: 1,
    Precision.DAYS_2_6: 2,
    Precision.WEEK: 2,
    Precision.MONTH: 3,
    Precision.MORE: None,
    Precision.UNKNOWN: None,
}
#: `geo_precision`; None: too vague for a row.
GEO_PRECISION = {
    LocationPrecision.EXACT: 1,
    LocationPrecision.SETTLEMENT: 1,
    LocationPrecision.NEAR_SETTLEMENT: 2,
    LocationPrecision.THIRD_LEVEL: 2,
    LocationPrecision.SECOND_LEVEL: 2,
    LocationPrecision.FIRST_LEVEL: 3,
    LocationPrecision.FEATURE: 3,
    LocationPrecision.SEVERAL_FIRST_LEVEL: 3,
    LocationPrecision.COUNTRY: None,
    LocationPrecision.UNKNOWN: None,
}

REGAINS, OVERTAKES, CLASH = "Government regains territory", "Non-state actor overtakes territory", "Armed clash"
CHEMICAL, AIR, SUICIDE = "Chemical weapon", "Air/drone strike", "Suicide bomb"
SHELLING, REMOTE, GRENADE = "Shelling/artillery/missile attack", "Remote explosive/landmine/IED", "Grenade"
SEXUAL, ATTACK, ABDUCTION = "Sexual violence", "Attack", "Abduction/forced disappearance"

BATTLES, EXPLOSIONS, ONE_SIDED_VIOLENCE = "Battles", "Explosions/Remote violence", "Violence against civilians"
STRATEGIC = "Strategic developments"

#: The event type of each `sub_event_type` that an incident can be, in the order in which one takes precedence.
EVENT_TYPE = {
    REGAINS: BATTLES,
    OVERTAKES: BATTLES,
    CLASH: BATTLES,
    CHEMICAL: EXPLOSIONS,
    AIR: EXPLOSIONS,
    SUICIDE: EXPLOSIONS,
    SHELLING: EXPLOSIONS,
    REMOTE: EXPLOSIONS,
    GRENADE: EXPLOSIONS,
    SEXUAL: ONE_SIDED_VIOLENCE,
    ATTACK: ONE_SIDED_VIOLENCE,
    ABDUCTION: ONE_SIDED_VIOLENCE,
    "Agreement": STRATEGIC,
    "Arrests": STRATEGIC,
    "Change to group/activity": STRATEGIC,
    "Disrupted weapons use": STRATEGIC,
    "Looting/property destruction": STRATEGIC,
    "Non-violent transfer of territory": STRATEGIC,
    "Other": STRATEGIC,
}
PRECEDENCE = list(EVENT_TYPE)
LOOTING = "Looting/property destruction"

#: What each kind of incident is. A change of control by force depends on who took the territory, see TAKEN_BY. Violence
#: of which no more is known is a clash, or an attack where it hit civilians only: never a strategic development.
OF_KIND = {
    IncidentKind.KILLING: ATTACK,
    IncidentKind.SEXUAL_VIOLENCE: SEXUAL,
    IncidentKind.ABDUCTION: ABDUCTION,
    IncidentKind.AMBUSH: CLASH,
    IncidentKind.BOMBING: REMOTE,
    IncidentKind.SHELLING: SHELLING,
    IncidentKind.AIR_STRIKE: AIR,
    IncidentKind.TERRITORY: CLASH,
    IncidentKind.ARMED_CLASH: CLASH,
    IncidentKind.ARMED_ATTACK: CLASH,
    IncidentKind.ARSON: LOOTING,
    IncidentKind.LOOTING: LOOTING,
    IncidentKind.OTHER: CLASH,
    IncidentKind.UNKNOWN: CLASH,
    IncidentKind.AGREEMENT: "Agreement",
    IncidentKind.ARRESTS: "Arrests",
    IncidentKind.SEIZURE: "Disrupted weapons use",
    IncidentKind.FORCE_CHANGE: "Change to group/activity",
    IncidentKind.TRANSFER: "Non-violent transfer of territory",
    IncidentKind.STATEMENT: "Other",
}
#: What a method or a weapon adds; None: nothing.
OF_METHOD = {
    Method.SNIPING: CLASH,
    Method.SUICIDE: SUICIDE,
    Method.FALSE_CHECKPOINT: None,
    Method.DISGUISE: None,
    Method.INSIDER: None,
    Method.HOSTAGE_TAKING: ABDUCTION,
    Method.ABDUCTION: ABDUCTION,
    Method.EXECUTION: ATTACK,
    Method.SIEGE: None,
    Method.FIRE: LOOTING,
    Method.LOOTING: LOOTING,
}
OF_WEAPON = {
    Weapon.SMALL_ARMS: CLASH,
    Weapon.HEAVY_GUN: CLASH,
    Weapon.RPG: CLASH,
    Weapon.GRENADE: GRENADE,
    Weapon.MORTAR: SHELLING,
    Weapon.ARTILLERY: SHELLING,
    Weapon.ROCKET: SHELLING,
    Weapon.MISSILE: SHELLING,
    Weapon.AIR_BOMB: AIR,
    Weapon.AIRCRAFT: AIR,
    Weapon.DRONE: AIR,
    Weapon.CLUSTER: SHELLING,
    Weapon.LANDMINE: REMOTE,
    Weapon.IED: REMOTE,
    Weapon.BOOBY_TRAP: REMOTE,
    Weapon.VEHICLE_BOMB: REMOTE,
    Weapon.SUICIDE_VEST: SUICIDE,
    Weapon.EXPLOSIVE: REMOTE,
    Weapon.INCENDIARY: None,
    Weapon.CHEMICAL: CHEMICAL,
    Weapon.BLADE: CLASH,
    Weapon.VEHICLE: CLASH,
    Weapon.UNARMED: None,
    Weapon.OTHER: None,
}
#: Kinds that are never an exchange of fire, whatever the weapon.
NO_FIGHT = {
    IncidentKind.KILLING, IncidentKind.SEXUAL_VIOLENCE, IncidentKind.ABDUCTION, IncidentKind.ARSON,
    IncidentKind.LOOTING,
}  # fmt: skip
#: Kinds that say no more than that there was violence: a more telling method or weapon comes first.
UNTOLD = {IncidentKind.OTHER, IncidentKind.UNKNOWN}
#: What a change of control is, by the only party that caused it.
TAKEN_BY = {Party.STATE: REGAINS, Party.GROUP: OVERTAKES}

#: The numbers that ACLED uses for words without a number.
FIGURE_OF_WORDS = {Qualifier.SEVERAL: 3, Qualifier.DOZENS: 12, Qualifier.HUNDREDS: 100}
#: Estimates on which independent sources agree, so that the lowest figure need not be taken.
CORROBORATED = {Basis.SOURCES_AGREE, Basis.MAJORITY}

STATE_FORCES, CIVILIANS, EXTERNAL = "State forces", "Civilians", "External/Other forces"
#: The order of the types of actors in `interaction`; the last two are exchanged there.
INTER = [
    STATE_FORCES, "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", EXTERNAL, CIVILIANS,
]  # fmt: skip
#: The same by the number that `acled_inter` codes have.
INTER_OF_CODE = {str(number): name for number, name in enumerate([*INTER[:6], CIVILIANS, EXTERNAL], 1)}

#: The type of actor of all forces of a kind, where there is one.
INTER_OF_KIND = {
    **dict.fromkeys(ForceKind, ""),
    ForceKind.COALITION: EXTERNAL,
    ForceKind.FOREIGN_FORCES: EXTERNAL,
    ForceKind.PEACEKEEPERS: EXTERNAL,
    ForceKind.MILITARY_COMPANY: EXTERNAL,
    ForceKind.PARTY_WING: "Political militia",
    ForceKind.CRIMINAL_GROUP: "Political militia",
    ForceKind.SELF_DEFENCE: "Identity militia",
    ForceKind.PROTESTERS: "Protesters",
    ForceKind.CIVILIANS: CIVILIANS,
}

#: How far an outlet reaches, where its kind says so.
SCALE = {
    **dict.fromkeys(OutletKind, ""),
    OutletKind.INTERNATIONAL_MEDIA: "International",
    OutletKind.NATIONAL_MEDIA: "National",
    OutletKind.LOCAL_MEDIA: "Subnational",
}

#: What is true of every row.
ACLED_CAVEATS = {
    "event_id_cnty": "The uid of the record. It looks like none of theirs.",
    "event_date": "The middle of the possible days; deaths are not split over days.",
    "actor1": "Blank unless the name is verified; the order of actors says nothing, except that civilians come second.",
    "fatalities": "The dead of all sides: the lowest figure of a source unless independent sources agree on one; "
    "“several” is 3, “dozens” 12, “hundreds” 100, and no number 0. Tolls that other reports give are left out.",
    "source_scale": "Blank unless the kind of the outlet says how far it reaches.",
    "tags": "Ours: the operation, the phase and the target.",
}


def acled_rows(record):
    """Yield the row of an incident, or one without cells if its day or place is too vague for the layout."""
    row = LayoutRow(record.uid, record.uid)
    when = record.document["when"]
    if TIME_PRECISION[when["precision"]] is None:
        yield _none(record, f"Its day is too vague: {when['edtf'] or 'not known'}.")
        return
    if GEO_PRECISION[record.spot.precision] is None:
        yield _none(record, f"Its place is too vague: {_best_place(record)}.")
        return
    row.lose("event_id_cnty", Loss.ROW, f"Represents {record.uid}, revision {record.document['revision']}.")
    kind, means = record.document["kind"], [*record.document["methods"], *record.document["weapons"]]
    sub_event = sub_event_type(
        kind, means, {record.party(slug) for slug in record.attackers}, record.only_civilians_targeted
    )
    event = EVENT_TYPE[sub_event]
    said = ", ".join([kind, *means])
    row.lose("sub_event_type", Loss.KIND_BENT, f"The record says {said}, which becomes {sub_event}.")
    cells = {
        "event_id_cnty": record.uid,
        **_when(row, when),
        "disorder_type": STRATEGIC if event == STRATEGIC else "Political violence",
        "event_type": event,
        "sub_event_type": sub_event,
        **_actors(row, record, event),
        "civilian_targeting": "Civilians targeted"
        if record.only_civilians_targeted and event not in {BATTLES, STRATEGIC}
        else "",
        **_where(row, record),
        **_sources(row, record),
        "notes": record.document["summary"] or record.document["title"],
        "fatalities": sum(max(0, _fatalities(row, each) - record.not_caused(each)) for each in record.wholes),
        "tags": "; ".join(f"{name}={record.document[name]}" for name in record.stated("operation", "phase", "target")),
        "timestamp": int(datetime.fromisoformat(record.document["published_at"]).timestamp()),
    }
    note_other_harm(row, record, "fatalities")
    note_fields(row, record, ("attribution", "clarity"))
    row.cells = {column: cells.get(column, "") for column in ACLED_COLUMNS}
    yield row


def sub_event_type(kind, means, attackers, only_civilians_targeted):
    """Return the `sub_event_type`: of all that the kind, the means and the Parties of the attackers say, the first.

    `means` are methods and weapons. Where civilians were the only target, it is no battle but violence against them.
    What is not violent is what its kind says.
    """
    if kind not in IncidentKind.violent():
        return OF_KIND[kind]
    said = {(OF_METHOD | OF_WEAPON)[each] for each in means} - {None}
    found = (said - {CLASH}) if kind in NO_FIGHT else said
    if not (found and kind in UNTOLD):
        found = found | {OF_KIND[kind]}
    if kind == IncidentKind.TERRITORY and len(attackers) == 1:
        found |= {TAKEN_BY[party] for party in attackers}
    first = min(found, key=PRECEDENCE.index)
    return ATTACK if first == CLASH and only_civilians_targeted and kind != IncidentKind.ARMED_CLASH else first


def _none(record, sentence):
    """Return the notes for a record that has no row."""
    row = LayoutRow(record.uid)
    row.lose("", Loss.NO_ROW, sentence)
    return row


def _best_place(record):
    """Return in words how precisely the place is known, and by which point."""
    said = record.document["location_precision"]
    return said if record.spot.precision == said else f"{said}, and only {record.spot.place} has a point"


def _when(row, when):
    """Return the cells of the day: the middle of the possible ones."""
    earliest, latest = date.fromisoformat(when["earliest"]), date.fromisoformat(when["latest"])
    note_alike(row, "time_precision", TIME_PRECISION, when["precision"])
    if earliest != latest:
        row.lose("event_date", Loss.DAY_COLLAPSED, f"It may be any day of {when['edtf']}.")
    day = earliest + (latest - earliest) // 2
    return {"event_date": day.isoformat(), "year": day.year, "time_precision": TIME_PRECISION[when["precision"]]}


def _actors(row, record, event):
    """Return the cells of the actors. Civilians come second if they are the only target."""
    first, second = record.attackers, record.defenders
    if not first and not second:
        all_of_them = record.fighters
        first, second = record.enemies[:2] if record.enemies else (all_of_them[:1], all_of_them[1:])
    targets = [*second]
    if record.civilians_targeted:
        if record.only_civilians_targeted:
            targets = [None, *second]
        elif event == BATTLES:
            row.lose("actor2", Loss.CIVILIANS_DROPPED, "A battle names no civilians.")
        else:
            targets = [*second, None]
    cells = _side(row, record, 1, list(first)) | _side(row, record, 2, targets)
    return cells | {"interaction": _interaction(cells["inter1"], cells["inter2"], bool(first), bool(targets))}


def _side(row, record, side, slugs):
    """Return the cells of one side. None in place of a slug means civilians."""
    names = [_name(row, record, side, slug) for slug in slugs]
    inter = _inter(record, slugs[0]) if slugs else ""
    if slugs and not inter:
        row.lose(
            f"inter{side}",
            Loss.UNVERIFIED,
            f"No type of actor is verified for {record.names(slugs[:1])}.",
        )
    if len(slugs) > 1:
        forces = record.names([slug for slug in slugs if slug])
        row.lose(f"assoc_actor_{side}", Loss.FORCES_FOLDED, f"The order of these forces has no meaning: {forces}.")
    return {
        f"actor{side}": names[0] if names else "",
        f"assoc_actor_{side}": "; ".join(name for name in names[1:] if name),
        f"inter{side}": inter,
    }


def _name(row, record, side, slug):
    """Return the verified ACLED name of a force, or of civilians; empty if there is none."""
    if slug is None:
        country = record.country.get("acled_country")
        return f"Civilians ({country})" if country else ""
    name = record.code(slug, Scheme.ACLED_ACTOR, record.document["when"]["latest"][:4])
    if not name:
        row.lose(f"actor{side}", Loss.UNVERIFIED, f"No single ACLED name is verified for {record.names([slug])}.")
    elif not record.is_itself(slug, name):
        row.lose(f"actor{side}", Loss.FORCES_FOLDED, f"{record.names([slug])} appears as {name}.")
    return name or ""


def _inter(record, slug):
    """Return the type of actor of a force: by its verified code, or else by what holds for every such force, or empty.

    Forces of a government that UCDP knows are state forces in its own country and external ones elsewhere; so are
    coalitions of other states. See INTER_OF_KIND.
    """
    if slug is None:
        return CIVILIANS
    if code := record.code(slug, Scheme.ACLED_INTER):
        return INTER_OF_CODE.get(code, "")
    if inter := INTER_OF_KIND[record.force(slug)["kind"]]:
        return inter
    _, _, state = ACTORS.get(record.code(slug, Scheme.UCDP_ACTOR), ("", "", ""))
    here = record.country.get("ucdp_country_id")
    return (STATE_FORCES if state == here else EXTERNAL) if state and here else ""


def _interaction(inter1, inter2, first, second):
    """Return the two types of actors in the order of INTER, or the only one; empty text if one is not known."""
    known = sorted(filter(None, (inter1, inter2)), key=INTER.index)
    if len(known) < first + second:
        return ""
    return "-".join(known) if len(known) == 2 else f"{known[0]} only" if known else ""


def _where(row, record):
    """Return the cells of the place."""
    spot, country = record.locate(row, "latitude"), record.country
    note_alike(row, "geo_precision", GEO_PRECISION, spot.precision)
    if not country:
        row.lose("iso", Loss.UNVERIFIED, "The name of its country in ACLED is not verified.")
    if words := record.document["place_as_reported"]:
        row.lose("location", Loss.FIELD_DROPPED, f"place_as_reported: {words}.")
    cells = {
        "iso": country.get("acled_iso", ""),
        "region": country.get("acled_region", ""),
        "country": country.get("acled_country", ""),
        "admin1": record.name_of(PlaceKind.FIRST_LEVEL),
        "admin2": record.name_of(PlaceKind.SECOND_LEVEL),
        "admin3": record.name_of(PlaceKind.THIRD_LEVEL),
        "location": spot.place,
        "geo_precision": GEO_PRECISION[spot.precision],
    }
    if spot.lat is None:
        return cells
    return cells | {"latitude": round(spot.lat, 4), "longitude": round(spot.lon, 4)}


def _sources(row, record):
    """Return the cells of the outlets, in the order of publication."""
    outlets = list({article["outlet"]["slug"]: article["outlet"] for article in record.articles}.values())
    for outlet in outlets:
        if not SCALE[outlet["kind"]]:
            row.lose("source_scale", Loss.UNVERIFIED, f"The reach of {outlet['name']} is not verified.")
    return {
        "source": joined(row, "source", [outlet["name"] for outlet in outlets], "; "),
        "source_scale": "-".join(dict.fromkeys(scale for outlet in outlets if (scale := SCALE[outlet["kind"]]))),
    }


def _fatalities(row, casualty):
    """Return how many dead an estimate adds: the lowest figure of its sources unless they agree on the best one."""
    uid, best = casualty["uid"], casualty["best"]
    if casualty["basis"] in CORROBORATED and best is not None:
        figure = best
    else:
        figure = min(_figures(casualty), default=casualty["low"] if casualty["low"] is not None else best)
    row.lose("fatalities", Loss.COUNTED, f"{uid}: {figure or 0} killed of {victims(casualty)}.")
    if figure is None:
        row.lose("fatalities", Loss.ALL_BLANK, f"{uid}: {numbers(casualty)}.")
    elif not figure == best == casualty["low"] == casualty["high"]:
        row.lose("fatalities", Loss.LOWEST_TAKEN, f"{uid}: {figure}, where the estimate is {numbers(casualty)}.")
    return figure or 0


def _figures(casualty):
    """Yield the lowest number of each claim on which the estimate is based, except superseded ones."""
    updated = {claim["supersedes"] for claim in casualty["claims"]}
    for claim in casualty["claims"]:
        if claim["used"] and claim["stance"] not in NOT_COUNTED and claim["uid"] not in updated:
            figure = FIGURE_OF_WORDS.get(claim["qualifier"], claim["low"])
            if figure is not None:
                yield figure
