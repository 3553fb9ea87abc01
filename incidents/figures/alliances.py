"""How a group of victims is worded who belonged to one of several forces, nobody says to which."""

from collections.abc import Iterable

#: The longest words for a group of victims.
LONGEST_WORDS = 200


def of_one_of(names: Iterable[str]) -> str:
    """Return the words for people of one of several forces, such as “of A, B or C”, whatever the order of the names."""
    *others, last = sorted(names)
    words = f"of {', '.join(others)} or {last}" if others else f"of {last}"
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 2]} …"
