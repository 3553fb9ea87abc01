"""Vocabularies of incidents, casualties and tolls."""

from records.vocabulary import Vocabulary


class IncidentKind(Vocabulary):
    """What happened, in one word."""

    ARMED_ATTACK = (
        "armed_attack",
        "One side attacks the other with small arms or with several kinds of weapons.",
        "Armed attack",
    )
    ARMED_CLASH = ("armed_clash", "Two sides exchange fire, and no source says who attacked first.", "Armed clash")
    AMBUSH = "ambush", "A surprise attack from hiding on people who are on the move.", "Ambush"
    BOMBING = "bombing", "An explosive device goes off, whether planted, driven or carried.", "Bombing"
    SHELLING = "shelling", "An attack with mortars, rockets or artillery.", "Shelling"
    AIR_STRIKE = "air_strike", "An attack from an aircraft or a drone.", "Air or drone strike"
    KILLING = ("killing", "Selected people are killed outside a fight.", "Targeted killing or execution")
    ABDUCTION = "abduction", "People are taken away by force.", "Abduction"
    ARSON = "arson", "Fields, homes or installations are set on fire.", "Arson"
    TERRITORY = "territory", "Control of a place passes from one side to another.", "Change of control"
    OTHER = "other", "Any other act of war that none of these kinds describes.", "Other"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class Method(Vocabulary):
    """How it was done. Choose all that apply."""

    SMALL_ARMS = "small_arms", "Rifles, machine guns or grenades.", "Small arms"
    SNIPING = "sniping", "Aimed fire from a distance.", "Sniping"
    IED = "ied", "A planted explosive device.", "Planted bomb"
    VEHICLE_BOMB = "vehicle_bomb", "A bomb in a vehicle.", "Vehicle bomb"
    SUICIDE = "suicide", "The attacker intends to die in the attack.", "Suicide attack"
    INDIRECT_FIRE = "indirect_fire", "Mortars, rockets or artillery.", "Indirect fire"
    AIR = "air", "Weapons fired or dropped from aircraft or drones.", "From the air"
    FIRE = "fire", "Fields, homes or other things are set on fire.", "Fire-raising"
    ABDUCTION = "abduction", "People are taken away by force.", "Abduction"


class Target(Vocabulary):
    """What the incident was directed at."""

    MILITARY_POSITION = (
        "military_position",
        "Soldiers at a post, at a base or in a defensive line.",
        "Military position",
    )
    PATROL = "patrol", "Soldiers or police on the move.", "Patrol or convoy"
    POLICE = "police", "A police post or checkpoint.", "Police"
    SETTLEMENT = "settlement", "A town or village, and the people in it.", "Settlement"
    CROPS = "crops", "Fields, crops or harvests.", "Crops"
    INFRASTRUCTURE = "infrastructure", "Power, oil, water, roads and other infrastructure.", "Infrastructure"
    PERSON = "person", "A selected person, official or private.", "Chosen person"
    ARMED_GROUP = ("armed_group", "Fighters, hideouts or vehicles of an armed group.", "Armed group")
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class LocationPrecision(Vocabulary):
    """How precisely the location is known, from the most to the least precise (UCDP GED `where_prec` 1 to 6).

    GeoJSON gives a radius for the codes down to the district. It is a rule of thumb for how far from the point the
    incident may have happened: exact 1 km, settlement 5 km, near a settlement 25 km, sub-district 25 km, district
    50 km. Less precise records have no radius, and no point either unless one is asked for.
    """

    EXACT = "exact", "The source identifies the exact spot.", "Exact point"
    SETTLEMENT = "settlement", "The source names the town or village in which it happened.", "Settlement"
    NEAR_SETTLEMENT = ("near_settlement", "Within about 25 km of a place that the source names.", "Near a settlement")
    SUBDISTRICT = "subdistrict", "Somewhere in a known sub-district.", "Sub-district"
    DISTRICT = "district", "Somewhere in a known district.", "District"
    GOVERNORATE = "governorate", "Somewhere in a known governorate.", "Governorate"
    FEATURE = ("feature", "Somewhere along a road, a mountain range or a front, or between two places.", "Line or area")
    SEVERAL_GOVERNORATES = (
        "several_governorates",
        "Somewhere in an area that covers several governorates.",
        "Several governorates",
    )
    COUNTRY = "country", "Somewhere in a known country.", "Country"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"

    @classmethod
    def radii(cls):
        """Return the radius in km of each code that has one."""
        return {cls.EXACT: 1, cls.SETTLEMENT: 5, cls.NEAR_SETTLEMENT: 25, cls.SUBDISTRICT: 25, cls.DISTRICT: 50}


