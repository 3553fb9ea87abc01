"""The benchmark measures what publishing would have made, every filter of it, and nothing but right answers."""

from urllib.parse import parse_qs

import psutil
import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks.filling import fill
from benchmarks.measures import asking, documents, filled
from benchmarks.queries import queries
from benchmarks.report import TARGETS, remarks
from benchmarks.servers import Server, Wrong
from incidents.filters import IncidentFilter
from incidents.models import Incident, Toll
from operations.models import Operation
from publication.models import Revision
from publication.publish import publish
from sources.models import Article


@pytest.fixture
def theatre(transactional_db, settings, tmp_path):
    """Twenty incidents and two copies of each."""
    settings.HAMRIN_DATA = tmp_path
    fill(60, drawn=20)


def test_copies_are_what_publishing_would_have_written(theatre, capsys):
    assert Revision.objects.served().of("incident").count() == Incident.objects.count() == 60
    call_command("verify_log")
    assert capsys.readouterr().out.startswith("The log is whole")
    records = [record for model in (Article, Operation, Incident, Toll) for record in model.objects.all()]
    assert publish(records) == []


def test_indexes_are_those_that_migrations_made(transactional_db, settings, tmp_path):
    before, settings.HAMRIN_DATA = indexes(), tmp_path
    fill(2, drawn=1)
    assert indexes() == before


def indexes():
    """Return the definition of every index, and what statistics it keeps of its columns."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT indexname, indexdef, array_agg(attstattarget ORDER BY attnum)
            FROM pg_indexes JOIN pg_attribute ON attrelid = indexname::regclass
            WHERE schemaname = 'public' GROUP BY 1, 2 ORDER BY 1
        """)
        return cursor.fetchall()


def test_every_filter_of_incidents_is_measured(theatre):
    asked = {name for query in queries() for name in parse_qs(query.hamrin)}
    assert set(IncidentFilter.base_filters) - asked == set()


@pytest.fixture
def server(live_server):
    """Hamrin without a single record."""
    server = Server(psutil.Process(), live_server.thread.port)
    yield server
    server.client.close()


def test_an_empty_list_is_no_answer(server):
    with pytest.raises(Wrong, match="200, 100 records wanted"):
        asking(server, "/api/v1/incidents/", documents(100))()


def test_an_error_is_no_answer(server):
    with pytest.raises(Wrong, match="404"):
        asking(server, "/api/v1/incidents/INC-000001/", filled("INC-000001"))()


def test_remarks_are_about_targets():
    assert remarks().keys() - {target.name for target in TARGETS} == set()
