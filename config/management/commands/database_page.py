"""Write docs/database.md from the catalogue."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import catalogue

PAGE = """# What the database does by itself

Written by `manage.py database_page` from PostgreSQL's catalogue, with the comments and docstrings of what is declared:
edit those.

## The history of edits

Every INSERT, UPDATE and DELETE in these tables is kept. Triggers of
[pghistory](https://django-pghistory.readthedocs.io/) copy the row into the history table of its model
(`incidents_casualtyevent` for `incidents_casualty`), with the time, who did it and why. Other triggers refuse every
UPDATE, DELETE and TRUNCATE in the history tables.

{tracked}

## Triggers

{triggers}

## Functions

The packages' own, whose names begin with `pgtrigger_`, `_pgtrigger_` and `_pgh_`, are left out.

{functions}

## Sequences

{sequences}

## Statistics

{statistics}

## Defaults that the database computes

{defaults}

## Constraints over several rows

Foreign keys are checked at the end of the transaction, as Django declares them. Every other constraint is checked at
once{checks}
"""


class Command(BaseCommand):
    help = "Write docs/database.md from the catalogue of the migrated database."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is not current")

    def handle(self, *, check, **options):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date. Run `manage.py migrate` first.")
        path, text = Path(settings.BASE_DIR, "docs/database.md"), page()
        if not check:
            path.write_text(text, encoding="utf-8")
            return f"Wrote docs/{path.name}."
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(
                "docs/database.md is not what the database does. Run `manage.py database_page` and commit the page."
            )
        return f"docs/{path.name} is current."


def page() -> str:
    """Return the page as Markdown. Raise CommandError if something has no sentence."""
    triggers, functions = catalogue.triggers(), catalogue.functions()
    sequences, statistics = catalogue.sequences(), catalogue.statistics()
    if silent := [each.name for each in [*triggers, *functions, *sequences, *statistics] if not each.sentence]:
        raise CommandError(
            f"No sentence says what {', '.join(silent)} does: write it as the comment directly above it in its SQL"
            " file, or as the docstring of the trigger's class."
        )
    return PAGE.format(
        tracked=", ".join(f"`{table}`" for table in catalogue.tables_with_history()) + ".",
        triggers=table(
            "table | trigger | fires | what it does | declared in",
            ((f"`{t.table}`", f"`{t.name}`", t.fires, t.sentence, f"`{t.declared}`") for t in triggers),
        ),
        functions=table(
            "function | what it does | declared in",
            ((f"`{each.name}`", each.sentence, f"`{each.declared}`") for each in functions),
        ),
        sequences=table(
            "sequence | what it numbers | declared in",
            ((f"`{each.name}`", each.sentence, f"`{each.declared}`") for each in sequences),
        ),
        statistics=table(
            "statistics | table | what they are for | declared in",
            ((f"`{each.name}`", f"`{each.table}`", each.sentence, f"`{each.declared}`") for each in statistics),
        ),
        defaults=table(
            "table | column | default",
            ((f"`{where}`", f"`{column}`", f"`{default}`") for where, column, default in catalogue.defaults()),
        ),
        checks="".join(
            f"\n- `{where}`: `{name}`, {definition}" for where, name, definition in catalogue.checks_of_several_rows()
        )
        or ".",
    )


def table(heading: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    rule = " | ".join("---" for _ in heading.split("|"))
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in [heading, rule, *lines])
