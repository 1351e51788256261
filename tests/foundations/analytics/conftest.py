from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def entrepot(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A warehouse of one's own, where nothing was published."""
    settings.MAILLAGE_ENTREPOT = tmp_path / "entrepot"
    return settings.MAILLAGE_ENTREPOT  # type: ignore[no-any-return]
