"""Nothing in the code is about one war: an invented second theatre is served without a word of the first one."""

import csv
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from config.roles import ensure_roles
from publication import review
from publication.codebook import codelists
from publication.documents import KINDS
from publication.models import Release
from publication.releases.building import build_release, folder_of
from records.choices import State
from records.triggers import reviewing
from tests.people import curator, reviewer

ROOT = Path(__file__).parent.parent
SHEETS = Path(__file__).with_name("second_theatre")

#: Roots of names of the first theatre, which is coded in seeds/, also within other words.
ROOTS = re.compile(r"Iraq|Peshmerga|Kurd|ISIS|Makhmour|Islamic State", re.IGNORECASE)

#: Names in the sheets of the first theatre that are words of every theatre, or of every language.
GENERIC = {
    "CTS", "Civilians", "Eighth Division", "IS", "Local police", "coalition", "coalition forces", "civilians",
    "contested areas", "federal forces", "federal government", "federal security units", "international coalition",
    "local-police", "federal-police", "Federal Police", "Disputed territories", "disputed areas",
    "disputed-territories", "JCC", "JOC", "security coordination centers", "areas of common security",
}  # fmt: skip

#: What names the first theatre among all others: reference tables of the world, and languages by their name.
REFERENCE = {"incidents/layouts/ucdp_dyads.csv", "records/names.py"}


def names_of_the_first_theatre():
    """Return the slugs, names and aliases of the places, forces and outlets in seeds/."""
    found = set()
    for sheet in ("places", "forces", "outlets"):
        for row in yaml.safe_load((ROOT / f"seeds/{sheet}.yaml").read_text("utf-8"))[sheet]:
            found |= {row["slug"], row["name"], *(each["name"] for each in row.get("names", []))}
    return found - GENERIC


NAMES = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names_of_the_first_theatre())))


def named_in(text):
    """Return what of the first theatre a text names."""
    return sorted({match[0] for pattern in (ROOTS, NAMES) for match in pattern.finditer(text)})


ROOMS = [
    "config",
    "desk",
    "editing",
    "explorer",
    "incidents",
    "operations",
    "publication",
    "reading",
    "records",
    "sources",
]
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ROOMS
    for path in (ROOT / room).rglob("*")
    # Migrations are written from the models.
    if path.suffix in {".csv", ".css", ".html", ".js", ".md", ".py", ".sql", ".svg"} and "migrations" not in path.parts
)


def test_no_room_names_a_place_a_force_or_an_outlet_of_the_first_theatre():
    found = {file: named_in((ROOT / file).read_text("utf-8")) for file in FILES}
    assert {file: names for file, names in found.items() if names and file not in REFERENCE} == {}


def test_files_that_may_name_the_first_theatre_still_do():
    assert {file for file in REFERENCE if named_in((ROOT / file).read_text("utf-8"))} == REFERENCE


def test_no_code_is_about_the_first_theatre():
    found = {
        name: {member.value for member in vocabulary if named_in(f"{member.value} {member.label} {member.rule}")}
        for name, vocabulary in codelists().items()
    }
    assert {name: codes for name, codes in found.items() if codes} == {}


@pytest.fixture
def islands(db, client, settings, tmp_path):
    """The second theatre, from its sheets to what readers see, each record approved by a second person."""
    settings.HAMRIN_DATA = tmp_path
    fixtures = tmp_path / "fixtures"
    call_command("build_fixtures", sheets=SHEETS, output=fixtures, verbosity=0)
    ensure_roles()
    call_command("loaddata", *sorted(fixtures.glob("*.json")), verbosity=0)
    ann, ben = curator("ann"), reviewer("ben")
    for kind in (kind for kind in KINDS.values() if kind.queryset):
        records = list(kind.model.objects.all())
        with reviewing():
            kind.model.objects.update(state=State.DRAFT)
        if records := list(kind.model.objects.all()):
            review.submit(*records, by=ann)
            review.approve(*records, by=ben)
    return client


def text_of(response):
    assert response.status_code == 200, response
    return response.getvalue().decode()


#: Everything that a reader can ask for without a uid.
ADDRESSES = [
    "/", "/api/v1/", "/api/v1/docs/", "/api/v1/schema/", "/api/v1/meta/", "/api/v1/codelists/", "/api/v1/codebook/",
    "/api/v1/codebook/?format=md", "/api/v1/changes/", "/api/v1/releases/", "/api/v1/releases/2031.1/",
    "/api/v1/stats/?measure=killed&by=month", "/api/v1/incidents/?format=geojson", "/api/v1/incidents/?format=ucdp",
    "/api/v1/incidents/?format=ucdp-notes", "/api/v1/incidents/?format=acled", "/api/v1/incidents/?format=acled-notes",
    *(f"/api/v1/{kind.plural}/{form}" for kind in KINDS.values() for form in ("", "?format=csv")),
]  # fmt: skip


def test_nothing_that_is_served_or_written_names_the_first_theatre(islands, tmp_path, settings):
    build_release("2031.1")
    addresses = ADDRESSES + [f"/api/v1/codelists/{name}/" for name in codelists()]
    said = {address: text_of(islands.get(address)) for address in addresses}
    for layout in ("ucdp-ged", "acled"):
        call_command("export", layout=layout, output=tmp_path / f"{layout}.csv", verbosity=0)
    written = [*tmp_path.glob("*.csv"), *folder_of(Release.objects.get()).rglob("*.*")]
    said |= {str(path): path.read_text("utf-8") for path in written if path.suffix != ".parquet" and path.is_file()}
    assert len(said) > 60
    found = {where: named_in(text) for where, text in said.items()}
    assert {where: names for where, names in found.items() if names} == {}


def test_the_site_speaks_of_the_theatre_that_is_published(islands, get):
    front = text_of(islands.get("/"))
    for words in (
        "<h1>Reef Watch</h1>",
        "Published by The Reef Institute.",
        "Incidents in Northern that certainly happened in June 2031:",
        "ODbL-1.0",
    ):
        assert words in front
    theatre = get("meta/")["theatre"]
    assert (theatre["countries"], theatre["levels"]["first_level"]) == (["FJ"], "division")
    info = yaml.safe_load(text_of(islands.get("/api/v1/schema/")))["info"]
    assert info["title"] == "Reef Watch"
    assert info["license"] == {"name": "ODbL-1.0", "url": "https://opendatacommons.org/licenses/odbl/1-0/"}
    assert info["contact"] == {"name": "The Reef Institute", "email": "data@reef.example"}
    for address in re.findall(r"\]\((/[^)]+)\)", info["description"]):
        assert text_of(islands.get(address))
    (row,) = get("stats/", measure="killed")["results"]
    assert row["value"] == 5


def test_layouts_name_the_country_of_the_theatre_and_its_areas(islands):
    notes = text_of(islands.get("/api/v1/incidents/?format=acled-notes"))
    assert "Records of Reef Watch at seq" in notes
    assert "Licence of the data: ODbL-1.0." in notes
    first = next(csv.DictReader(text_of(islands.get("/api/v1/incidents/?format=acled&order=uid")).splitlines()))
    assert (first["iso"], first["country"], first["region"], first["admin1"]) == ("242", "Fiji", "Oceania", "Northern")
    first = next(csv.DictReader(text_of(islands.get("/api/v1/incidents/?format=ucdp&order=uid")).splitlines()))
    assert (first["country"], first["country_id"], first["region"]) == ("Fiji", "950", "Asia")
    assert first["adm_1"] == "Northern division"
