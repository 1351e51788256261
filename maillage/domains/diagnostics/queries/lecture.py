"""How a result was computed, in French sentences: the same on the page, in the spreadsheet, in the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.enums import Adaptation, Capacite, Classe, Critere, Indicateur, Modele
from maillage.domains.diagnostics.queries.ponderation import APL
from maillage.domains.diagnostics.rules import MODELES, Mesure
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.kernel.templatetags.ui import decimal, nombre, pourcent
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille, Niveau

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
        Indicateur.CLASSE: "Classe des territoires",
        Indicateur.MANQUE: f"{couverture.capacite.label} qui manquent pour atteindre {describe_cible(couverture)}",
        Indicateur.SIAE: "Nombre de SIAE",
        Indicateur.ETP: "ETP",
    }[indicateur]


def describe_cible(couverture: Couverture) -> str:
    """Name what the gap is counted from: the region's own accessibility, or the target of the reader."""
    if couverture.choix.cible is None:
        return "l’accessibilité régionale"
    value = decimal(couverture.choix.cible, 2)
    return f"la cible de {value} {couverture.capacite.label} pour {nombre(couverture.pour)} personnes"


def describe_motif(couverture: Couverture, ligne: Ligne) -> str:
    """Tell why a territory is in its class, with the figures it was judged on; nothing for the region itself."""
    verdict = ligne.verdict
    if not ligne.mesures or ligne.maille == Maille.REGION:
        return ""
    if verdict.classe is None:
        return "moins de deux mesures connues"
    if verdict.classe == Classe.ZONE_BLANCHE:
        return "aucune offre à la portée de ses habitants"
    if not verdict.mesures:
        return "aucune mesure basse"
    measures = f"{', '.join(map(_share_of_region, verdict.mesures))} de la région"
    if not verdict.fragile:
        return measures
    unsure = " (pas avec tous les réglages)" if len(verdict.mesures) > 1 else ""
    return f"à surveiller\u202f: {measures}{unsure}"


def _share_of_region(mesure: Mesure) -> str:
    name = "taux" if mesure.critere == Critere.TAUX else str(mesure.critere.label)
    return f"{name} {pourcent(mesure.rapport, 0)}"


def describe_ecart(ligne: Ligne) -> str:
    """Tell how the rank moves from the rate, blind to borders, to accessibility."""
    gain = ligne.ecart_rang
    if gain is None:
        return ""
    if gain == 0:
        return "le même"
    places = f"{nombre(abs(gain))} place{'s' if abs(gain) > 1 else ''}"
    return f"l’accessibilité en fait gagner {places}" if gain > 0 else f"l’accessibilité en fait perdre {places}"


def describe_types(ligne: Ligne) -> str:
    """Tell the SIAE of a territory by kind: « 10 ACI, 4 EI »; nothing where there is none."""
    return ", ".join(f"{nombre(count)} {kind}" for kind, count in ligne.siae_par_type.items() if count)


def describe_besoin(couverture: Couverture, ligne: Ligne) -> str:
    """Say whom the need of a territory counts, in which year, and what the producer tells of it where that differs.

    The need of the measures is the sum of the communes that are known: the total of the producer, which the profile of
    the publics and the indicators tell, holds those that it withholds too.
    """
    besoins = couverture.besoins
    whom = f"{besoins.public.libelle}, {besoins.annee}" if besoins.annee else besoins.public.libelle
    total = _total(couverture, ligne)
    if total is None or ligne.besoin is None or round(total) == round(ligne.besoin):
        return whom
    known = "somme des communes connues, dont partent les mesures"
    return f"{whom}\u202f: {known}. La source compte {nombre(total)} au total."


