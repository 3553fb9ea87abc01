"""Vocabularies of incidents, casualties and tolls."""

from records.vocabulary import Vocabulary


class IncidentKind(Vocabulary):
    """What happened, in one word."""

    ARMED_ATTACK = ("armed_attack", "One side attacks with small arms or several weapons.", "Armed attack")
    ARMED_CLASH = ("armed_clash", "Two sides exchange fire and no source says who began.", "Armed clash")
    AMBUSH = "ambush", "A hidden attack on people on the move.", "Ambush"
    BOMBING = "bombing", "An explosive device goes off.", "Bombing"
    SHELLING = "shelling", "Mortars, rockets or artillery.", "Shelling"
    AIR_STRIKE = "air_strike", "Fire from an aircraft or drone.", "Air or drone strike"
    KILLING = ("killing", "Chosen people are killed outside a fight.", "Targeted killing or execution")
    ABDUCTION = "abduction", "People are taken by force.", "Abduction"
    ARSON = "arson", "Fields, homes or works are set on fire.", "Arson"
    TERRITORY = "territory", "A place changes hands.", "Change of control"
    OTHER = "other", "Any other act of war.", "Other"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class Method(Vocabulary):
    """How it was done; several may apply."""

    SMALL_ARMS = "small_arms", "Rifles, machine guns, grenades.", "Small arms"
    SNIPING = "sniping", "Aimed fire from far off.", "Sniping"
    IED = "ied", "A planted explosive device.", "Planted bomb"
    VEHICLE_BOMB = "vehicle_bomb", "A bomb in a vehicle.", "Vehicle bomb"
    SUICIDE = "suicide", "The attacker means to die.", "Suicide attack"
    INDIRECT_FIRE = "indirect_fire", "Mortars, rockets, artillery.", "Indirect fire"
    AIR = "air", "Aircraft or drones.", "From the air"
    FIRE = "fire", "Setting things on fire.", "Fire-raising"
    ABDUCTION = "abduction", "Taking people by force.", "Abduction"


class Target(Vocabulary):
    """What the attack was directed at."""

    MILITARY_POSITION = ("military_position", "Soldiers at a post, base or line.", "Military position")
    PATROL = "patrol", "Soldiers or police on the move.", "Patrol or convoy"
    POLICE = "police", "A police post or checkpoint.", "Police"
    SETTLEMENT = "settlement", "A town or village and those in it.", "Settlement"
    CROPS = "crops", "Fields and harvests.", "Crops"
    INFRASTRUCTURE = "infrastructure", "Power, oil, water, roads.", "Infrastructure"
    PERSON = "person", "A chosen official or private person.", "Chosen person"
    ARMED_GROUP = ("armed_group", "Fighters, hideouts or vehicles of an armed group.", "Armed group")
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class LocationPrecision(Vocabulary):
    """How exactly the place is known, finest first (UCDP GED `where_prec` 1 to 6).

    GeoJSON gives a radius for the codes down to the district, a rule of thumb for how far from the point it may have
    been: exact 1 km, settlement 5 km, near a settlement 25 km, sub-district 25 km, district 50 km. What is known less
    exactly has none, and no point either unless one is asked for.
    """

    EXACT = "exact", "The source gives the very spot.", "Exact point"
    SETTLEMENT = "settlement", "A named town or village.", "Settlement"
    NEAR_SETTLEMENT = ("near_settlement", "Within about 25 km of a named place.", "Near a settlement")
    SUBDISTRICT = "subdistrict", "Somewhere in a sub-district.", "Sub-district"
    DISTRICT = "district", "Somewhere in a district.", "District"
    GOVERNORATE = "governorate", "Somewhere in a governorate.", "Governorate"
    FEATURE = ("feature", "Somewhere along a road, range or front, or between two places.", "Line or area")
    SEVERAL_GOVERNORATES = ("several_governorates", "Somewhere in several governorates.", "Several governorates")
    COUNTRY = "country", "Somewhere in the country.", "Country"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"

    @classmethod
    def radii(cls):
        """Return the radius in km of each code that has one."""
        return {cls.EXACT: 1, cls.SETTLEMENT: 5, cls.NEAR_SETTLEMENT: 25, cls.SUBDISTRICT: 25, cls.DISTRICT: 50}


class Attribution(Vocabulary):
    """How sure it is who did it (after the grades of Airwars)."""

    CONFIRMED = "confirmed", "The force itself says that it did it.", "Confirmed"
    FAIR = "fair", "Two or more independent, credible sources say so.", "Fair"
    WEAK = "weak", "A single source says so.", "Weak"
    CONTESTED = "contested", "Sources name different forces.", "Contested"
    UNATTRIBUTED = "unattributed", "No source names a force.", "Unattributed"


class Clarity(Vocabulary):
    """Whether the source tells of one event or of several at once (UCDP GED `event_clarity`)."""

    INDIVIDUAL = "individual", "The event is told by itself.", "Individual"
    AGGREGATED = ("aggregated", "Several events are told as one and cannot be told apart.", "Aggregated")


class InvolvementRole(Vocabulary):
    """What part a force had in an incident."""

    INITIATOR = "initiator", "Attacked.", "Initiator"
    TARGET = "target", "Was attacked.", "Target"
    PARTY = "party", "Fought in it; the source does not say who attacked.", "Party"
    RESPONDER = "responder", "Came to help or struck back.", "Responder"
    CLAIMED_RESPONSIBILITY = ("claimed_responsibility", "Says that it did it.", "Claimed responsibility")
    ACCUSED = "accused", "Others say that it did it.", "Accused"


