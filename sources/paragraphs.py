"""The numbered paragraphs of a report, and the locators that point at them.

A report begins with its headline and perhaps a standfirst. The first paragraph is its lead, and those after it are ¶1,
¶2, … Captions and other evidence beside the report are found by what they are; rows of a dataset by their id or line.
"""

import re
from typing import NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.db.models import DecimalField, F, Func, IntegerField, OrderBy, TextField, Value
from django.db.models.functions import Cast

#: What a locator looks like.
GRAMMAR = (
    r"^(headline|standfirst|lead|caption|¶[1-9][0-9]{0,3}(-[1-9][0-9]{0,3})?|media:[1-9][0-9]{0,2}"
    r"|line [1-9][0-9]*|id [^ ].*)$"
)
GRAMMAR_IN_WORDS = (
    "A locator is headline, standfirst, lead (the first paragraph), ¶1, ¶2 … for the paragraphs after it, ¶3-4 for"
    " several, caption, or media:1 for what is kept beside the article. A row of a dataset is “id 101” or “line 7”."
)

#: The parts of a report in the order in which they are read.
PASSAGE_PARTS = ("headline", "standfirst", "lead", "¶", "caption", "media", "line", "id")

SPELLINGS = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"\u00ad": None}
)


class Locator(NamedTuple):
    """Where in a report a passage is. Locators compare in the order of reading: ¶2 comes before ¶10."""

    place: int
    first: int = 0
    last: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what a locator says that the grammar allows."""
        part, first, last = re.match(r"(¶|[a-z]+)[: ]?(?:(\d+)(?:-(\d+))?)?", text).groups()  # type: ignore[union-attr]
        return cls(PASSAGE_PARTS.index(part), int(first or 0), int(last or first or 0))

    @property
    def part(self) -> str:
        return PASSAGE_PARTS[self.place]

    @property
    def numbers(self) -> range:
        """The numbers of the paragraphs that it names: 0 is the lead."""
        return range(self.first, self.last + 1) if self.part in {"lead", "¶"} else range(0)

    @property
    def anchor(self) -> str:
        """The id in the article's document of what it points at; empty if the document has no such thing."""
        names = {"headline": "title", "lead": "lead", "¶": f"p{self.first}", "media": f"media-{self.first}"}
        return names.get(self.part, "")


def reading_order(locator: str = "locator") -> list[OrderBy]:
    """Return what orders rows by a column of locators as Locator does, and by its text where that is the same."""

    def found(pattern):
        return Func(F(locator), Value(pattern), function="substring")

    parts = Value(list(PASSAGE_PARTS), ArrayField(TextField()))
    place = Func(parts, found("^(¶|[a-z]+)"), function="array_position", output_field=IntegerField())
    number = Cast(found("[0-9]+"), DecimalField(max_digits=40, decimal_places=0))
    return [OrderBy(place), OrderBy(number), OrderBy(F(locator))]


def split(text: str) -> list[str]:
    """Return the paragraphs of a text, which blank lines separate; the first is the lead."""
    return [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]


def locator_of(number: int) -> str:
    """Return the locator of a paragraph by its place in the text."""
    return f"¶{number}" if number else "lead"


def passage_address(article: str, locator: str) -> str:
    """Return where readers of the API find the passage: the article's document, and the id in it."""
    anchor = Locator.read(locator).anchor
    return f"/api/v1/articles/{article}/" + (f"#{anchor}" if anchor else "")


def plain(text: str) -> str:
    """Return a text in which spaces, quotation marks and dashes are spelled in one way."""
    return " ".join(text.translate(SPELLINGS).split())
