"""The revision log: every state that readers have ever been shown, append-only, in commit order."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Max, Q, Subquery
from django.db.models.functions import Coalesce

from .choices import Op, State

#: `superseded_at` of a revision that no other has replaced: the largest bigint.
CURRENT = 2**63 - 1


class Reviewed(models.Model):
    """A working record that readers see only once it is approved and published."""

    state = models.CharField(
        max_length=12,
        choices=State,
        default=State.DRAFT,
        editable=False,
        help_text="How far the record has come. Only approved records are published.",
    )

    class Meta:
        abstract = True
        constraints = [State.closes("state")]

    def reopen(self):
        """Send an approved record back to the curator, because it was edited; readers keep what was published."""
        if self.state == State.APPROVED:
            self.state = State.DRAFT
            self.save(update_fields=["state"])


class RevisionQuerySet(models.QuerySet):
    def of(self, kind):
        """Revisions of one kind of record."""
        return self.filter(kind=kind)

    def current(self):
        """The newest revision of each record, tombstones included."""
        return self.filter(superseded_at=CURRENT)

    def served(self):
        """What readers see now: current revisions that carry a document."""
        return self.current().filter(document__isnull=False)

    def head(self):
        """The seq of the newest revision; 0 while there is none."""
        return self.aggregate(head=Coalesce(Max("seq"), 0))["head"]

    def with_head(self):
        """Add head: the seq of the newest revision of all, read in the same moment as the rows."""
        return self.annotate(head=Subquery(Revision.objects.order_by("-seq").values("seq")[:1]))


def codes(help_text):
    """Return a column for a list of codes that a filter can look into."""
    return ArrayField(models.TextField(), default=list, help_text=help_text)


def count(help_text):
    """Return a column for one bound of a number of people; null means that nobody stated it."""
    return models.PositiveIntegerField(null=True, help_text=help_text)


class Revision(models.Model):
    """One published state of one record: the document as served, and the columns that filters need."""

    seq = models.BigIntegerField(primary_key=True, help_text="The place in the log: 1, 2, 3… in commit order, no gaps.")
    kind = models.CharField(max_length=12, help_text="The kind of record: incident, force, …")
    uid = models.CharField(max_length=100, help_text="The record's uid or slug.")
    number = models.PositiveIntegerField(help_text="The how-manieth revision of its record this is.")
    op = models.CharField(max_length=10, choices=Op)
    reason = models.TextField(blank=True, help_text="Why, in a code or a sentence for readers.")
    replaced_by = models.CharField(max_length=100, blank=True, help_text="The surviving record's uid after a merge.")
    # A tombstone has no document, which is not the same as an empty one.
    document = models.TextField(null=True, help_text="JSON exactly as the API serves it; null for a tombstone.")  # noqa: DJ001
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document without its four revision fields.")
    superseded_at = models.BigIntegerField(default=CURRENT, help_text="The seq of the record's next revision.")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True, help_text="The account that published; not served.")
    codebook = models.CharField(max_length=10, help_text="The version of the codebook that the document follows.")

    title = models.TextField(blank=True)
    earliest_on = models.DateField(default=date.min, help_text="The first possible day; the first there is if open.")
    latest_on = models.DateField(default=date.max, help_text="The last possible day; the last there is if open.")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    precision = models.CharField(max_length=20, blank=True, help_text="How exactly the place is known.")
    places = codes("Slugs of its places and of all places around them.")
    forces = codes("Slugs of its forces and of all forces above them.")
    force_roles = codes("Pairs force:role, forces above included.")
    articles = codes("Uids of the articles it cites.")
    tags = codes("Pairs vocabulary:code, such as kind:ambush.")
    references = codes("Pairs kind:uid of every record the document names.")
    part_of = models.CharField(max_length=100, blank=True, help_text="The uid of the record it is published with.")
    operation = models.CharField(max_length=20, blank=True)
    phase = models.CharField(max_length=20, blank=True)
    killed_low = count("Killed, lowest.")
    killed_best = count("Killed, best estimate.")
    killed_high = count("Killed, highest.")
    wounded_low = count("Wounded, lowest.")
    wounded_best = count("Wounded, best estimate.")
    wounded_high = count("Wounded, highest.")
    search = SearchVectorField(default="", help_text="Normalised words of its title, summary and all its names.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        permissions = [("approve", "Can approve and publish records")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "uid", "number"], name="revision_numbered_once"),
            models.UniqueConstraint(
                fields=["kind", "uid"], condition=Q(superseded_at=CURRENT), name="revision_one_is_current"
            ),
            models.CheckConstraint(condition=Q(seq__gt=0), name="revision_seq_counts_from_one"),
            models.CheckConstraint(condition=Q(superseded_at__gt=F("seq")), name="revision_superseded_by_later"),
            models.CheckConstraint(
                condition=Q(op=Op.PUBLISH, document__isnull=False) | ~Q(op=Op.PUBLISH) & Q(document__isnull=True),
                name="revision_carries_document_unless_tombstone",
            ),
            models.CheckConstraint(
                condition=Q(op=Op.MERGE) & ~Q(replaced_by="") | ~Q(op=Op.MERGE) & Q(replaced_by=""),
                name="revision_merge_names_survivor",
            ),
            models.CheckConstraint(condition=Q(op=Op.PUBLISH) | ~Q(reason=""), name="revision_tombstone_gives_reason"),
            Op.closes("op"),
        ]
        indexes = [
            models.Index(fields=["kind", "latest_on", "uid"], condition=Q(superseded_at=CURRENT), name="rev_by_day"),
            models.Index(fields=["kind", "seq"], condition=Q(superseded_at=CURRENT), name="rev_by_seq"),
            models.Index(
                fields=["kind", "latitude", "longitude"], condition=Q(superseded_at=CURRENT), name="rev_by_point"
            ),
            *(
                GinIndex(fields=[column], condition=Q(superseded_at=CURRENT), name=f"rev_by_{column}")
                for column in ("places", "forces", "force_roles", "articles", "tags", "search")
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.uid} #{self.number}"


class NameForm(models.Model):
    """A normalised word or whole name that some published document spells: what a query is compared with."""

    form = models.CharField(max_length=200, primary_key=True)

    def __str__(self):
        return self.form
