"""First questions to the API, drawn from what is published, so that each of them has an answer."""

import calendar
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

import orjson
from django.db.models import F
from django.urls import reverse

from incidents.documents import INCIDENT
from operations.documents import PLACE
from publication.models import Revision


class ExampleQuery(NamedTuple):
    """A question in words, and its address on this site."""

    words: str
    address: str


def example_queries() -> list[ExampleQuery]:
    """Return a question about a place and a month, and one about what is near a point, as far as anything answers."""
    incidents = Revision.objects.served().of(INCIDENT.name)
    in_a_month = (
        incidents.exclude(places=[])
        .exclude(latest_on=date.max)
        .filter(earliest_on__year=F("latest_on__year"), earliest_on__month=F("latest_on__month"))
    )
    with_point = incidents.exclude(latitude=None)
    found = [of_a_month(revision) for revision in in_a_month.order_by("-latest_on", "-uid").defer("search")[:1]]
    found += [near_a_point(revision) for revision in with_point.order_by("-latest_on", "-uid").defer("search")[:1]]
    return found


def of_a_month(revision: Revision) -> ExampleQuery:
    """Return the question for what certainly happened in the month and in the area of an incident."""
    place = orjson.loads(revision.document)["place"]
    # The largest area around it but the country, which most of the data may be in.
    line = [place["slug"], *place["within"]]
    slug = line[max(len(line) - 2, 0)]
    name = orjson.loads(Revision.objects.served().of(PLACE.name).get(uid=slug).document)["name"]
    last = calendar.monthrange(revision.latest_on.year, revision.latest_on.month)[1]
    asked = {
        "place": slug,
        "date_from": revision.latest_on.replace(day=1),
        "date_to": revision.latest_on.replace(day=last),
        "date_match": "certain",
    }
    month = f"{calendar.month_name[revision.latest_on.month]} {revision.latest_on.year}"
    return ExampleQuery(f"incidents in {name} that certainly happened in {month}", _address(asked))


def near_a_point(revision: Revision) -> ExampleQuery:
    """Return the question for what happened around the point of an incident."""
    point = f"{round(revision.latitude, 2)},{round(revision.longitude, 2)}"
    return ExampleQuery(
        f"incidents within 50 km of {point}, as GeoJSON", _address({"near": f"{point},50", "format": "geojson"})
    )


def _address(asked):
    return f"{reverse('incident-list')}?{urlencode(asked, safe=',')}"
