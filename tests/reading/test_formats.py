"""The formats of lists: what is in them, which one is chosen, and that each is one state of the log."""

import csv
import io
import json
import threading
import tracemalloc

import duckdb
import pytest
import yaml
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from config.api import router
from incidents.choices import LocationPrecision
from incidents.views import Happenings
from publication.models import Revision
from publication.positions import position_at
from publication.releases import building
from publication.tables import table_of
from reading import formats
from reading.formats import FORMULA, Points, guarded
from tests.incidents.factories import IncidentFactory
from tests.operations.factories import ForceFactory, PlaceFactory
from tests.theatre import approve_and_publish, published_theatre

pytestmark = pytest.mark.django_db

VIEWS = {prefix: view for prefix, view, _ in router.registry}
WHOLE = ["csv", "jsonl", "geojson", "parquet"]
OFFERED = [(name, each.format) for name, view in VIEWS.items() for each in view.renderer_classes]
NOT_OFFERED = [(name, format) for name in VIEWS for format in ["json", *WHOLE] if (name, format) not in OFFERED]

#: Up to which precision a point may stand for an incident.
POINTED = ["exact", "settlement", "near_settlement", "third_level", "second_level"]


@pytest.fixture
def ask(client):
    """Ask for an address below /api/v1/ as a server does: the answer is read to its end, into `body`."""

    def ask(path, parameters=None, method="get", **headers):
        response = getattr(client, method)(f"/api/v1/{path}", parameters, headers=headers)
        response.body = response.getvalue()
        return response

    return ask


@pytest.fixture
def fetch(ask):
    """Read a list in a format and return the bytes of the answer, which must be a 200."""

    def fetch(path, format, **parameters):
        response = ask(f"{path}/", parameters | {"format": format})
        assert response.status_code == 200, response.body
        return response.body

    return fetch


@pytest.fixture
def table(fetch):
    """Read a list as CSV and return its rows."""

    def table(path, **parameters):
        text = fetch(path, "csv", **parameters).decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))

    return table


@pytest.fixture
def features(fetch):
    """Read a list as GeoJSON and return its features by uid."""

    def features(path, **parameters):
        collection = json.loads(fetch(path, "geojson", **parameters))
        assert collection["type"] == "FeatureCollection"
        return {feature["id"]: feature for feature in collection["features"]}

    return features


# The same as in a release


@pytest.fixture
def folder(theatre, settings, tmp_path):
    """The folder of a release of the theatre, with texts that are hard to write as CSV."""
    settings.HAMRIN_DATA = tmp_path
    theatre.arson.title, theatre.arson.summary = "“Fires”, said\nthe ministry", '=1+1, "الدبس"\r\nburns;'
    theatre.arson.save()
    approve_and_publish(theatre.arson)
    theatre.multiply(3)
    return building.folder_of(building.build_release("2026.1"))


def test_a_whole_list_is_the_file_of_a_release_of_the_same_seq(folder, fetch):
    for name in VIEWS:
        for format in ("csv", "jsonl"):
            assert fetch(name, format, order="uid") == (folder / f"{format}/{name}.{format}").read_bytes()


def test_parquet_has_the_columns_types_and_rows_of_a_release(folder, fetch, tmp_path):
    for name in ("incidents", "casualties"):
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(fetch(name, "parquet", order="uid"))
        ours = duckdb.read_parquet(str(path))
        theirs = duckdb.read_parquet(str(folder / f"parquet/{name}/*/*.parquet"), hive_partitioning=False)
        assert (ours.columns, ours.types) == (theirs.columns, theirs.types)
        rows, expected = (relation.project("COLUMNS(*)::VARCHAR").fetchall() for relation in (ours, theirs))
        assert rows == sorted(expected) != []


@pytest.mark.parametrize("name", VIEWS)
def test_an_empty_log_gives_a_header_and_no_rows(fetch, name):
    header = ",".join(field.name for field in table_of(VIEWS[name].kind.name).fields)
    assert fetch(name, "csv").decode() == f"{header}\r\n"
    assert fetch(name, "jsonl") == b""


def test_an_empty_log_gives_a_whole_collection_and_a_table_without_rows(fetch, features, tmp_path):
    assert features("incidents") == {}
    (tmp_path / "none.parquet").write_bytes(fetch("incidents", "parquet"))
    assert duckdb.read_parquet(str(tmp_path / "none.parquet")).fetchall() == []


