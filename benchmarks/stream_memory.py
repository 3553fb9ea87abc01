"""How much memory the server takes to give a long list whole: `python -m benchmarks.stream_memory --records 1000000`.

It starts `manage.py demo` on a data folder of its own, copies the published incidents until there are as many as asked
for, and downloads them over HTTP in every format. It prints rows, megabytes, seconds, the seconds to the first byte,
and the peak resident memory of the largest worker of the server (VmHWM, reset before each download; hence Linux only).
It fails if CSV takes 150 MB or more. `--data` names a folder that is kept and used again.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import psutil
import psycopg

from config.postgres.server import server_in

ROOT = Path(__file__).resolve().parent.parent

#: What each row of a format has once; a Parquet file tells its rows only to who reads it.
MARKS = {"csv": b"\r\n", "jsonl": b"\n", "geojson": b'"type":"Feature",', "parquet": None}
LIMIT_MB = 150

#: Copies of the incidents up to seq `first`, each with a uid, a seq, a day and a point of its own.
COPY = """
INSERT INTO publication_revision
SELECT copy.*
FROM (
    SELECT original, row_number() OVER (ORDER BY uid) - 1 AS place, count(*) OVER () AS several
    FROM publication_revision AS original
    WHERE kind = 'incident' AND op = 'publish' AND superseded_at = %(current)s
) AS model
JOIN generate_series(1, %(records)s) AS n ON n %% several = place
CROSS JOIN LATERAL (SELECT 'INC-9' || lpad(n::text, 7, '0') AS uid, %(head)s + n AS seq) AS own
CROSS JOIN LATERAL jsonb_populate_record(
    original,
    jsonb_build_object(
        'seq', own.seq,
        'uid', own.uid,
        'earliest_on', DATE '2014-01-01' + n %% 4000,
        'latest_on', DATE '2014-01-01' + n %% 4000,
        'latitude', 33 + random() * 4,
        'longitude', 41 + random() * 5,
        'document', replace(
            replace((original).document, '"uid":"' || (original).uid || '"', '"uid":"' || own.uid || '"'),
            '"seq":' || (original).seq, '"seq":' || own.seq
        )
    )
) AS copy
"""


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--data", type=Path)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="hamrin-benchmark-", ignore_cleanup_errors=True) as folder:
        data = asked.data or Path(folder)
        with demo(data):
            fill(data, asked.records)
        # Started again, the server has no memory of the loading.
        with demo(data) as (site, process):
            say(f"{'format':<10}{'rows':>12}{'MB':>10}{'seconds':>10}{'first byte':>12}{'peak MB':>10}")
            peaks = {name: measure(site, name, process) for name in MARKS}
    if peaks["csv"] >= LIMIT_MB:
        sys.exit(f"CSV took {peaks['csv']:.0f} MB; it should take less than {LIMIT_MB}.")


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def demo(data):
    """Run `manage.py demo` on a data folder; yield its address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HAMRIN_", "DATABASE_"))}
    environment = clean | {"HAMRIN_DATA": str(data)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            list(takewhile("Press Ctrl-C to stop.\n".__ne__, process.stdout))
            yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
        finally:
            process.terminate()


def fill(data, records):
    """Bring the log of the demo to so many incidents, unless it has them."""
    began = time.monotonic()
    folder = server_in(data / "postgres", True).hold()
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        query = "SELECT count(*), max(superseded_at) FROM publication_revision WHERE kind = 'incident'"
        count, current = connection.execute(query).fetchone()
        if count >= records:
            return
        (head,) = connection.execute("SELECT max(seq) FROM publication_revision").fetchone()
        with connection.transaction():
            # Indexes are built faster at the end than row by row.
            indexes = connection.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'publication_revision' "
                "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            ).fetchall()
            for name, _ in indexes:
                connection.execute(f'DROP INDEX "{name}"')
            connection.execute(COPY, {"records": records - count, "current": current, "head": head})
            for _, definition in indexes:
                connection.execute(definition)
        connection.execute("VACUUM ANALYZE publication_revision")
        query = "SELECT avg(octet_length(document)), pg_total_relation_size('publication_revision') / 1e9"
        mean, size = connection.execute(f"{query} FROM publication_revision WHERE kind = 'incident'").fetchone()
    say(f"{records} incidents of {mean:.0f} bytes on average, {size:.1f} GB, in {time.monotonic() - began:.0f} s")


def measure(site, name, process):
    """Download all incidents in a format, print what it took, and return the peak memory in MB."""
    for worker in process.children():
        Path(f"/proc/{worker.pid}/clear_refs").write_text("5")
    began = time.monotonic()
    mark = MARKS[name]
    rows, size, first, tail = 0, 0, None, b""
    with urllib.request.urlopen(f"{site}/api/v1/incidents/?format={name}") as response:
        while piece := response.read(2**20):
            first = first or time.monotonic() - began
            size += len(piece)
            if mark:
                rows += (tail + piece).count(mark)
                tail = piece[1 - len(mark) or len(piece) :]
    took = time.monotonic() - began
    peak = max(peak_of(worker) for worker in process.children())
    counted = f"{rows - (name == 'csv'):,}" if mark else ""
    say(f"{name:<10}{counted:>12}{size / 1e6:>10.1f}{took:>10.1f}{first:>12.2f}{peak:>10.1f}")
    return peak


def peak_of(worker):
    """Return the most resident memory in MB that a process has had since its peak was reset."""
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
