"""Small files of events in the layouts that are imported."""

import csv
import io

from django.core.management import call_command

from operations.choices import ForceKind, PlaceKind, Scheme
from tests.admin_forms import account
from tests.operations.factories import ForceCodeFactory, ForceFactory, PlaceFactory

UCDP = {
    "id": "101", "relid": "IRQ-2017-1-524-1", "year": "2017", "active_year": "1", "code_status": "Clear",
    "type_of_violence": "1", "conflict_name": "Iraq: Government", "side_a_new_id": "116",
    "side_a": "Government of Iraq", "side_b_new_id": "234", "side_b": "IS", "number_of_sources": "1",
    "source_office": "Agency", "source_date": "2017-07-31", "source_original": "army statement", "where_prec": "1",
    "where_coordinates": "Tall Afar town", "adm_1": "Nineveh governorate", "adm_2": "Tall Afar district",
    "latitude": "36.379", "longitude": "42.448", "country": "Iraq", "event_clarity": "1", "date_prec": "1",
    "date_start": "2017-07-31", "date_end": "2017-07-31", "deaths_a": "2", "deaths_b": "0", "deaths_civilians": "0",
    "deaths_unknown": "0", "best": "2", "high": "3", "low": "1", "gwnoa": "645", "gwnob": "",
}  # fmt: skip

ACLED = {
    "event_id_cnty": "IRQ101", "event_date": "31 July 2017", "year": "2017", "time_precision": "1",
    "event_type": "Battles", "sub_event_type": "Armed clash", "actor1": "Military Forces of Iraq (2014-)",
    "assoc_actor_1": "", "inter1": "State forces", "actor2": "Islamic State (Iraq)", "assoc_actor_2": "",
    "inter2": "Rebel group", "country": "Iraq", "admin1": "Nineveh", "admin2": "Tall Afar", "admin3": "",
    "location": "Tall Afar", "latitude": "36.379", "longitude": "42.448", "geo_precision": "1", "fatalities": "4",
}  # fmt: skip


class Iraq:
    """Iraq, one governorate and one district, and the two sides of its war with their codes in other datasets."""

    def __init__(self):
        self.iraq = PlaceFactory(slug="iraq", name="Iraq", kind=PlaceKind.COUNTRY)
        self.nineveh = PlaceFactory(slug="nineveh", name="Nineveh", kind=PlaceKind.FIRST_LEVEL, parent=self.iraq)
        self.district = PlaceFactory(
            slug="tall-afar-district", name="Tall Afar", kind=PlaceKind.SECOND_LEVEL, parent=self.nineveh
        )
        self.town = PlaceFactory(
            slug="tall-afar", name="Tall Afar", parent=self.district, latitude=36.379, longitude=42.448
        )
        self.army = ForceFactory(slug="iraqi-government", name="Government of Iraq", kind=ForceKind.GOVERNMENT)
        self.isis = ForceFactory(slug="isis", name="Islamic State", kind=ForceKind.ARMED_GROUP)
        codes = {
            Scheme.UCDP_ACTOR: ("116", "234"),
            Scheme.ACLED_ACTOR: ("Military Forces of Iraq (2014-)", "Islamic State (Iraq)"),
        }
        for scheme, pair in codes.items():
            for force, code in zip((self.army, self.isis), pair, strict=True):
                ForceCodeFactory(force=force, scheme=scheme, code=code, verified=True)
        self.curator, self.reviewer = account("curator"), account("reviewer")

    def records(self):
        return [self.iraq, self.nineveh, self.district, self.town, self.army, self.isis]


def text(*rows, delimiter=","):
    """Return rows as CSV under the header of the first."""
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0], delimiter=delimiter, lineterminator="\n", restval="", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def run(path, *options, layout="ucdp-ged", **more):
    """Import a file, and return what was told."""
    told = io.StringIO()
    call_command("import_events", path, *options, layout=layout, by="curator", stdout=told, **more)
    return told.getvalue()
