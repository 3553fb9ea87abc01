"""The files of a release, written straight from the log, row by row.

Memory does not grow with the number of records, and the same seq always gives the same bytes.
"""

import hashlib
import os
from contextlib import ExitStack
from pathlib import Path

import orjson
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Collate

from ..choices import Op
from ..codebook import codebook_page
from ..csv_files import csv_line_writer
from ..documents import KINDS
from ..models import ReleaseFile, Revision
from ..parquet import open_duckdb, typed_lines
from ..serializers import ENVELOPE
from ..tables import TABLES, all_tables, cell, table_of
from ..theatre import theatre_at
from .package import CHANGES_FIELDS, bibtex, citation, citation_file, data_package, readme


class ReleaseRefused(Exception):
    """Raised if a release cannot be built or withdrawn; the message says why. Nothing was changed."""


def write_release(release, building):
    """Write the files of a release into `building`/files, and return their rows, not yet saved.

    The bytes depend on the log up to the release's seq and on the release's own facts, and on nothing else.
    """
    files, rows = building / "files", building / "rows"
    counts = _write_documents(release.seq, files, rows)
    counts |= _write_parquet(files, rows, building / "spill")
    counts |= _write_changes(release, files)
    theatre = theatre_at(release.seq)
    for path, text in {
        "README.md": readme(theatre, release),
        "CODEBOOK.md": codebook_page(),
        "CITATION.cff": citation_file(theatre, release),
        "citation.bib": bibtex(theatre, release),
        "citation.txt": f"{citation(theatre, release)}\n",
    }.items():
        (files / path).write_text(text, encoding="utf-8")
    sealed = [_seal(files, path, counts) for path in _paths_in(files)]
    package = orjson.dumps(
        data_package(theatre, release, sealed), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )
    (files / "datapackage.json").write_bytes(package)
    sealed.append(_seal(files, "datapackage.json", counts))
    sums = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(sealed, key=lambda file: file.path))
    (files / "SHA256SUMS").write_text(sums, encoding="utf-8")
    sealed.append(_seal(files, "SHA256SUMS", counts))
    for path in (files, *(path for path in files.rglob("*") if path.is_dir())):
        sync_folder(path)
    return sealed


