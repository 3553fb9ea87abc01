"""How a vocabulary is written: each code with its label and its coding rule."""

from django.db import models
from django.db.models import Q


class Vocabulary(models.TextChoices):
    """Choices whose members are `CODE = "code", "The coding rule.", "Label"`."""

    rule: str

    def __new__(cls, code, rule):
        member = str.__new__(cls, code)
        member._value_ = code
        member.rule = rule
        return member

    @classmethod
    def closes(cls, field):
        """Return the constraint that keeps every other code out of the column `field`."""
        return models.CheckConstraint(
            condition=Q(**{f"{field}__in": cls.values}),
            name=f"%(class)s_{field}_known",
            violation_error_message=f"This {field} is not in the codebook. Choose one of: {', '.join(cls.values)}.",
        )

    @classmethod
    def closes_list(cls, field):
        """Return the constraint that keeps every other code out of the list column `field`."""
        return models.CheckConstraint(
            condition=Q(**{f"{field}__contained_by": cls.values}),
            name=f"%(class)s_{field}_known",
            violation_error_message=f"One of these {field} is not in the codebook: {', '.join(cls.values)}.",
        )
