"""What incidents, tolls, phases and operations say about other published records, read from the log when these change.

An incident says which others have a link to it; a toll, what the incidents explain that it covers; a phase or an
operation, what its incidents and adopted tolls come to. All follow what readers see and nothing else, so an incident
whose correction waits for approval counts as it is served.
"""

from dataclasses import replace

import orjson

from publication.derivations import DERIVATIONS, FOLLOWERS, Derivation
from publication.log import body_of
from publication.models import Revision

from .choices import Harm
from .stats.answer import BASES, ESTIMATES, answer
from .stats.keeping import keep
from .stats.sums import Row, asked
from .tags import LINKED_TO
from .tolls import OF_TOLLS, before


def served(kind, *references):
    """Return what readers see of a kind, or of it what names one of these records."""
    revisions = Revision.objects.served().of(kind)
    return revisions.filter(references__overlap=list(references)) if references else revisions


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
    """Return the function that finds the phases, or the operations, that incidents and tolls belong or belonged to.

    An operation counts what belongs to its sub-operations, too.
    """

    def affected(revisions, entries):
        counted = [revision for revision in revisions if revision.kind in {"incident", "casualty", "toll"}]
        touched = [*counted, *before(counted).only("seq", column)]
        found = {getattr(revision, column) for revision in touched} - {""}
        found |= {entry.uid for entry in entries}
        if column == "operation" and found:
            above = dict(parents_of_operations()) | {entry.uid: entry.body["parent"] for entry in entries}
            for uid in list(found):
                while (uid := above.get(uid)) and uid not in found:
                    found.add(uid)
        return found

    return affected


def fill_wholes(column):
    """Return the function that writes into the bodies of phases, or of operations, what is in them."""

    def fill(wholes):
        if wholes:
            above = dict(parents_of_operations()) if column == "operation" else {}
            for uid, body in wholes.items():
                body["totals"] = totals({column: ",".join([uid, *below(uid, above)])})

    return fill


def parents_of_operations():
    """Yield each published operation with the one that it is part of."""
    for uid, document in served("operation").values_list("uid", "document"):
        yield uid, orjson.loads(document)["parent"]


def below(uid, above):
    """Return the operations below one; `above` gives the next one around each."""
    found = [each for each, parent in above.items() if parent == uid]
    return [*found, *(deeper for each in found for deeper in below(each, above))]


def totals(parameters):
    """Return what the sums of readers come to with a filter by operation or phase, as documents show them."""
    ((column, uids),) = parameters.items()

    def filtered(revisions):
        return revisions.filter(**{f"{column}__in": uids.split(",")})

    def on_both_bases(measure, by=()):
        question = replace(asked(measure, list(by)), parameters=parameters)
        return [answer(question, basis, filtered) for basis in BASES]

    told, reconciled = on_both_bases("casualties", ["harm", "victim"])
    people = [
        {"harm": harm, "victim": victim}
        | {
            "incident": figures(told.groups.get((harm, victim), Row())),
            "reconciled": figures(reconciled.groups[harm, victim]),
            "n_without_figure": reconciled.groups[harm, victim].n_without_figure,
        }
        for harm, victim in sorted(reconciled.groups)
    ]
    sums = {}
    for harm in (Harm.KILLED, Harm.WOUNDED):
        both = on_both_bases(harm.value)
        sums[harm.value] = {basis: figures(found.total) for basis, found in zip(BASES, both, strict=True)}
    incidents = answer(replace(asked("incidents", []), parameters=parameters), "incident", filtered).total
    tolls = [each.toll.uid for each in reconciled.additions]
    return {"incidents": incidents.n_incidents, **sums, "people": people, "tolls": tolls}


def figures(row):
    """Return the numbers of a row of sums as documents show them."""
    return {estimate: row.value(estimate) for estimate in ESTIMATES}


DERIVATIONS += [
    Derivation("incident", affected_incidents, fill_incidents),
    OF_TOLLS,
    Derivation("phase", affected_wholes("phase"), fill_wholes("phase")),
    Derivation("operation", affected_wholes("operation"), fill_wholes("operation")),
]
FOLLOWERS.append(keep)
