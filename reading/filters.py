"""The filters of the reading API: one declaration gives the filter, its documentation and its error."""

import math
import re

from django import forms
from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.db.models import Q, Value
from django.db.models.functions import Cos, Radians
from django.db.models.lookups import LessThanOrEqual
from django.utils.functional import cached_property
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from publication.choices import Op
from publication.models import Revision
from publication.tags import Flag, Pair, Tag
from records.points import EARTH_KM

from . import spelling

#: How far from a point one can ask for, in kilometres.
NEAR_MAX = 1000


class CodesFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """Any of several codes, separated by commas, looked up in the tags."""

    def __init__(self, choices: list[tuple[str, str]], tag: Tag, **kwargs):
        self.tag = tag
        super().__init__(choices=choices, **kwargs)

    def filter(self, queryset, codes):
        return queryset.filter(tags__overlap=[self.tag.of(code) for code in codes]) if codes else queryset


class PairedFilter(filters.BaseInFilter):
    """Any of several codes; where the filter `other` is given too, both speak of the same row of the record."""

    def __init__(self, *args, pair: Pair, other: str, **kwargs):
        self.tag, self.pair, self.other = pair.first, pair, other
        super().__init__(*args, **kwargs)

    def filter(self, queryset, codes):
        if not codes:
            return queryset
        others = self.parent.form.cleaned_data.get(self.other)
        tags = [self.pair.of(code, other) for code in codes for other in others or ()]
        return queryset.filter(tags__overlap=tags or [self.tag.of(code) for code in codes])


class ReferenceFilter(filters.BaseInFilter, filters.CharFilter):
    """Any of several records, by uid or slug, separated by commas. One that does not exist is an error."""

    #: Values that are allowed though they name no record.
    codes: tuple[str, ...] = ()

    def __init__(self, kind, column="", **kwargs):
        self.kind, self.column = kind, column
        super().__init__(**kwargs)

    def widened(self, uids: list[str]) -> list[str]:
        """Return the records that these stand for at the moment that is asked for."""
        return uids

    def filter(self, queryset, uids):
        if not uids:
            return queryset
        many = Revision._meta.get_field(self.column).get_internal_type() == "ArrayField"
        return queryset.filter(**{f"{self.column}__{'overlap' if many else 'in'}": uids})


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(filters.TypedChoiceFilter):
    """`true` or `false`, and nothing else."""

    def __init__(self, **kwargs):
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce=lambda text: text == "true", **kwargs)


class FlagFilter(YesNoFilter):
    """`true`: what has a flag; `false`: what has not."""

    def __init__(self, flag: Flag, **kwargs):
        self.tag = flag
        super().__init__(**kwargs)

    def filter(self, queryset, wanted):
        if wanted in EMPTY_VALUES:
            return queryset
        flagged = Q(tags__contains=[self.tag.text])
        return queryset.filter(flagged if wanted else ~flagged)


class TaggedReferenceFilter(ReferenceFilter):
    """Any of several records that the tags of a kind name."""

    def __init__(self, kind, tag: Tag, **kwargs):
        self.tag = tag
        super().__init__(kind, **kwargs)

    def filter(self, queryset, uids):
        return queryset.filter(tags__overlap=[self.tag.of(uid) for uid in uids]) if uids else queryset


class AskedForm(forms.Form):
    """The parameters that were asked for, one field for each filter.

    It also checks what filters cannot check one by one: that the records they name were ever published, in one query.
    """

    def __init__(self, data, asked: dict[str, filters.Filter]):
        super().__init__(data)
        self.fields = {name: each.field for name, each in asked.items()}
        self.references = {name: each for name, each in asked.items() if isinstance(each, ReferenceFilter)}

    def clean(self):
        cleaned = super().clean()
        asked = {name: cleaned[name] for name in self.references if cleaned.get(name)}
        uids = {uid for values in asked.values() for uid in values}
        kinds = {self.references[name].kind for name in asked}
        ever = Revision.objects.filter(kind__in=kinds, uid__in=uids, op=Op.PUBLISH).values_list("kind", "uid")
        known = set(ever.distinct()) if uids else set()
        for name, values in asked.items():
            kind, codes = self.references[name].kind, self.references[name].codes
            if missing := [uid for uid in values if (kind, uid) not in known and uid not in codes]:
                # Apart from the sentence, because a “%” in it would be taken for a place to fill.
                named = {"kind": kind, "uids": ", ".join(f"“{uid}”" for uid in missing)}
                self.add_error(name, ValidationError("There is no %(kind)s %(uids)s.", params=named))
        return cleaned


