"""What Hamrin costs, beside the limit of the machine and beside what one would pick instead: `python -m benchmarks`.

It fills a database of each size in `--data` (kept, and used again), measures it, and writes benchmarks/RESULTS.md and
benchmarks/cost.svg; for sizes given by `--size` it writes to the terminal instead. What only the benchmark needs is
installed in `--data`, too.
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
    options.add_argument("--data", type=Path, default=ROOT / ".data" / "benchmark")
    asked = options.parse_args()
    packages = asked.data.resolve() / "packages"
    if not packages.exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-warn-conflicts",
        ]
        subprocess.run([*command, "--target", packages, "-r", HERE / "requirements.txt"], check=True)
    runs = [measured(size, asked.data.resolve(), packages) for size in asked.size or SIZES]
    if asked.size:
        sys.stdout.write(report.text(runs))
    else:
        (HERE / "RESULTS.md").write_text(report.text(runs))
        (HERE / "cost.svg").write_text(report.plot(runs))


def measured(size, data, packages):
    """Fill and measure a database of a size; return what was found."""
    folder = data / str(size)
    folder.mkdir(parents=True, exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HAMRIN_", "DATABASE_"))}
    # The packages come last, so that those of Hamrin's own environment win.
    environment = clean | {"HAMRIN_DATA": str(folder), "BENCHMARK_PACKAGES": str(packages)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    results = folder / "results.json"
    # Each in a process of its own, so that the one does not work on what the other has in memory.
    for act in (f"theatre.fill({size})", f"measures.measure({str(results)!r})"):
        code = f"import django; django.setup(); from benchmarks import {act.partition('.')[0]}; {act}"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    return json.loads(results.read_text())


if __name__ == "__main__":
    main()
