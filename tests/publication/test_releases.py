"""Releases: what is in their files, that they never change, how they are served, and what a killed build leaves."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import duckdb
import pandas
import psycopg
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from incidents.models import Incident
from publication import log
from publication.choices import Op, Reason
from publication.codebook import CODEBOOK_VERSION, codebook_page
from publication.documents import KINDS
from publication.models import Release, ReleaseFile, Revision
from publication.positions import position_at
from publication.releases import building
from publication.releases.files import cell, changes_between, write_release
from publication.tables import TABLES, table_of
from tests.config.processes import holder, run, start
from tests.incidents.factories import IncidentCitationFactory, IncidentFactory
from tests.kept import kept
from tests.publication.factories import TheatreFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

PARTED = ["incidents", "casualties"]

#: What pandas calls the types of Table Schema.
PANDAS = {"string": "string", "integer": "Int64"}


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    """The folder of all releases, in a data folder of the test's own."""
    settings.HAMRIN_DATA = tmp_path
    return tmp_path / "releases"


@pytest.fixture
def folder(theatre, shelf, tmp_path_factory):
    """The folder of a release of the theatre."""

    def build():
        folder = building.folder_of(building.build_release("2026.1", notes="The first."))
        return folder.rename(tmp_path_factory.mktemp("release") / folder.name)

    original = kept("release of the theatre", build)
    return shutil.copytree(original, shelf / original.name)


@pytest.fixture
def get(client, folder):
    """Ask for an address below /api/v1/releases/."""

    def get(path="", method="get", **headers):
        return getattr(client, method)(f"/api/v1/releases/{path}", headers=headers)

    return get


