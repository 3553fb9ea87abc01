"""What the pages for readers show is what happens: every snippet is run against the coded articles as served."""

import json
import os
import re
import shutil
import subprocess
import sys

import pyogrio
import pytest
import yaml
from django.conf import settings
from PIL import Image

SITE = "http://127.0.0.1:8000"
PAGE = (settings.BASE_DIR / "docs/from-zero-to-a-chart.md").read_text(encoding="utf-8")

#: Every snippet of the page with its language, and what it prints.
SNIPPETS = re.findall(r"```(sh|python)\n(.+?)```(?:\n\n```text\n(.+?)```)?", PAGE, re.DOTALL)


#: The reference of the API, with every query that it shows and the answer.
REFERENCE = (settings.BASE_DIR / "docs/api.md").read_text(encoding="utf-8")
QUERIES = re.findall(rf"```sh\ncurl '{SITE}([^']+)'\n```\n\n```json\n(.+?)```", REFERENCE, re.DOTALL)

#: The pages that name addresses of the API.
PAGES = [settings.BASE_DIR / "README.md", *sorted((settings.BASE_DIR / "docs").glob("*.md"))]


@pytest.fixture
def run(articles, live_server, tmp_path):
    """Run a snippet against the articles, in a folder of its own, and return what it prints."""

    def run(language, code):
        shell = {"sh": ["bash", "-euc"], "python": [sys.executable, "-Werror", "-c"]}[language]
        ran = subprocess.run(
            [*shell, code.replace(SITE, live_server.url)],
            cwd=tmp_path,
            env=os.environ | {"MPLBACKEND": "agg", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        # Each log has a chain of its own.
        return re.sub("chain=[0-9a-f]{16}", "chain=4f0c9a31be752d68", ran.stdout.replace(live_server.url, SITE))

    return run


def squeezed(text):
    """Return the lines of a text without the blanks at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


def test_every_snippet_of_the_page_prints_what_the_page_shows(run, tmp_path):
    assert [language for language, _, _ in SNIPPETS] == ["sh", "sh", "python", "python", "sh", "python", "python", "sh"]
    for language, code, shown in SNIPPETS:
        if code.startswith("ogrinfo") and not shutil.which("ogrinfo"):
            continue  # GDAL's own reading of that file is the test below.
        printed = run(language, code)
        if language == "sh":
            assert [line for line in squeezed(shown) if line not in printed] == []
        else:
            assert squeezed(printed) == squeezed(shown)
    with Image.open(tmp_path / "killed.png") as chart:
        assert chart.size == (960, 720)


def test_gdal_reads_what_the_page_has_ogrinfo_print(run, live_server, tmp_path):
    run(*SNIPPETS[0][:2])
    (shown,) = (shown for _, code, shown in SNIPPETS if code.startswith("ogrinfo"))
    layer = pyogrio.read_info(tmp_path / "incidents.geojson")
    types = {"int32": "Integer", "float64": "Real", "datetime64[D]": "Date"}
    fields = [f"{name}: {types.get(kind)} (0.0)" for name, kind in zip(layer["fields"], layer["dtypes"], strict=True)]
    truth = [f"Geometry: {layer['geometry_type']}", f"Feature Count: {layer['features']}", *fields]
    assert [line for line in squeezed(shown) if line not in truth] == []


def test_the_answers_that_the_reference_shows_are_those_of_the_demo(articles, get):
    shown = [json.loads(answer) for _, answer in QUERIES]
    found = [get(address.removeprefix("/api/v1/")) for address, _ in QUERIES]
    assert found[0] == shown[0]
    assert found[1]["results"] == [shown[1]]
    (alone,) = get(QUERIES[1][0].removeprefix("/api/v1/").removesuffix("&basis=reconciled"))["results"]
    assert f"Without `basis=reconciled` it is {alone['value']}, the dead of the" in REFERENCE


def test_every_address_of_the_api_that_a_page_names_has_an_answer_in_the_demo(articles, client):
    named = {address for page in PAGES for address in re.findall(r"`(/api/v1/[^`{}…#]*)", page.read_text("utf-8"))}
    assert len(named) > 10
    assert {address for address in named if client.get(address).status_code != 200} == set()


def introduction(client):
    return yaml.safe_load(client.get("/api/v1/schema/").content)["info"]["description"]


def test_every_example_of_the_introduction_has_an_answer(articles, client):
    addresses = re.findall(r"\]\((/[^)]+)\)", introduction(client))
    assert len(addresses) > 10
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.getvalue()
        assert "?place=" not in address or answer.json()["results"]


def test_without_published_records_the_introduction_offers_no_examples_of_them(client, db):
    assert "place=" not in introduction(client)
    assert "near=" not in introduction(client)


def test_every_tag_of_the_openapi_document_is_explained(client, db):
    document = yaml.safe_load(client.get("/api/v1/schema/").content)
    used = {tag for path in document["paths"].values() for tag in path["get"]["tags"]}
    assert used == {tag["name"] for tag in document["tags"]}
