"""Plans for the rows of a file: what an import would do with each of them. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from django.core.exceptions import ValidationError

from operations.models import Conflict, Force, Place
from publication.documents import kind_of
from publication.models import Revision
from records.choices import CLOSED, IN_WORDS, State
from records.history import history
from sources.models import Article

from ..choices import AgeGroup, Basis, CountedAs, LocationPrecision, Sex
from ..documents import incidents
from ..figures.alliances import of_one_of
from ..models import DatasetCode, ExternalId, Incident
from .doubts import NEW, Doubts, RowDecision
from .matching import Army, Conflicts, Gazetteer, UnknownName
from .statements import IMPORT_SOURCE, ImportLayout, RowError, Stated
from .table_files import FileRow, TableFile

#: How many rows are checked together, and written in one transaction.
ROWS_AT_ONCE = 500

#: The columns of an incident that an import fills.
FILLED_FIELDS = (
    "title", "summary", "kind", "methods", "weapons", "target", "earliest_on", "latest_on", "earliest_at", "latest_at",
    "part_of_day", "time_as_reported", "location_precision", "place_as_reported", "latitude", "longitude",
    "violence_type", "attribution", "clarity", "killed_low", "killed_high",
)  # fmt: skip


class Fate(StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    CHANGE = "change"
    ATTACH = "attach"
    HOLD = "hold back"
    LEAVE = "leave alone"
    REFUSE = "refuse"


@dataclass
class Plan:
    """What an import does with one row, and why."""

    line: int
    code: str
    fate: Fate
    sentence: str = ""
    record: str = ""
    stated: Stated | None = None
    place: Place | None = None
    conflict: Conflict | None = None
    forces: dict = field(default_factory=dict)
    missing: list[UnknownName] = field(default_factory=list)
    incident: Incident | None = None
    values: dict = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    #: What a person decided on the row, if it may be about a known incident.
    decided: RowDecision | None = None

    def remark(self):
        """Return what to report about the row, in sentences."""
        return " ".join(filter(None, [self.sentence, *(f"{each}." for each in self.missing)]))


class Planning:
    """The import of one file, as far as it only reads: what to do with each row."""

    def __init__(
        self, table: TableFile, layout: ImportLayout, *, by, approved_by=None, update=False, create=(), decisions=None
    ):
        self.table, self.layout, self.by, self.approved_by, self.update = table, layout, by, approved_by, update
        self.places, self.forces = Gazetteer("places" in create), Army("forces" in create)
        self.conflicts = Conflicts(self.forces, "conflicts" in create)
        self.article = Article.objects.filter(outlet__slug=layout.outlet["slug"], sha256=table.sha256).first()
        #: What people decided on rows, by their ids.
        self.decisions = decisions or {}
        self.doubts = Doubts()
        #: The slugs of the records that the rows need, in the order of the rows: new ones, and known ones.
        self.new, self.used = ({Place: {}, Force: {}, Conflict: {}} for _ in range(2))

    def check(self) -> Iterator[Plan]:
        """Yield a plan for each row. Nothing is written."""
        for batch in self.batches():
            for plan in batch:
                for row in self.needs(plan):
                    (self.used if row.pk else self.new)[type(row)].setdefault(row.slug)
                yield plan

    def batches(self):
        """Yield the plans of the rows in batches."""
        seen = {}
        rows = iter(self.table.rows())
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            plans = [self.read(row, seen) for row in batch]
            self.look_up([plan for plan in plans if plan.fate is Fate.CREATE])
            for plan in plans:
                if plan.fate is Fate.CREATE or (plan.incident and self.update):
                    self.match(plan)
            self.compare([plan for plan in plans if plan.incident and plan.values])
            self.hold_back([plan for plan in plans if plan.fate is Fate.CREATE])
            yield plans

    def read(self, row, seen):
        """Return the plan for a row before the database is asked: create it, leave it alone, or refuse it."""
        if not isinstance(row, FileRow):
            line, sentence = row
            return Plan(line, "", Fate.REFUSE, sentence)
        plan = Plan(row.line, row[self.layout.columns[0]], Fate.CREATE)
        try:
            plan.stated = stated = self.layout.states(row)
        except RowError as error:
            plan.fate, plan.sentence = Fate.REFUSE, str(error)
            return plan
        plan.code, plan.record = stated.code, stated.title
        line, said = seen.setdefault(stated.code, (row.line, hash(stated)))
        if line != row.line and said != hash(stated):
            plan.fate = Fate.REFUSE
            plan.sentence = f"Line {line} has the same id {stated.code}, with other values."
        elif line != row.line:
            plan.fate, plan.sentence = Fate.LEAVE, f"Same as line {line}."
        elif stated.outside:
            plan.fate, plan.sentence = Fate.LEAVE, stated.outside
        return plan

    def look_up(self, plans):
        """Leave alone the rows whose incident is known. Refuse those with a uid of ours that does not exist."""
        codes = [plan.code for plan in plans]
        ids = ExternalId.objects.filter(scheme=self.layout.scheme, code__in=codes).select_related("incident")
        known = {each.code: each.incident for each in ids}
        uids = [plan.stated.uid for plan in plans if plan.stated.uid]
        ours = {incident.uid: incident for incident in Incident.objects.filter(uid__in=uids)} if uids else {}
        for plan in plans:
            incident, uid = known.get(plan.code), plan.stated.uid
            if uid and uid not in ours:
                plan.fate = Fate.REFUSE
                plan.sentence = f"There is no incident {uid}. Remove the uid to create a new incident."
            elif uid and incident and incident.uid != uid:
                plan.fate = Fate.REFUSE
                plan.sentence = f"The id {plan.code} belongs to {incident.uid}, not to {uid}."
            elif incident := incident or ours.get(uid):
                plan.fate, plan.record, plan.incident = Fate.LEAVE, incident.uid, incident
                plan.sentence = "Already known."

    def match(self, plan):
        """Find the forces and the place of a row, and the values of its record; or refuse it."""
        stated = plan.stated
        try:
            for party in [each for named in stated.parties for each in self.forces.all_of(named)]:
                force = self.forces.find(party)
                if isinstance(force, UnknownName):
                    plan.missing.append(force)
                else:
                    plan.forces[party] = force
            if stated.conflict:
                conflict = self.conflicts.find(stated.conflict, stated.code)
                if isinstance(conflict, UnknownName):
                    plan.missing.append(conflict)
                else:
                    plan.conflict = conflict
            figures = self.figures(plan)
            # The place comes last: what is created for it is needed by then.
            found = self.places.find(stated.where)
            values = self.values(stated, found)
            self.judge(stated, values)
        except RowError as error:
            plan.fate, plan.sentence = Fate.REFUSE, str(error)
            return
        plan.place = found.place
        plan.missing += found.missing
        plan.sentence = " ".join(filter(None, [plan.sentence, *stated.remarks]))
        forces = {(force.slug, party.role) for party, force in plan.forces.items()}
        plan.values = values | {
            "figures": figures,
            "forces": forces,
            "conflict": plan.conflict and plan.conflict.slug,
            "dataset_codes": dict(stated.dataset_codes),
            "results": {(each.kind, each.what): (each.low, each.high, each.unit) for each in stated.results},
        }

    def hold_back(self, plans):
        """Hold back the rows that may be about an incident that is known, unless a person decided on them."""
        named = {each.decision for each in self.decisions.values()}
        ours = {each.uid: each for each in Incident.objects.filter(uid__in=named)} if named else {}
        for plan, doubts in zip(plans, self.doubts.of(plans), strict=True):
            plan.decided = self.decisions.get(plan.code)
            if plan.decided and plan.decided.decision != NEW:
                self.attach_to(plan, ours.get(plan.decided.decision))
            elif doubts and not plan.decided:
                plan.fate = Fate.HOLD
                plan.sentence = " ".join(filter(None, [f"May be {'; or '.join(map(str, doubts))}.", plan.sentence]))

    def attach_to(self, plan, incident):
        """Plan to attach a row to a known incident; refuse it if that does not exist or is closed."""
        if incident is None or incident.state in CLOSED:
            why = f"It is {IN_WORDS[State(incident.state)]}" if incident else "There is no such incident"
            plan.fate = Fate.REFUSE
            plan.sentence = f"It cannot be attached to {plan.decided.decision}. {why}. Correct the decision."
            return
        plan.fate, plan.incident, plan.record = Fate.ATTACH, incident, incident.uid

    def judge(self, stated, values):
        """Raise RowError if a value breaks the rules of its column."""
        try:
            Incident(**{name: values[name] for name in FILLED_FIELDS}).clean_fields(
                exclude=["place", "phase", "operation", "conflict"]
            )
            ExternalId(scheme=stated.scheme, code=stated.code).clean_fields(exclude=["incident"])
            for scheme, code in stated.dataset_codes:
                DatasetCode(scheme=scheme, code=code).clean_fields(exclude=["incident"])
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise RowError(f"{name}: {' '.join(messages)}") from error

    def figures(self, plan):
        """Return the figures of a row by their victims. Raise RowError if two of them are about the same people."""
        stated = plan.stated.figures
        groups = [
            (self.slug(plan, figure.party), figure.status, figure.harm, self.words(figure.party)) for figure in stated
        ]
        if len(set(groups)) < len(groups):
            raise RowError("Two of its figures are about the same victims, because both sides are the same force here.")
        bounds = [(figure.low, figure.best, figure.high, figure.note) for figure in stated]
        return dict(zip(groups, bounds, strict=True))

    def slug(self, plan, party):
        return plan.forces[party].slug if party in plan.forces else None

    def words(self, party):
        """Return in words to which forces people belonged if the row names several as one; else empty text."""
        members = self.forces.all_of(party) if party else ()
        return of_one_of({self.forces.find(each).name for each in members}) if len(members) > 1 else ""

    def values(self, stated, found):
        """Return the values of the record's columns, and the slug of its place."""
        where, place = stated.where, found.place
        precision = where.precision if place else LocationPrecision.UNKNOWN
        own = where.point
        if own and place and found.named and place.latitude is not None:
            # The point of the named place itself adds nothing.
            own = own if own != (place.latitude, place.longitude) else None
        return {
            **{name: getattr(stated, name) for name in FILLED_FIELDS if hasattr(stated, name)},
            "methods": list(stated.methods),
            "weapons": list(stated.weapons),
            "location_precision": precision,
            "place_as_reported": where.as_reported,
            "latitude": own and own[0],
            "longitude": own and own[1],
            "place": place and place.slug,
        }

    def compare(self, plans):
        """Plan to change the records that differ from their rows, unless people have edited them."""
        there = incidents().in_bulk([plan.incident.pk for plan in plans]) if plans else {}
        for plan in plans:
            incident = plan.incident = there[plan.incident.pk]
            now = held(incident)
            plan.differing = [name for name, value in plan.values.items() if now[name] != value]
            if not plan.differing:
                plan.sentence = "Already known, with the same values."
            elif incident.state in CLOSED:
                plan.sentence = f"It was {incident.get_state_display().lower()}."
            elif others := sorted({each.scheme for each in incident.external_ids.all()} - {plan.stated.scheme}):
                names = ", ".join(others)
                plan.sentence = f"{names} has it too. The file differs in: {', '.join(plan.differing)}."
            elif any(edit.source != IMPORT_SOURCE for edit in history(incident)):
                plan.sentence = f"People have edited it. The file differs in: {', '.join(plan.differing)}."
            else:
                plan.fate = Fate.CHANGE
                plan.sentence = " ".join([f"Changes: {', '.join(plan.differing)}.", *plan.stated.remarks])

    def needs(self, plan):
        """Return the places, forces and conflict that a row names, each after everything that it needs itself."""
        if plan.fate not in {Fate.CREATE, Fate.CHANGE}:
            return []
        sides = self.conflicts.sides[plan.conflict.slug] if plan.conflict and plan.conflict.pk is None else {}
        members = [force for forces in sides.values() for force, _ in forces.values()]
        named = [row for row in [plan.place, *plan.forces.values(), *members] if row]
        nested = [each for row in named for each in reversed(row.line())]
        return [*nested, plan.conflict] if plan.conflict else nested

    def not_published(self):
        """Return the known records that the rows name and whose current version is not published."""
        lines = []
        named = [(model, set(slugs)) for model, slugs in self.used.items()]
        if self.article:
            named.append((Article, {self.article.uid}))
        for model, uids in named:
            (key,) = model.key
            approved = set(model.objects.filter(state=State.APPROVED).values_list(key, flat=True))
            kind = kind_of(model())
            served = set(Revision.objects.served().of(kind.name).values_list("uid", flat=True))
            lines += [f"{kind.name} {uid}" for uid in sorted(uids - (approved & served))]
        return lines


