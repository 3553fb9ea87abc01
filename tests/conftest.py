"""What every test may use: a database server of the suite's own, and a browser that tolerates no error on a page."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from playwright.sync_api import sync_playwright

from config.management.commands.demo import load_articles
from config.postgres.server import server_in
from config.roles import ensure_roles
from reading.routing import ALIAS
from tests.kept import kept
from tests.theatre import published_theatre

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


# A slow machine finds no fault in the project.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


def pytest_configure(config):
    """The first process of a run makes the folder that all its workers share."""
    if not hasattr(config, "workerinput"):
        # Not among pytest's own, which it closes to the user that PostgreSQL is under root.
        os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="hamrin-tests-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SHARED_FOLDER))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Without DATABASE_URL the workers share one server; nothing on it needs to outlive the machine."""
    database = settings.DATABASES["default"]
    embedded = "FOLDER" in database
    if embedded:
        for each in settings.DATABASES.values():
            each |= {"FOLDER": Path(os.environ[SHARED_FOLDER], "postgres"), "DURABLE": False}
    with django_db_blocker.unblock():
        database["TEST"]["TEMPLATE"] = made_template()
    yield
    connections.close_all()
    if embedded:
        server_in(database["FOLDER"], database["DURABLE"]).release()


def made_template():
    """Return the name of the migrated database that every worker's is a copy of; the first worker makes it."""
    name, done = "hamrin_test_template", Path(os.environ[SHARED_FOLDER], "template")
    with Path(os.environ[SHARED_FOLDER], "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            own = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
            connection.settings_dict["TEST"]["NAME"] = name
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            ensure_roles()
            connection.close()
            connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = own
            settings.DATABASES["default"]["NAME"] = own[0]
            done.touch()
    return name


@pytest.fixture(scope="session", autouse=True)
def no_rate_limit():
    """Tests ask as often as they like; those of the limit itself set one."""
    with override_settings(HAMRIN_RATE_LIMIT=[]):
        yield


@pytest.fixture(scope="session", autouse=True)
def one_connection():
    """Tests see what they have not committed; those of the readers' database take the fixture below."""
    with override_settings(DATABASE_ROUTERS=[]):
        yield


EMPTY_TABLES = """
DO $$
DECLARE name text; filled bool;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN (
        'django_migrations', 'django_content_type', 'auth_permission', 'auth_group', 'auth_group_permissions'
    ) LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def tables_emptied_after_commits():
    """What a test committed is deleted; Django would truncate every table, take longer, and lose the roles.

    Nor does this wait for a session that is still reading.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: connection.cursor().execute(EMPTY_TABLES))
        yield


@pytest.fixture
def readers_database(transactional_db, settings):
    """Serve readers as in earnest, from the alias `reading`. The test is marked with both databases."""
    settings.DATABASE_ROUTERS = ["reading.routing.Router"]
    yield connections[ALIAS]
    connections[ALIAS].close()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """No test is about how slowly a password is tried."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
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
    kept("articles", load_articles)


@pytest.fixture
def theatre(db):
    """A small theatre, published up to seq 16."""
    return published_theatre()


@pytest.fixture
def get(client):
    """Read an address of the API and return the answer's JSON; the status must be as expected."""

    def get(path, status=200, **parameters):
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == status, response.content
        return response.json()

    return get


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
