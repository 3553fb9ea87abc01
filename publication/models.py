"""The revision log: every state that readers have ever been shown, append-only, in commit order."""

from datetime import date
from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Count, F, Max, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from records.choices import CLOSED, State
from records.codes import LANGUAGE, each_fits, known_country, known_time_zone
from records.keys import Keyed
from records.models import Reviewed
from records.points import box_on_earth, latitude, longitude
from records.triggers import AwaitsSeal, NeverEmptied, reviewed

from .choices import Op, Reason
from .documents import KINDS

#: `superseded_at` of a revision that none has replaced: the largest bigint.
CURRENT = 2**63 - 1

#: The seq of the newest revision of all, which every answer needs. Composing it once saves a tenth of an answer's time.
HEAD = RawSQL("(SELECT max(seq) FROM publication_revision)", [], output_field=models.BigIntegerField())

#: The number killed, to order lists by: an unknown number comes before 0.
KILLED = Coalesce(F("killed_best"), Value(-1), output_field=models.IntegerField())


class NeverRewritten(pgtrigger.Trigger):
    """A revision never changes, except that another one supersedes it, once, and its search words are renewed."""

    name = "never_rewritten"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    func = f"""
    IF (to_jsonb(OLD) - 'superseded_at' - 'search') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded_at' - 'search')
        OR (OLD.superseded_at <> NEW.superseded_at AND OLD.superseded_at <> {CURRENT})
    THEN
        RAISE EXCEPTION 'A published revision is never changed.';
    END IF;
    RETURN NEW;
"""


class RevisionQuerySet(models.QuerySet):
    def of(self, kind):
        """Revisions of one kind of record."""
        return self.filter(kind=kind)

    def of_record(self, record):
        """Revisions of one working record, without the documents."""
        kinds = [kind.name for kind in KINDS.values() if isinstance(record, kind.model)]
        return self.filter(kind__in=kinds, uid=record.public_name).defer("document", "search")

    def parts_of(self, uids):
        """Revisions of what is published with these records."""
        # The second condition is that of the index, which the database does not see in a long list by itself.
        return self.filter(part_of__in=uids).exclude(part_of="")

    def current(self):
        """The newest revision of each record, tombstones included."""
        return self.filter(superseded_at=CURRENT)

    def served(self):
        """What readers see now: current revisions that carry a document."""
        return self.current().filter(document__isnull=False)

    def as_of(self, seq):
        """What readers saw when `seq` was the newest of the log."""
        # The condition is given twice: whole for the index by days, in its two parts for the other indexes.
        since = Q(superseded_at=CURRENT) | Q(superseded_at__lt=CURRENT)
        return self.filter(since, seq__lte=seq, superseded_at__gt=seq, document__isnull=False)

    def count_by_kind(self):
        """How many records of each kind readers see now: the current revisions without the tombstones among them.

        Each part is counted in an index alone, where to look at every document would take ten times as long.
        """
        current = self.current().order_by().values_list("kind").annotate(number=Count("*"))
        tombstones = dict(current.filter(document=None))
        return {kind: number - tombstones.get(kind, 0) for kind, number in current}

    def head(self):
        """The seq of the newest revision; 0 while there is none."""
        return self.aggregate(head=Coalesce(Max("seq"), 0))["head"]

    def with_head(self):
        """Add head: the seq of the newest revision of all, read in the same moment as the rows."""
        return self.annotate(head=HEAD)


def codes_column(help_text):
    """Return a column for a list of codes that a filter can look into."""
    return ArrayField(models.TextField(), default=list, help_text=help_text)


def people_column(help_text):
    """Return a column for one bound of a number of people; null means that nobody stated it."""
    return models.PositiveIntegerField(null=True, help_text=help_text)


