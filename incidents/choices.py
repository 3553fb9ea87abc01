"""Vocabularies of incidents, casualties and tolls."""

from datetime import time

from records.vocabulary import Vocabulary


class IncidentKind(Vocabulary):
    """What happened, in one word. If several fit, choose the first.

    The last six are acts without violence, after the strategic developments of ACLED; the others are violent, and so is
    what no source describes. Counts of incidents and maps leave acts without violence out unless they are asked for.
    """

    KILLING = ("killing", "Selected or captured people are killed outside a fight.", "Targeted killing or execution")
    SEXUAL_VIOLENCE = "sexual_violence", "Rape or another sexual act is forced on people.", "Sexual violence"
    ABDUCTION = "abduction", "People are taken away by force.", "Abduction"
    AMBUSH = "ambush", "A surprise attack from hiding on people who are on the move.", "Ambush"
    BOMBING = "bombing", "An explosive device goes off, whether planted, driven or carried.", "Bombing"
    SHELLING = "shelling", "An attack with mortars, rockets, missiles or artillery.", "Shelling"
    AIR_STRIKE = "air_strike", "An attack from an aircraft or a drone.", "Air or drone strike"
    TERRITORY = ("territory", "A place is taken from the other side in a fight.", "Change of control by force")
    ARMED_CLASH = ("armed_clash", "Two sides exchange fire, and no source says who attacked first.", "Armed clash")
    ARMED_ATTACK = (
        "armed_attack",
        "One side attacks the other with small arms or with several kinds of weapons.",
        "Armed attack",
    )
    ARSON = "arson", "Fields, homes or installations are set on fire.", "Arson"
    LOOTING = "looting", "Property is taken or wrecked, and people are not attacked.", "Looting or destruction"
    OTHER = "other", "Any other act of violence.", "Other violence"
    UNKNOWN = "unknown", "Violence of which the source does not say what it was.", "Unknown"
    AGREEMENT = (
        "agreement",
        "Sides meet, negotiate or agree: a ceasefire, an exchange of prisoners, a joint command.",
        "Agreement or meeting",
    )
    ARRESTS = "arrests", "A force arrests people, and nobody fights.", "Arrests"
    SEIZURE = (
        "seizure",
        "Weapons, explosives or supplies are found, seized or made safe before they are used.",
        "Seizure or find",
    )
    FORCE_CHANGE = (
        "force_change",
        "A force is formed, renamed, split, dissolved, moved, reinforced or withdrawn, or sets up a base.",
        "Forming or moving a force",
    )
    TRANSFER = (
        "transfer",
        "Control of a place passes to another side without a fight: handed over, left, or entered unopposed.",
        "Change of control without violence",
    )
    STATEMENT = "statement", "Another statement, order, visit or event that matters to the war.", "Statement or visit"

    @classmethod
    def violent(cls):
        """Return the kinds that are violent."""
        peaceful = {cls.AGREEMENT, cls.ARRESTS, cls.SEIZURE, cls.FORCE_CHANGE, cls.TRANSFER, cls.STATEMENT}
        return set(cls) - peaceful

    @classmethod
    def changing_control(cls):
        """Return the kinds in which a place passes to another side."""
        return [cls.TERRITORY, cls.TRANSFER]


class Method(Vocabulary):
    """How it was done, beyond its kind. Choose all that apply; what it was done with is a weapon."""

    SNIPING = "sniping", "Aimed fire of a hidden shooter from a distance.", "Sniping"
    SUICIDE = "suicide", "The attacker intends to die in the attack.", "Suicide attack"
    FALSE_CHECKPOINT = (
        "false_checkpoint",
        "Attackers stop people at a checkpoint that they only pretend to be.",
        "False checkpoint",
    )
    DISGUISE = "disguise", "Attackers wear uniforms or clothes of others, or use their vehicles.", "Disguise"
    INSIDER = "insider", "A member of the force that is attacked carries it out or helps.", "Insider attack"
    HOSTAGE_TAKING = "hostage_taking", "People are held to make others do something.", "Hostage-taking"
    ABDUCTION = "abduction", "People are taken away by force.", "Abduction"
    EXECUTION = "execution", "People in the hands of the attackers are killed.", "Execution"
    SIEGE = "siege", "A place is cut off from supplies.", "Siege"
    FIRE = "fire", "Fields, homes or other things are set on fire.", "Fire-raising"
    LOOTING = "looting", "Property is taken.", "Looting"


