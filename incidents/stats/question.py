"""What is asked of the sums: the parameters of `/api/v1/stats/` beside the filters of incidents."""

from typing import Self

from reading.moments import read_span
from reading.problems import bad
from reading.query import Question

from ..choices import CountedAs, Harm
from ..documents import INCIDENT
from ..tags import AGE_GROUP, COUNTED_AS, HARM, SEX, VICTIM_HARM
from .answer import BASES, ESTIMATES, MEASURES
from .sums import DIMENSIONS, SumsQuestion, harms_of

#: The parameters of sums beside filters and moments.
OF_SUMS = {"measure", "by", "estimate", "basis", "explain", "format"}

#: The parameters of lists that sums do not take.
OF_PAGES = {"order", "limit", "cursor", "count"}


class SumsAsked(Question):
    """A question about incidents whose answer is sums: what is summed, by what, and on which basis."""

    def __init__(self, parameters, also=OF_SUMS):
        super().__init__(INCIDENT.name, parameters, also=also)
        self.errors |= {name: ["There is no such parameter."] for name in OF_PAGES if name in parameters}
        self.measure = self.read(_choice("measure", MEASURES, "incidents"))
        self.estimate = self.read(_choice("estimate", ESTIMATES, "best"))
        self.basis = self.read(_choice("basis", BASES, "incident"))
        self.by = self.read(read_dimensions)
        self.explain = self.read(_choice("explain", ["0", "1"], "0")) == "1"
        self.read(self.check_together)

    def check_together(self, parameters):
        """Raise the error for what makes no sense together."""
        if self.measure in Harm.values and "harm" in parameters:
            raise bad(harm="The measure says it. Leave it out, or ask for measure=casualties.")
        if self.measure == "incidents" and self.basis == "reconciled":
            raise bad(basis="Tolls count people: ask for a measure of people, such as killed.")

    def wider(self) -> Self | None:
        """Return the question that takes in what may lie in the span of days; None if this one asks for no span or
        takes it in itself."""
        if {"date_from", "date_to"}.isdisjoint(self.filters) or self.filters.get("date_match") == "possible":
            return None
        return type(self)({**self.parameters, "date_match": "possible"})

    def sums(self) -> SumsQuestion:
        """Return what is summed."""
        harms = self.filters["harm"].split(",") if "harm" in self.filters else harms_of(self.measure)
        tags = [HARM.of(harm) for harm in harms]
        if victims := self.filters.get("victim"):
            tags = [VICTIM_HARM.of(victim, harm) for victim in victims.split(",") for harm in harms]
        asked = {"counted_as": CountedAs.VICTIMS.value} | self.filters
        also = [
            [tag.of(code) for code in asked[tag.name].split(",")]
            for tag in (COUNTED_AS, AGE_GROUP, SEX)
            if tag.name in asked
        ]
        return SumsQuestion(self.measure, self.by, self.filters, self.moment, tags, also)


class ChangeAsked(SumsAsked):
    """A question why a sum changed between two moments."""

    def __init__(self, parameters):
        super().__init__(parameters, also={"measure", "estimate", "basis", "from", "to", "format"})
        self.errors |= {
            name: ["There is no such parameter."] for name in ("as_of", "release", "chain") if name in parameters
        }
        self.first, self.last = self.read(read_span) or (0, 0)

    def at(self, seq: int) -> SumsAsked:
        """Return what is summed, asked at a seq of the log."""
        parameters = {name: value for name, value in self.parameters.items() if name not in {"from", "to"}}
        return SumsAsked({**parameters, "as_of": str(seq)})


def _choice(name, values, default):
    """Return the function that reads a parameter with one of these values."""

    def read(parameters):
        value = parameters.get(name, default)
        if value not in values:
            raise bad(**{name: f"Choose from: {', '.join(values)}."})
        return value

    return read


def read_dimensions(parameters):
    """Return what the sums are grouped by: none, one or two dimensions."""
    text = parameters.get("by", "")
    by = text.split(",") if text else []
    if unknown := [name for name in by if name not in DIMENSIONS]:
        raise bad(by=f"There is no “{unknown[0]}” to group by. Choose from: {', '.join(DIMENSIONS)}.")
    if len(by) > 2 or len(set(by)) < len(by):
        raise bad(by="Give one or two different dimensions.")
    return by
