"""How alike two incidents are, judging by their days, places, parties, figures and words, without a database.

What each agreement or difference weighs is said in bits: see records/duplicates.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import log2

from rapidfuzz import fuzz

from operations.choices import PlaceKind
from records.duplicates import Evidence
from records.names import alike, skeleton, words
from records.points import kilometres

from .choices import Harm, IncidentKind, InvolvementRole, LocationPrecision

#: How many days apart two reports may put one incident.
MOST_DAYS_APART = 3
#: What a day that is so many days apart weighs.
BITS_OF_GAP = (5.0, 2.5, 1.0, 0.0)

#: The kinds of places that a map shows as a point.
SPOTS = {
    PlaceKind.SETTLEMENT, PlaceKind.NEIGHBOURHOOD, PlaceKind.CAMP, PlaceKind.BASE, PlaceKind.FACILITY,
}  # fmt: skip

#: What it weighs that both are at one place, or that one is inside the other's, by the kind of the wider one.
BITS_OF_KIND = {
    **dict.fromkeys(SPOTS, 6.0),
    PlaceKind.ROAD: 3.5,
    PlaceKind.NATURAL: 2.5,
    PlaceKind.FRONT: 2.0,
    PlaceKind.BORDER: 2.0,
    PlaceKind.THIRD_LEVEL: 4.0,
    PlaceKind.SECOND_LEVEL: 3.0,
    PlaceKind.FIRST_LEVEL: 1.5,
    PlaceKind.REGION: 1.0,
    PlaceKind.COUNTRY: 0.0,
}
#: How precisely a point is known that says more than an area does.
PRECISE = {
    LocationPrecision.EXACT, LocationPrecision.SETTLEMENT, LocationPrecision.NEAR_SETTLEMENT, LocationPrecision.UNKNOWN,
}  # fmt: skip

#: What a distance up to so many kilometres weighs; beyond the last one the two are elsewhere.
BITS_OF_DISTANCE = ((2, 6.0), (5, 5.0), (10, 3.5), (25, 1.5), (50, -4.0))
ELSEWHERE = -6.0

#: Kinds of incidents that reports take for each other.
SIMILAR_KINDS = [
    {
        IncidentKind.ARMED_ATTACK, IncidentKind.AMBUSH, IncidentKind.ARMED_CLASH, IncidentKind.KILLING,
        IncidentKind.TERRITORY,
    },
    {IncidentKind.BOMBING, IncidentKind.ARMED_ATTACK, IncidentKind.AMBUSH},
    {IncidentKind.SHELLING, IncidentKind.AIR_STRIKE, IncidentKind.BOMBING},
    {IncidentKind.ARSON, IncidentKind.LOOTING},
    {IncidentKind.KILLING, IncidentKind.ABDUCTION},
    {IncidentKind.TRANSFER, IncidentKind.TERRITORY},
    {IncidentKind.AGREEMENT, IncidentKind.STATEMENT},
]  # fmt: skip

#: The roles of those who acted, as far as a source says who did.
ACTING = {InvolvementRole.INITIATOR, InvolvementRole.CLAIMED_RESPONSIBILITY, InvolvementRole.ACCUSED}

#: What the place weighs where the days are so many days apart: at a front something happens every day.
SHARE_OF_GAP = (1.0, 0.85, 0.7, 0.6)

#: Words that any report of violence may use; they tell no two incidents apart.
COMMON_WORDS = """
    a an and as at by for from in into is it its near of off on one or over that their they this to two was were with
    after against during between while attack attacks attacked assault fighting clash clashes kill kills killed dead die
    died dies deaths wounded wounds injured hurt people civilians civilian soldiers soldier fighters fighter militants
    gunmen troops forces group armed village villages town city district province governorate area state violence
    incident several three four five six seven eight nine ten who which said says reported coded
