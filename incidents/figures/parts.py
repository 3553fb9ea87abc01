"""Estimates within others: “12 people, three of them children”, counted once, however they are told apart.

A part lies in the number of its whole if both have the same harm, or if the whole counts people killed or wounded and
the part says which. In a sum in which both stand in one group, the part adds nothing, and raises the whole only if it
counts more. Where they stand in different groups, the part counts in its own and is taken from the whole: each bound
less the opposite one, because nobody said how many the others were. Across other harms (killed, of those abducted)
both count fully, each under its own harm; in a sum of people of all harms the part adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from .bounds import Counted, lies_in, together

Key = TypeVar("Key", bound=Hashable)


class Line(NamedTuple):
    """A casualty, as far as it is added up: `within` names the line around it, `row` is whatever it comes from."""

    name: Hashable
    within: Hashable
    harm: str
    counted: Counted
    row: Any = None


def line_of_document(casualty: Mapping[str, Any], row: Any = None) -> Line:
    """Return the Line of the document of a casualty."""
    counted = Counted.stated(*(casualty[name] for name in ("low", "best", "high", "at_least")))
    return Line(casualty["uid"], casualty["within"], casualty["harm"], counted, row)


def by_group(lines: Iterable[Line], key: Callable[[Line], Key], across: bool = False) -> dict[Key, Counted]:
    """Return what the lines of one incident add to the groups of a sum.

    `key` names the group of a line. `across`: the sum counts people of all harms, so that a part adds nothing to a
    whole of any other harm in its group.
    """
    lines = list(lines)
    inner: dict[Hashable, list[Line]] = defaultdict(list)
    roots = []
    wholes = {line.name: line for line in lines}
    for line in lines:
        whole = wholes.get(line.within)
        if whole is not None and (across or lies_in(line.harm, whole.harm)):
            inner[whole.name].append(line)
        else:
            roots.append(line)
    groups: dict[Key, Counted] = {}
    for root in roots:
        _add(groups, _contributions(root, inner, key))
    return groups


def root_of(line: Line, wholes: Mapping[Hashable, Line]) -> Hashable:
    """Return the name of the outermost estimate around a line, which may be itself; `wholes` are lines by name."""
    passed = {line.name}
    while line.within in wholes and line.within not in passed:
        line = wholes[line.within]
        passed.add(line.name)
    return line.name


def _contributions(line: Line, inner: dict[Hashable, list[Line]], key: Callable[[Line], Key]) -> dict[Key, Counted]:
    """Return what a line and everything within it add, by group."""
    groups: dict[Key, Counted] = {}
    for part in inner[line.name]:
        _add(groups, _contributions(part, inner, key))
    own = key(line)
    others = together(counted for group, counted in groups.items() if group != own)
    rest = line.counted.without(others)
    if own in groups:
        groups[own] = rest.holding(groups[own])
    elif not groups or rest.best or not _covers(others, line.counted):
        # A whole whose parts count everybody makes no group.
        groups[own] = rest
    return groups


def _covers(parts: Counted, whole: Counted) -> bool:
    """Return whether the parts of a whole may be all of its people, however many they were."""
    return parts.high is None or (whole.high is not None and whole.high <= parts.high)


def _add(groups: dict[Key, Counted], more: dict[Key, Counted]) -> None:
    for key, counted in more.items():
        groups[key] = groups[key].plus(counted) if key in groups else counted


def total_of(lines: Iterable[Line], key: Callable[[Line], bool]) -> Counted:
    """Return how many people the lines for which `key` is true count together."""
    return by_group(lines, key).get(True, Counted())