class Revision(models.Model):
    """One published state of one record: the document as served, and the columns that filters need."""

    seq = models.BigIntegerField(
        primary_key=True, help_text="The position in the log: 1, 2, 3… in commit order, without gaps."
    )
    kind = models.CharField(max_length=12, help_text="The name of its kind.")
    uid = models.CharField(max_length=100, help_text="The record's uid or slug.")
    number = models.PositiveIntegerField(help_text="Revision number within its record: 1, 2, 3…")
    op = models.CharField(max_length=10, choices=Op)
    reason_code = models.CharField(
        max_length=20, blank=True, choices=Reason, help_text="Why, if it was not a normal edit."
    )
    reason = models.TextField(blank=True, help_text="Why, in a sentence for readers.")
    changed_fields = codes_column("The fields of the document that differ from the revision before.")
    replaced_by = models.CharField(max_length=100, blank=True, help_text="The surviving record's uid after a merge.")
    # A tombstone has no document, which is not the same as an empty one.
    document = models.TextField(null=True, help_text="JSON exactly as the API serves it; null for a tombstone.")  # noqa: DJ001
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document's contents and of the filter columns.")
    seal = models.CharField(max_length=64, help_text="SHA-256 of what stands behind it and is not served; see Seal.")
    chain = models.CharField(
        max_length=64, help_text="SHA-256 over the chain of the revision before and this revision."
    )
    superseded_at = models.BigIntegerField(default=CURRENT, help_text="The seq of the record's next revision.")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True, help_text="The account that published; not served.")
    codebook = models.CharField(max_length=10, help_text="The version of the codebook that the document follows.")

    title = models.TextField(blank=True)
    earliest_on = models.DateField(default=date.min, help_text="The first possible day; year 1 if open.")
    latest_on = models.DateField(default=date.max, help_text="The last possible day; year 9999 if open.")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    precision = models.CharField(max_length=20, blank=True, help_text="How exactly the location is known.")
    places = codes_column("Slugs of its places and of all places around them.")
    forces = codes_column("Slugs of its forces and of all forces above them.")
    force_roles = codes_column("Pairs force:role, forces above included.")
    articles = codes_column("Uids of the articles it cites.")
    tags = codes_column("Pairs vocabulary:code, such as kind:ambush.")
    references = codes_column("Pairs kind:uid of every record the document names.")
    part_of = models.CharField(max_length=100, blank=True, help_text="The uid of the record it is published with.")
    operation = models.CharField(max_length=20, blank=True)
    phase = models.CharField(max_length=20, blank=True)
    killed_low = people_column("Killed, lowest.")
    killed_best = people_column("Killed, best estimate.")
    killed_high = people_column("Killed, highest.")
    wounded_low = people_column("Wounded, lowest.")
    wounded_best = people_column("Wounded, best estimate.")
    wounded_high = people_column("Wounded, highest.")
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
            models.CheckConstraint(
                condition=Q(op=Op.PUBLISH) | ~Q(reason_code=""), name="revision_tombstone_gives_reason"
            ),
            Op.closes("op"),
            models.CheckConstraint(
                condition=Q(reason_code__in=["", *Reason.values]), name="revision_reason_code_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            NeverRewritten(),
            NeverEmptied(),
        ]
        indexes = [
            # It includes the first days, so that records outside a span are skipped within the index.
            models.Index(
                fields=["kind", "latest_on", "uid", "earliest_on"],
                condition=Q(superseded_at=CURRENT),
                name="rev_by_days",
            ),
            models.Index(fields=["kind", "seq"], condition=Q(superseded_at=CURRENT), name="rev_by_seq"),
            models.Index(fields=["kind"], condition=Q(superseded_at=CURRENT, document=None), name="rev_gone"),
            models.Index(fields=["part_of"], condition=~Q(part_of=""), name="rev_by_whole"),
            models.Index("kind", KILLED, "uid", condition=Q(superseded_at=CURRENT), name="rev_by_killed"),
            *(
                models.Index(fields=["kind", f"{harm}_best"], condition=Q(superseded_at=CURRENT), name=f"rev_at_{harm}")
                for harm in ("killed", "wounded")
            ),
            models.Index(
                fields=["kind", "latitude", "longitude"], condition=Q(superseded_at=CURRENT), name="rev_by_point"
            ),
            *(
                models.Index(
                    fields=["kind", column, "latest_on", "uid"],
                    condition=Q(superseded_at=CURRENT) & ~Q(**{column: ""}),
                    name=f"rev_by_{column}",
                )
                for column in ("operation", "phase")
            ),
            *(
                GinIndex(fields=[column], condition=Q(superseded_at=CURRENT), name=f"rev_by_{column}")
                for column in ("places", "forces", "force_roles", "articles", "tags", "references", "search")
            ),
            # What readers saw in the past was current then: part of it still is, the rest has been replaced since.
            models.Index(
                fields=["kind", "latest_on", "uid", "earliest_on", "seq", "superseded_at"], name="rev_ever_by_days"
            ),
            *(
                GinIndex(fields=[column], condition=Q(superseded_at__lt=CURRENT), name=f"rev_past_by_{column}")
                for column in ("places", "forces", "force_roles", "articles", "tags", "search")
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.uid} #{self.number}"


class Epoch(models.Model):
    """A time in which the log had one history. The first begins with the log, and each restore from a backup another.

    What was published after the backup is in the old history and not in the new one, and both count on from the same
    seq; that their chains differ tells them apart.
    """

    number = models.PositiveIntegerField(primary_key=True, help_text="1, 2, 3…")
    uid = models.UUIDField(default=uuid4, help_text="What tells it from all others; that of the first names the log.")
    after_seq = models.BigIntegerField(help_text="The newest seq of the log when it began.")
    began_at = models.DateTimeField(help_text="When it began.")
    reason = models.TextField(blank=True, help_text="Why, for readers; blank for the first.")

    class Meta:
        ordering = ["number"]
        triggers = [
            pgtrigger.Protect(name="epoch_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            NeverEmptied(),
        ]

    def __str__(self):
        return f"epoch {self.number}"


class Seal(models.Model):
    """What stands behind revisions that were written together, and is not served: who published, reviews and edits.

    Its digest is in each of the revisions, and so in the chain. A reader cannot guess from it who published.
    """

    seq = models.BigIntegerField(primary_key=True, help_text="The first of the revisions.")
    salt = models.CharField(max_length=32, help_text="A random text.")

    class Meta:
        ordering = ["seq"]
        triggers = [
            pgtrigger.Protect(name="seal_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            NeverEmptied(),
        ]

    def __str__(self):
        return f"seal of seq {self.seq}"


class SealedRows(models.Model):
    """The reviews, or the edits of one table, that were new when a seal was taken."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="sealed_rows", help_text="The seal.")
    table = models.CharField(max_length=63, help_text="The table.")
    columns = ArrayField(models.TextField(), help_text="Its columns then: later ones were not sealed.")
    keys = models.TextField(help_text="The keys of the rows, as a multirange of PostgreSQL.")
    digest = models.CharField(max_length=64, help_text="SHA-256 over the SHA-256 of each row, in the order of keys.")

    class Meta:
        ordering = ["seal", "table"]
        constraints = [models.UniqueConstraint(fields=["seal", "table"], name="sealed_rows_once_for_each_table")]
        triggers = [
            pgtrigger.Protect(name="sealed_rows_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            NeverEmptied(),
        ]

    def __str__(self):
        return f"{self.table} {self.keys}"


class NameForm(models.Model):
    """A normalised word or whole name of some published document, which search queries are compared with."""

    form = models.CharField(max_length=1000, primary_key=True)

    def __str__(self):
        return self.form


class ReviewManager(models.Manager):
    """Finds the step that a fixture tells."""

    def get_by_natural_key(self, kind, uid, before, after, by):
        found = self.filter(kind=kind, uid=uid, before=before, after=after, by__username=by).first()
        if not found:
            raise self.model.DoesNotExist
        return found


class Review(models.Model):
    """One step of a record's review: who took it, when, and why."""

    #: A fixture adds steps, and never changes one.
    loaded_once = True

    kind = models.CharField(max_length=12)
    uid = models.CharField(max_length=100)
    before = models.CharField(max_length=12, choices=State)
    after = models.CharField(max_length=12, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    comment = models.TextField(blank=True)
    alone = models.BooleanField(default=False, help_text="Approved by one of its editors, in a team of one.")

    objects = ReviewManager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "uid"], name="review_by_record")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(after__in=[State.RETURNED, *CLOSED]) | ~Q(comment=""),
                name="review_no_is_explained",
                violation_error_message="Say why, so that the curator knows what to do.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="review_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NeverEmptied(),
            AwaitsSeal(),
        ]

    def __str__(self):
        return f"{self.uid}: {self.before} to {self.after}"

    def natural_key(self):
        """What tells a step in a fixture from others: of a step that somebody took twice, a fixture knows one."""
        return self.kind, self.uid, self.before, self.after, self.by.get_username()


class MergeOnlyUndone(pgtrigger.Trigger):
    """A merge never changes, except that it can be undone, once."""

    name = "merge_only_undone"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    func = """
    IF (to_jsonb(OLD) - 'undone_at') IS DISTINCT FROM (to_jsonb(NEW) - 'undone_at') OR OLD.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'A merge is never changed, only undone.';
    END IF;
    RETURN NEW;
"""


class Merge(models.Model):
    """One record, or part of one, that was merged into another of its kind."""

    kind = models.CharField(max_length=12)
    loser = models.CharField(max_length=100, help_text="The uid of the record that was merged.")
    survivor = models.CharField(max_length=100, help_text="The uid of the record that it was merged into.")
    whole = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="parts", help_text="The merge that this one was a part of."
    )
    context = models.UUIDField(help_text="The edit in the history of the working tables that made it.")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "loser"],
                condition=Q(undone_at=None),
                name="merge_once",
                violation_error_message="This record is merged already.",
            ),
            models.CheckConstraint(
                condition=~Q(loser=F("survivor")),
                name="merge_of_two",
                violation_error_message="A record cannot be merged into itself.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="merge_never_deleted", operation=pgtrigger.Delete),
            MergeOnlyUndone(),
            NeverEmptied(),
        ]

    def __str__(self):
        return f"{self.kind} {self.loser} into {self.survivor}"


