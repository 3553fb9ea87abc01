"""A reader's request changes nothing, so that a replica can answer it whose role may only SELECT."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.api import router, urlpatterns
from publication.models import Revision
from publication.releases.building import build_release
from reading.routing import ALIAS
from tests.operations.factories import ConflictFactory
from tests.publication.factories import TheatreFactory
from tests.theatre import approve_and_publish, published_theatre

KINDS = {name: viewset.kind.name for _, viewset, name in router.registry}
VIEWSETS = {f"{name}-list": viewset for _, viewset, name in router.registry}

#: The addresses that take something, and what they are given here; a record is the first of its kind.
GIVEN = {
    "codelist": ["harm"],
    "release": ["2026.1"],
    "release-file": ["2026.1", "csv/incidents.csv"],
    "changes": [],
}
QUESTIONS = [
    "",
    "?measure=killed&by=month,first_level",
    "?measure=killed&by=victim&basis=reconciled&date_from=2020-01-01",
    "?measure=casualties&by=harm&estimate=high&place=iraq",
    "?by=kind&q=Dibis",
    "?by=party&as_of=5",
    "?by=year&format=csv",
]
READS = re.compile(r"(SELECT|WITH|DECLARE|SHOW|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE SAVEPOINT|SET LOCAL)\b")


def addresses():
    """Yield every address of the API, with the formats of lists and several questions for sums; and the front page."""
    for pattern in urlpatterns:
        name, _, what = pattern.name.partition("-")
        given = GIVEN.get(pattern.name, [])
        if what in {"detail", "history"}:
            given = [Revision.objects.served().of(KINDS[name]).order_by("seq").first().uid]
        address = reverse(pattern.name, args=given)
        yield address
        yield from (f"{address}{question}" for question in QUESTIONS if pattern.name == "stats")
        if pattern.name in VIEWSETS:
            yield from (f"{address}?format={each.format}" for each in VIEWSETS[pattern.name].renderer_classes)
            yield from (f"{address}{asked}" for asked in ("?q=iraq&count=exact", "?as_of=10", "?release=2026.1"))
    yield from ("/", "/readyz")


@pytest.fixture
def selecting(readers_database, monkeypatch):
    """The readers' database with a role that may read its tables and do nothing else, not even make temporary ones."""
    role = f"reader_of_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'selects'")
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {connection.settings_dict['NAME']} FROM PUBLIC")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    readers_database.close()
    monkeypatch.setitem(readers_database.settings_dict, "USER", role)
    monkeypatch.setitem(readers_database.settings_dict, "PASSWORD", "selects")
    # So that nothing but the role keeps it from writing.
    monkeypatch.setitem(readers_database.settings_dict["OPTIONS"], "options", "-c statement_timeout=15000")
    yield readers_database
    readers_database.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")


@pytest.mark.django_db(transaction=True, databases=["default", ALIAS])
def test_a_role_that_may_only_select_answers_every_address(selecting, client, settings, tmp_path):
    settings.HAMRIN_DATA = tmp_path
    published_theatre()
    approve_and_publish(TheatreFactory())
    approve_and_publish(ConflictFactory())
    build_release("2026.1")
    asked = list(addresses())
    assert len(asked) > 80
    with selecting.cursor() as cursor:
        cursor.execute("SELECT current_user, has_table_privilege('publication_revision', 'INSERT')")
        assert cursor.fetchone() == (selecting.settings_dict["USER"], False)
    for address in asked:
        with CaptureQueriesContext(connection) as elsewhere, CaptureQueriesContext(selecting) as queries:
            response = client.get(address)
            body = b"".join(response)
        assert (address, response.status_code) == (address, 200), body
        assert [query["sql"] for query in elsewhere] == [], address
        assert [query["sql"] for query in queries if not READS.match(query["sql"].strip())] == [], address
