"""Sums for readers: on both bases, by every dimension, against an independent count, and never one death twice."""

from collections import Counter, defaultdict
from datetime import date
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from config.management.commands.demo import load_articles
from incidents.choices import Coverage, Harm, VictimStatus
from incidents.models import KnownSums as Kept
from incidents.stats.keeping import QUESTIONS
from incidents.stats.sums import DIMENSIONS
from publication.documents import KINDS
from publication.merge import merge
from publication.models import Revision
from publication.publish import withdraw
from publication.tables import TABLES
from tests.incidents.campaign import Campaign, read
from tests.incidents.factories import ClaimFactory, IncidentFactory, InvolvementFactory
from tests.kept import kept
from tests.people import reviewer
from tests.theatre import approve_and_publish

CONTAINED, LIKELY = Coverage.CONTAINED, Coverage.LIKELY
NOVEMBER_TO_DECEMBER = "2021-11-27/2021-12-12"


@pytest.fixture
def campaign(db):
    return kept("campaign", Campaign)


@pytest.fixture
def stats(client):
    """Ask for sums; the status must be as expected."""

    def stats(status=200, **parameters):
        response = client.get("/api/v1/stats/", parameters)
        assert response.status_code == status, response.content
        return response.json()

    return stats


@pytest.fixture
def killed(stats):
    """Return how many were killed, in one number, by the best estimates."""

    def killed(**parameters):
        (row,) = stats(**{"measure": "killed", **parameters})["results"]
        return row["value"]

    return killed


def few(examples):
    """Let hypothesis draw so many examples, always the same ones; `make proofs` draws many more."""
    return hypothesis_settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )


def rows(answer, *names):
    """Return the values of an answer by the keys of their groups."""
    return {
        tuple(row[name] for name in names) if len(names) > 1 else row[names[0]]: row["value"]
        for row in answer["results"]
    }


def test_journalists_are_a_group_of_their_own_and_found_among_civilians(campaign, stats, killed):
    campaign.attack(2, status=VictimStatus.JOURNALIST)
    campaign.attack(3, status=VictimStatus.CIVILIAN)
    assert rows(stats(measure="killed", by="victim"), "victim") == {"journalist": 2, "civilian": 3}
    assert (killed(victim="civilian"), killed(victim="journalist")) == (5, 2)


# Traps


def test_worked_example_comes_to_22_and_stays_there_while_detail_improves(campaign, killed):
    incidents = [
        campaign.attack(3, 3, 4, when="2021-11-28"),
        campaign.attack(7, 7, 7, when="2021-12-02"),
        campaign.attack(2, 4, 4, when="2021-12-05", force=campaign.peshmerga),
        campaign.attack(2, 2, 2, when="2021-11-25/2021-11-30"),
    ]
    covers = dict(zip(incidents, [CONTAINED, CONTAINED, Coverage.EXCLUDED, LIKELY], strict=True))
    toll = campaign.toll(22, when=NOVEMBER_TO_DECEMBER, covers=covers)
    assert killed(victim="army") == 12
    assert killed(victim="army", basis="reconciled") == 22
    assert killed(basis="reconciled") == 26
    ambush = campaign.attack(4, when="2021-12-09")
    toll.coverage.create(incident=ambush, relation=CONTAINED)
    approve_and_publish(toll)
    assert killed(victim="army") == 16
    assert killed(victim="army", basis="reconciled") == 22
    assert read(toll)["residual"]["best"] == 6


def test_two_officers_among_ten_dead_are_counted_once(campaign, killed):
    incident = campaign.attack(10)
    campaign.harm(incident, 2, force=campaign.brigade, within=incident.casualties.get())
    approve_and_publish(incident)
    assert killed() == 10
    assert killed(victim="brigade") == 2
    assert read(incident)["killed"]["best"] == 10


