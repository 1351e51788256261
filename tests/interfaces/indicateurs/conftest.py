from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from maillage.foundations.analytics import warehouse
from tests.factories.entrepot import fill_region

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def entrepot(settings: SettingsWrapper, tmp_path: Path) -> None:
    """A warehouse of one's own, where nothing was published."""
    settings.MAILLAGE_ENTREPOT = tmp_path / "entrepot"


@pytest.fixture
def publie(db: None) -> None:
    """A small region, published."""
    fill_region()
    warehouse.publish()
