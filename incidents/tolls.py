"""What tolls say about published incidents, read from the log when these change: links, arithmetic, running tallies.

An adopted toll has provisional links to the incidents that it may count by the codes and on which nobody has decided.
They are kept in a table of their own, with the seqs between which they held.
"""

from collections import defaultdict
from datetime import date

from publication.derivations import Derivation
from publication.log import body_of
from publication.models import Revision

from .choices import Coverage
from .figures.bounds import Counted, together
from .figures.fits import Scope
from .figures.reconcile import reconcile
from .models import ProvisionalLink
from .stats.sums import Keys, asked
from .stats.tolls import Nest, added_tolls, shares_of, trees_of
from .tags import HARM

#: How many of its provisional links the document of a toll shows.
SHOWN = 50

#: The kinds of records that decide what a toll may count.
OF_TREES = {"place", "force", "operation", "phase"}


def seen(kind):
    """Return what readers see of a kind."""
    return Revision.objects.served().of(kind)


def before(revisions):
    """Return the revisions that these ones followed."""
    revisions = [revision for revision in revisions if revision.number > 1]
    return Revision.objects.filter(
        kind__in={revision.kind for revision in revisions},
        uid__in=[revision.uid for revision in revisions],
        superseded_at__in=[revision.seq for revision in revisions],
    )


def affected_tolls(revisions, entries):
    """Return the tolls whose documents say something of these records: they cover them, or may count them.

    Also those of the same series, those in which affected ones are nested, and those that share an incident with them.
    """
    incidents = {each.part_of or each.uid for each in revisions if each.kind in {"incident", "casualty"}}
    gone = [each for each in revisions if each.kind == "toll"]
    trees_changed = any(each.kind in OF_TREES for each in revisions)
    if not (incidents or entries or gone or trees_changed):
        return set()
    bodies = {toll.uid: body_of(toll) for toll in seen("toll")}
    if not (bodies or entries or gone):
        return set()
    changed = [body_of(toll) for toll in before(gone)] + [entry.body for entry in entries]
    changed += [bodies[entry.uid] for entry in entries if entry.uid in bodies]
    series = {body["series"] for body in changed} - {""}
    found = {uid for uid, body in bodies.items() if body["series"] in series}
    # What these tolls, or incidents, no longer share counts as much as what they share now.
    own = [*(each.uid for each in gone), *(entry.uid for entry in entries)]
    shared = incidents | {row["incident"] for body in changed for row in body["coverage"]} | _undecided(toll__in=own)
    found |= _undecided("toll", incident__in=shared)
    _link_provisionally(bodies, incidents, entries, gone, trees_changed)
    shared |= _undecided(toll__in=own)
    found |= _undecided("toll", incident__in=shared)
    found |= {uid for uid, body in bodies.items() if shared & {row["incident"] for row in body["coverage"]}}
    if trees_changed:
        found |= set(bodies)
    rising = [*found, *(body["parent"] for body in changed)]
    while rising:
        uid = rising.pop()
        if uid in bodies:
            found.add(uid)
            rising.append(bodies[uid]["parent"])
    return found


def _undecided(what="incident", **links):
    """Return the incidents, or tolls, of some provisional links that hold."""
    return set(ProvisionalLink.objects.filter(until=None, **links).values_list(what, flat=True))


def _link_provisionally(bodies, incidents, entries, gone, trees_changed):
    """Bring the provisional links up to date.

    `bodies` are the tolls that readers saw until now, `entries` those that are about to be written, `gone` tombstones.
    """
    new = {entry.uid: entry.body for entry in entries}
    tolls = {uid: body for uid, body in (bodies | new).items() if body["adopted"] and body["usable"]}
    ended = {each.uid for each in gone} | (set(new) - set(tolls))
    if ended:
        ProvisionalLink.objects.filter(toll__in=ended, until=None).update(until=Revision.objects.head() + 1)
    if not tolls:
        return
    trees, head = trees_of(seen), Revision.objects.head()
    # What a toll itself decides holds from its own revision on, which comes next.
    again = {uid: body for uid, body in tolls.items() if trees_changed or uid in new}
    for uid, body in again.items():
        links = ProvisionalLink.objects.filter(toll=uid, until=None)
        _replace(links, _fits({uid: body}, _may_count(body), trees), head + (uid in new))
    others = {uid: body for uid, body in tolls.items() if uid not in again}
    if incidents and others:
        links = ProvisionalLink.objects.filter(toll__in=others, until=None, incident__in=incidents)
        _replace(links, _fits(others, seen("incident").filter(uid__in=incidents), trees), head)


def _fits(tolls, revisions, trees):
    """Return what the codes propose for tolls and revisions of incidents, by the uids of both, where nobody decided."""
    incidents = [body_of(revision) for revision in revisions]
    fits = {}
    for uid, body in tolls.items():
        scope, decided = Scope(body, trees), {row["incident"] for row in body["coverage"]}
        for incident in incidents:
            if incident["uid"] in decided or _apart(body["when"], incident["when"]):
                continue
            found = scope.fit(incident)
            if found.proposed:
                fits[uid, incident["uid"]] = found.relation
    return fits


def _apart(one, other):
    """Return whether no day lies in both of two windows."""
    return any(
        earlier["latest"] and later["earliest"] and earlier["latest"] < later["earliest"]
        for earlier, later in ((one, other), (other, one))
    )


def _may_count(toll):
    """Return the incidents of the log whose days and harms may be those of a toll."""
    first, last = (toll["when"][end] and date.fromisoformat(toll["when"][end]) for end in ("earliest", "latest"))
    harms = sorted(Scope(toll, None).harms)
    incidents = seen("incident").filter(tags__overlap=[HARM.of(harm) for harm in harms])
    if last:
        incidents = incidents.exclude(earliest_on__gt=last)
    return incidents.exclude(latest_on__lt=first) if first else incidents


