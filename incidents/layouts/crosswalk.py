"""The names and codes of states and pairs of enemies in UCDP and ACLED, from CSV files with rows of their own data.

A cell that is not known from those rows is blank in an export. The rows of UCDP are from the Georeferenced Event
Dataset 23.1 (CC BY 4.0, Uppsala Conflict Data Program).
"""

import csv
from pathlib import Path


def _rows(name):
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: The states, by the place code of the country.
COUNTRIES = {row["pcode"]: row for row in _rows("countries.csv")}
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
#: The actor for civilians in UCDP.
UCDP_CIVILIANS = next(row["side_b_new_id"] for row in _DYADS if row["type_of_violence"] == "3")
