"""A signed head that is kept elsewhere finds a log that was cut or replaced."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.operations.factories import ForceFactory
from tests.publication.test_verify import behind_its_back
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(theatre, settings, tmp_path, capsys):
    """The file with the head of the theatre's log at seq 16."""
    settings.HAMRIN_DATA = tmp_path
    call_command("head")
    path = tmp_path / "head.json"
    path.write_text(capsys.readouterr().out)
    return path


def verify(head):
    call_command("verify_log", head=str(head))


def found_with(head, capsys):
    with pytest.raises(CommandError, match="The log has"):
        verify(head)
    return capsys.readouterr().err


def test_a_log_that_went_on_since_still_fits_its_head(head, theatre):
    theatre.incident.title = "Another title"
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    verify(head)


def test_the_key_is_made_once_and_only_its_owner_reads_it(head, capsys, tmp_path):
    call_command("head")
    assert json.loads(capsys.readouterr().out)["key"] == json.loads(head.read_text())["key"]
    assert (tmp_path / "signing_key").stat().st_mode & 0o777 == 0o600


def test_the_key_of_the_setting_is_used_instead(head, capsys, settings):
    settings.HAMRIN_SIGNING_KEY = "07" * 32
    call_command("head")
    assert json.loads(capsys.readouterr().out)["key"].startswith(
        "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"
    )
    assert "is signed with another key than that of this site" in found_with(head, capsys)


def test_a_tail_that_was_cut_with_everything_behind_it_is_found(head, capsys):
    approve_and_publish(ForceFactory(slug="late"))
    call_command("head")
    head.write_text(capsys.readouterr().out)
    behind_its_back(
        "DELETE FROM publication_sealedrows WHERE seal_id = 17",
        "DELETE FROM publication_seal WHERE seq = 17",
        "DELETE FROM publication_revision WHERE seq = 17",
        "DELETE FROM operations_forceevent WHERE slug = 'late'",
        "DELETE FROM operations_force WHERE slug = 'late'",
    )
    call_command("verify_log")
    found = found_with(head, capsys)
    assert found.startswith("The log was cut: on ")
    assert found.endswith("it went up to seq 17, and now it ends at 16.\n")


def test_a_log_that_was_written_anew_is_found(head, theatre, capsys):
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM publication_epoch")
        (log,) = cursor.fetchone()
    everything = [f"DELETE FROM publication_{each}" for each in ("sealedrows", "seal", "epoch", "revision")]
    behind_its_back(*everything, "DELETE FROM records_unsealed")
    theatre.publish()
    assert "The head is of another log" in found_with(head, capsys)
    behind_its_back(*everything)
    theatre.publish()
    behind_its_back(f"UPDATE publication_epoch SET uid = '{log}'")
    assert "The log up to seq 16 is not the one that was signed on" in found_with(head, capsys)


@pytest.mark.parametrize(("name", "value"), [("seq", 15), ("chain", "0" * 64), ("epoch", 2), ("at", "2030-01-01")])
def test_a_head_that_was_altered_is_refused(head, name, value):
    head.write_text(json.dumps(json.loads(head.read_text()) | {name: value}))
    with pytest.raises(CommandError, match="The signature is wrong: the file was altered since it was signed"):
        verify(head)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"key": "zz", "signature": ""}'])
def test_another_file_is_no_head(head, text):
    head.write_text(text)
    with pytest.raises(CommandError, match="This is not a head of a log"):
        verify(head)


def test_nothing_published_has_no_head():
    with pytest.raises(CommandError, match="Nothing is published yet"):
        call_command("head")
