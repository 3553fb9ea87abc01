"""Build the fixtures from the coding sheets."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...sheets import FIXTURES, SheetsRefused, fixtures, read_sheets


class Command(BaseCommand):
    help = "Build the fixtures from the coding sheets. Nothing is written if a sheet has an error."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a fixture is out of date")
        parser.add_argument("--sheets", type=Path, default=settings.BASE_DIR / "seeds", help="the folder of the sheets")
        parser.add_argument(
            "--output", type=Path, default=settings.BASE_DIR / "fixtures", help="the folder of the fixtures"
        )

    def handle(self, *, check, sheets, output, **options):
        if not sheets.is_dir():
            raise CommandError(f"There is no folder “{sheets}”.")
        try:
            records = read_sheets(sheets)
        except SheetsRefused as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        built = fixtures(records)
        there = {path.name: path.read_text("utf-8") for path in output.glob("*.json")}
        if check:
            if stale := sorted(name for name in built | there if built.get(name) != there.get(name)):
                raise CommandError(f"Out of date: {', '.join(stale)}. Run “manage.py build_fixtures”.")
            return f"The {len(built)} fixtures are up to date."
        output.mkdir(parents=True, exist_ok=True)
        for name in FIXTURES.keys() - built.keys():
            (output / name).unlink(missing_ok=True)
        for name, text in built.items():
            (output / name).write_text(text, "utf-8")
        return f"Wrote {len(records)} records into {len(built)} fixtures."
