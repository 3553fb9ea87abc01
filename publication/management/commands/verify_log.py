"""Verify the log."""

from itertools import chain
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ...models import Revision
from ...signing import HeadRefused, faults_by
from ...verify import faults


class Command(BaseCommand):
    help = (
        "Check every number, digest, seal and link of the revision log, and that the log agrees with the reviews, the "
        "edits and the working records."
    )

    def add_arguments(self, parser):
        parser.add_argument("--head", metavar="FILE", help="also check against a signed head that `head` once printed")

    def handle(self, *, head, **options):
        try:
            found = faults_by(Path(head).read_text(encoding="utf-8")) if head else []
        except (HeadRefused, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{head}: {getattr(error, 'strerror', None) or error}") from error
        count = 0
        for sentence in chain(found, faults()):
            self.stderr.write(sentence)
            count += 1
        if count:
            raise CommandError(f"The log has {count} faults.")
        return f"The log is whole up to seq {Revision.objects.head()}."