# CSV


def test_csv_keeps_every_script_quote_and_line_break(theatre, table):
    theatre.arson.title = 'He said: "الحشد الشعبي", then\n-5 +1 ;\t@'
    theatre.arson.save()
    approve_and_publish(theatre.arson)
    titles = [row["title"] for row in table("incidents", order="uid")]
    assert titles == [theatre.incident.title, theatre.arson.title]


def test_csv_is_plain_utf_8_unless_it_is_for_excel(theatre, fetch):
    assert fetch("incidents", "csv").startswith(b"uid,kind,")
    assert fetch("incidents", "csv", excel="0").startswith(b"uid,kind,")
    assert fetch("incidents", "csv", excel="1").startswith(b"\xef\xbb\xbfuid,kind,")


def test_excel_takes_no_text_for_a_formula_and_numbers_for_numbers(fetch):
    place = PlaceFactory(slug="lima", name="=HYPERLINK(1)", latitude=-12.05, longitude=-77.04)
    approve_and_publish(place)
    (row,) = csv.DictReader(io.StringIO(fetch("places", "csv", excel="true").decode("utf-8-sig")))
    assert (row["name"], row["lat"], row["lon"]) == ("'=HYPERLINK(1)", "-12.05", "-77.04")
    (row,) = csv.DictReader(io.StringIO(fetch("places", "csv").decode()))
    assert row["name"] == "=HYPERLINK(1)"


@given(st.one_of(st.text(), st.builds(str.__add__, st.sampled_from(FORMULA), st.text())))
def test_a_guarded_cell_is_no_formula_and_loses_nothing(text):
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert text == (cell[1:] if text.startswith(FORMULA) else cell)


def test_fields_choose_columns_of_a_table_and_fields_of_documents(theatre, fetch, features):
    uid = theatre.incident.uid
    asked = {"killed_min": 4}
    assert fetch("incidents", "csv", fields="killed_best,uid", **asked).decode() == f"killed_best,uid\r\n4,{uid}\r\n"
    assert json.loads(fetch("incidents", "jsonl", fields="uid,killed", **asked)) == {
        "uid": uid, "killed": {"low": 4, "best": 4, "high": 4, "at_least": False, "contradictory": None},
    }  # fmt: skip
    assert features("incidents", fields="killed_best", **asked)[uid]["properties"] == {
        "killed_best": 4, "precision": "settlement", "radius_km": 5,
    }  # fmt: skip


def test_fields_choose_columns_of_parquet(theatre, fetch, tmp_path):
    (tmp_path / "list.parquet").write_bytes(fetch("incidents", "parquet", fields="killed_best,uid", killed_min=4))
    relation = duckdb.read_parquet(str(tmp_path / "list.parquet"))
    assert (relation.columns, relation.fetchall()) == (["killed_best", "uid"], [(4, theatre.incident.uid)])


# GeoJSON


@pytest.mark.parametrize("precision", LocationPrecision.values)
def test_a_point_never_feigns_more_than_is_known(theatre, features, precision):
    theatre.incident.location_precision = precision
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    point = {"type": "Point", "coordinates": [44.07, 35.67]}
    for name, uid in (("incidents", theatre.incident.uid), ("casualties", theatre.casualty.uid)):
        feature = features(name)[uid]
        assert feature["geometry"] == (point if precision in POINTED else None)
        assert feature["properties"]["precision"] == precision
        assert (feature["properties"]["radius_km"] is not None) == (precision in POINTED)
        assert features(name, representative="true")[uid]["geometry"] == point


def test_every_radius_is_documented(get):
    assert list(Happenings.radii) == POINTED
    assert list(Happenings.radii.values()) == [1, 5, 25, 25, 50]
    for radius in (
        "exact 1 km",
        "settlement 5 km",
        "near a settlement 25 km",
        "third level 25 km",
        "second level 50 km",
    ):
        assert radius in " ".join(LocationPrecision.__doc__.split())


