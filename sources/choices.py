"""Vocabularies of the sources."""

from records.vocabulary import Vocabulary


class OutletKind(Vocabulary):
    """What sort of publisher an outlet is."""

    WIRE = "wire", "Sells reports to other outlets.", "News agency"
    NATIONAL_MEDIA = (
        "national_media",
        "Reports for a whole country and belongs to no party or force.",
        "National media",
    )
    PARTY_MEDIA = ("party_media", "Owned by or close to a political party.", "Party-affiliated media")
    STATE_MEDIA = "state_media", "Owned by a state.", "State media"
    OFFICIAL = ("official", "A government, ministry or force that publishes for itself.", "Official channel")
    AGGREGATOR = "aggregator", "Copies reports of other outlets.", "Aggregator"
    DATASET = "dataset", "Publishes coded data, whose rows are what is cited.", "Dataset"
    UNKNOWN = "unknown", "The copy at hand does not name its publisher.", "Unknown"


class Reliability(Vocabulary):
    """How far an outlet can be relied on, whatever it says today (Admiralty code A to F)."""

    A = "A", "Completely reliable.", "A completely reliable"
    B = "B", "Usually reliable.", "B usually reliable"
    C = "C", "Fairly reliable.", "C fairly reliable"
    D = "D", "Not usually reliable.", "D not usually reliable"
    E = "E", "Unreliable.", "E unreliable"
    F = "F", "Cannot be judged, which is not the same as bad.", "F cannot be judged"


class PublishedBasis(Vocabulary):
    """How the day of publication is known."""

    STATED = "stated", "The page gives the day it was published.", "Stated"
    DERIVED = (
        "derived",
        "Worked out from what the article says of other, datable events; the note says how.",
        "Derived",
    )
    COPY_DAY = (
        "copy_day",
        "The page shows only the day it was copied, so it was published by then.",
        "Bounded by copy",
    )
    UNKNOWN = "unknown", "Nothing in the copy at hand dates it.", "Unknown"


class Stance(Vocabulary):
    """How a passage bears on a record."""

    SUPPORTS = "supports", "The passage says what is coded.", "Supports"
    CONTRADICTS = "contradicts", "The passage says otherwise.", "Contradicts"
    CONTEXT = ("context", "The passage helps to understand the record without stating it.", "Context")


class Supports(Vocabulary):
    """Which part of a record a passage speaks of."""

    NAME = "name", "What the record is called.", "Name"
    KIND = "kind", "What sort of thing it is.", "Kind"
    WHEN = "when", "When it happened, began or ended.", "When"
    PLACE = "place", "Where it happened.", "Place"
    FORCES = "forces", "Who did it, took part or was its target.", "Forces"
    OBJECTIVE = "objective", "What it was meant to achieve.", "Objective"
    AREA = "area", "How large an area it covered.", "Area"
    RESULTS = "results", "What it brought about.", "Results"
    CASUALTIES = "casualties", "Who was killed or harmed.", "Casualties"
    ATTRIBUTION = "attribution", "Who claimed it or was accused of it.", "Attribution"


class Credibility(Vocabulary):
    """How far this statement can be believed, whoever made it (Admiralty code 1 to 6)."""

    CONFIRMED = "1", "Confirmed by other, independent sources.", "1 confirmed"
    PROBABLE = "2", "Agrees with what else is known.", "2 probably true"
    POSSIBLE = "3", "Reasonably likely.", "3 possibly true"
    DOUBTFUL = "4", "Possible, but not likely.", "4 doubtful"
    IMPROBABLE = "5", "Contradicted by what else is known.", "5 improbable"
    UNJUDGED = "6", "Cannot be judged.", "6 cannot be judged"


class Precision(Vocabulary):
    """How long the span of possible days is (UCDP GED `date_prec` 1 to 5)."""

    DAY = "day", "The day is known.", "Day"
    DAYS_2_6 = "days_2_6", "One of two to six days.", "2–6 days"
    WEEK = "week", "One of seven days.", "Week"
    MONTH = "month", "One of eight to thirty-one days.", "Month"
    MORE = "more", "A longer span.", "More than a month"
    UNKNOWN = "unknown", "At least one end of the span is open.", "Unknown"