def test_a_total_and_the_lines_that_split_it_are_counted_once(campaign, stats, killed):
    incident = campaign.attack(9, status=VictimStatus.UNKNOWN)
    whole = incident.casualties.get()
    campaign.harm(incident, 4, 5, 7, status=VictimStatus.CIVILIAN, within=whole)
    campaign.harm(incident, 2, 4, 5, within=whole)
    approve_and_publish(incident)
    assert killed() == 9
    assert rows(stats(measure="killed", by="victim"), "victim") == {"army": 4, "civilian": 5}
    assert killed(victim="civilian") == 5


def test_killed_or_wounded_are_not_killed(campaign, stats, killed):
    incident = campaign.attack(10, harm=Harm.KILLED_OR_WOUNDED)
    campaign.harm(incident, 3, within=incident.casualties.get())
    approve_and_publish(incident)
    assert killed() == 3
    assert killed(measure="killed_or_wounded") == 10
    told_apart = stats(measure="casualties", by="harm")
    assert rows(told_apart, "harm") == {"killed": 3, "killed_or_wounded": 7}


def test_two_merged_incidents_are_counted_once(campaign, killed):
    one, other = campaign.attack(4), campaign.attack(4)
    assert killed() == 8
    merge(one, other, by=reviewer("ann"), comment="The same attack.")
    other.refresh_from_db()
    approve_and_publish(other)
    assert killed() == 4


def test_a_running_tally_is_its_newest_figure(campaign, killed):
    for day, count in (("03", 9), ("05", 14), ("08", 22)):
        window = f"2021-11-27/2021-12-{day}"
        campaign.toll(count, when=window, series="since", adopted=count == 22)
    campaign.attack(10)
    assert killed(basis="reconciled") == 22


def test_a_battle_of_three_days_and_its_days_are_counted_once(campaign, killed):
    days = [campaign.attack(count, when=f"2021-12-0{day}") for day, count in ((1, 2), (2, 3), (3, 1))]
    campaign.toll(8, when="2021-12-01/2021-12-03", covers=dict.fromkeys(days, CONTAINED))
    assert killed() == 6
    assert killed(basis="reconciled") == 8


def test_fighters_an_operation_claims_to_have_killed_hold_those_of_its_attacks(campaign, killed):
    attack = campaign.attack(4, phase=campaign.phase)
    campaign.toll(14, operation=campaign.operation, covers={attack: CONTAINED})
    assert killed(operation=campaign.operation.uid) == 4
    assert killed(operation=campaign.operation.uid, basis="reconciled") == 14


def test_a_bomber_is_counted_once(campaign, killed):
    attack = campaign.attack(11, status=VictimStatus.CIVILIAN)
    campaign.harm(attack, 1, status=VictimStatus.ARMED_GROUP_MEMBER)
    ClaimFactory(casualty=attack.casualties.get(low=1), article=campaign.article, low=1, high=1, locator="¶9")
    approve_and_publish(attack)
    assert killed() == 12
    assert killed(victim="armed_group_member") == 1


def test_an_incident_of_a_phase_is_one_of_the_operations_once(campaign, killed):
    campaign.attack(4, phase=campaign.phase)
    assert killed(operation=campaign.operation.uid) == killed(phase=campaign.phase.uid) == 4
    assert read(campaign.operation)["totals"]["killed"]["incident"]["best"] == 4


# What is left out


def test_what_has_no_figure_and_what_has_no_day_is_said(campaign, stats):
    campaign.attack(4)
    campaign.attack(None, None, None)
    campaign.attack(2, when="2021")
    answer = stats(measure="killed", by="month")
    assert rows(answer, "month") == {"2021-12": 4, None: 2}
    assert (answer["total"]["n_without_figure"], answer["n_undated"]) == (1, 1)


