"""Write published incidents in the layout of another dataset."""

import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models.functions import Collate
from rest_framework.exceptions import ValidationError

from publication.csv_files import csv_line_writer
from publication.models import Revision
from publication.theatre import theatre_at
from reading.query import Question

from ...documents import INCIDENT
from ...layouts import EXPORT_LAYOUTS, NOTES
from ...listings import INCIDENT_LIST


class Command(BaseCommand):
    help = (
        "Write published incidents in the columns of another dataset, and notes on what those columns cannot express."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--layout", required=True, choices=EXPORT_LAYOUTS, help="the layout, that is, whose columns to use"
        )
        parser.add_argument(
            "--output", type=Path, help="the file (default: named after the site and the layout, in this folder)"
        )
        parser.add_argument("--overwrite", action="store_true", help="replace existing files")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a filter of the API's list of incidents, such as kind=ambush; may be given several times",
        )
        moment = parser.add_mutually_exclusive_group()
        moment.add_argument("--release", help="export this release, such as 2026.1")
        moment.add_argument(
            "--as-of", metavar="SEQ", help="export what readers saw at this seq of the log, or at this time"
        )

    def handle(self, *, layout, output, overwrite, filter, release, as_of, **options):
        layout = EXPORT_LAYOUTS[layout]
        output = output or Path(f"{layout.stem()}.csv")
        paths = [output, output.with_suffix(f".notes{output.suffix}")]
        if not output.parent.is_dir():
            raise CommandError(f"There is no folder “{output.parent}”.")
        if folders := [str(path) for path in paths if path.is_dir()]:
            raise CommandError(f"This is a folder: {', '.join(folders)}. Name a file instead.")
        if (there := [str(path) for path in paths if path.exists()]) and not overwrite:
            raise CommandError(f"Already there: {', '.join(there)}. Use --overwrite to replace what is there.")
        moment = {name: value for name, value in (("release", release), ("as_of", as_of)) if value is not None}
        try:
            question = Question(INCIDENT.name, read_filters(filter) | moment)
            question.refuse_errors()
        except ValidationError as error:
            raise CommandError(in_one_line(error.detail)) from error
        seq = Revision.objects.head() if question.moment is None else question.moment
        incidents = question.apply(Revision.objects.of(INCIDENT.name).as_of(seq)).order_by(Collate("uid", "C"))
        documents = incidents.values_list("document", flat=True).iterator(chunk_size=500)
        try:
            count = write_files(layout.export(documents, seq), layout.columns, paths)
        except OSError as error:
            raise CommandError(f"Cannot write {output}: {error.strerror}.") from error
        return (
            f"Wrote {count} rows at seq {seq} to {paths[0]}, and what they cannot express to {paths[1]}.\n"
            f"These are records of {theatre_at(seq)['name']} in the layout of {layout.label}, not {layout.label} data."
        )


def read_filters(pairs):
    """Return the filters that are written as NAME=VALUE, by name."""
    asked, known = {}, INCIDENT_LIST.filters.base_filters
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in known:
            raise ValidationError({pair: [f"Write a filter as NAME=VALUE. The filters are: {', '.join(known)}."]})
        if name in asked:
            raise ValidationError({name: ["Give it once; separate several values with commas."]})
        asked[name] = value
    return asked


def in_one_line(errors):
    """Return the errors of several parameters in one line."""
    return " ".join(f"{name}: {' '.join(map(str, messages))}" for name, messages in errors.items())


def write_files(rows, columns, paths):
    """Write the rows and their notes, completely or not at all, and return how many rows have cells."""
    folder, count = paths[0].parent, 0
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as building:
        built = [Path(building, path.name) for path in paths]
        with (
            built[0].open("wb") as table,
            built[1].open("wb") as notes,
        ):
            line = csv_line_writer()
            table.write(line(columns))
            notes.write(line(NOTES))
            for row in rows:
                notes.writelines(map(line, row.notes))
                if row.cells:
                    table.write(line(row.cells.values()))
                    count += 1
            for file in (table, notes):
                file.flush()
                os.fsync(file.fileno())
        # The notes come first, so that there are never rows without notes.
        for source, path in reversed(list(zip(built, paths, strict=True))):
            os.replace(source, path)
    return count
