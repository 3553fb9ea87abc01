"""The rules of incidents, casualties, claims and tolls."""

from records.rules import Finding, Rule, Severity, register_rule

from .choices import Basis
from .figures.tally import tally
from .models import Casualty, Claim, Incident, Toll, figures_in_words

EXPLAIN = (
    "Enter the claims, take over what they suggest, or make the estimate the coder’s judgement and say why in its note."
)
LOOK_AT_BOTH = "Have a reviewer look at both: one may be wrong, or not of this series."


def of_incidents(incidents):
    """Return the casualties of incidents."""
    return Casualty.objects.filter(incident__in=[incident.pk for incident in incidents])


def of_tolls(tolls):
    """Return tolls as they are saved."""
    return Toll.objects.filter(pk__in=[toll.pk for toll in tolls])


def rests_on_nothing(estimates):
    """Yield a finding for each estimate without a claim."""
    for estimate in estimates.filter(claims=None).order_by("uid"):
        yield Finding(estimate, f"{estimate.uid} rests on no claim", EXPLAIN)


def departs(estimates):
    """Yield a finding for each estimate that is not what its claims suggest and does not say why."""
    unexplained = estimates.exclude(claims=None).exclude(basis__in=[Basis.CODER_JUDGEMENT, Basis.DATASET]).distinct()
    unexplained = list(unexplained.select_related("victim_force").order_by("uid"))
    suggestions = estimates.model.suggestions(unexplained)
    for estimate in unexplained:
        suggestion = suggestions[estimate.pk]
        if estimate.departs_from(suggestion):
            says, suggested = figures_in_words(estimate.figures), figures_in_words(suggestion.figures)
            yield Finding(estimate, f"{estimate.uid} says {says} where its claims suggest {suggested}", EXPLAIN)


def replaces_another(claims):
    """Yield a finding for each claim that replaces one about other people."""
    for claim in claims.filter(supersedes__isnull=False).select_related("supersedes").order_by("uid"):
        before = claim.supersedes
        if (before.casualty_id, before.toll_id) != (claim.casualty_id, claim.toll_id):
            yield Finding(
                claim, f"{claim.uid} replaces {before.uid}, which counts other people", "Choose another claim."
            )


def falls(tolls):
    """Yield a finding for each toll whose figure is below the one before it in its series, or that lets one fall."""
    for toll in tolls:
        for step in tally(toll.series):
            if step.falls and toll.pk in {step.toll.pk, step.before.pk}:
                sentence = (
                    f"{step.toll.uid} ({step.toll.best}) falls below {step.before.uid} ({step.before.best}), of an"
                    " earlier day"
                )
                yield Finding(toll, sentence, LOOK_AT_BOTH)


for looks_at, name, estimates_of in ((Incident, "casualty", of_incidents), (Toll, "toll", of_tolls)):
    register_rule(
        Rule(
            f"{name}_rests_on_claims",
            "Every estimate rests on a claim.",
            Severity.ERROR,
            looks_at,
            lambda records, estimates_of=estimates_of: rests_on_nothing(estimates_of(records)),
            ("claims",),
        )
    )
    register_rule(
        Rule(
            f"{name}_follows_its_claims",
            "An estimate is what its claims suggest, or the coder's judgement with a note that says why.",
            Severity.ERROR,
            looks_at,
            lambda records, estimates_of=estimates_of: departs(estimates_of(records)),
            ("low", "best", "high", "basis"),
        )
    )
    register_rule(
        Rule(
            f"{name}_claim_replaces_its_like",
            "A claim replaces only one about the same casualty or toll.",
            Severity.ERROR,
            looks_at,
            lambda records, path="casualty__incident" if looks_at is Incident else "toll": replaces_another(
                Claim.objects.filter(**{f"{path}__in": [record.pk for record in records]})
            ),
            ("supersedes",),
        )
    )

TALLY_RISES = register_rule(
    Rule("tally_rises", "A running tally does not fall.", Severity.WARNING, Toll, falls, ("series", "best"))
)
