"""The rules of incidents, casualties, claims and tolls."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations

from django.db.models import F, Model, QuerySet

from operations.choices import Aspect, Contested, Standing
from records.choices import CLOSED
from records.duplicates import undecided_duplicates
from records.rules import Finding, Rule, Severity, loaded_once, register_rule

from .choices import AgeGroup, Attribution, Basis, CountedAs, Coverage, Harm, Sex, VictimStatus
from .duplicates import duplicates_of, served_incidents
from .figures.bounds import COUNTED, lies_in
from .figures.estimates import Suggestion
from .figures.fits import CAUSED, related
from .figures.parts import total_of
from .figures.tally import tally
from .models import (
    Casualty,
    Claim,
    Incident,
    IncidentPlace,
    Toll,
    TollCoverage,
    Victims,
    bounds_in_words,
    figures_in_words,
)

#: The ends of a window of days, and the days that stand for an open one.
ENDS = {"earliest": date.min, "latest": date.max}

#: What the bounds of an incident speak of.
KILLED_VICTIMS = (Harm.KILLED, CountedAs.VICTIMS)

EXPLAIN = (
    "Enter the claims, take over what they suggest, or make the estimate the coder’s judgement and say why in its note."
)
DECIDE = "Say which claim replaces the other, set one aside and say why, or make the estimate the coder’s judgement."
MERGE = "Put their claims under one of them, or say in words how the victims differ."
NEST = "If one counts the people of the other too, let that one lie within it."
CHECK_PARTS = "Check both: a part cannot count more people than its whole, so sums count those of the parts."
SPLIT = (
    "Say at both links how many people of the incident they count, exclude it from one, or nest one toll in the other."
)
LOOK_AT_BOTH = "Have a reviewer look at both: one may be wrong, or not of this series."


def rests_on_nothing(estimates: QuerySet) -> Iterator[Finding]:
    """Yield a finding for each estimate without a claim."""
    for estimate in estimates.filter(claims=None).order_by("uid"):
        yield Finding(estimate, f"{estimate.uid} rests on no claim", EXPLAIN)


def undecided(estimates: QuerySet) -> list[tuple[Victims, Suggestion]]:
    """Return the estimates that have to follow their claims, each with what these suggest."""
    found = estimates.exclude(claims=None).exclude(basis__in=[Basis.CODER_JUDGEMENT, Basis.DATASET])
    rows = list(found.select_related("victim_force").order_by("uid"))
    suggestions = estimates.model.suggestions(rows)
    return [(estimate, suggestions[estimate.pk]) for estimate in rows]


def departs(estimates: list[tuple[Victims, Suggestion]]) -> Iterator[Finding]:
    """Yield a finding for each estimate that is not what its claims suggest and does not say why."""
    for estimate, suggestion in estimates:
        if estimate.departs_from(suggestion):
            says, suggested = figures_in_words(estimate), figures_in_words(suggestion)
            if says == suggested:
                sentence = f"nothing decides between the claims of {estimate.uid}, and its basis is not “undecided”"
            else:
                sentence = f"{estimate.uid} says {says} where its claims suggest {suggested}"
            yield Finding(estimate, sentence, EXPLAIN)


def source_contradicts_itself(estimates: list[tuple[Victims, Suggestion]]) -> Iterator[Finding]:
    """Yield a finding for each estimate of which a source gives figures that exclude each other, undecided."""
    for estimate, suggestion in estimates:
        if names := ", ".join(suggestion.self_contradicting):
            yield Finding(estimate, f"{names} contradicts itself on {estimate.uid}", DECIDE)


def replaces_another(claims: QuerySet) -> Iterator[Finding]:
    """Yield a finding for each claim that replaces one about other people."""
    for claim in claims.filter(supersedes__isnull=False).select_related("supersedes").order_by("uid"):
        before = claim.supersedes
        if not claim.counts_the_same_as(before):
            sentence = f"{claim.uid} replaces {before.uid}, which counts other people"
            yield Finding(claim, sentence, "Choose another claim.")


def by_incident(incidents: list[Incident]) -> list[list[Casualty]]:
    """Return the estimates of each incident that has several."""
    lines: dict[int, list[Casualty]] = defaultdict(list)
    casualties = Casualty.objects.filter(incident__in=[each.pk for each in incidents])
    for casualty in casualties.select_related("victim_force").order_by("uid"):
        lines[casualty.incident_id].append(casualty)
    return [rows for rows in lines.values() if len(rows) > 1]


def pairs_apart(incidents: list[Incident]) -> Iterator[tuple[Casualty, Casualty]]:
    """Yield each two estimates of an incident of which neither lies within the other."""
    for rows in loaded_once(by_incident, incidents):
        above = {each.pk: each.within_id for each in rows}
        for one, other in combinations(rows, 2):
            if other.pk not in wholes_of(one.pk, above) and one.pk not in wholes_of(other.pk, above):
                yield one, other


def wholes_of(key: int, above: dict[int, int | None]) -> list[int]:
    """Return the keys of all estimates around one; `above` gives the next one around each."""
    found: list[int] = []
    following = above[key]
    while following is not None and following not in found:
        found.append(following)
        following = above.get(following)
    return found


def entered_twice(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each two estimates that nothing tells apart."""
    for one, other in pairs_apart(incidents):
        if told_apart_by(one) == told_apart_by(other):
            yield Finding(other, f"{one.uid} and {other.uid} count the same victims and the same harm", MERGE)


