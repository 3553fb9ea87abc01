"""The names and codes of states and pairs of enemies in UCDP and ACLED, from CSV files with rows of their own data.

A cell that is not known from those rows is blank in an export. The rows of UCDP are from the Georeferenced Event
Dataset 23.1 (CC BY 4.0, Uppsala Conflict Data Program): those of a sample of a thousand events of all the world.
"""

import csv
from pathlib import Path

import pycountry

from records.names import normalise


def _rows(name):
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def _region(number):
    """Return the region of a state in UCDP, which follows from its number."""
    ends = {200: "Americas", 400: "Europe", 627: "Africa", 700: "Middle East"}
    return next((region for end, region in ends.items() if number < end), "Asia")


def _state(row):
    """Return what UCDP and ACLED call a state; by the name that ISO 3166 commonly uses unless theirs is another."""
    iso = pycountry.countries.get(alpha_2=row["iso"])
    name = getattr(iso, "common_name", iso.name)
    return {
        "ucdp_country": row["ucdp_name"] or name,
        "ucdp_country_id": row["gwno"],
        "ucdp_region": _region(int(row["gwno"])),
        "acled_iso": str(int(iso.numeric)),
        "acled_country": row["acled_name"] or name,
        "acled_region": row["acled_region"],
    }


#: The independent states by their code in ISO 3166, which is also the place code of the country.
COUNTRIES = {row["iso"]: _state(row) for row in _rows("states.csv")}
_DYADS = _rows("ucdp_dyads.csv")
#: The conflict and dyad cells of two enemies, by type of violence and the actor ids of both sides.
DYADS = {
    (int(row["type_of_violence"]), row["side_a_new_id"], row["side_b_new_id"]): {
        name: row[name] for name in row if name.startswith(("conflict_", "dyad_"))
    }
    for row in _DYADS
}
#: The `dset_id`, the name and the state number (Gleditsch and Ward; empty: none) of an actor, by its id.
ACTORS = {
    row[f"side_{side}_new_id"]: (row[f"side_{side}_dset_id"], row[f"side_{side}"], row[f"gwno{side}"])
    for row in _DYADS
    for side in "ab"
}
#: The name of a conflict, and that of a dyad, in UCDP by its id.
CONFLICT_NAMES, DYAD_NAMES = (
    {row[f"{what}_new_id"]: row[f"{what}_name"] for row in _DYADS} for what in ("conflict", "dyad")
)
_NAMES_OF_COUNTRIES = [
    (iso, state, state[name]) for iso, state in COUNTRIES.items() for name in ("ucdp_country", "acled_country")
]
#: The number of a state by the names of its government.
GOVERNMENTS = {f"Government of {name}": state["ucdp_country_id"] for _, state, name in _NAMES_OF_COUNTRIES}
#: The code of a country by its normalised names.
ISO_OF_COUNTRY = {normalise(name): iso for iso, _, name in _NAMES_OF_COUNTRIES}
#: The actor for civilians in UCDP.
UCDP_CIVILIANS = next(row["side_b_new_id"] for row in _DYADS if row["type_of_violence"] == "3")
