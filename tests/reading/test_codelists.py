"""Codelists and the codebook, as readers fetch them."""

import csv
import io
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from incidents.choices import IncidentKind
from publication.codebook import codelists
from records.vocabulary import Vocabulary

pytestmark = pytest.mark.django_db


def test_every_vocabulary_of_every_app_is_a_codelist_under_a_name_of_its_own(get):
    own = {app.name for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    known = [each for each in Vocabulary.__subclasses__() if each.__module__.partition(".")[0] in own]
    assert sorted(codelists().values(), key=id) == sorted(known, key=id)
    assert [line["name"] for line in get("codelists/")["results"]] == list(codelists())


def test_the_lists_say_how_many_codes_they_have_and_where(theatre, get, client):
    page = get("codelists/")
    assert (page["next"], page["previous"], page["seq"]) == (None, None, 16)
    for line in page["results"]:
        codelist = client.get(line["url"]).json()
        assert (codelist["name"], codelist["rule"]) == (line["name"], line["rule"])
        assert len(codelist["results"]) == line["count"]


def test_a_codelist_gives_each_code_with_label_and_rule(get):
    codelist = get("codelists/incident-kind/")
    assert list(codelist) == ["name", "rule", "codebook", "results"]
    assert [row["code"] for row in codelist["results"]] == IncidentKind.values
    assert codelist["results"][3] == {
        "code": "ambush", "label": "Ambush", "rule": "A surprise attack from hiding on people who are on the move.",
    }  # fmt: skip


def test_a_codelist_says_what_it_was_taken_from(get):
    assert "UCDP GED" in get("codelists/location-precision/")["rule"]


@pytest.mark.parametrize("address", ["codelists/", "codelists/qualifier/"])
def test_csv_says_the_same_as_json(client, get, address):
    response = client.get(f"/api/v1/{address}", {"format": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert rows == [{name: str(value) for name, value in row.items()} for row in get(address)["results"]]


def test_csv_comes_to_whoever_accepts_it(client):
    response = client.get("/api/v1/codelists/harm/", headers={"Accept": "text/csv"})
    assert response.content.startswith(b"code,label,rule\r\nkilled,")


@pytest.mark.parametrize("format", ["json", "csv"])
def test_an_unknown_codelist_is_a_problem_that_names_the_known_ones(client, format):
    response = client.get("/api/v1/codelists/nope/", {"format": format})
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["detail"].startswith("There is no codelist “nope”. Choose from: state, op, ")


def test_the_codebook_names_only_codelists_that_exist(get):
    codebook = get("codebook/")
    named = {field["codelist"] for table in codebook["tables"] for field in table["fields"]} - {None}
    assert named < {codelist["name"] for codelist in codebook["codelists"]}
    for codelist in codebook["codelists"]:
        assert codelist["codes"] == get(f"codelists/{codelist['name']}/")["results"]


def test_the_codebook_gives_each_field_with_its_rule(get):
    (casualty,) = [table for table in get("codebook/")["tables"] if table["name"] == "Casualty"]
    (harm,) = [field for field in casualty["fields"] if field["name"] == "harm"]
    assert (harm["holds"], harm["codelist"]) == ("one of", "harm")
    (methods,) = [
        field for table in get("codebook/")["tables"] for field in table["fields"] if field["name"] == "methods"
    ]
    assert (methods["holds"], methods["codelist"]) == ("several of", "method")


@pytest.mark.parametrize("asked", [{"query_params": {"format": "md"}}, {"headers": {"Accept": "text/markdown"}}])
def test_the_codebook_in_markdown_is_the_page_in_the_repository(client, asked):
    response = client.get("/api/v1/codebook/", **asked)
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.content == Path(settings.BASE_DIR, "CODEBOOK.md").read_bytes()


def test_an_unknown_parameter_is_a_problem_even_for_markdown(client):
    response = client.get("/api/v1/codebook/?format=md&page=2")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["errors"] == {"page": ["There is no such parameter."]}


@pytest.mark.parametrize("address", ["codelists/", "codelists/harm/", "codebook/", "meta/"])
def test_what_a_reader_has_already_is_not_sent_again(theatre, client, address):
    first = client.get(f"/api/v1/{address}")
    assert first["X-Data-Seq"] == "16"
    again = client.get(f"/api/v1/{address}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


@pytest.mark.parametrize(("address", "media_type"), [("codelists/harm/", "text/csv"), ("codebook/", "text/markdown")])
def test_an_answer_in_one_format_does_not_stand_for_that_in_another(client, address, media_type):
    tag = client.get(f"/api/v1/{address}")["ETag"]
    other = client.get(f"/api/v1/{address}", headers={"Accept": media_type, "If-None-Match": tag})
    assert other.status_code == 200
    assert "Accept" in other["Vary"]
