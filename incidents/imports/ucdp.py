"""What a row of the Georeferenced Event Dataset of the Uppsala Conflict Data Program states (49 columns)."""

import re
from dataclasses import replace

from operations.choices import ForceKind, Scheme
from sources.choices import OutletKind

from ..choices import (
    Attribution,
    Clarity,
    DatasetScheme,
    IncidentKind,
    InvolvementRole,
    LocationPrecision,
    VictimStatus,
    ViolenceType,
)
from . import cells
from .statements import Figure, ImportLayout, NamedConflict, NamedForce, RowError, Stated, Where, bounded, left_out

#: `type_of_violence`
TYPES = {"1": ViolenceType.STATE_BASED, "2": ViolenceType.NON_STATE, "3": ViolenceType.ONE_SIDED}
#: What UCDP calls them.
TYPES_IN_WORDS = {
    ViolenceType.STATE_BASED: "State-based conflict",
    ViolenceType.NON_STATE: "Non-state conflict",
    ViolenceType.ONE_SIDED: "One-sided violence",
}

#: The columns of the ids that many events share.
CODE_COLUMNS = {
    DatasetScheme.UCDP_CONFLICT: "conflict_new_id",
    DatasetScheme.UCDP_DYAD: "dyad_new_id",
    DatasetScheme.UCDP_SIDE_A: "side_a_new_id",
    DatasetScheme.UCDP_SIDE_B: "side_b_new_id",
}

#: How the names of governments begin.
GOVERNMENT_OF = "Government of "

#: What stands between the names of several actors that are one side.
BETWEEN_NAMES = re.compile(r"\s*,\s*(?![^()]*\))")

#: `where_prec`; 1 is a settlement where the name says so.
PRECISION_OF_WHERE = {
    "1": LocationPrecision.EXACT,
    "2": LocationPrecision.NEAR_SETTLEMENT,
    "3": LocationPrecision.SECOND_LEVEL,
    "4": LocationPrecision.FIRST_LEVEL,
    "5": LocationPrecision.FEATURE,
    "6": LocationPrecision.COUNTRY,
    "7": LocationPrecision.FEATURE,
}

#: `event_clarity`
CLARITIES = {"1": Clarity.INDIVIDUAL, "2": Clarity.AGGREGATED}

SETTLEMENT_IN_NAME = re.compile(r"\b(village|town|city|suburb|locality|neighbourhood|hamlet|camp)\b", re.IGNORECASE)


def read_ucdp_row(row):
    """Return what a row states. Raises RowError."""
    code = cells.identifier(row, "id")
    violence = cells.code(row, "type_of_violence", TYPES)
    side_a, side_b = _side(row, "a", violence), _side(row, "b", violence)
    earliest, latest = cells.days_between(row, "date_start", "date_end")
    if earliest is None:
        raise RowError("date_start: this cell is needed.")
    year = cells.whole(row, "year")
    if year is not None and not earliest.year <= year <= latest.year:
        raise RowError(f"year: {year} lies outside {earliest} to {latest}.")
    figures, killed_low, killed_high, remarks = _figures(row, side_a, side_b)
    conflict = f" in “{row['conflict_name']}”" if row["conflict_name"] else ""
    return Stated(
        scheme="ucdp_ged",
        code=code,
        uid=_ours(row),
        title=_title(row, violence, side_a, side_b),
        summary=f"{TYPES_IN_WORDS[violence]}{conflict}, as coded by the Uppsala Conflict Data Program.",
        kind=IncidentKind.UNKNOWN,
        earliest_on=earliest,
        latest_on=latest,
        violence_type=violence,
        conflict=_conflict(row, violence, side_a, side_b),
        dataset_codes=tuple(
            (scheme.value, cells.identifier(row, column)) for scheme, column in CODE_COLUMNS.items() if row[column]
        ),
        where=_where(row),
        parties=(side_a, side_b),
        figures=figures,
        killed_low=killed_low,
        killed_high=killed_high,
        attribution=Attribution.WEAK,
        clarity=cells.code(row, "event_clarity", CLARITIES) if row["event_clarity"] else Clarity.INDIVIDUAL,
        said_by=cells.short(row["source_original"], 200),
        remarks=remarks,
    )


def _ours(row):
    """Return our uid if the row comes from an export of ours, whose `relid` carries it."""
    found = cells.OUR_UID.match(row["relid"])
    return found[0] if found else ""


def _side(row, side, violence):
    """Return one of the two sides. Only one-sided violence says who attacked whom.

    A side may be several actors that fight as one, with an id of their own.
    """
    name = cells.needed(row, f"side_{side}")
    code = cells.identifier(row, f"side_{side}_new_id") if row[f"side_{side}_new_id"] else ""
    if violence == ViolenceType.ONE_SIDED and side == "b":
        return NamedForce(name, InvolvementRole.TARGET, Scheme.UCDP_ACTOR, code, ForceKind.CIVILIANS)
    role = InvolvementRole.INITIATOR if violence == ViolenceType.ONE_SIDED else InvolvementRole.PARTY
    sort = ForceKind.GOVERNMENT if row[f"gwno{side}"] else ForceKind.ARMED_GROUP
    names = [each for each in BETWEEN_NAMES.split(name) if each]
    members = [NamedForce(each, role, Scheme.UCDP_ACTOR, kind=_sort_of(each, sort)) for each in names]
    return NamedForce(name, role, Scheme.UCDP_ACTOR, code, sort, members=tuple(members) if len(members) > 1 else ())


