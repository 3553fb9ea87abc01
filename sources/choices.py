"""Vocabularies of the sources."""

from records.vocabulary import Vocabulary


class OutletKind(Vocabulary):
    """What type of publisher an outlet is: whose voice it is, and how far it reaches, in print, on air or online.

    Choose the first that fits.
    """

    DATASET = "dataset", "Publishes coded data; what we cite are its rows.", "Dataset"
    OFFICIAL = (
        "official",
        "A channel in which a government, a ministry or a force of a state publishes its own statements.",
        "Official channel",
    )
    ARMED_GROUP = (
        "armed_group",
        "A channel in which an armed group publishes its own statements.",
        "Channel of an armed group",
    )
    STATE_MEDIA = "state_media", "Owned by a state.", "State media"
    PARTY_MEDIA = ("party_media", "Owned by a political party, or close to one.", "Party-affiliated media")
    HOSPITAL = "hospital", "A hospital, a morgue, an ambulance service or a health authority.", "Hospital"
    INTERNATIONAL_BODY = (
        "international_body",
        "The United Nations or another organisation of states.",
        "UN or international body",
    )
    MONITOR = (
        "monitor",
        "An organisation whose trade is to record harm or violations: a monitor, or who counts the dead.",
        "Monitor",
    )
    NGO = "ngo", "An aid organisation or another organisation without a government.", "NGO"
    RESEARCH = "research", "A university, a research institute or a think tank.", "Research institute"
    WIRE = "wire", "A news agency that supplies reports to other outlets.", "News agency"
    EXILE_MEDIA = (
        "exile_media",
        "Made from abroad by people who had to leave the country that they cover.",
        "Outlet in exile",
    )
    INTERNATIONAL_MEDIA = ("international_media", "Covers many countries.", "International media")
    NATIONAL_MEDIA = (
        "national_media",
        "Covers a whole country, and belongs to no party or force.",
        "National media",
    )
    LOCAL_MEDIA = "local_media", "Covers a part of a country.", "Local media"
    SOCIAL_MEDIA = "social_media", "An account or a channel of private people on a platform.", "Social media account"
    AGGREGATOR = "aggregator", "Republishes reports of other outlets.", "Aggregator"
    UNKNOWN = "unknown", "The copy that we have does not name its publisher.", "Unknown"


class Reliability(Vocabulary):
    """How reliable an outlet is in general, whatever this report says (Admiralty code A to F)."""

    A = "A", "Completely reliable.", "A completely reliable"
    B = "B", "Usually reliable.", "B usually reliable"
    C = "C", "Fairly reliable.", "C fairly reliable"
    D = "D", "Not usually reliable.", "D not usually reliable"
    E = "E", "Unreliable.", "E unreliable"
    F = "F", "Its reliability cannot be judged. This does not mean that it is unreliable.", "F cannot be judged"


class PublishedBasis(Vocabulary):
    """How we know the day of publication."""

    STATED = "stated", "The page states the day of publication.", "Stated"
    DERIVED = (
        "derived",
        "Derived from what the article says of other events whose day is known; the note says how.",
        "Derived",
    )
    COPY_DAY = (
        "copy_day",
        "The page shows only the day on which it was copied, so it was published on that day or earlier.",
        "Bounded by copy",
    )
    UNKNOWN = "unknown", "Nothing in the copy that we have shows the day.", "Unknown"


class ArticleStatus(Vocabulary):
    """Whether the outlet stands by what the article says."""

    CURRENT = "current", "As far as we know, the outlet stands by it.", "Current"
    CORRECTED = "corrected", "The outlet changed something that it had said; the note says what.", "Corrected"
    RETRACTED = (
        "retracted",
        "The outlet took the article back, or disowned what we cite; the note says why.",
        "Retracted",
    )


class MediaKind(Vocabulary):
    """What a piece of evidence beside an article is."""

    PHOTO = "photo", "A still picture, also a satellite image.", "Photo"
    VIDEO = "video", "A moving picture, with or without sound.", "Video"
    DOCUMENT = "document", "A letter, an order, a list or a map.", "Document"
    PAGE_COPY = "page_copy", "A copy of the article’s own page, as it looked on one day.", "Copy of the page"


class Stance(Vocabulary):
    """How a passage relates to a record, and how a party answers what is said of it."""

    SUPPORTS = "supports", "The passage says what the record says.", "Supports"
    CONTRADICTS = "contradicts", "The passage contradicts what the record says.", "Contradicts"
    CONTEXT = ("context", "The passage helps to understand the record, but does not state it.", "Context")
    ADMITS = "admits", "A party says that it did what the record says.", "Admits"
    DENIES = "denies", "A party says that it did not do it, or that it did not happen.", "Denies"
    INVESTIGATES = "investigates", "A party says that it looks into it, and says no more.", "Investigates"
    NO_COMMENT = "no_comment", "A party was asked and gave no answer.", "Gives no comment"


#: The stances of passages on which a record rests.
RESTING_STANCES = (Stance.SUPPORTS, Stance.ADMITS)


class Supports(Vocabulary):
    """Which part of a record a passage is about."""

    NAME = "name", "What the record is called.", "Name"
    KIND = "kind", "What type of thing it is.", "Kind"
    WHEN = "when", "When it happened, began or ended.", "When"
    PLACE = "place", "Where it happened.", "Place"
    FORCES = "forces", "Who did it, who took part, or who was the target.", "Forces"
    OBJECTIVE = "objective", "What it was meant to achieve.", "Objective"
    AREA = "area", "How large an area it covered.", "Area"
    RESULTS = "results", "What it achieved or caused.", "Results"
    CASUALTIES = "casualties", "Who was killed or harmed.", "Casualties"
    ATTRIBUTION = "attribution", "Who claimed responsibility, or was accused.", "Attribution"


class Credibility(Vocabulary):
    """How credible this statement is, whoever made it (Admiralty code 1 to 6)."""

    CONFIRMED = "1", "Confirmed by other, independent sources.", "1 confirmed"
    PROBABLE = "2", "Agrees with other information.", "2 probably true"
    POSSIBLE = "3", "Reasonably likely.", "3 possibly true"
    DOUBTFUL = "4", "Possible, but not likely.", "4 doubtful"
    IMPROBABLE = "5", "Contradicted by other information.", "5 improbable"
    UNJUDGED = "6", "Its credibility cannot be judged, or nobody has judged it yet.", "6 cannot be judged"


class Precision(Vocabulary):
    """How many days are possible (UCDP GED `date_prec` 1 to 5)."""

    DAY = "day", "The exact day is known.", "Day"
    DAYS_2_6 = "days_2_6", "It was one of two to six days.", "2–6 days"
    WEEK = "week", "It was one of seven days.", "Week"
    MONTH = "month", "It was one of eight to thirty-one days.", "Month"
    MORE = "more", "It was one of more than thirty-one days.", "More than a month"
    UNKNOWN = "unknown", "The first or the last possible day is not known.", "Unknown"
