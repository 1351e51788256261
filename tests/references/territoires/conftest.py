"""Île-de-France, loaded once per session and copied in each test that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.territoires import RegionCopiee, copy_region

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def ile_de_france_copiee(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> RegionCopiee:
    with django_db_blocker.unblock():
        return copy_region("11")


@pytest.fixture
def ile_de_france(ile_de_france_copiee: RegionCopiee, db: None) -> None:
    """The region as `load_territoires` leaves it."""
    ile_de_france_copiee.pour()
