"""The databases of a run of the tests: migrated once, copied by each process; the fictional region, loaded once too."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from psycopg import sql

from maillage.foundations.kernel import privileges

# Nobody works in these two: one must be alone with a database to copy it.
MIGRATED, DEMO = "test_maillage_modele", "test_maillage_modele_demo"


def program_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a program that works on the database of the test, under the real settings."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": current_url()} | variables


def current_url(name: str = "") -> str:
    """Return its address, be it embedded or given by DATABASE_URL; with a name, that of its neighbour."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    account = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{account}@{port}/{name or database['NAME']}?host={quote(host, safe='')}"


@contextlib.contextmanager
def once(folder: Path, name: str) -> Iterator[bool]:
    """Tell whether this process comes first in the run, whose folder it is; the others wait until it has done."""
    done = folder / f"{name}.fait"
    with (folder / f"{name}.verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


def migrate_once(folder: Path) -> None:
    """Make the database that the processes of the run copy: migrated, the application's role given its rights."""
    test = connection.settings_dict["TEST"]
    with once(folder, MIGRATED) as first:
        if first:
            before, own = connection.settings_dict["NAME"], test["NAME"]
            test["NAME"] = MIGRATED
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            privileges.grant()
            connection.close()
            connection.settings_dict["NAME"], test["NAME"] = before, own
    test["TEMPLATE"] = MIGRATED


def copy(template: str, name: str) -> None:
    """Make a database as another one is, in the place of what had its name."""
    drop(name)
    _administer("create database {} template {} strategy file_copy", name, template)


def drop(name: str) -> None:
    """Drop a database, be there one and whoever listens."""
    _administer("drop database if exists {} with (force)", name)


def _administer(statement: str, *names: str) -> None:
    with psycopg.connect(current_url("postgres"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def working_in(name: str) -> Iterator[None]:
    """Point the connections of this process, those of its live server included, at another database."""
    before = connection.settings_dict["NAME"]
    _point_at(name)
    try:
        yield
    finally:
        _point_at(before)


def _point_at(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
