"""Matching the places and forces that rows name with ours, and creating those that are missing if asked to.

Names are compared in their normalised form (records.names), within the area around them. A similar name is never
accepted; it is only reported as a suggestion. What is created here is saved later, by the writing.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from rapidfuzz import fuzz, process

from operations.choices import ConflictScheme, ForceKind, PlaceKind
from operations.models import (
    Conflict,
    ConflictCode,
    ConflictName,
    Force,
    ForceCode,
    ForceName,
    Place,
    PlaceName,
    Side,
)
from records.names import normalise
from records.points import kilometres

from ..layouts.crosswalk import ISO_OF_COUNTRY
from .statements import IMPORT_SOURCE, RowError

#: The greatest distance between a named place and the point of the row, in km; farther away it is a namesake.
NAMESAKE_KM = 25

#: The greatest distance between a known unit of the second level and the point of a row that names it, in km, to find
#: the unit around it under a name that is not known.
SAME_UNIT_KM = 100

#: The similarity, of 100, from which a name is suggested.
NEAR = 82

#: How many suggestions are kept, so that a frequent name is not compared with all others each time.
KEPT = 50_000

#: Words that datasets add to a name to say what kind of place it is.
SORT_WORDS = (
    "governorate|province|state|region|department|département|oblast|zone|prefecture|district|municipality|territory|"
    "commune|lga|raion|rayon|agency|county|sub-district|subdistrict|regency|cercle|township|woreda|canton|republic|krai|"
    "village|town|city|suburb|locality|neighbourhood|hamlet"
)
SORT = re.compile(rf"\s+({SORT_WORDS})$", re.IGNORECASE)
SETTLEMENT_WORD = re.compile(r"\b(village|town|city|suburb|locality|neighbourhood|hamlet)\b", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\s*\([^)]*\)")

#: The levels of a row, from the country inwards: the kinds of place that may appear there, and the kind to create.
KINDS_OF_LEVEL = {
    "country": ({PlaceKind.COUNTRY}, PlaceKind.COUNTRY),
    "adm1": ({PlaceKind.FIRST_LEVEL, PlaceKind.REGION}, PlaceKind.FIRST_LEVEL),
    "adm2": ({PlaceKind.SECOND_LEVEL}, PlaceKind.SECOND_LEVEL),
    "adm3": ({PlaceKind.THIRD_LEVEL}, PlaceKind.THIRD_LEVEL),
}
AREAS = {kind for kinds, _ in KINDS_OF_LEVEL.values() for kind in kinds}


@dataclass(frozen=True)
class UnknownName:
    """The name of a place or force that was not found, and what it may refer to."""

    kind: str
    name: str
    within: str
    near: str = ""

    def __str__(self):
        around = f" in {self.within}" if self.within else ""
        return f"{self.kind} “{self.name}”{around} is not known" + (f"; {self.near}?" if self.near else "")


@dataclass
class Found:
    """The most precise known place of a row, whether it is the one that the row names, and what is not known."""

    place: Place | None
    named: bool
    missing: list[UnknownName] = field(default_factory=list)


def spellings(name):
    """Return a name as written, without what is in brackets, and without the word for its kind of place."""
    plain = IN_BRACKETS.sub("", name).strip() or name
    return list(dict.fromkeys([name, plain, SORT.sub("", plain)]))


def nearest(form, slugs):
    """Return the slug with the most similar form; empty text if none is similar enough."""
    best = process.extractOne(form, list(slugs), scorer=fuzz.ratio, score_cutoff=NEAR)
    return slugs[best[0]] if best else ""


class Slugs:
    """Slugs that are not in use yet."""

    def __init__(self, taken):
        self.taken = set(taken)

    def of(self, *names):
        """Return a free slug made of the first name, or of more of the names if that one is taken."""
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
        #: By slug: the places directly inside a place, and the areas at any depth inside it.
        self.inside, self.areas_inside = defaultdict(list), defaultdict(list)
        for place in places.values():
            place.parent = places.get(place.parent_id)
        for place in places.values():
            self.add(place)
        for key, form in PlaceName.objects.values_list("place_id", "normalised"):
            self.name(places[key], form)
        self.slugs = Slugs(place.slug for place in places.values())
        entered = Place.pgh_event_model.objects.filter(pgh_label="insert", pgh_context__source=IMPORT_SOURCE)
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
        """Make a place findable by a normalised name, with and without its spaces."""
        for each in {form, form.replace(" ", "")}:
            if each and place not in self.by_form[each]:
                self.by_form[each].append(place)

    def find(self, where):
        """Return the place of a row. Raise RowError if not even its country is known."""
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
                # The town after which an administrative unit is named, if it is known.
                spot, _ = self.spot(where, place, [])
                place = place if spot.kind in AREAS else spot
        if place is None and missing:
            raise RowError(f"{missing[0]}. Import places first, or create them with --create-places.")
        return Found(place, exact, missing)

    def area(self, where):
        """Return the smallest known area that the row names, the test for its names, and what is not known."""
        key = (where.country, where.adm1, where.adm2, where.adm3)
        if key not in self.found:
            place, missing, names = None, [], set()
            for (level, (kinds, _)), name in zip(KINDS_OF_LEVEL.items(), key, strict=True):
                if not name:
                    continue
                found = self.level(name, place, kinds)
                if found is None and level == "adm1":
                    found = self.around_its_district(where, place)
                found = found or self.enter(name, place, level, missing)
                place = found or place
                if place is None:
                    break  # A unit of the same name in another country is not meant.
                names |= {normalise(each) for each in spellings(name)[-1:]}
            self.found[key] = place, names, missing
        place, names, missing = self.found[key]
        # A row whose named place is an administrative unit names it in the column of its level, too.
        return place, lambda name: normalise(spellings(name)[-1]) in names and not SETTLEMENT_WORD.search(name), missing

    def level(self, name, around, kinds):
        """Return the only place of these kinds with this name inside another one; None if there are none or several.

        Former names and other spellings count as the name does, and a country by its code, too.
        """
        country = self.by_pcode.get(ISO_OF_COUNTRY.get(normalise(name))) if PlaceKind.COUNTRY in kinds else None
        if country:
            return country
        for spelling in spellings(name):
            found = [p for p in self.called(spelling) if p.kind in kinds and (around is None or around in p.line())]
            if len(found) == 1:
                return found[0]
        return None

    def around_its_district(self, where, country):
        """Return the unit of the first level around the unit of the second level that a row names, if that is known.

        So a unit that a row calls by a former name is found. The known unit must lie near the point of the row.
        """
        kinds, _ = KINDS_OF_LEVEL["adm2"]
        district = self.level(where.adm2, country, kinds) if where.adm2 and where.point else None
        if district is None or self.distance(district, where.point) > SAME_UNIT_KM:
            return None
        return next((above for above in district.line() if above.kind == PlaceKind.FIRST_LEVEL), None)

    def called(self, name):
        """Return all places with a name."""
        form = normalise(name)
        found = [*self.by_form.get(form, ()), *self.by_form.get(form.replace(" ", ""), ())]
        return list({place.slug: place for place in found}.values())

    def spot(self, where, around, missing):
        """Return the named place inside an area and True; if it is not known, the area itself and False."""
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
                # Take the nearest of several namesakes, and of those at the same point one directly inside the area.
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
        """Return whether a place is too far from a point to be the one meant. Areas never are."""
        return place.kind not in AREAS and place.latitude is not None and self.distance(place, point) > NAMESAKE_KM

    def distance(self, place, point):
        return kilometres((place.latitude, place.longitude), point) if place.latitude is not None else float("inf")

    def beside(self, around, point):
        """Return the places directly inside an area that are at most 5 km from `point`, if it is given."""
        places = self.inside[around.slug if around else ""]
        near = [place for place in places if point is None or self.distance(place, point) <= 5]
        return [place for place in near if self.curated(place)]

    def curated(self, place):
        """Return whether a person entered a place. Similar names within datasets are different places."""
        return place.pk is not None and place.pk not in self.imported

    def enter(self, name, around, level, missing):
        """Return a new area if asked to create and no person entered one with a similar name; else note the name."""
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
        if kind == PlaceKind.COUNTRY:
            place.pcode = ISO_OF_COUNTRY.get(normalise(name), "")
        self.add(place)
        self.name(place, normalise(name))
        return place

    def near(self, name, around, places):
        """Return the slug of the place to which a name may refer; empty text if none is similar."""
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
        """Return the force that a row names, or an UnknownName for a minor one. Raise RowError for others."""
        key = (party.scheme, party.code, party.name, party.kind, party.minor)
        if key not in self.found:
            self.found[key] = self.look(party)
        found = self.found[key]
        if isinstance(found, UnknownName) and not party.minor:
            raise RowError(f"{found}. Enter it with its code, or create it with --create-forces.")
        return found

    def all_of(self, party):
        """Return the forces that a row names as one, each as a NamedForce: the members, unless the whole is known."""
        return party.members if party.members and self.by_its_code(party) is None else (party,)

    def look(self, party):
        force = self.by_its_code(party) or self.by_its_name(party)
        if force is None and self.create and not party.minor:
            force = self.entered(party)
        if force and force.pk is None:
            self.give_code(force, party)
        return force or UnknownName("force", party.name, "", self.near(party))

    def by_its_code(self, party):
        """Return the force with the code; of several, the one to which the others belong."""
        found = self.by_code.get((party.scheme, party.code), []) if party.code else []
        return next((force for force in found if all(force in other.line() for other in found)), None)

    def by_its_name(self, party):
        """Return the only force of this name that has no other code in the same dataset."""
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
        """Return what may be meant: a force with this code that is not verified, or one with a similar name."""
        if force := self.unverified.get((party.scheme, party.code)):
            return f"{force.slug} has this code, not verified"
        return nearest(normalise(party.name), {form: forces[0].slug for form, forces in self.by_form.items() if forces})

    def entered(self, party):
        """Return a new force that is not saved yet."""
        civilians = party.kind == ForceKind.CIVILIANS
        name = "Civilians" if civilians else party.name[:200]
        force = Force(slug=self.slugs.of(name), name=name, kind=party.kind or ForceKind.UNIDENTIFIED)
        self.name(force, normalise(name))
        if civilians:
            self.civilians.append(force)
        return force

    def give_code(self, force, party):
        """Keep in `new_codes` the code of a new force. A row may have named it without one, as a part of a side."""
        if force.kind == ForceKind.CIVILIANS or not party.code or force.slug in self.new_codes:
            return
        code = ForceCode(force=force, scheme=party.scheme, code=party.code, verified=True)
        try:
            code.clean_fields(exclude=["force"])
        except ValidationError as error:
            raise RowError(f"The code of {party.name}: {' '.join(error.messages)}") from error
        self.by_code[party.scheme, party.code].append(force)
        self.coded.add((party.scheme, force.slug))
        self.new_codes[force.slug] = code


class Conflicts:
    """All conflicts by their ids in UCDP and by all their names, in memory."""

    def __init__(self, army, create=False):
        self.army, self.create = army, create
        conflicts = {conflict.pk: conflict for conflict in Conflict.objects.all()}
        self.by_form = defaultdict(list)
        self.coded = set()
        self.by_code = {}
        for conflict in conflicts.values():
            self.by_form[conflict.normalised].append(conflict)
        for key, form in ConflictName.objects.values_list("conflict_id", "normalised"):
            self.by_form[form].append(conflicts[key])
        known = ConflictCode.objects.filter(verified=True).values_list("conflict_id", "scheme", "code")
        for key, scheme, code in known:
            self.by_code[scheme, code] = conflicts[key]
            self.coded.add((scheme, conflicts[key].slug))
        self.slugs = Slugs(conflict.slug for conflict in conflicts.values())
        self.side_slugs = Slugs(Side.objects.values_list("slug", flat=True))
        #: Of new conflicts by their slugs: by the name of each side, its forces and the ids of the rows that say so, by
        #: the slugs of the forces; and the codes.
        self.sides, self.new_codes = defaultdict(dict), defaultdict(list)

    def find(self, named, row):
        """Return the conflict that a row with an id names, or an UnknownName."""
        conflict = self.by_its_code(named) or self.by_its_name(named)
        if conflict is None and self.create:
            conflict = Conflict(slug=self.slugs.of(named.name), name=named.name[:200])
            self.by_form[normalise(conflict.name)].append(conflict)
        if conflict is None:
            return UnknownName("conflict", named.name, "")
        if conflict.pk is None:
            self.describe(conflict, named, row)
        return conflict

    def by_its_code(self, named):
        return self.by_code.get((ConflictScheme.UCDP_CONFLICT, named.code)) or self.by_code.get(
            (ConflictScheme.UCDP_DYAD, named.dyad)
        )

    def by_its_name(self, named):
        """Return the only conflict of this name that has no other id in UCDP."""
        found = {conflict.slug: conflict for conflict in self.by_form.get(normalise(named.name), ())}
        free = [each for each in found.values() if (ConflictScheme.UCDP_CONFLICT, each.slug) not in self.coded]
        return free[0] if len(free) == 1 else None

    def describe(self, conflict, named, row):
        """Add to a new conflict what a row says of it: ids, and its sides with their forces."""
        for scheme, code in ((ConflictScheme.UCDP_CONFLICT, named.code), (ConflictScheme.UCDP_DYAD, named.dyad)):
            if code and (scheme, code) not in self.by_code:
                self.by_code[scheme, code] = conflict
                self.coded.add((scheme, conflict.slug))
                code = ConflictCode(conflict=conflict, scheme=scheme, code=code, verified=True)
                self.new_codes[conflict.slug].append(code)
        sides = self.sides[conflict.slug]
        for name, parties in named.sides:
            forces = [self.army.find(each) for party in parties for each in self.army.all_of(party)]
            members = sides.setdefault(name[:100], {})
            for force in forces:
                members.setdefault(force.slug, (force, row))
