"""The attestation of a right, as data for its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maillage.domains.parcours.enums.titre import Regime
from maillage.domains.parcours.queries.regles_titres import number
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from maillage.domains.parcours.queries.fiche_titre import FicheTitre
    from maillage.references.personnes.models import Personne


def describe_attestation(personne: Personne, fiche: FicheTitre) -> dict[str, Any]:
    """Return what the attestation says of the right of a person."""
    titre, on = fiche.titre, fiche.on
    agrement = titre.regime == Regime.AGREMENT
    where = [str(titre.siae), *(str(each.siae) for each in titre.extensions.all())] if agrement else []
    facts = [
        ["Personne", str(personne)],
        ["Date de naissance", jour(personne.date_naissance)],
        ["Numéro", titre.numero or "non renseigné"],
        ["Premier jour", jour(titre.debut)],
        ["Dernier jour", jour(fiche.jours.periode.dernier)],
        ["État", fiche.etat[0]],
        ["Valable", ", ".join(where) if agrement else "dans toute structure d’insertion par l’activité économique"],
    ]
    code = "duree_agrement_mois" if agrement else "duree_pass_jours"
    return {
        "titre": "Attestation d’agrément" if agrement else "Attestation de PASS IAE",
        "sous_titre": f"{personne}, {titre.numero or 'sans numéro'}",
        "jour": jour(on),
        "resume": fiche.resume,
        "faits": facts,
        "phrase": fiche.phrase,
        "compte": Sheet(
            "Le compte des jours",
            ("Ligne", "Jours", "Détail"),
            fiche.lignes,
            note="Les jours se comptent du premier au dernier, tous deux compris.",
        ),
        "regles": [get_parametre(f"parcours.{code}", on=titre.debut), get_parametre("parcours.carence_mois", on=on)],
        "carence": number("carence_mois", on),
    }
