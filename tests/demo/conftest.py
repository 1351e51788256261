"""The fictional region, loaded once for all the tests that look at it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

SMALL = 0.04  # share of the persons that a module gets, unless it asks for all by its own `ECHELLE`


@pytest.fixture(scope="module")
def region_demo(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Run `manage.py demo` in a transaction that each test nests in; return what it wrote on the terminal."""
    with django_db_blocker.unblock(), transaction.atomic():
        output = io.StringIO()
        call_command("demo", echelle=getattr(request.module, "ECHELLE", SMALL), stdout=output)
        yield output.getvalue()
        transaction.set_rollback(True)
