"""The vocabularies of the log: what a revision does, and why."""

from records.vocabulary import Vocabulary


class Op(Vocabulary):
    """What a revision does to its record."""

    PUBLISH = "publish", "Readers see the document from this revision on.", "Published"
    WITHDRAW = "withdraw", "The record is no longer served; readers see the reason.", "Withdrawn"
    MERGE = "merge", "The record was a duplicate of another one, which is named.", "Merged"


class Reason(Vocabulary):
    """Why a revision was written, unless curators simply entered or corrected something."""

    REFERENCE = "reference", "A record that it names was published again, for example under another name.", "Reference"
    CODEBOOK = "codebook", "The shape or the meaning of documents changed.", "Codebook"
    REMOVED = "removed", "It is no longer part of the record that it belonged to.", "Removed from its whole"
    DUPLICATE = "duplicate", "It was a duplicate of another record.", "Duplicate"
    OUT_OF_SCOPE = "out_of_scope", "It is not what this database records.", "Out of scope"
    ERROR = "error", "It should not have been entered: it did not happen as recorded.", "Error"
    SOURCE_WITHDRAWN = "source_withdrawn", "Its source withdrew what it said.", "Source withdrawn"
    SAFETY = "safety", "Serving it could harm somebody.", "Safety"
    SPLIT = "split", "It described several things, which now have their own records.", "Split"
