"""The blocks that this room computes: the territory, the need, the supply, the coverage, the strategy's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import Classe, Indicateur
from maillage.domains.diagnostics.queries.carte import draw_fiche, draw_region, no_link
from maillage.domains.diagnostics.queries.fiche import (
    compare,
    describe_presentes,
    draw_comparison,
    list_intercommunalites,
    list_presentes,
)
from maillage.domains.diagnostics.queries.lecture import describe_indicateur, list_sources
from maillage.domains.diagnostics.queries.partage_blocs import Chiffres, Producteur
from maillage.domains.diagnostics.queries.reperes import compute_reperes
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import nombre, pourcent
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille, Niveau

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.domains.diagnostics.queries.partage_blocs import Contexte

MESURES = (Indicateur.TAUX, Indicateur.PORTEE, Indicateur.ACCESSIBILITE)
# A département has two hundred communes: the document names those that are served worst.
MAX_COMMUNES = 25
BORNES = {"=": "", "≈": "environ ", ">": "plus de ", "<": "moins de "}


def produce_population(contexte: Contexte) -> Chiffres:
    """Say how many people live here and in the larger territories."""
    fiche, geographie = contexte.fiche, contexte.couverture.geographie
    lignes = (fiche.ligne, *fiche.comparaisons)
    rows = [
        (ligne.nom, Niveau(ligne.niveau).label, ligne.unites, ligne.population, _share(fiche.ligne, ligne))
        for ligne in lignes
    ]
    columns = ("Territoire", "Niveau", "Communes", "Population municipale", "Part du territoire")
    source = f"Insee, populations légales {geographie.population_annee or 'non renseignées'}"
    return Chiffres("Population du territoire", Sheet("Population", columns, rows), sources=(source,))


def _share(part: Ligne, whole: Ligne) -> str | None:
    if part.population is None or not whole.population:
        return None
    return pourcent(part.population / whole.population)


def produce_types(contexte: Contexte) -> Chiffres:
    """Count the SIAE by kind, here and in the larger territories."""
    lignes = (contexte.fiche.ligne, *contexte.fiche.comparaisons)
    rows = [(TypeSiae(kind).label, *(ligne.siae_par_type[kind] for ligne in lignes)) for kind in TypeSiae.values]
    rows += [
        ("Ensemble", *(ligne.siae for ligne in lignes)),
        ("Salariés en insertion", *(ligne.salaries for ligne in lignes)),
        ("ETP", *(None if ligne.etp is None else round(ligne.etp) for ligne in lignes)),
    ]
    columns = ("Type", *(ligne.nom for ligne in lignes))
    note = "Une SIAE compte là où se trouve son implantation principale."
    return Chiffres(
        "SIAE par type", Sheet("SIAE par type", columns, rows, note), sources=list_sources(contexte.couverture)
    )


def produce_siae(contexte: Contexte) -> Chiffres | None:
    """List the SIAE that have a site here."""
    fiche = contexte.fiche
    presentes = list_presentes(fiche) if fiche.ligne.maille != Maille.REGION else []
    if not presentes:
        return None
    rows = [
        (each.siae.nom, each.siae.type_siae, each.siae.commune_nom, each.etp)  # type: ignore[attr-defined]
        for each in presentes
    ]
    columns = ("Nom", "Type", "Implantation principale", "ETP ici")
    title = describe_presentes(fiche, presentes)
    return Chiffres(title, Sheet(title, columns, rows), sources=list_sources(contexte.couverture))


def produce_mesures(contexte: Contexte) -> Chiffres:
    """Set the three measures of coverage beside those of the larger territories."""
    fiche, couverture = contexte.fiche, contexte.couverture
    columns = ("Mesure", fiche.ligne.nom, *(ligne.nom for ligne in fiche.comparaisons), "Part de la région")
    rows = [
        (each.libelle, *each.valeurs, None if each.part is None else pourcent(each.part, 0)) for each in compare(fiche)
    ]
    classe = fiche.ligne.classe
    note = f"Au regard de la région, ce territoire est {classe.label}." if classe else ""
    return Chiffres(
        "Taux de couverture, proximité et accessibilité",
        Sheet("Mesures", columns, rows, note),
        sources=list_sources(couverture),
        parametres=couverture.applied.values(),
    )


def produce_comparaison(contexte: Contexte) -> Chiffres | None:
    """Draw the accessibility here and in the larger territories; the region, département by département."""
    fiche, couverture = contexte.fiche, contexte.couverture
    if fiche.comparaisons:
        chart = draw_comparison(fiche)
    else:
        lignes = couverture.mailles[Maille.DEPARTEMENT]
        bars = [Bar(ligne.nom, couverture.read(ligne, Indicateur.ACCESSIBILITE)) for ligne in lignes]
        unit = describe_indicateur(couverture, Indicateur.ACCESSIBILITE)
        chart = BarChart("Accessibilité comparée", "Les départements de la région.", unit, bars, digits=2)
    return Chiffres(
        chart.title, chart.table(), chart, sources=list_sources(couverture), parametres=couverture.applied.values()
    )


def produce_carte(contexte: Contexte) -> Chiffres | None:
    """Map the accessibility, commune by commune; the region, by intercommunalité."""
    fiche, couverture = contexte.fiche, contexte.couverture
    if fiche.ligne.maille == Maille.REGION:
        drawing = draw_region(couverture, Maille.INTERCOMMUNALITE, Indicateur.CLASSE, link=no_link, points=True)
    else:
        found = draw_fiche(fiche, Indicateur.ACCESSIBILITE, link=no_link, siae={})
        if found is None or not found.shapes:
            return None
        drawing = found
    return Chiffres(
        drawing.title,
        drawing.table(),
        drawing,
        sources=list_sources(couverture),
        parametres=couverture.applied.values(),
    )


def produce_sous_dotes(contexte: Contexte) -> Chiffres | None:
    """List the parts of the territory that are blank or under-served: EPT and EPCI first, then what most lack."""
    fiche, couverture = contexte.fiche, contexte.couverture
    region = fiche.ligne.maille == Maille.REGION
    intercommunalites = list_intercommunalites(fiche)
    parts = (*intercommunalites, *(() if region else fiche.communes))
    if not parts:
        return None
    low = [ligne for ligne in parts if ligne.classe in (Classe.ZONE_BLANCHE, Classe.SOUS_DOTE)]
    low.sort(key=lambda ligne: (ligne.maille == Maille.COMMUNE, -(ligne.manque or 0)))
    rows = [
        (
            ligne.nom,
            ligne.classe.label if ligne.classe else None,
            None if ligne.besoin is None else round(ligne.besoin),
            ligne.siae,
            *(couverture.read(ligne, indicateur) for indicateur in MESURES),
        )
        for ligne in low[:MAX_COMMUNES]
    ]
    columns = ("Territoire", "Classe", "Personnes du public", "SIAE", "Taux", "Proximité (%)", "Accessibilité")
    kind = "EPT et EPCI" if region else "EPT, EPCI et communes" if intercommunalites else "communes"
    more = f" Les {MAX_COMMUNES} à qui il manque le plus sont listés." if len(low) > MAX_COMMUNES else ""
    unit = f"{couverture.capacite.label} pour {nombre(couverture.pour)} personnes"
    counted = f"{nombre(len(low))} {kind} en zone blanche ou sous-dotés sur {nombre(len(parts))}."
    note = f"{counted} Taux et accessibilité en {unit}."
    return Chiffres(
        "Zones blanches et territoires sous-dotés",
        Sheet("Territoires sous-dotés", columns, rows, note + more),
        sources=list_sources(couverture),
        parametres=couverture.applied.values(),
    )


def produce_reperes(contexte: Contexte) -> Chiffres | None:
    """Set the figures that the strategy published beside what the platform counts, for the region and this place."""
    territoire = contexte.territoire
    places = {
        ("region", contexte.region),
        (territoire.niveau, territoire.code),
        ("departement", territoire.departement),
    }
    mesures = [
        each for each in compute_reperes(contexte.region) if (each.repere.niveau, each.repere.territoire) in places
    ]
    if not mesures:
        return None
    rows = [
        (
            mesure.repere.libelle,
            mesure.repere.unite,
            f"{BORNES[mesure.repere.borne]}{nombre(mesure.repere.valeur)} ({mesure.repere.annee})",
            None if mesure.valeur is None else round(float(mesure.valeur), 1),
            None if mesure.annee is None else str(mesure.annee),
        )
        for mesure in mesures
    ]
    columns = ("Repère", "Unité", "Dans la stratégie", "Aujourd’hui", "Année")
    sources = dict.fromkeys((*(each.repere.source for each in mesures), *list_sources(contexte.couverture)))
    return Chiffres("Repères de la stratégie régionale", Sheet("Repères", columns, rows), sources=sources)


PRODUCTEURS = (
    Producteur(
        "population",
        "territoire",
        "Population",
        "La population du territoire et des territoires qui le contiennent.",
        produce_population,
    ),
    Producteur("siae_par_type", "offre", "SIAE par type", "Structures, salariés et ETP, par type.", produce_types),
    Producteur(
        "mesures",
        "offre",
        "Trois mesures de la couverture",
        "Taux, proximité et accessibilité, ici et autour.",
        produce_mesures,
    ),
    Producteur("siae", "offre", "Liste des SIAE", "Les SIAE qui ont un site dans le territoire.", produce_siae),
    Producteur(
        "carte_accessibilite",
        "sous_dotes",
        "Carte de l’accessibilité",
        "L’accessibilité commune par commune, et les sites.",
        produce_carte,
    ),
    Producteur(
        "accessibilite_comparee",
        "sous_dotes",
        "Accessibilité comparée",
        "Ce territoire et ceux qui le contiennent, en barres.",
        produce_comparaison,
    ),
    Producteur(
        "sous_dotes",
        "sous_dotes",
        "Zones blanches et territoires sous-dotés",
        "Les communes les moins bien desservies.",
        produce_sous_dotes,
    ),
    Producteur(
        "reperes",
        "enjeux",
        "Repères de la stratégie",
        "Les chiffres publiés par la stratégie, et ceux d’aujourd’hui.",
        produce_reperes,
    ),
)
