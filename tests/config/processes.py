"""Real processes for the tests of this folder."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

HOLD = """
import sys
from config.postgres.server import EmbeddedServer
print(EmbeddedServer(sys.argv[1], durable=False).hold(), flush=True)
sys.stdin.read()
"""


def environment(**changes):
    """The present environment, but nothing that it says of Hamrin."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HAMRIN_", "DATABASE_"))}
    return kept | {name: str(value) for name, value in changes.items()}


def run(*arguments, **changes):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=300,
    )


def start(*arguments, **changes):
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(**changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def holder(folder, code=HOLD, **changes):
    """A process that holds the server in the folder; its `socket_folder` is where the server listens."""
    with start("-c", code, folder, **changes) as process:
        process.socket_folder = process.stdout.readline().strip()
        yield process


def postmaster(folder):
    """The process id of the server in the folder, or None."""
    note = folder / "postmaster.pid"
    return int(note.read_text().splitlines()[0]) if note.exists() else None
