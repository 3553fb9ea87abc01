"""The pages of estimates and tolls in a real browser, in light and dark, wide and narrow."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from incidents.models import Casualty, Toll
from tests.admin_forms import address
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentFactory, TollCoverageFactory, TollFactory
from tests.operations.factories import ForceFactory, PlaceFactory
from tests.sources.factories import ArticleFactory, OutletFactory

LONG = "Overnight attack on a position between two villages, in which reinforcements drove onto a planted bomb"
FIRST, LAST = date(2020, 11, 27), date(2020, 12, 12)


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


@pytest.fixture
def toll(desk):
    """The newest of a series, with one claim, one proposal at an Arabic place, and one link that no longer fits."""
    army = ForceFactory(name="Iraqi Army")
    usual = {"earliest_on": FIRST, "victim_force": army, "victim_status": "security_force_member", "series": "army"}
    TollFactory(title="Soldiers killed by 5 December", latest_on=date(2020, 12, 5), low=14, best=14, high=14, **usual)
    toll = TollFactory(title="Soldiers killed since 27 November", latest_on=LAST, low=22, best=22, high=24, **usual)
    arabic = ArticleFactory(outlet=OutletFactory(name="وكالة الأنباء العراقية"))
    ClaimFactory(casualty=None, toll=toll, low=22, high=22, article=arabic)
    proposed = IncidentFactory(title=LONG, when="2020-11-25/2020-11-30", place=PlaceFactory(name="الدبس"))
    gone = IncidentFactory(title="هجوم ليلي على نقطة أمنية", when="2020-12-20")
    for incident in (proposed, gone):
        CasualtyFactory(incident=incident, victim_force=army, low=2, best=2, high=2)
    TollCoverageFactory(toll=toll, incident=gone)
    return toll


def fits(desk):
    """Look at the page in both themes, in a wide and a narrow window: nothing is wider than the window."""
    for theme in ("light", "dark"):
        for width, height in ((1280, 900), (390, 844)):
            desk.emulate_media(color_scheme=theme)
            desk.set_viewport_size({"width": width, "height": height})
            assert desk.evaluate("document.documentElement.scrollWidth") == width
    desk.set_viewport_size({"width": 1280, "height": 900})


def test_proposed_incident_is_confirmed_on_the_page_of_its_toll(desk, toll):
    desk.goto(desk.base + address(Toll, "change", toll.pk) + "#coverage")
    expect(desk.get_by_role("tab", name="Coverage 1")).to_have_attribute("aria-selected", "true")
    expect(desk.locator(".proposals h2")).to_have_text("1 proposed")
    fits(desk)
    expect(desk.locator("#coverage-0 .field-fits")).to_contain_text("No longer fits. It happened after 2020-12-12")
    desk.get_by_role("checkbox", name="Confirm").check()
    row = desk.locator(".proposals tbody tr")
    expect(row.get_by_role("combobox")).to_have_value("likely")
    row.get_by_role("combobox").select_option("possible")
    desk.get_by_role("button", name="Save and stay").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("was changed successfully")
    expect(desk.locator(".proposals")).to_have_count(0)
    row = toll.coverage.get(relation="possible")
    assert row.reason == "Some of its possible days (2020-11-25/2020-11-30) lie outside the period."


def test_suggestion_is_taken_over_with_one_click(desk, toll):
    desk.goto(desk.base + address(Toll, "change", toll.pk))
    fits(desk)
    expect(desk.locator(".tally .here")).to_contain_text("+8 to +10")
    desk.get_by_role("tab", name="Claims").click()
    fits(desk)
    expect(desk.locator(".suggestion .differs")).to_have_text(["22", "24"])
    desk.get_by_role("button", name="Take over the suggestion and save").click()
    expect(desk.locator(".suggestion")).to_contain_text("The estimate is what the claims suggest.")
    toll.refresh_from_db()
    assert toll.figures == (22, 22, 22)


def test_casualty_shows_that_its_sources_exclude_each_other(desk):
    casualty = CasualtyFactory(low=2, best=2, high=5, basis="coder_judgement", note="قال المصدر الثاني خمسة.")
    for figure in (2, 5):
        ClaimFactory(casualty=casualty, low=figure, high=figure)
    desk.goto(desk.base + address(Casualty, "change", casualty.pk))
    fits(desk)
    expect(desk.locator(".suggestion")).to_contain_text("Sources exclude each other")
    expect(desk.locator(".suggestion")).to_contain_text("The figures agree, but the basis does not.")


def test_two_incidents_that_may_be_the_same_are_compared_and_told_apart(desk):
    place = PlaceFactory(name="الدبس")
    usual = {"when": "2020-11-25/2020-11-27", "place": place, "kind": "bombing"}
    one = IncidentFactory(title=LONG, summary=f"{LONG}. " * 3, **usual)
    other = IncidentFactory(title="هجوم ليلي على نقطة أمنية بين قريتين", place_as_reported="قرب الدبس", **usual)
    for incident in (one, other):
        CasualtyFactory(incident=incident, low=2, best=4, high=6, victim_force=ForceFactory(name=LONG))
    desk.goto(desk.base + address(type(one), "change", one.pk))
    panel = desk.locator(".duplicates")
    expect(panel.get_by_role("heading")).to_contain_text("1 to decide")
    fits(desk)
    panel.get_by_role("link", name="Not a duplicate…").click()
    fits(desk)
    desk.get_by_label("Why they are two").fill("The report tells of two bombs.")
    desk.get_by_role("button", name="Not a duplicate").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("are two")
    expect(panel.get_by_role("heading")).to_have_text("Told apart")
    expect(panel).to_contain_text("The report tells of two bombs.")
    fits(desk)
