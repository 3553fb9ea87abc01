"""The state of a reviewed record, which only the review changes, and the version that counts its edits."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from .choices import State


class Reviewed(models.Model):
    """A working record that readers see only after it is approved and published.

    Only the functions of `publication.review` change its `state`. Database triggers undo any other change, and turn
    `approved` into `changed` when the record or one of its parts is edited, and `in_review` back into
    `draft`, or `changed`.
    """

    state = models.CharField(
        max_length=12,
        choices=State,
        default=State.DRAFT,
        editable=False,
        help_text="The state of the record. Only approved records are published.",
    )

    class Meta:
        abstract = True
        constraints = [State.closes("state")]

    def prepare_merge(self, survivor):
        """Change whatever would mean something else in the record that this one is about to be merged into."""


class RecordVersion(models.Model):
    """The number of edits of a reviewed row and its parts, and who made them. Written only by triggers."""

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    version = models.PositiveIntegerField(
        help_text="Counts the edits. Of two forms opened at one version, only one can be saved."
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )

    editors = ArrayField(
        models.IntegerField(),
        default=list,
        help_text="The accounts that edited it since it was last approved, in the order of their first edit.",
    )
    approved = models.BooleanField(default=False, help_text="Whether it was approved at any time.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="record_version_once_per_row")]

    def __str__(self):
        return f"{self.table} {self.row}: version {self.version}"

    @classmethod
    def of(cls, record):
        """Return the RecordVersion of a reviewed record."""
        return cls.objects.select_related("editor").get(table=record._meta.db_table, row=record.pk)


class Unsealed(models.Model):
    """A review or an edit that no publication has sealed yet. Triggers write it, and each publication takes all."""

    table = models.CharField(max_length=63, help_text="The table of reviews, or of a history of edits.")
    row = models.BigIntegerField(help_text="The key of the row there.")

    def __str__(self):
        return f"{self.table} {self.row}"
