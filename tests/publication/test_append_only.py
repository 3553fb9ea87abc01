"""The log, the reviews, the merges, the releases and the history of edits only grow."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pghistory.core import event_models

from publication import merge, review
from publication.models import Merge, Release, ReleaseFile, Review, Revision
from tests.operations.factories import ForceFactory
from tests.people import reviewer
from tests.sources.factories import OutletFactory

pytestmark = pytest.mark.django_db

GROWING = [Revision, Review, Merge, Release, ReleaseFile]


def refused(statement):
    with (
        transaction.atomic(),
        pytest.raises(DatabaseError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(error.value)


@pytest.mark.parametrize("table", [model._meta.db_table for model in [*GROWING, *event_models()]])
def test_no_table_of_the_past_is_emptied_by_truncate(table):
    assert refused(f"TRUNCATE {table} CASCADE").startswith("Rows of ")


def test_the_history_of_edits_with_who_made_them_is_never_rewritten_or_deleted():
    OutletFactory()
    table = OutletFactory._meta.model.pgh_event_model._meta.db_table
    assert "Cannot update" in refused(f"UPDATE {table} SET pgh_context = '{{\"user\": 7}}'")
    assert "delete" in refused(f"DELETE FROM {table}")


def test_a_merge_is_only_undone_and_only_once():
    ann = reviewer("ann")
    done = merge.merge(ForceFactory(), ForceFactory(), by=ann, comment="The same.")
    assert "only undone" in refused("UPDATE publication_merge SET survivor = 'somebody'")
    assert "Cannot delete" in refused("DELETE FROM publication_merge")
    merge.undo(done, by=ann)
    assert Merge.objects.get().undone_at <= timezone.now()
    assert "only undone" in refused("UPDATE publication_merge SET undone_at = NULL")


def test_a_review_is_never_rewritten_or_deleted():
    review.submit(ForceFactory(), by=reviewer("ann"))
    assert "Cannot update" in refused("UPDATE publication_review SET comment = 'another'")
    assert "delete" in refused("DELETE FROM publication_review")
