"""The vocabularies of the log: what a revision does, and why."""

from records.vocabulary import Vocabulary


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
