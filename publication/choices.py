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
    IN_REVIEW = "in_review", "The curator is done; a reviewer has not decided yet.", "In review"
    RETURNED = "returned", "A reviewer sent it back; the comment says why.", "Returned"
    APPROVED = "approved", "A second person accepted it as it stands; it may be published.", "Approved"
    CHANGED = "changed", "Edited since it was approved; readers keep seeing what was approved.", "Changed"
    WITHDRAWN = "withdrawn", "Taken back from readers; the reason stays.", "Withdrawn"
    MERGED = "merged", "It was the same as another record, which took over what it held.", "Merged"


class Op(Vocabulary):
    """What a revision does to its record."""

    PUBLISH = "publish", "The document is what readers see from here on.", "Published"
    WITHDRAW = "withdraw", "The record is no longer served; the reason stays.", "Withdrawn"
    MERGE = "merge", "The record was the same as another one, which is named.", "Merged"


class Reason(Vocabulary):
    """Why a revision was written, where it is not simply that curators entered or corrected something."""

    REFERENCE = "reference", "A record that it names was published anew, for instance under another name.", "Reference"
    CODEBOOK = "codebook", "The shape or the meaning of documents changed.", "Codebook"
    REMOVED = "removed", "The record that it was a part of no longer holds it.", "Removed from its whole"
    DUPLICATE = "duplicate", "It was the same as another record.", "Duplicate"
    OUT_OF_SCOPE = "out_of_scope", "It is not what this database records.", "Out of scope"
    ERROR = "error", "It should not have been entered: it did not happen so.", "Error"
    SOURCE_WITHDRAWN = "source_withdrawn", "Its source took back what it said.", "Source withdrawn"
    SAFETY = "safety", "Serving it could harm somebody.", "Safety"
    SPLIT = "split", "It was several things, which now have records of their own.", "Split"
