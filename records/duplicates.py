"""What records of which the same thing may be entered twice share: candidates, how likely they are, and decisions.

The evidence is added up as Fellegi and Sunter (1969) do: each comparison gives bits, the logarithm of how much more
often two records of one thing agree so than two records of two things. What nobody states gives no bits.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from .choices import State
from .keys import Keyed
from .rules import Finding

#: The sum of bits from which two records have to be told apart by a person.
DOUBTFUL_FROM = 8.0

#: The states in which a record may be published without another look at it.
ON_ITS_WAY = {State.IN_REVIEW, State.APPROVED, State.CHANGED}

TELL_APART = "Merge the two, or say why they are not the same: on the page of either, or as `distinct_from` in a sheet."


@dataclass
class Evidence:
    """What speaks for and against two records being about the same thing."""

    bits: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, bits: float, reason: str) -> None:
        """Add bits; the reason is a part of a sentence."""
        self.bits += bits
        self.reasons.append(reason)

    @property
    def doubtful(self) -> bool:
        """Whether a person has to decide."""
        return self.bits >= DOUBTFUL_FROM

    @property
    def score(self) -> float:
        """How likely the two are the same, from 0 to 1; one half where a person has to decide."""
        return 1 / (1 + 2 ** (DOUBTFUL_FROM - self.bits))

    @property
    def percent(self) -> int:
        return round(100 * self.score)

    @property
    def sentence(self) -> str:
        return "; ".join(self.reasons)


@dataclass
class DuplicateCandidate:
    """Another record that may be about the same thing as a record: why, and what a person decided."""

    other: Any
    evidence: Evidence
    #: The digest of what was compared.
    digest: str
    decision: "ToldApart | None" = None

    @property
    def open(self) -> bool:
        """Whether a person has to decide, and has not."""
        return self.evidence.doubtful and self.decision is None


def digest_of_pair(*compared: list) -> str:
    """Return the digest of what was compared of two records, in whichever order."""
    texts = sorted(json.dumps(each, ensure_ascii=False, default=str) for each in compared)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


#: How two records are compared, by the table of decisions on them.
COMPARISONS: dict[type["ToldApart"], Callable[[Any, Any], DuplicateCandidate | None]] = {}


class ToldApart(Keyed):
    """A decision that two records are not duplicates: who decided, when and why.

    It holds as long as neither record changes in what was compared; afterwards the question is asked again.
    """

    reason = models.CharField(
        max_length=500, help_text="Why the two are not the same, so that others can follow. Only curators see it."
    )
    digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="What was compared, as a SHA-256 sum. Set by itself."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="Who decided. Blank: whoever coded the sheet that says so.",
    )
    at = models.DateTimeField(default=timezone.now, editable=False, help_text="When it was decided.")

    class Meta:
        abstract = True

    def complete_load(self) -> None:
        """Keep with a decision that a fixture states what the two records say now."""
        one, other = (getattr(self, name) for name in ends(type(self)))
        candidate = COMPARISONS[type(self)](one, other)
        self.digest = candidate.digest if candidate else ""
        self.save(update_fields=["digest"])


def register_comparison(table: type[ToldApart], compare: Callable[[Any, Any], DuplicateCandidate | None]) -> None:
    """Say how the records are compared on which a table holds decisions."""
    COMPARISONS[table] = compare


def ends(table: type[ToldApart]) -> tuple[str, str]:
    """Return the names of the columns of a table of decisions that hold the two records."""
    one, other, _ = (path.partition("__")[0] for path in table.key)
    return one, other


def tell_apart(table: type[ToldApart], one: Any, other: Any, *, by: Any, reason: str, shown: str = "") -> ToldApart:
    """Record that two records are not duplicates; `shown` is the digest of what the person saw.

    Raises ValidationError without a reason, if nothing takes the two for the same, or if one of them was edited since.
    """
    if not reason.strip():
        raise ValidationError("Say why they are not the same, so that others can follow.")
    candidate = COMPARISONS[table](one, other)
    if candidate is None:
        raise ValidationError(f"{one} and {other} are not taken for the same, so there is nothing to decide.")
    if shown and candidate.digest != shown:
        raise ValidationError("One of the two was edited in the meantime. Compare them again.")
    decision, _ = table._base_manager.update_or_create(
        **dict(zip(ends(table), (one, other), strict=True)),
        reason=reason.strip()[:500],
        defaults={"digest": candidate.digest, "by": by, "at": timezone.now()},
    )
    return decision


def decisions(table: type[ToldApart], pairs: Iterable[tuple[int, int]]) -> dict[tuple[frozenset[int], str], ToldApart]:
    """Return the decisions on pairs of keys, each by its pair and its digest."""
    one, other = (f"{name}_id" for name in ends(table))
    keys = {key for pair in pairs for key in pair}
    found = table._base_manager.filter(**{f"{one}__in": keys, f"{other}__in": keys})
    rows = found.select_related("by").order_by("at", "pk") if keys else []
    return {(frozenset((getattr(each, one), getattr(each, other))), each.digest): each for each in rows}


def undecided_duplicates(
    candidates: dict[Any, list[DuplicateCandidate]], served: Callable[[set[str]], Iterable[str]]
) -> Iterator[Finding]:
    """Yield a finding for each two records that may be the same, if nobody decided and readers would see both.

    `served` returns those of some public names that readers see. A mere draft stops nothing: it is asked about in turn.
    """
    here = {record.pk for record in candidates}
    rows = [(record, each) for record, found in candidates.items() for each in found if each.open]
    drafts = {each.other.public_name for _, each in rows if each.other.state not in ON_ITS_WAY}
    shown = set(served(drafts)) if drafts else set()
    for record, each in rows:
        other = each.other
        if other.pk in here and other.pk > record.pk:
            continue  # The pair is reported at the later one.
        if other.pk in here or other.state in ON_ITS_WAY or other.public_name in shown:
            sentence = f"{record.public_name} may be the same as {other} ({each.evidence.sentence})"
            yield Finding(record, sentence, TELL_APART)
