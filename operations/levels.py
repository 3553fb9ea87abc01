"""What kinds of places are called: the theatre's own words for its administrative levels."""

from .choices import PlaceKind


def level_word(theatre: dict, kind: str, *, several: bool = False) -> str:
    """Return what a theatre calls a kind of place, in small letters; what the codebook does if it has no word for it.

    `theatre` is the document of the theatre (publication.theatre).
    """
    own = theatre["levels"].get(f"{kind}_plural" if several else kind, "")
    return own or PlaceKind(kind).label.lower()
