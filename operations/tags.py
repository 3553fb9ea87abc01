"""The tags by which places, forces, operations and phases are found; incidents have some of them, too."""

from publication.tags import Flag, Pair, Tag

KIND = Tag("kind")
DISPUTED = Flag("disputed")
#: Who claims, administers or controls a place: slugs of forces, or codes of NoForce.
HELD_BY = Tag("held_by")
ASPECT = Tag("aspect")
HELD_BY_ASPECT = Pair(HELD_BY, ASPECT)
#: The places that lie in a region that cuts across the tree.
MEMBER = Tag("member")
ECHELON = Tag("echelon")
END_STATUS = Tag("end_status")
#: Who says that a phase is one, and what an estimate of people harmed rests on.
BASIS = Tag("basis")
ROLE = Tag("role")
STANDING = Tag("standing")
#: The role of a force that did not take part: it is said to have been absent, or to be planned.
ROLE_STANDING = Pair(ROLE, STANDING)
RESULT = Tag("result")
