"""The tolls of the log in a question: what they count there, and what its incidents explain of them."""

from collections import defaultdict
from datetime import date

import orjson
from django.db.models import Q

from operations.tags import KIND
from publication.log import body_of

from ..choices import Coverage
from ..figures.bounds import Counted
from ..figures.fits import ACROSS, PlaceTree, Tree, Trees
from ..figures.parts import by_group, root_of
from ..figures.reconcile import AddedToll, Share, TollLink, take_in_nested
from ..models import ProvisionalLink
from ..tags import ADOPTED, CONTRADICTORY, USABLE
from .sums import keys_of_line, lines_by_incident


def trees_of(seen):
    """Return the Trees of the log; `seen` returns the revisions of a kind that readers see."""
    parents = {kind: {} for kind in ("place", "force", "operation")}
    names, across = {}, []
    for kind, found in parents.items():
        for uid, tags, document in seen(kind).values_list("uid", "tags", "document"):
            body = orjson.loads(document)
            found[uid] = body["parent"]
            if kind == "force":
                names[uid] = body["name"]
            if kind == "place" and ACROSS & set(KIND.codes(tags)):
                across.append(uid)
    return Trees(PlaceTree(parents["place"], across), Tree(parents["force"]), Tree(parents["operation"]), names)


def adopted(revisions):
    """Return the bodies of those tolls that reconciled sums may add, by uid."""
    found = revisions.filter(tags__contains=[ADOPTED.text, USABLE.text])
    return {toll.uid: body_of(toll) for toll in found}


class Nest:
    """Tolls, by uid as bodies, and how they are nested."""

    def __init__(self, tolls):
        self.tolls = tolls
        self.inner = defaultdict(list)
        for uid, toll in tolls.items():
            self.inner[toll["parent"]].append(uid)

    def line(self, uid):
        """Return a toll and those that it is nested in, the nearest first."""
        line = []
        while uid in self.tolls and uid not in line:
            line.append(uid)
            uid = self.tolls[uid]["parent"]
        return line

    def links(self, uid):
        """Return how the toll counts incidents, by their uids: those of nested tolls too.

        An excluded or stale link is None, unless a nested toll counts the incident.
        """
        found = {}
        for row in self.tolls[uid]["coverage"]:
            explains = row["relation"] != Coverage.EXCLUDED and not row["stale_because"]
            found[row["incident"]] = TollLink(row["relation"], people=row["people"]) if explains else None
        for inner in self.inner[uid]:
            for incident, link in self.links(inner).items():
                if link:
                    found[incident] = link.joined(found.get(incident))
        return found


def provisional_links(tolls, moment=None):
    """Return the provisional links of tolls at a seq of the log (None: now), by toll and incident."""
    rows = ProvisionalLink.objects.filter(toll__in=tolls)
    if moment is None:
        rows = rows.filter(until=None)
    else:
        rows = rows.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)
    found = defaultdict(dict)
    for toll, incident, relation in rows.values_list("toll", "incident", "relation"):
        found[toll][incident] = TollLink(relation, decided=False)
    return found


def added_tolls(nest, uids, moment=None):
    """Return the AddedTolls of an answer at a seq of the log (None: now), all in the group ()."""
    provisional = provisional_links(list(uids), moment)
    tolls = []
    for uid in uids:
        body, links = nest.tolls[uid], nest.links(uid)
        undecided = {incident: link for incident, link in provisional[uid].items() if incident not in links}
        around = next((each for each in nest.line(uid)[1:] if each in uids), None)
        first = date.fromisoformat(body["when"]["earliest"] or date.min.isoformat())
        kept = {incident: link for incident, link in links.items() if link}
        tolls.append(AddedToll(uid, number_of(body), (), first, around, kept | undecided))
    take_in_nested(tolls)
    return tolls


def number_of(toll):
    """Return what the document of a toll or of a casualty counts."""
    return Counted.stated(*(toll[name] for name in ("low", "best", "high", "at_least")))


def shares_of(question, filtered, keys, tolls, scopes):
    """Return what the incidents that tolls may count add to groups of the question: Shares, as `reconcile` takes them.

    `scopes` are the Scopes of the tolls by uid. A group is the tuple of the keys of all groups that an incident stands
    in, or () where the question has no groups.
    """
    tolls_of = defaultdict(list)
    for toll in tolls:
        for incident in toll.links:
            tolls_of[incident].append(toll.uid)
    if not tolls_of:
        return {}
    casualties = question.counted("casualty").filter(part_of__in=list(tolls_of)).exclude(part_of="")
    wholes = _wholes(question, filtered, tolls_of) if question.whole else {}
    shares = defaultdict(lambda: defaultdict(dict))
    for incident, lines in lines_by_incident(question, filtered, casualties):
        asked = by_group(lines, lambda line: keys_of_line(line, keys), question.across)
        by_name = {line.name: line for line in lines}
        for uid in tolls_of[incident]:
            counts = scopes[uid].counts
            apart = by_group(lines, lambda line: (*keys_of_line(line, keys), counts(line.row[3])), question.across)  # noqa: B023
            counted_lines = frozenset(root_of(line, by_name) for line in lines if line.row[1] and counts(line.row[3]))
            for (matched, among), whole in asked.items():
                if matched:
                    counted = apart.get((True, among, True), Counted())
                    beside = apart.get((True, among, False), Counted())
                    shares[uid][incident][among if question.by else ()] = Share(
                        wholes.get(incident, whole), counted, beside, counted_lines
                    )
    return shares


def _wholes(question, filtered, incidents):
    """Return what whole incidents count, by their uids."""
    columns = [f"{question.measure}_{bound}" for bound in ("low", "best", "high")]
    found = filtered(question.counted("incident").filter(uid__in=list(incidents)))
    return {uid: Counted(low or 0, best or 0, high) for uid, low, best, high in found.values_list("uid", *columns)}


def contradictions(question, filtered):
    """Return how many incidents have bounds that contradict their best number, and what to add to the sums for them."""
    found = {"n": 0, "low": 0, "high": 0}
    if question.whole and question.measure == "killed":
        incidents = filtered(question.counted("incident")).filter(tags__contains=[CONTRADICTORY.text])
        for document in incidents.values_list("document", flat=True):
            stated = orjson.loads(document)["killed"]["contradictory"]
            found = {"n": found["n"] + 1, "low": found["low"] + stated["low"], "high": found["high"] + stated["high"]}
    return found
