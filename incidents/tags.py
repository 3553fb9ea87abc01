"""The tags by which incidents, casualties and tolls are found and summed; some more they share with operations."""

from publication.tags import Flag, Pair, Tag

TARGET = Tag("target")
METHOD = Tag("method")
ATTRIBUTION = Tag("attribution")
CLARITY = Tag("clarity")
EXTERNAL_ID = Tag("external_id")
VICTIM_GROUP = Tag("victim")
HARM = Tag("harm")
VICTIM_HARM = Pair(VICTIM_GROUP, HARM)
CONFLICT = Flag("conflict")
#: A casualty whose people are counted by another one, and the uid of that.
SUBSET = Flag("subset")
SUBSET_OF = Tag("within")
USABLE = Flag("usable")
ADOPTED = Flag("adopted")
