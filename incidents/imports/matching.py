"""Finding the places and forces that rows name, and entering those that are missing if that is asked for.

A name is compared in its normalised form (records.names), under the place around it. A near miss is never taken: it
is told as a suggestion. What is entered stays unsaved here until the writing saves it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from rapidfuzz import fuzz, process

from operations.choices import ForceKind, PlaceKind, Side
from operations.models import Force, ForceCode, ForceName, Place, PlaceName
from records.names import normalise
from records.points import kilometres

from .statements import IMPORT_SOURCE, RowError

#: How far the middle of a named place may lie from the row's point, so that it is that place and no namesake, in km.
NAMESAKE_KM = 25

#: From which likeness on a name is suggested, of 100.
NEAR = 82

#: How many suggestions are kept, so that a name that comes often is not compared with all others each time.
KEPT = 50_000

#: Words that datasets add to a name to say what it is.
SORT_WORDS = (
    "governorate|province|state|region|department|département|oblast|zone|prefecture|district|municipality|territory|"
    "commune|lga|raion|rayon|agency|county|sub-district|subdistrict|regency|cercle|township|woreda|canton|republic|krai|"
    "village|town|city|suburb|locality|neighbourhood|hamlet"
)
SORT = re.compile(rf"\s+({SORT_WORDS})$", re.IGNORECASE)
SETTLEMENT_WORD = re.compile(r"\b(village|town|city|suburb|locality|neighbourhood|hamlet)\b", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\s*\([^)]*\)")

#: The levels of a row, from the country inwards: the kinds of place that may stand there, and the kind to enter.
KINDS_OF_LEVEL = {
    "country": ({PlaceKind.COUNTRY}, PlaceKind.COUNTRY),
    "adm1": ({PlaceKind.GOVERNORATE, PlaceKind.REGION}, PlaceKind.GOVERNORATE),
    "adm2": ({PlaceKind.DISTRICT}, PlaceKind.DISTRICT),
    "adm3": ({PlaceKind.SUBDISTRICT}, PlaceKind.SUBDISTRICT),
}
AREAS = {kind for kinds, _ in KINDS_OF_LEVEL.values() for kind in kinds}


@dataclass(frozen=True)
class UnknownName:
    """A name that was not found: of a place or a force, and what it may be meant for."""

    kind: str
    name: str
    within: str
    near: str = ""

    def __str__(self):
        around = f" in {self.within}" if self.within else ""
        return f"{self.kind} “{self.name}”{around} is not known" + (f"; {self.near}?" if self.near else "")


@dataclass
class Found:
    """The place of a row: the finest one that is known, whether it is the very one that the row names, what is not."""

    place: Place | None
    named: bool
    missing: list[UnknownName] = field(default_factory=list)


def spellings(name):
    """Return a name as datasets write it, without what they put in brackets, and without the word for its sort."""
    plain = IN_BRACKETS.sub("", name).strip() or name
    return list(dict.fromkeys([name, plain, SORT.sub("", plain)]))


def nearest(form, slugs):
    """Return the slug whose form is most like another form; empty text if none is much like it."""
    best = process.extractOne(form, list(slugs), scorer=fuzz.ratio, score_cutoff=NEAR)
    return slugs[best[0]] if best else ""


class Slugs:
    """Slugs that nobody uses yet."""

    def __init__(self, taken):
        self.taken = set(taken)

    def of(self, *names):
        """Return a free slug from the first name, or from more of them where it is taken."""
        words = [slugify(anyascii(name)) for name in names if name]
        tries = ["-".join(words[: length + 1])[:50].strip("-") for length in range(len(words))]
        base = tries[0] or "unnamed"
        number = 1
        for slug in filter(None, tries):
            if slug not in self.taken:
                break
        else:
            slug = base
            while slug in self.taken:
                number += 1
                slug = f"{base[:44]}-{number}"
        self.taken.add(slug)
        return slug


class Gazetteer:
    """All places by all their names, in memory."""

    def __init__(self, create=False):
        self.create = create
        places = {place.pk: place for place in Place.objects.all()}
        self.by_form = defaultdict(list)
        self.by_pcode = {}
        #: The places that are straight inside one, and the areas at any depth inside it, by its slug.
        self.inside, self.areas_inside = defaultdict(list), defaultdict(list)
        for place in places.values():
            place.parent = places.get(place.parent_id)
        for place in places.values():
            self.add(place)
        for key, form in PlaceName.objects.values_list("place_id", "normalised"):
            self.name(places[key], form)
        self.slugs = Slugs(place.slug for place in places.values())
        entered = Place.pgh_event_model.objects.filter(pgh_label="insert", pgh_context__metadata__source=IMPORT_SOURCE)
        self.imported = set(entered.values_list("pgh_obj_id", flat=True))
        self.found, self.suggested = {}, {}

    def add(self, place):
        """Make a place findable."""
        if place.pcode:
            self.by_pcode[place.pcode] = place
        self.inside[place.parent.slug if place.parent else ""].append(place)
        if place.kind in AREAS:
            for above in ["", *(above.slug for above in place.line()[1:])]:
                self.areas_inside[above].append(place)
        self.name(place, normalise(place.name))

    def name(self, place, form):
        """Make a place findable by a normalised name, and by it written as one word."""
        for each in {form, form.replace(" ", "")}:
            if each and place not in self.by_form[each]:
                self.by_form[each].append(place)

    def find(self, where):
        """Return the place of a row; raise RowError if not even its country is known."""
        if where.pcode:
            if place := self.by_pcode.get(where.pcode):
                return Found(place, True)
            raise RowError(f"No place has the code {where.pcode}. Import places first, or leave the code out.")
        place, named, missing = self.area(where)
        missing = list(missing)
        exact = not missing
        if where.name and (place or not missing):
            if not named(where.name):
                place, exact = self.spot(where, place, missing)
            elif where.exact and not SORT.search(where.name):
                # The town that a district is called after, if it is known.
                spot, _ = self.spot(where, place, [])
                place = place if spot.kind in AREAS else spot
        if place is None and missing:
            raise RowError(f"{missing[0]}. Import places first, or let them be entered with --create-places.")
        return Found(place, exact, missing)

    def area(self, where):
        """Return the finest area that the row names and is known, the test for its names, and what is not known."""
        key = (where.country, where.adm1, where.adm2, where.adm3)
        if key not in self.found:
            place, missing, names = None, [], set()
            for (level, (kinds, _)), name in zip(KINDS_OF_LEVEL.items(), key, strict=True):
                if not name:
                    continue
                found = self.level(name, place, kinds) or self.enter(name, place, level, missing)
                place = found or place
                if place is None:
                    break  # A governorate of the same name in another country is not meant.
                names |= {normalise(each) for each in spellings(name)[-1:]}
            self.found[key] = place, names, missing
        place, names, missing = self.found[key]
        # A row that gives a district as its named place names it in the column of districts too.
        return place, lambda name: normalise(spellings(name)[-1]) in names and not SETTLEMENT_WORD.search(name), missing

    def level(self, name, around, kinds):
        """Return the one place of these kinds with this name, inside another one; None if there is none or several."""
        for spelling in spellings(name):
            found = [p for p in self.called(spelling) if p.kind in kinds and (around is None or around in p.line())]
            if len(found) == 1:
                return found[0]
        return None

    def called(self, name):
        """Return all places of a name."""
        form = normalise(name)
        found = [*self.by_form.get(form, ()), *self.by_form.get(form.replace(" ", ""), ())]
        return list({place.slug: place for place in found}.values())

    def spot(self, where, around, missing):
        """Return the named place inside an area, and whether it is known; the area itself if not."""
        settlement = bool(SETTLEMENT_WORD.search(where.name))
        for spelling in spellings(where.name):
            found = [
                place
                for place in self.called(spelling)
                if (around is None or (place != around and around in place.line()))
                and not (settlement and place.kind in AREAS)
                and not (where.point and self.far(place, where.point))
            ]
            if found and where.point:
                # Of namesakes the nearest; of those at one point, one that lies straight inside the area.
                found.sort(key=lambda place: (self.distance(place, where.point), place.parent != around, place.slug))
                if self.distance(found[0], where.point) <= NAMESAKE_KM:
                    return found[0], True
            if len(found) == 1:
                return found[0], True
            if found:
                missing.append(UnknownName("one place", where.name, around.name if around else "", ""))
                return around, False
        near = self.near(where.name, around, self.beside(around, where.point))
        if self.create and settlement and around is not None and where.exact and not near and not missing:
            point = where.point if where.precision != "near_settlement" else None
            return self.entered(where.name, around, PlaceKind.SETTLEMENT, point), True
        missing.append(UnknownName("place", where.name, around.name if around else "", near))
        return around, False

    def far(self, place, point):
        """Return whether a place is too far from a point to be meant; areas and places without a point never are."""
        return place.kind not in AREAS and place.latitude is not None and self.distance(place, point) > NAMESAKE_KM

    def distance(self, place, point):
        return kilometres((place.latitude, place.longitude), point) if place.latitude is not None else float("inf")

    def beside(self, around, point):
        """Return the places straight inside an area, of those with a point only the ones within 5 km of `point`."""
        places = self.inside[around.slug if around else ""]
        near = [place for place in places if point is None or self.distance(place, point) <= 5]
        return [place for place in near if self.curated(place)]

    def curated(self, place):
        """Return whether a person entered a place: names that datasets spell nearly alike are different places."""
        return place.pk is not None and place.pk not in self.imported

    def enter(self, name, around, level, missing):
        """Return a new area, if areas are entered and no person entered one of nearly this name; else note it."""
        kinds, kind = KINDS_OF_LEVEL[level]
        inside = self.areas_inside[around.slug if around else ""]
        areas = [place for place in inside if place.kind in kinds and self.curated(place)]
        near = self.near(name, around, areas)
        if (
            self.create
            and (level == "country" or not near)
            and not missing
            and (around is not None or level == "country")
        ):
            return self.entered(name, around, kind, None)
        missing.append(UnknownName(PlaceKind(kind).label.lower(), name, around.name if around else "", near))
        return None

    def entered(self, name, around, kind, point):
        """Return a new place, not yet saved."""
        latitude, longitude = point or (None, None)
        plain = spellings(name)[-1]
        slug = self.slugs.of(plain, around.name if around else "", PlaceKind(kind).label)
        place = Place(slug=slug, name=plain[:200], kind=kind, parent=around, latitude=latitude, longitude=longitude)
        self.add(place)
        self.name(place, normalise(name))
        return place

    def near(self, name, around, places):
        """Return the slug of the one of these places that a name may be meant for; empty text if none is alike."""
        if len(self.suggested) > KEPT:
            self.suggested.clear()
        key = (name, around.slug if around else "", len(places))
        if key not in self.suggested:
            self.suggested[key] = nearest(normalise(spellings(name)[-1]), {normalise(p.name): p.slug for p in places})
        return self.suggested[key]


class Army:
    """All forces by their codes in other datasets and by all their names, in memory."""

    def __init__(self, create=False):
        self.create = create
        forces = {force.pk: force for force in Force.objects.all()}
        for force in forces.values():
            force.parent = forces.get(force.parent_id)
        self.by_form = defaultdict(list)
        self.by_code = defaultdict(list)
        self.coded = set()
        self.unverified = {}
        self.new_codes = {}
        for force in forces.values():
            self.by_form[force.slug].append(force)
            self.name(force, normalise(force.name))
        for key, form in ForceName.objects.values_list("force_id", "normalised"):
            self.name(forces[key], form)
        for key, scheme, code, verified in ForceCode.objects.values_list("force_id", "scheme", "code", "verified"):
            if verified:
                self.by_code[scheme, code].append(forces[key])
                self.coded.add((scheme, forces[key].slug))
            else:
                self.unverified[scheme, code] = forces[key]
        self.civilians = [force for force in forces.values() if force.kind == ForceKind.CIVILIANS]
        self.slugs = Slugs(force.slug for force in forces.values())
        self.found = {}

    def name(self, force, form):
        if form and force not in self.by_form[form]:
            self.by_form[form].append(force)

    def find(self, party):
        """Return the force that a row names. None for one that the incident can do without; else raise RowError."""
        key = (party.scheme, party.code, party.name, party.kind, party.minor)
        if key not in self.found:
            self.found[key] = self.look(party)
        found = self.found[key]
        if isinstance(found, UnknownName) and not party.minor:
            raise RowError(f"{found}. Enter it with its code, or let it be entered with --create-forces.")
        return found

    def look(self, party):
        force = self.by_its_code(party) or self.by_its_name(party)
        if force is None and self.create and not party.minor:
            force = self.entered(party)
        return force or UnknownName("force", party.name, "", self.near(party))

    def by_its_code(self, party):
        """Return the force with the code; of several, the one that the others belong to."""
        found = self.by_code.get((party.scheme, party.code), []) if party.code else []
        return next((force for force in found if all(force in other.line() for other in found)), None)

    def by_its_name(self, party):
        """Return the one force of this name that has no other code in the same dataset."""
        if party.kind == ForceKind.CIVILIANS:
            return self.civilians[0] if len(self.civilians) == 1 else None
        for form in (party.name, normalise(party.name)):
            found = [
                force
                for force in self.by_form.get(form, ())
                if not (party.code and (party.scheme, force.slug) in self.coded)
            ]
            if len(found) == 1:
                return found[0]
        return None

    def near(self, party):
        """Return what may be meant: a force with this code, not verified, or one of nearly this name."""
        if force := self.unverified.get((party.scheme, party.code)):
            return f"{force.slug} has this code, not verified"
        return nearest(normalise(party.name), {form: forces[0].slug for form, forces in self.by_form.items() if forces})

    def entered(self, party):
        """Return a new force, not yet saved; its code is kept beside it."""
        code = ForceCode(scheme=party.scheme, code=party.code, verified=True)
        if party.code:
            try:
                code.clean_fields(exclude=["force"])
            except ValidationError as error:
                raise RowError(f"The code of {party.name}: {' '.join(error.messages)}") from error
        civilians = party.kind == ForceKind.CIVILIANS
        name = "Civilians" if civilians else party.name[:200]
        side = Side.CIVILIAN if civilians else Side.UNKNOWN
        force = Force(slug=self.slugs.of(name), name=name, kind=party.kind or ForceKind.UNIDENTIFIED, side=side)
        self.name(force, normalise(name))
        if civilians:
            self.civilians.append(force)
        elif party.code:
            self.by_code[party.scheme, party.code].append(force)
            self.coded.add((party.scheme, force.slug))
            code.force = force
            self.new_codes[force.slug] = code
        return force
