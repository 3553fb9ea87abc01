"""Measure a filled database side by side with its rivals.

It serves the theatre in the folder HAMRIN_DATA by gunicorn, and beside it the limit, stock DRF and Datasette, and
writes the medians as JSON. Every answer is checked before its time counts.
"""

import base64
import csv
import io
import json
import os
import platform
import shutil
import sqlite3
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import duckdb
import orjson
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from incidents.models import Incident, KnownSums
from incidents.stats.keeping import renew
from publication.models import ReleaseFile, Revision
from publication.publish import publish, uncollected

from .filling import say
from .queries import INCIDENTS, SERVED, queries
from .servers import Wrong, datasette, granian, gunicorn, hammer, medians, once, serve, timed
from .theatre import DrawnTheatre

PREFIX = "/api/v1/"
BY_DAY = "ORDER BY latest_on DESC, uid DESC"

#: What spares Datasette the counts and suggestions that only its own pages need.
LEAN = "_nocount=1&_nofacet=1&_nosuggest=1"

#: Pages of all records, by what they are called in the results.
PAGES = {"front page": "/", "meta": f"{PREFIX}meta/"}

#: How many incidents are published at once, and how many are imported.
WRITTEN = 1000


def documents(rows):
    """Return the check for a page of a list of so many records."""

    def check(status, headers, body):
        if status != 200 or len(orjson.loads(body)["results"]) != rows:
            raise Wrong(f"{status}, {rows} records wanted: {body[:300]}")

    return check


def filled(*marks, status=200):
    """Return the check for an answer with a status that holds these texts."""

    def check(answered, headers, body):
        if answered != status or not all(mark.encode() in body for mark in marks):
            raise Wrong(f"{answered}, {marks} wanted: {body[:300]}")

    return check


def asking(server, path, check, **headers):
    """Return what asks a server once; the answer is checked the first time, afterwards that it is as long."""
    length = []

    def ask():
        status, fields, body = server.get(path, headers)
        if not length or len(body) != length[0]:
            check(status, fields, body)
            length[:] = [len(body)]

    return ask


