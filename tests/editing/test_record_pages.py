"""What all admin pages share: search, review, history, the log, and who may do what."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from incidents.models import Casualty, Claim, Incident
from operations.models import Force, Place
from publication.models import Revision
from records.history import history
from records.word_index import BY_WORD, SEPARATORS, worded, wording_of
from sources.models import Article, Outlet
from tests.admin_forms import account, address, filled, save
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    ExternalIdFactory,
    IncidentCitationFactory,
    IncidentFactory,
)
from tests.operations.factories import (
    ForceFactory,
    ForceNameFactory,
    OperationFactory,
    PhaseFactory,
    PlaceFactory,
    PlaceNameFactory,
)
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.fixture
def reviewer(client):
    client.force_login(account("reviewer"))
    return client


# Search


def found(client, model, text):
    """Return the names of what the changelist finds."""
    rows = client.get(address(model, "changelist"), {"q": text}).context["cl"].result_list
    return [str(row) for row in rows]


@pytest.mark.parametrize("text", ["hashd", "الحشد", "PMF", "al-Hashd al-Shaabi", "Hashed Shaabi", "mobilization"])
def test_force_is_found_by_any_of_its_names(curator, text):
    force = ForceFactory(name="Popular Mobilization Forces")
    ForceNameFactory(force=force, name="Hashd al-Shaabi")
    ForceNameFactory(force=force, name="الحشد الشعبي")
    ForceNameFactory(force=force, name="PMF")
    ForceFactory(name="Peshmerga")
    assert found(curator, Force, text) == ["Popular Mobilization Forces"]


@pytest.mark.parametrize("text", ["Salah al-Din", "Saladin", "Salahuddin", "صلاح الدين"])
def test_place_is_found_by_near_spellings(curator, text):
    place = PlaceFactory(name="Salahaddin")
    PlaceNameFactory(place=place, name="صلاح الدين")
    PlaceFactory(name="Diyala")
    assert found(curator, Place, text) == ["Salahaddin (settlement)"]


def test_near_spellings_do_not_dilute_what_is_spelt_exactly(curator):
    PlaceFactory(name="Yahya")
    PlaceFactory(name="Yehia")
    assert found(curator, Place, "Yahya") == ["Yahya (settlement)"]


def test_incident_is_found_by_a_name_of_its_place_and_a_word_of_its_title(curator):
    place = PlaceFactory(name="Dibis")
    PlaceNameFactory(place=place, name="الدبس")
    incident = IncidentFactory(title="Night attack", place=place)
    IncidentFactory(title="Night raid")
    assert found(curator, Incident, "الدبس attack") == [str(incident)]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Attack on a checkpoint", "CHECK attack"),
        ("Attack between Kirkuk/Hawija", "hawija"),
        ("Attack by a “brigade” of 2021-12", "brigade 12"),
        ("الهجوم على نقطة أمنية", "هجوم"),
        ("قصف وهجوم على القرية", "الهجوم قرية"),
    ],
)
def test_incident_is_found_by_how_words_begin(curator, title, text):
    incidents = [IncidentFactory(title=title), IncidentFactory(summary=title), IncidentFactory(place_as_reported=title)]
    IncidentFactory(title="Raid")
    assert found(curator, Incident, text) == [str(incident) for incident in incidents]


@pytest.mark.parametrize("text", ["INC-000777", "inc-000777", "INC-00077", "000777", "777", "00077"])
def test_incident_is_found_by_its_uid_or_number(curator, text):
    incident = IncidentFactory(uid="INC-000777")
    IncidentFactory(uid="INC-000078")
    assert found(curator, Incident, text) == [str(incident)]


def test_words_follow_an_edit(curator):
    casualty = CasualtyFactory(note="Counted twice")
    casualty.note = "Counted once"
    casualty.save()
    assert [found(curator, Casualty, text) for text in ("twice", "once")] == [[], [str(casualty)]]
    Casualty.objects.update(note="")
    assert found(curator, Casualty, "once") == []


def test_parts_are_found_by_what_they_are_part_of_and_cite(curator):
    claim = ClaimFactory(article__title="Night of rockets", said_by="A colonel")
    ExternalIdFactory(incident=claim.casualty.incident, code="IRQ123")
    ClaimFactory()
    incident = claim.casualty.incident
    for text in ("rockets", claim.article.uid, "colonel", claim.casualty.uid):
        assert found(curator, Claim, text) == [str(claim)]
    assert found(curator, Casualty, incident.uid) == [str(claim.casualty)]
    assert found(curator, Incident, "irq12") == [str(incident)]


def test_every_mark_that_parts_words_does_so_in_the_index_too(db):
    incident = IncidentFactory(summary="".join(f"word{number}x{mark}" for number, mark in enumerate(SEPARATORS)))
    found = worded(Incident.objects.all(), " ".join(f"word{number}x" for number in range(len(SEPARATORS))))
    assert list(found) == [incident]


@pytest.mark.parametrize("model", [model for model in apps.get_models() if wording_of(model)])
def test_words_are_found_through_the_index_of_the_table(db, model):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert f"{model._meta.model_name}_by_word" in worded(model._base_manager.order_by(), "hospital").explain()


@pytest.mark.parametrize("model", [model for model in apps.get_models() if wording_of(model)])
def test_no_statistics_tell_postgresql_to_read_a_table_for_a_frequent_word(db, model):
    (index,) = [index.name for index in model._meta.indexes if index.name.endswith(BY_WORD)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT attstattarget FROM pg_attribute WHERE attrelid = %s::regclass", [index])
        assert cursor.fetchall() == [(0,)]


def test_search_that_fits_nothing_finds_nothing(curator):
    PlaceFactory(name="Dibis")
    assert found(curator, Place, "Timbuktu") == []


def test_autocomplete_finds_an_arabic_name(curator):
    ForceNameFactory(force=ForceFactory(name="Popular Mobilization Forces"), name="الحشد الشعبي")
    query = {"app_label": "incidents", "model_name": "involvement", "field_name": "force", "term": "الحشد"}
    results = curator.get("/admin/autocomplete/", query).json()["results"]
    assert [result["text"] for result in results] == ["Popular Mobilization Forces"]


def test_queue_lists_what_is_missing(curator):
    bare = IncidentFactory()
    IncidentCitationFactory()
    rows = curator.get(address(Incident, "changelist"), {"missing": "citation"}).context["cl"].result_list
    assert list(rows) == [bare]


def test_page_says_what_readers_see(reviewer):
    incident = IncidentFactory()
    approve_and_publish(incident)
    page = reviewer.get(address(Incident, "change", incident.pk)).content.decode()
    assert "revision 1</a>" in page


def test_page_of_a_part_leads_to_its_whole_and_back(curator):
    casualty = CasualtyFactory()
    whole = address(Incident, "change", casualty.incident.pk) + "#casualties"
    assert f'href="{whole}"' in curator.get(address(Casualty, "change", casualty.pk)).content.decode()
    page = address(Casualty, "change", casualty.pk)
    assert curator.post(page, filled(curator.get(page))).url == whole


# History


def edit_by_curator(record):
    """Return the one edit that the curator made; factories work as the command line."""
    (edit,) = [edit for edit in history(record) if edit.by == "curator"]
    return edit


def test_history_tells_who_when_why_and_what(curator):
    incident = IncidentFactory(kind="ambush")
    save(curator, incident, kind="bombing", when="2021-12-07", _reason="The army corrected it")
    edit = edit_by_curator(incident)
    assert edit.reason == "The army corrected it"
    assert [(change.verb, change.row, change.differences) for change in edit.changes] == [
        ("changed", str(incident), [("kind", "Ambush", "Bombing"), ("when", "—", "2021-12-07")])
    ]


def test_history_names_related_records(curator):
    incident = IncidentFactory()
    save(curator, incident, place=PlaceFactory(name="Dibis").pk)
    assert edit_by_curator(incident).changes[0].differences == [("place", "—", "Dibis (settlement)")]


def test_history_names_what_a_place_is_part_of(curator):
    place = PlaceFactory()
    save(curator, place, parent=PlaceFactory(name="Kirkuk").pk)
    assert edit_by_curator(place).changes[0].differences == [("parent", "—", "Kirkuk (settlement)")]


def test_history_tells_of_parts_of_parts(curator):
    claim = ClaimFactory(low=2, high=2)
    save(curator, claim, low="3", high="3")
    change = edit_by_curator(claim.casualty.incident).changes[0]
    assert (change.kind, change.differences) == ("claim", [("low", "2", "3"), ("high", "2", "3")])


def test_history_tells_of_deleted_parts(curator):
    citation = IncidentCitationFactory(locator="¶4")
    save(curator, citation.incident, **{"citations-0-DELETE": "on"})
    change = edit_by_curator(citation.incident).changes[0]
    assert (change.verb, change.kind, change.row) == ("deleted", "incident citation", f"{citation.article.uid} ¶4")


def test_history_tells_of_places_added_to_an_operation(curator):
    operation = OperationFactory()
    save(curator, operation, places=[PlaceFactory(name="Dibis").pk])
    change = edit_by_curator(operation).changes[0]
    assert (change.verb, change.kind, change.row) == ("added", "operation place", "Dibis (settlement)")


def test_history_of_a_phase_leaves_out_its_operation(curator):
    phase = PhaseFactory(name="First")
    save(curator, phase.operation, summary="A clearance.")
    assert [change.kind for edit in history(phase) for change in edit.changes] == ["phase"]


def test_history_page_shows_the_reason(curator):
    incident = IncidentFactory()
    save(curator, incident, title="Attack near Dibis", _reason="Clearer title")
    assert "Clearer title" in curator.get(address(Incident, "history", incident.pk)).content.decode()


def test_deletion_keeps_its_reason(reviewer):
    article = ArticleFactory()
    reviewer.post(address(Article, "delete", article.pk), {"post": "yes", "_reason": "Entered twice"})
    assert Article.pgh_event_model.objects.get(pgh_label="delete").pgh_context["reason"] == "Entered twice"


# The log


def test_log_shows_the_document_and_changes_nothing(reviewer):
    approve_and_publish(PlaceFactory(slug="dibis"))
    revision = Revision.objects.get()
    response = reviewer.get(address(Revision, "change", revision.pk))
    assert "&quot;slug&quot;: &quot;dibis&quot;" in response.content.decode()
    assert reviewer.post(address(Revision, "change", revision.pk), {"title": "Other"}).status_code == 403
    assert reviewer.get(address(Revision, "add")).status_code == 403
    assert reviewer.get(address(Revision, "delete", revision.pk)).status_code == 403


def test_slug_that_readers_have_seen_is_no_input(reviewer):
    place = PlaceFactory(slug="dibis")
    assert "slug" in reviewer.get(address(Place, "change", place.pk)).context["adminform"].form.fields
    approve_and_publish(place)
    assert "slug" not in reviewer.get(address(Place, "change", place.pk)).context["adminform"].form.fields


# Who may do what


@pytest.mark.parametrize(
    ("group", "permission", "granted"),
    [
        ("Curator", "add_incident", True),
        ("Curator", "change_toll", True),
        ("Curator", "delete_incidentcitation", True),
        ("Curator", "delete_claim", True),
        ("Curator", "delete_incident", False),
        ("Curator", "delete_phase", False),
        ("Curator", "approve", False),
        ("Reviewer", "change_toll", True),
        ("Reviewer", "delete_incident", True),
        ("Reviewer", "approve", True),
        ("Reviewer", "change_revision", False),
        ("Reviewer", "add_user", False),
    ],
)
def test_group_has_its_permissions(group, permission, granted):
    assert Group.objects.get(name=group).permissions.filter(codename=permission).exists() is granted


def test_curator_has_no_way_to_delete_a_record(curator):
    outlet = ArticleFactory().outlet
    assert curator.get(address(Outlet, "delete", outlet.pk)).status_code == 403


def test_published_record_cannot_be_deleted(reviewer):
    place = PlaceFactory()
    approve_and_publish(place)
    assert reviewer.post(address(Place, "delete", place.pk), {"post": "yes"}).status_code == 403
