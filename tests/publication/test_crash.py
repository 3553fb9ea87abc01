"""Real processes: many publishers at once, and publishers and servers that are killed in the middle."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

#: What publishing processes run: each publishes forces one by one until it is stopped.
PUBLISHER = """
import django, os, sys
django.setup()
from django.db import transaction
from operations.models import Force
from publication.publish import publish
from records.choices import State

name, until, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for other in range(1, processes):
    if os.fork() == 0:
        name += str(other)
        break
for number in range(until):
    slug = f"{name}-{number}"
    with transaction.atomic():
        publish([Force.objects.create(slug=slug, name=slug, kind="army", state=State.APPROVED)], by=name)
    print(name, flush=True)
"""


class Site:
    """A Hamrin of its own, with an embedded server that lasts what a real one must."""

    def __init__(self, folder):
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HAMRIN_", "DATABASE_"))}
        self.environment = kept | {
            "HAMRIN_DATA": folder,
            "HAMRIN_RATE_LIMIT": "off",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def start(self, *arguments, **options):
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def manage(self, *arguments):
        process = self.start("manage.py", *arguments)
        output, errors = process.communicate()
        assert process.returncode == 0, errors
        return output

    def publisher(self, name, until, processes=1):
        return self.start("-c", PUBLISHER, name, str(until), str(processes), start_new_session=True)

    def whole_up_to(self):
        """Return how far the log goes, which `verify_log` must find whole."""
        return int(self.manage("verify_log").rpartition(" ")[2].rstrip(".\n"))

    def postmaster(self):
        return int(Path(self.folder, "postgres", "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture(scope="module")
def migrated():
    """A folder with an empty database, whose server has stopped."""
    # Not pytest's temporary folder, which is closed to the user that PostgreSQL is under root.
    with tempfile.TemporaryDirectory(prefix="hamrin-") as folder:
        Site(folder).manage("migrate")
        yield folder


@pytest.fixture
def site(migrated):
    with tempfile.TemporaryDirectory(prefix="hamrin-") as folder:
        subprocess.run(["cp", "-a", f"{migrated}/.", folder], check=True)
        yield Site(folder)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def changes(port, since):
    """Return the seqs on a page of the feed."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/changes/?since={since}&limit=1000") as answer:
        return [item["seq"] for item in json.load(answer)["results"]]


def followed(site, enough):
    """Return the seqs that a reader of the feed saw, in the order in which they came, while eight published enough."""
    port = free_port()
    server = site.start(
        "-m", "gunicorn", "--no-control-socket", "--threads=8", f"--bind=127.0.0.1:{port}", "config.wsgi"
    )
    while "Listening at" not in server.stderr.readline():
        assert server.poll() is None
    publishers = site.publisher("p", 100_000, processes=8)
    names, seen = set(), []
    while len(names) < 8:
        assert publishers.poll() is None
        names.add(publishers.stdout.readline())
    while len(seen) < enough:
        seen += changes(port, seen[-1] if seen else 0)
    os.killpg(publishers.pid, signal.SIGKILL)
    publishers.communicate()
    while more := changes(port, seen[-1]):
        seen += more
    server.terminate()
    server.communicate()
    return seen


def test_a_reader_of_the_feed_sees_every_seq_once_and_in_order_while_eight_publish(site):
    seen = followed(site, 300)
    assert seen == list(range(1, len(seen) + 1))
    assert site.whole_up_to() == len(seen)


@pytest.mark.parametrize("victim", ["publisher", "server"])
def test_a_kill_in_the_middle_of_a_thousand_publications_leaves_the_log_whole(site, victim):
    publisher = site.publisher("p", 1000)
    for _ in range(100):
        publisher.stdout.readline()
    os.kill(publisher.pid if victim == "publisher" else site.postmaster(), signal.SIGKILL)
    output, _ = publisher.communicate()
    done = 100 + len(output.splitlines())
    assert site.whole_up_to() in {done, done + 1}
    again = site.publisher("again", 3)
    again.communicate()
    assert again.returncode == 0
    assert site.whole_up_to() >= done + 3


def test_a_kill_of_the_server_in_the_middle_of_a_release_leaves_none_and_the_next_one_succeeds(site):
    publisher = site.publisher("p", 50)
    publisher.communicate()
    assert publisher.returncode == 0
    build = site.start("manage.py", "release", "2026.1")
    while not any(Path(site.folder, "releases").glob(".building-*/files/csv/*.csv")):
        assert build.poll() is None
    os.kill(site.postmaster(), signal.SIGKILL)
    build.communicate()
    assert build.returncode != 0
    assert not Path(site.folder, "releases", "2026.1").exists()
    assert "from seq 50" in site.manage("release", "2026.1")
    assert site.whole_up_to() == 50