class Bench:
    """One size: its servers, and what was measured so far."""

    def __init__(self, stack):
        self.size = Revision.objects.served().of("incident").count()
        self.head = Revision.objects.head()
        self.results = []
        self.stack = stack
        self.folder = Path(settings.HAMRIN_DATA)
        # What Hamrin answers again from memory is measured apart from what it has to find.
        self.hamrin = self.start(gunicorn("config.wsgi"), "/healthz", HAMRIN_ANSWER_CACHE_MB="0")
        self.again = self.start(gunicorn("config.wsgi"), "/healthz")

    @property
    def own(self):
        """Hamrin's two servers: one that finds each answer, and one that gives it again."""
        return {"hamrin": self.hamrin, "again": self.again}

    def start(self, command, ready="/", **environment):
        return self.stack.enter_context(serve(command, ready, **environment))

    def note(self, group, name, **values):
        """Keep a result and print it."""
        self.results.append({"group": group, "name": name, **values})
        say(f"{group:<10}{name:<24}" + "".join(f"  {key} {value:.1f}" for key, value in values.items()))

    def rivals(self, lists, details, others):
        """Start the rivals: the limit with the statements and bytes of these answers, stock DRF, Datasette.

        Of the others the limit gives only the bytes.
        """
        answers = {}
        for number, (name, (path, sql)) in enumerate((lists | details | others).items()):
            _, _, body = self.hamrin.get(path)
            file = self.folder / f"answer-{number}"
            file.write_bytes(body)
            before, after = ('{"results":[', "]," + body.decode().rpartition("],")[2]) if name in lists else ("", "")
            answers[name] = {"bytes": str(file), "sql": sql, "before": before, "after": after}
        file = self.folder / "answers.json"
        file.write_text(json.dumps(answers))
        database = connection.get_connection_params()
        self.limit = self.start(
            gunicorn("benchmarks.limit"), f"/bytes/{quote(next(iter(answers)))}", LIMIT_ANSWERS=str(file),
            LIMIT_DATABASE=make_conninfo(**{name: database[name] for name in ("host", "port", "user", "dbname")}),
        )  # fmt: skip
        for name, (path, _) in (lists | details).items():
            theirs, ours = len(self.limit.get(f"/rows/{quote(name)}")[2]), len(self.hamrin.get(path)[2])
            if theirs != ours:
                raise Wrong(f"{name}: the limit gives {theirs} bytes, Hamrin {ours}")
        self.stock = self.start(gunicorn("benchmarks.stock_wsgi"), "/incidents/")
        self.datasette = self.start(datasette(self.flattened()), "/theatre.json")

    def flattened(self):
        """Write the flat table of incidents into an SQLite file with the indexes that a careful user would make."""
        file = self.folder / "theatre.db"
        if file.exists():
            return file
        rows = csv.reader(io.TextIOWrapper(self.hamrin.stream(f"{PREFIX}incidents/?format=csv"), "utf-8", newline=""))
        names, unfinished = next(rows), self.folder / "theatre.new"
        unfinished.unlink(missing_ok=True)
        with sqlite3.connect(unfinished) as database:
            columns = ", ".join(
                f'"{name}" {"INTEGER" if name.startswith(("killed", "wounded")) else "TEXT"}'
                + (" PRIMARY KEY" if name == "uid" else "")
                for name in names
            )
            database.execute(f"CREATE TABLE incidents ({columns})")
            database.executemany(f"INSERT INTO incidents VALUES ({', '.join('?' * len(names))})", rows)
            for name in ("kind", "target", "place_slug", "location_precision", "when_latest", "killed_best"):
                database.execute(f'CREATE INDEX "by_{name}" ON incidents ("{name}")')
            database.execute(
                "CREATE VIRTUAL TABLE incidents_fts USING fts5 (title, summary, place_name, content=incidents)"
            )
            database.execute("INSERT INTO incidents_fts (incidents_fts) VALUES ('rebuild')")
            database.execute("ANALYZE")
        return unfinished.rename(file)

    def reading(self):
        """Measure lists, filters and details over HTTP."""
        asked = queries()
        uid = "INC-000001"
        lists = {
            query.name: (
                f"{PREFIX}incidents/?{query.hamrin}",
                f"SELECT document FROM publication_revision WHERE {INCIDENTS} AND {query.where} {BY_DAY} "
                f"LIMIT {query.rows}",
            )
            for query in asked
            if query.where
        }
        details = {
            "one record": (
                f"{PREFIX}incidents/{uid}/",
                f"SELECT document FROM publication_revision WHERE {INCIDENTS} AND uid = '{uid}'",
            )
        }
        others = {name: (path, "") for name, path in PAGES.items()}
        self.rivals(lists, details, others)
        for server in self.own.values():
            server.forget_peak()
        for query in asked:
            self.side_by_side(query)
        path = details["one record"][0]
        times = timed(
            {
                "hamrin": asking(self.hamrin, path, filled(uid)),
                "again": asking(self.again, path, filled(uid)),
                "limit": asking(self.limit, "/rows/one%20record", filled(uid)),
                "bytes": asking(self.limit, "/bytes/one%20record", filled(uid)),
                "stock": asking(self.stock, f"/incidents/{uid}/", filled(uid)),
                "datasette": asking(
                    self.datasette, f"/theatre/incidents/{uid}.json?_shape=objects&{LEAN}", filled(uid)
                ),
            }
        )
        self.note("detail", "one record", **times)
        for name, path in PAGES.items():
            asks = {key: asking(server, path, filled(status=200)) for key, server in self.own.items()}
            asks["bytes"] = asking(self.limit, f"/bytes/{quote(name)}", filled(status=200))
            self.note("page", name, **timed(asks))
        self.moments()
        self.note("memory", "worker after reading", mb=self.hamrin.peak())
        self.note("memory", "worker that keeps answers", mb=self.again.peak())

    def side_by_side(self, query):
        path = f"{PREFIX}incidents/?{query.hamrin}"
        asks = {name: asking(server, path, documents(query.rows)) for name, server in self.own.items()}
        if query.where:
            asks["limit"] = asking(self.limit, f"/rows/{quote(query.name)}", documents(query.rows))
            asks["bytes"] = asking(self.limit, f"/bytes/{quote(query.name)}", documents(query.rows))
        if query.stock is not None:
            asks["stock"] = asking(self.stock, f"/incidents/?{query.stock}", documents(query.rows))
        if query.datasette is not None:
            order = "" if "_sort" in query.datasette else "&_sort_desc=when_latest"
            path = f"/theatre/incidents.json?_size=100&_shape=objects&{LEAN}&{query.datasette}{order}"
            asks["datasette"] = asking(self.datasette, path, filled('"rows": [{"uid"'))
        group = "list" if query.name == "list of 100" else "filter"
        self.note(group, query.name, **timed(asks))

    def moments(self):
        """Measure what depends on a place in the list or in the log: deep pages, past states, changes, a 304."""
        incidents = f"{PREFIX}incidents/?"
        first = orjson.loads(self.hamrin.get(incidents)[2])
        list_id, backwards, _, _ = orjson.loads(base64.urlsafe_b64decode(first["next"].rpartition("cursor=")[2] + "=="))
        served = Revision.objects.served().of("incident").order_by("-latest_on", "-uid")
        day, uid = served.values_list("latest_on", "uid")[self.size * 9 // 10]
        cursor = base64.urlsafe_b64encode(orjson.dumps([list_id, backwards, str(day), uid])).decode().rstrip("=")
        page = documents(100)
        tag = self.hamrin.get(incidents)[1]["ETag"]
        same = timed(
            {
                "first page": asking(self.hamrin, incidents, page),
                "deep cursor": asking(self.hamrin, f"{incidents}cursor={cursor}", page),
                "as_of the end": asking(self.hamrin, f"{incidents}as_of={self.head}", page),
                "as_of half way": asking(self.hamrin, f"{incidents}as_of={self.head // 2}", page),
                "as_of half way, kind": asking(
                    self.hamrin, f"{incidents}as_of={self.head // 2}&kind=armed_attack", page
                ),
                "one record as_of": asking(
                    self.hamrin, f"{PREFIX}incidents/INC-000001/?as_of={self.head // 2}", filled("INC-000001")
                ),
                "304": asking(self.hamrin, incidents, filled(status=304), **{"If-None-Match": tag}),
                "changes": asking(self.hamrin, f"{PREFIX}changes/?since=0", page),
                "changes, late": asking(self.hamrin, f"{PREFIX}changes/?since={self.head - 200}", page),
                "count=exact": asking(self.hamrin, f"{incidents}count=exact", page),
            },
            seconds=1,
        )
        for name, took in same.items():
            self.note("moment", name, hamrin=took)
        numbered = timed({"stock": asking(self.stock, f"/incidents/?page={self.size * 9 // 1000}", page)}, least=3)
        self.note("moment", "page at nine tenths", **numbered)

    def sums(self):
        """Measure sums by month and first level on both bases: from the log, as publishing keeps them, and again."""
        for basis in ("incident", "reconciled"):
            path = f"{PREFIX}stats/?measure=killed&by=month,first_level&basis={basis}"
            check = filled('"value"', '"n_incidents"')
            ask = {"hamrin": asking(self.hamrin, path, check)}

            def first(ask=ask):
                KnownSums.objects.all().delete()
                return once(ask)

            self.note("stats", f"killed, {basis}, first asked", **medians(first))
            renew()
            self.note("stats", f"killed, {basis}", **timed(ask | {"again": asking(self.again, path, check)}))

    def streams(self):
        """Measure whole lists, in thousands of records per second, and the memory that they take."""
        for name, mark in (("csv", b"\r\n"), ("jsonl", b"\n"), ("geojson", b'"type":"Feature",'), ("parquet", b"")):
            self.hamrin.forget_peak()
            asks = {"hamrin": partial(self.download, name, mark), "limit": self.copy_out}
            took = medians(partial(once, asks))
            self.note("stream", name, **{key: self.size / ms for key, ms in took.items()}, mb=self.hamrin.peak())

    def download(self, name, mark):
        """Read a whole list, in which `mark` occurs once in each record; only a Parquet file is kept, to be read."""
        answer = self.hamrin.stream(f"{PREFIX}incidents/?format={name}")
        if name == "parquet":
            file = self.folder / "incidents.parquet"
            with file.open("wb") as kept:
                shutil.copyfileobj(answer, kept)
            [(rows,)] = duckdb.sql(f"SELECT count(*) FROM read_parquet('{file}')").fetchall()
        else:
            rows, tail = -(name == "csv"), b""
            while piece := answer.read(2**20):
                rows += (tail + piece).count(mark)
                tail = piece[1 - len(mark) or len(piece) :]
        self.expect(rows, name)

    def copy_out(self):
        self.expect(copied_out(f"SELECT document FROM publication_revision WHERE {INCIDENTS} {BY_DAY}"), "COPY")

    def expect(self, number, what):
        """Raise Wrong unless this is the number of all incidents."""
        if number != self.size:
            raise Wrong(f"{what} has {number} rows, {self.size} wanted")

    def admin(self):
        """Measure the pages that curators open most."""
        user = get_user_model().objects.get(username="curator")
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = user.pk, user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.save()
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}
        page = "/admin/incidents/incident/"
        pk = Incident.objects.get(uid="INC-000001").pk
        rows = filled('id="result_list"', 'class="field-uid')
        paths = {
            "list, first page": (page, rows),
            "list, last page": (f"{page}?p={min(self.size // 50, 2000)}", rows),
            "list, filter": (f"{page}?kind__exact=bombing", rows),
            "list, nothing missing": (f"{page}?missing=place", filled("0 incidents")),
            "list, search a uid": (f"{page}?q=INC-000123", rows),
            "list, search a word": (f"{page}?q=hospital", rows),
            "form, 6 casualties, 12 claims": (
                f"{page}{pk}/change/",
                filled("INC-000001", 'name="casualties-TOTAL_FORMS" value="6"', "CLM-000001", "CLM-000012"),
            ),
        }  # fmt: skip
        for name, (path, check) in paths.items():
            self.note("admin", name, **timed({"hamrin": asking(self.hamrin, path, check, **cookie)}, least=3))

    def writing(self):
        """Measure publishing and importing, in incidents per second, and building a release."""
        theatre, file = DrawnTheatre(kept=True), self.folder / "events.csv"
        with undone():
            rows = theatre.incidents(WRITTEN)
            self.note(
                "publish",
                "incidents with parts",
                **medians(lambda: written(uncollected()(publish), rows, by="curator")),
            )
        with file.open("w", newline="") as into:
            csv.writer(into).writerows(theatre.events(WRITTEN))
        with undone():
            get_user_model().objects.create_user("importer")
            act = partial(
                written, call_command, "import_events", file, layout="ucdp-ged", by="importer", publish=True,
                approved_by="curator", stdout=io.StringIO(),
            )  # fmt: skip
            self.note("import", "and publish, UCDP's layout", **medians(act))
        self.note("release", "build", **medians(self.released))

    def released(self):
        """Return how many thousand incidents a second a release is built of, and COPY takes out with all else."""
        with undone():
            took = once(
                {
                    "hamrin": lambda: call_command("release", "2026.1", stdout=io.StringIO()),
                    "limit": lambda: copied_out(f"SELECT document FROM publication_revision WHERE {SERVED}"),
                }
            )
            self.expect(ReleaseFile.objects.get(path="jsonl/incidents.jsonl").rows, "The release")
        shutil.rmtree(self.folder / "releases")
        return {name: self.size / ms for name, ms in took.items()}

    def crowd(self):
        """Measure requests per second for eight clients at once."""
        page, one = documents(100), filled("INC-000001")
        quick = self.start(granian("config.wsgi"), "/healthz")
        for name, check, ours, theirs, flat in (
            (
                "list of 100",
                page,
                f"{PREFIX}incidents/",
                "/incidents/",
                f"incidents.json?_sort_desc=when_latest&{LEAN}",
            ),
            (
                "one record",
                one,
                f"{PREFIX}incidents/INC-000001/",
                "/incidents/INC-000001/",
                "incidents/INC-000001.json",
            ),
        ):
            self.note(
                "crowd",
                name,
                hamrin=hammer(self.hamrin, ours, check),
                again=hammer(self.again, ours, check),
                granian=hammer(quick, ours, check),
                limit=hammer(self.limit, f"/rows/{quote(name)}", check),
                stock=hammer(self.stock, theirs, check),
                datasette=hammer(self.datasette, f"/theatre/{flat}", filled('"uid"')),
            )
        self.note("memory", "granian worker", mb=quick.peak())