class VictimStatus(Vocabulary):
    """What the people harmed were at that moment."""

    SECURITY_FORCE_MEMBER = (
        "security_force_member",
        "Soldier, policeman or Peshmerga on duty.",
        "Security force member",
    )
    ARMED_GROUP_MEMBER = ("armed_group_member", "Fighter of an armed group.", "Armed group member")
    OFF_DUTY = "off_duty", "Security force member off duty.", "Off-duty security member"
    CIVILIAN = "civilian", "Takes no part in the fighting.", "Civilian"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class Harm(Vocabulary):
    """What was done to them."""

    KILLED = ("killed", "Dead, whatever the cause, if a source ties the death to the incident.", "Killed")
    WOUNDED = "wounded", "Hurt and alive.", "Wounded"
    KILLED_OR_WOUNDED = ("killed_or_wounded", "The source says only “casualties”.", "Killed or wounded")
    MISSING = "missing", "Not found since.", "Missing"
    CAPTURED = "captured", "Taken by the other side.", "Captured"
    ABDUCTED = "abducted", "Taken by force, not in a fight.", "Abducted"


class Basis(Vocabulary):
    """What an estimate rests on."""

    SINGLE_CLAIM = "single_claim", "One figure from one source.", "Single claim"
    SOURCES_AGREE = ("sources_agree", "Independent sources give the same figure.", "Sources agree")
    MAJORITY = "majority", "Most independent sources give it.", "Majority of sources"
    MOST_RELIABLE = ("most_reliable", "The most reliable source gives it.", "Most reliable source")
    LATEST_UPDATE = ("latest_update", "The newest figure, of the same source or of equals.", "Latest update")
    MEDIAN = "median", "Sources differ and none stands out: the middle figure.", "Middle of the figures"
    DATASET = "dataset", "Taken over from another dataset, which has rules of its own.", "Another dataset"
    CODER_JUDGEMENT = ("coder_judgement", "The coder decided; the note says why.", "Coder's judgement")


class Qualifier(Vocabulary):
    """How the source words its figure."""

    EXACT = "exact", "A plain number.", "Exactly"
    AT_LEAST = "at_least", "“At least”, “not fewer than”.", "At least"
    MORE_THAN = "more_than", "“More than”, “over”: the lowest is one more.", "More than"
    AT_MOST = "at_most", "“At most”, “up to”.", "At most"
    APPROXIMATELY = "approximately", "“About”, “some”.", "About"
    RANGE = "range", "Two numbers.", "From … to …"
    SEVERAL = "several", "“Several”, “a number of”: three or more.", "Several"
    DOZENS = "dozens", "“Dozens”: twenty-four or more.", "Dozens"
    HUNDREDS = "hundreds", "“Hundreds”: two hundred or more.", "Hundreds"
    UNSTATED = "unstated", "People were harmed; no number is given.", "No number"


class Coverage(Vocabulary):
    """Whether a toll counts an incident."""

    CONTAINED = "contained", "It certainly does.", "Contained"
    LIKELY = "likely", "It very probably does.", "Likely"
    POSSIBLE = "possible", "It may.", "Possible"
    EXCLUDED = "excluded", "It does not; the reason says why.", "Excluded"


class Loss(Vocabulary):
    """What a row in the layout of another dataset cannot say as the record does: the `code` in the notes beside it."""

    LAYOUT = "layout", "About the whole file.", "Layout"
    ROW = "row", "The record that the row stands for.", "Row"
    COUNTED = "counted", "The estimate that a cell counts, and as how many.", "Counted"
    NO_ROW = "no_row", "The record, or a part of it, has no row.", "No row"
    FIELD_DROPPED = "field_dropped", "The layout has no column for what the record says.", "Field dropped"
    ROLES_DROPPED = "roles_dropped", "The layout does not say which force had which part.", "Roles dropped"
    FORCES_FOLDED = "forces_folded", "Forces stand under the name of another, or several as one.", "Forces folded"
    UNVERIFIED = "unverified", "What that dataset calls it is not verified, so the cell is blank.", "Not verified"
    HARM_LEFT_OUT = "harm_left_out", "The layout counts only the killed.", "Harm left out"
    SUBSET = "subset", "The people of the estimate are counted by another one of the record.", "Subset"
    OFF_DUTY = "off_duty", "Off-duty members of a force are counted with it.", "Off duty"
    BEST_BLANK = "best_blank", "No best estimate is stated: the lowest number stands for it.", "Best blank"
    LOW_BLANK = "low_blank", "No lowest number is stated: 0 stands for it.", "Lowest blank"
    HIGH_OPEN = "high_open", "The highest number is open: the best estimate stands for it.", "Highest open"
    ALL_BLANK = "all_blank", "People were killed and no number is stated: 0 stands for it.", "No number"
    BOUNDS_ADDED = "bounds_added", "Bounds of several estimates were added, so they are wider.", "Bounds added"
    LOWEST_TAKEN = "lowest_taken", "The layout keeps one number: not our best estimate.", "Lowest taken"
    PRECISION_MERGED = "precision_merged", "The layout has one code for several of ours.", "Precision merged"
    POINT_FROM_ABOVE = "point_from_above", "The point is that of a larger place.", "Point of a larger place"
    NO_POINT = "no_point", "There is no point, so the cell is blank.", "No point"
    DAY_OPEN = "day_open", "One end of the possible days is not stated, so the cell is blank.", "Day open"
    DAY_COLLAPSED = "day_collapsed", "One day stands for all possible days.", "Days collapsed"
    SOURCE_DAY = "source_day", "The day of publication is not known exactly.", "Day of source"
    SEPARATOR = "separator", "A semicolon would part the list, so it became a comma.", "Separator"
    KIND_BENT = "kind_bent", "What happened and how, put in the layout's own words.", "Kind in other words"
    CIVILIANS_DROPPED = "civilians_dropped", "Civilians among the targets are not named.", "Civilians dropped"