def told_apart_by(casualty: Casualty) -> tuple:
    """Return everything that tells the victims of one estimate from those of another."""
    values = (getattr(casualty, name) for name in casualty.alike_by if name != "incident")
    return tuple(" ".join(value.lower().split()) if isinstance(value, str) else value for value in values)


def beside_its_parts(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each estimate that may count the people of another one too, without holding it."""
    for one, other in pairs_apart(incidents):
        if told_apart_by(one) != told_apart_by(other):
            for whole, part in ((one, other), (other, one)):
                if may_hold(whole, part):
                    yield Finding(part, f"{whole.uid} may count the people of {part.uid} too", NEST)
                    break


def may_hold(whole: Casualty, part: Casualty) -> bool:
    """Return whether everybody in one estimate may be counted by another, judging by the codes."""
    return (
        whole.counted_as == part.counted_as
        and lies_in(part.harm, whole.harm)
        and whole.victim_status in {*VictimStatus.line_of(part.victim_status), VictimStatus.UNKNOWN}
        and (
            whole.victim_force is None or whole.victim_force in (part.victim_force.line() if part.victim_force else [])
        )
        and whole.age_group in {part.age_group, AgeGroup.UNKNOWN}
        and whole.sex in {part.sex, Sex.UNKNOWN}
        and not (whole.victim_group or whole.occupation)
    )


def exceeded(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each estimate that counts fewer people than those within it."""
    for lines in loaded_once(by_incident, incidents):
        for whole in lines:
            parts = sum(
                each.best or 0 for each in lines if each.within_id == whole.pk and lies_in(each.harm, whole.harm)
            )
            if whole.best is not None and parts > whole.best:
                yield Finding(
                    whole, f"{whole.uid} counts {whole.best} people, and those within it {parts}", CHECK_PARTS
                )


def bounds_widen(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each incident whose bounds for all killed do not narrow the sum of its estimates."""
    bounded = [each for each in incidents if each.killed_low is not None or each.killed_high is not None]
    lines: dict[int, list[Casualty]] = defaultdict(list)
    for casualty in Casualty.objects.filter(incident__in=[each.pk for each in bounded]).order_by("uid"):
        lines[casualty.incident_id].append(casualty)
    for incident in bounded:
        own = lines[incident.pk]
        summed = total_of([each.line for each in own], lambda line: (line.harm, line.row.counted_as) == KILLED_VICTIMS)
        low, high = incident.killed_low, incident.killed_high
        stated = f"{incident.uid} says {bounds_in_words(low, None, high)} of all killed"
        sentence = f"{stated}, and its estimates come to {bounds_in_words(*summed[:4])}"
        wider = (low is not None and low < summed.low) or (None not in (high, summed.high) and high > summed.high)
        apart = (low or 0) > summed.best or (high is not None and high < summed.best)
        if wider or (apart and any(each.basis != Basis.DATASET for each in own)):
            yield Finding(incident, sentence, "Leave the bounds out, or correct them or the estimates.")


register_rule(
    Rule(
        "incident_bounds_narrow",
        "Bounds of all killed of an incident lie within the sums of its estimates, around the best number.",
        Severity.ERROR,
        Incident,
        bounds_widen,
        ("killed_low", "killed_high"),
    )
)


def falls(tolls: list[Toll]) -> Iterator[Finding]:
    """Yield a finding for each toll whose figure is below the one before it in its series, or above the next one."""
    for series in sorted({toll.series for toll in tolls}):
        for step in tally(series):
            concerned = {step.toll, step.before} if step.falls else set()
            for toll in tolls:
                if toll in concerned:
                    sentence = (
                        f"{step.toll.uid} ({step.toll.best}) falls below {step.before.uid} ({step.before.best}), of an"
                        " earlier day"
                    )
                    yield Finding(toll, sentence, LOOK_AT_BOTH)


def register_rules_of_estimates(
    name: str, looks_at: type[Model], estimates_of: Callable[[list[Model]], QuerySet]
) -> None:
    """Register the rules of the estimates that are reviewed with records of a table, and of their claims."""

    def undecided_of(records: list[Model]) -> list[tuple[Victims, Suggestion]]:
        return undecided(estimates_of(records))

    def claims_of(records: list[Model]) -> QuerySet:
        return Claim.objects.filter(**{f"{name}__in": estimates_of(records)})

    register_rule(
        Rule(
            f"{name}_rests_on_claims",
            "Every estimate rests on a claim.",
            Severity.ERROR,
            looks_at,
            lambda records: rests_on_nothing(estimates_of(records)),
            ("claims",),
        )
    )
    register_rule(
        Rule(
            f"{name}_follows_its_claims",
            "An estimate is what its claims suggest, or the coder’s judgement with a note that says why.",
            Severity.ERROR,
            looks_at,
            lambda records: departs(loaded_once(undecided_of, records)),
            ("low", "best", "high", "basis"),
        )
    )
    register_rule(
        Rule(
            f"{name}_contradiction_is_decided",
            "Where a source contradicts itself, a person decides on the estimate and says why.",
            Severity.ERROR,
            looks_at,
            lambda records: source_contradicts_itself(loaded_once(undecided_of, records)),
            ("basis", "supersedes"),
        )
    )
    register_rule(
        Rule(
            f"{name}_claim_replaces_its_like",
            "A claim replaces only one about the same casualty or toll.",
            Severity.ERROR,
            looks_at,
            lambda records: replaces_another(claims_of(records)),
            ("supersedes",),
        )
    )


def harms_without_violence(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each act without violence in which people came to harm by violence."""
    peaceful = [each.pk for each in incidents if not each.violent]
    harmed = Casualty.objects.filter(incident__in=peaceful).exclude(harm__in=Harm.without_violence())
    for casualty in harmed.select_related("incident").order_by("uid"):
        incident = casualty.incident
        sentence = (
            f"{incident.uid} is an act without violence ({incident.get_kind_display()}), and {casualty.uid} counts "
            f"people {casualty.get_harm_display().lower()}"
        )
        yield Finding(incident, sentence, "Choose a kind that is violent, or record the violence as another incident.")


VIOLENCE_IS_SAID = register_rule(
    Rule(
        "harm_fits_the_kind",
        "In an act without violence nobody is killed, wounded, abducted or otherwise hurt.",
        Severity.ERROR,
        Incident,
        harms_without_violence,
        ("kind",),
    )
)
register_rules_of_estimates(
    "casualty", Incident, lambda incidents: Casualty.objects.filter(incident__in=[each.pk for each in incidents])
)
register_rules_of_estimates("toll", Toll, lambda tolls: Toll.objects.filter(pk__in=[each.pk for each in tolls]))

register_rule(
    Rule(
        "casualty_once",
        "The same victims of an incident are entered once for each harm.",
        Severity.ERROR,
        Incident,
        entered_twice,
        ("victim_group", "victim_force", "victim_status", "harm", "age_group", "sex", "occupation"),
    )
)
register_rule(
    Rule(
        "casualty_total_holds_its_parts",
        "An estimate that may count the people of another one holds it, or differs in the words for its victims.",
        Severity.WARNING,
        Incident,
        beside_its_parts,
        ("within",),
    )
)
register_rule(
    Rule(
        "casualty_parts_within_whole",
        "The estimates within another one do not count more people than it does.",
        Severity.WARNING,
        Incident,
        exceeded,
        ("within", "best"),
    )
)


def attributions(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each incident whose attribution and whose sources disagree on who did it."""
    found = Incident.objects.filter(pk__in=[each.pk for each in incidents]).order_by("uid")
    for incident in found.prefetch_related("citations", "involvements"):
        rival = any(Contested.WHO in citation.contests for citation in incident.citations.all())
        rows = [each for each in incident.involvements.all() if each.standing == Standing.TOOK_PART]
        named = {each.force_id for each in rows if each.role in CAUSED}
        if incident.attribution != Attribution.CONTESTED and rival:
            sentence = (
                f"{incident.uid} cites a passage that names another perpetrator, and its attribution is not contested"
            )
            yield Finding(incident, sentence, "Make the attribution “contested”, or take the other perpetrator away.")
        if incident.attribution == Attribution.CONTESTED and not rival and len(named) < 2:
            sentence = f"{incident.uid} has a contested attribution, and no passage names another perpetrator"
            yield Finding(incident, sentence, "Say at the citation whom it names, or choose another attribution.")


ATTRIBUTION_FOLLOWS_SOURCES = register_rule(
    Rule(
        "attribution_follows_sources",
        "The attribution is contested if, and only if, sources name different perpetrators.",
        Severity.WARNING,
        Incident,
        attributions,
        ("attribution", "says_force"),
    )
)


def changing_control(incidents: list[Incident]) -> list[Incident]:
    """Return those incidents that end or begin control, with its rows."""
    keys = [each.pk for each in incidents if each.control_before_id or each.control_after_id]
    found = Incident.objects.filter(pk__in=keys).select_related("control_before", "control_after")
    return list(found.order_by("uid")) if keys else []


def control_changes(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each incident whose rows of control do not follow each other."""
    for incident in loaded_once(changing_control, incidents):
        before, after = incident.control_before, incident.control_after
        rows = [row for row in (before, after) if row]
        if claims := [row for row in rows if row.aspect == Aspect.CLAIMS]:
            sentence = f"{incident.uid} names {claims[0].uid}, which is a claim"
            yield Finding(incident, sentence, "Choose rows that say who controls or administers the place.")
        elif len(rows) == 2 and (before.place_id, before.aspect) != (after.place_id, after.aspect):
            sentence = f"{incident.uid} names {before.uid} and {after.uid}, which are not about the same control"
            yield Finding(incident, sentence, "Choose two rows of one place and one aspect.")
        elif len(rows) == 2 and (before.force_id, before.no_force) == (after.force_id, after.no_force):
            sentence = f"{incident.uid} names {before.uid} and {after.uid}, which name the same holder"
            yield Finding(incident, sentence, "Choose who held the place before and who held it afterwards.")


def control_days(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each incident on none of whose days the control that it names can have changed."""
    for incident in loaded_once(changing_control, incidents):
        for row, day, verb in ((incident.control_before, "ends", "ended"), (incident.control_after, "starts", "began")):
            if row and apart(incident, "", row, f"{day}_"):
                sentence = f"{incident.uid} is dated {incident.when}, and {row.uid} {verb} {getattr(row, day)}"
                yield Finding(incident, sentence, "Check the days of both.")


def apart(one: Model, of_one: str, other: Model, of_other: str) -> bool:
    """Return whether no day is possible for both of two windows, each given by a record and the prefix of its days."""
    first, last = (getattr(one, f"{of_one}{end}_on") or bound for end, bound in ENDS.items())
    first_of_other, last_of_other = (getattr(other, f"{of_other}{end}_on") or bound for end, bound in ENDS.items())
    return last < first_of_other or last_of_other < first


def died_before(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each estimate of people who died before the first day of their incident."""
    casualties = Casualty.objects.filter(incident__in=[each.pk for each in incidents])
    early = casualties.filter(died_latest_on__lt=F("incident__earliest_on"))
    for casualty in early.select_related("incident").order_by("uid"):
        incident = casualty.incident
        sentence = f"{casualty.uid} died {casualty.died}, before {incident.uid}, which is dated {incident.when}"
        yield Finding(incident, sentence, "Check both days: nobody dies before what killed them.")


def listed_twice(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each incident whose own place is among its other places."""
    twice = IncidentPlace.objects.filter(incident__in=[each.pk for each in incidents], place=F("incident__place"))
    for each in twice.select_related("incident", "place").order_by("incident__uid"):
        sentence = f"{each.incident.uid} has {each.place.name} as its place and among its other places"
        yield Finding(each.incident, sentence, "Delete it from the other places.")


register_rule(
    Rule(
        "death_follows_the_incident",
        "Nobody died before the first day of the incident that killed them.",
        Severity.ERROR,
        Incident,
        died_before,
        ("died",),
    )
)
register_rule(
    Rule(
        "other_places_are_others",
        "The other places of an incident are other ones than its place.",
        Severity.ERROR,
        Incident,
        listed_twice,
        ("other_places",),
    )
)
register_rule(
    Rule(
        "control_changes_hands",
        "What an incident ended and began is the control or administration of one place by two holders.",
        Severity.ERROR,
        Incident,
        control_changes,
        ("control_before", "control_after"),
    )
)
register_rule(
    Rule(
        "control_changes_on_the_day",
        "What an incident ended or began can have ended or begun on one of its days.",
        Severity.WARNING,
        Incident,
        control_days,
        ("control_before", "control_after"),
    )
)


def explained_twice(tolls: list[Toll]) -> Iterator[Finding]:
    """Yield a finding for each incident that explains two adopted tolls, neither of which holds the other."""
    everything = {each.pk: each for each in Toll.objects.exclude(state__in=CLOSED)}
    rows: dict[int, list[TollCoverage]] = defaultdict(list)
    sure = TollCoverage.objects.filter(relation__in=[Coverage.CONTAINED, Coverage.LIKELY], toll__in=everything)
    concerned = sure.filter(toll__in=[each.pk for each in tolls]).values("incident")
    adopted = sure.filter(toll__adopted=True, incident__in=concerned).order_by("toll__uid")
    for row in adopted.select_related("incident", "toll__victim_force"):
        rows[row.incident_id].append(row)
    above = {key: toll.parent_id for key, toll in everything.items()}
    for same in rows.values():
        for links, sentence in _explaining_twice(same, above):
            for toll in tolls:
                if toll.pk in {row.toll_id for row in links}:
                    yield Finding(toll, sentence, SPLIT)


def _explaining_twice(
    rows: list[TollCoverage], above: dict[int, int | None]
) -> Iterator[tuple[Sequence[TollCoverage], str]]:
    """Yield those links of one incident that count more people than it has, and why, but for tolls in each other.

    `above` has the key of the toll around each toll.
    """
    incident = rows[0].incident.uid
    for pair in combinations(rows, 2):
        one, other = (row.toll_id for row in pair)
        nested = one in wholes_of(other, above) or other in wholes_of(one, above)
        if not nested and None in {row.people for row in pair} and _count_alike(*(row.toll for row in pair)):
            yield pair, f"{' and '.join(row.toll.uid for row in pair)} both count all people of {incident}"
    holding = {row.toll_id for row in rows}
    split = [row for row in rows if row.people is not None and holding.isdisjoint(wholes_of(row.toll_id, above))]
    harms = {harm for row in split for harm in COUNTED.get(row.toll.harm, (row.toll.harm,))}
    lines = Casualty.objects.filter(incident=rows[0].incident, harm__in=harms, within=None)
    best = sum(line.best or line.low or 0 for line in lines)
    if len(split) > 1 and sum(row.people or 0 for row in split) > best:
        counts = " and ".join(f"{row.people} ({row.toll.uid})" for row in split)
        yield split, f"Tolls count {counts} of the people of {incident}, which counts {best}"


def _count_alike(one: Toll, other: Toll) -> bool:
    """Return whether two tolls may count the same people of an incident, judging by harms, forces and statuses."""
    if set(COUNTED.get(one.harm, (one.harm,))).isdisjoint(COUNTED.get(other.harm, (other.harm,))):
        return False
    if one.victim_force and other.victim_force:
        return one.victim_force in other.victim_force.line() or other.victim_force in one.victim_force.line()
    statuses = one.victim_status, other.victim_status
    return VictimStatus.UNKNOWN in statuses or related(*statuses)


register_rule(
    Rule(
        "toll_explained_once",
        "No person of an incident is counted by two adopted tolls, unless one of these is nested in the other.",
        Severity.ERROR,
        Toll,
        explained_twice,
        ("coverage", "adopted", "parent"),
    )
)


def outdated(tolls: list[Toll]) -> Iterator[Finding]:
    """Yield a finding for each toll that is newer than the adopted one of its series."""
    for toll in tolls:
        if toll.series and toll.usable and not toll.adopted and toll.latest_on:
            older = Toll.objects.filter(series=toll.series, adopted=True, latest_on__lt=toll.latest_on)
            for adopted in older.exclude(state__in=CLOSED).order_by("uid"):
                sentence = f"{toll.uid} is newer than {adopted.uid}, which is adopted"
                yield Finding(toll, sentence, "Adopt the newer one in its place, or leave it if it is not better.")


register_rule(
    Rule(
        "tally_newest_adopted",
        "Of a running tally the newest figure is adopted.",
        Severity.WARNING,
        Toll,
        outdated,
        ("adopted", "series"),
    )
)

TALLY_RISES = register_rule(
    Rule("tally_rises", "A running tally does not fall.", Severity.WARNING, Toll, falls, ("series", "best"))
)


def bounds_exclude_each_other(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each incident of which the lowest number of all killed lies above the highest."""
    for incident in incidents:
        low, high = incident.killed_low, incident.killed_high
        if low is not None and high is not None and low > high:
            sentence = f"{incident.uid} says that at least {low} and at most {high} were killed"
            yield Finding(incident, sentence, "Exchange the two, unless another dataset gives them so.")


register_rule(
    Rule(
        "killed_in_order",
        "The lowest number of all killed is not above the highest.",
        Severity.WARNING,
        Incident,
        bounds_exclude_each_other,
        ("killed_low", "killed_high"),
    )
)


def may_be_duplicates(incidents: list[Incident]) -> Iterator[Finding]:
    """Yield a finding for each two incidents that may be the same, if nobody decided and readers would see both."""
    yield from undecided_duplicates(duplicates_of(incidents), served_incidents)


INCIDENT_ONCE = register_rule(
    Rule(
        "incident_once",
        "No incident is entered twice: a person decides on two that may be the same.",
        Severity.ERROR,
        Incident,
        may_be_duplicates,
        ("when", "place"),
    )
)
