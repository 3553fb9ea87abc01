"""What is exported can be imported: the same incidents come back, as far as the layout can say."""

import csv
import io

import pytest
from django.core.management import call_command

from incidents.layouts import acled, ucdp
from incidents.models import Incident
from operations.models import Conflict, Force
from sources.models import Article
from tests.incidents.events import ACLED, UCDP, Iraq, run, text
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

ON_A_ROAD = {"where_coordinates": "Road near Tall Afar", "latitude": "36.3", "longitude": "42.5"}

#: Rows that differ in everything that the layout can say.
FIGHTS = [
    {},
    {"deaths_b": "5", "best": "7", "low": "4", "high": "12"},
    {"deaths_a": "0", "best": "0", "low": "0", "high": "6"},
    {"deaths_unknown": "3", "deaths_civilians": "2", "best": "7", "low": "7", "high": "7"},
    {
        "type_of_violence": "3", "side_a": "IS", "side_a_new_id": "234", "side_b": "Civilians",
        "side_b_new_id": "9999", "deaths_a": "0", "deaths_civilians": "9", "best": "9", "low": "8", "high": "9",
    },
    {"type_of_violence": "2", "side_a": "Ansar", "side_a_new_id": "77", "gwnoa": ""},
    {
        "type_of_violence": "2", "side_a": "Ansar, Rivals of Ansar", "side_a_new_id": "5001", "gwnoa": "",
        "deaths_b": "3", "best": "5", "low": "5", "high": "5",
    },
    {
        "side_a": "Government of Iran", "side_a_new_id": "114", "gwnoa": "630", "side_b": "Government of Iraq",
        "side_b_new_id": "116", "gwnob": "645",
    },
    {"low": "3", "high": "2"},
    {"low": "1", "high": "1"},
    {"deaths_b": "5", "best": "7", "low": "9", "high": "8"},
    {"deaths_a": "0", "best": "0", "low": "0", "high": "0"},
    {"date_end": "2017-08-03"},
    {"event_clarity": "2"},
    {"where_prec": "2"},
    {"where_prec": "2", **ON_A_ROAD},
    {"where_prec": "3", "where_coordinates": "Tall Afar district"},
    {"where_prec": "4", "where_coordinates": "Nineveh governorate", "adm_2": ""},
    {"where_prec": "5", **ON_A_ROAD},
    {"where_prec": "6", "where_coordinates": "Iraq", "adm_1": "", "adm_2": "", "latitude": "33", "longitude": "44"},
]  # fmt: skip
#: The ids that events share, and a conflict that they name.
CODES = {"conflict_new_id": "259", "dyad_new_id": "524"}
EVENTS = [
    {},
    {"fatalities": "0"},
    {"time_precision": "2"},
    {"time_precision": "3", "event_date": "16 July 2017"},
    {"event_type": "Explosions/Remote violence", "sub_event_type": "Suicide bomb"},
    {
        "event_type": "Violence against civilians", "sub_event_type": "Attack", "actor1": "Islamic State (Iraq)",
        "inter1": "Rebel group", "actor2": "Civilians (Iraq)", "inter2": "Civilians",
    },
    {"geo_precision": "2"},
    {"geo_precision": "3", "location": "Mosul"},
]  # fmt: skip


@pytest.fixture
def iraq(db):
    iraq = Iraq()
    iraq.iraq.pcode = "IQ"
    iraq.iraq.save()
    return iraq


def said(precisions):
    """Return what a layout, which has these codes of precision, can say of each incident, by its external id."""
    return {str(each.external_ids.get()): _said(each, precisions) for each in Incident.objects.all()}


def _said(incident, precisions):
    return {
        "violence": (incident.violence_type, sorted(map(str, incident.dataset_codes.all()))),
        "conflict": incident.conflict and incident.conflict.slug,
        "days": (incident.earliest_on, incident.latest_on),
        "place": (incident.place.slug, precisions[incident.location_precision]),
        "point": (incident.latitude, incident.longitude),
        "what": (incident.kind, incident.methods, incident.weapons, incident.clarity),
        "sides": {(part.force.slug, part.role) for part in incident.involvements.all()},
        "dead": {
            (row.victim_force and row.victim_force.slug, row.victim_status, row.victim_group): row.figures
            for row in incident.casualties.all()
        },
        "together": (incident.killed_low, incident.killed_high),
    }


