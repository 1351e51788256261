"""Write what SIAE declared to the ASP of the obstacles of their employees: counts, nobody named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.models import FreinDeclare
from maillage.domains.parcours.services.flux import CREE, INCHANGE, MODIFIE, Resultat, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.rules.flux import LigneAccompagnement
    from maillage.domains.parcours.services.flux_contrats import Annuaire
    from maillage.references.accounts.models import User


def record_freins(
    *, lignes: Sequence[LigneAccompagnement], annuaire: Annuaire, actor: User | None, on: date, source: str
) -> list[Resultat]:
    """Write the counts of each annexe: the last delivery is right, and what it does not know is left as it is."""
    with writing(actor=actor, on=on, source=source):
        known = {
            (row.annexe, row.frein): row
            for row in FreinDeclare.objects.filter(annexe__in={ligne.annexe for ligne in lignes})
        }
        kept: dict[tuple[str, str], FreinDeclare] = {}
        results = [_take(ligne, annuaire, known, kept, source) for ligne in lignes]
        FreinDeclare.objects.bulk_create(
            kept.values(),
            update_conflicts=True,
            unique_fields=["annexe", "frein"],
            update_fields=["siae", "debut", "fin", *FreinDeclare.COMPTES, "source"],
        )
        return results


def _take(
    ligne: LigneAccompagnement,
    annuaire: Annuaire,
    known: dict[tuple[str, str], FreinDeclare],
    kept: dict[tuple[str, str], FreinDeclare],
    source: str,
) -> Resultat:
    siae = annuaire.find(ligne.structure, ligne.type_siae)
    if isinstance(siae, Resultat):
        return siae
    created = changed = False
    for frein, counts in ligne.effectifs.items():
        key = ligne.annexe, frein
        row = known.get(key)
        if row is None:
            row = known[key] = FreinDeclare(annexe=ligne.annexe, frein=frein)
            created = True
        values = {"siae_id": siae, "debut": ligne.debut, "fin": ligne.fin, **counts}
        moved = {name: value for name, value in values.items() if value is not None and getattr(row, name) != value}
        if moved:
            for name, value in moved.items():
                setattr(row, name, value)
            row.source, kept[key], changed = source, row, True
    result = CREE if created else MODIFIE if changed else INCHANGE
    return Resultat(result.change, None, ligne.ecarts) if ligne.ecarts else result
