"""What a row of ACLED's export states (31 columns).

ACLED gives one number of dead for all sides together, and 0 where nothing is known, so 0 states nothing here. Its notes
are its own text and are not taken over; the row's id leads to them.
"""

from datetime import timedelta

from operations.choices import ForceKind, Scheme
from sources.choices import OutletKind

from ..choices import Attribution, IncidentKind, InvolvementRole, LocationPrecision, Method, VictimStatus, Weapon
from . import cells
from .statements import Figure, ImportLayout, NamedForce, RowError, Stated, Where

#: `sub_event_type`: our kind, and the methods and weapons that it says.
KIND_OF_SUB_EVENT = {
    "Government regains territory": (IncidentKind.TERRITORY, (), ()),
    "Non-state actor overtakes territory": (IncidentKind.TERRITORY, (), ()),
    "Armed clash": (IncidentKind.ARMED_CLASH, (), ()),
    "Chemical weapon": (IncidentKind.OTHER, (), (Weapon.CHEMICAL,)),
    "Air/drone strike": (IncidentKind.AIR_STRIKE, (), ()),
    "Suicide bomb": (IncidentKind.BOMBING, (Method.SUICIDE,), ()),
    "Shelling/artillery/missile attack": (IncidentKind.SHELLING, (), ()),
    "Remote explosive/landmine/IED": (IncidentKind.BOMBING, (), ()),
    "Grenade": (IncidentKind.OTHER, (), (Weapon.GRENADE,)),
    "Sexual violence": (IncidentKind.SEXUAL_VIOLENCE, (), ()),
    "Attack": (IncidentKind.ARMED_ATTACK, (), ()),
    "Abduction/forced disappearance": (IncidentKind.ABDUCTION, (), ()),
    "Agreement": (IncidentKind.AGREEMENT, (), ()),
    "Arrests": (IncidentKind.ARRESTS, (), ()),
    "Change to group/activity": (IncidentKind.FORCE_CHANGE, (), ()),
    "Disrupted weapons use": (IncidentKind.SEIZURE, (), ()),
    "Headquarters or base established": (IncidentKind.FORCE_CHANGE, (), ()),
    "Looting/property destruction": (IncidentKind.LOOTING, (), ()),
    "Non-violent transfer of territory": (IncidentKind.TRANSFER, (), ()),
    "Other": (IncidentKind.STATEMENT, (), ()),
}

AGAINST_CIVILIANS = "Violence against civilians"
OUTSIDE = {"Protests", "Riots"}

#: `inter1`, `inter2`: what sort of force an actor is; numbers until 2024, words since.
FORCE_KIND_OF_INTER = {
    "1": ForceKind.GOVERNMENT, "State forces": ForceKind.GOVERNMENT,
    "4": ForceKind.SELF_DEFENCE, "Identity militia": ForceKind.SELF_DEFENCE,
    "6": ForceKind.PROTESTERS, "Protesters": ForceKind.PROTESTERS,
    "7": ForceKind.CIVILIANS, "Civilians": ForceKind.CIVILIANS,
}  # fmt: skip

PRECISION_OF_GEO = {
    "1": LocationPrecision.SETTLEMENT,
    "2": LocationPrecision.NEAR_SETTLEMENT,
    "3": LocationPrecision.FIRST_LEVEL,
}


