"""Write the economic sheet of a dossier."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.offre.models import FicheEconomique, LigneEconomique
from maillage.domains.offre.rules.economie import ANNEES, NATURES
from maillage.domains.offre.services.dossiers import lock_modifiable
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import User


@dataclass(frozen=True, slots=True)
class FicheSaisie:
    """A plan as it is typed: amounts by (line, year), zero or absent being the same."""

    montants: Mapping[tuple[str, int], Decimal]
    etp: Mapping[int, Decimal | None]
    tresorerie: Decimal = Decimal(0)
    delais: Mapping[str, int] = field(default_factory=dict)
    hypotheses: str = ""


@transaction.atomic
def write_fiche(*, dossier: Dossier, fiche: FicheSaisie, actor: User) -> FicheEconomique:
    """Replace the economic sheet of a dossier that its carrier may change."""
    locked = lock_modifiable(dossier, actor)
    wrong = [
        key for key, montant in fiche.montants.items() if montant < 0 or key[0] not in NATURES or key[1] not in ANNEES
    ]
    if wrong:
        raise Refused(*(Refusal("montant_invalide", "Un montant est positif ou nul.", f"{p}_{a}") for p, a in wrong))
    row, _ = FicheEconomique.objects.select_for_update().get_or_create(dossier=locked)
    for annee in ANNEES:
        setattr(row, f"etp_{annee}", fiche.etp.get(annee))
    for name, days in fiche.delais.items():
        setattr(row, f"delai_{name}", days)
    row.tresorerie, row.hypotheses = fiche.tresorerie, fiche.hypotheses
    row.save()
    row.lignes.all().delete()
    LigneEconomique.objects.bulk_create(
        LigneEconomique(fiche=row, poste=poste, annee=annee, montant=montant)
        for (poste, annee), montant in fiche.montants.items()
        if montant
    )
    audit.record("offre.chiffrer", locked, actor=actor)
    return row
