"""Write the local employers: establishments only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.foundations.kernel.errors import Refusal
from maillage.references.economie.models import Employeur
from maillage.references.economie.services.ecriture import begin, merge, trace, write
from maillage.references.territoires.queries.communes import Lien, get_annuaire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.economie.services.ecriture import Result


@dataclass(frozen=True, slots=True)
class LigneEmployeur:
    """An establishment; `commune` is an INSEE code of this or an earlier COG."""

    siret: str
    denomination: str
    commune: str
    naf: str = ""
    tranche: str = ""
    intentions: int | None = None
    annee: int | None = None


@transaction.atomic
def record_employeurs(*, lignes: Sequence[LigneEmployeur], actor: User | None, on: date, source: str) -> list[Result]:
    """Keep establishments by SIRET; one whose commune is not loaded is refused and stops no other."""
    begin(actor)
    annuaire = get_annuaire()
    refusals, wanted = {}, {}
    for position, ligne in enumerate(lignes):
        found = annuaire.find(ligne.commune)
        if not found.unites:
            message = f"La commune « {ligne.commune} » n’est pas dans le découpage chargé."
            refusals[position] = Refusal("commune_inconnue", message, "commune")
        elif found.lien == Lien.VILLE:
            message = (
                f"La commune {ligne.commune} est suivie par arrondissement\u202f: donnez celui de l’établissement."
            )
            refusals[position] = Refusal("ville_a_arrondissements", message, "commune")
        else:
            wanted[position] = Employeur(
                siret=ligne.siret,
                denomination=ligne.denomination,
                commune_id=found.unites[0].pk,
                naf=ligne.naf,
                tranche=ligne.tranche,
                intentions=ligne.intentions,
                annee=ligne.annee,
                source=source,
            )
    here = Employeur.objects.filter(siret__in=[ligne.siret for ligne in lignes])
    figures = ("denomination", "commune_id", "naf", "tranche", "intentions", "annee", "source")
    changes = write(here, wanted, key=("siret",), figures=figures)
    rows = {row.siret: row for row in here.all()}
    subjects = {position: rows[row.siret] for position, row in wanted.items()}
    trace("economie.record_employeur", changes, subjects, actor=actor, on=on, source=source)
    return merge(len(lignes), changes, refusals)