"""
_COMMON = frozenset(COMMON_WORDS.split())


@dataclass(frozen=True)
class PlaceTraits:
    """A place of an incident: its slug and those of the places around it, nearest first, its names and its point."""

    slug: str
    name: str
    kind: str
    #: The slugs and the kinds of the place itself and of the places around it.
    line: tuple[str, ...]
    kinds: tuple[str, ...]
    #: All its names in their normalised form.
    names: frozenset[str]
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class PeopleHarmed:
    """How many people were harmed in one way, according to one estimate; `part` if another one holds it."""

    harm: str
    low: int | None
    best: int | None
    high: int | None
    part: bool = False

    @property
    def number(self) -> int | None:
        return next((each for each in (self.best, self.low, self.high) if each is not None), None)


@dataclass
class Traits:
    """What is compared of an incident that is entered or about to be."""

    key: object
    title: str
    summary: str = ""
    kind: str = IncidentKind.UNKNOWN
    earliest: date | None = None
    latest: date | None = None
    spots: list[PlaceTraits] = field(default_factory=list)
    place_as_reported: str = ""
    #: The incident's own point.
    point: tuple[float, float] | None = None
    #: Each force with its role, as the slugs of the force and of those above it.
    forces: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    people: list[PeopleHarmed] = field(default_factory=list)
    #: The datasets that have an id for it.
    schemes: set[str] = field(default_factory=set)

    def compared(self) -> list:
        """Return what is compared, in a form that is the same for the same content."""
        return [
            self.title, self.summary, self.kind, self.earliest, self.latest, [spot.slug for spot in self.spots],
            self.place_as_reported, self.point, sorted([role, line[0]] for role, line in self.forces),
            sorted(str(each) for each in self.people),
        ]  # fmt: skip

    @property
    def located(self) -> tuple[float, float] | None:
        """Its own point, or that of its first place if a map shows that as a point."""
        first = self.spots[0] if self.spots else None
        return self.point or (first.point if first and first.kind in SPOTS else None)

    @property
    def width(self) -> int | None:
        """How many days are possible; None if there is no end to them."""
        return (self.latest - self.earliest).days + 1 if self.earliest and self.latest else None


def precise_point(latitude: float | None, longitude: float | None, precision: str) -> tuple[float, float] | None:
    """Return the point of an incident; None if it has none, or only the middle of an area."""
    return None if latitude is None or longitude is None or precision not in PRECISE else (latitude, longitude)


def weigh(one: Traits, other: Traits) -> Evidence:
    """Return what speaks for and against two incidents being one."""
    evidence = Evidence()
    dated = _days(evidence, one, other)
    placed = _places(evidence, one, other)
    _words(evidence, one, other)
    _parties(evidence, one, other)
    _kinds(evidence, one, other)
    _people(evidence, one, other, Harm.KILLED, "killed", 1.0)
    _people(evidence, one, other, Harm.WOUNDED, "wounded", 0.6)
    if not (dated or placed):
        evidence.bits = min(evidence.bits, 0.0)
    return evidence


def _days(evidence: Evidence, one: Traits, other: Traits) -> bool:
    """Weigh the days. Return whether both are dated."""
    if one.width is None or other.width is None:
        return False
    gap = _gap(one, other)
    if gap > MOST_DAYS_APART:
        evidence.add(ELSEWHERE, f"{gap} days apart")
        return True
    width = max(one.width, other.width)
    bits = max(BITS_OF_GAP[gap] - log2(width) / (1 if gap == 0 else 2), 0.0)
    if gap:
        evidence.add(bits, f"{gap} day{'s' if gap > 1 else ''} apart")
    elif one.width == other.width == 1:
        evidence.add(bits, f"on the same day, {one.earliest}")
    else:
        evidence.add(bits, "on days that may be the same")
    return True


def _gap(one: Traits, other: Traits) -> int:
    """Return how many days lie between the possible days of the two, as far as these are known."""
    if one.width is None or other.width is None:
        return 0
    return max((one.earliest - other.latest).days, (other.earliest - one.latest).days, 0)


def _places(evidence: Evidence, one: Traits, other: Traits) -> bool:
    """Weigh the places. Return whether they agree."""
    found = [_two_places(one, other, here, there) for here in one.spots for there in other.spots]
    if one.point and other.point:
        found.append(_distance(one.point, other.point))
    found.append(_reported(one, other))
    found = [each for each in found if each]
    if not found:
        return False
    bits, reason = max(found)
    if bits > 0:
        bits *= SHARE_OF_GAP[min(_gap(one, other), MOST_DAYS_APART)]
    evidence.add(bits, reason)
    return bits > 0


def _two_places(one: Traits, other: Traits, here: PlaceTraits, there: PlaceTraits) -> tuple[float, str] | None:
    """Return what two places weigh, and the reason."""
    if here.slug == there.slug:
        return BITS_OF_KIND[here.kind], f"at the same place, {here.name}"
    for inner, outer in ((here, there), (there, here)):
        if outer.slug in inner.line and _same_name(here.names, there.names):
            # A city and the province of its name.
            return max(BITS_OF_KIND[outer.kind], 2.5), f"{inner.name} is inside the place of its name"
        if outer.slug in inner.line:
            return BITS_OF_KIND[outer.kind] * 0.9, f"{inner.name} is inside {outer.name}"
    points = (one.point or here.point, other.point or there.point)
    near = _distance(*points) if all(points) else None
    if _same_name(here.names, there.names) and (near is None or near[0] > ELSEWHERE):
        bits = min(BITS_OF_KIND[here.kind], BITS_OF_KIND[there.kind], 5.0) if near is None else 5.0
        return bits, f"{here.name} and {there.name} are spellings of one name"
    if here.kind in SPOTS and there.kind in SPOTS and near:
        return near
    around = next(
        (kind for slug, kind in zip(here.line[1:], here.kinds[1:], strict=True) if slug in there.line[1:]), ""
    )
    if around in {PlaceKind.SECOND_LEVEL, PlaceKind.THIRD_LEVEL} and near is None:
        return 1.0, f"{here.name} and {there.name} are in one district"
    return near if near and near[0] > ELSEWHERE else (ELSEWHERE, f"{here.name} is not {there.name}")


def _distance(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, str]:
    apart = kilometres(one, other)
    bits = next((bits for limit, bits in BITS_OF_DISTANCE if apart <= limit), ELSEWHERE)
    return (
        bits,
        "at the same point" if apart < 0.05 else f"{apart:.0f} km apart" if apart >= 1 else "less than 1 km apart",
    )


def _reported(one: Traits, other: Traits) -> tuple[float, str] | None:
    """Return what it weighs that one names in words what the other names, in whatever spelling."""
    here, there = _telling(one.place_as_reported), _telling(other.place_as_reported)
    if here and there and _share(here, there):
        # The name of a wide area says no more than the area does.
        spots = [
            spot for spot in (*one.spots, *other.spots) if any(_share(here, _telling(name)) for name in spot.names)
        ]
        bits = min([4.5, *(BITS_OF_KIND[spot.kind] for spot in spots)])
        if _name(one) == _name(other):
            return bits, f"both reported at “{_name(one)}”"
        return bits, f"reported at “{_name(one)}” and “{_name(other)}”"
    for names, spots, teller in ((here, other.spots, one), (there, one.spots, other)):
        for spot in spots:
            if names and BITS_OF_KIND[spot.kind] >= 3 and any(_share(names, _telling(name)) for name in spot.names):
                return 4.5, f"“{_name(teller)}” is a spelling of {spot.name}"
    return None


def _name(traits: Traits) -> str:
    return traits.place_as_reported or (traits.spots[0].name if traits.spots else "")


@lru_cache(maxsize=50_000)
def _telling(text: str) -> frozenset[str]:
    """Return the words of a text that may tell it from others, in ASCII."""
    return frozenset(words(text)) - _COMMON


def _share(one: Iterable[str], other: Iterable[str]) -> bool:
    """Return whether two sets of words share a name, in whatever spelling and script."""
    return any(_same_word(here, there) for here in one for there in other)


@lru_cache(maxsize=200_000)
def _same_word(one: str, other: str) -> bool:
    """Return whether two words are spellings of one name, as romanisations of one script may differ."""
    if min(len(one), len(other)) < 4:
        return one == other
    return alike(one, other) or (fuzz.ratio(one, other) >= 55 and _sound(one) == _sound(other))


def _sound(word: str) -> str:
    """Return the consonants of a word as far as romanisations agree on them: x is kh, and an h comes and goes."""
    bones = skeleton(word)
    return bones[:1] + bones[1:].replace("h", "")


def _same_name(one: Iterable[str], other: Iterable[str]) -> bool:
    """Return whether a name of one place is a spelling of a name of the other."""
    return any(alike(here, there) for here in one for there in other)


def _parties(evidence: Evidence, one: Traits, other: Traits) -> None:
    """Weigh who acted, and who took part."""
    here, there = ([line for role, line in each.forces if role in ACTING] for each in (one, other))
    if here and there:
        if _kin(here, there):
            evidence.add(1.5, "the same force acted")
        else:
            evidence.add(-3.0, "another force acted")
    here, there = ([line for _, line in each.forces] for each in (one, other))
    if here and there:
        fewer, more = sorted((here, there), key=lambda lines: len({line[0] for line in lines}))
        shared = {line[0] for line in fewer if _kin([line], more)}
        every = len(shared) == len({line[0] for line in fewer})
        if every and len(shared) > 1:
            evidence.add(2.0, "the same parties")
        elif shared:
            evidence.add(1.0, "a party in common")
        else:
            evidence.add(-2.0, "no party in common")


def _kin(one: list[tuple[str, ...]], other: list[tuple[str, ...]]) -> bool:
    """Return whether a force of one list is one of the other, or belongs to it."""
    return any(here[0] in there or there[0] in here for here in one for there in other)


def _kinds(evidence: Evidence, one: Traits, other: Traits) -> None:
    """Weigh what happened."""
    kinds = {one.kind, other.kind}
    violent = {kind in IncidentKind.violent() for kind in kinds}
    if len(violent) > 1:
        evidence.add(-5.0 if kinds != {IncidentKind.TERRITORY, IncidentKind.TRANSFER} else 0.0, "one without violence")
    elif len(kinds) == 1 and IncidentKind.UNKNOWN not in kinds:
        evidence.add(1.0, "of the same kind")
    elif not kinds & {IncidentKind.UNKNOWN, IncidentKind.OTHER} and not any(kinds <= each for each in SIMILAR_KINDS):
        evidence.add(-2.0, "of kinds that differ")


def _people(evidence: Evidence, one: Traits, other: Traits, harm: str, verb: str, weight: float) -> None:
    """Weigh how many people were harmed in one way."""
    here, there = ([each for each in traits.people if each.harm == harm] for traits in (one, other))
    totals = [_total(here), _total(there)]
    if None in totals:
        return
    few, many = sorted(totals)
    single = [{each.number for each in lines} for lines in (here, there)]
    if few == many:
        bits = min(1 + log2(few), 4.5) if few else 0.5
        evidence.add(weight * bits, f"the same number {verb}, {few}")
    elif few >= 3 and (totals[0] in single[1] or totals[1] in single[0]):
        evidence.add(weight * min(log2(few), 3.0), f"{few} {verb} are among {many}")
    elif _within(here, many if totals[0] == few else few) or _within(there, few if totals[0] == few else many):
        evidence.add(weight * 1.5, f"{few} and {many} {verb}, within the bounds of one")
    elif few >= 0.7 * many and many >= 8:
        evidence.add(weight * 1.5, f"about as many {verb}, {few} and {many}")
    elif few >= 0.5 * many:
        evidence.add(0.0, f"{few} and {many} {verb}")
    else:
        evidence.add(weight * (-2.5 if few < 0.25 * many and many >= 8 else -1.5), f"{few} and {many} {verb}")


def _total(lines: list[PeopleHarmed]) -> int | None:
    """Return how many people the estimates count that no other one holds; None if none says a number."""
    numbers = [each.number for each in lines if not each.part and each.number is not None]
    return sum(numbers) if numbers else None


def _within(lines: list[PeopleHarmed], number: int) -> bool:
    """Return whether a number lies within the bounds of the only estimate, as far as that is open."""
    if len(lines) != 1 or lines[0].low == lines[0].high:
        return False
    low, high = lines[0].low or 0, lines[0].high
    return low <= number and ((high is not None and number <= high) or (high is None and number <= 2 * max(low, 1)))


def _words(evidence: Evidence, one: Traits, other: Traits) -> None:
    """Weigh the words of titles and summaries, without the names of places that count by themselves."""
    if words(one.title) == words(other.title) and len(words(one.title)) > 2:
        evidence.add(4.0, "under the same title")
        return
    if _latin(one.title) != _latin(other.title):
        return
    names = {word for each in (one, other) for spot in each.spots for name in spot.names for word in name.split()}
    here, there = (_telling(each.title) - names for each in (one, other))
    if (shared := len(here & there)) and shared >= 0.5 * min(len(here), len(there)):
        evidence.add(1.0 if shared == 1 else 2.5 * shared / min(len(here), len(there)), "similar titles")
    here, there = (_telling(each.summary) - names for each in (one, other))
    if len(here & there) >= max(3, 0.4 * min(len(here), len(there))):
        evidence.add(2.0, "similar summaries")


def _latin(text: str) -> bool:
    """Return whether most letters of a text are Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < "ɐ" for letter in letters) * 2 >= len(letters)
