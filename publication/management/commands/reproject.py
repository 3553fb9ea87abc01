"""Write again the documents that are out of date, or that follow an older codebook."""

from django.core.management.base import BaseCommand

from ...publish import reproject


class Command(BaseCommand):
    help = "Write again the documents that name a record that has changed, and those that follow an older codebook."

    def handle(self, **options):
        return f"Wrote {reproject()} revisions."
