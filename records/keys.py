"""How a row is named outside the database: slugs for vocabulary, uids for records, natural keys for all."""

from functools import reduce

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Func, Value


class KeyedQuerySet(models.QuerySet):
    """Rows that a fixture can refer to."""

    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(self.model.key, values, strict=True)))


class Keyed(models.Model):
    """A row with a natural key: the columns named in `key`, across relations where needed."""

    key: tuple[str, ...]
    #: The columns in which two rows are the same when records are merged, where no unique constraint says so.
    alike_by: tuple[str, ...] = ()

    objects = KeyedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def public_name(self) -> str:
        """The slug or uid by which readers know the record."""
        return self.natural_key()[0]

    def natural_key(self):
        return tuple(reduce(_step, path.split("__"), self) for path in self.key)


def _step(row, name):
    """Return an attribute of a row; None if there is no row."""
    return None if row is None else getattr(row, name)


class UidField(models.CharField):
    """A record's public name, such as `INC-000001`: numbered by the database, opaque, never used again.

    The function `next_uid` of sql/uids.sql numbers it, from the sequence `uid_inc` for the prefix INC. Each room
    makes the sequences of its own prefixes in its sql/uids.sql.
    """

    def __init__(self, prefix, **kwargs):
        self.prefix = prefix
        super().__init__(
            **{
                "max_length": 20,
                "unique": True,
                "editable": False,
                "db_default": Func(Value(prefix), function="next_uid"),
                "validators": [RegexValidator(rf"^{prefix}-\d{{6,}}$", f"A uid looks like {prefix}-000001.")],
                "help_text": "The record's public name. The database numbers it; it never changes and is never reused.",
                **kwargs,
            }
        )

    def deconstruct(self):
        name, path, _, _ = super().deconstruct()
        return name, path, [self.prefix], {"unique": self.unique}
