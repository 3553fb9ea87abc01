"""The kinds of record that readers can address, and how each turns into a document and its filter columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from operator import attrgetter

from django.db.models import Model, QuerySet

from records.keys import Keyed
from records.names import words


class Dates(Enum):
    """What the days of a kind say of the whole database."""

    COVERED = "the days that it covers"
    REPORTED = "the days of the reports that it rests on"


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `order` says when its records are published: after the kinds that their documents name.
    `filter_columns` returns the record's FilterColumns; `parts` the records published with it, as (kind name, record).
    `queryset` returns the working records with everything that serializer and filter columns read; a part has none.
    `quoted` kinds appear in other documents with more than their uid: with a name, a point or a day.
    `lines` names the filter column that lists records of this kind together with everything they are part of.
    `resting` returns the names of what rests on a record, for a kind with records that can be withdrawn although
    documents name them, if nothing rests on them; a record of another kind is not withdrawn while a document names it.
    Documents of `theatrical` kinds repeat words of the theatre, which their serializers find in the context.
    `dates` says what its days are for the whole database: those that it covers, or of the reports it rests on.
    """

    name: str
    plural: str
    order: int
    model: type[Keyed]
    serializer: type
    filter_columns: Callable[[Model], FilterColumns]
    queryset: Callable[[], QuerySet] | None = None
    parts: Callable[[Model], list] = lambda record: []
    quoted: bool = False
    lines: str = ""
    resting: Callable[[Model], list[str]] | None = None
    theatrical: bool = False
    dates: Dates | None = None

    def find(self, uid: str) -> Model:
        """Return the working record with this slug or uid."""
        return self.model._base_manager.get(**{self.key: uid})

    @property
    def key(self) -> str:
        """The name of the column that holds the slug or uid."""
        return self.model.key[0]


@dataclass
class FilterColumns:
    """The columns of a Revision that filters need, in addition to the document."""

    values: dict = field(default_factory=dict)
    #: Titles and summaries: searched by their words.
    texts: list[str] = field(default_factory=list)
    #: Names: searched by words, as a whole, and across spellings.
    names: list[str] = field(default_factory=list)
    #: The lexemes of a revision that is written again, used instead of texts and names.
    lexemes: str | None = None

    def search(self):
        """Return the lexemes of all texts and names, ready to be stored as a tsvector."""
        if self.lexemes is not None:
            return self.lexemes
        lexemes = {word for text in self.texts for word in words(text)}
        return " ".join(sorted(lexemes | self.forms()))

    def forms(self):
        """Return every word of the names, and every name of several words written as one."""
        return {form for name in set(self.names) for form in _forms_of(name)}


@lru_cache(maxsize=10_000)
def _forms_of(name):
    """Return the words of a name, and the name written as one; the same names are in thousands of records."""
    found = words(name)
    return {*found, "".join(found)} - {""}


KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Register a kind and return it. KINDS lists the kinds in the order of publication."""
    known = sorted([*KINDS.values(), kind], key=attrgetter("order"))
    KINDS.clear()
    KINDS.update((each.name, each) for each in known)
    return kind


def dated(dates: Dates) -> Kind:
    """Return the kind that gives the database these days."""
    return next(kind for kind in KINDS.values() if kind.dates is dates)


def kind_of(record: Model) -> Kind:
    """Return the kind of a working record."""
    return next(kind for kind in KINDS.values() if isinstance(record, kind.model))
