"""Own and enemy by the sides of conflicts, and the type of violence, from the tables to readers."""

import pytest

from incidents.figures.violence import violence_of
from incidents.models import Casualty, Incident
from operations.choices import ForceKind
from publication.publish import reproject
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    DatasetCodeFactory,
    IncidentCitationFactory,
    IncidentFactory,
    InvolvementFactory,
    TollClaimFactory,
    TollFactory,
)
from tests.operations.factories import ConflictFactory, ForceFactory, SideFactory, SideMemberFactory
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


class War:
    """A published conflict: an army of a state against a group, which claims to have killed thirty soldiers."""

    def __init__(self):
        self.state = ForceFactory(slug="state", kind=ForceKind.GOVERNMENT)
        self.army = ForceFactory(slug="army", name="Army", kind=ForceKind.ARMY, parent=self.state)
        self.group = ForceFactory(slug="group", name="Group", kind=ForceKind.ARMED_GROUP)
        self.conflict = ConflictFactory(slug="war")
        for force in (self.state, self.group):
            SideMemberFactory(side=SideFactory(conflict=self.conflict), force=force)
        self.article = ArticleFactory()
        self.incident = IncidentFactory(when="2021-12-07", conflict=self.conflict)
        IncidentCitationFactory(incident=self.incident, article=self.article)
        self.casualty = CasualtyFactory(incident=self.incident, victim_force=self.army, high=30)
        ClaimFactory(casualty=self.casualty, article=self.article, low=30, high=30, claimed_by=self.group)

    @property
    def records(self):
        return [self.article, self.state, self.army, self.group, self.conflict, self.incident]


@pytest.fixture
def war():
    return War()


def test_an_enemys_boast_is_no_best_number_once_the_conflict_is_approved(war, get):
    def suggested():
        return Casualty.objects.get(pk=war.casualty.pk).suggestion().figures

    assert suggested() == (30, 30, 30)
    approve_and_publish(*war.records)
    assert suggested() == (None, None, 30)
    found = get(f"incidents/{war.incident.uid}/")
    assert found["casualties"][0]["suggested"] == {
        "low": None, "best": None, "high": 30, "at_least": False, "basis": "", "contested": False,
    }  # fmt: skip


def test_documents_follow_when_a_force_changes_sides(war, get):
    approve_and_publish(*war.records)
    war.conflict.sides.last().members.all().delete()
    changed = approve_and_publish(war.conflict)
    reproject(changed)
    assert get(f"incidents/{war.incident.uid}/")["casualties"][0]["suggested"]["best"] == 30


def test_a_toll_follows_its_conflict_and_its_perpetrator_proves_nothing_without_one(war):
    approve_and_publish(*war.records)
    band = ForceFactory(kind=ForceKind.ARMED_GROUP)
    toll = TollFactory(victim_force=war.army, perpetrator=band, conflict=war.conflict)
    TollClaimFactory(toll=toll, low=30, high=30, claimed_by=war.group)
    assert toll.suggestion().figures == (None, None, 30)
    other = TollFactory(victim_force=war.army, perpetrator=band)
    TollClaimFactory(toll=other, low=30, high=30, claimed_by=band)
    assert other.suggestion().figures == (None, None, None)


@pytest.mark.parametrize("count", [1, 4])
def test_suggestions_take_the_same_queries_however_many(war, django_assert_num_queries, count):
    for _ in range(count - 1):
        incident = IncidentFactory(when="2021-12-08")
        InvolvementFactory(incident=incident, force=war.group)
        casualty = CasualtyFactory(incident=incident, victim_force=war.army)
        ClaimFactory(casualty=casualty, article=war.article, claimed_by=war.group)
    InvolvementFactory(incident=war.incident, force=war.group)
    with django_assert_num_queries(10):
        Casualty.suggestions(list(Casualty.objects.select_related("victim_force")))


def roles(incident, *pairs):
    for force, role in pairs:
        InvolvementFactory(incident=incident, force=force, role=role)


