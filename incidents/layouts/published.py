"""Published incidents, with the documents that they name, from which the rows of other datasets' layouts are made."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from operations.choices import ForceKind, PlaceKind, Scheme, Standing
from publication.theatre import NEUTRAL

from ..choices import (
    AgeGroup,
    CountedAs,
    DatasetScheme,
    Harm,
    IncidentKind,
    InvolvementRole,
    LocationPrecision,
    Loss,
    VictimStatus,
    ViolenceType,
)
from ..figures.alliances import of_one_of
from ..figures.parts import by_group, line_of_document, total_of
from ..figures.suggestions import NOT_COUNTED
from .crosswalk import COUNTRIES


class Party(Enum):
    """What the layouts need to know about a force: whether a state commands it."""

    STATE = auto()
    GROUP = auto()
    CIVILIANS = auto()


#: The party of each kind of force.
PARTIES = {
    kind: Party.STATE
    if kind in ForceKind.of_a_state()
    else Party.CIVILIANS
    if kind in ForceKind.unarmed()
    else Party.GROUP
    for kind in ForceKind
}
#: The party of victims of whom only the status is known. Prisoners and those who no longer fight are civilians here, as
#: UCDP and ACLED count their killing as violence against civilians.
PARTY_OF_STATUS = {
    VictimStatus.SECURITY_FORCE_MEMBER: Party.STATE,
    VictimStatus.OFF_DUTY: Party.STATE,
    VictimStatus.PEACEKEEPER: Party.STATE,
    VictimStatus.ARMED_GROUP_MEMBER: Party.GROUP,
    VictimStatus.CIVILIAN_ARMED: None,
    VictimStatus.PRISONER: Party.CIVILIANS,
    VictimStatus.OFFICIAL: Party.CIVILIANS,
    VictimStatus.AID_WORKER: Party.CIVILIANS,
    VictimStatus.HEALTH_WORKER: Party.CIVILIANS,
    VictimStatus.JOURNALIST: Party.CIVILIANS,
    VictimStatus.CIVILIAN: Party.CIVILIANS,
    VictimStatus.UNKNOWN: None,
}
#: Forces that do not inherit the code of the force above them, because how others file them is not verified.
OWN_CODE_ONLY = {
    ForceKind.REGIONAL_FORCES, ForceKind.MILITIA, ForceKind.FOREIGN_FORCES, ForceKind.COALITION, ForceKind.PEACEKEEPERS,
    ForceKind.MILITARY_COMPANY, ForceKind.PARTY_WING, ForceKind.SELF_DEFENCE,
}  # fmt: skip
#: The precision of a place of each kind when its point is used for something inside it.
PRECISION_OF = {
    PlaceKind.COUNTRY: LocationPrecision.COUNTRY,
    PlaceKind.REGION: LocationPrecision.SEVERAL_FIRST_LEVEL,
    PlaceKind.FIRST_LEVEL: LocationPrecision.FIRST_LEVEL,
    PlaceKind.SECOND_LEVEL: LocationPrecision.SECOND_LEVEL,
    PlaceKind.THIRD_LEVEL: LocationPrecision.THIRD_LEVEL,
    PlaceKind.SETTLEMENT: LocationPrecision.NEAR_SETTLEMENT,
    PlaceKind.NEIGHBOURHOOD: LocationPrecision.SETTLEMENT,
    PlaceKind.CAMP: LocationPrecision.NEAR_SETTLEMENT,
    PlaceKind.BASE: LocationPrecision.NEAR_SETTLEMENT,
    PlaceKind.FACILITY: LocationPrecision.NEAR_SETTLEMENT,
    PlaceKind.ROAD: LocationPrecision.FEATURE,
    PlaceKind.FRONT: LocationPrecision.FEATURE,
    PlaceKind.BORDER: LocationPrecision.FEATURE,
    PlaceKind.NATURAL: LocationPrecision.FEATURE,
}
#: The roles of those who attacked, the surest first, and of those who were attacked.
ATTACKED_BY = (InvolvementRole.INITIATOR, InvolvementRole.CLAIMED_RESPONSIBILITY, InvolvementRole.ACCUSED)
ATTACKED = (InvolvementRole.TARGET, InvolvementRole.RESPONDER)

#: The years for which a name is valid, if another dataset adds them, as in “… (2020-2022)” or “… (2022-)”.
YEARS = re.compile(r"\((\d{4})-(\d{4})?\)")


class Note(NamedTuple):
    """One thing that a row cannot express; `id` and `column` are empty if it is not about a cell."""

    uid: str
    id: str
    column: str
    code: str
    note: str


@dataclass
class LayoutRow:
    """A row of a layout and its notes. A record without a row has notes only, and no cells."""

    uid: str = ""
    id: str = ""
    cells: dict = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def lose(self, column, loss, sentence):
        """Add a note on what a cell cannot express."""
        self.notes.append(Note(self.uid, self.id, column, loss.value, sentence))


class Count(NamedTuple):
    """How many people a layout counts: in order, without blanks."""

    low: int = 0
    best: int = 0
    high: int = 0

    def plus(self, other):
        return Count(*(mine + its for mine, its in zip(self, other, strict=True)))


class Sides(NamedTuple):
    """Two sides, with their forces and parties. A side without forces is known only by its victims."""

    a: tuple[str, ...]
    b: tuple[str, ...]
    party_a: Party
    party_b: Party

    def of_party(self, party):
        """Return the only side, `a` or `b`, of a Party; None if it is not clear."""
        if self.party_a == self.party_b:
            return None
        return {self.party_a: "a", self.party_b: "b"}.get(party)


class Spot(NamedTuple):
    """The point of an incident: its coordinates, the place whose point it is, its precision, and the kind of place."""

    lat: float | None
    lon: float | None
    place: str
    precision: LocationPrecision
    kind: str


class PublishedIncident:
    """A published incident with the documents of the forces, places and articles that it names, by kind and uid.

    `theatre` is the document of the theatre: its words, and its only country for an incident that names none.
    """

    def __init__(self, document, named, theatre=NEUTRAL):
        self.document, self.named, self.theatre = document, named, theatre
        self.uid = document["uid"]
        self.number = int(self.uid.partition("-")[2])

    def stated(self, *names):
        """Return those of the fields that have a value."""
        return [name for name in names if self.document[name] not in (None, "", [], "unknown")]

    @property
    def violent(self):
        return self.document["kind"] in IncidentKind.violent()

    @property
    def stated_violence(self):
        """The type of violence if it is stated; None if it only follows from the forces involved."""
        stated = self.document["violence_type"]
        return ViolenceType(stated["code"]) if stated["stated"] else None

    def id_in(self, scheme):
        """Return the id of the incident in another dataset; empty text if it has none there, or several."""
        found = [each["code"] for each in self.document["external_ids"] if each["scheme"] == scheme]
        return found[0] if len(found) == 1 else ""

    def dataset_code(self, scheme):
        """Return the id of its conflict, its pair of enemies or a side in another dataset; empty text if none."""
        return next((each["code"] for each in self.document["dataset_codes"] if each["scheme"] == scheme), "")

    # Who

    def force(self, slug):
        return self.named["force", slug]

    def names(self, slugs):
        """Return the names of forces, separated by commas."""
        return ", ".join(self.force(slug)["name"] for slug in slugs)

    def party(self, slug):
        """Return the Party of a force."""
        return PARTIES[self.force(slug)["kind"]]

    def party_of_all(self, slugs):
        """Return the Party of the first of several forces; None if there are none."""
        return self.party(slugs[0]) if slugs else None

    def party_of(self, casualty):
        """Return the Party of victims: civilians whatever they belong to, then by force, then by status; or None."""
        slug, status = casualty["victim"]["force"], casualty["victim"]["status"]
        if slug is None or PARTY_OF_STATUS[status] == Party.CIVILIANS:
            return PARTY_OF_STATUS[status]
        return self.party(slug)

    def code(self, slug, scheme, year=None):
        """Return the verified code of a force, or of the nearest force above it, in another dataset; None if none.

        Several codes count as none, unless only one of them is valid in the year.
        """
        for document in self.line("force", slug):
            codes = {each["code"] for each in document["codes"] if each["scheme"] == scheme and each["verified"]}
            if codes:
                fitting = [code for code in codes if _holds(code, year)]
                return fitting[0] if len(fitting) == 1 else None
            if document["kind"] in OWN_CODE_ONLY:
                return None
        return None

    def is_itself(self, slug, code):
        """Return whether a code is the force's own, and not that of a force above it."""
        return code in {each["code"] for each in self.force(slug)["codes"]}

    def line(self, kind, slug):
        """Return the documents of a force or place and of what contains it, the nearest first."""
        own = self.named[kind, slug]
        return [own, *(self.named[kind, above] for above in own["within"] if (kind, above) in self.named)]

    @cached_property
    def forces(self):
        """The forces that took part, each with a role; some in several rows."""
        return [each for each in self.document["forces"] if each["standing"] == Standing.TOOK_PART]

    def having(self, *roles):
        """Return the forces that have one of these roles, civilians included, in the order of the document."""
        return list(dict.fromkeys(each["slug"] for each in self.forces if each["role"] in roles))

    @cached_property
    def fighters(self):
        """The forces that were involved or had victims, civilians left out."""
        involved = [each["slug"] for each in self.forces]
        suffered = [each["victim"]["force"] for each in self.document["casualties"] if each["victim"]["force"]]
        return [slug for slug in dict.fromkeys(involved + suffered) if self.party(slug) != Party.CIVILIANS]

    @cached_property
    def attackers(self):
        """The forces that attacked; if no source says who did, those that claim it, or else those that are accused."""
        found = ([slug for slug in self.having(role) if slug in self.fighters] for role in ATTACKED_BY)
        return next((tuple(slugs) for slugs in found if slugs), ())

    @cached_property
    def defenders(self):
        """The forces that were attacked or came to help."""
        return [slug for slug in self.having(*ATTACKED) if slug in self.fighters]

    @cached_property
    def enemies(self):
        """The two Sides that fought; None if only one is known.

        They are the sides that a dataset numbers, if it does. Otherwise state forces are the first side against armed
        groups; where all are of one party, the attackers are, or else a side of the conflict.
        """
        return self._enemies_by_codes() or self._enemies_by_parties() or self._enemies_by_conflict()

    def _enemies_by_codes(self):
        """Return the Sides by the ids of sides in UCDP; None if these do not tell the forces apart.

        A side of several forces has an id that none of them has: it is what remains beside the other one.
        """
        ids = [self.dataset_code(scheme) for scheme in (DatasetScheme.UCDP_SIDE_A, DatasetScheme.UCDP_SIDE_B)]
        codes = {slug: self.code(slug, Scheme.UCDP_ACTOR) for slug in self.fighters}
        found = [[slug for slug in self.fighters if code and codes[slug] == code] for code in ids]
        rest = [slug for slug in self.fighters if slug not in found[0] + found[1]]
        for side, other in ((0, 1), (1, 0)):
            if rest and found[side] and not found[other]:
                found[other] = rest
        if not all(found):
            return None
        sides = _sides_of(*found, self)
        for slug in rest:
            if (side := sides.of_party(self.party(slug))) and slug not in found[0] + found[1]:
                found["ab".index(side)].append(slug)
        return _sides_of(*found, self)

    def _enemies_by_parties(self):
        parties = {self.party(slug) for slug in self.fighters}
        parties |= {self.party_of(each) for each in self.document["casualties"]}
        if {Party.STATE, Party.GROUP} <= parties:
            a, b = ([slug for slug in self.fighters if self.party(slug) == each] for each in (Party.STATE, Party.GROUP))
            return Sides(tuple(a), tuple(b), Party.STATE, Party.GROUP)
        others = [slug for slug in self.fighters if slug not in self.having(*ATTACKED_BY)]
        return _sides_of(self.attackers, others, self) if self.attackers and others else None

    def _enemies_by_conflict(self):
        """Return the Sides by the sides of the conflict, in their order there; None unless forces are on two."""
        sides = self.conflict["sides"] if self.conflict else []
        day = self.document["when"]["earliest"] or self.document["when"]["latest"] or ""
        found = {}
        for slug in self.having(InvolvementRole.PARTY):
            line = [slug, *self.force(slug)["within"]]
            for side in sides:
                if any(_covers(each, day) for each in side["members"] if each["force"]["slug"] in line):
                    found.setdefault(side["slug"], []).append(slug)
        return _sides_of(*found.values(), self) if len(found) == 2 else None

    def side_of(self, casualty, sides):
        """Return the side, `a` or `b`, to which victims belonged; None if it is not clear."""
        slug = casualty["victim"]["force"]
        if slug in sides.a or slug in sides.b:
            return "a" if slug in sides.a else "b"
        words = casualty["victim"]["group"]
        for side, slugs in (("a", sides.a), ("b", sides.b)):
            if words and slugs and words == of_one_of(self.force(each)["name"] for each in slugs):
                return side
        return None if slug else sides.of_party(self.party_of(casualty))

    @cached_property
    def civilians_targeted(self):
        """Whether civilians were a target: named as one, or the only people harmed where only one side fought."""
        named = any(self.party(slug) == Party.CIVILIANS for slug in self.having(InvolvementRole.TARGET))
        return named or (self.enemies is None and self.only_civilians_harmed)

    @cached_property
    def only_civilians_targeted(self):
        """Whether civilians were the only target."""
        targets = self.having(InvolvementRole.TARGET)
        only = all(self.party(slug) == Party.CIVILIANS for slug in targets)
        return self.civilians_targeted and only

    @property
    def only_civilians_harmed(self):
        victims = [self.party_of(each) for each in self.document["casualties"]]
        return bool(victims) and set(victims) == {Party.CIVILIANS}

    @cached_property
    def dead(self):
        """The estimates of people whom the incident killed, attackers included, by their uids."""
        return {
            each["uid"]: each
            for each in self.document["casualties"]
            if each["harm"] == Harm.KILLED and each["counted_as"] != CountedAs.NOT_CAUSED
        }

    @cached_property
    def killed(self):
        """These estimates, each without the people whom others within it count, unless nobody is left."""
        alone = by_group(map(line_of_document, self.dead.values()), lambda line: line.name)
        return [
            self.dead[uid]
            | {
                bound: None if self.dead[uid][bound] is None else getattr(rest, bound)
                for bound in ("low", "best", "high")
            }
            for uid, rest in alone.items()
            # Of a part of which nobody says how many they were, the whole counts all.
            if not (rest.missing and self.dead[uid]["within"] in self.dead)
        ]

    @property
    def wholes(self):
        """These estimates, without those within others, whose people are counted there."""
        return [each for each in self.dead.values() if each["within"] not in self.dead]

    def not_caused(self, casualty):
        """Return how many of the people of an estimate the incident did not kill."""
        parts = (each for each in self.document["casualties"] if each["within"] == casualty["uid"])
        return sum(each["best"] or 0 for each in parts if each["counted_as"] == CountedAs.NOT_CAUSED)

    @property
    def bounds(self):
        """The lowest and highest number of all killed together, if they differ from the sums of the estimates."""
        summed = total_of(
            [line_of_document(each, each) for each in self.dead.values()],
            lambda line: line.row["counted_as"] == CountedAs.VICTIMS,
        )
        own, attackers = self.document["killed"], self.document["attackers_killed"]
        beyond = own.get("contradictory") or {"low": 0, "high": 0}
        return {
            bound: own[bound] + beyond[bound] + (attackers[bound] or 0)
            for bound in ("low", "high")
            if own[bound] is not None and own[bound] + beyond[bound] != getattr(summed, bound)
        }

    # Where

    @cached_property
    def places(self):
        """The documents of its place and of all places that contain it, the nearest first."""
        return self.line("place", self.document["place"]["slug"]) if self.document["place"] else []

    def place(self, kind):
        """Return the nearest place of a kind; None if there is none."""
        return next((each for each in self.places if each["kind"] == kind), None)

    def name_of(self, kind, suffix=""):
        """Return the name of the nearest place of a kind, with a suffix; empty text if there is none."""
        place = self.place(kind)
        return f"{place['name']}{suffix}" if place else ""

    @cached_property
    def conflict(self):
        """The document of its conflict; None if it names none."""
        link = self.document["conflict"]
        return self.named.get(("conflict", link["slug"])) if link else None

    @cached_property
    def country(self):
        """What its country is called in other datasets, or nothing."""
        place = self.place(PlaceKind.COUNTRY)
        countries = self.theatre["countries"]
        only = countries[0] if len(countries) == 1 else ""
        return COUNTRIES.get(place["pcode"] if place and place["pcode"] else only, {})

    @cached_property
    def spot(self):
        """The point of the incident, or else of its place, or else of the nearest place around it."""
        own, place, point = (self.document[name] for name in ("location_precision", "place", "point"))
        own = LocationPrecision(own)
        name, kind = (place["name"], self.places[0]["kind"]) if place else ("", "")
        if point:
            return Spot(point["lat"], point["lon"], name, own, kind)
        for each in self.places:
            if each["lat"] is not None:
                inside = own if each["slug"] == place["slug"] else max(own, PRECISION_OF[each["kind"]], key=exactness)
                return Spot(each["lat"], each["lon"], each["name"], inside, each["kind"])
        return Spot(None, None, name, own, kind)

    def locate(self, row, column):
        """Return the spot, and add a note if it is not the point of the incident or its place."""
        if self.spot.lat is None:
            row.lose(column, Loss.NO_POINT, "Neither its place nor any place around it has a point.")
        elif not self.document["point"] and self.spot.place != self.document["place"]["name"]:
            place = self.document["place"]["name"]
            row.lose(column, Loss.POINT_FROM_ABOVE, f"{place} has no point, so that of {self.spot.place} is used.")
        return self.spot

    # Who says so

    @cached_property
    def passages(self):
        """The passages that support the incident or one of its estimates."""
        claims = [claim for each in self.document["casualties"] for claim in each["claims"]]
        return [each for each in (*self.document["citations"], *claims) if each["stance"] not in NOT_COUNTED]

    @cached_property
    def articles(self):
        """The articles of those passages, in the order of publication."""
        uids = {each["article"] for each in self.passages}
        return sorted((self.named["article", uid] for uid in uids), key=lambda each: (day_of(each) or "9", each["uid"]))