class Weapon(Vocabulary):
    """What it was done with, as the sources name it. Choose all that apply (after the weapon types of GTD)."""

    SMALL_ARMS = "small_arms", "Rifles, pistols and machine guns that one person carries.", "Small arms"
    HEAVY_GUN = "heavy_gun", "Heavy machine guns, anti-aircraft guns, guns of armoured vehicles.", "Heavy gun"
    RPG = "rpg", "Rockets and anti-tank weapons fired from the shoulder.", "RPG"
    GRENADE = "grenade", "Grenades thrown by hand or from a rifle.", "Grenade"
    MORTAR = "mortar", "Mortars.", "Mortar"
    ARTILLERY = "artillery", "Howitzers, field guns and tank guns fired from afar.", "Artillery"
    ROCKET = "rocket", "Unguided rockets fired from the ground.", "Rocket"
    MISSILE = "missile", "Guided missiles, whatever fires them.", "Missile"
    AIR_BOMB = "air_bomb", "Bombs dropped from an aircraft, barrel bombs too.", "Air-dropped bomb"
    AIRCRAFT = "aircraft", "An aircraft with a crew, where no more is said of what it fires.", "Aircraft"
    DRONE = "drone", "An aircraft without a crew, which fires, drops or flies into its target.", "Drone"
    CLUSTER = "cluster", "Bombs, shells or rockets that scatter smaller ones.", "Cluster munition"
    LANDMINE = "landmine", "Factory-made mines, and munitions that were left behind.", "Landmine or unexploded munition"
    IED = "ied", "A home-made explosive device that was planted.", "Planted bomb"
    BOOBY_TRAP = (
        "booby_trap",
        "An explosive device that its victim sets off in a house, a thing or a body.",
        "Booby trap",
    )
    VEHICLE_BOMB = (
        "vehicle_bomb",
        "A bomb in a vehicle, parked or driven. If the driver means to die, add the method “suicide”.",
        "Vehicle bomb",
    )
    SUICIDE_VEST = "suicide_vest", "Explosives worn on the body. Add the method “suicide”.", "Suicide vest"
    EXPLOSIVE = "explosive", "Another explosive, or one of which no more is said.", "Other explosive"
    INCENDIARY = "incendiary", "Fire, petrol or incendiary munitions.", "Incendiary"
    CHEMICAL = "chemical", "Gas, poison or another chemical.", "Chemical"
    BLADE = "blade", "Knives, machetes and other blades.", "Blade"
    VEHICLE = "vehicle", "A vehicle driven into people or things.", "Vehicle as a weapon"
    UNARMED = "unarmed", "Fists, stones, sticks or ropes.", "No weapon of war"
    OTHER = "other", "A weapon that none of these names.", "Other"


