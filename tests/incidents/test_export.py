"""Layouts of other datasets from the log: as files by `manage.py export`, and as formats of the API's list."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from config.management.commands.demo import load_articles
from incidents.layouts import EXPORT_LAYOUTS
from incidents.models import Incident, Toll
from publication.models import Revision
from publication.publish import withdraw
from tests.incidents.factories import IncidentFactory
from tests.kept import kept
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _published(django_db_setup, django_db_blocker):
    """The coded articles, published once for the tests of this file, each of which leaves the log as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        kept("articles", load_articles)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def export(tmp_path):
    """Export to a file, and return its rows and its notes."""

    def export(layout, **options):
        path = tmp_path / "rows.csv"
        call_command("export", layout=layout, output=path, overwrite=True, verbosity=0, **options)
        return table(path.read_bytes()), table((tmp_path / "rows.notes.csv").read_bytes())

    return export


def table(content):
    """Return the rows of a CSV by their columns; every row has as many cells as there are columns."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_coded_incidents_stand_in_the_columns_of_ucdp(export):
    rows, _ = export("ucdp-ged")
    assert [row["id"] for row in rows] == ["9000011", "9000013", "9000021", "9000031"]
    makhmour, civilians, dibis, kirkuk = rows
    assert dibis == {
        "id": "9000021",
        "relid": "INC-000002",
        "year": "2021",
        "active_year": "",
        "code_status": "Clear",
        "type_of_violence": "1",
        "conflict_dset_id": "259",
        "conflict_new_id": "259",
        "conflict_name": "Iraq: Government",
        "dyad_dset_id": "524",
        "dyad_new_id": "524",
        "dyad_name": "Government of Iraq - IS",
        "side_a_dset_id": "116",
        "side_a_new_id": "116",
        "side_a": "Government of Iraq",
        "side_b_dset_id": "234",
        "side_b_new_id": "234",
        "side_b": "IS",
        "number_of_sources": "1",
        "source_article": '"Rudaw,2021-12-08,Iraqi, Peshmerga forces conduct anti-ISIS operation in Kifri"',
        "source_office": "Rudaw",
        "source_date": "2021-12-08",
        "source_headline": "Iraqi, Peshmerga forces conduct anti-ISIS operation in Kifri",
        "source_original": "",
        "where_prec": "1",
        "where_coordinates": "Dibis",
        "where_description": "Dibis town in Kirkuk",
        "adm_1": "Kirkuk governorate",
        "adm_2": "",
        "latitude": "35.675",
        "longitude": "44.071",
        "geom_wkt": "POINT (44.071 35.675)",
        "priogrid_gid": "181169",
        "country": "Iraq",
        "country_id": "645",
        "region": "Middle East",
        "event_clarity": "1",
        "date_prec": "1",
        "date_start": "2021-12-07",
        "date_end": "2021-12-07",
        "deaths_a": "2",
        "deaths_b": "0",
        "deaths_civilians": "0",
        "deaths_unknown": "0",
        "best": "2",
        "high": "2",
        "low": "2",
        "gwnoa": "645",
        "gwnob": "",
    }
    shown = (
        "type_of_violence",
        "side_a",
        "side_b",
        "dyad_new_id",
        "deaths_a",
        "deaths_civilians",
        "best",
        "where_prec",
    )
    assert [makhmour[name] for name in shown] == ["1", "", "IS", "", "10", "0", "10", "2"]
    assert [civilians[name] for name in shown] == ["3", "IS", "Civilians", "973", "0", "3", "3", "2"]
    assert [kirkuk[name] for name in shown] == ["1", "", "IS", "", "4", "0", "4", "4"]
    assert makhmour["source_original"] == "Office of Prime Minister Mustafa al-Kadhimi, Islamic State"


def test_the_coded_incidents_stand_in_the_columns_of_acled(export):
    rows, _ = export("acled")
    assert [row["event_id_cnty"] for row in rows] == ["INC-000001", "INC-000002", "INC-000003"]
    makhmour, dibis, _ = rows
    published = Revision.objects.get(uid="INC-000002").published_at
    assert dibis == {
        "event_id_cnty": "INC-000002",
        "event_date": "2021-12-07",
        "year": "2021",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "",
        "assoc_actor_1": "",
        "inter1": "",
        "actor2": "",
        "assoc_actor_2": "",
        "inter2": "State forces",
        "interaction": "",
        "civilian_targeting": "",
        "iso": "368",
        "region": "Middle East",
        "country": "Iraq",
        "admin1": "Kirkuk",
        "admin2": "",
        "admin3": "",
        "location": "Dibis",
        "latitude": "35.675",
        "longitude": "44.071",
        "geo_precision": "1",
        "source": "Rudaw",
        "source_scale": "",
        "notes": "Several Islamic State fighters attacked the town in Kirkuk by night; two Iraqi soldiers died.",
        "fatalities": "2",
        "tags": "target=settlement",
        "timestamp": str(int(published.timestamp())),
    }
    assert (makhmour["fatalities"], makhmour["geo_precision"], makhmour["admin1"]) == ("13", "2", "Erbil")


@pytest.mark.parametrize(("layout", "key"), [("ucdp-ged", "id"), ("acled", "event_id_cnty")])
def test_the_notes_say_which_record_each_row_is_and_account_for_every_incident(export, layout, key):
    rows, notes = export(layout)
    stands_for = {note["id"]: note["uid"] for note in notes if note["code"] == "row"}
    assert list(stands_for) == [row[key] for row in rows]
    without = {note["uid"] for note in notes if note["code"] == "no_row"}
    assert {*stands_for.values(), *without} == set(Incident.objects.values_list("uid", flat=True))
    assert "Not " in notes[0]["note"]
    assert notes[0]["code"] == "layout"


def test_a_row_keeps_its_id_whatever_else_is_withdrawn(export):
    before, _ = export("ucdp-ged")
    seq = Revision.objects.head()
    for record in (*Toll.objects.all(), Incident.objects.get(uid="INC-000001")):
        withdraw(record, by="reviewer", reason_code="error", reason="It was another.")
    rows, _ = export("ucdp-ged")
    assert rows == before[2:]
    past, _ = export("ucdp-ged", as_of=str(seq))
    assert past == before


def test_filters_are_those_of_the_api(export):
    rows, _ = export("acled", filter=["place=kirkuk", "date_to=2021-12-06"])
    assert [row["event_id_cnty"] for row in rows] == ["INC-000003"]


def test_every_script_and_mark_survives(export):
    incident = IncidentFactory(
        title="Odd marks",
        summary='هجوم على "نقطة"؛\nپێشمەرگە; one, two',
        earliest_on=date(2021, 12, 1),
        latest_on=date(2021, 12, 1),
        place=Incident.objects.get(uid="INC-000002").place,
        location_precision="settlement",
    )
    approve_and_publish(incident)
    rows, _ = export("acled")
    assert rows[-1]["notes"] == incident.summary


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"filter": ["place=nowhere"]}, "place: There is no place “nowhere”."),
        ({"filter": ["plac=kirkuk"]}, "plac=kirkuk: Write a filter as NAME=VALUE. The filters are: "),
        ({"filter": ["kind=arson", "kind=ambush"]}, "kind: Give it once; separate several values with commas."),
        ({"as_of": "9999"}, "as_of: The log has no such seq yet"),
        ({"release": "2031.1"}, "release: There is no release “2031.1”."),
    ],
)
def test_a_bad_request_is_refused_in_a_sentence_and_leaves_nothing(tmp_path, options, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("export", layout="acled", output=tmp_path / "rows.csv", **options)
    assert str(refused.value).startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_files_are_not_replaced_unless_told_to(tmp_path):
    (tmp_path / "rows.notes.csv").write_text("kept")
    with pytest.raises(CommandError, match=r"Already there: .*rows\.notes\.csv\. Use --overwrite"):
        call_command("export", layout="acled", output=tmp_path / "rows.csv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("rows.notes.csv", "kept")]
    call_command("export", layout="acled", output=tmp_path / "rows.csv", overwrite=True, verbosity=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "rows.notes.csv"]


@pytest.mark.parametrize("output", ["nowhere/rows.csv", "."])
def test_a_file_that_cannot_be_written_is_refused(tmp_path, output):
    with pytest.raises(CommandError, match="folder"):
        call_command("export", layout="acled", output=tmp_path / output, overwrite=True)


def test_the_command_says_that_only_the_layout_is_theirs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    call_command("export", layout="ucdp-ged")
    assert "not UCDP GED 23.1 data." in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "hamrin-ucdp-ged-layout.csv",
        "hamrin-ucdp-ged-layout.notes.csv",
    ]


@pytest.mark.parametrize("layout", EXPORT_LAYOUTS)
def test_the_api_gives_what_the_command_writes(client, tmp_path, layout):
    call_command("export", layout=layout, output=tmp_path / "rows.csv", verbosity=0)
    name = layout.partition("-")[0]
    for form, path, ending in (
        (name, "rows.csv", f"{layout}-layout.csv"),
        (f"{name}-notes", "rows.notes.csv", f"{layout}-layout.notes.csv"),
    ):
        response = client.get("/api/v1/incidents/", {"format": form, "order": "uid"})
        assert b"".join(response.streaming_content) == (tmp_path / path).read_bytes()
        assert response["Content-Disposition"].endswith(f'{ending}"')


def test_the_columns_of_a_layout_cannot_be_chosen(client):
    response = client.get("/api/v1/incidents/", {"format": "ucdp", "fields": "id"})
    assert response.json()["errors"] == {"fields": ["The columns of ucdp cannot be chosen."]}


def test_what_incidents_name_is_read_for_many_at_once(django_assert_num_queries):
    seq, layout = Revision.objects.head(), EXPORT_LAYOUTS["ucdp-ged"]
    documents = list(Revision.objects.of("incident").served().values_list("document", flat=True))
    for count in (1, 3, len(documents)):
        # The theatre, forces, places, articles, conflicts, and the forces above.
        with django_assert_num_queries(6):
            list(layout.export(documents[-count:], seq))
