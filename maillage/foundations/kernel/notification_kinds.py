"""The kinds of notifications, as data that the rooms declare; importable before the models.

An `AppConfig` lists its kinds in `notifications` (`kernel.E007` refuses a code declared twice):

    notifications = (TypeNotification("imports.termine", "Un import long est terminé", "immediat"),)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.apps import apps


@dataclass(frozen=True, slots=True)
class TypeNotification:
    """A kind: its code (`<room>.<event>`), what it tells, how it is told to whoever chose nothing.

    `canal` is a value of `PreferenceNotification.Canal`. `permission`: only its holders are asked for a choice.
    """

    code: str
    label: str
    canal: Literal["application", "immediat", "quotidien"] = "application"
    permission: str | None = None


def kinds() -> dict[str, TypeNotification]:
    """Return every kind by its code, in the order of the rooms."""
    return {kind.code: kind for kind in declared()}


def declared() -> list[TypeNotification]:
    """Return the kinds as the rooms declare them."""
    return [kind for config in apps.get_app_configs() for kind in getattr(config, "notifications", ())]