class Target(Vocabulary):
    """What the incident was directed at. If several fit, choose the first (after the target types of GTD)."""

    HEALTH = "health", "A hospital, a clinic, an ambulance, or health workers.", "Health care"
    SCHOOL = "school", "A school or university, its pupils or teachers.", "School"
    WORSHIP = "worship", "A place of worship, the people in it, or religious leaders.", "Place of worship"
    CAMP = "camp", "A camp or shelter of displaced people or refugees.", "Camp of displaced people"
    AID = "aid", "Aid workers, their convoys or stores.", "Aid"
    JOURNALISTS = "journalists", "Journalists or their premises.", "Journalists"
    PROTEST = "protest", "People who demonstrate, vote, mourn or celebrate together.", "Gathering"
    PEACEKEEPERS = "peacekeepers", "Peacekeepers or observers of an international body.", "Peacekeepers"
    DIPLOMATIC = "diplomatic", "An embassy, a consulate, or diplomats.", "Diplomatic"
    OFFICIAL = "official", "A chosen official, candidate, judge, or leader of a party or community.", "Official"
    GOVERNMENT = "government", "A government office, a court, a polling station, or the people in it.", "Government"
    CHECKPOINT = "checkpoint", "A checkpoint, whoever holds it.", "Checkpoint"
    PATROL = "patrol", "Soldiers or police on the move.", "Patrol or convoy"
    POLICE = "police", "A police post or station.", "Police"
    MILITARY_POSITION = (
        "military_position",
        "Soldiers at a post, at a base or in a defensive line.",
        "Military position",
    )
    ARMED_GROUP = ("armed_group", "Fighters, hideouts or vehicles of an armed group.", "Armed group")
    PRISON = "prison", "A prison or another place of detention.", "Prison"
    MARKET = "market", "A market, a shop, a café, or the people in it.", "Market"
    BUSINESS = "business", "A company, a factory, a bank, or the people who work there.", "Business"
    UTILITIES = "utilities", "What brings power, water, heat or telephone to people.", "Utilities"
    TRANSPORT = (
        "transport",
        "Roads, bridges, railways, ports, airports, and the vehicles of civilians on them.",
        "Transport",
    )
    INFRASTRUCTURE = "infrastructure", "Oil, gas, dams and other infrastructure.", "Other infrastructure"
    CROPS = "crops", "Fields, crops, herds or food stores.", "Crops and food"
    HOME = "home", "A home, or the family in it.", "Home"
    SETTLEMENT = "settlement", "A town or village, and the people in it.", "Settlement"
    PERSON = "person", "A selected person whom no other code describes.", "Chosen person"
    OTHER = "other", "Anything else.", "Other"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"


class PartOfDay(Vocabulary):
    """When in the day it happened, in local time. A clock time implies the part in which it lies."""

    DAWN = "dawn", "“At dawn”, “before sunrise”; clock times from 04:00 to 05:59.", "Dawn"
    MORNING = "morning", "“In the morning”; clock times from 06:00 to 10:59.", "Morning"
    NOON = "noon", "“Around noon”, “at midday”; clock times from 11:00 to 12:59.", "Noon"
    AFTERNOON = "afternoon", "“In the afternoon”; clock times from 13:00 to 16:59.", "Afternoon"
    EVENING = "evening", "“In the evening”, “after sunset”; clock times from 17:00 to 21:59.", "Evening"
    NIGHT = "night", "“At night”, “late at night”; clock times from 22:00 to 03:59.", "Night"
    OVERNIGHT = (
        "overnight",
        "Between the evening of one day and the morning of the next, and the source does not say when. No clock time"
        " implies it.",
        "Overnight",
    )
    UNKNOWN = "unknown", "The source does not say.", "Unknown"

    @classmethod
    def at(cls, clock):
        """Return the part of the day in which a clock time lies."""
        begins = {4: cls.DAWN, 6: cls.MORNING, 11: cls.NOON, 13: cls.AFTERNOON, 17: cls.EVENING, 22: cls.NIGHT}
        return next((part for hour, part in reversed(begins.items()) if clock.hour >= hour), cls.NIGHT)

    @classmethod
    def between(cls, earliest, latest):
        """Return the parts of the day that a span of clock times touches, in their order; it may pass midnight."""
        first, last = earliest.hour, latest.hour + 24 * (latest < earliest)
        return list(dict.fromkeys(cls.at(time(hour % 24)) for hour in range(first, last + 1)))


