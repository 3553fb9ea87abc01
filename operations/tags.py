"""The tags by which places, forces, operations and phases are found; incidents have some of them, too."""

from publication.tags import Flag, Pair, Tag

KIND = Tag("kind")
DISPUTED = Flag("disputed")
AUTHORITY = Tag("authority")
ASPECT = Tag("aspect")
AUTHORITY_ASPECT = Pair(AUTHORITY, ASPECT)
ECHELON = Tag("echelon")
END_STATUS = Tag("end_status")
#: Who says that a phase is one, and what an estimate of people harmed rests on.
BASIS = Tag("basis")
ROLE = Tag("role")
STANDING = Tag("standing")
#: The role of a force that did not take part: it is said to have been absent, or to be planned.
ROLE_STANDING = Pair(ROLE, STANDING)
RESULT = Tag("result")
