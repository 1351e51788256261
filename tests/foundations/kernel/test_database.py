"""The embedded server survives what happens to servers."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from maillage.foundations.kernel import database
from maillage.foundations.kernel.database import EmbeddedPostgres, EmbeddedPostgresError
from maillage.foundations.kernel.processes import postgres_in
from tests.waiting import wait_until

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")
START = """
import sys
from pathlib import Path
from maillage.foundations.kernel.database import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start())
"""


def query(server: EmbeddedPostgres, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchall() if cursor.description else []


def processes_of(server: EmbeddedPostgres) -> list[int]:
    return postgres_in(server.data, server.account)


class Writer(threading.Thread):
    """Insert one row after the other, and remember those that the server said it had."""

    def __init__(self, server: EmbeddedPostgres, first: int) -> None:
        super().__init__()
        self.url, self.first = server.url, first
        self.acknowledged: list[int] = []

    def run(self) -> None:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True) as connection:
            for number in range(self.first, self.first + 1_000_000):
                connection.execute("insert into ligne values (%s)", [number])
                self.acknowledged.append(number)


@pytest.mark.parametrize("everything", [False, True], ids=["postmaster", "everything"])
def test_no_acknowledged_row_is_lost_by_kill_9(server: EmbeddedPostgres, everything: bool) -> None:
    server.start()
    query(server, "create table ligne (numero int primary key)")
    writers = [Writer(server, first) for first in (0, 1_000_000, 2_000_000)]
    for writer in writers:
        writer.start()
    wait_until(lambda: all(len(writer.acknowledged) > 100 for writer in writers))
    for pid in processes_of(server) if everything else [server.status().pid]:
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    for writer in writers:
        writer.join()
    server.start()
    kept = {number for (number,) in query(server, "select numero from ligne")}
    assert {number for writer in writers for number in writer.acknowledged} - kept == set()


def test_orphan_that_ignores_the_death_of_its_postmaster_is_ended(server: EmbeddedPostgres) -> None:
    server.start()
    busy = psycopg.connect(server.url, autocommit=True)
    pid = busy.info.backend_pid

    def spin() -> None:
        with suppress(psycopg.OperationalError):
            busy.execute("do $$ begin loop end loop; end $$")

    spinner = threading.Thread(target=spin)
    spinner.start()
    wait_until(lambda: query(server, f"select 1 from pg_stat_activity where pid = {pid} and state = 'active'"))
    postmaster = server.status().pid
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    server.start()
    spinner.join()
    busy.close()
    assert pid not in processes_of(server)
    assert query(server, "select 1") == [(1,)]


@pytest.mark.parametrize("content", ["", "1", "garbage\n", "{mine}\n", "{zombie}\n", "999999999\n"])
def test_pid_file_that_lies_does_not_prevent_the_start(server: EmbeddedPostgres, content: str) -> None:
    server.start()
    server.stop()
    zombie = subprocess.Popen(["true"])
    wait_until(lambda: Path(f"/proc/{zombie.pid}/stat").read_text().split()[2] == "Z")
    pid_file = server.data / "postmaster.pid"
    pid_file.write_text(content.format(mine=os.getpid(), zombie=zombie.pid))
    server.start()
    zombie.wait()
    assert query(server, "select 1") == [(1,)]


def test_four_cold_starts_at_once_make_one_cluster(server: EmbeddedPostgres) -> None:
    command = [sys.executable, "-c", START, str(server.home)]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {start.communicate()[0].strip() for start in starts} == {server.url}
    assert [start.returncode for start in starts] == [0] * 4
    assert server.status().pid in processes_of(server)


def test_running_server_is_found_without_starting_any_process(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", None)
        assert EmbeddedPostgres(server.home).start() == server.url


def test_data_survive_a_restart(server: EmbeddedPostgres) -> None:
    server.start()
    query(server, "create table ligne as select 7 as numero")
    assert server.stop() is True
    assert server.status().pid is None
    assert server.stop() is False
    server.start()
    assert query(server, "select numero from ligne") == [(7,)]


def test_path_longer_than_a_socket_address(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("d" * 60) / ("e" * 60) / "postgres")
    server.start()
    try:
        assert query(server, "select 1") == [(1,)]
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.socket_folder)


def test_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("d" * 100) / "postgres")
    server.socket_folder.symlink_to(folder)
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"n’est pas à ce compte"):
            server.start()
    finally:
        server.socket_folder.unlink()


def test_interrupted_creation_is_begun_again(server: EmbeddedPostgres) -> None:
    server.home.mkdir()
    (server.home / "data.new").mkdir()
    (server.home / "data.new" / "PG_VERSION").write_text("18")
    server.start()
    assert query(server, "select 1") == [(1,)]


def test_data_of_another_version_are_left_alone(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match=r"sont de PostgreSQL 17, le programme installé est PostgreSQL 18"):
        server.start()


def test_environment_of_the_person_does_not_divert_the_server(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "elsewhere.invalid", "PGDATA": "/nowhere", "PGUSER": "me"}.items():
        monkeypatch.setenv(name, value)
    server.start()
    assert query(server, "select current_user::text, current_database()::text") == [("postgres", "maillage")]


def test_server_speaks_utf8_and_french(server: EmbeddedPostgres) -> None:
    server.start()
    assert query(server, "select upper('évry'), to_tsvector('chantiers d’insertion')::text") == [
        ("ÉVRY", "'chanti':1 'insert':3")
    ]


def test_nobody_else_can_enter(server: EmbeddedPostgres) -> None:
    server.start()
    folders = (server.home, server.data, server.socket_folder)
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700, 0o700]


def test_account_without_a_name_is_told_what_to_do(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    with monkeypatch.context() as patch:
        patch.setattr(pwd, "getpwuid", nobody)
        with pytest.raises(EmbeddedPostgresError, match=r"n’a pas de nom sur cette machine.*DATABASE_URL"):
            server.start()


def test_forgetful_server_waits_for_no_disk(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.start()
    try:
        assert query(server, "show fsync") == [("off",)]
    finally:
        server.stop()


@AS_ROOT
def test_folder_of_another_account_is_refused(server: EmbeddedPostgres) -> None:
    server.home.mkdir()
    os.chown(server.home, 12345, 12345)
    with pytest.raises(EmbeddedPostgresError, match=r"n’est pas à ce compte.*MAILLAGE_VAR"):
        server.start()


@AS_ROOT
def test_private_folder_of_root_is_left_private(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ELSEWHERE", folder / "lib")
    private = folder / "home"
    private.mkdir(mode=0o700)
    server = EmbeddedPostgres(private / "var")
    server.start()
    try:
        assert server.status().folder.parent.parent == folder / "lib"
        assert private.stat().st_mode & 0o777 == 0o700
        private.chmod(0o755)
        assert EmbeddedPostgres(private / "var").data == server.data  # never a second, empty cluster
    finally:
        server.stop()


@AS_ROOT
def test_programs_in_a_private_folder_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = database.find_binaries().parent.parent
    private = folder / "home"
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, private / source.name, symlinks=True)
    private.chmod(0o700)
    monkeypatch.setenv("MAILLAGE_PG_BIN", str(private / package.name / "pginstall" / "bin"))
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        assert query(server, "select 1") == [(1,)]
        assert private.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