def read_acled_row(row):
    """Return what a row states. Raises RowError."""
    code = cells.identifier(row, "event_id_cnty")
    ours = cells.OUR_UID.match(code)
    earliest, latest = _when(row)
    event, sub_event = cells.needed(row, "event_type"), cells.needed(row, "sub_event_type")
    outside = f"{event} are no operations or attacks." if event in OUTSIDE else ""
    if not outside and sub_event not in KIND_OF_SUB_EVENT:
        raise RowError(f"sub_event_type: “{sub_event}” is not a code of this layout: {', '.join(KIND_OF_SUB_EVENT)}.")
    kind, methods, weapons = KIND_OF_SUB_EVENT.get(sub_event, (IncidentKind.OTHER, (), ()))
    parties = _parties(row, event)
    dead = cells.whole(row, "fatalities")
    if dead and kind not in IncidentKind.violent():
        kind = (
            IncidentKind.OTHER
        )  # Where somebody died there was violence, such as a bomb that went off as it was found.
    return Stated(
        scheme="acled",
        code=code,
        uid=ours[0] if ours else "",
        title=_title(row, sub_event, parties),
        kind=kind,
        methods=methods,
        weapons=weapons,
        earliest_on=earliest,
        latest_on=latest,
        where=_where(row),
        parties=parties,
        figures=(Figure(VictimStatus.UNKNOWN, best=dead),) if dead else (),
        attribution=Attribution.WEAK if parties else Attribution.UNATTRIBUTED,
        outside=outside,
    )


def _when(row):
    """Return the span of possible days: the row names a day in the middle of the week, or in the month."""
    on = cells.day(row, "event_date")
    if on is None:
        raise RowError("event_date: this cell is needed.")
    precision = cells.code(row, "time_precision", {"1": 1, "2": 2, "3": 3})
    if precision == 1:
        return on, on
    return cells.month_of(on) if precision == 3 else (on - timedelta(3), on + timedelta(3))


def _parties(row, event):
    """Return the actors. Only violence against civilians says who attacked whom: there the second is the target."""
    parties = []
    for number in ("1", "2"):
        role = InvolvementRole.PARTY
        if event == AGAINST_CIVILIANS:
            role = InvolvementRole.INITIATOR if number == "1" else InvolvementRole.TARGET
        if name := row[f"actor{number}"]:
            sort = FORCE_KIND_OF_INTER.get(cells.identifier(row, f"inter{number}") if row[f"inter{number}"] else "")
            parties.append(_party(name, role, sort or ForceKind.ARMED_GROUP))
        # These hold allies as well as who the victims were, so they count only where they are a force that is known.
        for each in row[f"assoc_actor_{number}"].split(";"):
            if (name := each.strip()) and role != InvolvementRole.TARGET:
                parties.append(
                    NamedForce(name, role, Scheme.ACLED_ACTOR, name[:100], ForceKind.ARMED_GROUP, minor=True)
                )
    return tuple(parties)


def _party(name, role, sort):
    if name.startswith("Civilians"):
        sort = ForceKind.CIVILIANS
    return NamedForce(name, role, Scheme.ACLED_ACTOR, name[:100], sort)


def _title(row, sub_event, parties):
    actors = " and ".join(party.name for party in parties if not party.minor)
    place = row["location"] or row["country"]
    return cells.short(", ".join(filter(None, [sub_event, actors, place])), 200)


def _where(row):
    precision = cells.code(row, "geo_precision", PRECISION_OF_GEO)
    stands_for_more = precision == LocationPrecision.FIRST_LEVEL
    return Where(
        country=cells.needed(row, "country"),
        adm1=row["admin1"],
        adm2="" if stands_for_more else row["admin2"],
        adm3="" if stands_for_more else row["admin3"],
        # With the coarsest precision the place is a town that represents the unit around it.
        name="" if stands_for_more else row["location"],
        point=None if stands_for_more else cells.point(row, "latitude", "longitude"),
        precision=precision,
        as_reported=cells.short(row["location"], 200),
        exact=not stands_for_more,
    )


ACLED = ImportLayout(
    name="acled",
    scheme="acled",
    outlet={
        "slug": "acled",
        "name": "Armed Conflict Location & Event Data",
        "kind": OutletKind.DATASET,
        "url": "https://acleddata.com/",
    },
    title="ACLED",
    licence="ACLED terms of use",
    columns=[
        "event_id_cnty",
        "event_date",
        "time_precision",
        "event_type",
        "sub_event_type",
        "actor1",
        "country",
        "location",
        "latitude",
        "longitude",
        "geo_precision",
        "fatalities",
    ],
    states=read_acled_row,
)
