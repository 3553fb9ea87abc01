"""Import events from a file."""

from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from publication.csv_files import csv_line_writer
from publication.publish import uncollected
from publication.review import APPROVE

from ...imports.acled import ACLED
from ...imports.doubts import DecisionError, read_decisions
from ...imports.mappings import MappingError, mapped_layout
from ...imports.table_files import FileError, open_table
from ...imports.ucdp import UCDP_GED
from ...imports.writing import Fate, Import, ImportStopped, alone

IMPORT_LAYOUTS = {layout.name: layout for layout in (UCDP_GED, ACLED)}

#: How many unknown names or refused rows are reported at most.
REPORTED_MAX = 50

HEADER = ("line", "id", "outcome", "record", "remark", "decision", "reason")

DECIDE_ON_ROWS = (
    "They may be known already. Write “new” or the uid of the incident into the column “decision” of the report "
    "(--report), with the reason, and run the command again with --decisions REPORT."
)


class Command(BaseCommand):
    help = (
        "Import events from a table. The whole file is checked first, and nothing is written unless every row can be "
        "imported. Run the same command again to continue an import that was stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", required=True, choices=[*IMPORT_LAYOUTS, "table"], help="what the columns mean")
        parser.add_argument(
            "--mapping", type=Path, help="for the layout `table`: the YAML file that says what the columns mean"
        )
        parser.add_argument("--by", required=True, help="the account that enters the records")
        parser.add_argument(
            "--dry-run", action="store_true", help="report row by row what would be done; write nothing"
        )
        parser.add_argument("--update", action="store_true", help="change known records that nobody edited here")
        parser.add_argument("--skip-bad", action="store_true", help="leave out the rows that cannot be imported")
        parser.add_argument("--create-places", action="store_true", help="create places that are not known")
        parser.add_argument("--create-forces", action="store_true", help="create forces that are not known")
        parser.add_argument("--create-conflicts", action="store_true", help="create conflicts that are not known")
        parser.add_argument("--publish", action="store_true", help="approve and publish at once; needs --approved-by")
        parser.add_argument("--approved-by", help="the account of the reviewer who approves the records")
        parser.add_argument("--report", type=Path, help="the CSV file for a report on every row")
        parser.add_argument(
            "--decisions",
            type=Path,
            help="a report in which somebody decided on rows that may be known: “new”, or the uid of the incident",
        )

    def handle(self, *, file, layout, dry_run, skip_bad, publish, report, **options):
        by, approved_by = self.accounts(publish, **options)
        try:
            meaning = self.meaning(layout, options["mapping"])
            self.table = open_table(file)
            if missing := [name for name in meaning.columns if name not in self.table.columns]:
                raise CommandError(
                    f"{file.name} has no column {', '.join(f'“{name}”' for name in missing)}. "
                    f"It has: {', '.join(self.table.columns)}."
                )
            create = [what for what in ("places", "forces", "conflicts") if options[f"create_{what}"]]
            choices = {"by": by, "approved_by": approved_by, "update": options["update"], "create": create}
            if options["decisions"]:
                choices["decisions"] = read_decisions(options["decisions"])
            with nullcontext() if dry_run else alone():
                task = Import(self.table, meaning, **choices)
                with closing(Report(report)) if report else nullcontext() as rows:
                    return self.run(task, rows, dry_run, skip_bad, options["verbosity"])
        except (FileError, MappingError, ImportStopped, DecisionError) as error:
            raise CommandError(str(error)) from error

    def accounts(self, publish, by, approved_by, **options):
        """Return who enters the records, and who approves them if anybody does."""
        if publish != bool(approved_by):
            raise CommandError(
                "--publish and --approved-by go together, because a reviewer is responsible for what is published."
            )
        found = {}
        for name in filter(None, (by, approved_by)):
            found[name] = get_user_model().objects.filter(username=name, is_active=True).first()
            if found[name] is None:
                raise CommandError(f"There is no account “{name}”.")
        if approved_by and not found[approved_by].has_perm(APPROVE):
            raise CommandError(f"{approved_by} may not approve records.")
        if approved_by == by and settings.HAMRIN_SECOND_PERSON:
            raise CommandError("The account that approves must be another one than the account that enters (--by).")
        return found[by], found.get(approved_by)

    def meaning(self, layout, mapping):
        """Return the layout of the file."""
        if (layout == "table") != bool(mapping):
            raise CommandError("--layout table requires a --mapping; the other layouts do not take one.")
        return mapped_layout(mapping) if mapping else IMPORT_LAYOUTS[layout]

    def run(self, task, report, dry_run, skip_bad, verbosity):
        """Check the file, write it unless it is a dry run, and return the closing sentence."""
        fates, missing = Counter(), Counter()
        for plan in self.progress(task.check(), "Checking"):
            fates[plan.fate] += 1
            missing.update(plan.missing)
            if report:
                report.write_row(cells(plan))
            told = plan.fate in {Fate.REFUSE, Fate.HOLD} and fates[plan.fate] <= REPORTED_MAX
            if dry_run or verbosity > 1 or told:
                self.stdout.write("  ".join(filter(None, map(str, cells(plan)))))
        self.report_findings(fates, missing, task)
        counted = ", ".join(f"{number} to {fate}" for fate, number in sorted(fates.items())) or "no rows"
        if dry_run:
            return f"Dry run, nothing was written: {counted}."
        if fates[Fate.REFUSE] and not skip_bad:
            raise CommandError(
                f"{counted}. Nothing was written. Correct the file, or leave such rows out with --skip-bad."
            )
        if task.approved_by and (waiting := task.not_published()):
            more = f" and {len(waiting) - REPORTED_MAX} more" if len(waiting) > REPORTED_MAX else ""
            raise CommandError(
                f"These must be approved first: {', '.join(waiting[:REPORTED_MAX])}{more}. Nothing was written. "
                "Approve them, or import without --publish."
            )
        if not fates[Fate.CREATE] and not fates[Fate.CHANGE] and not fates[Fate.ATTACH]:
            return f"Nothing to write: {counted}."
        done = Counter()
        if report:
            report.begin()
        for plan in self.progress(task.write(around=uncollected), "Writing", total=fates.total()):
            done[plan.fate] += 1
            if report:
                report.write_row(cells(plan))
        then = "published" if task.approved_by else "in review"
        outcomes = {
            Fate.CREATE: f"created and {then}",
            Fate.CHANGE: f"changed and {then}",
            Fate.ATTACH: "attached",
            Fate.HOLD: "held back",
            Fate.LEAVE: "left alone",
            Fate.REFUSE: "left out",
        }
        return ", ".join(f"{done[fate]} {word}" for fate, word in outcomes.items() if done[fate]) + "."

    def report_findings(self, fates, missing, task):
        """Report what was removed while reading, and which names are not known."""
        if fates[Fate.HOLD] > REPORTED_MAX:
            self.stdout.write(f"… and {fates[Fate.HOLD] - REPORTED_MAX} more rows that may be known")
        if fates[Fate.HOLD]:
            self.stdout.write(DECIDE_ON_ROWS)
        if fates[Fate.REFUSE] > REPORTED_MAX:
            self.stdout.write(f"… and {fates[Fate.REFUSE] - REPORTED_MAX} more rows that cannot be imported")
        for note, times in self.table.notes.items():
            self.stdout.write(f"{note}: {times}" if times > 1 else note)
        for model, rows in task.new.items():
            if rows:
                names = ", ".join(list(rows)[:10]) + (", …" if len(rows) > 10 else "")
                self.stdout.write(f"{len(rows)} {model._meta.verbose_name_plural} to create: {names}")
        for each, rows in missing.most_common(REPORTED_MAX):
            self.stdout.write(f"{each} ({rows} {'row' if rows == 1 else 'rows'})")
        if len(missing) > REPORTED_MAX:
            self.stdout.write(f"… and {len(missing) - REPORTED_MAX} more names that are not known")

    def progress(self, plans, what, total=None):
        """Show the progress on a terminal; elsewhere, show nothing."""
        return tqdm(plans, desc=what, unit=" rows", total=total, disable=None, leave=False)


def cells(plan):
    """Return the cells of the report on a row, under HEADER."""
    decision, reason = plan.decided or ("", "")
    return plan.line, plan.code, plan.fate, plan.record, plan.remark(), decision, reason


class Report:
    """The report on every row. Its file appears once it is closed, so it is never incomplete."""

    def __init__(self, path):
        self.path, self.line = path, csv_line_writer()
        self.unfinished = path.with_name(f".{path.name}.part")
        try:
            self.file = self.unfinished.open("wb")
        except OSError as error:
            raise CommandError(f"The report cannot be written to {path}: {error.strerror}.") from error
        self.begin()

    def begin(self):
        """Discard what has been written, and begin again."""
        self.file.seek(0)
        self.file.truncate()
        self.write_row(HEADER)

    def write_row(self, cells):
        self.file.write(self.line(cells))

    def close(self):
        self.file.close()
        self.unfinished.replace(self.path)