class ReleaseOnlyWithdrawn(pgtrigger.Trigger):
    """A release never changes, except that it can be withdrawn, once."""

    name = "release_only_withdrawn"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    func = """
    IF (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_because')
            IS DISTINCT FROM (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_because')
        OR OLD.withdrawn_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'A release is never changed, only withdrawn.';
    END IF;
    RETURN NEW;
"""


class Release(models.Model):
    """What readers saw at one seq of the log, as numbered files that never change."""

    version = models.CharField(
        max_length=20,
        unique=True,
        error_messages={"unique": "This release exists, and is never overwritten. Give its correction a new number."},
        help_text="Year and number, such as 2026.1; 2026.1.1 corrects it.",
    )
    seq = models.BigIntegerField(help_text="The seq of the log: the release holds what readers saw then.")
    chain = models.CharField(
        max_length=64, blank=True, help_text="The chain there, which tells this history from all others."
    )
    log = models.CharField(max_length=36, blank=True, help_text="The id of the log.")
    epoch = models.PositiveIntegerField(help_text="The epoch that the log was in.")
    published_at = models.DateTimeField(help_text="When it was built: the one date in its files.")
    notes = models.TextField(blank=True, help_text="What readers should know of it.")
    codebook = models.CharField(max_length=10, help_text="The version of the codebook that its documents follow.")
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        help_text="The release before it, from which its list of changes starts.",
    )
    earliest_on = models.DateField(null=True, blank=True, help_text="The first possible day that it covers.")
    latest_on = models.DateField(null=True, blank=True, help_text="The last possible day that it covers.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When it was withdrawn.")
    withdrawn_because = models.TextField(blank=True, help_text="Why it was withdrawn, for readers.")

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__regex=r"^[0-9]{4}\.[0-9]+(\.[0-9]+)?$"),
                name="release_version_is_year_and_number",
                violation_error_message="A release is numbered by year and number, such as 2026.1 or 2026.1.1.",
            ),
            models.CheckConstraint(
                condition=Q(seq__gt=0),
                name="release_holds_something",
                violation_error_message="There is nothing to release: nothing is published yet.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
                name="release_withdrawal_gives_reason",
                violation_error_message="Say why the release is withdrawn.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="release_never_deleted", operation=pgtrigger.Delete),
            ReleaseOnlyWithdrawn(),
            NeverEmptied(),
        ]

    def __str__(self):
        return self.version

    @property
    def order(self):
        """What sorts versions: 2026.10 comes after 2026.9, and 2026.1.1 after 2026.1."""
        return tuple(map(int, self.version.split(".")))


