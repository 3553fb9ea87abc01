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


class Wrong(Exception):
    """Raised if an answer is not what was asked for; nothing is worth its time."""


def gunicorn(module):
    """Return the command that serves a WSGI module by gunicorn, with two workers of four threads each."""
    return [
        sys.executable, "-m", "gunicorn", f"{module}:application", "--bind=127.0.0.1:{port}", "--workers=2",
        "--worker-class=gthread", "--threads=4", "--log-level=error", "--no-control-socket",
    ]  # fmt: skip


def granian(module):
    """Return the command that serves a WSGI module by Granian, with as many workers and threads."""
    return [
        sys.executable, "-m", "granian", "--interface=wsgi", f"{module}:application", "--host=127.0.0.1",
        "--port={port}", "--workers=2", "--blocking-threads=4", "--no-log",
    ]  # fmt: skip


def datasette(file):
    """Return the command that serves an SQLite file by Datasette."""
    return [
        sys.executable, "-m", "datasette", "serve", "--immutable", str(file), "--port={port}",
        "--setting", "max_returned_rows", "1000", "--setting", "sql_time_limit_ms", "60000",
    ]  # fmt: skip


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

    def stream(self, path):
        """Return an answer that is not read yet, on a new connection."""
        self.client.close()
        self.client.request("GET", path)
        answer = self.client.getresponse()
        if answer.status != 200:
            raise Wrong(f"{answer.status} for {path}")
        return answer

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


def once(asks):
    """Return how long each ask takes, in ms."""
    took = {}
    for name, ask in asks.items():
        began = time.perf_counter()
        ask()
        took[name] = (time.perf_counter() - began) * 1000
    return took


def medians(measure, seconds=3, least=1, most=5):
    """Return the median of each number that `measure` returns by name, taken again and again for so many seconds."""
    taken, began = [], time.monotonic()
    while len(taken) < least or (len(taken) < most and time.monotonic() - began < seconds):
        taken.append(measure())
    return {name: median(each[name] for each in taken) for name in taken[0]}


def timed(asks, seconds=0.5, least=5, most=40):
    """Return the median of each ask in ms, after one that does not count. They take turns: all meet the same load."""
    once(asks)
    return medians(lambda: once(asks), seconds * len(asks), least, most)


def hammer(server, path, check, clients=8, seconds=2):
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
