"""How a vocabulary is written: each code with its label and its coding rule."""

from django.db import models
from django.db.models import Q


class Vocabulary(models.TextChoices):
    """Choices whose members are `CODE = "code", "The coding rule.", "Label"`."""

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


class State(Vocabulary):
    """How far a working record has come."""

    DRAFT = "draft", "A curator is still entering or correcting it.", "Draft"
    IN_REVIEW = ("in_review", "The curator is done; a reviewer has not decided yet.", "In review")
    APPROVED = ("approved", "A reviewer accepted it as it stands; it may be published.", "Approved")


class Op(Vocabulary):
    """What a revision does to its record."""

    PUBLISH = "publish", "The document is what readers see from here on.", "Published"
    WITHDRAW = ("withdraw", "The record is no longer served; the reason stays.", "Withdrawn")
    MERGE = "merge", "The record was the same as another one, which is named.", "Merged"
