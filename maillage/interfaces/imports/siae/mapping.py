"""From typed lines to SIAE of the register: find the commune, then let `structures` write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.siae.situation import Situeur
from maillage.interfaces.imports.source import Outcome
from maillage.references.structures.models import Secteur
from maillage.references.structures.services.siae import register_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from maillage.interfaces.imports.siae.adresses import Commune
    from maillage.interfaces.imports.siae.reader import LigneSiae
    from maillage.interfaces.imports.source import Context
    from maillage.references.structures.rules import FicheSiae


def open_mapper(context: Context) -> Callable[[Sequence[LigneSiae]], list[Outcome]]:
    """Read the geography and the sectors once, then place and register lines by slices."""
    situeur = Situeur(on=context.on)
    pairs = Secteur.objects.values_list("code", "libelle")
    secteurs = {normalise(name): code for code, libelle in pairs for name in (code, libelle)}

    def register(lines: Sequence[LigneSiae]) -> list[Outcome]:
        situations = situeur.situate(lines)
        fiches = [
            _complete(line, situation.commune, secteurs)
            for line, situation in zip(lines, situations, strict=True)
            if situation.commune
        ]
        results = iter(register_batch(fiches=fiches, actor=context.actor, on=context.on, source=context.provenance))
        outcomes = []
        for situation in situations:
            if situation.commune is None:
                outcomes.append(Outcome(None, situation.refusals))
                continue
            result = next(results)
            change = None if result.change == "refuse" else result.change
            outcomes.append(Outcome(change, result.refusals, situation.warnings))
        return outcomes

    return register


def _complete(line: LigneSiae, commune: Commune, secteurs: Mapping[str, str]) -> FicheSiae:
    """Return the fiche with its commune, the département of its figures and the codes of its sectors."""
    return replace(
        line.fiche,
        commune_code=commune.code,
        departement=line.departement if line.fiche.annee else "",
        secteurs=tuple((secteurs.get(normalise(name), name), share) for name, share in line.secteurs),
    )