@contextmanager
def undone():
    """Keep nothing of what the block writes to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written(act, *arguments, **options):
    """Return how many incidents a second `act` publishes, and COPY into a table with the same indexes; undo it."""
    with undone():
        head = Revision.objects.head()
        began = time.monotonic()
        act(*arguments, **options)
        took = time.monotonic() - began
        number = Revision.objects.of("incident").filter(seq__gt=head).count()
        # An import holds back the rows that may be known already.
        if number < WRITTEN / 2:
            raise Wrong(f"{number} incidents were published, {WRITTEN} wanted")
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY (SELECT * FROM publication_revision WHERE seq > {head}) TO STDOUT") as out:
                lines = b"".join(map(bytes, out))
            cursor.execute("CREATE TEMP TABLE bare (LIKE publication_revision INCLUDING ALL)")
            began = time.monotonic()
            with cursor.copy("COPY bare FROM STDIN") as into:
                into.write(lines)
            return {"hamrin": WRITTEN / took, "limit": WRITTEN / (time.monotonic() - began)}


def copied_out(query):
    """Read the rows of a query by COPY, and return how many there are."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as out:
        return sum(bytes(piece).count(b"\n") for piece in out)


def machine():
    """Return what the numbers depend on: processor, cores, memory, versions, and what else it did."""
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return {
        "processor": cpu.partition(":")[2].strip(),
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GB",
        "PostgreSQL": version,
        "Python": platform.python_version(),
        "load average": f"{os.getloadavg()[1]:.1f}",
    }


def measure(path):
    """Measure everything, and write it to a JSON file."""
    call_command("collectstatic", interactive=False, verbosity=0)
    with ExitStack() as stack:
        bench = Bench(stack)
        for part in (bench.reading, bench.sums, bench.streams, bench.admin, bench.crowd, bench.writing):
            part()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('publication_revision')")
            bench.note("size", "the log", gb=cursor.fetchone()[0] / 1e9)
    content = {"size": bench.size, "machine": machine(), "results": bench.results}
    Path(path).write_text(json.dumps(content, indent=1))
