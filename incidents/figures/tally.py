"""Running tallies: the figures of one series of tolls, and by how much each grew since the one before."""

from typing import NamedTuple

from records.choices import CLOSED

from ..models import Toll


class Bounds(NamedTuple):
    """A number of people, or by how much it grew; a bound that is not stated is None."""

    low: int | None
    best: int | None
    high: int | None


class Step(NamedTuple):
    """One figure of a series, and the interval of its increase since the one before.

    `increase` is None for the first figure. A bound of it is None if a figure is open, and negative if it shrank.
    """

    toll: Toll
    increase: Bounds | None
    before: Toll | None
    newest: bool

    @property
    def falls(self):
        """Whether the best figure is below the one before, so that a reviewer has to look at it."""
        best, before = self.toll.best, self.before and self.before.best
        return None not in (best, before) and best < before

    @property
    def grew(self):
        """The increase in words: +8, or +5 to +11."""
        if self.increase is None:
            return ""
        low, _, high = (None if bound is None else f"{bound:+}" for bound in self.increase)
        return low if low == high else f"{low or '?'} to {high or '?'}"


def tally(series):
    """Return the Steps of a series, the oldest first. Figures of the same day are compared with an earlier day."""
    if not series:
        return []
    tolls = Toll.objects.filter(series=series, usable=True, latest_on__isnull=False)
    tolls = list(tolls.exclude(state__in=CLOSED).order_by("latest_on", "uid"))
    steps = []
    for toll in tolls:
        before = next((each for each in reversed(tolls) if each.latest_on < toll.latest_on), None)
        increase = before and Bounds(
            _less(toll.low, before.high), _less(toll.best, before.best), _less(toll.high, before.low)
        )
        steps.append(Step(toll, increase, before, toll.latest_on == tolls[-1].latest_on))
    return steps


def _less(figure, other):
    return None if None in (figure, other) else figure - other
