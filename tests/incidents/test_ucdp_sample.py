"""UCDP's own rows go there and back: imported, published and exported, each comes back or its difference is noted."""

import csv
from collections import Counter, defaultdict

import pytest
from django.conf import settings
from django.core.management import call_command

from incidents.models import Incident
from tests.admin_forms import account
from tests.incidents.events import run

SAMPLE = __import__("pathlib").Path("/work/shared/data/ucdp_ged231_sample1000_49cols.csv")

#: The columns that come back as they were. Text and numbers are compared as such, days without their times.
TEXTS = (
    "id", "type_of_violence", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id",
    "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "gwnoa",
    "gwnob", "where_prec", "where_coordinates", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "year",
)  # fmt: skip
NUMBERS = (
    "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high", "latitude", "longitude",
)  # fmt: skip
DAYS = ("date_start", "date_end")


def differences(before, after):
    """Yield the columns in which two rows differ."""
    yield from (name for name in TEXTS if before[name] != after[name])
    yield from (name for name in NUMBERS if float(before[name]) != float(after[name] or "nan"))
    yield from (name for name in DAYS if before[name][:10] != after[name][:10])


@pytest.mark.django_db
def test_x(tmp_path, client):
    import time

    account("curator")
    account("reviewer")
    t = time.time()
    print(
        run(
            SAMPLE, create_places=True, create_forces=True, create_conflicts=True, publish=True, approved_by="reviewer"
        )[-3000:]
    )
    print("import", time.time() - t)
    t = time.time()
    out = tmp_path / "out.csv"
    call_command("export", layout="ucdp-ged", output=out, overwrite=True, verbosity=0)
    call_command("export", layout="acled", output=tmp_path / "acled.csv", overwrite=True, verbosity=0)
    print("export", time.time() - t)
    import shutil, os

    os.makedirs("/tmp/w/ucdp-out", exist_ok=True)
    for f in tmp_path.iterdir():
        shutil.copy(f, "/tmp/w/ucdp-out")
    read = lambda p: list(csv.DictReader(open(p, encoding="utf-8", newline="")))
    rows = read(SAMPLE)
    back = {r["id"]: r for r in read(out)}
    notes = defaultdict(set)
    for n in read(tmp_path / "out.notes.csv"):
        notes[n["id"]].add((n["column"], n["code"]))
    print("missing", [r["id"] for r in rows if r["id"] not in back])
    silent = Counter()
    noted = Counter()
    ex = {}
    for r in rows:
        if r["id"] not in back:
            continue
        for name in differences(r, back[r["id"]]):
            codes = {c for col, c in notes[r["id"]] if col == name}
            (noted if codes else silent)[name, *sorted(codes)] += 1
            ex.setdefault(
                (name, bool(codes)),
                (r["id"], r[name], back[r["id"]][name], r["type_of_violence"], r["side_a"], r["side_b"]),
            )
    print("silent", silent)
    print("noted", noted)
    for e in ex.items():
        print(e)
    print(Counter(n["code"] for n in read(tmp_path / "out.notes.csv")))
    print(Counter((r["event_type"], r["sub_event_type"]) for r in read(tmp_path / "acled.csv")))
    got = client.get("/api/v1/stats/?measure=killed&by=violence_type").json()
    print(got)
    import orjson
    from publication.models import Revision

    bad = [r for r in rows if not int(r["low"]) <= int(r["best"]) <= int(r["high"])]
    for r in bad[:13]:
        i = Incident.objects.get(external_ids__code=r["id"])
        d = orjson.loads(Revision.objects.of("incident").get(uid=i.uid).document)
        print(
            r["low"],
            r["best"],
            r["high"],
            d["killed"],
            [(c["low"], c["best"], c["high"]) for c in d["casualties"]],
            back[r["id"]]["low"],
            back[r["id"]]["high"],
        )
