"""The parts that the rooms above add to the sheet of a person.

An `AppConfig` names the questions that fill them, dotted paths of functions `(user, personne, on) -> Volet | None`:

    volets_personne = ("maillage.domains.parcours.queries.volets.titre",)

Each answers in a number of queries that does not depend on the rows, and None when this account has nothing to see
there. A part never shows more than the sheet of the same room would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


@dataclass(frozen=True, slots=True)
class Volet:
    """A section of the sheet: `code` is its anchor, `template` shows it with `contexte`; the lowest `ordre` first.

    `alerte` is a sentence that must be read before all the rest: it stands at the top of the page.
    """

    code: str
    titre: str
    template: str
    ordre: int
    contexte: Mapping[str, Any] = field(default_factory=dict)
    alerte: str = ""


def list_volets(user: User, personne: Personne, on: date) -> list[Volet]:
    """Return the parts of the sheet that this account may see."""
    found = [
        volet
        for config in apps.get_app_configs()
        for path in getattr(config, "volets_personne", ())
        if (volet := import_string(path)(user, personne, on)) is not None
    ]
    return sorted(found, key=lambda volet: volet.ordre)
