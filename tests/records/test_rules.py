"""The register of rules: what it finds, what an error stops and a warning does not, and each rule broken once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from incidents.models import Incident
from publication.models import Revision
from publication.publish import publish
from publication.review import approve, submit
from records.choices import State
from records.rules import (
    RULES,
    Finding,
    Rule,
    RulesBroken,
    Severity,
    check_rules,
    refuse_errors,
    register_rule,
    sentences_and_remedies,
)
from records.triggers import reviewing
from tests.incidents.events import UCDP, Iraq, run, text
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentFactory, TollFactory
from tests.operations.factories import ForceFactory, OperationFactory, PlaceFactory
from tests.people import curator, reviewer
from tests.sources.factories import ArticleFactory

pytestmark = pytest.mark.django_db

REMEDY = "Name it otherwise."


@pytest.fixture
def rule(monkeypatch):
    """A function that registers, for one test, a rule that every incident with this title breaks."""

    def register(code, title, severity=Severity.ERROR):
        def find(incidents):
            for incident in incidents:
                if title in incident.title:
                    yield Finding(incident, f"{incident.uid} is called {title}", REMEDY)

        made = Rule(code, f"No incident is called {title}.", severity, Incident, find, ("title",))
        monkeypatch.setitem(RULES, code, made)
        return made

    return register


def called(title, state=State.DRAFT, count=1):
    """Return incidents with this title in this state."""
    incidents = IncidentFactory.create_batch(count, title=title)
    with reviewing():
        for incident in incidents:
            incident.state = state
            incident.save(update_fields=["state"])
    return incidents


def broken(*records):
    """Return the code and the sentence of each finding about the records."""
    return [(found.rule.code, found.sentence) for found in check_rules(records)]


# The register


def test_a_code_is_given_to_one_rule_only(rule):
    taken = rule("taken", "Bad")
    with pytest.raises(ValueError, match="There is a rule taken already"):
        register_rule(taken)
    assert RULES["taken"] is taken


def test_every_rule_says_what_it_is_about():
    for code, each in RULES.items():
        assert each.code == code
        assert each.sentence.endswith(".")
        assert each.fields


def test_findings_are_sorted_by_record_and_then_by_rule(rule):
    second, first = rule("second", "Bad"), rule("first", "Bad")
    one, other = called("Bad", count=2)
    place = PlaceFactory()
    found = [(each.record, each.rule) for each in check_rules([other, place, one])]
    assert found == [(one, first), (one, second), (other, first), (other, second)]


def test_findings_of_one_severity_are_found_alone(rule):
    error, warning = rule("error", "Bad"), rule("warning", "Bad", Severity.WARNING)
    incidents = called("Bad")
    assert [each.rule for each in check_rules(incidents, Severity.ERROR)] == [error]
    assert [each.rule for each in check_rules(incidents, Severity.WARNING)] == [warning]


def test_every_sentence_comes_before_every_remedy_and_each_remedy_once(rule):
    rule("bad", "Bad")
    one, other = called("Bad", count=2)
    found = check_rules([one, other])
    assert sentences_and_remedies(found) == f"{one.uid} is called Bad; {other.uid} is called Bad. {REMEDY}"


def test_nothing_is_asked_of_the_database_for_records_without_a_rule(django_assert_num_queries):
    phase = OperationFactory().phases.model()
    with django_assert_num_queries(0):
        assert check_rules([phase]) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_rules_take_the_same_queries_for_one_and_three_incidents(django_assert_num_queries, count):
    incidents = [ClaimFactory(casualty__best=4).casualty.incident for _ in range(count)]
    with django_assert_num_queries(22):
        check_rules(incidents)


# What an error stops, and a warning does not


def test_an_error_stops_submitting(rule):
    rule("bad", "Bad")
    (incident,) = called("Bad")
    with pytest.raises(RulesBroken, match=f"{incident.uid} is called Bad. {REMEDY}"):
        submit(incident, by=curator("ann"))
    incident.refresh_from_db()
    assert incident.state == State.DRAFT


def test_an_error_stops_approving_with_everything_that_is_approved_with_it(rule):
    rule("bad", "Bad")
    incidents = [*called("Bad", State.IN_REVIEW, 2), *called("Good", State.IN_REVIEW)]
    with pytest.raises(RulesBroken) as refused:
        approve(*incidents, by=reviewer("bob"))
    one, other, _ = incidents
    assert refused.value.messages == [f"{one.uid} is called Bad; {other.uid} is called Bad. {REMEDY}"]
    assert [each.record for each in refused.value.findings] == [one, other]
    assert set(Incident.objects.values_list("state", flat=True)) == {State.IN_REVIEW}


def test_an_error_stops_publishing(rule):
    rule("bad", "Bad")
    incidents = called("Bad", State.APPROVED)
    with pytest.raises(RulesBroken, match="is called Bad"):
        publish(incidents)
    assert not Revision.objects.exists()


def test_the_publish_command_shows_every_sentence(rule):
    rule("bad", "Bad")
    one, other = called("Bad", State.APPROVED, 2)
    with pytest.raises(CommandError) as refused:
        call_command("publish", approved=True)
    assert str(refused.value) == f"{one.uid} is called Bad; {other.uid} is called Bad. {REMEDY}"
    assert not Revision.objects.exists()


def test_an_error_stops_an_import(rule, tmp_path):
    Iraq()
    rule("bad", "Tall Afar")
    path = tmp_path / "events.csv"
    path.write_text(text(UCDP), encoding="utf-8")
    with pytest.raises(CommandError, match=f"is called Tall Afar. {REMEDY}"):
        run(path)
    assert not Incident.objects.exists()


def test_a_warning_stops_nothing(rule):
    rule("bad", "Bad", Severity.WARNING)
    (incident,) = called("Bad")
    refuse_errors([incident])
    submit(incident, by=curator("ann"))
    (revision,) = approve(incident, by=reviewer("bob"))
    assert publish([incident]) == []
    assert revision.uid == incident.uid


# Each rule


@pytest.mark.parametrize("factory", [PlaceFactory, ForceFactory, OperationFactory])
def test_a_row_that_is_part_of_itself_through_others_is_found(factory):
    model = factory._meta.model
    outer, below = factory(), factory()
    inner = factory(parent=outer)
    model.objects.filter(pk=outer.pk).update(parent=inner)
    model.objects.filter(pk=below.pk).update(parent=outer)
    code = f"{model._meta.model_name}_not_part_of_itself"
    found = [each for each in broken(outer, inner, below) if each[0] == code]
    assert found == [
        (code, f"{each} is part of {through}")
        for each, through in sorted(
            [
                (outer, f"itself through {inner}"),
                (inner, f"itself through {outer}"),
                (below, f"{inner}, which is part of itself"),
            ],
            key=lambda pair: pair[0].natural_key(),
        )
    ]


def test_circles_are_looked_for_level_by_level(django_assert_num_queries):
    places = [PlaceFactory(parent=PlaceFactory(parent=PlaceFactory())) for _ in range(3)]
    with django_assert_num_queries(6):
        assert broken(*places) == []


def test_an_article_that_repeats_itself_through_others_is_found():
    first = ArticleFactory()
    second = ArticleFactory(syndicated_from=first)
    type(first).objects.filter(pk=first.pk).update(syndicated_from=second)
    code = "article_not_its_own_source"
    assert broken(first, second) == [
        (code, f"{first.uid} repeats itself through {second.uid}"),
        (code, f"{second.uid} repeats itself through {first.uid}"),
    ]


def test_an_estimate_without_a_claim_is_found():
    casualty, toll = CasualtyFactory(), TollFactory()
    assert broken(casualty.incident, toll) == [
        ("casualty_rests_on_claims", f"{casualty.uid} rests on no claim"),
        ("toll_rests_on_claims", f"{toll.uid} rests on no claim"),
    ]


def test_an_estimate_that_departs_from_its_claims_is_found():
    casualty, toll = CasualtyFactory(best=4), TollFactory(best=5)
    ClaimFactory(casualty=casualty, low=3, high=3)
    ClaimFactory(casualty=None, toll=toll, low=3, high=3)
    suggested = "where its claims suggest 3–3–3"
    assert broken(casualty.incident, toll) == [
        ("casualty_follows_its_claims", f"{casualty.uid} says ?–4–? {suggested}"),
        ("toll_follows_its_claims", f"{toll.uid} says ?–5–? {suggested}"),
    ]
    casualty.basis, casualty.note = "coder_judgement", "Four names are listed."
    casualty.save()
    assert broken(casualty.incident) == []


def test_a_claim_that_replaces_one_about_other_people_is_found():
    casualty, toll = CasualtyFactory(low=1, best=1, high=1), TollFactory(low=1, best=1, high=1)
    elsewhere = ClaimFactory()
    claim = ClaimFactory(casualty=casualty, supersedes=elsewhere)
    count = ClaimFactory(casualty=None, toll=toll, supersedes=elsewhere)
    assert broken(casualty.incident, toll) == [
        ("casualty_claim_replaces_its_like", f"{claim.uid} replaces {elsewhere.uid}, which counts other people"),
        ("toll_claim_replaces_its_like", f"{count.uid} replaces {elsewhere.uid}, which counts other people"),
    ]
    with pytest.raises(ValidationError, match="A claim can only replace one about the same casualty or toll"):
        claim.clean()


def test_a_tally_that_falls_is_a_warning_about_both_figures():
    series = {"series": "army", "earliest_on": date(2020, 1, 1), "basis": "coder_judgement", "note": "Counted."}
    first = TollFactory(**series, latest_on=date(2020, 1, 2), best=3)
    second = TollFactory(**series, latest_on=date(2020, 1, 3), best=2)
    third = TollFactory(**series, latest_on=date(2020, 1, 4), best=2)
    for toll in (first, second, third):
        ClaimFactory(casualty=None, toll=toll, low=3, high=3)
    sentence = f"{second.uid} (2) falls below {first.uid} (3), of an earlier day"
    found = check_rules([first, second, third])
    assert [(each.record, each.rule.code, each.sentence) for each in found] == [
        (first, "tally_rises", sentence),
        (second, "tally_rises", sentence),
    ]
    assert {each.rule.severity for each in found} == {Severity.WARNING}
    submit(second, by=curator("ann"))
