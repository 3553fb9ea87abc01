"""Every link of the documentation leads to a file, and to a heading of it where it names one; so do names of files."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PAGES = sorted([*settings.BASE_DIR.glob("*.md"), *settings.BASE_DIR.glob("[!.]*/**/*.md")])

#: The address of a link or a picture, in prose only: code is taken out first.
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def prose(page):
    return CODE.sub("", page.read_text(encoding="utf-8"))


def anchors(page):
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(settings.BASE_DIR).as_posix())
def test_links_lead_somewhere(page):
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if ":" in path or path.startswith("/"):
            continue  # Another site, or an address of the API, which tests/test_docs.py asks.
        target = (page.parent / path) if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_pages_are_found():
    assert len(PAGES) > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(settings.BASE_DIR).as_posix())
def test_files_that_a_page_names_exist(page):
    named = re.findall(r"`((?:[a-z_]+/)+[\w.-]*)`", page.read_text(encoding="utf-8"))
    rooms = {path.name for path in settings.BASE_DIR.iterdir() if path.is_dir()}
    ours = {path for path in named if path.partition("/")[0] in rooms}
    assert {path for path in ours if not Path(settings.BASE_DIR, path).exists()} == set()
