"""`manage.py demo`: once as a real process, and the promises it makes to whoever starts it again."""

import socket
import urllib.request
from itertools import takewhile

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from config.management.commands import demo
from tests.config.processes import postmaster, start
from tests.sources.factories import ArticleFactory


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_a_database_of_an_unreleased_version_is_refused_in_a_sentence(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'records'")
    with pytest.raises(CommandError, match="was made by an older, unreleased version of Hamrin"):
        demo.migrate()


def test_demo_serves_until_it_is_told_to_stop(tmp_path):
    port = free_port()
    with start("manage.py", "demo", "--port", port, HAMRIN_DATA=tmp_path) as process:
        try:
            output = list(takewhile("Press Ctrl-C to stop.\n".__ne__, process.stdout))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as response:
                assert response.read() == b"Ready.\n"
        finally:
            process.terminate()
        assert process.wait(60) == 0
    assert f"  Admin     http://127.0.0.1:{port}/admin/\n" in output
    steps = [line.rstrip(" …\n") for line in output if line.endswith("…\n")]
    assert steps == [
        f"Collecting style sheets and scripts in {tmp_path / 'static'}",
        "Starting the database",
        "Bringing its tables up to date",
        "Making the accounts",
        "Loading the coded articles",
        "Publishing them",
        "Starting the web server",
    ]
    assert postmaster(tmp_path / "postgres") is None


def test_demo_says_that_the_port_is_taken_before_it_does_anything():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"^Port {port} is taken: choose another, as in `make demo PORT=8123`.$"):
            call_command("demo", port=port)


@pytest.mark.django_db
def test_second_start_loads_nothing_over_the_work_of_curators():
    article = ArticleFactory()
    demo.load_articles(pytest.fail)
    assert list(apps.get_model("sources", "Article").objects.all()) == [article]


def test_passwords_are_chosen_once_and_readable_by_oneself_only(tmp_path):
    path = tmp_path / "accounts.json"
    assert demo.kept_passwords(path) == demo.kept_passwords(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_account_belongs_to_its_group_and_may_enter_the_admin():
    demo.ensure_account("curator", "Curator", "first")
    user = User.objects.get(username="curator")
    assert (user.is_staff, user.is_superuser, user.groups.get().name) == (True, False, "Curator")


@pytest.mark.django_db
def test_changed_password_is_neither_reset_nor_shown():
    assert demo.ensure_account("curator", "Curator", "first") == "first"
    user = User.objects.get(username="curator")
    user.set_password("second")
    user.save()
    assert demo.ensure_account("curator", "Curator", "first") == "(the password was changed)"
    user.refresh_from_db()
    assert user.check_password("second")
