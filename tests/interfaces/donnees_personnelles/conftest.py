"""People known everywhere, and the whole database as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests.factories.connus import Connus, plant_everywhere

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def connus(db: None) -> Connus:
    """A person and an account that every model knows."""
    return plant_everywhere()


@pytest.fixture
def dump() -> Callable[[], str]:
    """Return a function that reads the whole database as text: every row of every table."""

    def read() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select tablename from pg_tables where schemaname = 'public'")
            tables = [name for (name,) in cursor.fetchall()]
            rows: list[str] = []
            for table in tables:
                cursor.execute(f'select t::text from "{table}" t')
                rows += [row for (row,) in cursor.fetchall()]
        return "\n".join(rows)

    return read