def test_a_spot_of_its_own_comes_before_the_place(theatre, features):
    incident = IncidentFactory(
        place=theatre.dibis, location_precision="exact", latitude=35.5, longitude=44.25, when="2021-12-07"
    )
    approve_and_publish(incident)
    assert features("incidents")[incident.uid]["geometry"]["coordinates"] == [44.25, 35.5]


def test_what_has_no_coordinates_has_no_geometry(theatre, features):
    assert features("incidents", representative="1")[theatre.arson.uid]["geometry"] is None


def test_places_stand_at_their_middle_however_large(theatre, features):
    places = features("places")
    assert places["dibis"]["geometry"] == {"type": "Point", "coordinates": [44.07, 35.67]}
    assert places["iraq"]["geometry"] is None
    assert "radius_km" not in places["dibis"]["properties"]


def test_a_feature_carries_the_flat_row_with_its_types(theatre, features):
    row = features("incidents")[theatre.incident.uid]["properties"]
    fields = [field.name for field in table_of("incident").fields]
    assert list(row) == [*fields, "precision", "radius_km"]
    assert (row["place_within"], row["killed_best"], row["wounded_best"]) == (["kirkuk", "iraq"], 4, None)


def test_geojson_says_at_which_seq_it_was_read(theatre, fetch):
    assert json.loads(fetch("places", "geojson"))["seq"] == 16
    assert json.loads(fetch("places", "geojson", as_of=4))["seq"] == 4


# What is asked for


@pytest.mark.parametrize(("name", "format"), OFFERED)
def test_every_offered_format_names_itself(theatre, ask, name, format):
    response = ask(f"{name}/", {"format": format})
    (offered,) = [each for each in VIEWS[name].renderer_classes if each.format == format]
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == offered.media_type
    assert "Accept" in response["Vary"].split(", ")
    assert response["Access-Control-Allow-Origin"] == "*"
    if format != "json":
        assert response["Content-Disposition"] == f'attachment; filename="{name}-16.{offered.suffix}"'


@pytest.mark.parametrize(("name", "format"), [*NOT_OFFERED, ("incidents", "xml"), ("forces", "")])
def test_a_format_that_a_list_does_not_have_is_a_400_that_names_the_others(ask, name, format):
    response = ask(f"{name}/", {"format": format})
    known = ", ".join(each.format for each in VIEWS[name].renderer_classes)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["errors"] == {"format": [f"There is no format “{format}” here. Choose from: {known}."]}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/jsonl", "application/x-ndjson"),
        ("application/geo+json", "application/geo+json"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/geo+json;q=0.8, application/json;q=0.1", "application/geo+json"),
        ("application/geo+json, text/csv", "application/geo+json"),
        ("text/*, application/json;q=0.9", "text/csv; charset=utf-8"),
        ("application/pdf, */*;q=0.1", "application/json"),
    ],
)
def test_accept_chooses_what_the_reader_likes_best(theatre, ask, accept, content_type):
    response = ask("incidents/", Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (200, content_type)


def test_the_parameter_comes_before_the_header(theatre, ask):
    response = ask("incidents/", {"format": "jsonl"}, Accept="text/csv")
    assert response["Content-Type"] == "application/x-ndjson"


@pytest.mark.parametrize(("path", "accept"), [("incidents/", "application/pdf"), ("forces/isis/", "text/csv")])
def test_a_media_type_that_there_is_not_is_a_406_that_names_the_others(theatre, ask, path, accept):
    response = ask(path, Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")
    assert response.json()["detail"].startswith("There is no such format here. Choose from: application/json")


@pytest.mark.parametrize("format", WHOLE)
@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"plcae": "x"}, "There is no such parameter."),
        ({"place": "nowhere"}, "There is no place “nowhere”."),
        ({"as_of": "99"}, "The log has no such seq yet: the newest is 0."),
        ({"order": "colour"}, "Order by one of: date, killed, published, uid; with “-” in front for the reverse."),
        ({"limit": "0"}, "Give a whole number from 1."),
        ({"limit": "many"}, "Give a whole number from 1."),
        ({"cursor": "x"}, "A list has pages only with format=json; {format} gives it whole."),
        ({"count": "exact"}, "A list has pages only with format=json; {format} gives it whole."),
        ({"fields": "colour"}, None),
    ],
)
def test_an_error_is_a_problem_in_json_whatever_was_asked_for(ask, format, parameters, named):
    (accept,) = [each.media_type for each in VIEWS["incidents"].renderer_classes if each.format == format]
    response = ask("incidents/", parameters, Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert list(response.json()["errors"]) == list(parameters)
    if named:
        assert response.json()["errors"] == {name: [named.format(format=format)] for name in parameters}


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"excel": "1"}, "Only with format=csv."),
        ({"excel": "yes", "format": "csv"}, "Write true or false."),
        ({"excel": "1", "format": "geojson"}, "Only with format=csv."),
        ({"representative": "1", "format": "csv"}, "Only with format=geojson."),
        ({"representative": "", "format": "geojson"}, "Write true or false."),
    ],
)
def test_a_switch_belongs_to_its_format(get, parameters, sentence):
    assert get("incidents/", 400, **parameters)["errors"] == {next(iter(parameters)): [sentence]}


