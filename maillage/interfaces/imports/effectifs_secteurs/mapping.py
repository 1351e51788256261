"""From typed lines to the headcounts of the SIAE."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maillage.interfaces.imports.outcomes import tell
from maillage.interfaces.imports.reading.columns import normalise
from maillage.references.structures.models import Secteur
from maillage.references.structures.services.effectifs_secteurs import record_effectifs_secteurs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.effectifs_secteurs.reader import LigneTable
    from maillage.interfaces.imports.source import Context, Outcome


def open_mapper(context: Context) -> Callable[[Sequence[LigneTable]], list[Outcome]]:
    """Read the sectors once, then record lines by slices."""
    pairs = Secteur.objects.values_list("code", "libelle")
    secteurs = {normalise(name): code for code, libelle in pairs for name in (code, libelle)}

    def record(lines: Sequence[LigneTable]) -> list[Outcome]:
        lignes = [
            replace(line.effectif, secteur=secteurs.get(normalise(line.effectif.secteur), line.effectif.secteur))
            for line in lines
        ]
        done = record_effectifs_secteurs(lignes=lignes, actor=context.actor, on=context.on, source=context.provenance)
        return tell(done)

    return record