def row_locator(code, line=1):
    """Return where in the file a passage is: the id of its row, or its line if the id is too long."""
    locator = f"id {code}"
    return locator if len(locator) <= 40 else f"line {line}"


def group_of(casualty):
    force = casualty.victim_force
    return force and force.slug, casualty.victim_status, casualty.harm, casualty.victim_group


def stated_by_rows(incident):
    """Return the casualties that a row can state; those that a person told apart further are left alone."""
    known = [each for each in incident.casualties.all() if each.within_id is None]
    return [
        each
        for each in known
        if (each.basis == Basis.DATASET or not each.victim_group)
        and not each.occupation
        and (each.age_group, each.sex, each.counted_as) == (AgeGroup.UNKNOWN, Sex.UNKNOWN, CountedAs.VICTIMS)
    ]


def figure_of(casualty):
    return casualty.low, casualty.best, casualty.high, casualty.note


def held(incident):
    """Return the values of a record in the form in which a row states them."""
    return {
        **{name: getattr(incident, name) for name in FILLED_FIELDS},
        "place": incident.place and incident.place.slug,
        "conflict": incident.conflict and incident.conflict.slug,
        "dataset_codes": {each.scheme: each.code for each in incident.dataset_codes.all()},
        "results": {(each.kind, each.what): (each.low, each.high, each.unit) for each in incident.results.all()},
        "forces": {(each.force.slug, each.role) for each in incident.involvements.all()},
        "figures": {group_of(each): figure_of(each) for each in stated_by_rows(incident)},
    }
