"""Vocabularies of the theatre."""

from records.vocabulary import Vocabulary


class PlaceKind(Vocabulary):
    """What sort of place it is."""

    COUNTRY = "country", "A state.", "Country"
    REGION = ("region", "A part of a country with its own government, or a named area across governorates.", "Region")
    GOVERNORATE = "governorate", "First administrative level.", "Governorate"
    DISTRICT = "district", "Second administrative level.", "District"
    SUBDISTRICT = "subdistrict", "Third administrative level.", "Sub-district"
    SETTLEMENT = "settlement", "A city, town or village.", "Settlement"
    BASE = "base", "A military base, barracks or checkpoint.", "Base"
    FRONT = "front", "A sector of defence as a force names it.", "Front"
    BORDER = "border", "The strip along a border.", "Border strip"
    NATURAL = "natural", "A range of hills, valley, river or desert.", "Natural feature"


class Aspect(Vocabulary):
    """Which fact about a place's authority a row states."""

    ADMINISTERS = "administers", "Runs the civil administration.", "Administers"
    CONTROLS = "controls", "Holds it with armed forces.", "Controls"


class Authority(Vocabulary):
    """Who administers or controls a place."""

    FEDERAL = "federal", "The government of Iraq and its forces.", "Federal government"
    KRG = "krg", "The Kurdistan Regional Government and its forces.", "Kurdistan Region"
    JOINT = "joint", "Both together.", "Joint"
    ISIS = "isis", "The Islamic State.", "Islamic State"
    CONTESTED = "contested", "More than one side fights for it.", "Contested"
    VACUUM = "vacuum", "No side keeps forces there.", "Security vacuum"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class ForceKind(Vocabulary):
    """What sort of force it is."""

    GOVERNMENT = ("government", "A state or regional authority that commands forces.", "Government")
    COMMAND = "command", "A headquarters that leads several forces.", "Command"
    SECURITY_FORCES = (
        "security_forces",
        "All armed forces of a state together, where no single one is named.",
        "Security forces",
    )
    ARMY = "army", "Regular land forces of a state.", "Army"
    AIR_FORCE = "air_force", "Regular air forces of a state.", "Air force"
    SPECIAL_FORCES = ("special_forces", "Counter-terrorism or other special units.", "Special forces")
    POLICE = "police", "Police, local or federal.", "Police"
    INTELLIGENCE = "intelligence", "Security and intelligence services.", "Intelligence"
    MILITIA = "militia", "A militia recognised by a state.", "State-recognised militia"
    PESHMERGA = "peshmerga", "Forces of the Kurdistan Region.", "Peshmerga"
    COALITION = "coalition", "Forces of several states under one name.", "Coalition"
    ARMED_GROUP = "armed_group", "An armed group that no state commands.", "Armed group"
    CIVILIANS = ("civilians", "People who take no part in the fighting; used where they are the target.", "Civilians")
    UNIDENTIFIED = ("unidentified", "An armed actor that no source names.", "Unidentified")


class Side(Vocabulary):
    """Which side a force is on in this theatre."""

    ANTI_ISIS = "anti_isis", "Fights the Islamic State.", "Against the Islamic State"
    ISIS = "isis", "The Islamic State and its parts.", "Islamic State"
    CIVILIAN = "civilian", "Takes no part in the fighting.", "Civilian"
    OTHER = "other", "Any other side.", "Other"
    UNKNOWN = "unknown", "No source says.", "Unknown"


class Echelon(Vocabulary):
    """How large a formation a force is."""

    STATE = "state", "A state, or a region with forces of its own.", "State"
    MINISTRY = "ministry", "A ministry.", "Ministry"
    SERVICE = "service", "A branch, such as an army or an air force.", "Service"
    COMMAND = "command", "A headquarters over several formations.", "Command"
    DIVISION = "division", "A division.", "Division"
    BRIGADE = "brigade", "A brigade.", "Brigade"
    UNIT = "unit", "A smaller unit, or one of unstated size.", "Unit"
    GROUP = "group", "An armed group outside any state.", "Group"


class Scheme(Vocabulary):
    """Another dataset or register that gives forces a code."""

    UCDP_ACTOR = "ucdp_actor", "Uppsala Conflict Data Program, actor id.", "UCDP actor"
    ACLED_ACTOR = "acled_actor", "ACLED, actor name.", "ACLED actor"
    ACLED_INTER = "acled_inter", "ACLED, interaction code 1 to 8.", "ACLED inter"
    WIKIDATA = "wikidata", "Wikidata item.", "Wikidata"


class OperationKind(Vocabulary):
    """What sort of operation it is."""

    CLEARANCE = ("clearance", "Drives an enemy out of an area and searches it.", "Clearance")
    SEARCH = ("search", "Searches an area for people and stores, expecting little resistance.", "Search")
    RAID = "raid", "A short strike on one target.", "Raid"
    AIR_CAMPAIGN = "air_campaign", "A series of strikes from the air.", "Air campaign"
    AREA_SECURITY = ("area_security", "Holds or patrols an area to keep an enemy from returning.", "Area security")
    OTHER = "other", "Any other sort.", "Other"
    UNKNOWN = "unknown", "The sources do not say.", "Unknown"


class EndStatus(Vocabulary):
    """Whether an operation is over."""

    ENDED = "ended", "A source says that it ended.", "Ended"
    ONGOING = "ongoing", "The newest source says that it goes on.", "Ongoing"
    UNCLEAR = "unclear", "No source says.", "Unclear"


class PhaseBasis(Vocabulary):
    """Who says that this is a phase."""

    ANNOUNCED = "announced", "The forces announced it as one.", "Announced"
    REPORTED = "reported", "A report calls it one.", "Reported"
    CODER_DEFINED = ("coder_defined", "We set it apart; no source names it.", "Defined by the coder")


class ParticipationRole(Vocabulary):
    """What part a force had in a phase. Never inferred from the order in which a report lists forces."""

    LEAD = "lead", "Led the phase.", "Lead"
    COMMAND = "command", "Planned or supervised it as a headquarters.", "Command"
    PARTICIPANT = "participant", "Took part; the source says no more.", "Participant"
    AIR_SUPPORT = "air_support", "Supported it from the air.", "Air support"
    INTELLIGENCE = "intelligence", "Supplied intelligence.", "Intelligence"
    TARGET = "target", "The phase was directed against it.", "Target"


class Standing(Vocabulary):
    """Whether the force really had that part."""

    TOOK_PART = "took_part", "The source says that it did.", "Took part"
    ABSENT = "absent", "The source says that it did not.", "Said to be absent"
    PLANNED = "planned", "The source says that it will.", "Planned"


class ResultKind(Vocabulary):
    """What is counted as a result of a phase. People killed are never a result: they are a claim on a toll."""

    VILLAGES_CLEARED = ("villages_cleared", "Villages searched and declared clear.", "Villages cleared")
    HIDEOUTS_DESTROYED = ("hideouts_destroyed", "Hideouts, tunnels and stores destroyed.", "Hideouts destroyed")
    EXPLOSIVES_CLEARED = ("explosives_cleared", "Explosive devices made safe.", "Explosives cleared")
    AREA_CLEARED_KM2 = ("area_cleared_km2", "Square kilometres declared clear.", "Area cleared (km²)")
    ARRESTED = "arrested", "People arrested.", "Arrested"
