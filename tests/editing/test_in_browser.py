"""The admin in a real browser: what a curator sees and types, without one complaint on the console."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from incidents.models import Casualty, Claim, Incident, Toll
from operations.models import Force, Operation, Place
from publication.models import Release, Revision
from records.choices import State
from sources.models import Article
from tests.admin_forms import address
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentCitationFactory,
    IncidentFactory,
    InvolvementFactory,
    TollCoverageFactory,
    TollFactory,
)
from tests.operations.factories import (
    ForceFactory,
    ForceNameFactory,
    ParticipationFactory,
    PlaceFactory,
    PlaceNameFactory,
)
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

LONG = "Overnight attack on a position between two villages, in which reinforcements drove onto a planted bomb"
ARABIC = "هجوم ليلي على نقطة أمنية بين قريتين"


@pytest.fixture
def desk(page, live_server):
    """A page of someone who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.set_default_timeout(10_000)
    page.base = live_server.url
    return page


def visit(desk, model, page, *args, tab=""):
    desk.goto(desk.base + address(model, page, *args) + tab)


def pick(desk, select, text):
    """Choose what the autocomplete of a select finds for a text."""
    desk.locator(f"{select} + .select2").click()
    desk.locator(".select2-search__field").last.fill(text)
    desk.locator(".select2-results__option--highlighted:not(.loading-results)").click()


def add_row(desk, name):
    desk.get_by_role("button", name=f"Add another {name}").click()


def tab(desk, name):
    return desk.get_by_role("tab", name=name)


def test_the_tabs_of_an_incident_have_short_names_and_fit_on_a_line(desk):
    visit(desk, Incident, "change", IncidentFactory(title=LONG).pk)
    names = ["Incident", "Who 0", "Casualties 0", "Results 0", "Citations 0", "Links 0", "Ids 0"]
    expect(desk.get_by_role("tab")).to_have_text(names)
    desk.set_viewport_size({"width": 1280, "height": 900})
    assert len({box["y"] for box in (each.bounding_box() for each in desk.get_by_role("tab").all())}) == 1


def test_who_held_a_place_is_asked_of_a_change_of_control_only(desk):
    visit(desk, Incident, "change", IncidentFactory(kind="ambush").pk)
    expect(desk.get_by_text("Control before")).to_be_hidden()
    desk.locator("#id_kind").select_option("transfer")
    expect(desk.get_by_text("Control before")).to_be_visible()


def everything():
    """Make a row of every kind with long and Arabic text; return one record for each page with parts."""
    place = PlaceFactory(name=LONG)
    PlaceNameFactory(place=place, name=ARABIC, language="ar")
    incident = IncidentFactory(title=ARABIC, summary=LONG * 5, place=place)
    IncidentCitationFactory(incident=incident, article=ArticleFactory(title=LONG))
    InvolvementFactory(incident=incident)
    claim = ClaimFactory(casualty=CasualtyFactory(incident=incident))
    TollCoverageFactory(incident=incident)
    participation = ParticipationFactory()
    return [place, incident, claim.casualty, claim, participation.phase, participation.phase.operation]


def test_no_list_or_empty_form_complains(desk):
    written_by_commands = {Release, Revision}
    for model in admin.site._registry:
        for page in ["changelist"] if model in written_by_commands else ["changelist", "add"]:
            visit(desk, model, page)
            expect(desk.locator("#content")).to_be_visible()
    for page in ("", f"auth/user/{User.objects.get().pk}/password/", "password_change/"):
        desk.goto(f"{desk.base}/admin/{page}")
        expect(desk.locator("#content")).to_be_visible()