def _total(couverture: Couverture, ligne: Ligne) -> float | None:
    """Return the total that the producer gives; of the region, that of all its départements when there is no other."""
    totaux = couverture.besoins.totaux
    total = totaux.get((ligne.niveau, ligne.code))
    if total is None and ligne.niveau == Niveau.REGION:
        departements = np.unique(couverture.geographie.departements).tolist()
        total = sum(totaux.get((Niveau.DEPARTEMENT, code), np.nan) for code in departements)
    return None if total is None or np.isnan(total) else total


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
            f" atteindre, quel que soit leur territoire. {_model(couverture)}",
        ),
        Note("Distance", _distance(couverture)),
        Note(
            "Classe",
            f"Une mesure est basse sous {pourcent(couverture.seuils.bas, 0)} de la valeur régionale"
            f" {_moved(couverture)}. Zone blanche\u202f: aucune offre à portée. Sous-doté\u202f: au moins deux"
            " mesures basses sur trois, et qui le restent quand la décroissance varie de"
            f" ±{pourcent(value['variation_sigma'], 0)}. Bien doté\u202f: taux et accessibilité à"
            f" {pourcent(couverture.seuils.haut, 0)} ou plus de la valeur régionale, aucune mesure basse."
            " Équilibré\u202f: les autres, dont ceux qu’une mesure basse invite à surveiller. Un territoire dont"
            " moins de deux mesures sont connues n’est pas classé.",
        ),
        Note(
            "Ce qui manque",
            f"{unit} qu’il faudrait en plus pour que chaque commune atteigne {describe_cible(couverture)}\u202f: la"
            " somme, sur les communes, de l’écart à cette cible multiplié par le public. Une commune mieux servie ne"
            " compense pas une autre.",
        ),
        Note(
            "Rang",
            "Le rang 1 est la valeur la plus faible parmi les territoires du même niveau. Le gain de rang dit combien"
            " de places un territoire gagne ou perd quand on passe du taux, aveugle aux frontières, à l’accessibilité.",
        ),
    )


def list_avertissements(couverture: Couverture) -> tuple[str, ...]:
    """Return what limits this very result, the most serious first."""
    limits = (_no_supply(couverture), *_settings_limits(couverture), *_need_limits(couverture))
    return tuple(filter(None, (*limits, *_supply_limits(couverture))))


def list_sources(couverture: Couverture) -> tuple[str, ...]:
    """Return the sources of the figures, each with its vintage."""
    geographie, offre = couverture.geographie, couverture.offre
    year = f", chiffres de {offre.annee}" if offre.annee else ", effectifs non renseignés"
    sources = [f"Découpage\u202f: code officiel géographique {geographie.millesime} (Insee)"]
    if geographie.population_annee:
        sources.append(f"Population\u202f: populations légales {geographie.population_annee} (Insee)")
    if (matrice := couverture.releve.reglages.matrice) is not None:
        named = ", ".join(matrice.sources) or "source non renseignée"
        sources.append(f"Temps de trajet {matrice.mode.label}\u202f: matrice {matrice.annee} ({named})")
    sources.append(f"Besoin\u202f: {couverture.besoins.source or 'source non renseignée'}")
    sources.append(f"Offre\u202f: répertoire des SIAE de la plateforme{year}")
    return tuple(sources)


