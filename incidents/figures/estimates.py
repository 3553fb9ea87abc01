"""From the claims of sources to our estimate: the published procedure, with a reason for each claim.

1. A claim does not count if the coder set it aside, if it was replaced, if it contradicts or only gives context, if a
   party denies, looks into it or gives no comment (an admission counts), if it gives no number, or if its credibility
   is not 1 to 3.
2. Claims are grouped by source: copies count with what they copy, outlets of one feed group together, and a figure that
   a side gives counts as that side's, wherever it is published. Only the newest figures of a group are used.
3. Vague words are intervals: at least 7 is 7 or more, several 3 or more, dozens 24 or more, hundreds 200 or more.
4. A side's figure for its enemy's losses alone proves no lowest and no best number. Its figure for its own losses
   alone proves no highest number. A force that took part, and of which nobody knows on which side it was against the
   victims, proves nothing (incidents.figures.parties).
5. The lowest number is the smallest that a group gives. The highest is the largest upper bound of a group; it is open
   if another group says that there were more.
6. The best number is the one that more groups give than any other, if at least two do; or else that of the most
   reliable outlet; or else the newest; or else the middle one. Only figures with both bounds are used, and of a range
   the middle.

The procedure is Hamrin's own. It follows the practice of UCDP (low, best, high; never a figure from the enemy alone)
and of casualty recorders (syndicated copies count once).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import median_low
from typing import NamedTuple

from operations.choices import Qualifier
from sources.choices import Credibility, Reliability, Stance

from ..choices import Basis
from .parties import Interest

CREDIBLE = (Credibility.CONFIRMED, Credibility.PROBABLE, Credibility.POSSIBLE)

#: The lowest number that words without a number allow.
VAGUE = {Qualifier.SEVERAL: 3, Qualifier.DOZENS: 24, Qualifier.HUNDREDS: 200}

#: Why a passage of each stance gives no number. All others support the record.
NOT_COUNTED = {
    Stance.CONTRADICTS: "The passage contradicts.",
    Stance.CONTEXT: "The passage only gives context.",
    Stance.DENIES: "A party denies it, which gives no number.",
    Stance.INVESTIGATES: "A party looks into it, which gives no number.",
    Stance.NO_COMMENT: "A party gives no comment.",
}


class Verdict(NamedTuple):
    """Whether a claim counts, and why, in a sentence."""

    claim: object
    counts: bool
    sentence: str


@dataclass
class Suggestion:
    """What the claims suggest. A number that they do not give is None; `contested`: two figures exclude each other."""

    low: int | None = None
    best: int | None = None
    high: int | None = None
    basis: str = ""
    at_least: bool = False
    contested: bool = False
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def figures(self):
        return self.low, self.best, self.high


@dataclass
class Group:
    """What one source says: its newest figures as one interval."""

    low: int | None
    high: int | None
    interest: Interest
    reliability: str
    on: date
    updated: bool

    @property
    def closed(self):
        return self.low is not None and self.high is not None

    @property
    def middle(self):
        """The figure, or the middle of a range, rounded down."""
        return (self.low + self.high) // 2


def suggest_estimate(claims, scene):
    """Return the Suggestion that follows from the claims about one group of victims and one harm, in a Scene.

    The scene may be None if no claim is the figure of a force. The order of the claims does not matter. Their articles,
    outlets and claimants are read from each claim.
    """
    suggestion = Suggestion()
    replaced = {claim.supersedes_id: claim for claim in claims if claim.supersedes_id}
    sources = defaultdict(list)
    for claim in claims:
        if why := _set_aside(claim, replaced) or _proves_nothing(claim, scene):
            suggestion.verdicts.append(Verdict(claim, False, why))
        else:
            sources[source_of(claim)].append(claim)
    groups = [_group(sources[source], scene, suggestion) for source in sorted(sources)]
    suggestion.verdicts.sort(key=lambda verdict: verdict.claim.uid)
    if groups:
        _bounds(groups, suggestion)
        _best(groups, suggestion)
    return suggestion


def source_of(claim):
    """Return the original source of a claim, as (type of source, slug)."""
    origin = origin_of(claim)
    if claim.claimed_by_id:
        return "force", origin.slug
    return ("feed", origin.feed_group) if origin.feed_group else ("outlet", origin.slug)


def origin_of(claim):
    """Return the force whose figure it is, or else the outlet that published it first."""
    if claim.claimed_by_id:
        return claim.claimed_by
    article = claim.article
    while article.syndicated_from:
        article = article.syndicated_from
    return article.copied_from or article.outlet


def interval(claim):
    """Return the lowest and the highest number that the words of a claim allow; None is open."""
    low = claim.low if claim.low is not None else VAGUE.get(claim.qualifier)
    return low, claim.high


def _set_aside(claim, replaced):
    """Return why a claim does not count; empty if it does."""
    if not claim.used:
        return f"Set aside by the coder: {claim.unused_because}"
    if claim.pk in replaced:
        return f"Replaced by {replaced[claim.pk].uid}."
    if claim.stance in NOT_COUNTED:
        return NOT_COUNTED[claim.stance]
    if interval(claim) == (None, None):
        return "It gives no number."
    if claim.credibility == Credibility.UNJUDGED:
        return "Nobody has judged how credible it is."
    if claim.credibility not in CREDIBLE:
        return "It is not credible."
    return ""


def _day(claim):
    """Return the day to which a figure refers."""
    return claim.as_of_on or claim.article.published_latest_on or date.min


def _interest(claim, scene):
    """Return the Interest of the force that gives the figure."""
    return scene.interest_of(claim.claimed_by) if claim.claimed_by_id else Interest.NONE


def _proves_nothing(claim, scene):
    """Return why the force that gives the figure proves nothing by it; empty if it may prove something."""
    return Interest.UNCLEAR.value if _interest(claim, scene) == Interest.UNCLEAR else ""


def _group(claims, scene, suggestion):
    """Return what one source says, and add a verdict on each of its claims."""
    newest = max(map(_day, claims))
    fresh = [claim for claim in claims if _day(claim) == newest]
    exact = [claim for claim in fresh if None not in interval(claim)] or fresh
    for claim in claims:
        name = origin_of(claim).name
        if claim not in fresh:
            verdict = Verdict(claim, False, f"The same source ({name}) gives a newer figure.")
        elif claim not in exact:
            verdict = Verdict(claim, False, f"The same source ({name}) gives a more precise figure.")
        else:
            verdict = Verdict(claim, True, f"Counts for {name}{_interest(claim, scene).value}.")
        suggestion.verdicts.append(verdict)
    lows = [low for low, _ in map(interval, exact) if low is not None]
    highs = [high for _, high in map(interval, exact)]
    return Group(
        low=min(lows, default=None),
        high=None if None in highs else max(highs),
        interest=_interest(exact[0], scene),
        reliability=min(claim.article.outlet.reliability for claim in exact),
        on=newest,
        updated=len(fresh) < len(claims) or any(claim.supersedes_id for claim in fresh),
    )


def _bounds(groups, suggestion):
    """Set the lowest and the highest number."""
    lows = [group.low for group in groups if group.low is not None]
    highs = [group.high for group in groups if group.high is not None]
    if lows and any(group.interest != Interest.ENEMY for group in groups):
        suggestion.low = min(lows)
    if highs and any(group.interest != Interest.OWN for group in groups) and max(highs) >= max(lows, default=0):
        suggestion.high = max(highs)
    closed = [group for group in groups if group.closed]
    suggestion.contested = any(one.high < other.low for one in closed for other in closed)


def _best(groups, suggestion):
    """Set the best number and its basis."""
    closed = [group for group in groups if group.closed]
    free = [group for group in closed if group.interest != Interest.ENEMY]
    if not free:
        return
    said = Counter((group.low, group.high) for group in closed)
    agreed, times = said.most_common(1)[0]
    most_reliable = [group for group in free if group.reliability == min(each.reliability for each in free)]
    newest = [group for group in free if group.on == max(each.on for each in free)]
    if len(closed) == 1:
        chosen, basis = free, Basis.LATEST_UPDATE if free[0].updated else Basis.SINGLE_CLAIM
    elif times > 1 and list(said.values()).count(times) == 1 and agreed in {(each.low, each.high) for each in free}:
        chosen = [group for group in free if (group.low, group.high) == agreed]
        basis = Basis.SOURCES_AGREE if len(said) == 1 else Basis.MAJORITY
    elif len(most_reliable) == 1 and most_reliable[0].reliability != Reliability.F:
        chosen, basis = most_reliable, Basis.MOST_RELIABLE
    elif len(newest) == 1:
        chosen, basis = newest, Basis.LATEST_UPDATE
    else:
        chosen, basis = free, Basis.MEDIAN
    suggestion.best = median_low(sorted(group.middle for group in chosen))
    suggestion.basis = basis
