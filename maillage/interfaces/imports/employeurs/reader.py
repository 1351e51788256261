"""One line of a list of employers, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_naf, check_siret
from maillage.references.economie.enums import TrancheEffectif
from maillage.references.economie.services.employeurs import LigneEmployeur

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

# First digit of the legal categories of the Insee that are natural persons.
PERSONNE = "1"


@dataclass(frozen=True, slots=True)
class LigneListe:
    """What the line says."""

    employeur: LigneEmployeur

    @property
    def key(self) -> Hashable:
        """An establishment has one line."""
        return self.employeur.siret


def read_line(cells: Mapping[str, str]) -> LigneListe:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    tranche = values.text("tranche", longest=2).upper().rjust(2, "0") if cells.get("tranche", "").strip() else ""
    if tranche and tranche not in TrancheEffectif.values:
        values.fault("tranche", "tranche_inconnue", f"« {cells['tranche']} » n’est pas une tranche de Sirene.")
    if values.text("categorie_juridique", longest=4).startswith(PERSONNE):
        message = (
            "Cet établissement est celui d’une personne physique : la plateforme ne garde que des personnes morales."
        )
        values.fault("categorie_juridique", "personne_physique", message)
    intentions, annee = values.count("intentions"), values.year("annee")
    if intentions is not None and annee is None:
        values.fault("annee", "annee_manquante", "Des recrutements sont annoncés sans leur année.")
    employeur = LigneEmployeur(
        siret=values.checked("siret", check_siret, required=True),
        denomination=values.text("denomination", required=True, longest=200),
        commune=values.text("commune", required=True, longest=5).upper().zfill(5),
        naf=values.checked("naf", check_naf),
        tranche=tranche,
        intentions=intentions,
        annee=annee,
    )
    values.check()
    return LigneListe(employeur)
