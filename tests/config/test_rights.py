"""The role of the web site does what curators, reviewers and readers need, and nothing to the past."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from config.rights import grant_to_web
from publication import merge, review
from publication.models import Revision
from publication.publish import reproject
from publication.releases import building
from tests.operations.factories import ForceFactory
from tests.people import edit, reviewer
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def web(theatre, settings, tmp_path):
    """The session of a role that is not the owner, with the rights that `migrate` gives it."""
    settings.HAMRIN_DATA, settings.HAMRIN_WEB_ROLE = tmp_path, "hamrin_web_of_tests"
    execute("CREATE ROLE hamrin_web_of_tests")
    call_command("migrate", verbosity=0)
    execute("SET ROLE hamrin_web_of_tests")
    yield theatre
    execute("RESET ROLE")


def test_it_edits_reviews_publishes_merges_withdraws_releases_and_verifies(web):
    ann, bob = reviewer("ann"), reviewer("bob")
    edit(web.pmf, by=ann, name="Another name")
    review.submit(web.pmf, by=ann)
    review.approve(web.pmf, by=bob)
    assert Revision.objects.served().get(uid="pmf").number == 2
    loser = ForceFactory(slug="twin", kind=web.pmf.kind)
    merge.undo(merge.merge(loser, web.pmf, by=bob, comment="The same."), by=bob)
    approve_and_publish(ForceFactory(slug="more"))
    review.take_back(web.toll, by=bob, reason_code="error", reason="It was wrong.")
    reproject()
    building.build_release("2026.1")
    building.withdraw_release("2026.1", "It was wrong.")
    call_command("verify_log")


@pytest.mark.parametrize(
    "statement",
    [
        *(
            f"{verb} {table}"
            for verb in ("TRUNCATE", "DELETE FROM")
            for table in (
                "publication_revision",
                "publication_review",
                "publication_seal",
                "publication_epoch",
                "publication_release",
                "operations_forceevent",
            )
        ),
        "TRUNCATE operations_force",
        "UPDATE publication_revision SET document = 'x'",
        "UPDATE publication_review SET comment = 'x'",
        "UPDATE operations_forceevent SET name = 'x'",
        "UPDATE django_migrations SET name = 'x'",
        "ALTER TABLE publication_revision DISABLE TRIGGER ALL",
        "ALTER TABLE publication_revision ADD COLUMN x int",
        "DROP TABLE publication_review",
        "DROP TRIGGER adopted_tolls_apart ON incidents_toll",
        "CREATE TABLE x (y int)",
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
    ],
)
def test_it_is_refused_whatever_would_change_the_past_or_the_tables(web, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        execute(statement)


def test_without_a_name_of_the_role_nothing_is_granted(db, settings, django_assert_num_queries):
    settings.HAMRIN_WEB_ROLE = ""
    with django_assert_num_queries(0):
        grant_to_web()
