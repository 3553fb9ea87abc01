"""What the environment may say, and what is said to it."""

import ast
import re

import pytest

from tests.config.processes import run


def test_secret_key_is_made_once_and_readable_by_oneself_only(tmp_path):
    show = ("manage.py", "shell", "--no-imports", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    first, second = run(*show, HAMRIN_DATA=tmp_path), run(*show, HAMRIN_DATA=tmp_path)
    assert first.stdout == second.stdout == (tmp_path / "secret_key").read_text() + "\n"
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_data_folder_that_cannot_be_written_is_named_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    result = run("manage.py", "check", HAMRIN_DATA=data)
    assert (result.returncode, result.stderr) == (
        1,
        f"The secret key cannot be kept in {data}/secret_key: Not a directory. "
        "Set HAMRIN_DATA to a folder that you may write to, or HAMRIN_SECRET_KEY to a key of your own.\n",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"HAMRIN_DEBUG": "perhaps"}, 'Environment variable "HAMRIN_DEBUG" invalid: Not a valid boolean.'),
        (
            {"HAMRIN_RATE_LIMIT": "lots"},
            "HAMRIN_RATE_LIMIT cannot be “lots”: write “off”, or one rate for each of some spans "
            "(second, minute, hour, day), such as 300/minute,20000/day.",
        ),
        ({"HAMRIN_HTTPS": "true"}, 'Environment variable "HAMRIN_SECRET_KEY" not set'),
        (
            {"DATABASE_URL": "sqlite:///hamrin.db"},
            "DATABASE_URL must name a PostgreSQL server: postgresql://user:password@host:port/name",
        ),
        (
            {"DATABASE_REPLICA_URL": "mysql://db.example.org/hamrin"},
            "DATABASE_REPLICA_URL must name a PostgreSQL server: postgresql://user:password@host:port/name",
        ),
        (
            {"HAMRIN_CACHE_URL": "file:///tmp/cache"},
            "HAMRIN_CACHE_URL must name a Redis or Memcached server: redis://host:6379/0",
        ),
    ],
)
def test_wrong_environment_is_reported_in_one_sentence(tmp_path, changes, sentence):
    result = run("manage.py", "check", HAMRIN_DATA=tmp_path, **changes)
    assert (result.returncode, result.stderr) == (1, f"{sentence}\n")


def test_readers_are_served_by_the_replica_with_limits_beside_its_own_options(tmp_path):
    show = "from django.db import connections; print(connections['reading'].get_connection_params())"
    url = "postgresql://reader:secret@replica.example.org:5433/hamrin?sslmode=require&options=-c%20work_mem%3D8MB"
    result = run(
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        show,
        HAMRIN_DATA=tmp_path,
        DATABASE_URL="postgresql://hamrin@db.example.org/hamrin",
        DATABASE_REPLICA_URL=url,
        HAMRIN_QUERY_SECONDS="2.5",
    )
    found = ast.literal_eval(re.sub(r"<[^>]*>", "None", result.stdout))
    assert (found["host"], found["port"], found["user"], found["sslmode"]) == (
        "replica.example.org",
        5433,
        "reader",
        "require",
    )
    assert found["options"] == "-c work_mem=8MB -c statement_timeout=2500 -c default_transaction_read_only=on"
