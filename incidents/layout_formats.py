"""Incidents in the layouts of other datasets, as formats of their list."""

from publication.csv_files import csv_line_writer
from publication.releases.package import MEDIA_TYPES
from reading.formats import WholeFormat

from .layouts import EXPORT_LAYOUTS, NOTES, ExportLayout


class LaidOut(WholeFormat):
    """The rows of a layout as CSV, with exactly its columns."""

    media_type = MEDIA_TYPES["csv"]
    layout: ExportLayout

    def choices(self, kind):
        return []

    @property
    def columns(self):
        return self.layout.columns

    def lines(self, row):
        """Return the lines that a Row gives."""
        return [row.cells.values()] if row.cells else []

    def pieces(self, rows, selection):
        csv_line = csv_line_writer()
        yield csv_line(self.columns)
        for row in self.layout.export((row.document for row in rows), selection.seq):
            for line in self.lines(row):
                yield csv_line(line)


class Annotated(LaidOut):
    """What a layout cannot express, as CSV, and which record each row represents."""

    columns = NOTES

    def lines(self, row):
        return row.notes


class Ucdp(LaidOut):
    layout = EXPORT_LAYOUTS["ucdp-ged"]
    format = "ucdp"
    suffix = "ucdp-ged-layout.csv"
    about = "those in which people died, in the 49 columns of UCDP GED 23.1; the layout is theirs, the data are not"


class UcdpNotes(Annotated):
    layout = EXPORT_LAYOUTS["ucdp-ged"]
    format = "ucdp-notes"
    suffix = "ucdp-ged-layout.notes.csv"
    about = "what the rows of `ucdp` cannot express, and which record each represents"


class Acled(LaidOut):
    layout = EXPORT_LAYOUTS["acled"]
    format = "acled"
    suffix = "acled-layout.csv"
    about = "in the 31 columns of ACLED; the layout is theirs, the data are not"


class AcledNotes(Annotated):
    layout = EXPORT_LAYOUTS["acled"]
    format = "acled-notes"
    suffix = "acled-layout.notes.csv"
    about = "what the rows of `acled` cannot express, and which record each represents"
