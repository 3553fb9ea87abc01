"""The tags by which incidents, casualties and tolls are found and summed; some more they share with operations."""

from publication.tags import Flag, Pair, Tag

TARGET = Tag("target")
VIOLENT = Flag("violent")
METHOD = Tag("method")
WEAPON = Tag("weapon")
ATTRIBUTION = Tag("attribution")
CLARITY = Tag("clarity")
PART_OF_DAY = Tag("part_of_day")
EXTERNAL_ID = Tag("external_id")
VICTIM_GROUP = Tag("victim")
HARM = Tag("harm")
VICTIM_HARM = Pair(VICTIM_GROUP, HARM)
#: In which respect sources exclude each other.
CONTESTED = Tag("contested")
LINK = Tag("link")
LINKED_TO = Tag("linked_to")
OF_CONFLICT = Tag("conflict")
VIOLENCE_TYPE = Tag("violence_type")
DATASET_CODE = Tag("dataset_code")
AGE_GROUP = Tag("age_group")
SEX = Tag("sex")
COUNTED_AS = Tag("counted_as")
#: A casualty that lies within another one; also one of the same harm, counted in the same totals.
SUBSET = Flag("subset")
IN_WHOLE = Flag("in_whole")
#: A casualty in whose number others lie.
HAS_PARTS = Flag("has_parts")
#: An estimate whose best number is a floor.
AT_LEAST = Flag("at_least")
USABLE = Flag("usable")
ADOPTED = Flag("adopted")
