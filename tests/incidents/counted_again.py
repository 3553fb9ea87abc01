"""Sums and tolls counted again from what readers see: a plain loop over documents, without tags, columns or kept sums.

Only the pure modules of `incidents.figures` are shared with what is tested.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import orjson

from incidents.choices import CountedAs, Harm, VictimStatus
from incidents.figures.bounds import COUNTED, Counted, together
from incidents.figures.fits import ACROSS, PlaceTree, Scope, Tree, Trees
from incidents.figures.parts import by_group, line_of_document, root_of
from incidents.figures.reconcile import AddedToll, Share, TollLink, reconcile, take_in_nested
from publication.models import Revision

#: The dimensions in which an incident stands in one group.
DIMENSIONS = ["victim", "month", "operation"]


class Published:
    """What readers see now: documents by uid, and the trees that they stand in."""

    def __init__(self):
        self.by_kind = defaultdict(dict)
        for kind, uid, document in Revision.objects.served().values_list("kind", "uid", "document"):
            self.by_kind[kind][uid] = orjson.loads(document)
        parents = {
            kind: {uid: body["parent"] for uid, body in self.by_kind[kind].items()}
            for kind in ("place", "force", "operation")
        }
        across = [uid for uid, place in self.by_kind["place"].items() if place["kind"] in ACROSS]
        names = {uid: force["name"] for uid, force in self.by_kind["force"].items()}
        self.trees = Trees(
            PlaceTree(parents["place"], across), Tree(parents["force"]), Tree(parents["operation"]), names
        )
        self.incidents, self.tolls = self.by_kind["incident"], self.by_kind["toll"]
        self.scopes = {uid: Scope(toll, self.trees) for uid, toll in self.tolls.items()}

    # What is asked for

    def victims(self, record):
        force, status = record["victim"]["force"], record["victim"]["status"]
        return {*self.trees.forces.line(force), *VictimStatus.line_of(status)}

    def lies_in(self, record, filters):
        """Return whether an incident or a toll surely lies in filters, as a whole."""
        of_toll = "places" in record
        places = record["places"] if of_toll else [record["place"], *(each["place"] for each in record["other_places"])]
        lines = [{place["slug"], *place["within"]} for place in places if place]
        surely = all if of_toll else any
        earliest, latest = record["when"]["earliest"], record["when"]["latest"]
        tests = {
            "date_from": lambda day: earliest is not None and earliest >= day,
            "date_to": lambda day: latest is not None and latest <= day,
            "operation": lambda uid: uid in self.trees.operations.line(record["operation"]),
            "place": lambda slug: bool(lines) and surely(slug in line for line in lines),
        }
        return all(tests[name](value) for name, value in filters.items() if name != "victim")

    def matches(self, line, measure, filters):
        """Return whether a line counts people of the measure who were victims asked for."""
        return (
            line["harm"] in harms(measure)
            and line["counted_as"] == CountedAs.VICTIMS
            and filters.get("victim", line["victim"]["status"]) in self.victims(line)
        )

    def shares(self, uid, measure, by, filters, counts=lambda line: True):
        """Return what an incident adds to groups, told apart by whether `counts` holds: Counted by (group, holds)."""
        incident = self.incidents[uid]
        if not self.lies_in(incident, filters):
            return {}

        def key(line):
            group = () if not by else (group_of(by, incident, line.row),)
            return self.matches(line.row, measure, filters), group, counts(line.row)

        lines = [line_of_document(line, line) for line in incident["casualties"]]
        found = by_group(lines, key, across=measure == "casualties")
        return {(group, holds): counted for (matched, group, holds), counted in found.items() if matched}

    def incident_sums(self, measure, by, filters):
        """Return what each incident adds to each group: Counted by group and uid."""
        found = defaultdict(dict)
        for uid, incident in self.incidents.items():
            for (group, _), counted in self.shares(uid, measure, by, filters).items():
                whole = measure in {"killed", "wounded"} and by != "victim" and "victim" not in filters
                found[group][uid] = Counted.stated(*bounds(incident[measure])) if whole else counted
        return found

    # Tolls

    def links(self, uid):
        """Return how a toll counts incidents: as decided, stale links aside, or as the codes propose."""
        decided, links = {}, {}
        for row in self.tolls[uid]["coverage"]:
            decided[row["incident"]] = None
            if row["relation"] != "excluded" and not row["stale_because"]:
                decided[row["incident"]] = TollLink(row["relation"], people=row["people"])
        for inner, body in self.tolls.items():
            if body["parent"] == uid and counts(body):
                for incident, link in self.links(inner).items():
                    if link and link.decided:
                        decided[incident] = link.joined(decided.get(incident))
        if counts(self.tolls[uid]):
            for incident, body in self.incidents.items():
                fit = self.scopes[uid].fit(body)
                if fit.proposed:
                    links[incident] = TollLink(fit.relation, decided=False)
        return links | decided

    def added(self, uids):
        """Return these tolls as they are added to an answer."""
        tolls = []
        for uid in uids:
            body, around = self.tolls[uid], self.tolls[uid]["parent"]
            while around is not None and around not in uids:
                around = self.tolls[around]["parent"] if around in self.tolls else None
            links = {incident: link for incident, link in self.links(uid).items() if link}
            first = date.fromisoformat(body["when"]["earliest"] or date.min.isoformat())
            tolls.append(AddedToll(uid, Counted.stated(*bounds(body), body["at_least"]), (), first, around, links))
        take_in_nested(tolls)
        return tolls

    def reconciled(self, tolls, measure, by, filters):
        """Return what tolls add to the groups that they stand in; by no dimension, to the total."""
        wholes = self.incident_sums(measure, by, filters)
        shares = defaultdict(lambda: defaultdict(dict))
        for toll in tolls:
            for incident in toll.links:
                if incident not in self.incidents:
                    continue
                told = self.shares(incident, measure, by, filters, self.scopes[toll.uid].counts)
                for group in {group for group, _ in told}:
                    shares[toll.uid][incident][group] = Share(
                        wholes[group][incident],
                        told.get((group, True), Counted()),
                        told.get((group, False), Counted()),
                        self.lines_counted(incident, toll.uid, measure, filters),
                    )
        return reconcile([replace(toll, group=self.group_of_toll(by, toll.uid)) for toll in tolls], shares)

    def lines_counted(self, incident, toll, measure, filters):
        """Return the outermost of those lines of an incident that a toll may count."""
        lines = [line_of_document(line, line) for line in self.incidents[incident]["casualties"]]
        by_name = {line.name: line for line in lines}
        counted = (
            line for line in lines
            if self.matches(line.row, measure, filters) and self.scopes[toll].counts(line.row)
        )  # fmt: skip
        return frozenset(root_of(line, by_name) for line in counted)

    def group_of_toll(self, by, uid):
        toll = self.tolls[uid]
        return () if not by else (group_of(by, toll, toll),)

    def stats(self, measure, by, filters, basis):
        """Return low, best and high by group (high None: open), and the same of the total under the key `total`."""
        tolls = []
        if basis == "reconciled":
            asked = [
                uid
                for uid, toll in self.tolls.items()
                if counts(toll) and toll["harm"] in harms(measure) and self.lies_in(toll, filters)
                and filters.get("victim", toll["victim"]["status"]) in self.victims(toll)
            ]  # fmt: skip
            tolls = self.added(asked)
        answer = {}
        for dimension in {by, None}:
            found = self.reconciled(tolls, measure, dimension, filters)
            groups = {
                group: [sum(each.low for each in told.values()), sum(each.best for each in told.values()),
                        sum(each.high or 0 for each in told.values()),
                        sum(each.high is None for each in told.values())]
                for group, told in self.incident_sums(measure, dimension, filters).items()
            }  # fmt: skip
            for each in found.additions:
                row = groups.setdefault(each.toll.group, [0, 0, 0, 0])
                row[0] += each.adds.low
                row[1] += each.adds.best
            for group, more in found.high.items():
                if group in groups:
                    groups[group][2] += more
                    groups[group][3] += found.open[group]
            rows = {group: (low, best, None if opened else high) for group, (low, best, high, opened) in groups.items()}
            if dimension is None:
                answer["total"] = rows.get((), (0, 0, 0))
            if dimension == by:
                answer |= {key: row for (key, *_), row in rows.items()} if by else {}
        return answer

    def toll_document(self, uid):
        """Return what the document of a toll says of its arithmetic."""
        own = [each for each in self.tolls if each == uid or counts(self.tolls[each])]
        if not counts(self.tolls[uid]):
            own = [each for each in own if each == uid or uid in self.around(each)]
        found = self.reconciled(self.added(own), self.tolls[uid]["harm"], None, {})
        addition = next(each for each in found.additions if each.toll.uid == uid)
        by_relation = defaultdict(list)
        for _, _, link, counted in addition.explained:
            by_relation[link.relation if link.decided else "provisional"].append(counted)
        inner = [each for each in found.additions if each.toll.uid in addition.nested]
        contained = together(
            [*by_relation["contained"], *(each.adds._replace(high=each.residual.high) for each in inner)]
        )
        best = together([contained, *by_relation["likely"], *by_relation["provisional"]]).best
        return {
            "explained": {"low": contained.low, "best": best},
            "residual": addition.adds.best if self.tolls[uid]["best"] is not None else None,
            "provisional": sorted(
                (incident, link.relation) for incident, link in addition.toll.links.items() if not link.decided
            ),
        }

    def around(self, uid):
        """Return the tolls that one is nested in."""
        line = []
        while (uid := self.tolls[uid]["parent"]) in self.tolls:
            line.append(uid)
        return line


def harms(measure):
    return set(Harm.values) if measure == "casualties" else set(COUNTED.get(measure, (measure,)))


def counts(toll):
    return toll["adopted"] and toll["usable"]


def bounds(counted):
    return counted["low"], counted["best"], counted["high"]


def group_of(by, record, line):
    """Return the group of a line of an incident, or of a toll."""
    earliest, latest = record["when"]["earliest"], record["when"]["latest"]
    if by == "month":
        return earliest[:7] if earliest and latest and earliest[:7] == latest[:7] else None
    if by == "operation":
        return record["operation"]
    return line["victim"]["force"] or line["victim"]["status"]