class LocationPrecision(Vocabulary):
    """How precisely the location is known, from the most to the least precise (UCDP GED `where_prec` 1 to 6).

    GeoJSON gives a radius for the codes down to the second level. It is a rule of thumb for how far from the point the
    incident may have happened: exact 1 km, settlement 5 km, near a settlement 25 km, third level 25 km, second level
    50 km. Less precise records have no radius, and no point either unless one is asked for.
    """

    EXACT = "exact", "The source identifies the exact spot.", "Exact point"
    SETTLEMENT = "settlement", "The source names the town or village in which it happened.", "Settlement"
    NEAR_SETTLEMENT = ("near_settlement", "Within about 25 km of a place that the source names.", "Near a settlement")
    THIRD_LEVEL = "third_level", "Somewhere in a known administrative unit of the third level.", "Third level"
    SECOND_LEVEL = "second_level", "Somewhere in a known administrative unit of the second level.", "Second level"
    FIRST_LEVEL = "first_level", "Somewhere in a known administrative unit of the first level.", "First level"
    FEATURE = ("feature", "Somewhere along a road, a mountain range or a front, or between two places.", "Line or area")
    SEVERAL_FIRST_LEVEL = (
        "several_first_level",
        "Somewhere in an area that covers several administrative units of the first level.",
        "Several of the first level",
    )
    COUNTRY = "country", "Somewhere in a known country.", "Country"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"

    @classmethod
    def radii(cls):
        """Return the radius in km of each code that has one."""
        return {cls.EXACT: 1, cls.SETTLEMENT: 5, cls.NEAR_SETTLEMENT: 25, cls.THIRD_LEVEL: 25, cls.SECOND_LEVEL: 50}


class Attribution(Vocabulary):
    """How certain it is who did it (based on the grades of Airwars)."""

    CONFIRMED = "confirmed", "The force itself says that it is responsible.", "Confirmed"
    FAIR = "fair", "At least two independent, credible sources name the same force.", "Fair"
    WEAK = "weak", "A single source names the force.", "Weak"
    CONTESTED = "contested", "Sources name different forces.", "Contested"
    UNATTRIBUTED = "unattributed", "No source says which force did it.", "Unattributed"
    NOT_APPLICABLE = (
        "not_applicable",
        "An act without violence for which nobody has to be found responsible, such as a meeting.",
        "Not applicable",
    )


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

    INITIATOR = "initiator", "Carried out the act: attacked, arrested, seized, took over.", "Initiator"
    TARGET = (
        "target",
        "The act was directed at it: it was attacked, or lost people, things or a place.",
        "Target",
    )
    PARTY = "party", "Took part in the fighting, and the source does not say who attacked.", "Party"
    RESPONDER = "responder", "Came to help, or struck back.", "Responder"
    CLAIMED_RESPONSIBILITY = ("claimed_responsibility", "Says that it is responsible.", "Claimed responsibility")
    ACCUSED = "accused", "Others say that it is responsible.", "Accused"
    PARTICIPANT = "participant", "Met, negotiated or agreed with others.", "Participant"
    HOST = "host", "Invited to a meeting, or mediated between others.", "Host"
    CONCERNED = "concerned", "The act is about it: it was formed, renamed, moved or visited.", "Concerned"


class LinkKind(Vocabulary):
    """How an incident is connected with an earlier one. Two records of the same incident are no link: merge them."""

    FOLLOWS = "follows", "It came after the other one and because of it, such as a search after an attack.", "Follows"
    RETALIATES_FOR = "retaliates_for", "It is said to avenge the other one.", "Retaliates for"
    HIT_THOSE_WHO_CAME_TO_HELP = (
        "hit_those_who_came_to_help",
        "It struck those who came to help after the other one, or on their way to it.",
        "Hit those who came to help",
    )
    SAME_WAVE = "same_wave", "Both belong to one wave of attacks, such as a night of attacks.", "Of the same wave"


class ViolenceType(Vocabulary):
    """The type of violence, as the Uppsala Conflict Data Program defines it (UCDP Georeferenced Event Dataset Codebook,
    version 23.1, `type_of_violence`)."""

    STATE_BASED = (
        "state_based",
        "Armed force between two organised parties, of which at least one is the government of a state (UCDP 1).",
        "State-based",
    )
    NON_STATE = (
        "non_state",
        "Armed force between two organised armed groups, neither of which is the government of a state (UCDP 2).",
        "Non-state",
    )
    ONE_SIDED = (
        "one_sided",
        "Armed force of a government or of an organised group against civilians (UCDP 3).",
        "One-sided",
    )
    NONE = "none", "No armed force was used.", "No violence"
    UNKNOWN = "unknown", "The sources do not say who was on the other side.", "Unknown"


