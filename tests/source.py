"""The files of the project, as the consistency tests read them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = ("config", "maillage", "tests")


@cache
def files(*folders: str, suffix: str = ".py") -> tuple[Path, ...]:
    """Return the project's files with this suffix under these folders, migrations aside."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob(f"*{suffix}")))
    return tuple(path for path in found if not {"migrations", "__pycache__"} & set(path.parts))


@cache
def text(path: Path) -> str:
    return path.read_text()


def name(path: Path) -> str:
    """Return how a failing test names a file."""
    return str(path.relative_to(ROOT))