def test_a_highest_number_is_open_as_soon_as_one_estimate_is(campaign, stats):
    campaign.attack(4)
    incident = campaign.attack(7)
    incident.casualties.update(best=None, high=None)
    approve_and_publish(incident)
    assert rows(stats(measure="killed", by="year", estimate="high"), "year") == {"2021": None}
    assert rows(stats(measure="killed", by="year", estimate="low"), "year") == {"2021": 11}


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ({"basis": "incident"}, "These sums are of incidents only."),
        ({"date_from": "2021-12-01"}, "Nothing says how many of its people lie within date_from."),
        ({"place": "kirkuk"}, "Nothing says how many of its people lie within place."),
        ({"kind": "ambush"}, "Nothing says how many of its people lie within kind."),
        ({"victim": "brigade"}, "Nothing says how many of its people lie within victim."),
    ],
)
def test_a_toll_that_is_not_added_is_named_with_the_reason(campaign, stats, asked, because):
    toll = campaign.toll(22)
    answer = stats(**{"measure": "killed", "basis": "reconciled", **asked})
    assert answer["tolls_left_out"] == [{"toll": toll.uid, "because": because}]
    assert answer["tolls_added"] == []


def test_a_toll_that_is_not_adopted_is_named(campaign, stats):
    campaign.toll(22, adopted=False)
    (left_out,) = stats(measure="killed", basis="reconciled")["tolls_left_out"]
    assert left_out["because"] == "It is not adopted."


@pytest.mark.parametrize("asked", [{"date_from": "2022-01-01"}, {"victim": "peshmerga"}, {"measure": "wounded"}])
def test_a_toll_of_nobody_who_was_asked_for_is_not_named(campaign, stats, asked):
    campaign.toll(22)
    assert stats(**{"measure": "killed", "basis": "reconciled", **asked})["tolls_left_out"] == []


def test_a_remainder_stands_where_the_toll_is_known_to_lie(campaign, stats):
    attack = campaign.attack(4, place=campaign.kirkuk, location_precision="first_level")
    toll = campaign.toll(22, when="2021-12-01/2021-12-12", covers={attack: CONTAINED})
    toll.places.add(campaign.iraq)
    approve_and_publish(toll)
    answer = stats(measure="killed", basis="reconciled", by="month,first_level")
    assert rows(answer, "month", "first_level") == {("2021-12", "kirkuk"): 4, ("2021-12", None): 18}
    assert rows(stats(measure="killed", basis="reconciled", by="country"), "country") == {"iraq": 22}


# What is asked


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"measure": "deaths"}, "measure"),
        ({"by": "colour"}, "by"),
        ({"by": "year,month,week"}, "by"),
        ({"by": "year,year"}, "by"),
        ({"estimate": "middle"}, "estimate"),
        ({"measure": "killed", "basis": "toll"}, "basis"),
        ({"basis": "reconciled"}, "basis"),
        ({"measure": "killed", "harm": "wounded"}, "harm"),
        ({"place": "atlantis"}, "place"),
        ({"date_from": "December"}, "date_from"),
        ({"limit": "3"}, "limit"),
    ],
)
def test_bad_questions_are_a_400_that_names_the_parameter(campaign, stats, parameters, named):
    assert list(stats(status=400, **parameters)["errors"]) == [named]


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("measure", ["incidents", "killed"])
def test_every_dimension_answers(campaign, stats, measure, dimension):
    campaign.attack(4, phase=campaign.phase, place=campaign.kirkuk, location_precision="first_level")
    (row,) = stats(measure=measure, by=dimension)["results"]
    assert row["n_incidents"] == 1


def test_forces_are_those_above_too_and_their_groups_overlap(campaign, stats):
    incident = IncidentFactory(when="2021-12-05")
    InvolvementFactory(incident=incident, force=campaign.brigade)
    approve_and_publish(incident)
    answer = stats(by="party")
    assert rows(answer, "party") == {"army": 1, "brigade": 1}
    assert answer["groups_overlap"] is True


def test_all_harms_side_by_side(campaign, stats):
    incident = campaign.attack(4)
    campaign.harm(incident, 6, harm=Harm.WOUNDED)
    campaign.harm(incident, 2, harm=Harm.CAPTURED)
    approve_and_publish(incident)
    assert rows(stats(measure="casualties", by="harm"), "harm") == {"killed": 4, "wounded": 6, "captured": 2}