class TableWriter:
    """A table that is being written: as CSV for readers, and as lines of JSON that DuckDB turns into Parquet.

    A table that is split by years has a file of lines for each year, and always one for unknown days.
    """

    def __init__(self, table, files, rows, stack):
        self.table, self.rows, self.stack, self.count = table, rows, stack, 0
        self.path = f"csv/{table.name}.csv"
        self.names = [field.name for field in table.fields]
        self.day = self.names.index(table.year_of) if table.year_of else None
        self.csv, self.csv_line = stack.enter_context(_made(files / self.path).open("wb")), csv_line_writer()
        self.csv.write(self.csv_line(self.names))
        self.lines = {}
        self.lines_of(None)

    def add(self, row):
        self.csv.write(self.csv_line(self.table.spell(row)))
        line = orjson.dumps(dict(zip(self.names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE)
        self.lines_of(row[self.day] if self.day is not None else None).write(line)
        self.count += 1

    def lines_of(self, day):
        """Return the file of lines for a row of this day."""
        year = day[:4] if day else "unknown"
        if year not in self.lines:
            self.lines[year] = self.stack.enter_context(_made(self.rows / lines_path(self.table, year)).open("wb"))
        return self.lines[year]


def lines_path(table, year):
    """Return the path of the lines of a table, or of one of its years; its Parquet has the same path."""
    return f"{table.name}/year={year}/{table.name}.jsonl" if table.year_of else f"{table.name}.jsonl"


def _write_documents(seq, files, rows):
    """Write every document as a line of JSON, and its rows of every table. Return what each file holds."""
    counts = {}
    with ExitStack() as stack:
        sheets = [TableWriter(table, files, rows, stack) for table in all_tables()]
        for kind in sorted(KINDS):
            path = f"jsonl/{table_of(kind).name}.jsonl"
            fed = [sheet for sheet in sheets if kind in sheet.table.rows]
            count = 0
            with _made(files / path).open("w", encoding="utf-8", newline="") as lines:
                for document in _documents(kind, seq):
                    lines.write(f"{document}\n")
                    for sheet in fed:
                        for row in sheet.table.read(kind, document):
                            sheet.add(row)
                    count += 1
            counts[path] = (table_of(kind).name, count)
    return counts | {sheet.path: (sheet.table.name, sheet.count) for sheet in sheets}


def _documents(kind, seq):
    """Yield the documents of one kind from a cursor of the server, in the order of bytes of their uids."""
    revisions = Revision.objects.of(kind).as_of(seq).order_by(Collate("uid", "C"))
    return revisions.values_list("document", flat=True).iterator(chunk_size=1000)


def _write_parquet(files, rows, spill):
    """Write every table as Parquet, row by row in the order of its CSV. Return what each file holds."""
    counts = {}
    with open_duckdb(spill) as database:

        def read(table, lines):
            return typed_lines(database, table.fields, lines)

        for table in all_tables():
            read(table, rows / lines_path(table, "*")).create_view(table.name)
        _refuse_dangling(database)
        for table in all_tables():
            for lines in sorted(rows.glob(lines_path(table, "*"))):
                path = Path("parquet", lines.relative_to(rows)).with_suffix(".parquet")
                read(table, lines).write_parquet(str(_made(files / path)), compression="zstd")
                ((count,),) = database.execute(
                    "SELECT num_rows FROM parquet_file_metadata(?)", [str(files / path)]
                ).fetchall()
                counts[path.as_posix()] = (table.name, count)
    return counts


def _refuse_dangling(database):
    """Raise ReleaseRefused if a row refers to a row of another table that does not exist."""
    for table in all_tables():
        for column, other in table.references.items():
            (key,) = TABLES[other].key
            missing = database.execute(
                f'SELECT DISTINCT "{column}" FROM "{table.name}" WHERE "{column}" IS NOT NULL '
                f'AND "{column}" NOT IN (SELECT "{key}" FROM "{other}") ORDER BY 1 LIMIT 5'
            ).fetchall()
            if missing:
                names = ", ".join(name for (name,) in missing)
                raise ReleaseRefused(f"At this seq {table.name} refer to {other} that readers do not see: {names}.")


def _write_changes(release, files):
    """Write what was added, changed, withdrawn and merged since the release before. Return what each file holds."""
    before = release.supersedes
    names = [field.name for field in CHANGES_FIELDS]
    facts = {
        "from": before and before.version,
        "from_seq": before.seq if before else 0,
        "to": release.version,
        "to_seq": release.seq,
    }
    count = 0
    with (
        (files / "changes.csv").open("wb") as table,
        (files / "changes.json").open("wb") as document,
    ):
        line = csv_line_writer()
        table.write(line(names))
        document.write(orjson.dumps(facts)[:-1] + b',"changes":[')
        for row in changes_between(facts["from_seq"], release.seq):
            table.write(line(cell(value) for value in row))
            document.write((b"," if count else b"") + b"\n" + orjson.dumps(dict(zip(names, row, strict=True))))
            count += 1
        document.write(b"\n]}\n")
    return {"changes.csv": ("changes", count), "changes.json": ("changes", count)}


def changes_between(first, last):
    """Yield a row for each record that readers saw differently at two seqs of the log."""
    earlier = Revision.objects.filter(kind=OuterRef("kind"), uid=OuterRef("uid")).as_of(first).values("document")
    revisions = Revision.objects.filter(seq__gt=first, seq__lte=last, superseded_at__gt=last)
    revisions = revisions.annotate(earlier=Subquery(earlier)).order_by("kind", Collate("uid", "C"))
    compared = ["document"] if first else []
    named = revisions.only("kind", "uid", "op", "replaced_by", "reason_code", "reason", *compared)
    for revision in named.iterator(chunk_size=1000):
        change, fields = _change(revision)
        if change:
            reasons = (revision.replaced_by, revision.reason_code, revision.reason)
            yield (change, revision.kind, revision.uid, fields, *reasons)


def _change(revision):
    """Return what a revision changed for a reader who saw the `earlier` document, and the fields that differ."""
    if revision.op != Op.PUBLISH:
        gone = {Op.WITHDRAW: "withdrawn", Op.MERGE: "merged"}[revision.op]
        return (gone if revision.earlier else None), []
    if not revision.earlier:
        return "added", []
    old, new = orjson.loads(revision.earlier), orjson.loads(revision.document)
    fields = [name for name in {**new, **old} if name not in ENVELOPE and new.get(name) != old.get(name)]
    return ("changed" if fields else None), fields


def _made(path):
    """Make the folder of a path, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _paths_in(files):
    return sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())


def _seal(files, path, counts):
    """Return the row of a file that is written, once it is safe on the disk."""
    table, rows = counts.get(path, ("", None))
    return ReleaseFile(
        path=path,
        table=table,
        format=Path(path).suffix.lstrip(".") or "sums",
        rows=rows,
        bytes=(files / path).stat().st_size,
        sha256=file_digest(files / path, sync=True),
    )


def file_digest(path, sync=False):
    """Return the SHA-256 of a file; None if there is none."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        if sync:
            os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder):
    """Make the names in a folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