class Attribution(Vocabulary):
    """How certain it is who did it (based on the grades of Airwars)."""

    CONFIRMED = "confirmed", "The force itself says that it is responsible.", "Confirmed"
    FAIR = "fair", "At least two independent, credible sources name the same force.", "Fair"
    WEAK = "weak", "A single source names the force.", "Weak"
    CONTESTED = "contested", "Sources name different forces.", "Contested"
    UNATTRIBUTED = "unattributed", "No source says which force did it.", "Unattributed"


class Clarity(Vocabulary):
    """Whether the source reports one event, or several as one (UCDP GED `event_clarity`)."""

    INDIVIDUAL = "individual", "The source reports the event by itself.", "Individual"
    AGGREGATED = (
        "aggregated",
        "The source reports several events together, and they cannot be separated.",
        "Aggregated",
    )


class InvolvementRole(Vocabulary):
    """The role of a force in an incident."""

    INITIATOR = "initiator", "Carried out the attack.", "Initiator"
    TARGET = "target", "Was the target of the attack.", "Target"
    PARTY = "party", "Took part in the fighting, and the source does not say who attacked.", "Party"
    RESPONDER = "responder", "Came to help, or struck back.", "Responder"
    CLAIMED_RESPONSIBILITY = ("claimed_responsibility", "Says that it is responsible.", "Claimed responsibility")
    ACCUSED = "accused", "Others say that it is responsible.", "Accused"


class VictimStatus(Vocabulary):
    """What the people harmed were at the time."""

    SECURITY_FORCE_MEMBER = (
        "security_force_member",
        "A soldier, police officer or Peshmerga on duty.",
        "Security force member",
    )
    ARMED_GROUP_MEMBER = ("armed_group_member", "A fighter of an armed group.", "Armed group member")
    OFF_DUTY = "off_duty", "A member of a security force who was off duty.", "Off-duty security member"
    CIVILIAN = "civilian", "A person who takes no part in the fighting.", "Civilian"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class Harm(Vocabulary):
    """What happened to the people harmed."""

    KILLED = ("killed", "Dead, from whatever cause, if a source links the death to the incident.", "Killed")
    WOUNDED = "wounded", "Injured, and alive.", "Wounded"
    KILLED_OR_WOUNDED = (
        "killed_or_wounded",
        "The source says “casualties” without separating killed from wounded.",
        "Killed or wounded",
    )
    MISSING = "missing", "Missing since the incident, and not found.", "Missing"
    CAPTURED = "captured", "Taken prisoner by the other side.", "Captured"
    ABDUCTED = "abducted", "Taken away by force, not in a fight.", "Abducted"


class AgeGroup(Vocabulary):
    """How old the people harmed were."""

    CHILD = "child", "Under 18, or called children by the source.", "Children"
    ADULT = "adult", "18 or older, and not called elderly.", "Adults"
    ELDERLY = "elderly", "Called old or elderly by the source, or 60 or older.", "Elderly"
    MIXED = "mixed", "The source says that there were people of several of these ages among them.", "Several ages"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class Sex(Vocabulary):
    """The sex of the people harmed."""

    FEMALE = "female", "Women or girls.", "Female"
    MALE = "male", "Men or boys.", "Male"
    MIXED = "mixed", "The source says that there were both among them.", "Both"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class CountedAs(Vocabulary):
    """In which totals the people harmed are counted."""

    VICTIMS = "victims", "People whom the incident harmed. Totals count them.", "Victims"
    ATTACKERS = (
        "attackers",
        "People of the side that attacked, such as a suicide bomber. Totals of victims leave them out; they are shown"
        " beside them.",
        "Attackers",
    )
    NOT_CAUSED = (
        "not_caused",
        "People whom the source mentions with the incident although it did not cause the harm, such as somebody who"
        " died in an accident on the way. No total counts them.",
        "Not caused by it",
    )


class Basis(Vocabulary):
    """What an estimate is based on."""

    SINGLE_CLAIM = "single_claim", "One source gives one figure.", "Single claim"
    SOURCES_AGREE = ("sources_agree", "Independent sources give the same figure.", "Sources agree")
    MAJORITY = "majority", "More independent sources give this figure than any other.", "Majority of sources"
    MOST_RELIABLE = ("most_reliable", "The most reliable source gives this figure.", "Most reliable source")
    LATEST_UPDATE = (
        "latest_update",
        "It is the newest figure, from the same source or from sources that are equally reliable.",
        "Latest update",
    )
    MEDIAN = (
        "median",
        "Sources differ and none is better than the others, so the middle figure is used.",
        "Middle of the figures",
    )
    DATASET = "dataset", "The figure comes from another dataset, which has rules of its own.", "Another dataset"
    CODER_JUDGEMENT = ("coder_judgement", "The coder decided on the figure; the note says why.", "Coder's judgement")


