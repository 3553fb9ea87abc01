"""Write anew the documents that no longer show what they name, or follow an older codebook."""

from django.core.management.base import BaseCommand

from ...publish import reproject


class Command(BaseCommand):
    help = "Publish anew what names a record that changed since, and what follows an older codebook. It can be resumed."

    def handle(self, **options):
        return f"Wrote {reproject()} revisions."
