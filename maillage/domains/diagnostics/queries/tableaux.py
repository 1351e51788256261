"""A diagnostic as data: JSON for machines, sheets for spreadsheets. Same figures, same order, unknown stays unknown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.domains.diagnostics.enums import Classe
from maillage.domains.diagnostics.queries.couverture import MAILLES
from maillage.domains.diagnostics.queries.lecture import list_avertissements, list_notes, list_sources
from maillage.foundations.kernel.tableur import Sheet, to_ods
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.fiche import Fiche
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.references.territoires.enums import Maille

# The widest level first, in every file.
ORDRE: tuple[Maille, ...] = tuple(reversed(MAILLES))


@dataclass(frozen=True, slots=True)
class Colonne:
    """A figure of a territory, wherever it is listed; `digits` is how many decimals are worth showing."""

    code: str
    libelle: str
    value: Callable[[Ligne], Any]
    digits: int = 0
    numeric: bool = True


def _of_type(kind: str) -> Callable[[Ligne], int]:
    return lambda ligne: ligne.siae_par_type[kind]


COLONNES = (
    Colonne("code", "code", lambda ligne: ligne.code, numeric=False),
    Colonne("nom", "territoire", lambda ligne: ligne.nom, numeric=False),
    Colonne("niveau", "niveau", lambda ligne: Niveau(ligne.niveau).label, numeric=False),
    Colonne("departement", "département", lambda ligne: ligne.departement, numeric=False),
    Colonne("population", "population", lambda ligne: ligne.population),
    Colonne("besoin", "personnes du public", lambda ligne: ligne.besoin),
    Colonne("siae", "SIAE", lambda ligne: ligne.siae),
    *(Colonne(kind.lower(), kind, _of_type(kind)) for kind in TypeSiae.values),
    Colonne("sites", "sites", lambda ligne: ligne.sites),
    Colonne("salaries", "salariés", lambda ligne: ligne.salaries),
    Colonne("postes", "postes", lambda ligne: ligne.postes),
    Colonne("etp", "ETP", lambda ligne: ligne.etp, digits=2),
    Colonne("taux", "taux pour 1 000", lambda ligne: ligne.taux, digits=3),
    Colonne("portee", "proximité (part du public)", lambda ligne: ligne.portee, digits=3),
    Colonne("accessibilite", "accessibilité pour 1 000", lambda ligne: ligne.accessibilite, digits=3),
    Colonne("rang", "rang d’accessibilité", lambda ligne: ligne.rang),
    Colonne("classe", "classe", lambda ligne: Classe(ligne.classe).label if ligne.classe else None, numeric=False),
    Colonne("sites_sans_capacite", "sites sans capacité connue", lambda ligne: ligne.sites_sans_capacite),
)


def lignes_of(couverture: Couverture, fiche: Fiche | None = None) -> tuple[Ligne, ...]:
    """Return the territories of a file: the whole region, or one territory with its communes and the larger ones."""
    if fiche is None:
        return tuple(ligne for maille in ORDRE for ligne in couverture.mailles[maille])
    return (fiche.ligne, *fiche.communes, *fiche.comparaisons)


def to_json(couverture: Couverture, lignes: Iterable[Ligne]) -> bytes:
    """Write `{"parametres": …, "territoires": […]}` in UTF-8, in the order given; unknown figures are null."""
    content = {"parametres": describe(couverture), "territoires": [_territoire(ligne) for ligne in lignes]}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def describe(couverture: Couverture) -> dict[str, Any]:
    """Return the choice, the settings and the sources of a computation."""
    besoins, geographie = couverture.besoins, couverture.geographie
    return {
        "region": couverture.region,
        "millesime": geographie.millesime,
        "population_annee": geographie.population_annee,
        "public": {
            "code": besoins.public.code,
            "libelle": besoins.public.libelle,
            "definition": besoins.public.definition,
            "annee": besoins.annee,
            "estime": besoins.estime,
            "confirme": besoins.confirme,
            "source": besoins.source,
        },
        "capacite": str(couverture.capacite),
        "capacite_choisie": couverture.choix.capacite is not None,
        "types": list(couverture.choix.types or TypeSiae.values),
        "rayon_km": couverture.rayon_km,
        "sigma_km": couverture.sigma_km,
        "valeurs": {
            code: {
                "libelle": parametre.label,
                "valeur": float(parametre.value),
                "unite": parametre.unit,
                "depuis": parametre.valid_from.isoformat(),
                "source": parametre.source,
                "confirme": parametre.confirmed,
            }
            for code, parametre in couverture.parametres.items()
        },
        "sites_sans_capacite": couverture.sites_sans_capacite,
        "sites_hors_portee": couverture.sites_hors_portee,
        "sources": list(list_sources(couverture)),
        "avertissements": list(list_avertissements(couverture)),
    }


def _territoire(ligne: Ligne) -> dict[str, Any]:
    return {
        "code": ligne.code,
        "niveau": ligne.niveau,
        "nom": ligne.nom,
        "departement": ligne.departement or None,
        "population": ligne.population,
        "besoin": ligne.besoin,
        "siae": ligne.siae,
        "siae_par_type": ligne.siae_par_type,
        "sites": ligne.sites,
        "sites_sans_capacite": ligne.sites_sans_capacite,
        "salaries": ligne.salaries,
        "postes": ligne.postes,
        "etp": ligne.etp,
        "taux": ligne.taux,
        "portee": ligne.portee,
        "accessibilite": ligne.accessibilite,
        "rang": ligne.rang,
        "classe": str(ligne.classe) if ligne.classe else None,
    }


def to_sheets(couverture: Couverture, lignes: Sequence[Ligne]) -> list[Sheet]:
    """Return one sheet per level present, then « Méthode »: how the figures were made, and from what."""
    sheets = [
        Sheet(
            Niveau(niveau).label.capitalize() if len(niveau) > 4 else niveau.upper(),
            [colonne.libelle for colonne in COLONNES],
            [[colonne.value(ligne) for colonne in COLONNES] for ligne in lignes if ligne.niveau == niveau],
        )
        for niveau in dict.fromkeys(ligne.niveau for ligne in lignes)
    ]
    return [*sheets, _method(couverture)]


def to_tableur(couverture: Couverture, lignes: Sequence[Ligne]) -> bytes:
    """Write the sheets as an ODS file."""
    return to_ods(to_sheets(couverture, lignes))


def _method(couverture: Couverture) -> Sheet:
    rows = [(note.titre, note.texte) for note in list_notes(couverture)]
    rows += [("À savoir", text) for text in list_avertissements(couverture)]
    rows += [("Source", text) for text in list_sources(couverture)]
    return Sheet("Lisez-moi", ("sujet", "explication"), rows)
