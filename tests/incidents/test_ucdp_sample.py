"""UCDP's own rows, there and back: each comes back as it was, or a note names the difference."""

import csv
from collections import Counter, defaultdict

import pytest
from django.conf import settings
from django.core.management import call_command

from incidents.imports.ucdp import TYPES
from incidents.models import Incident
from tests.admin_forms import account
from tests.incidents.events import run
from tests.kept import kept

SAMPLE = settings.BASE_DIR.parent / "shared" / "data" / "ucdp_ged231_sample1000_49cols.csv"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample of UCDP GED is not part of the project"),
]

#: The columns that come back as they were: as text, as numbers, and as days without their times.
TEXTS = (
    "id", "year", "type_of_violence", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id",
    "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id",
    "side_b", "gwnoa", "gwnob", "where_prec", "where_coordinates", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec",
)  # fmt: skip
NUMBERS = (
    "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high", "latitude", "longitude",
)  # fmt: skip
DAYS = ("date_start", "date_end")


def read(path):
    """Return the rows of a CSV file."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines(keepends=True)))


def differing(before, after):
    """Return the columns in which two rows differ."""
    return [
        *(name for name in TEXTS if before[name].split() != after[name].split()),
        *(name for name in NUMBERS if float(before[name]) != float(after[name] or "nan")),
        *(name for name in DAYS if before[name][:10] != after[name][:10]),
    ]


def exported(path):
    """Export what is published; return the rows by id, and the codes of the notes by id and column."""
    call_command("export", layout="ucdp-ged", output=path, verbosity=0)
    codes = defaultdict(set)
    for note in read(path.with_name(f"{path.stem}.notes.csv")):
        codes[note["id"], note["column"]].add(note["code"])
    return {row["id"]: row for row in read(path)}, codes


#: What is created with the rows.
CREATED = {f"create_{what}": True for what in ("places", "forces", "conflicts")}


@pytest.fixture
def imported():
    """Import and publish the sample; return the last line of what was told."""
    account("curator"), account("reviewer")
    said = kept("the sample of UCDP GED", lambda: run(SAMPLE, publish=True, approved_by="reviewer", **CREATED))
    return said.splitlines()[-1]


@pytest.fixture
def stats(client, imported):
    """Ask for sums of people killed."""

    def stats(**parameters):
        response = client.get("/api/v1/stats/", {"measure": "killed", **parameters})
        assert response.status_code == 200, response.content
        return response.json()

    return stats


def file_sums(rows):
    """Return low, best and high of the file, and how many rows contradict themselves."""
    sums = tuple(sum(int(row[name]) for row in rows) for name in ("low", "best", "high"))
    return *sums, sum(not int(row["low"]) <= int(row["best"]) <= int(row["high"]) for row in rows)


def corrected(row, off):
    """Return low, best and high of a row of sums with what is said to be contradictory, and of how many incidents."""
    return row["low"] + off["low"], row["best"], row["high"] + off["high"], off["n"]


def by_column(name):
    """Return the rows of the file by what a column holds."""
    found = defaultdict(list)
    for row in read(SAMPLE):
        found[row[name]].append(row)
    return found


def test_sums_and_what_is_contradictory_are_the_sums_of_the_file(stats):
    answer = stats()
    assert corrected(answer["total"], answer["contradictory"]) == file_sums(read(SAMPLE))


def test_sums_of_each_year_are_those_of_the_file(stats):
    groups = {row["year"]: row for row in stats(by="year")["results"]}
    years = by_column("year")
    assert set(groups) == set(years)
    for year, rows in years.items():
        answer = stats(date_from=f"{year}-01-01", date_to=f"{year}-12-31")
        assert corrected(answer["total"], answer["contradictory"]) == file_sums(rows), year
        assert corrected(groups[year], answer["contradictory"]) == file_sums(rows), year


def test_sums_of_each_type_of_violence_are_those_of_the_file(stats):
    groups = {row["violence_type"]: row for row in stats(by="violence_type")["results"]}
    for code, rows in by_column("type_of_violence").items():
        answer = stats(violence_type=TYPES[code])
        assert corrected(answer["total"], answer["contradictory"]) == file_sums(rows), code
        assert corrected(groups[TYPES[code]], answer["contradictory"]) == file_sums(rows), code


def test_every_row_comes_back_and_what_differs_is_noted(imported, tmp_path):
    assert imported == "1000 created and published."
    before, (after, codes) = read(SAMPLE), exported(tmp_path / "ucdp.csv")
    assert [row["id"] for row in before if row["id"] not in after] == []

    differences = Counter()
    for row in before:
        for column in differing(row, after[row["id"]]):
            differences.update((column, code) for code in codes[row["id"], column] or {"not noted"})
    # Their code for events off every coast is none of ours.
    assert differences == {("where_prec", "precision_merged"): 1}
    contradictory = {row["id"] for row in before if not int(row["low"]) <= int(row["best"]) <= int(row["high"])}
    assert {number for (number, _), found in codes.items() if "contradictory" in found} == contradictory
    assert not Incident.objects.filter(conflict=None).exclude(violence_type="one_sided").exists()

    call_command("export", layout="acled", output=tmp_path / "acled.csv", verbosity=0)
    types = dict(Incident.objects.values_list("uid", "violence_type"))
    events = Counter((types[row["event_id_cnty"]], row["event_type"]) for row in read(tmp_path / "acled.csv"))
    assert set(events) == {
        ("state_based", "Battles"), ("non_state", "Battles"), ("one_sided", "Violence against civilians")
    }  # fmt: skip

    for update in (False, True):
        assert run(SAMPLE, update=update, **CREATED).splitlines()[-1] == "Nothing to write: 1000 to leave alone."
