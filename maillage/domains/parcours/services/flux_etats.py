"""Write the hours of each month that SIAE declared to the ASP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.models import Contrat, EtatMensuel
from maillage.domains.parcours.services.flux import CREE, INCHANGE, MODIFIE, Resultat, refuse, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.rules.flux import LigneEtat
    from maillage.references.accounts.models import User


def record_etats(*, lignes: Sequence[LigneEtat], actor: User | None, on: date, source: str) -> list[Resultat]:
    """Write the hours worked under contracts that are known; hours that the line does not know are left as they are."""
    with writing(actor=actor, on=on, source=source):
        contrats = {
            reference: (pk, debut, fin or prevue)
            for reference, pk, debut, fin, prevue in Contrat.objects.filter(
                reference__in={ligne.reference for ligne in lignes}
            ).values_list("reference", "pk", "debut", "fin", "fin_prevue")
        }
        known = {
            (each.contrat_id, each.mois): each
            for each in EtatMensuel.objects.filter(
                contrat_id__in={contrat[0] for contrat in contrats.values()},
                mois__in={ligne.mois for ligne in lignes},
            )
        }
        new: list[EtatMensuel] = []
        changed: list[EtatMensuel] = []
        results = [_take(ligne, contrats.get(ligne.reference), known, new, changed) for ligne in lignes]
        EtatMensuel.objects.bulk_create(new)
        EtatMensuel.objects.bulk_update(changed, ["heures"], batch_size=1000)
        return results


def _take(
    ligne: LigneEtat,
    contrat: tuple[int, date, date | None] | None,
    known: dict[tuple[int, date], EtatMensuel],
    new: list[EtatMensuel],
    changed: list[EtatMensuel],
) -> Resultat:
    if contrat is None:
        message = f"Le contrat {ligne.reference} n’est pas connu\u202f: importez d’abord la table ContratMission."
        return refuse("contrat_inconnu", message, "reference")
    pk, debut, avant = contrat
    if ligne.mois < debut.replace(day=1) or (avant is not None and ligne.mois >= avant):
        message = f"Le mois {ligne.mois:%m/%Y} est hors du contrat {ligne.reference}, qui commence le {debut:%d/%m/%Y}."
        return refuse("mois_hors_contrat", message, "mois")
    etat = known.get((pk, ligne.mois))
    if etat is None:
        etat = known[pk, ligne.mois] = EtatMensuel(contrat_id=pk, mois=ligne.mois, heures=ligne.heures)
        new.append(etat)
        return CREE
    if ligne.heures is None or etat.heures == ligne.heures:
        return INCHANGE
    etat.heures = ligne.heures
    if etat.pk is not None:
        changed.append(etat)
    return MODIFIE
