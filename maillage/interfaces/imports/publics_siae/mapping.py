"""From typed lines to the actuals of known SIAE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.offre.rules.publics import LigneRealisation
from maillage.domains.offre.services.realisations import record_realisations
from maillage.foundations.kernel.errors import Refusal
from maillage.interfaces.imports.source import Outcome
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.interfaces.imports.publics_siae.reader import LignePublics
    from maillage.interfaces.imports.source import Context


def open_mapper(context: Context) -> Callable[[Sequence[LignePublics]], list[Outcome]]:
    """Read the keys of the SIAE once, then record lines by slices."""
    rows = Siae.objects.values_list("organisation__siret", "type_siae", "pk")
    keys = {(siret, kind): pk for siret, kind, pk in rows}

    def record(lines: Sequence[LignePublics]) -> list[Outcome]:
        found = [keys.get((line.siret, line.type_siae)) for line in lines]
        wanted = [
            LigneRealisation(pk, line.annee, line.salaries, line.effectifs)
            for pk, line in zip(found, lines, strict=True)
            if pk is not None
        ]
        done = record_realisations(lignes=wanted, source=context.provenance, actor=context.actor, on=context.on)
        results = iter(enumerate(done.changes))
        outcomes = []
        for pk, line in zip(found, lines, strict=True):
            if pk is None:
                outcomes.append(Outcome(None, (_unknown(line),)))
                continue
            rank, change = next(results)
            outcomes.append(Outcome(None if change == "refuse" else change, done.refusals.get(rank, ())))
        return outcomes

    return record


def _unknown(line: LignePublics) -> Refusal:
    message = (
        f"Aucune SIAE {line.type_siae} ne porte le SIRET {line.siret}\u202f: importez d’abord la liste des SIAE, ou "
        "corrigez le SIRET ou le type."
    )
    return Refusal("siae_inconnue", message, "siret")
