"""Print the head of the log, signed."""

import json

from django.core.management.base import BaseCommand, CommandError

from ...signing import HeadRefused, signed_head


class Command(BaseCommand):
    help = "Print where the log stands, signed: kept elsewhere, it finds a log that was cut or replaced."

    def handle(self, **options):
        try:
            return json.dumps(signed_head(), indent=1)
        except HeadRefused as refused:
            raise CommandError(str(refused)) from refused