def _sides_of(a, b, record):
    """Return two Sides, each with the party of its first force."""
    return Sides(tuple(a), tuple(b), record.party(a[0]), record.party(b[0]))


def _covers(member, day):
    """Return whether a row of a side holds on a day."""
    period = member["period"]
    return (period["earliest"] or "") <= day <= (period["latest"] or "9999")


def day_of(article):
    """Return the last possible day of publication, or else the first; empty text if neither is known."""
    return article["published"]["latest"] or article["published"]["earliest"] or ""


def exactness(precision):
    """Return the sort key of a precision; the most precise comes first."""
    return list(LocationPrecision).index(precision)


def _holds(code, year):
    """Return whether a code is valid in a year, as far as it says."""
    years = YEARS.search(code)
    return not years or not year or int(years[1]) <= int(year) <= int(years[2] or 9999)


def joined(row, column, texts, by=";"):
    """Return texts joined by semicolons. Semicolons within a text become commas."""
    for text in texts:
        if ";" in text:
            row.lose(column, Loss.SEPARATOR, f"It is written: {text}")
    return by.join(text.replace(";", ",") for text in texts)


def note_alike(row, column, codes, code):
    """Note which of our codes have the same code in the layout as `code`; `codes` maps ours to the layout's."""
    alike = [each.value for each in codes if codes[each] == codes[code] and each != code]
    if alike:
        row.lose(
            column,
            Loss.PRECISION_MERGED,
            f"The record says {code}, which here has the code of {', '.join(alike)}, too.",
        )


