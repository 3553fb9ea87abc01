"""What a load balancer is told."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

from tests.config.processes import run

ASK_WITHOUT_DATABASE = """
import django
django.setup()
from django.test import Client
response = Client(SERVER_NAME="localhost").get("/readyz")
print(response.status_code, response.content.decode(), end="")
"""


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"Up.\n")


@pytest.mark.django_db
def test_readyz_answers_when_every_migration_is_in_the_database(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"Ready.\n")


@pytest.mark.django_db
def test_readyz_fails_when_a_migration_is_missing(client):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    response = client.get("/readyz")
    sentence = b"The database lacks migrations: run `python manage.py migrate`.\n"
    assert (response.status_code, response.content) == (503, sentence)


def test_readyz_fails_when_the_database_does_not_answer(tmp_path):
    result = run(
        "-c",
        ASK_WITHOUT_DATABASE,
        DATABASE_URL=f"postgresql://hamrin@{str(tmp_path).replace('/', '%2F')}/hamrin",
        DJANGO_SETTINGS_MODULE="config.settings",
        HAMRIN_DATA=tmp_path,
    )
    assert result.stdout == "503 The database does not answer.\n"


def test_health_is_never_cached(client):
    assert "no-store" in client.get("/healthz")["Cache-Control"]


def test_every_answer_has_the_strict_content_security_policy(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'self'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]
