"""Hamrin on this machine, ready to look at: coded articles, three accounts and a web server."""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError, call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection, connections, transaction
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.utils.crypto import get_random_string
from gunicorn.app.base import BaseApplication

from config.roles import ensure_roles

HOST = "127.0.0.1"
#: Static files that no page uses, which are half of all.
UNUSED_STATIC = ["redoc", "rest_framework"]
ACCOUNTS = {"curator": "Curator", "reviewer": "Reviewer", "reviewer2": "Reviewer"}
WELCOME = """
Hamrin is running.

  Site      {site}/
  API       {site}/api/v1/docs/
  Admin     {site}/admin/

Accounts for the admin:

{accounts}

Press Ctrl-C to stop."""


class Command(BaseCommand):
    help = "Prepare the data folder, load and publish the coded articles, and serve them on this machine."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="Where to serve (8000).")

    def handle(self, *, port, **options):
        check_port_is_free(port)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit())
        self.tell(f"Collecting style sheets and scripts in {settings.STATIC_ROOT} …")
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_STATIC)
        self.tell("Starting the database …")
        connection.ensure_connection()
        self.tell("Bringing its tables up to date …")
        migrate()
        ensure_roles()
        self.tell("Making the accounts …")
        passwords = kept_passwords(settings.HAMRIN_DATA / "demo-accounts.json")
        accounts = [f"  {name:<10}{ensure_account(name, group, passwords[name])}" for name, group in ACCOUNTS.items()]
        load_articles(self.tell)
        connections.close_all()
        self.tell("Starting the web server …")

        def welcome(arbiter):
            # A closed terminal stops the site; gunicorn by itself would take SIGHUP for a wish to reload.
            signal.signal(signal.SIGHUP, lambda *_: arbiter.signal(signal.SIGTERM, None))
            self.tell(WELCOME.format(site=f"http://{HOST}:{port}", accounts="\n".join(accounts)))

        Site(f"{HOST}:{port}", welcome).run()

    def tell(self, text):
        """Write at once, before the workers inherit what is not yet written."""
        self.stdout.write(text)
        self.stdout.flush()


class Site(BaseApplication):
    """Gunicorn inside this process, which so stays the one that holds the database server."""

    def __init__(self, bind, when_ready):
        self.settings = {
            "bind": bind,
            "when_ready": when_ready,
            # One process, so that all its threads count what readers ask in one memory (see CACHES in the settings).
            "workers": 1,
            # A long download holds one thread; a worker without threads would be taken for dead after 30 seconds.
            "worker_class": "gthread",
            "threads": 8,
            "graceful_timeout": 5,
            # An address that is too long is refused by the API in its own words.
            "limit_request_line": 0,
            "loglevel": "error",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self):
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self):
        return get_internal_wsgi_application()


def migrate():
    """Bring the tables up to date; raise CommandError if an unreleased version of Hamrin made them."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except InconsistentMigrationHistory as error:
        raise CommandError(
            f"The database in {settings.HAMRIN_DATA} was made by an older, unreleased version of Hamrin and cannot be "
            "brought up to date. Use another folder, as in `make demo HAMRIN_DATA=/a/folder`, or remove this one."
        ) from error


def check_port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken: choose another, as in `make demo PORT=8123`.") from error


@transaction.atomic
def load_articles(tell: Callable[[str], None] = lambda step: None) -> None:
    """Load and publish the fixtures into a database without articles; a later start keeps what curators changed.

    `tell` gets a line before each step.
    """
    if not apps.get_model("sources", "Article").objects.exists():
        tell("Loading the coded articles …")
        call_command("loaddata", *sorted(settings.BASE_DIR.glob("fixtures/*.json")), verbosity=0)
        tell("Publishing them …")
        call_command("publish", approved=True, verbosity=0)


def kept_passwords(path):
    """The first passwords of the accounts, chosen once and readable by the present user only."""
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump({name: get_random_string(12) for name in ACCOUNTS}, file)
    return json.loads(path.read_text())


def ensure_account(name, group, password):
    """Create the account unless it exists, and return what to tell of its password."""
    user, created = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
    if created:
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=group))
        return password
    return password if user.check_password(password) else "(the password was changed)"