class WordsField(forms.CharField):
    """Words to search for, in any script."""

    def clean(self, value):
        text = super().clean(value)
        if text and (sentence := spelling.unsearchable(text)):
            raise ValidationError(sentence)
        return text


class WordsFilter(filters.CharFilter):
    """Words in titles, summaries and names."""

    field_class = WordsField


class RecordFilter(filters.FilterSet):
    """The filters that every kind of record has."""

    q = WordsFilter(
        method="search",
        max_length=200,
        help_text="Words in titles, summaries and all names, in any script; near spellings of names are found too.",
    )
    updated_since = filters.IsoDateTimeFilter(
        field_name="published_at", lookup_expr="gte", help_text="Published or corrected at or after this moment."
    )

    class Meta:
        model = Revision
        fields: list[str] = []

    def __init__(self, data=None, *args, seen=Revision.objects.of, **kwargs):
        #: Gives what readers see of a kind at the moment that is asked for.
        self.seen = seen
        # Only what is asked: three filters of incidents take 0.9 ms, to copy all 27 and build their fields 3.2 ms.
        self.base_filters = {name: each for name, each in self.base_filters.items() if name in (data or {})}
        super().__init__(data, *args, **kwargs)

    @cached_property
    def form(self):
        return AskedForm(self.data, self.filters)

    def search(self, queryset, name, text):
        query = SearchQuery(spelling.tsquery(text), config="simple", search_type="raw")
        return queryset.filter(search=query)


class DayFilter(filters.DateFilter):
    """A day as 2021-12-07, and in no other notation."""

    def __init__(self, **kwargs):
        message = "Write a day as 2021-12-07."
        super().__init__(input_formats=["%Y-%m-%d"], error_messages={"invalid": message}, **kwargs)


def match_filter(help_text):
    choices = [("possible", "possible"), ("certain", "certain")]
    return filters.ChoiceFilter(choices=choices, method="ignore", help_text=help_text)


class DatedFilter(RecordFilter):
    """Filters for records with a day that may be uncertain."""

    #: What is asked for where `date_match` is not given.
    default_match = "certain"

    date_from = DayFilter(method="since", help_text="Leave out what happened before this day.")
    date_to = DayFilter(method="until", help_text="Leave out what happened after this day.")
    date_match = match_filter("`certain` (default): it surely happened in the span; `possible`: it may have.")

    def certain(self):
        return (self.form.cleaned_data.get("date_match") or self.default_match) == "certain"

    def since(self, queryset, name, day):
        return queryset.filter(**{"earliest_on__gte" if self.certain() else "latest_on__gte": day})

    def until(self, queryset, name, day):
        return queryset.filter(**{"latest_on__lte" if self.certain() else "earliest_on__lte": day})

    def ignore(self, queryset, name, value):
        return queryset


class LastingFilter(DatedFilter):
    """Filters for records that last, from the first day on which they may have begun to the last day of their end."""

    default_match = "possible"

    date_match = match_filter(
        "`possible` (default): some day of it may lie in the span; `certain`: it began and ended in the span."
    )


def numbers_shape(count):
    """Return the OpenAPI description of so many decimal numbers, separated by commas."""
    number = r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"
    return {"type": "string", "pattern": f"^{','.join([number] * count)}$"}


BOX, CIRCLE = numbers_shape(4), numbers_shape(3)


def decimals(value, shape):
    """Return the numbers of a value; raise a ValueError if it is not of that shape."""
    if not re.match(shape["pattern"], value):
        raise ValueError(f"not {shape['pattern']}")
    return map(float, value.split(","))


class BoxField(forms.Field):
    """Four numbers: west, south, east and north of a box in degrees."""

    def to_python(self, value):
        if not value:
            return None
        try:
            west, south, east, north = decimals(value, BOX)
        except ValueError as error:
            raise ValidationError("Write a box as west,south,east,north in degrees, such as 42,34,46,37.") from error
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValidationError(
                "The box must lie on Earth: longitudes -180 to 180, latitudes -90 to 90, south first."
            )
        return west, south, east, north


