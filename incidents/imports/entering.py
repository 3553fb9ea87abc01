"""Entering what the rows of a file need and the database lacks: an article for the dataset, places,
forces and conflicts.
"""

from operations.models import Conflict, ConflictCode, Force, ForceCode, Place, Side, SideMember
from publication.documents import kind_of
from publication.models import Review
from publication.review import approve
from records.choices import State
from records.triggers import reviewing
from sources.models import Article, Outlet

from .planning import Planning, row_locator


class Entering(Planning):
    """Enters the records that rows name, and hands new records over to review."""

    def enter(self, plans, reason):
        """Enter the missing dataset, places, forces and conflicts, and approve them if the import is approved."""
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
        entered.append([row for (kind, _), row in new.items() if kind is Conflict])
        self.enter_conflicts(entered[-1])
        for records in filter(None, entered):
            self.hand_over(records, reason)
            if self.approved_by:
                approve(*records, by=self.approved_by, comment=reason)

    def enter_conflicts(self, conflicts):
        """Enter conflicts with their ids and sides: as far as a dataset says, a force on each side of each fight."""
        for conflict in conflicts:
            conflict.state = State.IN_REVIEW
        Conflict.objects.bulk_create(conflicts)
        sides = [
            (Side(conflict=conflict, slug=self.conflicts.side_slugs.of(name, conflict.name), name=name), forces)
            for conflict in conflicts
            for name, forces in self.conflicts.sides[conflict.slug].items()
        ]
        members = [
            SideMember(side=side, force=force, article=self.article, locator=row_locator(code))
            for side, forces in sides
            for force, code in forces.values()
        ]
        with reviewing():
            for model, rows in (
                (ConflictCode, [code for each in conflicts for code in self.conflicts.new_codes[each.slug]]),
                (Side, [side for side, _ in sides]),
                (SideMember, members),
            ):
                model.objects.bulk_create(rows)

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
        """Note in the review of new records who entered them."""
        kind, model = kind_of(records[0]).name, type(records[0])
        uids = model.objects.filter(pk__in=[record.pk for record in records]).values_list(*model.key, flat=True)
        steps = [
            Review(kind=kind, uid=uid, before=State.DRAFT, after=State.IN_REVIEW, by=self.by, comment=reason)
            for uid in uids.order_by("pk")
        ]
        Review.objects.bulk_create(steps)