def test_a_switch_of_a_format_that_a_list_does_not_have_is_unknown(get):
    assert get("tolls/", 400, representative="1")["errors"] == {"representative": ["There is no such parameter."]}


def test_filters_order_and_past_hold_in_every_format(theatre, table, fetch):
    first, second = theatre.incident.uid, theatre.arson.uid
    assert [row["uid"] for row in table("incidents", order="date")] == [second, first]
    assert [row["uid"] for row in table("incidents", order="-date")] == [first, second]
    assert [row["uid"] for row in table("incidents", place="kirkuk")] == [first]
    theatre.incident.title = "Another title"
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    for as_of, title in ((16, "Attack on a post at Dibis"), (17, "Another title")):
        assert [row["title"] for row in table("incidents", force="isis", as_of=as_of)] == [title]
        assert json.loads(fetch("incidents", "jsonl", force="isis", as_of=as_of))["title"] == title


def test_limit_caps_a_whole_list_at_any_number(theatre, table):
    theatre.multiply(1100)
    assert len(table("incidents")) == 1102
    assert len(table("incidents", limit=1050)) == 1050
    assert len(table("incidents", limit=9999999999)) == 1102
    assert [row["uid"] for row in table("incidents", limit=1, order="uid")] == [theatre.incident.uid]


# What a reader has already


@pytest.mark.parametrize("format", WHOLE)
def test_a_reader_who_has_the_list_gets_a_304_until_something_is_published(theatre, ask, format):
    def held(tag):
        return ask("incidents/", {"format": format}, **{"If-None-Match": tag})

    tag = held("none")["ETag"]
    again = held(tag)
    assert (again.status_code, again.body, again["ETag"]) == (304, b"", tag)
    assert "Accept" in again["Vary"].split(", ")
    approve_and_publish(ForceFactory())
    assert held(tag).status_code == 200


def test_one_address_has_another_etag_in_every_format(theatre, ask):
    types = [each.media_type for each in VIEWS["incidents"].renderer_classes]
    assert len({ask("incidents/", Accept=accept)["ETag"] for accept in types}) == 5