class DatasetScheme(Vocabulary):
    """What another dataset numbers, where many incidents share one number."""

    UCDP_CONFLICT = "ucdp_conflict", "The conflict of the event in UCDP (`conflict_new_id`).", "UCDP conflict"
    UCDP_DYAD = "ucdp_dyad", "The pair of enemies in UCDP (`dyad_new_id`).", "UCDP dyad"
    UCDP_SIDE_A = "ucdp_side_a", "The first side in UCDP (`side_a_new_id`).", "UCDP side A"
    UCDP_SIDE_B = "ucdp_side_b", "The second side in UCDP (`side_b_new_id`).", "UCDP side B"


class VictimStatus(Vocabulary):
    """What the people harmed were at the time. Who asks for civilians also gets the four groups of them named here."""

    SECURITY_FORCE_MEMBER = (
        "security_force_member",
        "On duty in the armed forces or the police of a state or a region, or in a militia that a state recognises.",
        "Security force member",
    )
    ARMED_GROUP_MEMBER = ("armed_group_member", "A fighter of an armed group.", "Armed group member")
    OFF_DUTY = "off_duty", "A member of a security force who was off duty.", "Off-duty security member"
    PEACEKEEPER = "peacekeeper", "A member of a force sent by an organisation of states.", "Peacekeeper"
    CIVILIAN_ARMED = (
        "civilian_armed",
        "A civilian who takes up arms, such as a villager who defends the village, under nobody's command.",
        "Armed civilian",
    )
    PRISONER = (
        "prisoner",
        "A prisoner, or a fighter who no longer fights: surrendered, captured, wounded or sick.",
        "Prisoner or hors de combat",
    )
    OFFICIAL = (
        "official",
        "A civilian who holds or seeks public office, or leads a community.",
        "Official",
    )
    AID_WORKER = "aid_worker", "A civilian who works for an aid organisation.", "Aid worker"
    HEALTH_WORKER = "health_worker", "A civilian who cares for the sick or wounded.", "Health worker"
    JOURNALIST = "journalist", "A civilian who reports for the public.", "Journalist"
    CIVILIAN = "civilian", "A person who takes no part in the fighting.", "Civilian"
    UNKNOWN = "unknown", "The source does not say.", "Unknown"

    @classmethod
    def line_of(cls, status: str) -> list[str]:
        """Return a status and the wider one to which it belongs, as a force has a line of those above it."""
        groups = {cls.OFFICIAL, cls.AID_WORKER, cls.HEALTH_WORKER, cls.JOURNALIST}
        return [status, cls.CIVILIAN] if status in groups else [status]


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
    CAPTURED = "captured", "Taken prisoner by the other side, or surrendered to it.", "Captured"
    ABDUCTED = "abducted", "Taken away by force, not in a fight.", "Abducted"
    ARRESTED = "arrested", "Arrested or detained by those in charge.", "Arrested"
    DISPLACED = "displaced", "Had to leave their homes.", "Displaced"
    SEXUAL_VIOLENCE = "sexual_violence", "Raped, or forced into another sexual act.", "Sexual violence"
    TORTURED = "tortured", "Tortured or mistreated by those who held them.", "Tortured"
    RELEASED = "released", "Set free, or escaped from those who held them.", "Released"

    @classmethod
    def without_violence(cls):
        """Return what may happen to people in an act without violence."""
        return {cls.MISSING, cls.CAPTURED, cls.ARRESTED, cls.DISPLACED, cls.RELEASED}


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
    """What an estimate is based on.

    The published procedure leads from claims to an estimate:

    1. **A source is whoever counted**: the force, ministry, hospital or monitor that the passage names, wherever it is
    printed; if it names nobody, the outlet, with all outlets of its feed. A copy belongs to the report that it copies,
    and has the day of that report. Of each source its newest figures count. An article of which we know only that it
    did not appear after some day has no day: it is used only if nothing else of its source has one, and is never newer
    than another.
    2. **Words are intervals**: “at least 7” is 7 and more, “several” 3 and more, “dozens” 24 and more, “hundreds” 200
    and more. A list of names that is not said to be complete is a floor. What one source says on one day must fit
    together, unless one article replaces the other. If it does not, the source contradicts itself: it gives a low and a
    high, and the estimate cannot be approved until the coder decides, and says why in a note.
    3. **Low** is the lowest number of a source that may prove one. **High** is the highest number that such a source
    closes, if no source says that there were more; else it is open. **Best** is found step by step. *(a)* A figure
    published on the last day of the incident or in the two days after it gives way to a later one of an outlet at most
    one grade less reliable, and then sets no low. *(b)* A floor gives way to a number not below it, of an outlet at
    most one grade less reliable. *(c)* Of what is left: a complete list of names; else the number that most sources
    state; else that of the most reliable outlet; else the newest; else the lower one, and the estimate is *undecided*.
    If only floors are left, it is the highest. Of a range it is the middle. A best number that is a floor is marked
    `at_least`. There is no best number only if nobody without an interest in it states one.
    4. **Contested** means that two credible sources exclude each other, whichever of them decides.
    5. **Parties have an interest.** Of its enemy's losses a party proves no low and no best; of its own no high. A
    force that took part and whose side against the victims is not known proves nothing. A force that is said to have
    harmed civilians proves nothing by a denial, and its number is a floor: it is the best number only if nobody else
    gives one, and never closes the high.
    """

    SINGLE_CLAIM = (
        "single_claim",
        "One source gives one figure; at most, others give a floor below it.",
        "Single claim",
    )
    SOURCES_AGREE = ("sources_agree", "Independent sources give the same figure.", "Sources agree")
    MAJORITY = "majority", "More independent sources give this figure than any other.", "Majority of sources"
    MOST_RELIABLE = ("most_reliable", "The most reliable source gives this figure.", "Most reliable source")
    LATEST_UPDATE = (
        "latest_update",
        "It is the newest figure: of the same source, of sources that are equally reliable, or after early figures.",
        "Latest update",
    )
    NAMED_LIST = ("named_list", "A list of names that is said to be complete gives this figure.", "List of names")
    ONLY_BOUNDS = (
        "only_bounds",
        "Sources state nothing but floors, such as “at least 28”, or nothing but ceilings: the highest floor, or else"
        " the lowest ceiling, is used.",
        "Only bounds",
    )
    UNDECIDED = (
        "undecided",
        "Sources differ and none is better than the others, so the lower figure is used; the note says so.",
        "Undecided",
    )
    DATASET = "dataset", "The figure comes from another dataset, which has rules of its own.", "Another dataset"
    CODER_JUDGEMENT = ("coder_judgement", "The coder decided on the figure; the note says why.", "Coder's judgement")