def note_open_days(row, columns, when):
    """Add a note for each of two columns whose day is not stated."""
    for column, end in zip(columns, ("earliest", "latest"), strict=True):
        if when[end] is None:
            row.lose(column, Loss.DAY_OPEN, f"No {end} possible day is stated.")


def note_fields(row, record, names):
    """Add notes on the fields of the record for which the layout has no column."""
    for name in record.stated(*names):
        value = record.document[name]
        row.lose("", Loss.FIELD_DROPPED, f"{name}: {', '.join(value) if isinstance(value, list) else value}.")
    if others := record.document["other_places"]:
        row.lose("", Loss.FIELD_DROPPED, f"other_places: {', '.join(each['place']['name'] for each in others)}.")
    time = record.document["time"]
    if time["clock"] or time["parts_of_day"] != ["unknown"]:
        row.lose("", Loss.FIELD_DROPPED, f"time: {time['clock'] or time['parts_of_day'][0]}.")
    if record.document["forces"]:
        row.lose("", Loss.ROLES_DROPPED, f"{'; '.join(dict.fromkeys(map(_role, record.document['forces'])))}.")


def _role(force):
    """Return the role of a force in words, and whether it had it."""
    aside = f" ({force['standing']})" if force["standing"] != Standing.TOOK_PART else ""
    return f"{force['name']}: {force['role']}{aside}"


