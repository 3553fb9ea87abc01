"""Estimates within others: “12 people, three of them children”, and what remains of the whole beside its parts.

A part lies in the number of its whole if both have the same harm, or if the whole counts people killed or wounded and
the part says which. Then the whole is at least as high as its parts, bound by bound, and its `rest` is what they leave
of it: the rests of all lines add up to the wholes, however the lines are told apart. Across other harms (killed, of
those abducted) both count fully, each under its own harm.

A bound that a part does not state takes nothing from its whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from .account import COUNTED, Bounds


class Estimated(Protocol):
    """A casualty, as far as it is added up."""

    pk: int
    within_id: int | None
    harm: str
    low: int | None
    best: int | None
    high: int | None


def lies_in(part_harm: str, whole_harm: str) -> bool:
    """Return whether people with one harm are among those that are counted with another."""
    return part_harm in COUNTED.get(whole_harm, (whole_harm,))


def counted_parts(whole: Estimated, lines: Iterable[Estimated]) -> list[Estimated]:
    """Return the lines that lie directly within another one, and in its number."""
    return [line for line in lines if line.within_id == whole.pk and lies_in(line.harm, whole.harm)]


def rest_of(line: Estimated, lines: list[Estimated]) -> Bounds:
    """Return how many people of a line none of the lines within it counts."""
    own = (line.low, line.best, line.high)
    taken = _parts(line, lines)
    return Bounds(*(None if bound is None else max(0, bound - part) for bound, part in zip(own, taken, strict=True)))


def _parts(line: Estimated, lines: list[Estimated]) -> tuple[int, ...]:
    """Return how many people the parts of a line count, bound by bound."""
    parts = [_raised(part, lines) for part in counted_parts(line, lines)]
    return tuple(sum(part[number] or 0 for part in parts) for number in range(3))


def _raised(line: Estimated, lines: list[Estimated]) -> Bounds:
    """Return the bounds of a line, raised where its parts count more. An open high stays open."""
    parts, low, best, high = _parts(line, lines), line.low, line.best, line.high
    return Bounds(max(low or 0, parts[0]), max(best or 0, parts[1]), None if high is None else max(high, parts[2]))


def share(rest: Bounds, in_whole: bool) -> Bounds:
    """Return what a line adds to a sum, where `in_whole` says whether the line that it lies in is in the sum too.

    If so, that line closes the sum, even though nobody said how many of its people the part counts at most.
    """
    return rest._replace(high=0) if in_whole and rest.high is None else rest


def shares(lines: Mapping[str, Mapping]) -> list[Bounds]:
    """Return what each of the documents of casualties, by uid, adds to one sum of them all."""
    return [share(Bounds.of(line["rest"]), _in_whole(line, lines.get(line["within"]))) for line in lines.values()]


def _in_whole(line: Mapping, whole: Mapping | None) -> bool:
    return whole is not None and lies_in(line["harm"], whole["harm"])