def test_sums_of_the_past_are_those_of_then(campaign, killed):
    campaign.attack(4)
    then = Revision.objects.head()
    campaign.attack(5)
    assert killed() == 9
    assert killed(as_of=then) == 4


def test_an_answer_that_the_reader_has_is_not_sent_again(campaign, client):
    first = client.get("/api/v1/stats/", {"by": "year"})
    again = client.get("/api/v1/stats/", {"by": "year"}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_csv_has_the_same_rows(campaign, client, stats):
    campaign.attack(4)
    campaign.toll(22)
    asked = {"measure": "killed", "by": "month,victim", "basis": "reconciled"}
    response = client.get("/api/v1/stats/", {**asked, "format": "csv"})
    assert response["Content-Type"].startswith("text/csv")
    assert response.content.decode() == (
        "month,victim,value,low,best,high,n_incidents,n_at_least,n_without_figure,residual\r\n"
        "2021-12,army,4,4,4,4,1,0,0,0\r\n,army,18,18,18,22,0,0,0,18\r\n"
    )


# The five articles


@pytest.fixture
def coded(db):
    kept("articles", load_articles)


def test_peshmerga_deaths_come_out_right_both_ways(coded, stats):
    asked = {"measure": "killed", "victim": "peshmerga", "date_from": "2021-11-27", "date_to": "2021-12-08"}
    (told,) = stats(**asked)["results"]
    assert (told["value"], told["n_incidents"]) == (14, 2)
    answer = stats(**asked, basis="reconciled")
    (reconciled,) = answer["results"]
    assert (reconciled["value"], reconciled["residual"]) == (22, 8)
    assert answer["tolls_added"] == ["TOL-000001"]


def test_the_vaguer_figure_of_the_same_article_is_stored_and_not_added(coded, stats):
    assert Revision.objects.served().filter(uid="TOL-000002").exists()
    answer = stats(measure="killed", victim="peshmerga", basis="reconciled")
    (left_out,) = answer["tolls_left_out"]
    assert left_out["toll"] == "TOL-000002"
    assert left_out["because"].startswith("It cannot be used:")


# An independent count


def exported(name):
    """Return the rows of a flat table as a release holds them, as dicts."""
    table = TABLES[name]
    columns = [field.name for field in table.fields]
    return [
        dict(zip(columns, row, strict=True))
        for kind in KINDS
        if kind in table.rows
        for revision in Revision.objects.served().of(kind)
        for row in table.read(kind, revision.document)
    ]


def counted(harm, force, bound):
    """Count people from the flat tables alone: (by incidents, reconciled)."""
    above = {row["slug"]: {row["slug"], *row["within"]} for row in exported("forces")}

    def family(row, head):
        return head in above.get(row["victim_force"], ())

    lines = {row["uid"]: row for row in exported("casualties") if row["harm"] == harm and family(row, force)}
    lines = {uid: row for uid, row in lines.items() if row["within"] not in lines}
    told = sum(row[bound] or 0 for row in lines.values())
    rest = 0
    relations = defaultdict(dict)
    for row in exported("toll_coverage"):
        relations[row["toll"]][row["incident"]] = row["relation"]
    # What nobody decided explains the lowest and the best number.
    counts = {
        "low": {"contained", "likely", "possible", None},
        "best": {"contained", "likely", None},
        "high": {"contained", "likely"},
    }
    for toll in exported("tolls"):
        if toll["adopted"] and toll["harm"] == harm and family(toll, force):
            explaining = [
                row
                for row in lines.values()
                if relations[toll["uid"]].get(row["incident"]) in counts[bound] and family(row, toll["victim_force"])
            ]
            explained = sum(row[bound] or 0 for row in explaining)
            if bound == "high" and sum(row["best"] for row in explaining) <= toll["high"]:
                rest += toll["high"] - explained
            elif bound != "high":
                rest += max(0, toll[bound] - explained)
    return told, told + rest


attack = st.tuples(
    st.sampled_from(["army", "brigade", "peshmerga"]),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from([None, *Coverage]),
)


class Sums(TestCase):
    """What sums must keep, whatever was entered."""

    def asked(self, **parameters):
        page = self.client.get("/api/v1/stats/", {"measure": "killed", **parameters}).json()
        return sum(row["value"] or 0 for row in page["results"])

    def compare_with_an_independent_count(self, attacks, count):
        campaign = kept("campaign", Campaign)
        covers = {}
        for force, low, more, relation in attacks:
            incident = campaign.attack(low, low + more, low + more, force=getattr(campaign, force))
            if relation:
                covers[incident] = relation
        campaign.toll(count, covers=covers)
        for force in ("army", "peshmerga"):
            for bound in ("low", "best", "high"):
                told, reconciled = counted("killed", force, bound)
                assert self.asked(victim=force, estimate=bound) == told
                assert self.asked(victim=force, estimate=bound, basis="reconciled") == reconciled
                grouped = self.asked(victim=force, estimate=bound, basis="reconciled", by="month,place")
                assert (
                    grouped == reconciled
                    if bound == "best"
                    else {"low": int.__le__, "high": int.__ge__}[bound](grouped, reconciled)
                )
                assert bound == "high" or reconciled >= told

    def enter_what_a_toll_counts_already(self, counts, turn):
        campaign = kept("campaign", Campaign)
        toll = campaign.toll(30)
        for number, count in enumerate(counts):
            incident = campaign.attack(count, when=f"2021-12-0{number + 1}")
            toll.coverage.create(incident=incident, relation=[CONTAINED, LIKELY][(number + turn) % 2])
            approve_and_publish(toll)
            assert self.asked(basis="reconciled") == 30
            assert self.asked() == sum(counts[: number + 1])


attacks, toll = st.lists(attack, max_size=5), st.integers(0, 30)
counts, turn = st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(0, 3)


class SomeSums(Sums):
    @few(6)
    @given(attacks, toll)
    def test_sums_are_those_of_an_independent_count_over_the_flat_tables(self, attacks, count):
        self.compare_with_an_independent_count(attacks, count)

    @few(6)
    @given(counts, turn)
    def test_entering_what_a_toll_counts_already_changes_no_reconciled_sum(self, counts, turn):
        self.enter_what_a_toll_counts_already(counts, turn)


CHANGES = {
    "enter": lambda campaign, incident, number: campaign.attack(number, when=f"2021-1{number % 3}-05"),
    "correct": lambda campaign, incident, number: incident.casualties.update(low=number, best=number, high=number),
    "move": lambda campaign, incident, number: setattr(
        incident, "place", [campaign.kirkuk, campaign.diyala][number % 2]
    ),
    "date": lambda campaign, incident, number: setattr(incident, "when", f"2020-0{number}"),
    "name": lambda campaign, incident, number: setattr(incident, "kind", ["ambush", "bombing"][number % 2]),
    "attribute": lambda campaign, incident, number: incident.casualties.update(victim_force=campaign.peshmerga),
    "rank": lambda campaign, incident, number: approve_and_publish(
        ranked(campaign.kirkuk, ["first_level", "second_level"][number % 2])
    ),
    "withdraw": lambda campaign, incident, number: withdraw(
        incident, by="", reason_code="error", reason="It was not so."
    ),
}


def ranked(place, kind):
    place.kind = kind
    place.save()
    return place


def parameters_of(question):
    """Return the parameters that ask a question without filters."""
    return {"measure": question.measure} | ({"by": ",".join(question.by)} if question.by else {})


class Known(TestCase):
    """What the sums that are kept must keep, whatever changes."""

    questions = (
        *(
            {"measure": measure, "by": dimensions}
            for measure in ("killed", "incidents")
            for dimensions in ("month,first_level", "party", "victim,harm", "kind,phase")
        ),
        {"measure": "killed", "by": "month,place", "estimate": "high", "place": "kirkuk"},
        *map(parameters_of, QUESTIONS),
    )

    def answers(self):
        return [self.client.get("/api/v1/stats/", question).json()["results"] for question in self.questions]

    def compare_with_sums_of_everything(self, changes):
        campaign = kept("campaign", Campaign)
        incident = campaign.attack(3)
        self.answers()
        for change, number in changes:
            CHANGES[change](campaign, incident, number)
            if change not in {"enter", "withdraw"}:
                incident.save()
                approve_and_publish(incident)
            found = self.answers()
            assert {each.seq for each in Kept.objects.all()} == {Revision.objects.head()}
            with patch("incidents.stats.sums.kept_sums", return_value=None):
                assert found == self.answers()


changes = st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(1, 6)), min_size=1, max_size=5)


