"""The filter `near`: what lies within a great-circle distance, wherever on Earth."""

from math import acos, atan2, cos, hypot, radians, sin

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from publication.models import Revision
from reading.filters import NearFilter
from records.points import EARTH_KM

CIRCLE = "Write a circle as lat,lon,km in degrees and kilometres, such as 35.47,44.39,25."
MIDDLE = "The middle must lie on Earth: first the latitude, -90 to 90, then the longitude."
DISTANCE = "The distance must be more than 0 and at most 1000 km."

#: A net over the whole Earth with its poles and both names of the 180th meridian, and a denser one around Kirkuk.
POINTS = [(latitude, longitude) for latitude in range(-90, 91, 10) for longitude in range(-180, 181, 15)]
POINTS += [(35 + row / 7, 44 + column / 7) for row in range(8) for column in range(8)]
POINTS += [(latitude, longitude) for latitude in (-89.9, 0.1, 66.5, 89.9) for longitude in (-179.95, 0.05, 179.95)]

latitudes = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, -89.95, 0.0, 89.95, 90.0]))
longitudes = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, -179.95, 179.95, 180.0]))
distances = st.floats(0.1, 1000)


def apart(one, other):
    """Return the distance of two points in km, by the formula of Vincenty for a sphere."""
    (south, west), (north, east) = (map(radians, point) for point in (one, other))
    turn = east - west
    across = hypot(
        cos(north) * sin(turn),
        cos(south) * sin(north) - sin(south) * cos(north) * cos(turn),
    )
    along = sin(south) * sin(north) + cos(south) * cos(north) * cos(turn)
    return EARTH_KM * atan2(across, along)


def put(points):
    """Write places at these points to the log; the number of the point is the seq."""
    now = timezone.now()
    Revision.objects.bulk_create(
        Revision(
            seq=seq, kind="place", uid=f"p{seq}", number=1, op="publish", document="{}", published_at=now,
            latitude=latitude, longitude=longitude,
        )
        for seq, (latitude, longitude) in enumerate(points, 1)
    )  # fmt: skip


class NearTest(TestCase):
    """Compares the filter with another formula."""

    @classmethod
    def setUpTestData(cls):
        put(POINTS)

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(latitudes, longitudes, distances)
    @example(90.0, 0.0, 1000.0)
    @example(-89.99, 170.0, 20.0)
    @example(0.0, 180.0, 1000.0)
    @example(0.0, -180.0, 10.0)
    @example(66.5, -179.99, 50.0)
    @example(5e-324, 1e-257, 1.0)
    def test_finds_what_another_formula_finds(self, latitude, longitude, km):
        found = set(
            NearFilter().filter(Revision.objects.all(), (latitude, longitude, km)).values_list("seq", flat=True)
        )
        for seq, point in enumerate(POINTS, 1):
            distance = apart((latitude, longitude), point)
            if abs(distance - km) > 1e-6:
                assert (seq in found) == (distance < km), (point, distance)


def test_the_other_formula_knows_the_length_of_a_quadrant_and_of_a_known_way():
    assert apart((0, 0), (90, 0)) == pytest.approx(EARTH_KM * acos(0))
    # Erbil to Baghdad.
    assert apart((36.19, 44.01), (33.315, 44.366)) == pytest.approx(321, abs=1)


@pytest.mark.django_db
def test_near_finds_incidents_casualties_and_places(theatre, get):
    for name, uid in (("incidents", theatre.incident.uid), ("casualties", theatre.casualty.uid), ("places", "dibis")):
        assert [row.get("uid") or row["slug"] for row in get(f"{name}/", near="35.6,44.1,15")["results"]] == [uid]
        assert get(f"{name}/", near="35.6,44.1,5")["results"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("near", "sentence"),
    [
        ("garbage", CIRCLE),
        ("35,44", CIRCLE),
        ("35,44,5,6", CIRCLE),
        ("91,44,5", MIDDLE),
        ("35,181,5", MIDDLE),
        ("nan,44,5", CIRCLE),
        ("35,44,0", DISTANCE),
        ("35,44,-1", DISTANCE),
        ("35,44,1001", DISTANCE),
        ("35,44,nan", CIRCLE),
        ("35,44,inf", CIRCLE),
    ],
)
def test_a_bad_circle_is_a_400_that_says_how_to_write_one(get, near, sentence):
    assert get("incidents/", 400, near=near)["errors"] == {"near": [sentence]}


@pytest.mark.django_db
def test_near_is_unknown_where_records_have_no_point(get):
    assert get("tolls/", 400, near="35,44,5")["errors"] == {"near": ["There is no such parameter."]}


@pytest.mark.django_db
@pytest.mark.parametrize("middle", [(35, 44), (0, 180), (89.9, 0)])
def test_the_index_finds_the_box(middle):
    put(POINTS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE publication_revision")
        cursor.execute("SET LOCAL enable_seqscan = off")
    query = NearFilter().filter(Revision.objects.of("place").served(), (*middle, 100)).order_by()
    assert "rev_by_point" in query.explain()
    assert "Index Cond: (((kind)::text = 'place'::text) AND (latitude >= " in query.explain()
