"""Web servers to measure, and the client that measures them. A wrong or an empty answer is an error, never a time."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).resolve().parent.parent

#: Runs a module of the packages that only the benchmark has; those of Hamrin's own environment come first.
PACKAGED = [
    sys.executable, "-c",
    "import os, runpy, sys; sys.path += [os.environ['BENCHMARK_PACKAGES']]; sys.argv.pop(0); "
    "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)",
]  # fmt: skip


class Wrong(Exception):
    """Raised if an answer is not what was asked for; nothing is worth its time."""


def gunicorn(module):
    """Return the command that serves a WSGI module as `manage.py demo` serves Hamrin: two workers of four threads."""
    return [
        sys.executable, "-m", "gunicorn", f"{module}:application", "--bind=127.0.0.1:{port}", "--workers=2",
        "--worker-class=gthread", "--threads=4", "--log-level=error", "--no-control-socket",
    ]  # fmt: skip


def granian(module):
    """Return the command that serves a WSGI module by Granian, with as many workers and threads."""
    return [
        *PACKAGED, "granian", "--interface=wsgi", f"{module}:application", "--host=127.0.0.1",
        "--port={port}", "--workers=2", "--blocking-threads=4", "--no-log",
    ]  # fmt: skip


def datasette(file):
    """Return the command that serves an SQLite file by Datasette."""
    return [*PACKAGED, "datasette", "serve", "--immutable", str(file), "--port={port}",
            "--setting", "max_returned_rows", "1000"]  # fmt: skip


class Server:
    """A running server: asks are answered over one kept connection."""

    def __init__(self, process, port):
        self.process, self.port = process, port
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def get(self, path, headers=None):
        """Return status, headers and body of an answer; a connection that was closed meanwhile is opened again."""
        for attempt in (1, 2):
            try:
                self.client.request("GET", path, headers=headers or {})
                answer = self.client.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.HTTPException, ConnectionError):
                self.client.close()
                if attempt == 2:
                    raise
        return None

    def workers(self):
        """Return the processes of the server."""
        return [self.process, *self.process.children(recursive=True)]

    def forget_peak(self):
        """Begin to watch the most memory that the workers have (Linux only)."""
        for worker in self.workers():
            Path(f"/proc/{worker.pid}/clear_refs").write_text("5")

    def peak(self):
        """Return the most resident memory in MB that the largest worker had since then."""
        return max(_peak_of(worker) for worker in self.workers())


def _peak_of(worker):
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def serve(command, ready="/", **environment):
    """Run a server; yield it once it answers on the path `ready`."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [part.format(port=port) for part in command]
    environment = os.environ | {"HAMRIN_RATE_LIMIT": "off"} | environment
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as running:
        server = Server(psutil.Process(running.pid), port)
        try:
            for _ in range(600):
                try:
                    server.get(ready)
                    break
                except OSError:
                    if running.poll() is not None:
                        raise
                    time.sleep(0.1)
            yield server
        finally:
            running.terminate()


def timed(asks, seconds=1.5, least=5, most=60):
    """Run the asks in turn, again and again, and return the median of each in ms: all meet the same load."""
    took, began = {name: [] for name in asks}, time.monotonic()
    for ask in asks.values():
        ask()
    runs = 0
    while runs < least or (runs < most and time.monotonic() - began < seconds * len(asks)):
        for name, ask in asks.items():
            start = time.perf_counter()
            ask()
            took[name].append((time.perf_counter() - start) * 1000)
        runs += 1
    return {name: median(each) for name, each in took.items()}


def hammer(server, path, check, clients=8, seconds=4):
    """Return how many requests per second are answered to so many clients at once."""
    done, failures, stop = [0] * clients, [], time.monotonic() + seconds

    def ask(number):
        own = Server(server.process, server.port)
        try:
            while time.monotonic() < stop:
                check(*own.get(path))
                done[number] += 1
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(done) / seconds