def summing(queries):
    """Return how many queries sum the log."""
    return sum("GROUP BY" in query["sql"] for query in queries)


class SomeKnown(Known):
    @few(6)
    @given(changes)
    def test_sums_of_what_changed_since_are_those_of_everything(self, changes):
        self.compare_with_sums_of_everything(changes)

    def test_sums_that_were_not_kept_are_kept_from_the_next_publication_on(self):
        campaign = kept("campaign", Campaign)
        campaign.attack(3)
        Kept.objects.all().delete()
        before = self.answers()
        campaign.attack(2, when="2021-11-05")
        with CaptureQueriesContext(connection) as queries:
            found = self.answers()
        assert found != before
        with patch("incidents.stats.sums.kept_sums", return_value=None), CaptureQueriesContext(connection) as more:
            assert found == self.answers()
        assert summing(queries) < summing(more)


def test_a_place_of_another_kind_makes_other_groups(campaign, stats):
    campaign.attack(4, place=campaign.kirkuk, location_precision="first_level")
    assert rows(stats(by="first_level"), "first_level") == {"kirkuk": 1}
    campaign.kirkuk.kind = "second_level"
    campaign.kirkuk.save()
    approve_and_publish(campaign.kirkuk)
    assert rows(stats(by="first_level"), "first_level") == {None: 1}


