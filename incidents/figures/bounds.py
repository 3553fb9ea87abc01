"""Numbers of people as sums count them: the least, the best and the most, where the most may be open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from ..choices import Harm

#: The kinds of harm that a number of people with each kind counts, if not only its own.
COUNTED: dict[str, tuple[str, ...]] = {Harm.KILLED_OR_WOUNDED: (Harm.KILLED, Harm.WOUNDED, Harm.KILLED_OR_WOUNDED)}


def lies_in(part_harm: str, whole_harm: str) -> bool:
    """Return whether people with one harm are among those that are counted with another."""
    return part_harm in COUNTED.get(whole_harm, (whole_harm,))


class Counted(NamedTuple):
    """How many people something counts: low ≤ best ≤ high, where a high of None is open.

    `at_least`: the best number is a floor. `missing`: nothing says how many, or how many more, there were.
    """

    low: int = 0
    best: int = 0
    high: int | None = 0
    at_least: bool = False
    missing: bool = False

    @classmethod
    def stated(cls, low: int | None, best: int | None, high: int | None, at_least: bool = False) -> Self:
        """Return what an estimate counts: a low that is not stated is 0, a best the low, a high open."""
        return cls(
            low or 0,
            (low or 0) if best is None else best,
            high,
            at_least=at_least or (best is None and low is not None),
            missing=best is None and low is None,
        )

    def plus(self, other: Counted) -> Counted:
        """Return both together."""
        return Counted(
            self.low + other.low,
            self.best + other.best,
            None if self.high is None or other.high is None else self.high + other.high,
            self.at_least or other.at_least,
            self.missing or other.missing,
        )

    def without(self, taken: Counted) -> Counted:
        """Return what remains when some of these people are taken away: each bound less the opposite one."""
        return self._replace(
            low=0 if taken.high is None else max(0, self.low - taken.high),
            best=max(0, self.best - taken.best),
            high=None if self.high is None else max(0, self.high - taken.low),
        )

    def holding(self, parts: Counted) -> Counted:
        """Return this number of people where some of them are counted by parts: it is raised if these are more."""
        if self.missing:
            high = parts.high if self.high is not None and parts.best > self.high else self.high
            return parts._replace(high=high, at_least=not parts.missing, missing=parts.missing)
        more = parts.best > self.best
        return Counted(
            max(self.low, parts.low),
            max(self.best, parts.best),
            parts.high if self.high is not None and parts.best > self.high else self.high,
            parts.at_least if more else self.at_least,
        )

    def narrowed(self, low: int | None, high: int | None) -> Counted:
        """Return it within bounds that are stated for the whole. Where they contradict the best number, that stands."""
        least = self.low if low is None else min(max(self.low, low), self.best)
        most = self.high if high is None else high if self.high is None else min(self.high, high)
        return self._replace(low=least, high=None if most is None else max(most, self.best))

    def capped(self, people: int | None) -> Counted:
        """Return it with no bound above a number; None is no cap."""
        if people is None:
            return self
        high = people if self.high is None else min(self.high, people)
        return self._replace(low=min(self.low, people), best=min(self.best, people), high=high)


def together(counts: Iterable[Counted]) -> Counted:
    """Return the sum."""
    whole = Counted()
    for each in counts:
        whole = whole.plus(each)
    return whole
