"""How a result was computed, in French sentences: the same on the page, in the spreadsheet, in the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.enums import Capacite, Indicateur
from maillage.foundations.kernel.templatetags.ui import decimal, nombre, pourcent
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne

UNITE = {
    Capacite.ETP: "ETP (réalisés, à défaut conventionnés)",
    Capacite.POSTES: "postes",
    Capacite.STRUCTURES: "structures",
}


def describe_indicateur(couverture: Couverture, indicateur: Indicateur) -> str:
    """Name what is measured, with its unit."""
    pour = f"{couverture.capacite.label} pour {nombre(couverture.pour)} personnes"
    return {
        Indicateur.ACCESSIBILITE: f"Accessibilité, en {pour}",
        Indicateur.TAUX: f"Taux de couverture, en {pour}",
        Indicateur.PORTEE: "Part du public proche d’un site, en %",
        Indicateur.CLASSE: "Territoires sous-dotés",
        Indicateur.SIAE: "Nombre de SIAE",
        Indicateur.ETP: "ETP",
    }[indicateur]


def describe_types(ligne: Ligne) -> str:
    """Tell the SIAE of a territory by kind: « 10 ACI, 4 EI »; nothing where there is none."""
    return ", ".join(f"{nombre(count)} {kind}" for kind, count in ligne.siae_par_type.items() if count)


def describe_part_connue(ligne: Ligne) -> str:
    """Say where the need of a territory is known, in communes and in share of the population."""
    communes = f"{nombre(ligne.unites_connues)} sur {nombre(ligne.unites)}"
    share = f"{pourcent(ligne.part_connue, 0)} de la population"
    return f"Communes dont le besoin est connu\u202f: {communes} ({share})."


@dataclass(frozen=True, slots=True)
class Note:
    """One thing the reader must know."""

    titre: str
    texte: str


def list_notes(couverture: Couverture) -> tuple[Note, ...]:
    """Return how the figures were computed, from what, and with which parameters."""
    value = {code: float(parametre.value) for code, parametre in couverture.parametres.items()}
    unit = UNITE[couverture.capacite][:1].upper() + UNITE[couverture.capacite][1:]
    pour = nombre(couverture.pour)
    return (
        Note("Public", _need(couverture)),
        Note("Offre", _supply(couverture)),
        Note(
            f"Taux pour {pour}",
            f"{unit} des sites du territoire, pour {pour} personnes du public qui y habitent. Il s’arrête aux"
            " frontières du territoire.",
        ),
        Note(
            "Proximité",
            "Part du public qui habite une commune dont le point central est à"
            f" {_km(value['proximite_km'])} ou moins d’un site, à vol d’oiseau.",
        ),
        Note(
            "Accessibilité",
            f"{unit} accessibles pour {pour} personnes du public, partagés entre tous ceux qui peuvent les"
            " atteindre, quel que soit leur territoire (méthode E2SFCA, Luo et Qi 2009)."
            f" Rayon de {_km(couverture.rayon_km)}, décroissance gaussienne d’écart-type {_km(couverture.sigma_km)},"
            " distances à vol d’oiseau.",
        ),
        Note(
            "Classe",
            f"Une mesure est basse sous {pourcent(value['seuil_bas'], 0)} de la valeur régionale."
            " Sous-doté\u202f: au moins deux mesures basses sur trois, et qui le restent quand la décroissance varie de"
            f" ±{pourcent(value['variation_sigma'], 0)}. Fragile\u202f: au moins une mesure basse."
            f" Bien doté\u202f: taux et accessibilité à {pourcent(value['seuil_haut'], 0)} ou plus de la valeur"
            " régionale. Dans la moyenne\u202f: les autres. Un territoire dont moins de deux mesures sont connues n’est"
            " pas classé.",
        ),
        Note("Rang", "Le rang 1 est l’accessibilité la plus faible parmi les territoires du même niveau."),
    )


def list_avertissements(couverture: Couverture) -> tuple[str, ...]:
    """Return what limits this very result, the most serious first."""
    return tuple(filter(None, (_no_supply(couverture), *_need_limits(couverture), *_supply_limits(couverture))))


def list_sources(couverture: Couverture) -> tuple[str, ...]:
    """Return the sources of the figures, each with its vintage."""
    geographie, offre = couverture.geographie, couverture.offre
    year = f", chiffres de {offre.annee}" if offre.annee else ", effectifs non renseignés"
    sources = [f"Découpage\u202f: code officiel géographique {geographie.millesime} (Insee)"]
    if geographie.population_annee:
        sources.append(f"Population\u202f: populations légales {geographie.population_annee} (Insee)")
    sources.append(f"Besoin\u202f: {couverture.besoins.source or 'source non renseignée'}")
    sources.append(f"Offre\u202f: répertoire des SIAE de la plateforme{year}")
    return tuple(sources)


def list_limites() -> tuple[str, ...]:
    """Return what the method does not see, whatever the result."""
    return (
        "Les distances sont à vol d’oiseau, entre le point central des communes et les sites\u202f: ni réseau de"
        " transport, ni coupure, ni temps de trajet.",
        "Les SIAE et les habitants des régions voisines ne sont pas comptés\u202f: les mesures sont moins sûres"
        " en bordure.",
        "Une SIAE est supposée recruter autour de ses sites\u202f: sa zone d’intervention déclarée n’entre pas dans"
        " le calcul.",
        "Dans une petite commune, le taux saute dès qu’un site s’installe\u202f: y lire plutôt l’accessibilité.",
        "Une valeur masquée par le secret statistique reste inconnue\u202f: elle n’est jamais remplacée par zéro.",
        "Les seuils, le rayon et la décroissance sont des choix de méthode, à confirmer par les partenaires.",
    )


def _need(couverture: Couverture) -> str:
    besoins = couverture.besoins
    year = f", {besoins.annee}" if besoins.annee else ""
    return f"{besoins.public.libelle[:1].upper()}{besoins.public.libelle[1:]}{year}. {besoins.public.definition}"


def _supply(couverture: Couverture) -> str:
    kinds = ", ".join(couverture.choix.types or TypeSiae.values)
    return (
        f"SIAE en activité (types {kinds}), comptées en {UNITE[couverture.capacite]}. Une SIAE compte une fois, là où"
        " se trouve son implantation principale\u202f; ce qu’elle offre se partage entre ses sites."
    )


def _no_supply(couverture: Couverture) -> str:
    if len(couverture.offre.siae_pk):
        return ""
    return "Aucune SIAE n’est enregistrée\u202f: toutes les mesures de l’offre valent zéro."


def _need_limits(couverture: Couverture) -> tuple[str, ...]:
    besoins = couverture.besoins
    unknown = int(np.isnan(besoins.valeurs).sum())
    carried = _carried(couverture)
    if unknown == len(besoins.valeurs):
        source = besoins.source or "source non renseignée"
        return (*carried, f"Le besoin de ce public n’est pas connu ({source})\u202f: ni taux, ni accessibilité.")
    missing = (*carried, *((_partial(couverture), *_uncompared(couverture)) if unknown else ()))
    if not besoins.estime:
        return missing
    confirmed = " Cette part n’est pas confirmée." if besoins.part and not besoins.part.confirmed else ""
    return (*missing, f"Le besoin est une estimation\u202f: {besoins.source}.{confirmed}")


def _carried(couverture: Couverture) -> tuple[str, ...]:
    """Tell when the series was written in an earlier division than the one in force."""
    besoins, millesime = couverture.besoins, couverture.geographie.millesime
    if not besoins.millesimes:
        return ()
    years = ", ".join(map(str, besoins.millesimes))
    lost = (
        f" Codes sans commune dans ce découpage, dont la valeur n’est pas comptée\u202f: {', '.join(besoins.perdus)}."
        if besoins.perdus
        else ""
    )
    return (
        f"Le besoin est écrit dans un découpage plus ancien ({years})\u202f: il est porté à celui de {millesime} par"
        f" les tables de passage de l’Insee, en additionnant les communes réunies.{lost}",
    )


def _partial(couverture: Couverture) -> str:
    """Tell how much of the region has a known need, and what becomes of the rest."""
    return (
        f"{describe_part_connue(couverture.total)} Là où il est inconnu, ni les habitants ni les sites (ici"
        f" {nombre(couverture.sites_sans_besoin)}) ne comptent dans le taux et l’accessibilité\u202f; le total du"
        " public est un minimum."
    )


def _uncompared(couverture: Couverture) -> tuple[str, ...]:
    """Tell when too little of the region is known to compare anything with it."""
    share, minimum = couverture.total.part_connue, float(couverture.parametres["part_besoin_connu_min"].value)
    if share is None or share >= minimum:
        return ()
    return (
        f"Moins de {pourcent(minimum, 0)} de la population de la région vit là où le besoin est connu\u202f: la"
        " région n’a pas de mesure de référence, et aucun territoire n’est classé.",
    )


def _supply_limits(couverture: Couverture) -> tuple[str, ...]:
    sites, unit = len(couverture.offre.siae_pk), couverture.capacite.label
    fallback = silent = far = elsewhere = ""
    if sites and couverture.capacite == Capacite.STRUCTURES and couverture.choix.capacite is None:
        fallback = (
            "Les ETP et les postes d’un trop grand nombre de SIAE ne sont pas renseignés\u202f: l’offre est comptée en"
            " nombre de structures, quelle que soit leur taille."
        )
    if couverture.sites_sans_capacite:
        silent = (
            f"Les {unit} de {couverture.sites_sans_capacite} sites sur {sites} ne sont pas renseignés\u202f: ces sites"
            " ne comptent ni dans le taux ni dans l’accessibilité, qui sont des minimums."
        )
    if couverture.sites_hors_portee:
        far = (
            f"{couverture.sites_hors_portee} sites n’ont aucune personne du public à leur portée\u202f: ce qu’ils"
            " offrent n’est compté dans aucune accessibilité."
        )
    if count := np.unique(couverture.offre.siae_pk[couverture.offre.reporte]).size:
        elsewhere = (
            f"SIAE qui déclarent des effectifs dans un département où elles n’ont aucun site\u202f: {nombre(count)}."
            " Ils sont comptés à leur implantation principale."
        )
    return fallback, silent, far, elsewhere


def _km(distance: float) -> str:
    return f"{decimal(distance, 0 if distance == int(distance) else 1)}\u202fkm"
