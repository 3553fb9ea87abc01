"""What incidents, tolls, phases and operations say about other published records, read from the log when these change.

An incident says which others have a link to it; a toll, what the incidents explain that it covers; a phase or an
operation, what its incidents and adopted tolls come to. All follow what readers see and nothing else, so an incident
whose correction waits for approval counts as it is served.
"""

from collections import defaultdict

import orjson

from publication.derivations import DERIVATIONS, FOLLOWERS, Derivation
from publication.log import body_of
from publication.models import Revision
from publication.tags import reference

from .choices import CountedAs, Coverage, Harm
from .figures.account import Bounds, Line, added, tags_counted, toll_account
from .figures.parts import shares
from .stats.keeping import keep
from .tags import LINKED_TO, VIOLENT


def served(kind, *references):
    """Return what readers see of a kind, or of it what names one of these records."""
    revisions = Revision.objects.served().of(kind)
    return revisions.filter(references__overlap=list(references)) if references else revisions


def before(revisions):
    """Return the revisions that these ones followed."""
    revisions = [revision for revision in revisions if revision.number > 1]
    return Revision.objects.filter(
        kind__in={revision.kind for revision in revisions},
        uid__in=[revision.uid for revision in revisions],
        superseded_at__in=[revision.seq for revision in revisions],
    )


# Tolls


def affected_tolls(revisions, entries):
    """Return the tolls that cover these incidents, all of their series, and all that these are nested in."""
    incidents = {
        revision.part_of or revision.uid for revision in revisions if revision.kind in {"incident", "casualty"}
    }
    named = (
        {toll.uid for toll in served("toll", *(reference("incident", uid) for uid in incidents)).only("uid")}
        if incidents
        else set()
    )
    gone = [revision for revision in revisions if revision.kind == "toll"]
    if not (named or entries or gone):
        return set()
    bodies = {toll.uid: body_of(toll) for toll in served("toll")}
    changed = [body_of(toll) for toll in before(gone)] + [entry.body for entry in entries]
    changed += [bodies[entry.uid] for entry in entries if entry.uid in bodies]
    series = {body["series"] for body in changed} - {""}
    found = named | {uid for uid, body in bodies.items() if body["series"] in series}
    rising = [*found, *(body.get("parent") for body in changed)]
    while rising:
        uid = rising.pop()
        if uid in bodies:
            found.add(uid)
            rising.append(bodies[uid].get("parent"))
    return found


def fill_tolls(tolls):
    """Write into the bodies of tolls what the incidents they cover explain, and where they stand in their series."""
    if not tolls:
        return
    everything = {toll.uid: body_of(toll) for toll in served("toll")} | tolls
    family = Family(everything)
    lines = lines_of({uid for toll in tolls for uid in family.coverage(toll)})
    for uid in sorted(tolls, key=family.depth, reverse=True):
        family.account(uid, lines)
    for uid, toll in tolls.items():
        toll |= standing_in_series(uid, toll, everything)


class Family:
    """Tolls and how they are nested."""

    def __init__(self, tolls):
        self.tolls = tolls
        self.inner = defaultdict(list)
        for uid, toll in tolls.items():
            self.inner[toll.get("parent")].append(uid)

    def depth(self, uid):
        """Return how many tolls the toll is nested in."""
        depth = 0
        while uid := self.tolls[uid].get("parent"):
            depth += 1
            if uid not in self.tolls:
                break
        return depth

    def coverage(self, uid):
        """Return how the toll counts incidents, by their uids: those of nested tolls too, unless it says otherwise."""
        relations = {}
        for inner in self.inner[uid]:
            relations |= {
                incident: relation
                for incident, relation in self.coverage(inner).items()
                if relation != Coverage.EXCLUDED
            }
        return relations | {each["incident"]: each["relation"] for each in self.tolls[uid]["coverage"]}

    def account(self, uid, lines):
        """Write into the body of a toll what follows from its lines; those nested in it are done."""
        toll = self.tolls[uid]
        counted = tags_counted(toll["victim"], toll["harm"])
        covered = []
        for incident, relation in self.coverage(uid).items():
            matching = {
                line["uid"]: line
                for line in lines[incident]
                if counted & line["tags"] and line["counted_as"] != CountedAs.NOT_CAUSED
            }
            covered += [Line(relation, bounds) for bounds in shares(matching)]
        nested = [self.tolls[inner] for inner in self.inner[uid]]
        covered += [
            Line(Coverage.CONTAINED, Bounds.of(inner["adds"]))
            for inner in nested
            if inner["adopted"] and "adds" in inner
        ]
        found = toll_account(Bounds.of(toll), covered)
        toll |= {name: getattr(found, name)._asdict() for name in ("explained", "residual", "reconciled", "adds")}
        toll["contradiction"] = found.contradiction


def standing_in_series(uid, toll, tolls):
    """Return where a toll stands in its series: whether it is the newest, and which one before it counted more."""
    if not toll["series"] or toll["when"]["latest"] is None:
        return {"live": True, "falls_below": None}
    series = sorted(
        (other["when"]["latest"], name, other["best"])
        for name, other in tolls.items()
        if other["series"] == toll["series"] and other["when"]["latest"] is not None
    )
    place = series.index((toll["when"]["latest"], uid, toll["best"]))
    last = next((each for each in reversed(series[:place]) if each[0] < toll["when"]["latest"]), None)
    falls = last and None not in (last[2], toll["best"]) and toll["best"] < last[2]
    return {
        "live": all(other[0] <= toll["when"]["latest"] for other in series),
        "falls_below": last[1] if falls else None,
    }


