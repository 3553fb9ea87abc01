"""Writing CSV: one dialect (RFC 4180, UTF-8) for releases, answers, exports and reports."""

import csv
from collections.abc import Callable, Iterable


class _Encoder:
    """What csv.writer takes for a file: it hands each line back as bytes."""

    def write(self, text: str) -> bytes:
        return text.encode()


def csv_line_writer() -> Callable[[Iterable], bytes]:
    """Return a function that turns the cells of a row into a line of bytes. No two threads may share one."""
    return csv.writer(_Encoder()).writerow
