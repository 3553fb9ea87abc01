"""`verify_log` finds whatever was done to the log behind its back."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from publication.models import Revision
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def theatre(theatre):
    theatre.incident.title = "Another title"
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    return theatre


def behind_its_back(sql):
    """Change the log as somebody could who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE publication_revision DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE publication_revision ENABLE TRIGGER USER")


def test_a_whole_log_passes(theatre, capsys):
    call_command("verify_log")
    assert capsys.readouterr().out == "The log is whole up to seq 17.\n"


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE publication_revision SET document = replace(document, '4', '5') WHERE seq = 11", "digest"),
        ("UPDATE publication_revision SET killed_best = 1 WHERE seq = 11", "digest"),
        ("UPDATE publication_revision SET reason = 'forged' WHERE seq = 5", "the chain breaks here"),
        ("UPDATE publication_revision SET published_at = published_at - interval '1 day' WHERE seq = 5", "the chain"),
        ("DELETE FROM publication_revision WHERE seq = 3", "seq 3 is missing"),
        ("DELETE FROM publication_revision WHERE seq = 17", "has no current revision"),
        ("UPDATE publication_revision SET superseded_at = 99 WHERE seq = 2", "has no current revision"),
        ("UPDATE publication_revision SET superseded_at = 15 WHERE seq = 12", "is said to end at 15"),
        ("UPDATE publication_revision SET number = 7 WHERE seq = 17", "should be number 2 of its record"),
    ],
)
def test_a_forged_log_is_found_out(theatre, capsys, sql, sentence):
    behind_its_back(sql)
    with pytest.raises(CommandError, match="The log has"):
        call_command("verify_log")
    assert sentence in capsys.readouterr().err


def test_a_served_record_without_a_working_record_is_found(theatre, capsys):
    assert Revision.objects.served().filter(uid="pmf").exists()
    theatre.pmf.delete()
    with pytest.raises(CommandError, match="The log has 1 faults"):
        call_command("verify_log")
    assert capsys.readouterr().err == "force pmf is served, and there is no such working record.\n"