def lines_of(incidents):
    """Return the casualties that readers see of incidents, by the incidents' uids, as bodies with their tags."""
    lines = defaultdict(list)
    if incidents:
        for revision in served("casualty", *(reference("incident", uid) for uid in incidents)):
            lines[revision.part_of].append(orjson.loads(revision.document) | {"tags": set(revision.tags)})
    return lines


# Incidents


def affected_incidents(revisions, entries):
    """Return the incidents to which these incidents have links, or had."""
    gone = [revision for revision in revisions if revision.kind == "incident"]
    old = [*before(gone).only("seq", "tags"), *served("incident").filter(uid__in=[entry.uid for entry in entries])]
    had = {uid for revision in old for uid in LINKED_TO.codes(revision.tags)}
    return had | {link["incident"] for entry in entries for link in entry.body["links"]}


def fill_incidents(incidents):
    """Write into the bodies of incidents which others have a link to them."""
    if not incidents:
        return
    linking = served("incident").filter(tags__overlap=[LINKED_TO.of(uid) for uid in incidents])
    everything = {revision.uid: body_of(revision) for revision in linking} | incidents
    for body in incidents.values():
        body["linked_from"] = []
    for uid, body in sorted(everything.items()):
        for link in body["links"]:
            if link["incident"] in incidents:
                told = {"kind": link["kind"], "incident": uid, "note": link["note"]}
                incidents[link["incident"]]["linked_from"].append(told)


# Phases and operations


def affected_wholes(column):
    """Return the function that finds the phases, or the operations, that incidents and tolls belong or belonged to."""

    def affected(revisions, entries):
        counted = [revision for revision in revisions if revision.kind in {"incident", "casualty", "toll"}]
        touched = [*counted, *before(counted).only("seq", column)]
        return {getattr(revision, column) for revision in touched} - {""}

    return affected


def fill_wholes(column):
    """Return the function that writes into the bodies of phases, or of operations, what is in them."""

    def fill(wholes):
        if not wholes:
            return
        found = {uid: Sum() for uid in wholes}
        for kind in ("incident", "casualty", "toll"):
            for revision in served(kind, *(reference(column, uid) for uid in wholes)).filter(
                **{f"{column}__in": list(wholes)}
            ):
                getattr(found[getattr(revision, column)], f"add_{kind}")(revision)
        for uid, body in wholes.items():
            body["totals"] = found[uid].totals()

    return fill


class Sum:
    """What the incidents and adopted tolls of one whole come to."""

    def __init__(self):
        self.incidents, self.tolls, self.lines = 0, {}, {}

    def add_incident(self, revision):
        self.incidents += VIOLENT.text in revision.tags

    def add_casualty(self, revision):
        line = orjson.loads(revision.document)
        if line["counted_as"] == CountedAs.VICTIMS:
            self.lines[line["uid"]] = line

    def add_toll(self, revision):
        toll = orjson.loads(revision.document)
        if toll["adopted"] and "adds" in toll:
            self.tolls[toll["uid"]] = toll

    def totals(self):
        """Return them as the documents of phases and operations show them."""
        groups = defaultdict(lambda: ({}, []))
        for uid, line in self.lines.items():
            if not split_up(line):
                groups[victims_and_harm(line)][0][uid] = line
        for toll in self.tolls.values():
            groups[victims_and_harm(toll)][1].append(toll)
        people = [
            {"force": force or None, "status": status, "harm": harm, **on_both_bases(lines, tolls)}
            | {"without_figure": sum(line["best"] is None for line in lines.values())}
            for (harm, status, force), (lines, tolls) in sorted(groups.items())
        ]
        sums = {harm.value: on_both_bases(*self.of(harm)) for harm in (Harm.KILLED, Harm.WOUNDED)}
        return {"incidents": self.incidents, **sums, "people": people, "tolls": sorted(self.tolls)}

    def of(self, harm):
        """Return the casualties by uid, and the tolls, of one harm."""
        lines = {uid: line for uid, line in self.lines.items() if line["harm"] == harm}
        return lines, [toll for toll in self.tolls.values() if toll["harm"] == harm]


def victims_and_harm(row):
    """Return what people in the totals are grouped by, of a casualty or a toll."""
    return row["harm"], row["victim"]["status"], row["victim"]["force"] or ""


def split_up(line):
    """Return whether the estimates within a casualty count all of its people."""
    return bool(line["best"]) and set(line["rest"].values()) == {0}


def on_both_bases(lines, tolls):
    """Return the sum of casualties, by uid, alone, and with what adopted tolls add to it."""
    counts = shares(lines)
    return {"incident": added(counts), "reconciled": added([*counts, *(Bounds.of(toll["adds"]) for toll in tolls)])}


DERIVATIONS += [
    Derivation("incident", affected_incidents, fill_incidents),
    Derivation("toll", affected_tolls, fill_tolls),
    Derivation("phase", affected_wholes("phase"), fill_wholes("phase")),
    Derivation("operation", affected_wholes("operation"), fill_wholes("operation")),
]
FOLLOWERS.append(keep)