def list_limites() -> tuple[str, ...]:
    """Return what the method does not see, whatever the result."""
    return (
        "À vol d’oiseau, les distances vont du point central des communes aux sites\u202f: ni réseau de transport, ni"
        " coupure. En temps de trajet, un site prend les minutes de sa commune\u202f; la proximité reste à vol"
        " d’oiseau.",
        "Les classes de densité des communes sont les nôtres (population sur surface)\u202f: la grille de l’Insee"
        " compte des carreaux habités d’un kilomètre.",
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


def _model(couverture: Couverture) -> str:
    """Name the model, its decay, its radius."""
    choix, radius = couverture.choix, _length(couverture.rayon, couverture.unite)
    paper = f"Méthode {MODELES[choix.modele]}."
    if choix.modele == Modele.DEUX_SFCA:
        return f"{paper} Rayon de {radius}, sans décroissance."
    family = FAMILIES[choix.decroissance]
    bends = f" d’écart-type {_length(couverture.sigma, couverture.unite)}" if family.bends else ""
    return f"{paper} Rayon de {radius}, décroissance {family.label[:1].lower()}{family.label[1:]}{bends}."


def _distance(couverture: Couverture) -> str:
    """Tell which distance is used, what of the region it knows, and what the radius depends on."""
    releve, choix = couverture.releve, couverture.choix
    matrice = releve.reglages.matrice
    if matrice is not None:
        known, units = int(matrice.connues.sum()), len(matrice.connues)
        held = (releve.unite >= 0) & matrice.connues[releve.unite]
        sites = len(held)
        share = f" ({pourcent(held.sum() / sites, 0)})" if sites else ""
        return (
            f"Temps de trajet {matrice.mode.label}, matrice {matrice.annee}. Elle connaît {nombre(known)} communes sur"
            f" {nombre(units)} ({pourcent(known / units, 0)}) et {nombre(int(held.sum()))} sites sur"
            f" {nombre(sites)}{share}\u202f:"
            " un site prend les minutes de sa commune."
        )
    kept = {code: parametre for code, parametre in couverture.rayons.items() if code.startswith("rayon_")}
    radii = ", ".join(
        f"{parametre.label.removeprefix('rayon d’accessibilité ')}"
        f" {_length(float(parametre.value) * _factor(couverture))}"
        for parametre in kept.values()
    )
    adapts = f" Le rayon change {choix.adaptation.label}\u202f: {radii}." if radii else ""
    return f"À vol d’oiseau, du point central de la commune au site.{adapts}"


def _factor(couverture: Couverture) -> float:
    """Return by how much the reader has moved the radii, all together."""
    return couverture.rayon / float(couverture.parametres["rayon_km"].value)


def _moved(couverture: Couverture) -> str:
    """Tell where the thresholds come from."""
    return "(seuils déplacés par le lecteur)" if couverture.seuils_deplaces else "(seuils en vigueur)"


def _settings_limits(couverture: Couverture) -> tuple[str, ...]:
    """Tell what the reader has moved away from the settings in force, and what the distance leaves out."""
    choix, releve, values = couverture.choix, couverture.releve, couverture.parametres
    moved = outside = alone = weighted = supply = ""
    if couverture.seuils_deplaces:
        low, high = (float(values[code].value) for code in ("seuil_bas", "seuil_haut"))
        moved = (
            f"Les seuils des classes ont été déplacés\u202f: {pourcent(couverture.seuils.bas, 0)} et"
            f" {pourcent(couverture.seuils.haut, 0)} de la valeur régionale, au lieu de {pourcent(low, 0)} et"
            f" {pourcent(high, 0)}."
        )
    if releve.reglages.matrice is not None:
        unknown = int((~releve.reglages.matrice.connues).sum())
        if unknown or len(releve.hors_matrice):
            outside = (
                f"La matrice des temps de trajet ne connaît pas {nombre(unknown)} communes ni"
                f" {nombre(len(releve.hors_matrice))}"
                " sites\u202f: ils ne comptent pas dans l’accessibilité."
            )
        if choix.adaptation != Adaptation.UNIQUE:
            alone = (
                "En temps de trajet, le rayon est le même partout\u202f: ceux par densité, type ou public sont en km."
            )
    if choix.public == APL.code:
        named = ", ".join(f"{groupe.libelle} × {decimal(groupe.poids, 2)}" for groupe in releve.groupes)
        weighted = f"Personnes pondérées, dont les poids ne sont pas confirmés\u202f: {named}."
    if choix.annee_offre is not None:
        supply = (
            f"L’offre est celle de {choix.annee_offre}\u202f: les SIAE qui ont cessé leur activité depuis comptent, à"
            " leurs sites connus."
        )
    return moved, outside, alone, weighted, supply


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
    if besoins.regles:
        return (*missing, *besoins.regles)
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
    return _length(distance, "km")


def _length(length: float, unit: str = "km") -> str:
    return f"{decimal(length, 0 if length == int(length) else 1)}\u202f{unit}"