class Qualifier(Vocabulary):
    """How the source words its figure."""

    EXACT = "exact", "A plain number, such as “five”.", "Exactly"
    AT_LEAST = "at_least", "“At least”, “no fewer than”.", "At least"
    MORE_THAN = "more_than", "“More than”, “over”. The lowest number is one above the number given.", "More than"
    AT_MOST = "at_most", "“At most”, “up to”.", "At most"
    APPROXIMATELY = "approximately", "“About”, “around”, “some”.", "About"
    RANGE = "range", "Two numbers, such as “five to seven”.", "From … to …"
    SEVERAL = "several", "“Several”, “a number of”. Read as three or more.", "Several"
    DOZENS = "dozens", "“Dozens”. Read as twenty-four or more.", "Dozens"
    HUNDREDS = "hundreds", "“Hundreds”. Read as two hundred or more.", "Hundreds"
    UNSTATED = "unstated", "The source says that people were harmed, and gives no number.", "No number"


class Coverage(Vocabulary):
    """Whether a toll counts the people harmed in an incident."""

    CONTAINED = "contained", "The toll certainly counts it.", "Contained"
    LIKELY = "likely", "The toll very probably counts it.", "Likely"
    POSSIBLE = "possible", "The toll may count it.", "Possible"
    EXCLUDED = "excluded", "The toll does not count it; the reason says why.", "Excluded"


class Loss(Vocabulary):
    """What a row in another dataset’s layout cannot express: the `code` of the notes that accompany the rows."""

    LAYOUT = "layout", "A note about the whole file.", "Layout"
    ROW = "row", "Which record the row represents.", "Row"
    COUNTED = "counted", "Which estimate a cell counts, and with which number.", "Counted"
    NO_ROW = "no_row", "The record, or part of it, has no row.", "No row"
    FIELD_DROPPED = "field_dropped", "The layout has no column for this information.", "Field dropped"
    ROLES_DROPPED = "roles_dropped", "The layout does not say which force had which role.", "Roles dropped"
    FORCES_FOLDED = (
        "forces_folded",
        "Forces appear under the name of another force, or several forces as one.",
        "Forces folded",
    )
    UNVERIFIED = (
        "unverified",
        "The other dataset’s name or code for it is not verified, so the cell is blank.",
        "Not verified",
    )
    HARM_LEFT_OUT = "harm_left_out", "The layout counts only people killed.", "Harm left out"
    SUBSET = "subset", "Another estimate of the record counts these people too; they are counted once.", "Subset"
    NOT_CAUSED = "not_caused", "The incident did not cause these deaths.", "Not caused"
    OFF_DUTY = "off_duty", "Off-duty members of a force are counted with the force.", "Off duty"
    BEST_BLANK = "best_blank", "No best estimate is stated, so the lowest number is used.", "Best blank"
    LOW_BLANK = "low_blank", "No lowest number is stated, so 0 is used.", "Lowest blank"
    HIGH_OPEN = "high_open", "No highest number is stated, so the best estimate is used.", "Highest open"
    ALL_BLANK = "all_blank", "People were killed and no number is stated, so 0 is used.", "No number"
    BOUNDS_ADDED = (
        "bounds_added",
        "The bounds of several estimates were added, which makes the range wider.",
        "Bounds added",
    )
    LOWEST_TAKEN = (
        "lowest_taken",
        "The layout has room for one number, and it is not our best estimate.",
        "Lowest taken",
    )
    PRECISION_MERGED = "precision_merged", "The layout uses one code where we have several.", "Precision merged"
    POINT_FROM_ABOVE = "point_from_above", "The coordinates are those of a larger place.", "Point of a larger place"
    NO_POINT = "no_point", "There are no coordinates, so the cell is blank.", "No point"
    DAY_OPEN = "day_open", "The first or last possible day is not stated, so the cell is blank.", "Day open"
    DAY_COLLAPSED = "day_collapsed", "One day is given in place of several possible days.", "Days collapsed"
    SOURCE_DAY = "source_day", "The day of publication is not known exactly.", "Day of source"
    SEPARATOR = (
        "separator",
        "The list is separated by semicolons, so a semicolon in an entry became a comma.",
        "Separator",
    )
    KIND_BENT = "kind_bent", "What happened and how is expressed in the layout’s own categories.", "Kind in other words"
    CIVILIANS_DROPPED = (
        "civilians_dropped",
        "Civilians were among the targets, and the layout does not name them.",
        "Civilians dropped",
    )
