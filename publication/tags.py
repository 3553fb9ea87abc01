"""What the list columns of the log hold as text: the only place that writes and reads it.

`tags` holds codes under a name (`name:code`), and pairs of them that belong together (`name:code|name:code`).
`references` holds records (`kind:uid`), and `force_roles` forces with a role (`force:role`). Each room declares its own
tags, each name once in the house.
"""

import re
from collections.abc import Iterable
from typing import ClassVar

#: A code, in which the bar that joins a pair is written twice.
_CODE = r"((?:[^|]|\|\|)*)"


class Tag:
    """A name under which the log keeps codes of records."""

    #: Every tag of the house by its name, flags included.
    declared: "ClassVar[dict[str, Tag]]" = {}

    def __init__(self, name: str):
        if not re.fullmatch("[a-z_]+", name):
            raise ValueError(f"“{name}” is no name for a tag: use small letters and _.")
        if name in self.declared:
            raise ValueError(f"There is a tag “{name}” already.")
        self.declared[name] = self
        self.name = name
        self.pattern = f"{name}:{_CODE}"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    def of(self, code: str) -> str:
        """Return the text that says that a record has this code."""
        return f"{self.name}:{code.replace('|', '||')}"

    def codes(self, tags: Iterable[str]) -> list[str]:
        """Return the codes that a record has under this name by itself, in their order; those of pairs are not read."""
        found = (re.fullmatch(self.pattern, tag) for tag in tags if tag.startswith(f"{self.name}:"))
        return [match[1].replace("||", "|") for match in found if match]

    def sql(self, column: str) -> str:
        """Return the SQL expression for the first of the codes in a column; null if there is none."""
        return (
            f"(SELECT replace(substr(tag, {len(self.name) + 2}), '||', '|') FROM unnest({column}) tag"
            f" WHERE starts_with(tag, '{self.name}:') AND strpos(replace(tag, '||', ''), '|') = 0 LIMIT 1)"
        )

    def sql_has(self, column: str, code: str) -> str:
        """Return the SQL condition that a record has this code."""
        text = self.of(code).replace("'", "''")
        return f"{column} @> ARRAY['{text}']"


class Flag(Tag):
    """A tag without codes: a record has it, or has not."""

    def when(self, condition: object) -> list[str]:
        """Return the text that says that a record has it if the condition is true, else nothing."""
        return [self.text] if condition else []

    @property
    def text(self) -> str:
        return self.of("yes")

    def sql_is(self, column: str) -> str:
        """Return the SQL condition that a record has it."""
        return self.sql_has(column, "yes")


class Pair:
    """Two tags whose codes are said of the same row of a record: its dead may be civilians, its wounded soldiers."""

    def __init__(self, first: Tag, second: Tag):
        self.first, self.second = first, second
        self.pattern = rf"{first.pattern}\|{second.pattern}"

    def of(self, first: str, second: str) -> str:
        """Return the text that says that a row of a record has both codes."""
        return f"{self.first.of(first)}|{self.second.of(second)}"

    def codes(self, tags: Iterable[str]) -> list[tuple[str, str]]:
        """Return the pairs of codes that a record has, in their order."""
        found = (re.fullmatch(self.pattern, tag) for tag in tags)
        return [(match[1].replace("||", "|"), match[2].replace("||", "|")) for match in found if match]

    def tags(self, firsts: Iterable[str], second: str) -> set[str]:
        """Return all tags of a row that has one code of the second tag, and any number of the first one."""
        firsts = list(firsts)
        return {self.second.of(second), *map(self.first.of, firsts), *(self.of(first, second) for first in firsts)}


def reference(kind: str, uid: str) -> str:
    """Return the text by which a revision names a record, in the column `references`."""
    return f"{kind}:{uid}"


def read_reference(text: str) -> tuple[str, str]:
    """Return the kind and the uid of the record that such a text names."""
    kind, _, uid = text.partition(":")
    return kind, uid


def force_role(force: str, role: str, standing: str = "") -> str:
    """Return the text that says that a force had a role, or how it stood to it, in the column `force_roles`."""
    return f"{force}:{role}|{standing}" if standing else f"{force}:{role}"
