"""The states of a record under review."""

from .vocabulary import Vocabulary


class State(Vocabulary):
    """The state of a working record."""

    DRAFT = "draft", "A curator is still entering or correcting it.", "Draft"
    IN_REVIEW = "in_review", "The curator has finished; a reviewer has not decided yet.", "In review"
    RETURNED = "returned", "A reviewer returned it; the comment says why.", "Returned"
    APPROVED = "approved", "A second person approved it; it can be published.", "Approved"
    CHANGED = "changed", "Edited since it was approved; readers still see the approved version.", "Changed"
    WITHDRAWN = "withdrawn", "No longer shown to readers, who see the reason instead.", "Withdrawn"
    MERGED = "merged", "A duplicate of another record, which now has its parts.", "Merged"


#: Each state as the end of a sentence: “it is still a draft”.
IN_WORDS = {
    State.DRAFT: "still a draft",
    State.IN_REVIEW: "in review",
    State.RETURNED: "returned to its curator",
    State.APPROVED: "approved",
    State.CHANGED: "changed since it was approved",
    State.WITHDRAWN: "withdrawn",
    State.MERGED: "merged",
}

#: The states in which a record is neither edited nor counted. It can be reopened, or its merge undone.
CLOSED = (State.WITHDRAWN, State.MERGED)