class ReleaseFile(models.Model):
    """One file of a release, as it was when it was built."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="files", help_text="The release.")
    path = models.CharField(max_length=200, help_text="Its path in the release, such as csv/ and the name of a table.")
    table = models.CharField(max_length=30, blank=True, help_text="The table that it holds. Blank: none.")
    format = models.CharField(max_length=10, help_text="Its format: csv, jsonl, parquet, json, …")
    rows = models.PositiveBigIntegerField(null=True, blank=True, help_text="How many rows it has. Blank: no table.")
    bytes = models.PositiveBigIntegerField(help_text="Its size in bytes.")
    sha256 = models.CharField(max_length=64, help_text="The SHA-256 of its bytes.")

    class Meta:
        ordering = ["release", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "path"],
                name="release_file_once",
                violation_error_message="The release has a file of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(path__regex=r"^[A-Za-z0-9_=-][A-Za-z0-9_=.-]*(/[A-Za-z0-9_=-][A-Za-z0-9_=.-]*)*$"),
                name="release_file_stays_in_its_folder",
                violation_error_message="A file's path stays in the folder of its release.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"),
                name="release_file_has_checksum",
                violation_error_message="Give the SHA-256 of the file in 64 hexadecimal digits.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="release_file_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            NeverEmptied(),
        ]

    def __str__(self):
        return f"{self.release} {self.path}"


def _word(level, help_text):
    return models.CharField(max_length=60, blank=True, help_text=f"{help_text} Blank: {level} level.")


@reviewed
@pghistory.track()
class Theatre(Reviewed, Keyed):
    """What the database as a whole is about, who publishes it, and under which licence. There is one."""

    slug = models.SlugField(
        unique=True, help_text="The short name in the names of files. Never change it once it is in use."
    )
    name = models.CharField(max_length=100, help_text="The name of the site, in a few words.")
    title = models.CharField(max_length=300, help_text="The title of the data, as they are cited.")
    publisher = models.CharField(
        max_length=200, blank=True, help_text="The organisation or group that publishes the data. Blank: not stated."
    )
    licence = models.CharField(
        max_length=100,
        blank=True,
        help_text="The licence of the data, by its SPDX identifier, such as CC-BY-4.0. Blank: none is stated.",
    )
    licence_url = models.URLField(max_length=1000, blank=True, help_text="The address of the licence's text.")
    contact_email = models.EmailField(
        blank=True, help_text="Where readers can write to: an address of the publisher, of no person. Blank: none."
    )
    contact_url = models.URLField(
        max_length=1000, blank=True, help_text="A page that says how to reach the publisher. Blank: none."
    )
    citation_note = models.CharField(
        max_length=500,
        blank=True,
        help_text="A sentence that every citation ends with, such as what else to cite. Blank: nothing.",
    )
    countries = ArrayField(
        models.CharField(max_length=2, validators=[known_country]),
        default=list,
        blank=True,
        help_text="The countries that the data are about (ISO 3166-1), such as NO. Separate several with commas.",
    )
    languages = ArrayField(
        models.CharField(max_length=20, validators=[LANGUAGE]),
        default=list,
        blank=True,
        help_text="The languages of the reports that are read, as BCP 47 tags. Separate several with commas.",
    )
    time_zone = models.CharField(
        max_length=60,
        default="UTC",
        validators=[known_time_zone],
        help_text="The time zone in which the days of the records are meant, such as Europe/Oslo.",
    )
    starts_on = models.DateField(null=True, blank=True, help_text="The first day that is covered. Blank: not fixed.")
    west = longitude("The western edge of maps, in degrees east.")
    south = latitude("The southern edge of maps, in degrees north.")
    east = longitude("The eastern edge of maps. Across the date line, less than the western one.")
    north = latitude("The northern edge of maps.")
    first_level = _word("first", "What a first-level administrative unit is called here, such as state.")
    first_level_plural = _word("first", "Several of them.")
    second_level = _word("second", "What a second-level unit is called here, such as district.")
    second_level_plural = _word("second", "Several of them.")
    third_level = _word("third", "What a third-level unit is called here, such as municipality.")
    third_level_plural = _word("third", "Several of them.")

    key = ("slug",)

    class Meta:
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                Value(1),
                name="theatre_only_one",
                violation_error_message="There is a theatre already: a database is about one. Edit that one.",
            ),
            models.CheckConstraint(
                condition=Q(licence_url="") | ~Q(licence=""),
                name="theatre_licence_has_name",
                violation_error_message="Give the name of the licence, too.",
            ),
            each_fits("countries", "[A-Z]{2}", "Give each country as two capital letters (ISO 3166-1), such as NO."),
            each_fits("languages", "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "Give each language as a BCP 47 tag, such as en."),
            box_on_earth(),
        ]

    def __str__(self):
        return self.name