class NameList(Vocabulary):
    """Whether a figure is the length of a list of victims' names. The names themselves are not recorded."""

    NONE = "none", "It is a count, or nothing says on what it rests.", "No list"
    COMPLETE = "complete", "A list of names that is said to be complete. It outranks counts.", "Complete list"
    INCOMPLETE = (
        "incomplete",
        "A list of names that is not said to be complete. There were at least so many.",
        "Incomplete list",
    )


class Coverage(Vocabulary):
    """Whether a toll counts the people harmed in an incident.

    A sum adds of an adopted toll only the people whom no incident explains. An example from the first articles: two
    attacks are told one by one, with ten and four dead, and an official speaks of 22 killed since 27 November. The toll
    contains both attacks, which explain 14 of its 22 people. The sum is 14 + 8 = 22, not 36. An incident that is
    contained or likely explains low, best and high; one that is possible lowers only the lowest number; one on which
    nobody has decided, and which the codes propose, adds no death to low and best until a person decides.
    """

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
    OWN_NAME = (
        "own_name",
        "The other dataset’s name for what has this id is not known here, so the cell has our own names.",
        "Our own name",
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
    CONTRADICTORY = (
        "contradictory",
        "The dataset from which the record came gives a bound that its own best number contradicts; the cell has it.",
        "Contradictory bound",
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
