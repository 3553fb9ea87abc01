"""The tags by which articles are found."""

from publication.tags import Tag

OUTLET = Tag("outlet")
OUTLET_KIND = Tag("outlet_kind")
RELIABILITY = Tag("reliability")
WRITTEN_IN = Tag("language")
PUBLISHED_BASIS = Tag("published_basis")
SOURCE_STATUS = Tag("source_status")