@pytest.mark.parametrize("format", WHOLE)
def test_a_fixed_seq_may_be_kept_for_ever(theatre, ask, format):
    assert ask("incidents/", {"format": format})["Cache-Control"] == "public, max-age=60"
    fixed = ask("incidents/", {"format": format, "as_of": 16, "chain": position_at(16).short})
    assert fixed["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("format", WHOLE)
def test_head_says_what_get_says_and_reads_no_record(theatre, ask, django_assert_num_queries, format):
    got = ask("incidents/", {"format": format})
    with django_assert_num_queries(2) as queries:
        headed = ask("incidents/", {"format": format}, method="head")
    assert "document" not in queries[0]["sql"]
    assert (headed.status_code, headed.body) == (200, b"")
    for name in ("Content-Type", "Content-Disposition", "X-Data-Seq", "ETag", "Cache-Control", "Vary"):
        assert headed[name] == got[name]
    assert ask("incidents/", {"format": format, "place": "nowhere"}, method="head").status_code == 400


def test_parquet_is_a_file_of_known_length_that_leaves_nothing_behind(theatre, client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    response = client.get("/api/v1/incidents/?format=parquet")
    assert list(tmp_path.iterdir()) == []
    assert len(response.getvalue()) == int(response["Content-Length"]) > 0
    assert response["Accept-Ranges"] == "none"


def test_options_lists_the_formats_and_any_site_may_ask(client):
    response = client.options("/api/v1/incidents/")
    assert response.json()["renders"] == [each.media_type for each in VIEWS["incidents"].renderer_classes]
    assert (response["Access-Control-Allow-Origin"], response["Allow"]) == ("*", "GET, HEAD, OPTIONS")


# One state of the log


def elsewhere(action):
    """Do something on a connection of its own, and wait for it."""

    def run():
        action()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def cursors():
    """Return how many cursors this connection holds open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE is_holdable = false AND name LIKE '_django%%'")
        return cursor.fetchone()[0]


@pytest.fixture
def piecemeal(monkeypatch):
    """Make the server fetch and send row by row."""
    monkeypatch.setattr(formats, "ROWS", 1)
    monkeypatch.setattr(formats, "BYTES", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ["csv", "jsonl", "geojson"])
def test_a_stream_is_one_state_of_the_log_while_others_publish(piecemeal, client, format):
    theatre = published_theatre()
    url = f"/api/v1/incidents/?format={format}&order=uid"
    before = client.get(url).getvalue()
    response = client.get(url)
    pieces = [next(response.streaming_content)]

    def publish():
        theatre.arson.title = "Changed while the stream ran"
        theatre.arson.save()
        approve_and_publish(theatre.arson, IncidentFactory(title="New while the stream ran"))

    elsewhere(publish)
    assert Revision.objects.head() == 18
    pieces += response.streaming_content
    response.close()
    assert response["X-Data-Seq"] == "16"
    assert b"".join(pieces) == before
    assert client.head(url)["X-Data-Seq"] == "18"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ["csv", "jsonl", "geojson"])
@pytest.mark.parametrize("taken", [0, 1, 2])
def test_a_reader_who_goes_away_leaves_no_cursor_and_no_transaction(piecemeal, format, taken):
    published_theatre()
    response = Client().get(f"/api/v1/incidents/?format={format}")
    for _ in range(taken):
        next(response.streaming_content)
    assert (connection.in_atomic_block, cursors()) == (True, 1)
    response.close()
    assert (connection.in_atomic_block, cursors()) == (False, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", WHOLE)
@pytest.mark.parametrize("filled", [True, False])
def test_a_whole_answer_ends_its_transaction(format, filled):
    if filled:
        published_theatre()
    Client().get(f"/api/v1/incidents/?format={format}").getvalue()
    assert (connection.in_atomic_block, cursors()) == (False, 0)


@pytest.mark.parametrize("format", ["csv", "jsonl", "geojson"])
def test_memory_does_not_grow_with_the_list(theatre, client, format):
    """Many times the rows take no more memory: a stream holds one fetch of rows and one piece of the answer."""
    peaks = []
    for rows in (500, 1000):
        theatre.multiply(rows)
        tracemalloc.start()
        for _ in client.get(f"/api/v1/incidents/?format={format}").streaming_content:
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


# The OpenAPI document


def test_the_openapi_document_offers_each_list_in_its_formats_and_no_other(client):
    paths = yaml.safe_load(client.get("/api/v1/schema/").content)["paths"]
    for name, view in VIEWS.items():
        operation = paths[f"/api/v1/{name}/"]["get"]
        parameters = {each["name"]: each for each in operation["parameters"]}
        content = operation["responses"]["200"]["content"]
        assert set(parameters["format"]["schema"]["enum"]) == {each.format for each in view.renderer_classes}
        assert list(content) == list(dict.fromkeys(each.media_type for each in view.renderer_classes))
        assert list(content["application/json"]["schema"]) == ["anyOf"]
        switches = {switch for each in view.renderer_classes for switch in each.switches}
        assert switches == {"excel", "representative"} & set(parameters)
        assert {"as_of", "release", "fields", "limit", "cursor", "order", "count"} <= set(parameters)
        assert list(paths[f"/api/v1/{name}/{{uid}}/"]["get"]["responses"]["200"]["content"]) == ["application/json"]


def test_places_are_the_only_points_without_precision():
    assert {name for name, view in VIEWS.items() if Points in view.renderer_classes} == {"places"}
    assert {name for name, view in VIEWS.items() if Happenings in view.renderer_classes} == {"incidents", "casualties"}