def rows_of(folder, table):
    with (folder / f"csv/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parquet_of(folder, table):
    if table in PARTED:
        return str(folder / f"parquet/{table}/*/*.parquet")
    return str(folder / f"parquet/{table}.parquet")


def served(client, name):
    return client.get(f"/api/v1/{name}/", {"order": "uid", "limit": 1000}).json()["results"]


def content(response):
    return b"".join(response.streaming_content)


# What is in the files


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_lines_of_a_kind_are_the_documents_of_the_api(client, folder, kind):
    name = table_of(kind).name
    lines = (folder / f"jsonl/{name}.jsonl").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == served(client, name)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_tables_of_a_kind_have_a_row_for_each_record_of_the_api(client, folder, kind):
    table = table_of(kind)
    (key,) = table.key
    uids = [document[key] for document in served(client, table.name)]
    assert [row[key] for row in rows_of(folder, table.name)] == uids
    assert sorted(duckdb.read_parquet(parquet_of(folder, table.name)).project(key).fetchall()) == [(u,) for u in uids]
    assert list(pandas.read_csv(folder / f"csv/{table.name}.csv")[key]) == uids


@pytest.mark.parametrize("table", sorted(TABLES))
def test_parquet_says_what_the_csv_says(folder, table):
    names = [field.name for field in TABLES[table].fields if field.name != "published_at"]
    quoted = ", ".join(f'"{name}"' for name in names)
    parquet = duckdb.read_parquet(parquet_of(folder, table)).project(quoted).fetchall()
    rows = [[row[name] for name in names] for row in rows_of(folder, table)]
    assert sorted([str(cell(value)) for value in row] for row in parquet) == sorted(rows)


def test_duckdb_finds_the_right_types_in_parquet_and_csv(folder):
    wanted = {"uid": "VARCHAR", "when_latest": "DATE", "killed_best": "BIGINT", "place_disputed": "BOOLEAN"}
    for files in (
        duckdb.read_parquet(parquet_of(folder, "incidents")),
        duckdb.read_csv(str(folder / "csv/incidents.csv")),
    ):
        assert {name: types_of(files)[name] for name in wanted} == wanted


def test_duckdb_finds_lists_moments_and_years_in_parquet(folder):
    types = types_of(duckdb.read_parquet(parquet_of(folder, "incidents"), hive_partitioning=True))
    wanted = {"methods": "VARCHAR[]", "published_at": "TIMESTAMP WITH TIME ZONE", "year": "VARCHAR"}
    assert {name: types[name] for name in wanted} == wanted


def types_of(relation):
    return dict(zip(relation.columns, map(str, relation.types), strict=True))


def test_pandas_finds_the_right_types_in_parquet(folder):
    frame = pandas.read_parquet(folder / "parquet/tolls.parquet", dtype_backend="numpy_nullable")
    assert (str(frame["uid"].dtype), str(frame["best"].dtype)) == ("string", "Int64")
    assert frame["when_latest"][0].isoformat() == "2021-12-08"


def test_pandas_finds_the_right_types_in_csv_by_the_data_package(folder):
    package = json.loads((folder / "datapackage.json").read_text())
    (schema,) = (each["schema"] for each in package["resources"] if each["name"] == "incidents")
    types = {field["name"]: field["type"] for field in schema["fields"]}
    frame = pandas.read_csv(
        folder / "csv/incidents.csv",
        dtype={name: PANDAS[held] for name, held in types.items() if held in PANDAS},
        parse_dates=[name for name, held in types.items() if held == "date"],
    )
    assert (str(frame["uid"].dtype), str(frame["killed_best"].dtype)) == ("string", "Int64")
    assert frame["when_latest"][0].date().isoformat() == "2021-12-07"
    assert frame["killed_best"].isna().tolist() == [False, True]


def test_what_nobody_states_is_an_empty_cell(theatre, folder):
    incident, arson = rows_of(folder, "incidents")
    assert (incident["killed_low"], incident["wounded_low"], arson["killed_low"]) == ("4", "", "")
    assert (arson["when_earliest"], arson["when_latest"], arson["place_disputed"]) == ("", "2020-06-02", "false")


def test_files_are_utf_8_without_a_mark_and_keep_every_script(folder):
    raw = (folder / "csv/names.csv").read_bytes()
    assert raw.startswith(b"place,force,operation,name,language,conflict\r\n")
    assert "الحشد الشعبي" in raw.decode()


def test_parquet_of_incidents_is_parted_by_the_year_of_the_latest_day(theatre):
    ongoing = IncidentFactory(when="2020-06-02/..", place=theatre.diyala, location_precision="first_level")
    IncidentCitationFactory(incident=ongoing, article=theatre.article)
    approve_and_publish(ongoing)
    folder = building.folder_of(building.build_release("2026.1"))
    found = duckdb.read_parquet(parquet_of(folder, "incidents"), hive_partitioning=True)
    assert dict(found.project("uid, year").fetchall()) == {
        theatre.incident.uid: "2021",
        theatre.arson.uid: "2020",
        ongoing.uid: "unknown",
    }


def test_data_package_is_valid_by_frictionless(folder):
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(result.stdout)
    assert (result.returncode, report["valid"]) == (0, True)
    assert sorted(task["name"] for task in report["tasks"]) == sorted([*TABLES, "changes"])


def test_data_package_describes_keys_codes_and_copies(folder):
    package = json.loads((folder / "datapackage.json").read_text())
    assert (package["version"], package["seq"], package["description"]) == ("2026.1", 16, "The first.")
    claims = next(each for each in package["resources"] if each["name"] == "claims")
    assert claims["schema"]["primaryKey"] == ["uid"]
    assert {"fields": ["casualty"], "reference": {"resource": "casualties", "fields": ["uid"]}} in claims["schema"][
        "foreignKeys"
    ]
    stance = next(field for field in claims["schema"]["fields"] if field["name"] == "stance")
    assert stance["categories"][0] == {"value": "supports", "label": "Supports"}
    assert [copy["path"] for copy in claims["copies"]] == ["parquet/claims.parquet"]


def test_checksums_name_every_other_file(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert [line.partition("  ")[2] for line in lines] == [path for path in paths if path != "SHA256SUMS"]
    for line in lines:
        digest, _, path = line.partition("  ")
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest


def test_citations_name_version_seq_and_year(folder):
    release = Release.objects.get()
    text = (folder / "citation.txt").read_text()
    assert f"({release.published_at.year})" in text
    here = position_at(16)
    assert f"version 2026.1 [data set]. Log {here.words}, codebook {CODEBOOK_VERSION}." in text
    assert "version = {2026.1}" in (folder / "citation.bib").read_text()
    card = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert (card["cff-version"], card["version"]) == ("1.2.0", "2026.1")
    assert card["date-released"] == release.published_at.date().isoformat()


def test_a_release_says_whose_it_is_by_the_theatre_that_was_published_then(theatre):
    nobody = building.folder_of(building.build_release("2026.1"))
    site = TheatreFactory(
        slug="north",
        title="Events in the north",
        publisher="The Institute",
        licence="CC0-1.0",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        contact_email="data@institute.example",
    )
    approve_and_publish(site)
    folder = building.folder_of(building.build_release("2026.2"))
    site.publisher = "Another"
    site.save()
    approve_and_publish(site)
    package = json.loads((folder / "datapackage.json").read_text())
    assert (package["name"], package["title"]) == ("north", "Events in the north")
    assert package["licenses"] == [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}]
    assert package["contributors"] == [
        {"title": "The Institute", "roles": ["creator"], "email": "data@institute.example"}
    ]
    year = Release.objects.get(version="2026.2").published_at.year
    cited = f"The Institute ({year}). Events in the north, version 2026.2 [data set]."
    for name in ("citation.txt", "README.md"):
        assert cited in (folder / name).read_text()
    assert "Licence: CC0-1.0 https://creativecommons.org/publicdomain/zero/1.0/." in (folder / "README.md").read_text()
    assert "@misc{north_2026_2," in (folder / "citation.bib").read_text()
    assert yaml.safe_load((folder / "CITATION.cff").read_text())["license"] == "CC0-1.0"
    assert "licenses" not in json.loads((nobody / "datapackage.json").read_text())
    assert "Licence: none is stated." in (nobody / "README.md").read_text()
    assert building.differing_files("2026.2") == []


def test_codebook_lies_beside_the_data(folder):
    assert (folder / "CODEBOOK.md").read_text() == codebook_page()


def test_release_is_read_from_the_log_and_not_from_working_tables(theatre):
    Incident.objects.filter(pk=theatre.incident.pk).update(title="A draft")
    folder = building.folder_of(building.build_release("2026.1"))
    assert rows_of(folder, "incidents")[0]["title"] == "Attack on a post at Dibis"
    assert "A draft" not in (folder / "jsonl/incidents.jsonl").read_text()


def test_release_of_a_past_seq_holds_what_readers_saw_then(theatre):
    theatre.incident.title = "Attack on Dibis"
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    then = building.folder_of(building.build_release("2026.1", seq=16))
    now = building.folder_of(building.build_release("2026.2"))
    assert [rows_of(each, "incidents")[0]["title"] for each in (then, now)] == [
        "Attack on a post at Dibis",
        "Attack on Dibis",
    ]


# The same bytes


def test_same_seq_gives_the_same_bytes_after_the_log_moved_on(theatre, folder):
    theatre.incident.title = "Attack on Dibis"
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    assert building.differing_files("2026.1") == []


def test_every_build_of_many_rows_gives_the_same_bytes(theatre, tmp_path):
    theatre.multiply(1500)
    release = building.build_release("2026.1")
    first, second = (
        {file.path: file.sha256 for file in write_release(release, tmp_path / name)} for name in ("a", "b")
    )
    assert first == second == dict(release.files.values_list("path", "sha256"))


def test_parquet_keeps_the_order_of_the_csv(theatre):
    theatre.multiply(1500)
    folder = building.folder_of(building.build_release("2026.1"))
    for path in (folder / "parquet/incidents").rglob("*.parquet"):
        uids = duckdb.read_parquet(str(path)).project("uid").fetchall()
        assert uids == sorted(uids)


def test_damaged_and_lost_files_are_found(folder):
    (folder / "csv/places.csv").write_text("slug\n")
    (folder / "jsonl/places.jsonl").unlink()
    assert building.differing_files("2026.1") == ["csv/places.csv", "jsonl/places.jsonl"]
    with pytest.raises(CommandError, match=r"^Release 2026\.1 differs from what was recorded in: csv/places\.csv, "):
        call_command("release", "2026.1", check=True)


def test_memory_does_not_grow_with_the_log(theatre):
    """Three times the rows take no more memory: they come from a cursor of the server and go straight to the files."""
    peaks = []
    for version, rows in (("2026.1", 1), ("2026.2", 2000), ("2026.3", 4000)):
        theatre.multiply(rows)
        tracemalloc.start()
        building.build_release(version)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # The first release has no other to be compared with, and fewer rows than are fetched at a time.
    assert peaks[2] < peaks[1] * 1.2


# The difference from the release before


def test_first_release_adds_everything(folder):
    listed = json.loads((folder / "changes.json").read_text())
    assert (listed["from"], listed["to"], listed["to_seq"]) == (None, "2026.1", 16)
    assert {row["change"] for row in listed["changes"]} == {"added"}
    assert len(listed["changes"]) == 16


def test_changes_tell_added_changed_withdrawn_and_merged(theatre, folder):
    theatre.incident.title = "Attack on Dibis"
    theatre.incident.save()
    third = IncidentFactory(title="A third", place=theatre.diyala, location_precision="first_level")
    IncidentCitationFactory(incident=third, article=theatre.article)
    approve_and_publish(theatre.incident, third)
    with transaction.atomic():
        log.lock_log()
        toll = log.LogEntry("toll", theatre.toll.uid, Op.WITHDRAW, reason_code=Reason.ERROR, reason="Counted twice.")
        arson = log.LogEntry(
            "incident", theatre.arson.uid, Op.MERGE, reason_code=Reason.DUPLICATE, replaced_by=third.uid
        )
        log.append_entries([toll, arson], by="")
    later = building.folder_of(building.build_release("2026.2"))
    listed = json.loads((later / "changes.json").read_text())
    assert (listed["from"], listed["from_seq"], listed["to"]) == ("2026.1", 16, "2026.2")
    rows = [(row["change"], row["uid"], row["fields"], row["replaced_by"], row["reason"]) for row in listed["changes"]]
    assert rows == [
        ("changed", theatre.incident.uid, ["title"], "", ""),
        ("merged", theatre.arson.uid, [], third.uid, ""),
        ("added", third.uid, [], "", ""),
        ("withdrawn", theatre.toll.uid, [], "", "Counted twice."),
    ]
    with (later / "changes.csv").open(newline="") as file:
        assert [(row["change"], row["uid"], row["fields"]) for row in csv.DictReader(file)] == [
            (change, uid, ";".join(fields)) for change, uid, fields, _, _ in rows
        ]


def test_changes_leave_out_what_came_and_went_or_came_back_as_it_was(theatre, folder):
    for title in ("Attack on Dibis", "Attack on a post at Dibis"):
        theatre.incident.title = title
        theatre.incident.save()
        approve_and_publish(theatre.incident)
    passing = IncidentFactory(place=theatre.diyala, location_precision="first_level")
    approve_and_publish(passing)
    with transaction.atomic():
        log.lock_log()
        log.append_entries([log.LogEntry("incident", passing.uid, Op.WITHDRAW, reason_code=Reason.ERROR)], by="")
    assert [row[2] for row in changes_between(16, Revision.objects.head()) if row[1] == "incident"] == []


def test_release_starts_its_changes_at_the_version_before_it(theatre):
    for version in ("2026.9", "2026.10", "2026.9.1"):
        building.build_release(version)
    assert dict(Release.objects.values_list("version", "supersedes__version")) == {
        "2026.9": None,
        "2026.10": "2026.9",
        "2026.9.1": "2026.9",
    }


# What is refused


@pytest.mark.parametrize("version", ["2026", "26.1", "2026.1.1.1", "2026.x", "../2026.1"])
def test_version_is_year_and_number(theatre, version):
    with pytest.raises(building.ReleaseRefused, match=r"^A release is numbered by year and number, such as 2026\.1"):
        building.build_release(version)


def test_release_is_never_overwritten(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(CommandError, match=r"^This release exists, and is never overwritten\."):
        call_command("release", "2026.1")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_database_refuses_to_change_or_delete_a_release(folder):
    of_release, of_file = r"^A release is never changed, only withdrawn\.", "^pgtrigger: Cannot update or delete"
    for attempt, sentence in (
        (lambda: Release.objects.update(seq=1), of_release),
        (lambda: Release.objects.all()._raw_delete("default"), "^pgtrigger: Cannot delete"),
        (lambda: ReleaseFile.objects.update(bytes=1), of_file),
        (lambda: ReleaseFile.objects.all()._raw_delete("default"), of_file),
    ):
        with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
            attempt()


def test_empty_log_gives_no_release(shelf):
    with pytest.raises(building.ReleaseRefused, match=r"^There is nothing to release: nothing is published yet\.$"):
        building.build_release("2026.1")
    assert not shelf.exists()


def test_seq_that_the_log_has_not_reached_is_refused(theatre):
    with pytest.raises(building.ReleaseRefused, match=r"^The log has no such seq yet: the newest is 16\.$"):
        building.build_release("2026.1", seq=17)


def test_later_release_cannot_stand_before_an_earlier_one(folder):
    with pytest.raises(
        building.ReleaseRefused, match=r"^Release 2026\.1 holds seq 16, so a later one cannot hold seq 15"
    ):
        building.build_release("2026.2", seq=15)


def test_documents_of_another_codebook_are_refused(theatre):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE publication_revision DISABLE TRIGGER USER")
        cursor.execute("UPDATE publication_revision SET codebook = '0.9' WHERE seq = 1")
    with pytest.raises(building.ReleaseRefused, match=r"^At seq 16 some documents follow another codebook than 2\.0\."):
        building.build_release("2026.1")


def test_row_that_names_what_readers_do_not_see_is_refused_and_leaves_nothing(theatre, shelf):
    with transaction.atomic():
        log.lock_log()
        log.append_entries([log.LogEntry("article", theatre.article.uid, Op.WITHDRAW, reason_code=Reason.ERROR)], by="")
    with pytest.raises(
        building.ReleaseRefused, match=rf"^At this seq \w+ refer to articles that .+: {theatre.article.uid}\.$"
    ):
        building.build_release("2026.1")
    assert (list(shelf.iterdir()), Release.objects.count()) == ([], 0)


def test_second_build_at_the_same_time_is_refused(theatre):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [building.RELEASE_LOCK])
        with pytest.raises(building.ReleaseRefused, match=r"^Another release is being built\.$"):
            building.build_release("2026.1")
    other.close()


# Withdrawing


def test_withdrawn_release_keeps_its_page_and_no_longer_serves_its_files(get):
    call_command("release", "2026.1", withdraw="A place was wrong.")
    page = get("2026.1/").json()
    assert page["withdrawn"]["reason"] == "A place was wrong."
    assert len(page["files"]) == ReleaseFile.objects.count()
    answer = get("2026.1/csv/incidents.csv")
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert answer.json()["detail"] == "Release 2026.1 was withdrawn: A place was wrong."


def test_withdrawing_needs_a_reason_and_happens_once(folder):
    with pytest.raises(CommandError, match=r"^Say why the release is withdrawn\.$"):
        call_command("release", "2026.1", withdraw="")
    call_command("release", "2026.1", withdraw="A place was wrong.")
    with pytest.raises(CommandError, match=r"^Release 2026\.1 is withdrawn already\.$"):
        call_command("release", "2026.1", withdraw="Again.")
    with pytest.raises(CommandError, match=r"^There is no release 2025\.1\.$"):
        call_command("release", "2025.1", withdraw="Never was.")


# Serving


def test_release_says_where_it_stood_and_what_it_holds(theatre, get):
    page = get("2026.1/").json()
    assert {name: page[name] for name in ("version", "seq", "codebook", "notes", "withdrawn", "supersedes")} == {
        "version": "2026.1",
        "seq": 16,
        "codebook": CODEBOOK_VERSION,
        "notes": "The first.",
        "withdrawn": None,
        "supersedes": None,
    }
    assert page["coverage"] == {"earliest": "2021-12-07", "latest": "2021-12-07"}
    assert (page["counts"]["incidents"], page["counts"]["claims"], page["counts"]["results"]) == (2, 2, 0)
    assert page["changes"] == "http://testserver/api/v1/releases/2026.1/changes.json"
    assert page["citation"]["text"] in (building.folder_of(Release.objects.get()) / "citation.txt").read_text()


def test_every_listed_file_is_served_as_it_is_listed(client, get, folder):
    for file in get("2026.1/").json()["files"]:
        served = content(client.get(file["url"]))
        assert served == (folder / file["path"]).read_bytes()
        assert (len(served), hashlib.sha256(served).hexdigest()) == (file["bytes"], file["sha256"])


def test_list_has_the_newest_release_first(get):
    building.build_release("2026.2")
    page = get().json()
    assert [release["version"] for release in page["results"]] == ["2026.2", "2026.1"]
    assert [release["superseded_by"] for release in page["results"]] == [[], ["2026.2"]]
    assert (page["next"], page["previous"], page["seq"]) == (None, None, 16)


@pytest.mark.parametrize("more", [0, 2])
def test_list_takes_five_queries(get, django_assert_num_queries, more):
    for number in range(more):
        building.build_release(f"2026.{number + 2}")
    with django_assert_num_queries(5):
        assert len(get().json()["results"]) == more + 1


def test_file_is_known_by_its_checksum_and_open_to_every_site(get, folder):
    answer = get("2026.1/csv/incidents.csv")
    digest = hashlib.sha256((folder / "csv/incidents.csv").read_bytes()).hexdigest()
    assert answer["ETag"] == f'"{digest}"'
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert (answer["Content-Type"], answer["Accept-Ranges"]) == ("text/csv; charset=utf-8", "bytes")
    assert content(answer).startswith(b"uid,")


def test_file_is_served_whatever_the_client_says_it_accepts(get):
    answer = get("2026.1/parquet/places.parquet", Accept="application/vnd.apache.parquet")
    assert content(answer).startswith(b"PAR1")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=3-9", 3, 9),
        ("bytes=10-", 10, None),
        ("bytes=-4", -4, None),
        ("bytes=5-99999", 5, None),
    ],
)
def test_range_gives_the_bytes_that_were_asked_for(get, folder, asked, first, last):
    whole = (folder / "citation.txt").read_bytes()
    begin = first if first >= 0 else len(whole) + first
    end = len(whole) - 1 if last is None else last
    answer = get("2026.1/citation.txt", Range=asked)
    assert (answer.status_code, content(answer)) == (206, whole[begin : end + 1])
    assert answer["Content-Range"] == f"bytes {begin}-{end}/{len(whole)}"
    assert answer["Content-Length"] == str(end + 1 - begin)


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0", "bytes=9-3"])
def test_range_outside_the_file_is_a_416_that_says_how_long_it_is(get, folder, asked):
    size = (folder / "citation.txt").stat().st_size
    answer = get("2026.1/citation.txt", Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}")
    assert answer.json()["detail"] == f"The file has {size} bytes, and not these."


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=0-1", "bytes=-", "bytes=a-b"])
def test_range_that_is_not_one_of_bytes_gives_the_whole_file(get, folder, asked):
    answer = get("2026.1/citation.txt", Range=asked)
    assert (answer.status_code, content(answer)) == (200, (folder / "citation.txt").read_bytes())


