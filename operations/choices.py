"""Vocabularies of the theatre."""

from records.vocabulary import Vocabulary


class PlaceKind(Vocabulary):
    """What type of place it is. The levels are those of OCHA's common datasets: 0 is the country, then 1 to 3."""

    COUNTRY = "country", "A sovereign state.", "Country"
    FIRST_LEVEL = ("first_level", "One of the largest administrative units of a country.", "First level")
    SECOND_LEVEL = ("second_level", "An administrative unit inside one of the first level.", "Second level")
    THIRD_LEVEL = ("third_level", "An administrative unit inside one of the second level.", "Third level")
    SETTLEMENT = "settlement", "A city, town or village.", "Settlement"
    NEIGHBOURHOOD = "neighbourhood", "A part of a city or town.", "Neighbourhood"
    CAMP = "camp", "A camp or shelter of displaced people or refugees.", "Camp"
    BASE = "base", "A military base, barracks or checkpoint.", "Base"
    FACILITY = (
        "facility",
        "One building or installation that is not military: a hospital, a school, a market, a prison, a power station.",
        "Facility",
    )
    ROAD = "road", "A road, a railway, a bridge or a canal.", "Road"
    REGION = (
        "region",
        "A named area that follows no administrative level: it covers several units, has a government of its own, or "
        "has no agreed outline.",
        "Region",
    )
    FRONT = "front", "A sector of a front line, as a force names it.", "Front"
    BORDER = "border", "The strip along a border.", "Border strip"
    NATURAL = "natural", "A mountain range, valley, river, lake, sea, desert or forest.", "Natural feature"


class Aspect(Vocabulary):
    """What a row says of a force and a place: a claim to it, its administration, or armed control."""

    CLAIMS = "claims", "Says that the place belongs to it.", "Claims"
    ADMINISTERS = "administers", "Runs the civil administration of the place.", "Administers"
    CONTROLS = "controls", "Holds the place with armed forces.", "Controls"


class NoForce(Vocabulary):
    """Why no force is named."""

    NOBODY = "nobody", "No force is there: a security vacuum.", "Nobody"
    UNKNOWN = "unknown", "The source does not say which force it is.", "Unknown"


class ForceKind(Vocabulary):
    """What type of force it is, wherever it acts. Who fights beside whom is no property of a force."""

    GOVERNMENT = "government", "The government of a state, which commands its forces.", "Government"
    REGIONAL_GOVERNMENT = (
        "regional_government",
        "The government of a region within a state, which commands forces of its own.",
        "Government of a region",
    )
    AUTHORITY = (
        "authority",
        "Governs people or territory, and is neither a state nor recognised as a part of one.",
        "Authority without a state",
    )
    COMMAND = "command", "A headquarters that commands several forces.", "Command"
    SECURITY_FORCES = (
        "security_forces",
        "All armed forces of a state together, where the source names no single one.",
        "Security forces",
    )
    ARMY = "army", "The regular land forces of a state.", "Army"
    NAVY = "navy", "The regular forces of a state at sea, and its coast guard.", "Navy"
    AIR_FORCE = "air_force", "The regular air force of a state.", "Air force"
    SPECIAL_FORCES = ("special_forces", "Counter-terrorism or other special units of a state.", "Special forces")
    POLICE = "police", "Police and gendarmerie, local or of the whole state.", "Police"
    BORDER_GUARD = "border_guard", "Forces that guard the borders of a state.", "Border guard"
    INTELLIGENCE = "intelligence", "Security and intelligence services of a state.", "Intelligence"
    REGIONAL_FORCES = ("regional_forces", "Forces of a region with a government of its own.", "Regional forces")
    MILITIA = (
        "militia",
        "Armed people beside the regular forces whom a state recognises, pays or commands.",
        "State-recognised militia",
    )
    FOREIGN_FORCES = (
        "foreign_forces",
        "Forces of a state in another country, where the source names no single one.",
        "Foreign forces",
    )
    COALITION = "coalition", "Forces of several states acting under one name.", "Coalition"
    PEACEKEEPERS = (
        "peacekeepers",
        "Forces that the United Nations or another organisation of states has sent.",
        "Peacekeepers",
    )
    MILITARY_COMPANY = (
        "military_company",
        "A private company that fights or guards for pay.",
        "Private military company",
    )
    ARMED_GROUP = "armed_group", "An armed group that is not under the command of a state.", "Armed group"
    PARTY_WING = (
        "party_wing",
        "The armed wing of a political party, or armed people who act for a politician.",
        "Armed wing of a party",
    )
    SELF_DEFENCE = (
        "self_defence",
        "Armed people of a tribe, a community or a village who defend or avenge it, under nobody else's command.",
        "Tribal or self-defence force",
    )
    CRIMINAL_GROUP = "criminal_group", "A gang, a cartel or another group that fights for profit.", "Criminal group"
    PROTESTERS = "protesters", "People who demonstrate, without weapons of war.", "Protesters"
    CIVILIANS = (
        "civilians",
        "People who take no part in the fighting; used only where they are the target.",
        "Civilians",
    )
    UNIDENTIFIED = ("unidentified", "An armed actor that no source identifies.", "Unidentified")

    @classmethod
    def of_a_state(cls):
        """Return the kinds that fight for a state: what UCDP calls a government. A region's forces do, too."""
        return {
            cls.GOVERNMENT, cls.REGIONAL_GOVERNMENT, cls.COMMAND, cls.SECURITY_FORCES, cls.ARMY, cls.NAVY,
            cls.AIR_FORCE, cls.SPECIAL_FORCES, cls.POLICE, cls.BORDER_GUARD, cls.INTELLIGENCE, cls.REGIONAL_FORCES,
            cls.MILITIA, cls.FOREIGN_FORCES, cls.COALITION, cls.PEACEKEEPERS,
        }  # fmt: skip

    @classmethod
    def unarmed(cls):
        """Return the kinds that take no part in fighting."""
        return {cls.PROTESTERS, cls.CIVILIANS}


