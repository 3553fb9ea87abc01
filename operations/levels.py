"""What the levels of places are called: the theatre's own words beside the labels of the codebook."""


def level_label(theatre: dict, kind: str, label: str) -> str:
    """Return the label of a kind of place, with the theatre's word for it if it is a level that has one.

    `theatre` is the document of the theatre (publication.theatre).
    """
    word = theatre["levels"].get(kind, "")
    return f"{label} ({word})" if word else label
