from django.core.management import call_command

from benchmarks.filling import fill
from publication.models import Revision
from tests.proofs import scaled

COPIES = scaled(100)


def test_log_is_whole(transactional_db, settings, tmp_path, record_property):
    """Every number, digest and link of a large log is right, and it fits the working records."""
    settings.HAMRIN_DATA = tmp_path
    fill(100 * COPIES, drawn=100)
    record_property("ran", f"`verify_log` over {Revision.objects.head():,} revisions of {100 * COPIES:,} incidents")
    call_command("verify_log")
