"""What Hamrin costs, beside the limit of the machine and beside what one would pick instead: `python -m benchmarks`.

It fills a database of each size in `--data` (kept, and used again), measures it, and writes benchmarks/RESULTS.md and
benchmarks/cost.svg after each size; for sizes given by `--size` it writes to the terminal instead.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from . import report
from .servers import ROOT

HERE = Path(__file__).resolve().parent
SIZES = [10_000, 100_000, 1_000_000]


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--size", type=int, action="append", help="a multiple of 1,000; may be repeated")
    options.add_argument(
        "--data", type=Path, default=Path(os.environ.get("HAMRIN_DATA") or ROOT / ".data", "benchmark")
    )
    options.add_argument("--report", action="store_true", help="measure nothing; write what the last run found")
    asked = options.parse_args()
    files = {size: asked.data.resolve() / str(size) / "results.json" for size in asked.size or SIZES}
    if asked.report and not found_in(files):
        sys.exit(f"Nothing was measured in {asked.data}.")
    if not asked.report:
        for file in files.values():
            file.unlink(missing_ok=True)
    for size, file in files.items():
        if not asked.report:
            fill_and_measure(size, file)
        if not asked.size:
            write_results(found_in(files))
    if asked.size:
        sys.stdout.write(report.text(found_in(files)))


def fill_and_measure(size, results):
    """Fill and measure a database of a size, in the folder of the file for its results."""
    results.parent.mkdir(parents=True, exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HAMRIN_", "DATABASE_"))}
    environment = clean | {"HAMRIN_DATA": str(results.parent)}
    # Each in a process of its own, so that the one does not work on what the other has in memory.
    for act in (f"filling.fill({size})", f"measures.measure({str(results)!r})"):
        code = f"from benchmarks import {act.partition('.')[0]}; {act}"
        command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", code]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def found_in(files):
    return [json.loads(file.read_text()) for file in files.values() if file.exists()]


def write_results(found):
    (HERE / "RESULTS.md").write_text(report.text(found))
    (HERE / "cost.svg").write_text(report.plot(found))


if __name__ == "__main__":
    main()
