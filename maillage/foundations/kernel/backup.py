"""Copies of the whole database, taken and put back with PostgreSQL's own programs."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from maillage.foundations.kernel.database import EmbeddedPostgresError, find_binaries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class BackupError(RuntimeError):
    """The copy could not be taken or put back; nothing was changed. The message is French."""


def dump(url: str, file: Path) -> None:
    """Write the database at `url` to `file`, in PostgreSQL's custom format; the file is complete or absent."""
    draft = file.with_name(f"{file.name}.partiel")
    try:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Put `file` in the place of the database at `url`.

    It is restored beside it under another name, and takes its name only once complete, in one transaction: a broken
    file changes nothing. The database that was there is then dropped.
    """
    name = str(conninfo_to_dict(url)["dbname"])
    fresh, old = f"{name}_restauration", f"{name}_avant_restauration"
    with _maintenance(url) as connection:
        _execute(connection, "drop database if exists {} with (force)", fresh)
        _execute(connection, "create database {} template template0", fresh)
        try:
            options = ("--exit-on-error", "--no-owner", "--no-privileges", str(file))
            _run("pg_restore", make_conninfo(url, dbname=fresh), *options)
        except BackupError:
            _execute(connection, "drop database {} with (force)", fresh)
            raise
        _execute(connection, "drop database if exists {} with (force)", old)
        _execute(connection, "alter database {} allow_connections false", name)
        try:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
            with connection.transaction():
                _execute(connection, "alter database {} rename to {}", name, old)
                _execute(connection, "alter database {} rename to {}", fresh, name)
        except psycopg.Error:
            _execute(connection, "alter database {} allow_connections true", name)
            raise
        _execute(connection, "drop database {} with (force)", old)


@contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupError(f"La base n’a pas été remplacée : {error}") from error


def _execute(connection: psycopg.Connection, query: str, *names: str) -> None:
    connection.execute(sql.SQL(query).format(*map(sql.Identifier, names)))


def _run(tool: str, url: str, *arguments: str) -> None:
    """Run a program on the database at `url`; the password goes by the environment, which others cannot read."""
    address = conninfo_to_dict(url)
    environment = os.environ | {"PGPASSWORD": str(address.pop("password", ""))}
    try:
        program = find_binaries() / tool
    except EmbeddedPostgresError as error:
        raise BackupError(str(error)) from error
    done = subprocess.run(
        [program, f"--dbname={make_conninfo('', **address)}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"« {tool} » a échoué, rien n’a été changé :\n{done.stderr.strip()[-2000:]}")
