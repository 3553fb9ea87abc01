"""What the claims of an estimate suggest: each is read as a SourceFigure, for the procedure in `estimates`."""

from datetime import date

from sources.choices import Credibility, Stance

from .estimates import Interest, SourceFigure, Suggestion, estimate_of
from .parties import Scene

CREDIBLE = (Credibility.CONFIRMED, Credibility.PROBABLE, Credibility.POSSIBLE)

#: Why a passage of each stance gives no number. All others support the record.
NOT_COUNTED = {
    Stance.CONTRADICTS: "The passage contradicts.",
    Stance.CONTEXT: "The passage only gives context.",
    Stance.DENIES: "A party denies it, which gives no number.",
    Stance.INVESTIGATES: "A party looks into it, which gives no number.",
    Stance.NO_COMMENT: "A party gives no comment.",
}


def suggest_estimate(claims, last_day: date | None, scene: Scene | None) -> Suggestion:
    """Return the Suggestion that follows from the claims about one victim group and one harm.

    `last_day` is the last day on which it may have happened. The scene may be None if no claim is the figure of a
    force. Articles, outlets and claimants are read from each claim.
    """
    uids = {claim.pk: claim.uid for claim in claims if claim.pk}
    return estimate_of([_figure(claim, scene, uids) for claim in claims], last_day)


def _figure(claim, scene, uids):
    """Return what a claim says; `uids` are those of all claims, by primary key."""
    article = _original(claim.article)
    # A report that is not in the database is known by its copies only.
    outlet = article.copied_from or article.outlet
    source, name = _source_of(claim, outlet)
    return SourceFigure(
        key=claim.uid,
        source=source,
        article=article.pk or id(article),
        low=claim.low,
        high=claim.high,
        qualifier=claim.qualifier,
        name_list=claim.name_list,
        name=name,
        grade=outlet.reliability,
        day=claim.as_of_on or _day(article),
        interest=scene.interest_of(claim.claimed_by) if claim.claimed_by_id else Interest.NONE,
        replaces=uids.get(claim.supersedes_id),
        set_aside=_set_aside(claim),
        claim=claim,
    )


def _original(article):
    """Return the report that an article repeats, or the article itself."""
    while article.syndicated_from:
        article = article.syndicated_from
    return article


def _source_of(claim, outlet):
    """Return who counted, as something that two claims of one source share, and as a name.

    It is the force or the speaker that the passage names, or else the outlet with all that share its feed.
    """
    if claim.claimed_by_id:
        return ("force", claim.claimed_by.slug), claim.claimed_by.name
    if speaker := " ".join(claim.said_by.split()):
        return ("speaker", speaker.casefold()), speaker
    return ("feed", outlet.feed_group) if outlet.feed_group else ("outlet", outlet.slug), outlet.name


def _day(article):
    """Return the day of a report; None if it is known only that it did not come later than some day."""
    return article.published_latest_on if article.published_earliest_on else None


def _set_aside(claim):
    """Return why a claim does not count; empty if it may."""
    if not claim.used:
        return f"Set aside by the coder: {claim.unused_because}"
    if claim.stance in NOT_COUNTED:
        return NOT_COUNTED[claim.stance]
    if claim.credibility == Credibility.UNJUDGED:
        return "Nobody has judged how credible it is."
    if claim.credibility not in CREDIBLE:
        return "It is not credible."
    return ""
