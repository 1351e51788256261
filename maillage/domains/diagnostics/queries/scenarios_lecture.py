"""What a scenario says, in French sentences and on maps that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maillage.domains.diagnostics.enums import Classe, Indicateur, Methode
from maillage.domains.diagnostics.queries.lecture import describe_indicateur
from maillage.domains.diagnostics.queries.scenarios import ajouts_of, is_running
from maillage.foundations.compute.classes import classify, quantile_bounds
from maillage.foundations.kernel.drawings import Legend, MapDrawing, Point, Shape, bounds_labels
from maillage.foundations.kernel.templatetags.ui import decimal, nombre, pourcent
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.queries.traces import find_frame, get_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.domains.diagnostics.models import Scenario
    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.domains.diagnostics.queries.scenarios import Ecart, Effet
    from maillage.domains.diagnostics.rules import Part
    from maillage.foundations.compute.accessibility import FloatArray

    Link = Callable[[Ligne], str]

CLASSES = 6
KM = 1000.0


def describe_preuve(scenario: Scenario) -> str:
    """Say how good the places are: proven the best, at most so far from it, or chosen by hand."""
    if scenario.methode == Methode.MANUELLE:
        return "Sites choisis à la main\u202f: aucun calcul ne dit s’il en existe de meilleurs."
    if scenario.objectif is None or scenario.borne is None:
        return "Les sites ont été retouchés à la main depuis le calcul\u202f: sa preuve ne vaut plus."
    if scenario.objectif == scenario.borne:
        return "Optimum prouvé\u202f: aucun autre choix de sites ne fait mieux, à ces conditions."
    gap = abs(scenario.borne - scenario.objectif) / scenario.objectif if scenario.objectif else None
    far = "écart inconnu" if gap is None else f"la meilleure possible ferait au plus {pourcent(gap, 2)} de mieux"
    if is_running(scenario):
        return f"Première réponse\u202f: {far}\u202f; la recherche de la preuve continue."
    return f"Bonne réponse, sans preuve qu’elle soit la meilleure\u202f: {far}."


def describe_objectif(scenario: Scenario) -> str:
    """Say what the places reach, in people or in kilometres; nothing for places chosen by hand.

    The mean distance is that of the people whom the computation counted: the need of today may differ.
    """
    if scenario.objectif is None:
        return ""
    if scenario.methode == Methode.COUVRIR:
        radius = f"{nombre(scenario.rayon_km)}\u202fkm"
        return f"{nombre(round(scenario.objectif))} personnes du public de plus à {radius} ou moins d’un site."
    if not scenario.besoin_total:
        return ""
    mean = decimal(scenario.objectif / scenario.besoin_total / KM, 2)
    return f"Distance moyenne du public au site le plus proche\u202f: {mean}\u202fkm."


def describe_inconnu(scenario: Scenario) -> str:
    """Say where the computation did not know the need; nothing when it was known everywhere."""
    if not scenario.communes_inconnues or scenario.part_connue is None:
        return ""
    several = scenario.communes_inconnues > 1
    communes = f"{nombre(scenario.communes_inconnues)} communes" if several else "une commune"
    share = f"{pourcent(1 - scenario.part_connue)} de la population connue de la région"
    return f"Besoin inconnu dans {communes} ({share})\u202f: le calcul n’y compte personne."


def describe_demande(scenario: Scenario, parts: Sequence[Part]) -> list[tuple[str, str]]:
    """Return what was asked, as label and value."""
    composition = ", ".join(f"{part.nombre} {part.type_siae} de {decimal(part.etp, 0)} ETP" for part in parts)
    rows = [
        ("Méthode", scenario.get_methode_display()),
        ("Sites demandés", composition),
        ("Rayon", f"{nombre(scenario.rayon_km)}\u202fkm"),
        ("Départements", ", ".join(scenario.departements) or "tous"),
        ("Écart entre deux sites", f"{nombre(scenario.espacement_km)}\u202fkm" if scenario.espacement_km else ""),
        ("Personnes à portée de chaque site, au moins", nombre(scenario.besoin_min) if scenario.besoin_min else ""),
        ("ETP en tout, au plus", decimal(scenario.budget_etp, 0) if scenario.budget_etp is not None else ""),
    ]
    return [(label, value) for label, value in rows if value]


def common_bounds(couvertures: Sequence[Couverture], maille: Maille) -> tuple[float, ...]:
    """Return the bounds of the classes of accessibility that several maps share, so that one tint has one meaning."""
    values = [_values(couverture, maille) for couverture in couvertures]
    every = np.concatenate(values) if values else np.empty(0)
    return quantile_bounds(np.where(every > 0, every, np.nan), CLASSES)


def draw_scenario(
    couverture: Couverture,
    bounds: tuple[float, ...],
    *,
    title: str,
    link: Link,
    scenario: Scenario | None = None,
    maille: Maille = Maille.INTERCOMMUNALITE,
) -> MapDrawing:
    """Return the map of accessibility by `maille` in classes of given bounds, with the sites of the scenario."""
    lignes, traces = couverture.mailles[maille], get_traces(couverture.region, maille)
    klasses = classify(_values(couverture, maille), bounds).tolist()
    digits = max((len(f"{bound:f}".rstrip("0").partition(".")[2]) for bound in bounds), default=2)
    shapes = [
        Shape(
            ligne.code,
            ligne.nom,
            traces.paths[ligne.code],
            decimal(couverture.read(ligne, Indicateur.ACCESSIBILITE), digits),
            None if klass < 0 else klass,
            link(ligne),
        )
        for ligne, klass in zip(lignes, klasses, strict=True)
        if ligne.code in traces.paths
    ]
    points = _points(couverture, scenario) if scenario else []
    kinds = TypeSiae.values if points else ()
    name = describe_indicateur(couverture, Indicateur.ACCESSIBILITE)
    legend = Legend(name, bounds_labels(bounds, digits=digits), kinds, "Sites à ouvrir")
    return MapDrawing(title, name, traces.viewbox, shapes, legend, points)


def _points(couverture: Couverture, scenario: Scenario) -> list[Point]:
    frame = find_frame(couverture.region, millesime=couverture.geographie.millesime)
    if frame is None:
        return []
    names = {place.unite.code: place.unite.nom for place in scenario.places.all()}
    geographie, kinds = couverture.geographie, TypeSiae.values
    position = {code: index for index, code in enumerate(geographie.codes.tolist())}
    points = []
    for ajout in ajouts_of(scenario):
        unit = position[ajout.unite_code]
        if np.isfinite(geographie.x[unit]):
            x, y = frame.project(geographie.x[unit], geographie.y[unit])
            value = f"{decimal(ajout.etp, 0)} ETP"
            kind = kinds.index(ajout.type_siae)
            points.append(Point(round(float(x), 1), round(float(y), 1), names[ajout.unite_code], kind, value, 8))
    return points


def _values(couverture: Couverture, maille: Maille) -> FloatArray:
    read = (couverture.read(ligne, Indicateur.ACCESSIBILITE) for ligne in couverture.mailles[maille])
    return np.array([np.nan if value is None else value for value in read], dtype=np.float64)


def draw_maps(today: Couverture, effets: Sequence[Effet], link: Link) -> list[MapDrawing]:
    """Return the map of today and of each scenario, all with the same classes."""
    bounds = common_bounds([today, *(effet.couverture for effet in effets)], Maille.INTERCOMMUNALITE)
    return [
        draw_scenario(today, bounds, title="Aujourd’hui", link=link),
        *(
            draw_scenario(effet.couverture, bounds, title=effet.scenario.nom, link=link, scenario=effet.scenario)
            for effet in effets
        ),
    ]


def list_chiffres(today: Couverture, effets: Sequence[Effet]) -> list[tuple[str, list[Any]]]:
    """Return the figures of the region, one row each, today then under each scenario."""
    couvertures = [today, *(effet.couverture for effet in effets)]
    kinds = dict.fromkeys(proche.type_siae for effet in effets for proche in effet.proches)
    rows: list[tuple[str, list[Any]]] = [
        ("Sites à ouvrir", [0, *(effet.sites for effet in effets)]),
        ("ETP à ouvrir", [0.0, *(effet.etp for effet in effets)]),
        (
            f"Accessibilité pour {nombre(today.pour)}",
            [each.read(each.total, Indicateur.ACCESSIBILITE) for each in couvertures],
        ),
        (
            "EPT et EPCI sous-dotés",
            [_count_sous_dotes(each) for each in couvertures],
        ),
    ]
    for kind in kinds:
        found = [{proche.type_siae: proche for proche in effet.proches}.get(kind) for effet in effets]
        first = next(proche for proche in found if proche)
        values = [round(first.avant), *(round(proche.apres if proche else first.avant) for proche in found)]
        rows.append((f"Personnes du public proches d’un site {kind}", values))
        distances = [first.distance_avant, *(each.distance_apres if each else first.distance_avant for each in found)]
        rows.append((f"Distance moyenne à un site {kind} (km)", [_km(distance) for distance in distances]))
    return rows


def as_rows(ecarts: Sequence[Ecart], today: Couverture, effets: Sequence[Effet], link: Link) -> list[dict[str, Any]]:
    """Return the territories of a comparison ready for a table: their accessibility and class, today and after."""
    return [
        {
            "nom": ecart.aujourdhui.nom,
            "url": link(ecart.aujourdhui),
            "avant": today.read(ecart.aujourdhui, Indicateur.ACCESSIBILITE),
            "classe": ecart.aujourdhui.classe,
            "apres": [
                (effet.couverture.read(ligne, Indicateur.ACCESSIBILITE), ligne.classe)
                for effet, ligne in zip(effets, ecart.scenarios, strict=True)
            ],
        }
        for ecart in ecarts
    ]


def _km(metres: float | None) -> float | None:
    return None if metres is None else round(metres / KM, 2)


def _count_sous_dotes(couverture: Couverture) -> int:
    return sum(ligne.classe == Classe.SOUS_DOTE for ligne in couverture.mailles[Maille.INTERCOMMUNALITE])