@pytest.fixture
def there_and_back(iraq, tmp_path):
    """A function that imports rows, publishes and exports them, and returns what is said before and after."""

    def go(layout, rows, id_column, uid_column, precisions):
        path = tmp_path / "events.csv"
        path.write_text(text(*rows), "utf-8")
        run(path, layout=layout, create_forces=True, create_conflicts=True)
        approve_and_publish(Article.objects.get(), *iraq.records()[:4], *Force.objects.all(), *Conflict.objects.all())
        approve_and_publish(*Incident.objects.all())
        before, ids = said(precisions), dict(Incident.objects.values_list("uid", "external_ids__code"))
        call_command("export", layout=layout, output=path, overwrite=True, verbosity=0)
        with path.open(encoding="utf-8", newline="") as file:
            exported = list(csv.DictReader(file))
        # An export names our own incidents, which an empty database does not have.
        path.write_text(text(*(row | {uid_column: "", id_column: ids[row[uid_column]]} for row in exported)), "utf-8")
        Incident.objects.all().delete()
        run(path, layout=layout)
        return before, said(precisions)

    return go


def test_what_is_exported_as_ucdp_comes_back_the_same(there_and_back):
    rows = [UCDP | CODES | row | {"id": str(number)} for number, row in enumerate(FIGHTS)]
    before, after = there_and_back("ucdp-ged", rows, "id", "relid", ucdp.WHERE_PREC)
    assert after == before
    assert len(after) == len(FIGHTS)


def test_what_is_exported_as_acled_comes_back_the_same(there_and_back):
    rows = [ACLED | row | {"event_id_cnty": f"IRQ{number}"} for number, row in enumerate(EVENTS)]
    before, after = there_and_back("acled", rows, "event_id_cnty", "event_id_cnty", acled.GEO_PRECISION)
    assert after == before
    assert after["acled:IRQ0"]["place"] == ("tall-afar", 1)
    assert len(after) == len(EVENTS)


#: How the table of incidents, as the API and releases have it, is read: it names places, not what is around them.
MAPPING = """
dataset: {scheme: hamrin, outlet: Hamrin, title: Incidents, licence: CC BY 4.0}
columns:
  id: uid
  title: title
  summary: summary
  kind: kind
  when: when_edtf
  place: place_name
  latitude: place_lat
  longitude: place_lon
  precision: location_precision
  place_as_reported: place_as_reported
  methods: methods
  weapons: weapons
  target: target
  attribution: attribution
  clarity: clarity
casualties:
  - {harm: killed, status: unknown, low: killed_low, best: killed_best, high: killed_high}
"""
READ_BACK = (
    "title", "summary", "kind", "when_edtf", "place_slug", "location_precision", "place_as_reported", "point_lat",
    "methods", "weapons", "target", "attribution", "clarity", "killed_low", "killed_best", "killed_high",
    "wounded_best",
)  # fmt: skip


def table(client):
    """Return what the table of incidents says of each, by uid."""
    file = io.StringIO(client.get("/api/v1/incidents/?format=csv").getvalue().decode(), newline="")
    return {row["uid"]: row for row in csv.DictReader(file)}


def test_the_table_of_incidents_comes_back_the_same(iraq, client, tmp_path):
    path, mapping = tmp_path / "incidents.csv", tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, "utf-8")
    in_town = [row for row in FIGHTS if "where_coordinates" not in row]
    path.write_text(text(*(UCDP | row | {"id": str(number)} for number, row in enumerate(in_town))), "utf-8")
    run(path, create_forces=True)
    changes = {"methods": ["disguise", "sniping"], "weapons": ["ied"], "target": "police"}
    Incident.objects.update(**changes, summary="In “two”\nlines; and more.")
    places = iraq.records()[:4]
    approve_and_publish(*places, *Force.objects.all(), Article.objects.get(), *Incident.objects.all())
    before = table(client)
    path.write_text(text(*before.values()), "utf-8")
    Incident.objects.all().delete()
    run(path, layout="table", mapping=mapping)
    approve_and_publish(*Article.objects.all(), *Incident.objects.all())
    after, came_from = table(client), dict(Incident.objects.values_list("uid", "external_ids__code"))
    assert len(came_from) == len(before) == len(in_town)
    for uid, code in came_from.items():
        assert [after[uid][name] for name in READ_BACK] == [before[code][name] for name in READ_BACK]
