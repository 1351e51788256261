from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from maillage.foundations.kernel.database import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that every account may go through (those of pytest are private)."""
    with tempfile.TemporaryDirectory(prefix="maillage-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server of one's own, stopped; durable, as the real one."""
    server = EmbeddedPostgres(folder / "postgres")
    yield server
    server.stop()