def _sort_of(name, sort):
    """Return the kind of one of several actors whose side is of a kind: a government may fight beside groups."""
    return sort if name.startswith(GOVERNMENT_OF) else ForceKind.ARMED_GROUP


def _conflict(row, violence, side_a, side_b):
    """Return the conflict in which two sides fought. What UCDP numbers as a conflict with civilians is none here."""
    if violence == ViolenceType.ONE_SIDED or not (row["conflict_new_id"] and row["conflict_name"]):
        return None
    return NamedConflict(
        name=row["conflict_name"],
        code=cells.identifier(row, "conflict_new_id"),
        dyad=cells.identifier(row, "dyad_new_id") if row["dyad_new_id"] else "",
        sides=tuple((side.name, side.members or (side,)) for side in (side_a, side_b)),
    )


def _title(row, violence, side_a, side_b):
    place = row["where_coordinates"] or row["country"]
    if violence == ViolenceType.ONE_SIDED:
        return cells.short(f"Violence of {side_a.name} against civilians, {place}", 200)
    return cells.short(f"Fighting between {side_a.name} and {side_b.name}, {place}", 200)


def _where(row):
    precision = cells.code(row, "where_prec", PRECISION_OF_WHERE)
    name = row["where_coordinates"]
    exact = precision == LocationPrecision.EXACT
    if exact and SETTLEMENT_IN_NAME.search(name):
        precision = LocationPrecision.SETTLEMENT
    return Where(
        country=cells.needed(row, "country"),
        adm1=row["adm_1"],
        adm2=row["adm_2"],
        # Beyond administrative units, the name is that of a line or an area that the gazetteer does not hold.
        name=name if precision not in {LocationPrecision.FEATURE, LocationPrecision.COUNTRY} else "",
        point=cells.point(row, "latitude", "longitude"),
        precision=precision,
        as_reported=cells.short(name, 200),
        exact=exact or precision == LocationPrecision.NEAR_SETTLEMENT,
    )


def _figures(row, side_a, side_b):
    """Return the figures, the bounds of all killed together, and remarks.

    The dataset bounds only the sum of all groups: where one group has all the dead, the bounds are its own. A bound
    that contradicts the best number is always kept as one of all killed together, because no group can have it.
    """
    groups = [
        Figure(_status(side_a), best=cells.whole(row, "deaths_a"), party=side_a),
        Figure(_status(side_b), best=cells.whole(row, "deaths_b"), party=side_b),
        Figure(VictimStatus.CIVILIAN, best=cells.whole(row, "deaths_civilians")),
        Figure(VictimStatus.UNKNOWN, best=cells.whole(row, "deaths_unknown")),
    ]
    best, low, high = (cells.whole(row, column) for column in ("best", "low", "high"))
    dead = [group for group in groups if group.best]
    if best is not None and sum(group.best for group in dead) != best:
        raise RowError(f"best: {best} is not the sum of the four columns of deaths, {sum(g.best for g in dead)}.")
    written = Figure(VictimStatus.UNKNOWN, low=low, best=sum(g.best for g in dead), high=high)
    total, remark = bounded(written, "the row")
    remarks = (remark,) if remark else ()
    if len(dead) > 1:
        return tuple(replace(group, note=remark) for group in dead), low, high, remarks
    # Where nobody is known to have been killed, somebody may have been.
    own = replace(dead[0], low=total.low, high=total.high, note=remark) if dead else total
    return (own,), *left_out(written, own), remarks


def _status(side):
    """Return what the dead of a side were."""
    return {
        ForceKind.GOVERNMENT: VictimStatus.SECURITY_FORCE_MEMBER,
        ForceKind.CIVILIANS: VictimStatus.CIVILIAN,
    }.get(side.kind, VictimStatus.ARMED_GROUP_MEMBER)


UCDP_GED = ImportLayout(
    name="ucdp-ged",
    scheme="ucdp_ged",
    outlet={
        "slug": "ucdp",
        "name": "Uppsala Conflict Data Program",
        "kind": OutletKind.DATASET,
        "country": "SE",
        "url": "https://ucdp.uu.se/",
    },
    title="UCDP Georeferenced Event Dataset",
    licence="CC BY 4.0",
    columns=[
        "id",
        "type_of_violence",
        "side_a",
        "side_b",
        "where_prec",
        "country",
        "latitude",
        "longitude",
        "date_start",
        "date_end",
        "deaths_a",
        "deaths_b",
        "deaths_civilians",
        "deaths_unknown",
    ],
    states=read_ucdp_row,
)
