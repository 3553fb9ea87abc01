"""The vocabulary of review: how far a record has come."""

from .vocabulary import Vocabulary


class State(Vocabulary):
    """How far a working record has come."""

    DRAFT = "draft", "A curator is still entering or correcting it.", "Draft"
    IN_REVIEW = "in_review", "The curator is done; a reviewer has not decided yet.", "In review"
    RETURNED = "returned", "A reviewer sent it back; the comment says why.", "Returned"
    APPROVED = "approved", "A second person accepted it as it stands; it may be published.", "Approved"
    CHANGED = "changed", "Edited since it was approved; readers keep seeing what was approved.", "Changed"
    WITHDRAWN = "withdrawn", "Taken back from readers; the reason stays.", "Withdrawn"
    MERGED = "merged", "It was the same as another record, which took over what it held.", "Merged"


#: How a sentence says that a record is in a state: “it is still a draft”.
IN_WORDS = {
    State.DRAFT: "still a draft",
    State.IN_REVIEW: "in review",
    State.RETURNED: "returned to its curator",
    State.APPROVED: "approved",
    State.CHANGED: "changed since it was approved",
    State.WITHDRAWN: "withdrawn",
    State.MERGED: "merged",
}

#: The states in which a record is not edited or counted: first it is reopened, or its merge undone.
CLOSED = (State.WITHDRAWN, State.MERGED)
