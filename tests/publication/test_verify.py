"""`verify_log` finds whatever was done to the log behind its back."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection

from publication import review
from publication.models import CURRENT, Revision, Seal
from records.models import Unsealed
from tests.operations.factories import ForceFactory
from tests.people import edit, reviewer
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

#: Another value for any column, by what the name of its type begins with.
OTHER_VALUES = {
    "character": "'forged'",
    "text[]": "'{forged}'",
    "text": """'{"forged": 1}'""",
    "integer": "77",
    "double": "1.5",
    "date": "'2001-01-01'",
    "timestamp": "'2001-01-01'",
}


@pytest.fixture
def theatre(theatre):
    theatre.incident.title = "Another title"
    theatre.incident.save()
    approve_and_publish(theatre.incident)
    return theatre


def behind_its_back(*statements):
    """Change tables as somebody could who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults_found(capsys):
    with pytest.raises(CommandError, match="The log has"):
        call_command("verify_log")
    return capsys.readouterr().err


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
        ("UPDATE publication_revision SET published_by = 'somebody' WHERE seq = 5", "who published"),
        ("UPDATE publication_revision SET title = 'forged' WHERE seq = 5", "digest"),
        ("UPDATE publication_revision SET seal = digest WHERE seq = 5", "what was sealed with it"),
        ("UPDATE publication_epoch SET began_at = began_at - interval '1 day'", "the chain breaks here"),
        ("DELETE FROM publication_revision WHERE seq = 3", "seq 3 is missing"),
        ("DELETE FROM publication_revision WHERE seq = 17", "has no current revision"),
        ("UPDATE publication_revision SET superseded_at = 99 WHERE seq = 2", "has no current revision"),
        ("UPDATE publication_revision SET superseded_at = 15 WHERE seq = 12", "is said to end at 15"),
        ("UPDATE publication_revision SET number = 7 WHERE seq = 17", "should be number 2 of its record"),
    ],
)
def test_a_forged_log_is_found_out(theatre, capsys, sql, sentence):
    behind_its_back(sql)
    assert sentence in faults_found(capsys)


NOT_IN_THE_CHAIN = {"seq", "superseded_at", "search"}


@pytest.mark.parametrize(
    "column", [field.column for field in Revision._meta.concrete_fields if field.column not in NOT_IN_THE_CHAIN]
)
def test_a_log_is_found_out_whichever_column_was_rewritten(theatre, capsys, column):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = 'publication_revision'::regclass AND attname = %s",
            [column],
        )
        (type_of_column,) = cursor.fetchone()
    value = next(value for start, value in OTHER_VALUES.items() if type_of_column.startswith(start))
    behind_its_back(
        "ALTER TABLE publication_revision DROP CONSTRAINT revision_carries_document_unless_tombstone",
        "ALTER TABLE publication_revision DROP CONSTRAINT revision_tombstone_gives_reason",
        "ALTER TABLE publication_revision DROP CONSTRAINT revision_op_known",
        "ALTER TABLE publication_revision DROP CONSTRAINT revision_reason_code_known",
        "ALTER TABLE publication_revision DROP CONSTRAINT revision_merge_names_survivor",
        f'UPDATE publication_revision SET "{column}" = {value} WHERE seq = 14',
    )
    assert "seq 14" in faults_found(capsys)


def test_an_emptied_log_is_found_by_what_was_approved(theatre, capsys):
    behind_its_back("DELETE FROM publication_revision")
    found = faults_found(capsys)
    assert "seq 1 was sealed, and the log ends at 0." in found
    assert "force isis was approved, and no revision shows it. Run `manage.py publish --approved`." in found


def test_a_log_emptied_with_its_seals_is_found_by_what_was_approved(theatre, capsys):
    behind_its_back(*(f"DELETE FROM publication_{each}" for each in ("sealedrows", "seal", "epoch", "revision")))
    assert f"incident {theatre.incident.uid} was approved, and no revision shows it." in faults_found(capsys)


def test_a_cut_tail_is_found_by_the_seal_behind_it(theatre, capsys):
    behind_its_back(
        "DELETE FROM publication_revision WHERE seq = 17",
        f"UPDATE publication_revision SET superseded_at = {CURRENT} WHERE seq = 14",
    )
    assert "was sealed, and the log ends at 16." in faults_found(capsys)


@pytest.fixture
def approved():
    """A force that was reviewed and published."""
    ann, bob = reviewer("ann"), reviewer("bob")
    force = ForceFactory(slug="isis")
    edit(force, by=ann, name="Islamic State")
    review.submit(force, by=ann)
    review.approve(force, by=bob)
    call_command("verify_log")
    return force


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE publication_review SET comment = 'another' WHERE after = 'approved'",
        "UPDATE publication_review SET alone = NOT alone WHERE after = 'approved'",
        "DELETE FROM publication_review WHERE after = 'in_review'",
        "DELETE FROM operations_forceevent WHERE pgh_label = 'insert'",
        "UPDATE operations_forceevent SET pgh_context = '{\"user\": 1}'",
        "UPDATE operations_forceevent SET pgh_created_at = pgh_created_at - interval '1 day'",
        "UPDATE operations_forceevent SET name = 'Another'",
    ],
)
def test_reviews_and_edits_that_were_cut_or_rewritten_are_found(approved, capsys, forgery):
    behind_its_back(forgery)
    table = re.search(r"publication_review|operations_forceevent", forgery)[0]
    assert f"seq 1: a row of {table} that it sealed was altered or is gone" in faults_found(capsys)


@pytest.mark.parametrize("table", ["publication_review", "operations_forceevent"])
def test_a_row_that_was_slipped_in_behind_the_triggers_is_found(approved, capsys, table):
    key = "pgh_id" if table.endswith("event") else "id"
    behind_its_back(
        f"CREATE TEMPORARY TABLE slipped ON COMMIT DROP AS SELECT * FROM {table} ORDER BY {key} DESC LIMIT 1",
        f"UPDATE slipped SET {key} = {key} + 100",
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM slipped",
    )
    assert f"{table} has " in faults_found(capsys)


def test_an_edit_that_nobody_has_published_yet_waits_for_its_seal(approved, capsys):
    ann = get_user_model().objects.get(username="ann")
    edit(approved, by=ann, name="Another name")
    call_command("verify_log")
    assert Unsealed.objects.exists()
    behind_its_back("DELETE FROM operations_forceevent WHERE name = 'Another name'")
    assert "operations_forceevent has" in faults_found(capsys)


def test_a_column_that_came_later_leaves_the_seals_as_they_are(approved):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE operations_forceevent ADD COLUMN later int NOT NULL DEFAULT 7")
    call_command("verify_log")


def test_what_the_same_person_publishes_has_another_seal_each_time(theatre):
    first, second = Seal.objects.order_by("seq").values_list("salt", flat=True)[:2]
    assert first != second
    assert Revision.objects.get(seq=16).published_by == Revision.objects.get(seq=17).published_by
    assert Revision.objects.get(seq=16).seal != Revision.objects.get(seq=17).seal


def test_a_served_record_without_a_working_record_is_found(theatre, capsys):
    assert Revision.objects.served().filter(uid="pmf").exists()
    theatre.pmf.delete()
    with pytest.raises(CommandError, match="The log has 1 faults"):
        call_command("verify_log")
    assert capsys.readouterr().err == "force pmf is served, and there is no such working record.\n"