class ConflictScheme(Vocabulary):
    """What another dataset numbers: a conflict, or a pair of its sides."""

    UCDP_CONFLICT = "ucdp_conflict", "The conflict id of the Uppsala Conflict Data Program.", "UCDP conflict"
    UCDP_DYAD = (
        "ucdp_dyad",
        "The dyad id of the Uppsala Conflict Data Program: one pair of enemies. A conflict may have several.",
        "UCDP dyad",
    )
    WIKIDATA = "wikidata", "The item number in Wikidata.", "Wikidata"


class Echelon(Vocabulary):
    """The level or size of a force."""

    STATE = "state", "A state, or a region that has forces of its own.", "State"
    MINISTRY = "ministry", "A ministry that commands forces.", "Ministry"
    SERVICE = "service", "A branch of the armed forces, such as an army or an air force.", "Service"
    COMMAND = "command", "A headquarters that commands several formations.", "Command"
    DIVISION = "division", "A division.", "Division"
    BRIGADE = "brigade", "A brigade.", "Brigade"
    UNIT = "unit", "A unit smaller than a brigade, or of unknown size.", "Unit"
    GROUP = "group", "An armed group that belongs to no state.", "Group"


class Scheme(Vocabulary):
    """Another dataset or register that gives forces a code."""

    UCDP_ACTOR = "ucdp_actor", "The actor id of the Uppsala Conflict Data Program.", "UCDP actor"
    ACLED_ACTOR = "acled_actor", "The actor name in ACLED.", "ACLED actor"
    ACLED_INTER = "acled_inter", "The interaction code in ACLED, 1 to 8.", "ACLED inter"
    WIKIDATA = "wikidata", "The item number in Wikidata.", "Wikidata"


class OperationKind(Vocabulary):
    """What type of operation it is."""

    CLEARANCE = ("clearance", "Drives an enemy out of an area and searches it.", "Clearance")
    SEARCH = ("search", "Searches an area for people, weapons and supplies, expecting little resistance.", "Search")
    RAID = "raid", "A short attack on a single target.", "Raid"
    AIR_CAMPAIGN = "air_campaign", "A series of strikes from the air.", "Air campaign"
    AREA_SECURITY = ("area_security", "Holds or patrols an area so that an enemy does not return.", "Area security")
    OTHER = "other", "Any other type of operation.", "Other"
    UNKNOWN = "unknown", "The sources do not say.", "Unknown"


class EndStatus(Vocabulary):
    """Whether an operation is over."""

    ENDED = "ended", "A source says that it ended.", "Ended"
    ONGOING = "ongoing", "The newest source says that it continues.", "Ongoing"
    UNCLEAR = "unclear", "No source says whether it ended.", "Unclear"


