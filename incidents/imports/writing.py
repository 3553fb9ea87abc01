"""Checking a whole file of events against the database, and writing it, batch by batch.

Nothing is written before every row was checked. Then each batch is one transaction: an import that was stopped goes on
when it is run again, because the ids that are known by then are left alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

import pghistory
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from operations.models import Force, ForceCode, Place
from publication.documents import kind_of
from publication.models import Review, Revision
from publication.publish import Refused, reproject
from publication.review import approve_many, submit
from records.choices import State
from records.history import history
from records.triggers import reviewing
from sources.choices import Supports
from sources.models import Article, Outlet

from ..choices import Basis, LocationPrecision, Qualifier
from ..documents import incidents
from ..models import Casualty, Claim, ExternalId, Incident, IncidentCitation, Involvement
from .bulk import insert
from .matching import Army, Gazetteer, Missing
from .reading import Row, Table
from .stating import SOURCE, Layout, RowError, Stated

#: The advisory lock that one import holds at a time.
LOCK = 0x494D5052

#: How many rows are checked at once, and written in one transaction.
BATCH = 500

SUPPORTS = [Supports.WHEN, Supports.PLACE, Supports.FORCES, Supports.CASUALTIES]

#: The columns of an incident that an import fills.
FIELDS = (
    "title", "summary", "kind", "methods", "target", "earliest_on", "latest_on", "location_precision",
    "place_as_reported", "latitude", "longitude", "attribution", "clarity", "killed_low", "killed_high",
)  # fmt: skip


class ImportStopped(Exception):
    """Raised if an import cannot begin or go on; says why, and what was written."""


@contextmanager
def alone():
    """Let no other import run until the block ends, so that what this one knows stays true. Raises ImportStopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            raise ImportStopped("Another import is running. Start this one when it has ended.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class Fate(StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    CHANGE = "change"
    LEAVE = "leave alone"
    REFUSE = "refuse"


@dataclass
class Plan:
    """What is to be done with one row."""

    line: int
    code: str
    fate: Fate
    sentence: str = ""
    record: str = ""
    stated: Stated | None = None
    place: Place | None = None
    forces: dict = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    incident: Incident | None = None
    values: dict = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    def told(self):
        """Return what to tell of the row, in sentences."""
        return " ".join(filter(None, [self.sentence, *(f"{each}." for each in self.missing)]))


class Import:
    """One file on its way into the database."""

    def __init__(self, table: Table, layout: Layout, *, by, approved_by=None, update=False, create=()):
        self.table, self.layout, self.by, self.approved_by, self.update = table, layout, by, approved_by, update
        self.places, self.forces = Gazetteer("places" in create), Army("forces" in create)
        self.article = Article.objects.filter(outlet__slug=layout.outlet["slug"], sha256=table.sha256).first()
        #: The slugs of the places and forces that the rows need, in the order of the rows: to enter, and known.
        self.new, self.used = ({Place: {}, Force: {}} for _ in range(2))

    def check(self) -> Iterator[Plan]:
        """Yield what would be done with each row. Nothing is written."""
        for batch in self.batches():
            for plan in batch:
                for row in self.needs(plan):
                    (self.used if row.pk else self.new)[type(row)].setdefault(row.slug)
                yield plan

    def write(self) -> Iterator[Plan]:
        """Do what `check` yielded, and yield it again with the uids. Raises ImportStopped."""
        reason = f"Import of {self.table.path.name}"
        with pghistory.context(user=self.by.pk, source=SOURCE, reason=reason):
            for batch in self.batches():
                try:
                    self.write_batch(batch, reason)
                except (DatabaseError, ValidationError, Refused) as error:
                    said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                    raise ImportStopped(
                        f"Stopped at lines {batch[0].line} to {batch[-1].line}: {said.splitlines()[0]} "
                        "What was written before stays; the same command goes on from there."
                    ) from error
                yield from batch

    def batches(self):
        """Yield the plans of the rows, a batch at a time."""
        seen = {}
        rows = iter(self.table.rows())
        while batch := list(islice(rows, BATCH)):
            plans = [self.read(row, seen) for row in batch]
            self.look_up([plan for plan in plans if plan.fate is Fate.CREATE])
            for plan in plans:
                if plan.fate is Fate.CREATE or (plan.incident and self.update):
                    self.match(plan)
            self.compare([plan for plan in plans if plan.incident and plan.values])
            yield plans

    def read(self, row, seen):
        """Return what a row states as a plan to create it, or to leave it alone, or its refusal."""
        if not isinstance(row, Row):
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
            plan.sentence = f"The id {stated.code} stands on line {line} already, with other values."
        elif line != row.line:
            plan.fate, plan.sentence = Fate.LEAVE, f"The same as line {line}."
        elif stated.outside:
            plan.fate, plan.sentence = Fate.LEAVE, stated.outside
        return plan

    def look_up(self, plans):
        """Leave alone the rows whose incident is known; refuse those that name one of ours that does not exist."""
        codes = [plan.code for plan in plans]
        ids = ExternalId.objects.filter(scheme=self.layout.scheme, code__in=codes).select_related("incident")
        known = {each.code: each.incident for each in ids}
        uids = [plan.stated.uid for plan in plans if plan.stated.uid]
        ours = {incident.uid: incident for incident in Incident.objects.filter(uid__in=uids)} if uids else {}
        for plan in plans:
            incident, uid = known.get(plan.code), plan.stated.uid
            if uid and uid not in ours:
                plan.fate = Fate.REFUSE
                plan.sentence = f"There is no incident {uid}. Take the uid out to enter a new incident."
            elif uid and incident and incident.uid != uid:
                plan.fate = Fate.REFUSE
                plan.sentence = f"The id {plan.code} belongs to {incident.uid}, not to {uid}."
            elif incident := incident or ours.get(uid):
                plan.fate, plan.record, plan.incident = Fate.LEAVE, incident.uid, incident
                plan.sentence = "It is known."

    def match(self, plan):
        """Find the forces and the place of a row, and what its record would hold; or refuse it."""
        stated = plan.stated
        try:
            for party in stated.parties:
                force = self.forces.find(party)
                if isinstance(force, Missing):
                    plan.missing.append(force)
                else:
                    plan.forces[party] = force
            figures = self.figures(plan)
            # The place comes last: what is entered for it is needed.
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
        plan.values = values | {"figures": figures, "forces": forces}

    def judge(self, stated, values):
        """Raise RowError if the rules of a single column are broken."""
        try:
            Incident(**{name: values[name] for name in FIELDS}).clean_fields(exclude=["place", "phase", "operation"])
            ExternalId(scheme=stated.scheme, code=stated.code).clean_fields(exclude=["incident"])
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise RowError(f"{name}: {' '.join(messages)}") from error

    def figures(self, plan):
        """Return the figures of a row by their victims; raise RowError if two of them are about the same people."""
        stated = plan.stated.figures
        groups = [(self.slug(plan, figure.party), figure.status, figure.harm) for figure in stated]
        if len(set(groups)) < len(groups):
            raise RowError("Two of its figures are about the same victims: both sides are one force here.")
        bounds = [(figure.low, figure.best, figure.high, figure.note) for figure in stated]
        return dict(zip(groups, bounds, strict=True))

    def slug(self, plan, party):
        return plan.forces[party].slug if party in plan.forces else None

    def values(self, stated, found):
        """Return the columns of the record, by name, and the slug of its place."""
        where, place = stated.where, found.place
        precision = where.precision if place else LocationPrecision.UNKNOWN
        own = where.point
        if own and place and found.named and place.latitude is not None:
            # The middle of the named area, or the very point of the named place, says nothing new.
            own = own if where.exact and own != (place.latitude, place.longitude) else None
        return {
            **{name: getattr(stated, name) for name in FIELDS if hasattr(stated, name)},
            "methods": list(stated.methods),
            "location_precision": precision,
            "place_as_reported": where.as_reported,
            "latitude": own and own[0],
            "longitude": own and own[1],
            "place": place and place.slug,
        }

    def compare(self, plans):
        """Turn the plans whose record says something else into plans to change it, unless people had a hand in it."""
        there = incidents().in_bulk([plan.incident.pk for plan in plans]) if plans else {}
        for plan in plans:
            incident = plan.incident = there[plan.incident.pk]
            held = _held(incident)
            plan.differing = [name for name, value in plan.values.items() if held[name] != value]
            if not plan.differing:
                plan.sentence = "It is known and says the same."
            elif incident.state in {State.WITHDRAWN, State.MERGED}:
                plan.sentence = f"It was {incident.get_state_display().lower()}."
            elif any(edit.source != SOURCE for edit in history(incident)):
                plan.sentence = f"People have edited it; the file says otherwise in: {', '.join(plan.differing)}."
            else:
                plan.fate = Fate.CHANGE
                plan.sentence = " ".join([f"Changes: {', '.join(plan.differing)}.", *plan.stated.remarks])

    def needs(self, plan):
        """Return the places and forces that a row names, each after everything that it is part of."""
        if plan.fate not in {Fate.CREATE, Fate.CHANGE}:
            return []
        return [each for row in [plan.place, *plan.forces.values()] if row for each in reversed(row.line())]

    def not_published(self):
        """Return the records that readers do not see as they stand, though the rows name them."""
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

    def enter(self, plans, reason):
        """Enter the dataset, places and forces that the rows need and nobody knows; approve them if the import is."""
        entered = [self.enter_article()] if self.article is None else []
        new = {(type(row), row.slug): row for plan in plans for row in self.needs(plan) if row.pk is None}
        for model in (Place, Force):
            rows = [row for (kind, _), row in new.items() if kind is model]
            for row in rows:
                row.state = State.IN_REVIEW
            for depth in sorted({len(row.line()) for row in rows}):
                model.objects.bulk_create(row for row in rows if len(row.line()) == depth)
            entered.append(rows)
        codes = self.forces.new_codes
        with reviewing():
            ForceCode.objects.bulk_create(codes[row.slug] for row in entered[-1] if row.slug in codes)
        for records in filter(None, entered):
            self.hand_over(records, reason)
            if self.approved_by:
                approve_many(records, by=self.approved_by, comment=reason)

    def enter_article(self):
        outlet, _ = Outlet.objects.get_or_create(slug=self.layout.outlet["slug"], defaults=self.layout.outlet)
        self.article = Article.objects.create(
            outlet=outlet,
            title=f"{self.layout.title} ({self.table.path.name})"[:500],
            licence=self.layout.licence,
            sha256=self.table.sha256,
            state=State.IN_REVIEW,
        )
        return [self.article]

    def hand_over(self, records, reason):
        """Keep in the review of new records who brought them."""
        kind, model = kind_of(records[0]).name, type(records[0])
        uids = model.objects.filter(pk__in=[record.pk for record in records]).values_list(*model.key, flat=True)
        steps = [
            Review(kind=kind, uid=uid, before=State.DRAFT, after=State.IN_REVIEW, by=self.by, comment=reason)
            for uid in uids.order_by("pk")
        ]
        Review.objects.bulk_create(steps)

    @transaction.atomic
    def write_batch(self, plans, reason):
        """Write the rows of one batch, all or none, and publish them if the import is approved."""
        creating = [plan for plan in plans if plan.fate is Fate.CREATE]
        changing = [plan for plan in plans if plan.fate is Fate.CHANGE]
        if creating or changing:
            self.enter(creating + changing, reason)
        if creating:
            with reviewing():
                self.create(creating)
            self.hand_over([plan.incident for plan in creating], reason)
        for plan in changing:
            self.change(plan)
            plan.incident.refresh_from_db(fields=["state"])
            if plan.incident.state != State.IN_REVIEW:
                submit(plan.incident, by=self.by, comment=reason)
        written = [plan.incident for plan in creating + changing]
        if self.approved_by and written:
            revisions = approve_many(written, by=self.approved_by, comment=reason)
            if changing:
                reproject(revisions, by=self.approved_by.get_username())

    def create(self, plans):
        """Write new incidents with all their parts, in one statement for each table."""
        for plan in plans:
            columns = {name: plan.values[name] for name in FIELDS}
            plan.incident = Incident(**columns, place=plan.place, state=State.IN_REVIEW)
        insert([plan.incident for plan in plans])
        for plan in plans:
            plan.record = plan.incident.uid
        insert([ExternalId(incident=plan.incident, scheme=plan.stated.scheme, code=plan.code) for plan in plans])
        insert([self.citation(plan) for plan in plans])
        insert([self.involvement(plan, *each) for plan in plans for each in _forces(plan)])
        casualties = [
            (plan, self.casualty(plan, group, figure))
            for plan in plans
            for group, figure in plan.values["figures"].items()
        ]
        insert([casualty for _, casualty in casualties])
        insert([self.claim(plan, casualty) for plan, casualty in casualties])

    def change(self, plan):
        """Let a record say what the row says now. A figure that it replaces keeps its claim, superseded."""
        incident = plan.incident
        columns = [name for name in plan.differing if name in FIELDS]
        for name in columns:
            setattr(incident, name, plan.values[name])
        if "place" in plan.differing:
            incident.place = plan.place
            columns.append("place")
        if columns:
            incident.save(update_fields=columns)
        if "forces" in plan.differing:
            for each in incident.involvements.all():
                if (each.force.slug, each.role) not in plan.values["forces"]:
                    each.delete()
            held = _held(incident)["forces"]
            for force, role in _forces(plan):
                if (force.slug, role) not in held:
                    self.involvement(plan, force, role).save()
        if "figures" in plan.differing:
            self.change_figures(plan)
        if not incident.citations.filter(article=self.article, locator=self.locator(plan)).exists():
            self.citation(plan).save()

    def change_figures(self, plan):
        figures = dict(plan.values["figures"])
        for casualty in plan.incident.casualties.all():
            figure = figures.pop(_group(casualty), None)
            if figure is None:
                casualty.delete()
            elif figure != _figure(casualty):
                casualty.low, casualty.best, casualty.high, casualty.note = figure
                casualty.save(update_fields=["low", "best", "high", "note"])
                self.supersede(plan, casualty)
        for group, figure in figures.items():
            casualty = self.casualty(plan, group, figure)
            casualty.save()
            self.claim(plan, casualty).save()

    def supersede(self, plan, casualty):
        """Give a changed figure its claim; the one that another version of the file made stays beside it."""
        claim = self.claim(plan, casualty)
        before = casualty.claims.filter(used=True).order_by("uid").last()
        if before and before.article_id == self.article.pk:
            before.low, before.high, before.qualifier = claim.low, claim.high, claim.qualifier
            before.save(update_fields=["low", "high", "qualifier"])
            return
        if before:
            before.used, before.unused_because = False, "A newer version of the dataset gives another figure."
            before.save(update_fields=["used", "unused_because"])
        claim.supersedes = before
        claim.save()

    def locator(self, plan):
        """Return where in the file the passage stands: the id of its row, or its line where the id is too long."""
        locator = f"id {plan.code}"
        return locator if len(locator) <= 40 else f"line {plan.line}"

    def citation(self, plan):
        return IncidentCitation(
            incident=plan.incident,
            article=self.article,
            locator=self.locator(plan),
            said_by=plan.stated.said_by,
            supports=SUPPORTS,
        )

    def involvement(self, plan, force, role):
        return Involvement(incident=plan.incident, force=force, role=role)

    def casualty(self, plan, group, figure):
        slug, status, harm = group
        low, best, high, note = figure
        force = next((force for force in plan.forces.values() if force.slug == slug), None)
        return Casualty(
            incident=plan.incident,
            victim_force=force,
            victim_status=status,
            harm=harm,
            low=low,
            best=best,
            high=high,
            basis=Basis.DATASET,
            note=note,
        )

    def claim(self, plan, casualty):
        """Return what the row says of a figure: its bounds, or its one number."""
        stated = [value for value in (casualty.low, casualty.best, casualty.high) if value is not None]
        low, high = min(stated), max(stated)
        if casualty.best is None and casualty.high is None:
            low, high, qualifier = low, None, Qualifier.AT_LEAST
        elif casualty.best is None and casualty.low is None:
            low, high, qualifier = None, high, Qualifier.AT_MOST
        else:
            qualifier = Qualifier.EXACT if low == high else Qualifier.RANGE
        return Claim(
            casualty=casualty,
            article=self.article,
            locator=self.locator(plan),
            said_by=plan.stated.said_by,
            supports=[Supports.CASUALTIES],
            low=low,
            high=high,
            qualifier=qualifier,
        )


def _forces(plan):
    """Return the forces of a row and their roles, each once."""
    return {(force.slug, party.role): (force, party.role) for party, force in plan.forces.items()}.values()


def _group(casualty):
    force = casualty.victim_force
    return force and force.slug, casualty.victim_status, casualty.harm


def _figure(casualty):
    return casualty.low, casualty.best, casualty.high, casualty.note


def _held(incident):
    """Return what a record holds, in the shape of what a row states."""
    return {
        **{name: getattr(incident, name) for name in FIELDS},
        "place": incident.place and incident.place.slug,
        "forces": {(each.force.slug, each.role) for each in incident.involvements.all()},
        "figures": {_group(each): _figure(each) for each in incident.casualties.all()},
    }
