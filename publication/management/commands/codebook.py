"""Write the codebook from the models."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...codebook import codebook_page


class Command(BaseCommand):
    help = "Write CODEBOOK.md from the models."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is not current")

    def handle(self, *, check, **options):
        path, text = Path(settings.BASE_DIR, "CODEBOOK.md"), codebook_page()
        if not check:
            path.write_text(text, encoding="utf-8")
            return f"Wrote {path.name}."
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("CODEBOOK.md is not what the models say. Run `manage.py codebook` and commit the page.")
        return "CODEBOOK.md is current."
