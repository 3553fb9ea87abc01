"""Begin a new epoch of the log, after a restore."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ...log import lock_log, open_epoch
from ...models import Revision


class Command(BaseCommand):
    help = (
        "Begin a new epoch of the log. Run it after every restore from a backup, before anything is published: what "
        "was published after the backup is lost here, and readers may have seen it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--reason", required=True, help="why, for readers: what was restored, and from when")

    @transaction.atomic
    def handle(self, *, reason, **options):
        lock_log()
        seq = Revision.objects.head()
        if not reason.strip():
            raise CommandError("Say why, for readers: what was restored, and from when.")
        if not seq:
            raise CommandError("Nothing is published, so there is no history that could be mistaken for another.")
        return f"Began {open_epoch(seq, reason.strip())} after seq {seq}."