def test_no_filled_page_complains(desk):
    for record in everything():
        for page in ("change", "history", "delete"):
            visit(desk, type(record), page, record.pk)
            expect(desk.locator("#content")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_narrow_pages_do_not_scroll_sideways(desk, theme):
    desk.emulate_media(color_scheme=theme)
    desk.set_viewport_size({"width": 390, "height": 844})
    for record in everything():
        for page, args in (("changelist", []), ("change", [record.pk]), ("history", [record.pk])):
            visit(desk, type(record), page, *args)
            width = desk.evaluate("document.documentElement.scrollWidth")
            assert (type(record).__name__, page, width) == (type(record).__name__, page, 390)


def test_list_of_tolls_fits_a_small_screen(desk):
    force = ForceFactory(name="Popular Mobilization Forces")
    figures = {"low": 1200, "best": 1300, "high": 1500, "harm": "killed_or_wounded"}
    TollFactory(title=LONG, victim_force=force, when="2021-11-27/2021-12-12", **figures)
    desk.set_viewport_size({"width": 1280, "height": 800})
    visit(desk, Toll, "changelist")
    results = desk.locator(".results")
    assert results.evaluate("table => table.scrollWidth - table.clientWidth") == 0


def test_every_input_has_a_name_to_read_out(desk):
    nameless = """
        [...document.querySelectorAll("#content-main :is(input:not([type=hidden]), select, textarea)")]
            .filter((input) => !input.closest(".empty-form"))
            .filter((input) => !input.labels?.length && !input.ariaLabel && !input.getAttribute("aria-labelledby"))
            .map((input) => input.outerHTML)
    """
    for record in everything():
        visit(desk, type(record), "change", record.pk)
        assert desk.evaluate(nameless) == []


def test_incident_is_typed_with_its_parts(desk):
    ForceFactory(name="Islamic State")
    ArticleFactory(title="Two soldiers killed near Dibis")
    visit(desk, Incident, "add")
    desk.get_by_label("Title").fill("Attack near Dibis")
    desk.get_by_role("combobox", name="Kind").select_option("armed_attack")
    desk.get_by_role("checkbox", name="Planted bomb").check()
    desk.get_by_role("textbox", name="When").fill("2021-12-07")
    tab(desk, "Who").click()
    add_row(desk, "Force")
    pick(desk, "#id_involvements-0-force", "Islamic")
    desk.locator("#id_involvements-0-role").select_option("initiator")
    tab(desk, "Casualties").click()
    add_row(desk, "Casualty")
    desk.locator("#id_casualties-0-victim_status").select_option("civilian")
    desk.locator("#id_casualties-0-harm").select_option("killed")
    desk.locator("#id_casualties-0-best").fill("2")
    desk.locator("#id_casualties-0-basis").select_option("single_claim")
    tab(desk, "Citations").click()
    add_row(desk, "Citation")
    pick(desk, "#id_citations-0-article", "Two soldiers")
    desk.locator("#id_citations-0-locator").fill("¶9")
    desk.locator("#id_citations-0-supports").get_by_label("Casualties").check()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist .success")).to_contain_text("was added successfully")
    incident = Incident.objects.get()
    assert (incident.weapons, incident.when) == (["ied"], "2021-12-07")
    assert incident.involvements.get().force.name == "Islamic State"
    assert incident.casualties.get().best == 2
    assert incident.citations.get().supports == ["casualties"]


def test_wrong_day_is_explained_at_its_input(desk):
    visit(desk, Incident, "change", IncidentFactory().pk, tab="#citations")
    tab(desk, "Incident").click()
    desk.get_by_role("textbox", name="When").fill("mid-May")
    tab(desk, "Citations").click()
    desk.get_by_role("button", name="Save and stay").click()
    expect(tab(desk, "Incident")).to_have_attribute("aria-selected", "true")
    expect(tab(desk, "Incident")).to_contain_text("has errors")
    box = desk.locator(".form-multiline > div", has=desk.get_by_role("textbox", name="When"))
    expect(box.locator(".errorlist")).to_have_text(re.compile("^“mid-May” is not a day in EDTF."))


def test_sentence_of_a_constraint_is_shown_in_its_row(desk):
    claim = ClaimFactory()
    visit(desk, Casualty, "change", claim.casualty.pk, tab="#claims")
    desk.get_by_role("checkbox", name="Used").uncheck()
    desk.get_by_role("button", name="Save and stay").click()
    expect(tab(desk, "Claims")).to_have_attribute("aria-selected", "true")
    expect(desk.locator(".field-unused_because .errorlist")).to_have_text(
        "Say why the estimate does not rest on this claim."
    )


def test_force_is_picked_by_its_arabic_name(desk):
    force = ForceFactory(name="Popular Mobilization Forces")
    ForceNameFactory(force=force, name="الحشد الشعبي", language="ar")
    visit(desk, Operation, "add")
    pick(desk, "#id_commanding_force", "الحشد")
    expect(desk.locator("#id_commanding_force")).to_have_value(str(force.pk))


def test_tabs_are_walked_by_keyboard(desk):
    visit(desk, Incident, "change", IncidentFactory().pk)
    tab(desk, "Incident").focus()
    desk.keyboard.press("ArrowRight")
    expect(tab(desk, "Who")).to_be_focused()
    expect(tab(desk, "Who")).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("End")
    expect(desk.get_by_role("tabpanel", name="Ids")).to_be_visible()
    desk.keyboard.press("ArrowRight")
    expect(tab(desk, "Incident")).to_be_focused()
    desk.keyboard.press("ArrowLeft")
    assert desk.url.endswith("#ids")


def test_tab_is_kept_while_saving(desk):
    visit(desk, Incident, "change", IncidentFactory().pk)
    tab(desk, "Citations").click()
    desk.keyboard.press("Control+s")
    expect(desk.locator(".messagelist .success")).to_be_visible()
    expect(tab(desk, "Citations")).to_have_attribute("aria-selected", "true")


def test_control_s_saves(desk):
    incident = IncidentFactory()
    visit(desk, Incident, "change", incident.pk)
    desk.get_by_label("Title").fill("Attack near Dibis")
    desk.keyboard.press("Control+s")
    expect(desk.locator(".messagelist .success")).to_be_visible()
    incident.refresh_from_db()
    assert incident.title == "Attack near Dibis"


def test_leaving_unsaved_changes_warns(desk):
    warnings = []
    desk.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    visit(desk, Incident, "change", IncidentFactory().pk)
    desk.get_by_label("Title").fill("Half a title")
    desk.get_by_role("link", name="Home").click()
    expect(desk.get_by_role("heading", name="Working tables")).to_be_visible()
    assert warnings == ["beforeunload"]


def test_leaving_or_saving_without_loss_does_not_warn(desk):
    warnings = []
    desk.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    visit(desk, Incident, "change", IncidentFactory().pk)
    desk.get_by_label("Title").fill("A title")
    desk.get_by_role("button", name="Save and stay").click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    desk.get_by_role("link", name="Home").click()
    expect(desk.get_by_role("heading", name="Working tables")).to_be_visible()
    assert warnings == []


def test_reason_is_asked_for_only_where_a_claim_is_unused(desk):
    visit(desk, Claim, "change", ClaimFactory().pk)
    reason = desk.get_by_label("Unused because")
    expect(reason).to_be_hidden()
    desk.get_by_role("checkbox", name="Used").uncheck()
    expect(reason).to_be_visible()
    reason.fill("Corrected later.")
    desk.get_by_role("checkbox", name="Used").check()
    expect(reason).to_be_visible()


def test_new_row_follows_the_conditions_too(desk):
    visit(desk, Casualty, "change", CasualtyFactory().pk, tab="#claims")
    add_row(desk, "Claim")
    expect(desk.locator("#id_claims-0-unused_because")).to_be_hidden()
    expect(tab(desk, "Claims")).to_contain_text("1")


def test_rule_of_the_chosen_code_is_shown(desk):
    visit(desk, Place, "add")
    desk.get_by_role("combobox", name="Kind").select_option("front")
    expect(desk.locator(".field-kind .rule, .form-row .rule").first).to_have_text(
        "A sector of a front line, as a force names it."
    )
    desk.get_by_text("All codes").first.click()
    expect(desk.get_by_text("A military base, barracks or checkpoint.")).to_be_visible()


def test_empty_form_starts_at_its_first_input_and_proposes_a_slug(desk):
    visit(desk, Place, "add")
    expect(desk.get_by_label("Name").first).to_be_focused()
    desk.keyboard.type("Tuz Khurmatu")
    expect(desk.get_by_label("Slug")).to_have_value("tuz-khurmatu")


def test_theme_toggle_changes_the_palette(desk):
    visit(desk, Place, "add")
    background = "getComputedStyle(document.body).backgroundColor"
    shades = set()
    for _ in range(3):
        desk.locator(".theme-toggle").click()
        shades.add((desk.locator("html").get_attribute("data-theme"), desk.evaluate(background)))
    assert shades == {
        ("auto", "rgb(244, 245, 247)"),
        ("light", "rgb(244, 245, 247)"),
        ("dark", "rgb(20, 23, 27)"),
    }


def test_arabic_text_runs_from_the_right(desk):
    visit(desk, Article, "change", ArticleFactory(title=ARABIC).pk)
    assert desk.get_by_label("Title").evaluate("(input) => getComputedStyle(input).direction") == "rtl"


def test_approval_publishes_and_is_shown(desk):
    incident = IncidentFactory(state=State.IN_REVIEW)
    visit(desk, Incident, "change", incident.pk)
    desk.get_by_role("button", name="Approve and publish").click()
    expect(desk.locator(".progress")).to_contain_text("Approved")
    expect(desk.get_by_role("link", name="revision 1")).to_be_visible()


def test_way_from_an_incident_to_the_claims_of_its_casualty_and_back(desk):
    casualty = CasualtyFactory()
    visit(desk, Incident, "change", casualty.incident.pk, tab="#casualties")
    desk.locator(".inlinechangelink").click()
    expect(tab(desk, "Claims")).to_be_visible()
    desk.get_by_role("link", name=str(casualty.incident)).first.click()
    expect(tab(desk, "Casualties")).to_have_attribute("aria-selected", "true")


def test_reason_is_kept_in_the_history(desk):
    incident = IncidentFactory()
    visit(desk, Incident, "change", incident.pk)
    desk.get_by_label("Title").fill(ARABIC)
    desk.get_by_label("Why this change?").fill("Title as printed")
    desk.get_by_role("button", name="Save and stay").click()
    desk.get_by_role("link", name="History").click()
    expect(desk.locator(".edit").first).to_contain_text("Title as printed")
    expect(desk.locator(".edit ins").first).to_have_text(ARABIC)


def test_log_shows_its_document(desk):
    approve_and_publish(ForceFactory(slug="isis"))
    visit(desk, Revision, "change", Revision.objects.get().pk, tab="#document")
    expect(desk.get_by_role("tabpanel", name="Document")).to_contain_text('"slug": "isis"')
    assert Force.objects.count() == 1
