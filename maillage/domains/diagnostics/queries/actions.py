"""What the rooms above offer to do from the sheet of a territory.

An `AppConfig` names its questions, dotted paths of functions `(user, niveau, code) -> Iterable[(label, address)]`:

    actions_territoire = ("maillage.domains.offre.queries.actions.list_actions",)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Iterator


def list_actions(user: Any, niveau: str, code: str) -> Iterator[tuple[str, str]]:
    """Yield what this person may do for a territory, as (label, address), in the order of the rooms."""
    for config in apps.get_app_configs():
        for path in getattr(config, "actions_territoire", ()):
            yield from import_string(path)(user, niveau, code)