def _replace(links, fits, since):
    """Let the relations by toll and incident hold in the place of these links from a seq on."""
    had = {(toll, incident): (pk, relation) for pk, toll, incident, relation in links.values_list(
        "pk", "toll", "incident", "relation"
    )}  # fmt: skip
    ended = [pk for pair, (pk, relation) in had.items() if fits.get(pair) != relation]
    begun = {pair: relation for pair, relation in fits.items() if pair not in had or had[pair][1] != relation}
    if ended:
        ProvisionalLink.objects.filter(pk__in=ended).update(until=since)
    ProvisionalLink.objects.bulk_create(
        ProvisionalLink(toll=toll, incident=incident, relation=relation, since=since)
        for (toll, incident), relation in sorted(begun.items())
    )


def fill_tolls(tolls):
    """Write into the bodies of tolls how their links hold, their arithmetic, and where they stand in their series."""
    if not tolls:
        return
    everything = {toll.uid: body_of(toll) for toll in seen("toll")} | tolls
    trees = trees_of(seen)
    _fill_links(tolls, trees)
    nest = Nest(everything)
    for uid in tolls:
        _account(uid, nest, trees)
    for uid, toll in tolls.items():
        toll |= standing_in_series(uid, toll, everything)


def _fill_links(tolls, trees):
    """Write into the coverage of tolls what the codes proposed when a person decided, and why a link is stale now."""
    served = {toll.uid: body_of(toll)["coverage"] for toll in seen("toll").filter(uid__in=tolls)}
    wanted = {row["incident"] for toll in tolls.values() for row in toll["coverage"]}
    incidents = {each.uid: body_of(each) for each in seen("incident").filter(uid__in=wanted)}
    for uid, toll in tolls.items():
        scope = Scope(toll, trees)
        known = {row["incident"]: row for row in served.get(uid, [])}
        for row in toll["coverage"]:
            fit = scope.fit(incidents[row["incident"]]) if row["incident"] in incidents else None
            now, old = fit.relation if fit else "", known.get(row["incident"], {})
            decided = all(row[name] == old.get(name) for name in ("relation", "people", "reason"))
            row["proposed"] = old["proposed"] if decided else now
            excluded_now = now == Coverage.EXCLUDED and Coverage.EXCLUDED not in {row["proposed"], row["relation"]}
            row["stale_because"] = fit.reason if excluded_now else ""


def _account(uid, nest, trees):
    """Write into the body of a toll what incidents and nested tolls explain of it."""
    toll = nest.tolls[uid]
    uids = _counted_with(uid, nest)
    tolls = added_tolls(nest, uids)
    own = next(each for each in tolls if each.uid == uid)
    question = asked(toll["harm"], [])
    scopes = {each.uid: Scope(nest.tolls[each.uid], trees) for each in tolls}
    shares = shares_of(question, lambda found: found, Keys(question), tolls, scopes)
    found = reconcile(tolls, shares)
    addition = next(each for each in found.additions if each.toll.uid == uid)
    by_relation = defaultdict(list)
    for _, _, link, counted in addition.explained:
        by_relation[link.relation if link.decided else "provisional"].append(counted)
    inner = [
        each.adds._replace(high=each.residual.high) for each in found.additions if each.toll.uid in addition.nested
    ]
    contained = together([*by_relation[Coverage.CONTAINED], *inner])
    sure = together([contained, *by_relation[Coverage.LIKELY]])
    provisional = together(by_relation["provisional"])
    possible = together(by_relation[Coverage.POSSIBLE])
    toll["explained"] = _document(
        Counted(contained.low, sure.best + provisional.best, together([sure, provisional, possible]).high)
    )
    number = own.number
    low = max(0, number.low - toll["explained"]["high"]) if toll["explained"]["high"] is not None else 0
    high = None if number.high is None else max(0, number.high - contained.low)
    toll["residual"] = _document(Counted(low, addition.adds.best, high)) | _unstated(toll)
    toll["reconciled"] = _document(number.holding(sure))
    bound = min((each for each in (toll["best"], toll["high"]) if each is not None), default=None)
    toll["contradiction"] = bound is not None and contained.best > bound
    undecided = sorted((incident, link.relation) for incident, link in own.links.items() if not link.decided)
    toll["provisional"] = {
        "n": len(undecided),
        "incidents": [{"incident": incident, "relation": relation} for incident, relation in undecided[:SHOWN]],
    }


def _document(counted):
    return {"low": counted.low, "best": counted.best, "high": counted.high}


def _unstated(toll):
    """Return what remains of the numbers that a toll does not state: nobody knows."""
    return {} if toll["best"] is not None else {"best": None}


def _counted_with(uid, nest):
    """Return a toll with the adopted ones that decide what it adds: nested ones, and those that share its incidents."""
    tolls = nest.tolls
    inner = [each for each in tolls if uid in nest.line(each)[1:] and _counts(tolls[each])]
    if not _counts(tolls[uid]):
        return [uid, *inner]
    incidents = {row["incident"] for each in (uid, *inner) for row in tolls[each]["coverage"]}
    links = ProvisionalLink.objects.filter(until=None)
    incidents |= set(links.filter(toll__in=[uid, *inner]).values_list("incident", flat=True))
    sharing = {each for each, body in tolls.items() if incidents & {row["incident"] for row in body["coverage"]}}
    sharing |= set(links.filter(incident__in=incidents).values_list("toll", flat=True))
    return sorted({uid, *inner, *(each for each in sharing if each in tolls and _counts(tolls[each]))})


def _counts(toll):
    return toll["adopted"] and toll["usable"]


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


OF_TOLLS = Derivation("toll", affected_tolls, fill_tolls)
