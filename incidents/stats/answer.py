"""What is asked of the sums that readers see, and the answer: by incidents alone, or reconciled with tolls.

People are summed from the casualties of the incidents (basis `incident`), or with what adopted tolls count beyond them
(basis `reconciled`). A toll is added only where all of its people surely are among those asked for; each toll that may
count some of them and is not added is named, with the reason.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from publication.log import body_of

from ..choices import CountedAs, Harm, VictimStatus
from ..tags import HARM, VICTIM_GROUP, VICTIM_HARM
from .sums import OF_PEOPLE, SPANS, Keys, Row, sums

#: Every harm by itself; `casualties` are all of them, never added to each other.
MEASURES = ["incidents", *Harm.values, "casualties"]
ESTIMATES = ["low", "best", "high"]
BASES = ["incident", "reconciled"]


@dataclass
class Answer:
    """Groups by tuples of keys in the order of `by`, where None is not known, and what the groups leave out.

    `residuals` are what tolls add to groups, None where that is open. `tolls_left_out` are (uid, reason).
    """

    groups: dict[tuple, Row]
    residuals: dict[tuple, int | None]
    n_without_figure: int
    n_undated: int
    tolls_added: list[str]
    tolls_left_out: list[tuple[str, str]]


def answer(question, basis, filtered):
    """Return the Answer on a basis; `filtered` takes revisions of incidents and returns those that match."""
    groups = defaultdict(Row, sums(question, filtered))
    spans = [place for place, name in enumerate(question.by) if name in SPANS]
    once = dict(groups)
    if not {"force", *OF_PEOPLE}.isdisjoint(question.by):
        # An incident may stand in several groups: count it once.
        once = sums(replace(question, by=[question.by[place] for place in spans]), filtered)
        spans = range(len(spans))
    keys, residuals, added, left_out = Keys(question), defaultdict(int), [], []
    for toll in _tolls(question):
        why = _not_added(question, basis, toll)
        if why:
            left_out.append((toll.uid, why))
        elif why is not None:
            added.append(toll.uid)
            number = body_of(toll)["adds"][question.estimate]
            for key in keys.of_toll(toll):
                residuals[key] = None if None in (number, residuals[key]) else residuals[key] + number
                groups[key]  # A group may hold nothing but what a toll adds.
    return Answer(
        dict(groups),
        dict(residuals),
        n_without_figure=sum(row.n_without_figure for row in once.values()),
        n_undated=sum(row.n_incidents for key, row in once.items() if any(key[place] is None for place in spans)),
        tolls_added=added,
        tolls_left_out=left_out,
    )


def _tolls(question):
    """Return the tolls of these harms."""
    if question.measure == "incidents":
        return []
    harms = {*HARM.codes(question.tags), *(harm for _, harm in VICTIM_HARM.codes(question.tags))}
    return question.seen("toll").filter(tags__overlap=[HARM.of(harm) for harm in harms]).order_by("uid")


def _not_added(question, basis, toll):
    """Return why a toll is not added, empty if it is; None if it counts nobody who was asked for."""
    body = body_of(toll)
    beyond = []
    for name, value in question.parameters.items():
        where = _lies(question, name, value, toll, body)
        if where == "apart":
            return None
        if where == "beyond":
            beyond.append(name)
    if basis == "incident":
        return "These sums are of incidents only."
    if not body["usable"]:
        return f"It cannot be used: {body['unusable_because']}"
    if not body["adopted"]:
        return "It is not adopted."
    if "adds" not in body:
        return "It was published before tolls said what they add."
    if beyond:
        return f"Nothing says how many of its people lie within {', '.join(beyond)}."
    return ""


def _lies(question, name, value, toll, body):
    """Return whether the people of a toll lie within a filter, apart from it, or beyond what is known of the toll."""
    asked = set(value.split(","))
    if name == "date_match" or (name == "violent" and value != "false"):
        return "within"
    if name == "counted_as":
        return "within" if CountedAs.VICTIMS in asked else "beyond"
    if name in {"date_from", "date_to"}:
        return _lies_in_time(name, value, body["when"])
    if name in {"operation", "phase"}:
        return "beyond" if body[name] is None else "within" if body[name] in asked else "apart"
    if name == "conflict":
        return "beyond" if body[name] is None else "within" if body[name]["slug"] in asked else "apart"
    if name == "place":
        lines = [{place["slug"], *place["within"]} for place in body["places"]]
        return _lies_below(question, "place", asked, lines)
    if name == "victim":
        victims = set(VICTIM_GROUP.codes(toll.tags))
        if victims & asked:
            return "within"
        anyone = body["victim"]["force"] is None and (
            victims == {VictimStatus.UNKNOWN} or asked - set(VictimStatus.values)
        )
        return "beyond" if anyone else _lies_below(question, "force", asked, [victims - set(VictimStatus.values)])
    if name == "force":
        return "within" if asked & set(toll.forces) else "beyond" if body["perpetrator"] is None else "apart"
    return "beyond"


def _lies_in_time(name, value, when):
    bound = date.fromisoformat(value)
    first, last = (when[end] and date.fromisoformat(when[end]) for end in ("earliest", "latest"))
    if name == "date_from":
        return "apart" if last and last < bound else "within" if first and first >= bound else "beyond"
    return "apart" if first and first > bound else "within" if last and last <= bound else "beyond"


def _lies_below(question, kind, asked, lines):
    """Return whether all lines of places or forces run through one of those asked for, or end around one of them."""
    if lines and all(line & asked for line in lines):
        return "within"
    above = question.seen(kind).filter(uid__in=asked).values_list(f"{kind}s", flat=True)
    around = {slug for line in above for slug in line}
    return "beyond" if not lines or any(line <= around or line & asked for line in lines) else "apart"
