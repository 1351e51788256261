"""The French words of the codes that the journals keep: acts and screens, as the rooms declare them.

An `AppConfig` says them in `actes` and `ecrans`, as it does its menu:

    actes = {"personnes.create": "création du dossier"}
    ecrans = {"personnes:detail": "dossier"}

A code that no room explains is shown as it is: a journal hides nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Mapping


def act_label(code: str) -> str:
    """Return what an act is called on screen."""
    return acts().get(code, code)


def screen_label(code: str) -> str:
    """Return what a screen that shows persons is called."""
    return _declared("ecrans").get(code, code)


def acts() -> Mapping[str, str]:
    """Return every act that the rooms explain, by its code."""
    return _declared("actes")


@cache
def _declared(attribute: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, attribute, {})
    return found
