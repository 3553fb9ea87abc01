"""The register of rules over several rows: what must hold before a record reaches readers.

A rule that one row can break by itself is a constraint of its table. Every other rule is registered here, by the
`rules.py` of the room that knows the tables. Loading fixtures, submitting, approving, importing and publishing check
the register; pages only show its findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Model

from .keys import Keyed


class Severity(StrEnum):
    """What follows from a finding."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """One rule.

    `code` is its permanent name. `sentence` says what must hold, for the documentation. `looks_at` is the model whose
    records are handed to `find`, which yields a Finding for each record that breaks the rule. `fields` names the
    columns that a finding is about, so that a page can show it next to them.
    """

    code: str
    sentence: str
    severity: Severity
    looks_at: type[Model]
    find: Callable[[list[Model]], Iterable[Finding]]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A record that breaks a rule: `sentence` says what is wrong, `remedy` what to do about it."""

    record: Keyed
    sentence: str
    remedy: str = ""
    rule: Rule | None = None


class RulesBroken(ValidationError):
    """Raised if records break rules that are errors; lists all of them."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__(sentences_and_remedies(findings))


RULES: dict[str, Rule] = {}

Loaded = TypeVar("Loaded")


class Concerned(list[Model]):
    """The records that rules look at together, and what several of these rules read of them."""

    def __init__(self, records: Iterable[Model]):
        super().__init__(records)
        self.loaded: dict[Callable, object] = {}


def loaded_once(load: Callable[[list[Model]], Loaded], records: list[Model]) -> Loaded:
    """Return what `load` returns for the records; rules that check the same ones share it."""
    if not isinstance(records, Concerned):
        return load(records)
    if load not in records.loaded:
        records.loaded[load] = load(records)
    return cast(Loaded, records.loaded[load])


def register_rule(rule: Rule) -> Rule:
    """Add a rule to the register and return it."""
    if rule.code in RULES:
        raise ValueError(f"There is a rule {rule.code} already.")
    RULES[rule.code] = rule
    return rule


def check_rules(records: Iterable[Model], severity: Severity | None = None) -> list[Finding]:
    """Return the findings about saved records and their parts, record by record; of one severity only, if given."""
    records, found = list(records), []
    looked_at = {rule.looks_at for rule in RULES.values()}
    by_model = {model: Concerned(each for each in records if isinstance(each, model)) for model in looked_at}
    for rule in RULES.values():
        concerned = by_model[rule.looks_at]
        if concerned and severity in {None, rule.severity}:
            found += [replace(each, rule=rule) for each in rule.find(concerned)]
    return sorted(
        found,
        key=lambda each: (each.record._meta.label, each.record.natural_key(), each.rule.code if each.rule else ""),
    )


def refuse_errors(records: Iterable[Model]) -> None:
    """Raise RulesBroken if one of the saved records breaks a rule that is an error."""
    if found := check_rules(records, Severity.ERROR):
        raise RulesBroken(found)


def sentences_and_remedies(findings: list[Finding]) -> str:
    """Return all sentences, followed by each remedy once."""
    wrong = "; ".join(found.sentence for found in findings)
    remedies = dict.fromkeys(found.remedy for found in findings if found.remedy)
    return " ".join([f"{wrong}.", *remedies])