def test_range_of_another_file_gives_the_whole_file(get):
    etag = get("2026.1/citation.txt", "head")["ETag"]
    for held, status in ((etag, 206), ('"another"', 200)):
        answer = get("2026.1/citation.txt", Range="bytes=0-3", **{"If-Range": held})
        assert (answer.status_code, content(answer)[:3]) == (status, b"Ham")


def test_reader_who_has_the_file_gets_a_304(get):
    etag = get("2026.1/citation.txt", "head")["ETag"]
    answer = get("2026.1/citation.txt", **{"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_head_tells_the_length_and_sends_nothing(get, folder):
    answer = get("2026.1/citation.txt", "head", Range="bytes=0-3")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == str((folder / "citation.txt").stat().st_size)


@pytest.mark.parametrize(
    "path",
    [
        "../secret_key",
        "csv/../../../secret_key",
        "%2e%2e/secret_key",
        "..%2fsecret_key",
        "/etc/passwd",
        "csv/",
        "csv",
        "kept.txt",
        "csv/incidents.csv/",
    ],
)
def test_nothing_but_the_files_of_the_release_is_served(get, folder, path):
    (folder.parent.parent / "secret_key").write_text("secret")
    (folder / "kept.txt").write_text("Put here later.")
    assert get(f"2026.1/{path}").status_code == 404


def test_unknown_version_and_unknown_parameter_are_told(get):
    assert get("2025.1/").json()["detail"] == "There is no release “2025.1”."
    assert get("2025.1/SHA256SUMS").status_code == 404
    answer = get("?page=2")
    assert (answer.status_code, answer.json()["errors"]) == (400, {"page": ["There is no such parameter."]})


def test_command_says_what_it_built(theatre, capsys):
    call_command("release", "2026.1")
    assert capsys.readouterr().out == f"Released 2026.1 from seq 16: {ReleaseFile.objects.count()} files.\n"
    call_command("release", "2026.1", check=True)
    assert capsys.readouterr().out == "Release 2026.1 is as it was built, byte for byte.\n"


# Killed in the middle


def test_leftovers_are_not_served_and_the_next_build_sweeps_them(get, folder, shelf):
    for name in (".building-left", "2026.2"):
        shutil.copytree(folder, shelf / name)
    assert get("2026.2/").status_code == get("2026.2/SHA256SUMS").status_code == 404
    assert [release["version"] for release in get().json()["results"]] == ["2026.1"]
    building.build_release("2026.3")
    assert sorted(path.name for path in shelf.iterdir()) == ["2026.1", "2026.3"]


PREPARE = """
import django
django.setup()
from config.management.commands.demo import load_articles, migrate
migrate()
load_articles()
"""


@pytest.fixture(scope="module")
def site():
    """A data folder with a database of its own, where a real process has published the coded articles."""
    with tempfile.TemporaryDirectory(prefix="hamrin-") as name, holder(Path(name, "postgres")) as server:
        done = run("-c", PREPARE, HAMRIN_DATA=name, DJANGO_SETTINGS_MODULE="config.settings")
        assert done.returncode == 0, done.stderr
        yield Site(Path(name), server.socket_folder)


class Site:
    """Real commands on a database of their own, and a connection beside them."""

    def __init__(self, folder, host):
        self.folder, self.host = folder, host

    def begin_release(self, version):
        return start("manage.py", "release", version, HAMRIN_DATA=self.folder)

    def release(self, version):
        return run("manage.py", "release", version, HAMRIN_DATA=self.folder)

    def connect(self):
        return psycopg.connect(host=self.host, port=5432, user="postgres", dbname="postgres")

    def versions(self):
        with self.connect() as database:
            return [version for (version,) in database.execute("SELECT version FROM publication_release ORDER BY id")]

    def names(self):
        return sorted(path.name for path in (self.folder / "releases").iterdir())


def test_build_killed_while_it_writes_leaves_no_release_and_the_next_one_succeeds(site):
    with site.begin_release("2025.1") as build:
        while not any(site.folder.glob("releases/.building-*/files/csv/*.csv")):
            assert build.poll() is None
        build.kill()
    left = site.names()
    assert (site.versions(), len(left), left[0].startswith(".building-")) == ([], 1, True)
    assert site.release("2025.1").returncode == 0
    assert (site.versions(), site.names()) == (["2025.1"], ["2025.1"])


def test_build_killed_before_its_row_is_written_leaves_no_release_and_the_next_one_succeeds(site):
    before = site.versions()
    with site.connect() as database:
        database.execute("LOCK TABLE publication_release IN SHARE MODE")
        with site.begin_release("2025.2") as build:
            while not (site.folder / "releases/2025.2").exists():
                assert build.poll() is None
            build.kill()
    with site.connect() as database:
        # Granted once the server has noticed that the process is gone.
        database.execute("SELECT pg_advisory_lock(%s)", [building.RELEASE_LOCK])
    assert site.versions() == before
    assert site.release("2025.2").returncode == 0
    assert site.versions() == [*before, "2025.2"]
    assert site.names() == site.versions()