@extend_schema_field(BOX)
class BoxFilter(filters.Filter):
    """What lies in a box; a box whose west is greater than its east crosses the 180th meridian."""

    field_class = BoxField

    def filter(self, queryset, box):
        if not box:
            return queryset
        west, south, east, north = box
        inside = Q(longitude__gte=west), Q(longitude__lte=east)
        across = inside[0] & inside[1] if west <= east else inside[0] | inside[1]
        return queryset.filter(across, latitude__gte=south, latitude__lte=north)


class NearField(forms.Field):
    """Three numbers: the latitude and longitude of a middle in degrees, and a distance in kilometres."""

    def to_python(self, value):
        if not value:
            return None
        try:
            latitude, longitude, km = decimals(value, CIRCLE)
        except ValueError as error:
            raise ValidationError(
                "Write a circle as lat,lon,km in degrees and kilometres, such as 35.47,44.39,25."
            ) from error
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValidationError("The middle must lie on Earth: first the latitude, -90 to 90, then the longitude.")
        if not 0 < km <= NEAR_MAX:
            raise ValidationError(f"The distance must be more than 0 and at most {NEAR_MAX} km.")
        return latitude, longitude, km


@extend_schema_field(CIRCLE)
class NearFilter(filters.Filter):
    """What lies within a great-circle distance of a point, on a sphere of the Earth's mean radius."""

    field_class = NearField

    def filter(self, queryset, circle):
        if not circle:
            return queryset
        latitude, longitude, km = circle
        # A little wider than the circle, because of rounding. The index finds the box, the formula the rest.
        box = around(latitude, longitude, km * (1 + 1e-9))
        south, there = math.radians(latitude), Radians("latitude")
        turn = Radians("longitude") - Value(math.radians(longitude))
        # Twice the haversine of the distance, which grows with it. Squares of sines would do the same, but the square
        # of a tiny number is an error to PostgreSQL.
        haversine = 1 - Cos(there - Value(south)) + Value(math.cos(south)) * Cos(there) * (1 - Cos(turn))
        return queryset.filter(box, LessThanOrEqual(haversine, 2 * math.sin(km / EARTH_KM / 2) ** 2))


def around(latitude, longitude, km):
    """Return the condition for the smallest box of degrees that holds a circle."""
    angle = km / EARTH_KM
    height = math.degrees(angle)
    south, north = latitude - height, latitude + height
    rows = Q(latitude__gte=south, latitude__lte=north)
    if south <= -90 or north >= 90:
        return rows  # A pole lies in the circle, and with it every longitude.
    width = math.degrees(math.asin(min(math.sin(angle) / math.cos(math.radians(latitude)), 1)))
    west, east = longitude - width, longitude + width
    if west < -180:
        return rows & (Q(longitude__gte=west + 360) | Q(longitude__lte=east))
    if east > 180:
        return rows & (Q(longitude__gte=west) | Q(longitude__lte=east - 360))
    return rows & Q(longitude__gte=west, longitude__lte=east)


class PointFilter(RecordFilter):
    """Filters for records with coordinates."""

    bbox = BoxFilter(help_text="west,south,east,north in degrees; places stand for their middle.")
    near = NearFilter(
        help_text=f"lat,lon,km: at most so many kilometres, up to {NEAR_MAX}, from a point; places stand for their "
        "middle."
    )


@extend_schema_field({"type": "integer", "minimum": 0})
class CountFilter(filters.NumberFilter):
    """A bound on a number of people."""

    def __init__(self, column, lookup, help_text):
        super().__init__(field_name=column, lookup_expr=lookup, min_value=0, decimal_places=0, help_text=help_text)


class CountedFilter(RecordFilter):
    """Filters for records that count people. Where no number is stated, no bound is met."""

    killed_min = CountFilter("killed_best", "gte", "At least so many killed, by the best estimate.")
    killed_max = CountFilter("killed_best", "lte", "At most so many killed, by the best estimate.")
    wounded_min = CountFilter("wounded_best", "gte", "At least so many wounded, by the best estimate.")
