"""What every test may use: a database server of the suite's own, and a browser that tolerates no error on a page."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from playwright.sync_api import sync_playwright

from config.postgres.server import server_in
from publication.management.commands.demo import load_articles

# Playwright keeps an event loop in the thread of the tests, where Django would refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SHARED_FOLDER = "HAMRIN_TESTS"
CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def pytest_configure(config):
    """The first process of a run makes the folder that all its workers share."""
    if not hasattr(config, "workerinput"):
        # Not among pytest's own, which it closes to the user that PostgreSQL is under root.
        os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="hamrin-tests-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SHARED_FOLDER))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Without DATABASE_URL the workers share one server; nothing on it needs to outlive the machine."""
    database = settings.DATABASES["default"]
    if "FOLDER" not in database:
        yield
    else:
        database |= {"FOLDER": Path(os.environ[SHARED_FOLDER], "postgres"), "DURABLE": False}
        yield
        connections.close_all()
        server_in(database["FOLDER"], database["DURABLE"]).release()


@pytest.fixture(scope="session", autouse=True)
def no_rate_limit():
    """Tests ask as often as they like; those of the limit itself set one."""
    with override_settings(HAMRIN_RATE_LIMIT=[]):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_without_collectstatic(tmp_path_factory):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": plain}, STATIC_ROOT=tmp_path_factory.mktemp("static")
    ):
        yield


@pytest.fixture
def articles(transactional_db, settings, tmp_path):
    """The coded articles as `make demo` publishes them."""
    settings.HAMRIN_DATA = tmp_path
    load_articles()


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: install the package `chromium` of your system, or run `make test`.")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS + sandbox)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page whose test fails if a script or the content security policy complained."""
    complaints = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        # What the page said last has arrived when it answers once more.
        page.evaluate("document.readyState")
    assert complaints == []