def note_other_harm(row, record, column):
    """Add notes on casualties that are not counted: not killed, or already counted by another estimate."""
    for each in record.document["casualties"]:
        if each["harm"] != Harm.KILLED:
            row.lose(
                column,
                Loss.HARM_LEFT_OUT,
                f"{each['uid']}: {numbers(each)} {each['harm']} of {victims(each)}.",
            )
        elif each["uid"] not in record.dead:
            row.lose(column, Loss.NOT_CAUSED, f"{each['uid']}: {numbers(each)} of {victims(each)}.")
        elif each["within"] in record.dead:
            row.lose(
                column,
                Loss.SUBSET,
                f"{each['uid']}: {numbers(each)} of {victims(each)}, within {each['within']}.",
            )


def victims(casualty):
    """Return in words who was harmed."""
    force, status = casualty["victim"]["force"], casualty["victim"]["status"]
    known = [casualty["victim"][name] for name in ("group", "occupation", "age_group", "sex")]
    told = [each for each in known if each not in {"", AgeGroup.UNKNOWN}]
    return ", ".join([f"{force} ({status})" if force else status, *told])


def numbers(casualty):
    """Return an estimate in words, such as `4`, `2 to 5, best 3` or `7 to open, best not stated`."""
    low, best, high = casualty["low"], casualty["best"], casualty["high"]
    if low == best == high:
        return "not stated" if best is None else str(best)
    words = ["not stated" if bound is None else str(bound) for bound in (low, best)]
    return f"{words[0]} to {'open' if high is None else high}, best {words[1]}"
