"""What every reviewed record has: a state that only the review changes, and a version that counts its edits."""

from django.conf import settings
from django.db import models

from .choices import State


class Reviewed(models.Model):
    """A working record that readers see only once it is approved and published.

    Its `state` changes only by the functions of `publication.review`: triggers in the database undo any other change of
    it, and turn `approved` into `changed` as soon as the record or one of its parts is edited.
    """

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


class RecordVersion(models.Model):
    """How often a reviewed row was edited, its parts included, and by whom last.

    Only the function `note_edit` of sql/edits.sql writes it, which the triggers of `records.triggers` call.
    """

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    version = models.PositiveIntegerField(
        help_text="Counts the edits: two forms opened at one version cannot both win."
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="record_version_once_per_row")]

    def __str__(self):
        return f"{self.table} {self.row}: version {self.version}"

    @classmethod
    def of(cls, record):
        """Return the RecordVersion of a reviewed record."""
        return cls.objects.select_related("editor").get(table=record._meta.db_table, row=record.pk)
