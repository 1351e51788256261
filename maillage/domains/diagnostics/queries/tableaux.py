"""A diagnostic as data: JSON for machines, sheets for spreadsheets. Same figures, same order, unknown stays unknown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.queries.couverture import MAILLES
from maillage.domains.diagnostics.queries.lecture import (
    describe_motif,
    list_avertissements,
    list_notes,
    list_sources,
)
from maillage.foundations.kernel.tableur import Sheet, to_ods
from maillage.foundations.kernel.templatetags.ui import nombre
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

NOMS = {
    Niveau.REGION: "Région",
    Niveau.DEPARTEMENT: "Départements",
    Niveau.VILLE: "Paris",
    Niveau.EPT: "EPT",
    Niveau.EPCI: "EPCI",
    Niveau.COMMUNE: "Communes",
}


@dataclass(frozen=True, slots=True)
class Colonne:
    """A figure of a territory, wherever it is listed; `digits` is how many decimals are worth showing."""

    code: str
    libelle: str
    value: Callable[[Ligne], Any]
    digits: int = 0
    numeric: bool = True


def list_colonnes(couverture: Couverture) -> tuple[Colonne, ...]:
    """Return the figures of a territory in the order of reading, rates in the scale of the computation."""
    pour = f"pour {nombre(couverture.pour)}"

    def read(indicateur: Indicateur) -> Callable[[Ligne], float | None]:
        return lambda ligne: couverture.read(ligne, indicateur)

    return (
        Colonne("code", "Code", lambda ligne: ligne.code, numeric=False),
        Colonne("nom", "Territoire", lambda ligne: ligne.nom, numeric=False),
        Colonne("niveau", "Niveau", lambda ligne: Niveau(ligne.niveau).label, numeric=False),
        Colonne("departement", "Département", lambda ligne: ligne.departement, numeric=False),
        Colonne("population", "Population", lambda ligne: ligne.population),
        Colonne("besoin", "Personnes du public", lambda ligne: None if ligne.besoin is None else round(ligne.besoin)),
        Colonne("part_connue", "Besoin connu (% de la population)", _part_connue, digits=1),
        Colonne("siae", "SIAE", lambda ligne: ligne.siae),
        *(Colonne(kind.lower(), kind, partial(_of_type, kind)) for kind in TypeSiae.values),
        Colonne("sites", "Sites", lambda ligne: ligne.sites),
        Colonne("salaries", "Salariés", lambda ligne: ligne.salaries),
        Colonne("postes", "Postes", lambda ligne: ligne.postes),
        Colonne("etp", "ETP", lambda ligne: ligne.etp, digits=1),
        Colonne("taux", f"Taux {pour}", read(Indicateur.TAUX), digits=2),
        Colonne("taux_etp", f"ETP {pour}", lambda ligne: couverture.scale(ligne.taux_etp), digits=2),
        Colonne("taux_postes", f"Postes {pour}", lambda ligne: couverture.scale(ligne.taux_postes), digits=2),
        Colonne("portee", "Proximité (%)", read(Indicateur.PORTEE), digits=1),
        *(
            Colonne(f"portee_{kind.lower()}", f"Proximité {kind} (%)", partial(_near, kind), digits=1)
            for kind in TypeSiae.values
        ),
        Colonne("accessibilite", f"Accessibilité {pour}", read(Indicateur.ACCESSIBILITE), digits=2),
        Colonne("rang_taux", "Rang selon le taux", lambda ligne: ligne.rang_taux),
        Colonne("rang", "Rang", lambda ligne: ligne.rang),
        Colonne("ecart_rang", "Gain de rang", lambda ligne: ligne.ecart_rang),
        Colonne("manque", f"{couverture.capacite.label} qui manquent", lambda ligne: ligne.manque, digits=1),
        Colonne("part_blanche", "Public sans offre à portée (%)", lambda ligne: _percent(ligne.part_blanche), digits=1),
        Colonne("classe", "Classe", lambda ligne: ligne.classe and ligne.classe.label, numeric=False),
        Colonne("motif", "Pourquoi cette classe", partial(describe_motif, couverture), numeric=False),
        Colonne("sites_sans_capacite", "Sites sans capacité connue", lambda ligne: ligne.sites_sans_capacite),
    )


def _part_connue(ligne: Ligne) -> float | None:
    return _percent(ligne.part_connue)


def _near(kind: str, ligne: Ligne) -> float | None:
    return _percent(ligne.portee_par_type[kind])


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _of_type(kind: str, ligne: Ligne) -> int:
    return ligne.siae_par_type[kind]


def lignes_of(couverture: Couverture, fiche: Fiche | None = None) -> tuple[Ligne, ...]:
    """Return the territories of a file: the whole region, or one territory with its communes and the larger ones."""
    if fiche is None:
        return tuple(ligne for maille in ORDRE for ligne in couverture.mailles[maille])
    return (fiche.ligne, *fiche.communes, *fiche.comparaisons)


def to_json(couverture: Couverture, lignes: Iterable[Ligne]) -> bytes:
    """Write `{"parametres": …, "territoires": […]}` in UTF-8, in the order given; unknown figures are null.

    `taux` and `accessibilite` are per `taux_pour` people, the scale of the screens and of the spreadsheets; `portee`
    and `part_connue` are shares between 0 and 1.
    """
    content = {"parametres": describe(couverture), "territoires": [_territoire(couverture, ligne) for ligne in lignes]}
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
            "source": besoins.source,
            "millesimes_anterieurs": list(besoins.millesimes),
            "codes_perdus": list(besoins.perdus),
        },
        "taux_pour": couverture.pour,
        "capacite": str(couverture.capacite),
        "capacite_choisie": couverture.choix.capacite is not None,
        "types": list(couverture.choix.types or TypeSiae.values),
        "modele": str(couverture.choix.modele),
        "decroissance": couverture.choix.decroissance,
        **_lengths(couverture),
        "adaptation": str(couverture.choix.adaptation),
        "mode": couverture.choix.mode or None,
        "annee_offre": couverture.offre.annee,
        "seuils": {"bas": couverture.seuils.bas, "haut": couverture.seuils.haut},
        "seuils_deplaces": couverture.seuils_deplaces,
        "cible": couverture.cible,
        "cible_choisie": couverture.choix.cible is not None,
        "poids": {groupe.code: groupe.poids for groupe in couverture.releve.groupes},
        "valeurs": {
            code: {
                "libelle": parametre.label,
                "valeur": float(parametre.value),
                "unite": parametre.unit,
                "depuis": parametre.valid_from.isoformat(),
                "source": parametre.source,
                "confirme": parametre.confirmed,
            }
            for code, parametre in couverture.applied.items()
        },
        "sites_sans_capacite": couverture.sites_sans_capacite,
        "sites_sans_besoin": couverture.sites_sans_besoin,
        "sites_hors_portee": couverture.sites_hors_portee,
        "sources": list(list_sources(couverture)),
        "avertissements": list(list_avertissements(couverture)),
    }


def _lengths(couverture: Couverture) -> dict[str, float | None]:
    """Return the radius and σ under the unit they are in; null under the other."""
    km = couverture.unite == "km"
    return {
        "rayon_km": couverture.rayon if km else None,
        "sigma_km": couverture.sigma if km else None,
        "rayon_minutes": None if km else couverture.rayon,
        "sigma_minutes": None if km else couverture.sigma,
    }


def _territoire(couverture: Couverture, ligne: Ligne) -> dict[str, Any]:
    return {
        "code": ligne.code,
        "niveau": ligne.niveau,
        "nom": ligne.nom,
        "departement": ligne.departement or None,
        "population": ligne.population,
        "besoin": ligne.besoin,
        "unites": ligne.unites,
        "unites_connues": ligne.unites_connues,
        "part_connue": ligne.part_connue,
        "siae": ligne.siae,
        "siae_par_type": ligne.siae_par_type,
        "sites": ligne.sites,
        "sites_sans_capacite": ligne.sites_sans_capacite,
        "salaries": ligne.salaries,
        "postes": ligne.postes,
        "etp": ligne.etp,
        "taux": couverture.scale(ligne.taux),
        "taux_etp": couverture.scale(ligne.taux_etp),
        "taux_postes": couverture.scale(ligne.taux_postes),
        "portee": ligne.portee,
        "portee_par_type": ligne.portee_par_type,
        "accessibilite": couverture.scale(ligne.accessibilite),
        "rang": ligne.rang,
        "rang_taux": ligne.rang_taux,
        "manque": ligne.manque,
        "part_blanche": ligne.part_blanche,
        "classe": str(ligne.classe) if ligne.classe else None,
        "motif": describe_motif(couverture, ligne) or None,
    }


def to_sheets(couverture: Couverture, lignes: Sequence[Ligne]) -> list[Sheet]:
    """Return one sheet per level present, then « Lisez-moi »: how the figures were made, and from what."""
    colonnes = list_colonnes(couverture)
    sheets = [
        Sheet(
            NOMS[Niveau(niveau)],
            [colonne.libelle for colonne in colonnes],
            [[colonne.value(ligne) for colonne in colonnes] for ligne in lignes if ligne.niveau == niveau],
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
