"""The kinds of record that readers can address, and how each turns into a document and its filter columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Model, QuerySet

from records.names import words


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `projection` returns the record's Columns; `parts` the records that are published with it, as (kind name, record).
    `queryset` returns the working records with everything that serializer and projection read; a part has none.
    `quoted` kinds stand in other documents with more than their uid: with a name, a point or a day.
    """

    name: str
    model: type[Model]
    serializer: type
    projection: Callable[[Model], Columns]
    queryset: Callable[[], QuerySet] | None = None
    parts: Callable[[Model], list] = lambda record: []
    quoted: bool = False


@dataclass
class Columns:
    """What filters need of a document: the columns of a Revision beside the document itself."""

    values: dict = field(default_factory=dict)
    #: Titles and summaries: searched by their words.
    texts: list[str] = field(default_factory=list)
    #: Names: searched by words, as a whole, and across spellings.
    names: list[str] = field(default_factory=list)
    #: The lexemes of a revision that is written again, instead of texts and names.
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
    """Return the words of a name, and the name written as one; the same names stand in thousands of records."""
    found = words(name)
    return {*found, "".join(found)} - {""}


KINDS: dict[str, Kind] = {}


def register(kind):
    """Make a kind known and return it. The order of registration is the order of publication."""
    KINDS[kind.name] = kind
    return kind


def kind_of(record):
    """Return the kind of a working record."""
    return next(kind for kind in KINDS.values() if isinstance(record, kind.model))
