"""What several tables of the theatre share: names, rows that are part of other rows, and low, best and high."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from records.codes import LANGUAGE
from records.names import NormalisedField

#: How many levels of places and forces are fetched at once; deeper ones still work, with a query for each level.
LEVELS_AT_ONCE = 5

AS_REPORTED = "The day in the source’s own words, in short, such as “mid-May”."


def counts_in_order(name="%(class)s_counts_in_order"):
    """Return the constraint on low, best and high: in order, with best inside."""
    return models.CheckConstraint(
        condition=(Q(low=None) | Q(high=None) | Q(low__lte=F("high")))
        & (Q(best=None) | Q(low=None) | Q(low__lte=F("best")))
        & (Q(best=None) | Q(high=None) | Q(best__lte=F("high"))),
        name=name,
        violation_error_message="The figures must rise: lowest, then best, then highest.",
    )


class Name(models.Model):
    """One spelling of a name in one language."""

    name = models.CharField(max_length=200, help_text="The name as it is written, in its own script.")
    normalised = NormalisedField()
    language = models.CharField(
        max_length=20,
        validators=[LANGUAGE],
        help_text="The language as a BCP 47 tag: en, ar, ckb; ar-Latn for Arabic in Latin script.",
    )

    class Meta:
        abstract = True
        ordering = ["language", "name"]

    def __str__(self):
        return self.name


class Nested(models.Model):
    """A row that may be part of another row of its own table."""

    class Meta:
        abstract = True

    def line(self):
        """Return this row and all rows that it is part of, nearest first."""
        rows = [self]
        while (above := rows[-1].parent) is not None:
            if above in rows:
                raise ValidationError({"parent": f"{self} would be part of itself through {rows[-1]}."})
            rows.append(above)
        return rows

    def clean(self):
        super().clean()
        self.line()


def steps_up(path: str) -> list[str]:
    """Return the look-ups for a nested row at `path` and for all that it is part of, to be fetched at once."""
    return [path + "__parent" * level for level in range(LEVELS_AT_ONCE + 1)]


def not_its_own_parent():
    """Return the constraint that no row is part of itself; `clean()` refuses longer circles."""
    return models.CheckConstraint(
        condition=Q(parent=None) | ~Q(parent=F("id")),
        name="%(class)s_not_its_own_parent",
        violation_error_message="It cannot be part of itself.",
    )
