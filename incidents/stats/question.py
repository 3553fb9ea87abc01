"""What is asked of the sums: the parameters of `/api/v1/stats/` beside the filters of incidents."""

from reading.problems import bad
from reading.query import Question

from ..choices import CountedAs, Harm
from ..documents import INCIDENT
from ..figures.account import COUNTED
from ..tags import AGE_GROUP, COUNTED_AS, HARM, SEX, VICTIM_HARM
from .answer import BASES, ESTIMATES, MEASURES
from .sums import DIMENSIONS, SumsQuestion

#: The parameters of sums beside filters and moments.
OF_SUMS = {"measure", "by", "estimate", "basis", "format"}

#: The parameters of lists that sums do not take.
OF_PAGES = {"order", "limit", "cursor", "count"}


class SumsAsked(Question):
    """A question about incidents whose answer is sums: what is summed, by what, and on which basis."""

    def __init__(self, parameters):
        super().__init__(INCIDENT.name, parameters, also=OF_SUMS)
        self.errors |= {name: ["There is no such parameter."] for name in OF_PAGES if name in parameters}
        self.measure = self.read(_choice("measure", MEASURES, "incidents"))
        self.estimate = self.read(_choice("estimate", ESTIMATES, "best"))
        self.basis = self.read(_choice("basis", BASES, "incident"))
        self.by = self.read(read_dimensions)
        self.read(self.check_together)

    def check_together(self, parameters):
        """Raise the error for what makes no sense together."""
        if self.measure == "casualties" and self.by is not None and "harm" not in self.by:
            raise bad(measure="Somebody abducted and then killed would be counted twice: ask for by=harm too.")
        if self.measure in Harm.values and "harm" in parameters:
            raise bad(harm="The measure says it. Leave it out, or ask for measure=casualties.")
        if self.measure == "incidents" and self.basis == "reconciled":
            raise bad(basis="Tolls count people: ask for a measure of people, such as killed.")

    def sums(self) -> SumsQuestion:
        """Return what is summed."""
        harms = self.filters.get("harm", ",".join(Harm.values)).split(",")
        if self.measure in Harm.values:
            harms = COUNTED.get(self.measure, [self.measure])
        tags = [HARM.of(harm) for harm in harms]
        if victims := self.filters.get("victim"):
            tags = [VICTIM_HARM.of(victim, harm) for victim in victims.split(",") for harm in harms]
        asked = {"counted_as": CountedAs.VICTIMS.value} | self.filters
        also = [
            [tag.of(code) for code in asked[tag.name].split(",")]
            for tag in (COUNTED_AS, AGE_GROUP, SEX)
            if tag.name in asked
        ]
        return SumsQuestion(self.measure, self.by, self.estimate, self.filters, self.moment, tags, also)


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
