"""Copies of the database, and `manage.py db`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import CommandError, call_command

from maillage.foundations.kernel import backup

if TYPE_CHECKING:
    from django.conf import LazySettings

    from maillage.foundations.kernel.database import EmbeddedPostgres


def rows(server: EmbeddedPostgres) -> list[tuple[int]]:
    with psycopg.connect(server.url) as connection:
        return connection.execute("select numero from ligne order by 1").fetchall()


def execute(server: EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute(text)


def databases(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url) as connection:
        found = connection.execute("select datname from pg_database where not datistemplate order by 1").fetchall()
    return [name for (name,) in found]


@pytest.fixture
def filled(server: EmbeddedPostgres) -> EmbeddedPostgres:
    server.start()
    execute(server, "create table ligne as select generate_series(1, 3) as numero")
    return server


def test_copy_replaces_the_database_even_in_use(filled: EmbeddedPostgres, folder: Path) -> None:
    backup.dump(filled.url, folder / "copie")
    execute(filled, "delete from ligne where numero > 1")
    with psycopg.connect(filled.url) as other:
        other.execute("select 1")
        backup.restore(filled.url, folder / "copie")
        with pytest.raises(psycopg.OperationalError):
            other.execute("select 1")
    assert rows(filled) == [(1,), (2,), (3,)]
    assert databases(filled) == ["maillage", "postgres"]


@pytest.mark.parametrize("kept", [0, 100, 0.5], ids=["empty", "header", "half"])
def test_broken_copy_changes_nothing(filled: EmbeddedPostgres, folder: Path, kept: float) -> None:
    copy = folder / "copie"
    backup.dump(filled.url, copy)
    content = copy.read_bytes()
    copy.write_bytes(content[: int(kept * len(content)) if kept < 1 else int(kept)])
    execute(filled, "delete from ligne where numero > 1")
    with pytest.raises(backup.BackupError, match=r"« pg_restore » a échoué, rien n’a été changé"):
        backup.restore(filled.url, copy)
    assert rows(filled) == [(1,)]
    assert databases(filled) == ["maillage", "postgres"]


def test_failed_dump_leaves_an_older_copy_alone(filled: EmbeddedPostgres, folder: Path) -> None:
    copy = folder / "copie"
    copy.write_text("la copie d’hier")
    with pytest.raises(backup.BackupError, match="pg_dump"):
        backup.dump(filled.url.replace("/maillage?", "/absente?"), copy)
    assert copy.read_text() == "la copie d’hier"
    assert [path for path in folder.iterdir() if path.is_file()] == [copy]


def db(*arguments: str) -> str:
    out = StringIO()
    call_command("db", *arguments, stdout=out)
    return out.getvalue()


def test_command_starts_tells_copies_and_stops(
    server: EmbeddedPostgres, settings: LazySettings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDED_POSTGRES, settings.MAILLAGE_DB_ROLE = server, ""
    copy = str(folder / "copie")
    assert "PostgreSQL est arrêté" in db("status")
    assert server.url in db("start")
    assert f"PostgreSQL tourne (processus {server.status().pid})" in db("status")
    assert copy in db("dump", copy)
    assert copy in db("restore", copy)
    assert db("stop") == "PostgreSQL est arrêté.\n"
    assert db("stop") == "PostgreSQL ne tournait pas.\n"


def test_command_leaves_a_server_of_others_alone_but_copies_it(
    filled: EmbeddedPostgres, settings: LazySettings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDED_POSTGRES, settings.MAILLAGE_DB_ROLE = None, ""
    monkeypatch.setenv("DATABASE_URL", filled.url)
    assert {db(action) for action in ("start", "stop", "status")} == {
        "DATABASE_URL est définie : ce serveur est géré ailleurs, il n’y a rien à faire ici.\n"
    }
    db("dump", str(folder / "copie"))
    execute(filled, "delete from ligne")
    db("restore", str(folder / "copie"))
    assert rows(filled) == [(1,), (2,), (3,)]


def test_command_says_that_a_file_is_missing(server: EmbeddedPostgres, settings: LazySettings, folder: Path) -> None:
    settings.EMBEDDED_POSTGRES = server
    with pytest.raises(CommandError, match="n’existe pas"):
        db("restore", str(folder / "absent"))
