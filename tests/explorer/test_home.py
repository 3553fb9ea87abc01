"""The public pages in a real browser."""

import pytest

from tests.theatre import published_theatre


@pytest.fixture
def theatre(transactional_db):
    return published_theatre()


def test_the_front_page_counts_what_is_published_and_leads_on(theatre, live_server, page):
    page.goto(live_server.url)
    assert page.title() == "Hamrin"
    counts = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))
    assert (counts["incidents"], counts["forces"], counts["tolls"]) == ("2", "5", "1")
    page.click("text=Documentation")
    page.wait_for_selector(".opblock")


def test_the_front_page_of_an_empty_log_says_so(transactional_db, live_server, page):
    page.goto(live_server.url)
    assert page.get_by_text("Nothing has been published yet.").is_visible()


def test_the_front_page_fits_a_phone(theatre, live_server, page):
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(live_server.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_documentation_tries_a_query_on_this_very_site(theatre, live_server, page):
    page.goto(f"{live_server.url}/api/v1/docs/")
    operation = page.locator("[id$=forces_retrieve]")
    operation.locator("button.opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("input[placeholder=uid]").fill("pmf")
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_documentation_begins_with_examples_is_as_dark_as_the_system_and_fits_a_phone(
    theatre, live_server, page, scheme
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_role("link", name="incidents in Kirkuk that certainly happened in December 2021").wait_for()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(251, 250, 247)", "dark": "rgb(28, 32, 34)"}[scheme]
    page.locator("[id$=forces_retrieve] button.opblock-summary-control").click()
    page.locator("[id$=forces_retrieve] .responses-table").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="← Hamrin").click()
    page.get_by_role("heading", name="Hamrin", exact=True).wait_for()


def test_an_address_that_does_not_exist_is_a_problem_below_the_api(client, db):
    response = client.get("/api/v1/nowhere/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
