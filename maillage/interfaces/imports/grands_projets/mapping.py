"""From typed lines to the sheets of great projects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.source import Outcome
from maillage.references.economie.services.projets import register_projet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.grands_projets.reader import LigneProjet
    from maillage.interfaces.imports.source import Context


def open_mapper(context: Context) -> Callable[[Sequence[LigneProjet]], list[Outcome]]:
    """Register projects one by one: they are few, and each is a sheet of its own."""

    def register(line: LigneProjet) -> Outcome:
        fiche = replace(line.fiche, source=line.fiche.source or context.provenance)
        try:
            with transaction.atomic():
                return Outcome(register_projet(fiche=fiche, etat=line.etat, actor=context.actor, on=context.on))
        except Refused as refused:
            return Outcome(None, refused.refusals)

    return lambda lines: [register(line) for line in lines]
