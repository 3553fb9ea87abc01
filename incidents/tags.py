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
#: A casualty that lies within another one.
SUBSET = Flag("subset")
#: A casualty of an incident in which some lie within others.
AMONG_PARTS = Flag("among_parts")
#: A casualty whose best number is a floor; of an incident, the harms of which its number is one.
AT_LEAST = Flag("at_least")
#: The force of the victims of a casualty or a toll, or else their status.
GROUPED_VICTIM = Tag("grouped_victim")
#: The harms of which an incident counts people, and of which it says of some not how many there were.
COUNTED_HARM = Tag("counted_harm")
WITHOUT_FIGURE = Tag("without_figure")
#: An incident whose own bounds contradict its best number.
CONTRADICTORY = Flag("contradictory")
USABLE = Flag("usable")
ADOPTED = Flag("adopted")
