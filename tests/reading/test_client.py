"""A client that openapi-python-client generates from the OpenAPI document reads everything that is published."""

import json
import subprocess
import sys
from datetime import date
from importlib import import_module

import pytest
from django.core.management import call_command

from publication.models import Revision
from publication.releases import building

KINDS = {
    "article": "Article",
    "place": "Place",
    "force": "Force",
    "operation": "Operation",
    "phase": "Phase",
    "incident": "Incident",
    "casualty": "Casualty",
    "toll": "Toll",
    "theatre": "Theatre",
    "conflict": "Conflict",
}
PLURALS = {name: f"{name}s" for name in KINDS} | {"casualty": "casualties"}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Generate the client, without a warning, and return what imports its modules."""
    folder = tmp_path_factory.mktemp("client")
    document, config, package = folder / "schema.yaml", folder / "config.json", folder / "hamrin_client"
    call_command("spectacular", file=str(document))
    config.write_text(json.dumps({"literal_enums": True, "post_hooks": []}))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "openapi_python_client",
            "generate",
            "--fail-on-warning",
            "--meta=none",
            f"--path={document}",
            f"--config={config}",
            f"--output-path={package}",
        ],
        check=True,
        capture_output=True,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield lambda *path: import_module(".".join(["hamrin_client", *path]))


@pytest.fixture
def ask(package, articles, live_server):
    """Call an operation of the client, which lies in a module of its own below that of its tag."""
    with package().Client(live_server.url, raise_on_unexpected_status=True) as reader:
        yield lambda tag, operation, *path, **parameters: package("api", tag, operation).sync(
            *path, client=reader, **parameters
        )


def test_a_generated_client_lists_and_fetches_every_kind(ask):
    for kind, plural in PLURALS.items():
        page = ask(plural, f"{plural}_list", limit=1000)
        uids = set(Revision.objects.served().of(kind).values_list("uid", flat=True))
        assert type(page).__name__ == f"{KINDS[kind]}Page"
        assert {type(record).__name__ for record in page.results} == {KINDS[kind]}
        assert {getattr(record, "uid", None) or record.slug for record in page.results} == uids
        for record in page.results:
            uid = getattr(record, "uid", None) or record.slug
            assert ask(plural, f"{plural}_retrieve", uid) == record
            assert ask(plural, f"{plural}_history", uid).results[-1].seq == record.seq


def test_a_generated_client_filters_cuts_and_sums(ask):
    found = ask("incidents", "incidents_list", place=["kirkuk"], date_from=date(2021, 12, 1), date_match="certain")
    assert [incident.uid for incident in found.results] == ["INC-000002", "INC-000003"]
    assert found.results[0].when.earliest == date(2021, 12, 7)
    cut = ask("incidents", "incidents_list", place=["kirkuk"], fields=["uid"])
    assert type(cut).__name__ == "CutPage"
    sums = ask("stats", "stats_retrieve", measure="killed", victim=["peshmerga"], basis="reconciled")
    assert [row.value for row in sums.results] == [22]


def test_a_generated_client_reads_what_is_no_record(ask):
    building.build_release("2026.1", notes="")
    assert ask("changes", "changes_list", limit=1000).next_ is None
    assert ask("meta", "meta_retrieve").counts["incident"] == Revision.objects.served().of("incident").count()
    (release,) = ask("releases", "releases_list").results
    assert ask("releases", "releases_retrieve", "2026.1") == release
    assert ask("releases", "releases_file", "2026.1", "csv/incidents.csv").startswith("uid,")
    (harm,) = (line for line in ask("codelists", "codelists_list").results if line.name == "harm")
    assert len(ask("codelists", "codelists_retrieve", "harm").results) == harm.count
    assert ask("codebook", "codebook_retrieve").tables


def test_a_generated_client_hands_a_problem_over(ask):
    problem = ask("incidents", "incidents_list", place=["nowhere"])
    assert (problem.status, problem.errors["place"]) == (400, ["There is no place “nowhere”."])