class PhaseBasis(Vocabulary):
    """Who says that this is a phase."""

    ANNOUNCED = "announced", "The forces announced it as a phase.", "Announced"
    REPORTED = "reported", "A report describes it as a phase.", "Reported"
    CODER_DEFINED = ("coder_defined", "We defined it as a phase; no source does.", "Defined by the coder")


class ParticipationRole(Vocabulary):
    """The role of a force in a phase. Never infer it from the order in which a report lists forces."""

    LEAD = "lead", "Led the phase.", "Lead"
    COMMAND = "command", "Planned or supervised the phase as a headquarters.", "Command"
    PARTICIPANT = "participant", "Took part; the source gives no details.", "Participant"
    AIR_SUPPORT = "air_support", "Supported the phase from the air.", "Air support"
    INTELLIGENCE = "intelligence", "Provided intelligence.", "Intelligence"
    TARGET = "target", "The phase was directed against it.", "Target"


class Standing(Vocabulary):
    """Whether the force took part in this role, according to the passage."""

    TOOK_PART = "took_part", "The passage says that the force took part.", "Took part"
    ABSENT = "absent", "The passage says that the force did not take part.", "Said to be absent"
    PLANNED = "planned", "The passage says that the force will take part.", "Planned"


class ResultKind(Vocabulary):
    """What is counted as a result of a phase or of an incident: things. People are never a result, also not those who
    are arrested or displaced; enter them as casualties or tolls."""

    VILLAGES_CLEARED = ("villages_cleared", "Villages searched and declared clear.", "Villages cleared")
    AREA_CLEARED = ("area_cleared", "Ground declared clear; the unit says in what it is measured.", "Area cleared")
    HIDEOUTS_DESTROYED = ("hideouts_destroyed", "Hideouts, tunnels and depots destroyed.", "Hideouts destroyed")
    EXPLOSIVES_CLEARED = ("explosives_cleared", "Explosive devices found and made safe.", "Explosives cleared")
    STRIKES = "strikes", "Strikes from the air or by missile.", "Strikes"
    ROUNDS_FIRED = "rounds_fired", "Shells, mortar rounds or rockets that were fired.", "Rounds fired"
    HOUSES_DAMAGED = "houses_damaged", "Homes and other buildings damaged.", "Houses damaged"
    HOUSES_DESTROYED = "houses_destroyed", "Homes and other buildings destroyed or burned down.", "Houses destroyed"
    VEHICLES_DAMAGED = "vehicles_damaged", "Vehicles damaged.", "Vehicles damaged"
    VEHICLES_DESTROYED = "vehicles_destroyed", "Vehicles destroyed or burned.", "Vehicles destroyed"
    VEHICLES_SEIZED = "vehicles_seized", "Vehicles taken.", "Vehicles seized"
    WEAPONS_SEIZED = "weapons_seized", "Weapons found or taken, one row for each kind of them.", "Weapons seized"
    AMMUNITION_SEIZED = "ammunition_seized", "Cartridges, shells and rockets found or taken.", "Ammunition seized"
    EQUIPMENT_SEIZED = (
        "equipment_seized",
        "Radios, telephones, uniforms and other gear found or taken.",
        "Equipment seized",
    )
    EQUIPMENT_DESTROYED = "equipment_destroyed", "Weapons and other gear destroyed.", "Equipment destroyed"
    DRUGS_SEIZED = "drugs_seized", "Drugs found or taken.", "Drugs seized"
    MONEY = "money", "Money taken, found, paid or demanded; the unit is the currency.", "Money"
    LIVESTOCK = "livestock", "Animals taken or killed.", "Livestock"
    CROPS_BURNED = (
        "crops_burned",
        "Fields and harvests burned; the unit says in what they are measured.",
        "Crops burned",
    )
    INFRASTRUCTURE_DAMAGED = (
        "infrastructure_damaged",
        "Power lines, wells, bridges and other installations damaged or destroyed.",
        "Infrastructure damaged",
    )
    OTHER = "other", "Other things; the words say which.", "Other things"


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
    UNSTATED = "unstated", "The source says that there were some, and gives no number.", "No number"


class Contested(Vocabulary):
    """In which respect credible sources exclude each other."""

    FIGURES = "figures", "They give figures for the same people that exclude each other.", "Figures"
    WHEN = "when", "A cited passage names another day.", "When"
    WHERE = "where", "A cited passage names another place.", "Where"
    WHO = "who", "A cited passage names another perpetrator.", "Who"
    WHAT = "what", "A cited passage says that something else was done, or to another target.", "What"
