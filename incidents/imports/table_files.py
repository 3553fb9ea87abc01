"""Files that hold a table: CSV in any encoding and with any delimiter, without what is not data.

Rows of HXL tags, repeated headers, empty lines, literal NULLs and control characters are removed and reported in
`notes`. Line breaks inside quotes and other scripts are kept.
"""

import codecs
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: What files write where they have no value.
EMPTY_CELLS = {"NULL", "null", "Null", "NA", "N/A", "n/a", "NaN", "nan", "None", "none", r"\N", "#N/A"}

#: Characters that nobody typed. Tabs and line breaks are not among them.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

#: Tried in this order; the last one reads anything.
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}

#: The longest cell. Anything longer is a quotation mark that was not closed.
LONGEST = 1_000_000

CHUNK = 1 << 20


class FileError(Exception):
    """Raised if a file cannot be read as a table. The message says which file, where, and what to do."""


@dataclass(frozen=True)
class FileRow:
    """One row of data: the line on which it begins, and its cells by column name. An empty cell is empty text."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column):
        """Return a cell; empty text if the file has no such column."""
        return self.cells.get(column, "")


@dataclass
class TableFile:
    """A file of rows below one header. It can be read more than once."""

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    columns: list[str]
    #: What was removed while reading, and how often. Complete after the first reading.
    notes: Counter = field(default_factory=Counter)

    def rows(self) -> Iterator[FileRow | tuple[int, str]]:
        """Yield the rows; for a row that does not fit the header, its line and what is wrong. Raises FileError."""
        self.notes.clear()
        if self.encoding != "utf-8-sig":
            self.notes[f"not UTF-8, so read as {ENCODINGS.get(self.encoding, self.encoding)}"] += 1
        if self.delimiter != ",":
            self.notes[f"cells separated by {DELIMITERS[self.delimiter]}"] += 1
        records = _records(self.path, self.encoding, self.delimiter)
        next(records)
        first = True
        for line, cells in records:
            if CONTROL_CHARACTERS.search("".join(cells)):
                self.notes["rows with control characters, which were removed"] += 1
                cells = [CONTROL_CHARACTERS.sub("", cell) for cell in cells]
            cells = [cell.strip() for cell in cells]
            nothing = sum(cell in EMPTY_CELLS for cell in cells)
            if not any(cells):
                self.notes["empty lines skipped"] += 1
                continue
            if first and _is_hxl(cells):
                self.notes["row of HXL tags skipped"] += 1
            elif _names(cells) == self.columns:
                self.notes["repeated headers skipped"] += 1
            elif len(cells) != len(self.columns):
                yield line, f"The row has {len(cells)} cells, and there are {len(self.columns)} columns."
            else:
                if nothing:
                    self.notes["cells that say NULL or the like read as empty"] += nothing
                    cells = ["" if cell in EMPTY_CELLS else cell for cell in cells]
                yield FileRow(line, dict(zip(self.columns, cells, strict=True)))
            first = False


def open_table(path):
    """Return the TableFile of a path, with its encoding and delimiter detected. Raises FileError."""
    sha256, encoding = _examine(path)
    delimiter = max(DELIMITERS, key=lambda each: len(next(_records(path, encoding, each), (0, []))[1]))
    columns = _names(next(_records(path, encoding, delimiter), (0, []))[1])
    if not any(columns):
        raise FileError(f"{path.name} is empty. Its first line should name the columns.")
    if twice := [name for name, times in Counter(columns).items() if times > 1 and name]:
        raise FileError(f"{path.name}: two columns have the same name, {', '.join(f'“{name}”' for name in twice)}.")
    return TableFile(path, sha256, encoding, delimiter, columns)


def _names(cells):
    return [cell.strip().lower() for cell in cells]


def _is_hxl(cells):
    """Return whether a row consists of HXL hashtags: every cell that is not empty begins with #."""
    return all(cell.startswith("#") for cell in cells if cell)


def _examine(path):
    """Return the SHA-256 of a file and its encoding, reading it once."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            utf16 = "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""
            file.seek(0)
            digest = hashlib.sha256()
            decoders = {name: codecs.getincrementaldecoder(name)() for name in ([utf16] if utf16 else ENCODINGS)}
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, chunk)}
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, b"", final=True)}
    if not decoders:
        raise FileError(f"{path.name} is not text.")
    return digest.hexdigest(), next(iter(decoders))


def _decodes(decoder, chunk, final=False):
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _records(path, encoding, delimiter):
    """Yield each record of a file, with the line on which it begins."""
    csv.field_size_limit(LONGEST)
    # newline="" leaves line breaks inside quotes to the reader.
    with path.open(encoding=encoding, newline="") as file:
        records = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
        line = 1
        while True:
            try:
                cells = next(records)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileError(
                    f"{path.name}, line {line}: this record does not end; a quotation mark is not closed. Close it."
                ) from error
            yield line, cells
            line = records.line_num + 1