FIGHTS = [
    (("army:initiator", "group:target"), "state_based", "Army fought for a government."),
    (("army:party", "group:party"), "state_based", "Army fought for a government."),
    (("group:initiator", "army:responder"), "state_based", "Army fought for a government."),
    (("group:initiator", "tribe:target"), "non_state", "No government's force fought: Group, Tribe."),
    (("army:initiator", "stranger:target"), "unknown", "Stranger: no source says which group that was."),
    (("group:initiator", "civilians:target"), "one_sided", "Group attacked civilians, and nobody fought back."),
    (("stranger:initiator", "civilians:target"), "unknown", "Civilians were attacked, and nobody says by which group."),
    (("group:initiator", "civilians:target", "army:target"), "state_based", "Army fought for a government."),
    (("army:party", "state:party"), "unknown", "Only one side is named."),
    (("group:initiator",), "unknown", "Only one side is named."),
    ((), "unknown", "No force is named."),
]


@pytest.mark.parametrize(("involved", "code", "sentence"), FIGHTS)
def test_the_type_of_violence_follows_from_who_was_involved(war, involved, code, sentence):
    forces = {
        "army": war.army,
        "state": war.state,
        "group": war.group,
        "tribe": ForceFactory(name="Tribe", kind=ForceKind.ARMED_GROUP),
        "stranger": ForceFactory(name="Stranger", kind=ForceKind.UNIDENTIFIED),
        "civilians": ForceFactory(name="Civilians", kind=ForceKind.CIVILIANS),
    }
    incident = IncidentFactory()
    roles(incident, *((forces[name], role) for name, _, role in (each.partition(":") for each in involved)))
    assert violence_of(incident) == (code, sentence)


def test_an_act_without_violence_has_none(war):
    incident = IncidentFactory(kind="agreement")
    roles(incident, (war.army, "party"), (war.group, "party"))
    assert violence_of(incident) == ("none", "It is an act without violence.")


def test_a_group_that_harmed_only_civilians_used_one_sided_violence(war):
    incident = IncidentFactory()
    roles(incident, (war.group, "initiator"))
    CasualtyFactory(incident=incident, victim_status="civilian")
    assert violence_of(incident).code == "one_sided"


def test_readers_learn_whether_the_type_of_violence_is_stated(war, get):
    roles(war.incident, (war.group, "initiator"), (war.army, "target"))
    DatasetCodeFactory(incident=war.incident, scheme="ucdp_side_b", code="234")
    approve_and_publish(*war.records)
    found = get(f"incidents/{war.incident.uid}/")
    assert found["violence_type"] == {"code": "state_based", "stated": False}
    assert found["conflict"]["slug"] == "war"
    assert found["dataset_codes"] == [{"scheme": "ucdp_side_b", "code": "234"}]
    Incident.objects.filter(pk=war.incident.pk).update(violence_type="none")
    approve_and_publish(Incident.objects.get(pk=war.incident.pk))
    assert get(f"incidents/{war.incident.uid}/")["violence_type"] == {"code": "none", "stated": True}


def test_sums_by_conflict_and_by_type_of_violence(war, get):
    roles(war.incident, (war.group, "initiator"), (war.army, "target"))
    apart = IncidentFactory(when="2021-12-08")
    IncidentCitationFactory(incident=apart, article=war.article)
    toll = TollFactory(
        victim_force=war.army, conflict=war.conflict, adopted=True, low=40, best=40, high=40, when="2021-12"
    )
    TollClaimFactory(toll=toll, article=war.article, low=40, high=40)
    approve_and_publish(*war.records, apart, toll)

    def by(dimension, **asked):
        groups = get("stats/", by=dimension, **asked)["results"]
        return {group[dimension]: group["value"] for group in groups}

    assert by("conflict") == {"war": 1, None: 1}
    assert by("violence_type") == {"state_based": 1, "unknown": 1}
    assert by("conflict", measure="killed", basis="reconciled", conflict="war") == {"war": 40}
    assert get("stats/", violence_type="non_state")["results"][0]["n_incidents"] == 0
