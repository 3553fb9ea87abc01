"""The OpenAPI document says what the API does.

Schemathesis asks over HTTP for what the document offers and for what it rules out. Everything that is published is then
read in full and held against the document.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.servers.basehttp import WSGIRequestHandler
from django.urls import reverse
from jsonschema import Draft202012Validator

from incidents.models import Incident
from incidents.stats.answer import MEASURES
from incidents.stats.sums import DIMENSIONS
from publication import review
from publication.codebook import codelists
from publication.models import Revision
from publication.releases import building
from tests.people import reviewer
from tests.publication.test_merge import Twins

HERE = Path(__file__).parent

LISTS = {
    "article": "articles",
    "place": "places",
    "force": "forces",
    "operation": "operations",
    "phase": "phases",
    "incident": "incidents",
    "casualty": "casualties",
    "toll": "tolls",
    "theatre": "theatres",
    "conflict": "conflicts",
}


@pytest.fixture
def past(articles):
    """Besides the articles: a merged record, a withdrawn one, a release, and one that was taken back."""
    Twins().merge()
    incident = Incident.objects.get(uid="INC-000004")
    review.take_back(incident, by=reviewer("cat"), reason_code="error", reason="It did not happen.")
    building.build_release("2026.1", notes="The first.")
    building.withdraw_release("2026.1", "It was wrong.")
    building.build_release("2026.2", notes="The second.")


@pytest.fixture
def document(client):
    return yaml.safe_load(client.get("/api/v1/schema/").content)


@pytest.fixture
def prompt_server(monkeypatch, live_server):
    """The live server, but one that does not wait 40 ms for the body of every answer to fill a packet."""
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    return live_server


def asked(server, folder, *options, timeout=None):
    """Return the finished process of Schemathesis, which asked a server for all that its document offers."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            *options,
            f"{server.url}{reverse('schema')}",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def test_every_answer_is_one_that_the_document_gives(past, prompt_server, tmp_path):
    ran = asked(prompt_server, tmp_path, timeout=1800)
    assert ran.returncode == 0, ran.stdout
    assert int(re.search(r"(\d+) generated", ran.stdout)[1]) > 2000


def test_every_record_and_page_is_whole_as_the_document_has_it(past, client, document):
    components = document["components"]

    def read(address, path, status=200):
        answer = client.get(address)
        assert answer.status_code == status, address
        shape = document["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
        # Where `fields` may cut an answer, the first shape is the whole one.
        Draft202012Validator(shape.get("anyOf", [shape])[0] | {"components": components}).validate(answer.json())

    for plural in LISTS.values():
        read(f"/api/v1/{plural}/?limit=1000&count=exact", f"/api/v1/{plural}/")
    statuses = {"publish": 200, "merge": 308, "withdraw": 410}
    for kind, uid, op in Revision.objects.current().values_list("kind", "uid", "op"):
        path = f"/api/v1/{LISTS[kind]}/{{uid}}/"
        read(path.format(uid=uid), path, statuses[op])
        read(f"{path.format(uid=uid)}history/", f"{path}history/")
    for measure in MEASURES:
        for by in DIMENSIONS:
            both = "" if by == "harm" or measure != "casualties" else ",harm"
            basis = "incident" if measure == "incidents" else "reconciled"
            read(f"/api/v1/stats/?measure={measure}&by={by}{both}&basis={basis}", "/api/v1/stats/")
    for name in codelists():
        read(f"/api/v1/codelists/{name}/", "/api/v1/codelists/{name}/")
    for version in ("2026.1", "2026.2"):
        read(f"/api/v1/releases/{version}/", "/api/v1/releases/{version}/")
    for name in ("changes", "releases", "codelists", "codebook", "meta"):
        read(f"/api/v1/{name}/", f"/api/v1/{name}/")
