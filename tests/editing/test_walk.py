"""The review in a real browser, walked by two people: no complaint on the console, nothing wider than the window."""

import json

import pytest
from django.test import Client
from playwright.sync_api import expect

from editing.links import page_of
from incidents.models import Incident
from records.choices import State
from records.history import history
from tests.admin_forms import account, address
from tests.incidents.factories import CasualtyFactory, IncidentCitationFactory, IncidentFactory
from tests.theatre import approve_and_publish

LONG = "Overnight attack on a position between two villages, in which reinforcements drove onto a planted bomb"
ARABIC = "هجوم ليلي على نقطة أمنية بين قريتين"


class Person:
    """Somebody at the desk, with a browser of their own."""

    def __init__(self, page, base, group):
        client = Client()
        client.force_login(account(group))
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": base}])
        page.set_default_timeout(10_000)
        self.page, self.base = page, base

    def open(self, where):
        self.page.goto(self.base + where)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).click()

    def fill(self, label, text):
        self.page.get_by_label(label, exact=True).fill(text)

    def sees(self, text):
        expect(self.page.locator("#container")).to_contain_text(text)

    def fits(self):
        """Check that nothing is wider than a telephone, in light and dark."""
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme)
            self.page.set_viewport_size({"width": 390, "height": 844})
            assert self.page.evaluate("document.documentElement.scrollWidth") == 390
        self.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def curator(page, live_server):
    return Person(page, live_server.url, "curator")


@pytest.fixture
def reviewer(browser, live_server):
    complaints = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Person(page, live_server.url, "reviewer")
        page.evaluate("document.readyState")
    assert complaints == []


def test_record_goes_from_the_curator_to_readers(curator, reviewer):
    incident = IncidentFactory(title="Attack")
    curator.open(page_of(incident))
    curator.fill("Title", LONG)
    curator.press("Send to review")
    curator.sees("is sent to review")
    reviewer.open(address(Incident, "changelist") + "?queue=review")
    reviewer.page.locator("#result_list tbody th a").click()
    reviewer.fits()
    reviewer.fill("Comment on the review", f"Which village? {ARABIC}")
    reviewer.press("Return with comment")
    reviewer.sees("is returned to its curator")
    curator.open(page_of(incident))
    curator.sees(ARABIC)
    curator.fits()
    curator.fill("Summary", "Between Dibis and Sargaran.")
    curator.press("Send to review")
    reviewer.open(page_of(incident))
    reviewer.press("Approve and publish")
    reviewer.sees("is approved and published")
    reviewer.sees("Readers see revision 1")
    reviewer.open(page_of(incident, "history"))
    reviewer.fits()
    answer = reviewer.page.request.get(f"{reviewer.base}/api/v1/incidents/{incident.uid}")
    assert json.loads(answer.text())["summary"] == "Between Dibis and Sargaran."


def test_two_people_at_one_record_see_both_versions(curator, reviewer):
    citation = IncidentCitationFactory(locator="¶1")
    incident = citation.incident
    curator.open(page_of(incident))
    reviewer.open(page_of(incident))
    reviewer.fill("Title", ARABIC)
    reviewer.fill("Summary", LONG * 3)
    reviewer.press("Save and stay")
    reviewer.sees("was changed successfully")
    curator.fill("Title", LONG)
    curator.press("Save and stay")
    curator.sees("Nothing was saved yet: somebody else changed this record while you were editing it.")
    cells = curator.page.locator(".comparison tbody tr").first.locator("td")
    expect(cells.nth(1)).to_contain_text(ARABIC)
    expect(cells.nth(2)).to_have_text(LONG)
    expect(curator.page.get_by_label("Title", exact=True)).to_have_value(LONG)
    expect(curator.page.get_by_label("Summary", exact=True)).to_have_value(LONG * 3)
    curator.fits()
    curator.press("Save and stay")
    curator.sees("was changed successfully")
    incident.refresh_from_db()
    assert (incident.title, incident.summary) == (LONG, LONG * 3)


def test_earlier_version_is_restored(curator):
    incident = IncidentFactory(title=ARABIC)
    citation = IncidentCitationFactory(incident=incident)
    curator.open(page_of(incident))
    curator.fill("Title", LONG)
    curator.page.get_by_role("tab", name="Citations").click()
    curator.page.get_by_role("checkbox", name=f"Delete {citation}").check()
    curator.press("Save and stay")
    curator.follow("History")
    curator.page.get_by_role("link", name="Restore this version…").first.click()
    expect(curator.page.locator(".change")).to_have_count(2)
    curator.fits()
    curator.fill("Comment", "The wrong article")
    curator.press("Restore")
    curator.sees("was restored")
    incident.refresh_from_db()
    assert (incident.title, incident.citations.count()) == (ARABIC, 1)
    assert history(incident)[0].reason.endswith("The wrong article")


def test_deleted_record_is_found_and_restored(reviewer):
    incident = CasualtyFactory(incident__title=LONG).incident
    reviewer.open(page_of(incident))
    reviewer.follow("Delete")
    reviewer.press("Yes, delete it")
    reviewer.follow("Deleted")
    reviewer.sees(LONG)
    reviewer.fits()
    reviewer.follow("Restore…")
    reviewer.fits()
    reviewer.press("Restore")
    reviewer.sees("was restored")
    assert Incident.objects.get().casualties.count() == 1


def test_record_is_withdrawn_and_reopened(reviewer):
    incident = IncidentFactory(title=LONG)
    approve_and_publish(incident)
    reviewer.open(page_of(incident))
    reviewer.follow("Withdraw…")
    reviewer.fits()
    reviewer.page.get_by_role("radio", name="Error").check()
    reviewer.fill("In a sentence for readers", ARABIC)
    reviewer.press("Withdraw")
    reviewer.sees("is withdrawn")
    reviewer.fits()
    assert reviewer.page.request.get(f"{reviewer.base}/api/v1/incidents/{incident.uid}").status == 410
    reviewer.follow("Reopen…")
    reviewer.fits()
    reviewer.press("Reopen")
    reviewer.sees("is a draft again")


def test_two_records_are_merged_and_parted_again(reviewer):
    loser = CasualtyFactory(incident__title=LONG).incident
    survivor = IncidentFactory(title=ARABIC)
    reviewer.open(page_of(loser))
    reviewer.follow("Merge into…")
    reviewer.page.locator(".select2-selection").click()
    reviewer.page.locator(".select2-search__field").last.fill(survivor.uid)
    reviewer.page.locator(".select2-results__option", has_text=survivor.uid).click()
    reviewer.press("Compare")
    reviewer.page.get_by_role("radiogroup", name="Title").get_by_role("radio").last.check()
    reviewer.fits()
    reviewer.fill("Comment", "Told twice")
    reviewer.press("Merge")
    reviewer.sees("Readers see both until that is approved.")
    survivor.refresh_from_db()
    loser.refresh_from_db()
    assert (survivor.title, survivor.casualties.count(), loser.state) == (LONG, 1, State.MERGED)
    reviewer.open(page_of(loser))
    reviewer.fits()
    reviewer.follow("Undo the merge…")
    reviewer.fits()
    reviewer.press("Undo the merge")
    reviewer.sees("is a draft of its own again")
    loser.refresh_from_db()
    assert (loser.casualties.count(), loser.state) == (1, State.DRAFT)
