"""The rules of incidents, casualties, claims and tolls."""

from collections.abc import Callable, Iterator

from django.db.models import Model, QuerySet

from records.rules import Finding, Rule, Severity, register_rule

from .choices import Basis
from .figures.tally import tally
from .models import Casualty, Claim, Incident, Toll, figures_in_words

EXPLAIN = (
    "Enter the claims, take over what they suggest, or make the estimate the coder’s judgement and say why in its note."
)
LOOK_AT_BOTH = "Have a reviewer look at both: one may be wrong, or not of this series."


def rests_on_nothing(estimates: QuerySet) -> Iterator[Finding]:
    """Yield a finding for each estimate without a claim."""
    for estimate in estimates.filter(claims=None).order_by("uid"):
        yield Finding(estimate, f"{estimate.uid} rests on no claim", EXPLAIN)


def departs(estimates: QuerySet) -> Iterator[Finding]:
    """Yield a finding for each estimate that is not what its claims suggest and does not say why."""
    unexplained = estimates.exclude(claims=None).exclude(basis__in=[Basis.CODER_JUDGEMENT, Basis.DATASET])
    unexplained = list(unexplained.select_related("victim_force").order_by("uid"))
    suggestions = estimates.model.suggestions(unexplained)
    for estimate in unexplained:
        suggestion = suggestions[estimate.pk]
        if estimate.departs_from(suggestion):
            says, suggested = figures_in_words(estimate.figures), figures_in_words(suggestion.figures)
            yield Finding(estimate, f"{estimate.uid} says {says} where its claims suggest {suggested}", EXPLAIN)


def replaces_another(claims: QuerySet) -> Iterator[Finding]:
    """Yield a finding for each claim that replaces one about other people."""
    for claim in claims.filter(supersedes__isnull=False).select_related("supersedes").order_by("uid"):
        before = claim.supersedes
        if not claim.counts_the_same_as(before):
            sentence = f"{claim.uid} replaces {before.uid}, which counts other people"
            yield Finding(claim, sentence, "Choose another claim.")


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
            lambda records: departs(estimates_of(records)),
            ("low", "best", "high", "basis"),
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


register_rules_of_estimates(
    "casualty", Incident, lambda incidents: Casualty.objects.filter(incident__in=[each.pk for each in incidents])
)
register_rules_of_estimates("toll", Toll, lambda tolls: Toll.objects.filter(pk__in=[each.pk for each in tolls]))

TALLY_RISES = register_rule(
    Rule("tally_rises", "A running tally does not fall.", Severity.WARNING, Toll, falls, ("series", "best"))
)
