"""What is asked of the sums that readers see, and the answer: by incidents alone, or reconciled with tolls.

People are summed from the incidents (basis `incident`), or with what adopted tolls count beyond them (basis
`reconciled`; the arithmetic is in `incidents.figures.reconcile`). A toll is added only where all of its people surely
are among those asked for; each toll that may count some of them and is not added is named, with the reason.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from publication.log import body_of

from ..choices import CountedAs, Harm, VictimStatus
from ..figures.bounds import Counted
from ..figures.fits import Scope
from ..figures.reconcile import Addition, reconcile
from ..tags import HARM, VICTIM_GROUP, VICTIM_HARM
from .sums import OF_PEOPLE, SPANS, Keys, Row, sums
from .tolls import Nest, added_tolls, adopted, contradictions, shares_of, trees_of

#: Every harm by itself; `casualties` are people of all harms, each counted once.
MEASURES = ["incidents", *Harm.values, "casualties"]
ESTIMATES = ["low", "best", "high"]
BASES = ["incident", "reconciled"]


@dataclass
class Answer:
    """Groups by tuples of keys in the order of `by`, where None is not known, and the total of them all.

    `residuals` are what nothing but tolls explains in groups, `residual` in the total. `additions` say how each toll
    came to it, and `stale` which of its incidents have links that hold no more. `outdated` are tolls that are
    added, each with the newest one of its running tally, which is not. `tolls_left_out` are (uid, reason).
    `contradictory` says of how many incidents the bounds contradict the best number, and what to add to the total's
    bounds to come to those that are stated.
    """

    groups: dict[tuple, Row]
    total: Row
    contradictory: dict[str, int]
    n_undated: int
    residuals: dict[tuple, Counted] = field(default_factory=dict)
    residual: Counted = field(default_factory=Counted)
    additions: list[Addition] = field(default_factory=list)
    stale: dict[str, list[str]] = field(default_factory=dict)
    outdated: list[tuple[str, str]] = field(default_factory=list)
    tolls_left_out: list[tuple[str, str]] = field(default_factory=list)


def answer(question, basis, filtered):
    """Return the Answer on a basis; `filtered` takes revisions of incidents and returns those that match."""
    groups = defaultdict(Row, sums(question, filtered))
    total = groups[()] if not question.by else sums(replace(question, by=[]), filtered).get((), Row())
    found = Answer(groups, replace(total), contradictions(question, filtered), _undated(question, groups, filtered))
    _reconcile(found, question, basis, filtered)
    found.groups = dict(groups)
    return found


def answer_of_tolls(question, filtered):
    """Return an Answer whose total has only what tolls add to the sum of the incidents."""
    found = Answer({}, Row(), {}, 0)
    _reconcile(found, question, "reconciled", filtered)
    return found


def _reconcile(found, question, basis, filtered):
    added = []
    for toll in _tolls(question):
        why = _not_added(question, basis, toll)
        if why:
            found.tolls_left_out.append((toll.uid, why))
        elif why is not None:
            added.append(toll)
    if added:
        _add_tolls(found, question, filtered, added)
        found.outdated = _outdated(question, added)


def _outdated(question, added):
    """Return the tolls of an answer that have a newer one in their running tally, each with the newest one."""
    series = {toll.uid: body["series"] for toll in added if not (body := body_of(toll))["live"]}
    newest = {}
    if series:
        for toll in question.seen("toll"):
            body = body_of(toll)
            if body["series"] and body["live"]:
                newest[body["series"]] = toll.uid
    return [(uid, newest[word]) for uid, word in sorted(series.items()) if word in newest]


def _undated(question, groups, filtered):
    """Return how many incidents stand in no span of time that the sums are grouped by."""
    spans = [place for place, name in enumerate(question.by) if name in SPANS]
    if question.overlap or not OF_PEOPLE.isdisjoint(question.by):
        # An incident may stand in several groups: count it once.
        question = replace(question, by=[question.by[place] for place in spans])
        groups, spans = sums(question, filtered) if spans else {}, range(len(spans))
    return sum(row.n_incidents for key, row in groups.items() if any(key[place] is None for place in spans))


def _add_tolls(found, question, filtered, revisions):
    """Add what tolls count beyond the incidents to the groups of an answer, and to its total."""
    nest = Nest(adopted(question.seen("toll")) | {toll.uid: body_of(toll) for toll in revisions})
    trees = trees_of(question.seen)
    scopes = {toll.uid: Scope(nest.tolls[toll.uid], trees) for toll in revisions}
    tolls = added_tolls(nest, list(scopes), question.moment)
    in_all = replace(question, by=[])
    whole = reconcile(tolls, shares_of(in_all, filtered, Keys(in_all), tolls, scopes))
    found.additions = whole.additions
    found.stale = {
        uid: [row["incident"] for row in nest.tolls[uid]["coverage"] if row["stale_because"]] for uid in scopes
    }
    found.residual = _add(found.total, whole, ())
    if not question.by:
        found.residuals[()] = found.residual
        found.groups[()] = found.total
        return
    keys = Keys(question)
    among = {toll.uid: tuple(keys.of_toll(toll)) for toll in revisions}
    shares = shares_of(question, filtered, keys, tolls, scopes)
    for key, here in _group_by_group(tolls, among, shares):
        found.residuals[key] = _add(found.groups[key], here, key)


def _group_by_group(tolls, among, shares):
    """Yield each group that tolls stand in with what tolls add there; `among` are the groups of tolls by uid.

    Where one thing may stand in several groups, each of them is looked at by itself.
    """
    groups = {key for keys in among.values() for key in keys}
    several = [*among.values(), *(keys for each in shares.values() for told in each.values() for keys in told)]
    if all(len(keys) == 1 for keys in several):
        found = reconcile(
            [replace(toll, group=among[toll.uid][0]) for toll in tolls], _renamed(shares, lambda keys: keys[0])
        )
        yield from ((key, found) for key in groups)
        return
    for key in groups:
        here = [replace(toll, group=key if key in among[toll.uid] else ("elsewhere",)) for toll in tolls]
        yield key, reconcile(here, _renamed(shares, lambda keys, key=key: key if key in keys else ("elsewhere", keys)))


def _renamed(shares, name):
    """Return shares with other names for their groups."""
    return {
        toll: {
            incident: {name(keys): share for keys, share in groups.items()} for incident, groups in incidents.items()
        }
        for toll, incidents in shares.items()
    }


def _add(row, reconciled, group):
    """Add to a row what tolls add to its group, and return how many of their people nothing explains there."""
    residual = Counted()
    for each in reconciled.additions:
        if each.toll.group == group:
            row.low += each.adds.low
            row.best += each.adds.best
            row.n_at_least += each.toll.number.at_least
            residual = residual.plus(each.residual)
    row.high += reconciled.high.get(group, 0)
    row.n_open += reconciled.open.get(group, 0)
    return residual


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
