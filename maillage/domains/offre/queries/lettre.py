"""The letter of a decision, as data for its template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maillage.domains.offre.enums import EtatDossier
from maillage.domains.offre.queries.demandes import list_demandes
from maillage.domains.offre.rules.dossiers import DECIDES
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.templatetags.ui import jour, valeur_ou_inconnu

if TYPE_CHECKING:
    from maillage.domains.offre.models import Dossier

RECOURS = "offre.delai_recours_mois"


def describe_letter(dossier: Dossier) -> dict[str, Any]:
    """Return what the letter says of a dossier that is decided."""
    assert dossier.etat in DECIDES
    refused = dossier.etat == EtatDossier.REFUSE
    card = list_demandes()[dossier.demande]
    assert dossier.decision_le is not None  # the database says so
    recours = get_parametre(RECOURS, on=dossier.decision_le)
    commission = (
        f"avis {dossier.get_commission_sens_display()} du {jour(dossier.commission_le)}"
        if dossier.commission_sens
        else "non recueilli, la demande ne l’exigeant pas"
    )
    return {
        "titre": "Décision de refus" if refused else "Décision d’accord",
        "sous_titre": f"{dossier.get_demande_display()}, {dossier}",
        "jour": jour(dossier.decision_le),
        "dossier": dossier.numero,
        "refus": refused,
        "faits": [
            ["Organisation", str(dossier.organisation)],
            ["SIRET", dossier.organisation.siret],
            ["Demande", f"{dossier.get_demande_display()}, {dossier.get_type_siae_display()}"],
            ["Commune", f"{dossier.commune.nom} ({dossier.departement})"],
            ["ETP demandés par an", str(valeur_ou_inconnu(dossier.etp))],
            ["Déposée le", jour(dossier.depose_le)],
            ["Commission", commission],
        ],
        "fondement": card.article,
        "recours": {"mois": f"{recours.value:.0f}", "article": recours.article},
        "motifs": [line for line in dossier.motifs.splitlines() if line.strip()],
    }
