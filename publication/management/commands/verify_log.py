"""Verify the log."""

from django.core.management.base import BaseCommand, CommandError

from ...models import Revision
from ...verify import faults


class Command(BaseCommand):
    help = "Check every number, digest and link of the revision log, and that the log agrees with the working records."

    def handle(self, **options):
        count = 0
        for sentence in faults():
            self.stderr.write(sentence)
            count += 1
        if count:
            raise CommandError(f"The log has {count} faults.")
        return f"The log is whole up to seq {Revision.objects.head()}."
