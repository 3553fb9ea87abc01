"""Writing the events of a file in batches.

Nothing is written before every row has been checked. Then each batch is one transaction. An import that was stopped
continues when it is run again, because ids that are already known are left alone.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pghistory
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from operations.choices import Qualifier
from publication.publish import PublishRefused
from publication.review import approve, submit
from records.choices import State
from records.duplicates import tell_apart
from records.rules import refuse_errors
from records.triggers import reviewing
from sources.choices import Supports

from ..choices import Basis
from ..duplicates import duplicates_of
from ..models import (
    Casualty,
    Claim,
    DatasetCode,
    DistinctIncidents,
    ExternalId,
    Incident,
    IncidentCitation,
    IncidentResult,
    Involvement,
)
from .bulk import insert
from .entering import Entering
from .planning import FILLED_FIELDS, Fate, Plan, figure_of, group_of, held, row_locator, stated_by_rows
from .statements import IMPORT_SOURCE

#: The advisory lock that one import holds at a time.
IMPORT_LOCK = 0x494D5052

SUPPORTS = [Supports.WHEN, Supports.PLACE, Supports.FORCES, Supports.CASUALTIES]


class ImportStopped(Exception):
    """Raised if an import cannot begin or continue. The message says why, and what has been written."""


@contextmanager
def alone():
    """Let no other import run within the block, so that what this one has read stays true. Raises ImportStopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [IMPORT_LOCK])
        if cursor.fetchone() != (True,):
            raise ImportStopped("Another import is running. Start this one when the other has finished.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [IMPORT_LOCK])


class Import(Entering):
    """The import of one file: `check` says what would be done, `write` does it."""

    def write(self, around: Callable[[], AbstractContextManager] = nullcontext) -> Iterator[Plan]:
        """Carry out the plans, and yield them with the uids of the records. Raise ImportStopped.

        Each batch is written in a block `around` it.
        """
        reason = f"Import of {self.table.path.name}"
        with pghistory.context(user=self.by.pk, source=IMPORT_SOURCE, reason=reason):
            for batch in self.batches():
                try:
                    with around():
                        self.write_batch(batch, reason)
                except (DatabaseError, ValidationError, PublishRefused) as error:
                    said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                    raise ImportStopped(
                        f"Stopped at lines {batch[0].line} to {batch[-1].line}: {said.splitlines()[0]} "
                        "What was written before is kept. Run the same command again to continue."
                    ) from error
                yield from batch

    @transaction.atomic
    def write_batch(self, plans, reason):
        """Write the rows of one batch, all or none of them, and publish them if the import is approved."""
        creating = [plan for plan in plans if plan.fate is Fate.CREATE]
        changing = [plan for plan in plans if plan.fate is Fate.CHANGE]
        attaching = [plan for plan in plans if plan.fate is Fate.ATTACH]
        if creating or changing or attaching:
            self.enter(creating + changing, reason)
        if creating:
            with reviewing():
                self.create(creating)
            self.hand_over([plan.incident for plan in creating], reason)
            self.tell_apart([plan for plan in creating if plan.decided])
        for plan in changing:
            self.change(plan)
            plan.incident.refresh_from_db(fields=["state"])
            if plan.incident.state != State.IN_REVIEW:
                submit(plan.incident, by=self.by, comment=reason)
        written = [plan.incident for plan in creating + changing]
        for plan in attaching:
            before = plan.incident.state
            self.attach(plan)
            if before == State.APPROVED:
                plan.incident.refresh_from_db()
                submit(plan.incident, by=self.by, comment=reason)
                written.append(plan.incident)
        if self.approved_by and written:
            approve(*written, by=self.approved_by, comment=reason)
        else:
            refuse_errors(written)

    def create(self, plans):
        """Write new incidents with all their parts, with one statement for each table."""
        for plan in plans:
            columns = {name: plan.values[name] for name in FILLED_FIELDS}
            plan.incident = Incident(**columns, place=plan.place, conflict=plan.conflict, state=State.IN_REVIEW)
        insert([plan.incident for plan in plans])
        for plan in plans:
            plan.record = plan.incident.uid
        insert([ExternalId(incident=plan.incident, scheme=plan.stated.scheme, code=plan.code) for plan in plans])
        insert([code for plan in plans for code in self.dataset_codes(plan)])
        insert([self.citation(plan) for plan in plans])
        insert([self.involvement(plan, *each) for plan in plans for each in _forces(plan)])
        casualties = [
            (plan, self.casualty(plan, group, figure))
            for plan in plans
            for group, figure in plan.values["figures"].items()
        ]
        insert([casualty for _, casualty in casualties])
        insert([self.claim(plan, casualty) for plan, casualty in casualties])
        insert([result for plan in plans for result in self.results(plan)])

    def tell_apart(self, plans):
        """Keep the decisions that new incidents are none of those that they were taken for."""
        reasons = {plan.incident.pk: plan.decided.reason for plan in plans}
        found = duplicates_of(Incident.objects.filter(pk__in=reasons)) if reasons else {}
        for incident, candidates in found.items():
            for each in candidates:
                reason = reasons[incident.pk]
                tell_apart(DistinctIncidents, incident, each.other, by=self.by, reason=reason, shown=each.digest)

    def attach(self, plan):
        """Add to a known incident the id of a row, and what the row says as claims that cite it."""
        incident = plan.incident
        ExternalId.objects.create(incident=incident, scheme=plan.stated.scheme, code=plan.code)
        self.citation(plan).save()
        known = {each.scheme for each in incident.dataset_codes.all()}
        for code in self.dataset_codes(plan):
            if code.scheme not in known:
                code.save()
        there = list(incident.casualties.filter(within=None).order_by("uid"))
        for group, figure in plan.values["figures"].items():
            stated = self.casualty(plan, group, figure)
            same_harm = [each for each in there if each.harm == stated.harm]
            if not same_harm:
                stated.save()
                self.claim(plan, stated).save()
                continue
            likest = max(same_harm, key=lambda each: (_same_victims(each, stated), each.best or each.low or 0))
            claim = self.claim(plan, stated)
            claim.casualty = likest
            if not _same_victims(likest, stated):
                claim.used, claim.unused_because = False, f"{self.layout.title} counts {stated.victims} here."
            claim.save()
            if claim.used and likest.departs_from(likest.suggestion()):
                claim.used = False
                claim.unused_because = f"{self.layout.title} was attached, and nobody has weighed its figure yet."
                claim.save(update_fields=["used", "unused_because"])

    def change(self, plan):
        """Change a record to what the row says now. The claim of a replaced figure is kept and superseded."""
        incident = plan.incident
        columns = [name for name in plan.differing if name in FILLED_FIELDS]
        for name in columns:
            setattr(incident, name, plan.values[name])
        for name in ("place", "conflict"):
            if name in plan.differing:
                setattr(incident, name, getattr(plan, name))
                columns.append(name)
        if columns:
            incident.save(update_fields=columns)
        if "forces" in plan.differing:
            for each in incident.involvements.all():
                if (each.force.slug, each.role) not in plan.values["forces"]:
                    each.delete()
            known = held(incident)["forces"]
            for force, role in _forces(plan):
                if (force.slug, role) not in known:
                    self.involvement(plan, force, role).save()
        if "figures" in plan.differing:
            self.change_figures(plan)
        for name in ("dataset_codes", "results"):
            if name in plan.differing:
                getattr(incident, name).all().delete()
                for each in getattr(self, name)(plan):
                    each.save()
        if not incident.citations.filter(article=self.article, locator=self.locator(plan)).exists():
            self.citation(plan).save()

    def change_figures(self, plan):
        figures = dict(plan.values["figures"])
        for casualty in stated_by_rows(plan.incident):
            figure = figures.pop(group_of(casualty), None)
            if figure is None:
                casualty.delete()
            elif figure != figure_of(casualty):
                casualty.low, casualty.best, casualty.high, casualty.note = figure
                casualty.save(update_fields=["low", "best", "high", "note"])
                self.supersede(plan, casualty)
        for group, figure in figures.items():
            casualty = self.casualty(plan, group, figure)
            casualty.save()
            self.claim(plan, casualty).save()

    def supersede(self, plan, casualty):
        """Add the claim of a changed figure, and keep the claim from another version of the file."""
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
        return row_locator(plan.code, plan.line)

    def citation(self, plan):
        return IncidentCitation(
            incident=plan.incident,
            article=self.article,
            locator=self.locator(plan),
            said_by=plan.stated.said_by,
            supports=SUPPORTS,
        )

    def dataset_codes(self, plan):
        codes = plan.values["dataset_codes"].items()
        return [DatasetCode(incident=plan.incident, scheme=scheme, code=code) for scheme, code in codes]

    def results(self, plan):
        return [
            IncidentResult(
                incident=plan.incident,
                kind=kind,
                what=what,
                low=low,
                high=high,
                unit=unit,
                qualifier=_qualifier(low, high),
                article=self.article,
                locator=self.locator(plan),
                said_by=plan.stated.said_by,
            )
            for (kind, what), (low, high, unit) in plan.values["results"].items()
        ]

    def involvement(self, plan, force, role):
        return Involvement(
            incident=plan.incident,
            force=force,
            role=role,
            article=self.article,
            locator=self.locator(plan),
            said_by=plan.stated.said_by,
        )

    def casualty(self, plan, group, figure):
        slug, status, harm, words = group
        low, best, high, note = figure
        force = next((force for force in plan.forces.values() if force.slug == slug), None)
        return Casualty(
            incident=plan.incident,
            victim_force=force,
            victim_status=status,
            victim_group=words,
            harm=harm,
            low=low,
            best=best,
            high=high,
            basis=Basis.DATASET,
            note=note,
        )

    def claim(self, plan, casualty):
        """Return the claim that a row makes about a figure: its bounds, or its one number."""
        stated = [value for value in (casualty.low, casualty.best, casualty.high) if value is not None]
        low, high = min(stated), max(stated)
        if casualty.best is None and casualty.high is None:
            high = None
        elif casualty.best is None and casualty.low is None:
            low = None
        return Claim(
            casualty=casualty,
            article=self.article,
            locator=self.locator(plan),
            said_by=plan.stated.said_by,
            supports=[Supports.CASUALTIES],
            low=low,
            high=high,
            qualifier=_qualifier(low, high),
        )


def _same_victims(one, other):
    """Return whether two estimates of one harm are about the same victims, as far as their codes say."""
    forces = {each.victim_force_id for each in (one, other) if each.victim_force_id}
    return one.victim_status == other.victim_status and len(forces) < 2


def _qualifier(low, high):
    """Return how a figure with these bounds is worded; None: open."""
    if high is None:
        return Qualifier.AT_LEAST
    if low is None:
        return Qualifier.AT_MOST
    return Qualifier.EXACT if low == high else Qualifier.RANGE


def _forces(plan):
    """Return each force of a row with its role, once."""
    return {(force.slug, party.role): (force, party.role) for party, force in plan.forces.items()}.values()