def test_days_and_kinds_are_counted_as_the_flat_table_has_them(coded, stats):
    incidents = [row for row in exported("incidents") if row["clarity"] == "individual"]
    known = Counter(
        str(row["when_earliest"])[:4]
        for row in incidents
        if row["when_earliest"] and row["when_latest"] and str(row["when_earliest"])[:4] == str(row["when_latest"])[:4]
    )
    by_year = rows(stats(by="year"), "year")
    assert {year: number for year, number in by_year.items() if year and number} == known
    by_kind = rows(stats(by="kind"), "kind")
    assert {kind: number for kind, number in by_kind.items() if number} == Counter(row["kind"] for row in incidents)
    assert date(2021, 12, 2).strftime("%G-W%V") in rows(stats(by="week"), "week")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: f"{each.measure} by {','.join(each.by) or 'nothing'}")
def test_a_kept_sum_is_looked_up_and_not_summed(campaign, client, question):
    campaign.attack(4)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/api/v1/stats/", parameters_of(question)).status_code == 200
    assert any("incidents_knowngroup" in query["sql"] for query in queries)
    assert not any("GROUP BY" in query["sql"] for query in queries)


@pytest.mark.parametrize("asked", [{}, {"date_from": "2021-01-01"}, {"as_of": 1}, {"by": "week"}])
def test_no_question_of_a_reader_lifts_the_limit_for_queries(campaign, client, asked):
    campaign.attack(4)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/api/v1/stats/", {"by": "month", **asked}).status_code == 200
    assert "SET LOCAL statement_timeout = 0" not in [query["sql"] for query in queries]
