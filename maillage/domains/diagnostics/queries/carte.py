"""Maps of a coverage: the region by any maille, or one territory close up."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import shapely

from maillage.domains.diagnostics.enums import Classe, Indicateur
from maillage.domains.diagnostics.queries.lecture import describe_indicateur
from maillage.foundations.compute.classes import classify, quantile_bounds
from maillage.foundations.compute.coverage import Frame, draw, svg_path
from maillage.foundations.kernel.drawings import Label, Legend, MapDrawing, Point, Shape, bounds_labels
from maillage.foundations.kernel.templatetags.ui import decimal, nombre
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Contour
from maillage.references.territoires.queries.traces import find_frame, get_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.fiche import Fiche
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.foundations.compute.accessibility import FloatArray, IntArray

    Link = Callable[[Ligne], str]

CLASSES = 6
# On every map, the darker the better served.
ORDRE_CLASSES = tuple(Classe)
LECTURE = "Les teintes vont, dans l’ordre de la légende, du moins bien au mieux desservi."
LECTURE_MANQUE = "Les teintes vont, dans l’ordre de la légende, du moindre au plus grand manque."
# Zero has a class of its own, and a name: it is not a small value.
ZERO = {
    Indicateur.ACCESSIBILITE: "aucune offre à portée",
    Indicateur.TAUX: "aucune offre sur place",
    Indicateur.PORTEE: "personne",
    Indicateur.ETP: "aucun",
    Indicateur.MANQUE: "rien ne manque",
}
# A commune is drawn with its neighbours, so many in all.
VOISINES = 12
LOCAL_TOLERANCE = 1.2
# Beyond so many communes, a territory is cut out of the map of the region; the margin is in its pixels.
MAX_CLOSE_UP, MARGIN = 100, 16


def no_link(ligne: Ligne) -> str:
    """Lead nowhere: on paper, or where there is no room for links."""
    return ""


def draw_region(
    couverture: Couverture,
    maille: Maille,
    indicateur: Indicateur,
    *,
    link: Link,
    points: bool = False,
    table_href: str = "",
) -> MapDrawing:
    """Return the map of the region. A territory without outline is missing from the drawing, not from the tables."""
    lignes = couverture.mailles[maille]
    traces = get_traces(couverture.region, maille)
    # The page stays under 60 kB: communes with points on top leave room neither for links nor for département limits.
    full = maille == Maille.COMMUNE and points
    bare = full or maille == Maille.DEPARTEMENT
    limits = {} if bare else get_traces(couverture.region, Maille.DEPARTEMENT).paths
    frame = find_frame(couverture.region, millesime=couverture.geographie.millesime)
    sites = np.arange(len(couverture.offre.siae_pk)) if points else np.empty(0, dtype=np.intp)
    return _drawing(
        couverture,
        lignes,
        indicateur,
        paths=traces.paths,
        viewbox=traces.viewbox,
        link=no_link if full else link,
        title=f"{describe_indicateur(couverture, indicateur)} par {_per(maille)}",
        points=_points(couverture, sites, frame) if frame else (),
        outlines=tuple(limits.values()),
        labels=_labels(couverture, frame) if frame and maille != Maille.COMMUNE else (),
        table_href=table_href,
    )


def draw_fiche(
    fiche: Fiche, indicateur: Indicateur, *, link: Link, siae: Mapping[int, tuple[str, str]]
) -> MapDrawing | None:
    """Return the map of one territory, commune by commune, with its sites; a commune comes with its neighbours.

    `siae` gives the name and the address of the page of the SIAE that are named on the map, by key. None when no
    outline is known.
    """
    couverture = fiche.couverture
    units = fiche.unites if fiche.communes else _neighbours(couverture, fiche.unites)
    codes = couverture.geographie.codes[units].tolist()
    paths, frame, viewbox = (_cut_out if len(units) > MAX_CLOSE_UP else _close_up)(couverture, units)
    if frame is None:
        return None
    kept = set(codes)
    inside = np.flatnonzero([unite in kept for unite in couverture.offre.unite_code.tolist()])
    communes = couverture.mailles[Maille.COMMUNE]
    return _drawing(
        couverture,
        [communes[unit] for unit in units],
        indicateur,
        paths=paths,
        viewbox=viewbox,
        link=link,
        title=f"{describe_indicateur(couverture, indicateur)} par commune",
        points=_points(couverture, inside, frame, siae),
        outlines=() if fiche.communes else [paths[code] for code in (fiche.ligne.code,) if code in paths],
        places="Sites" if fiche.communes else "Sites, ceux des communes voisines compris",
    )


def _close_up(couverture: Couverture, units: IntArray) -> tuple[dict[str, str], Frame | None, str]:
    """Draw the outlines of a few communes afresh, in a frame of their own."""
    geographie = couverture.geographie
    rows = Contour.objects.filter(territoire_id__in=geographie.pks[units].tolist(), region=couverture.region)
    contours = dict(rows.order_by("territoire__code").values_list("territoire__code", "geometrie"))
    if not contours:
        return {}, None, ""
    shapes = shapely.from_wkb([bytes(contour) for contour in contours.values()])
    frame = Frame.around(shapely.total_bounds(shapes))
    drawn = map(svg_path, draw(shapes, frame, tolerance=LOCAL_TOLERANCE))
    return dict(zip(contours, drawn, strict=True)), frame, frame.viewbox


def _cut_out(couverture: Couverture, units: IntArray) -> tuple[dict[str, str], Frame | None, str]:
    """Cut many communes out of the map of the region, as it was drawn at load."""
    geographie = couverture.geographie
    frame = find_frame(couverture.region, millesime=geographie.millesime)
    if frame is None:
        return {}, None, ""
    x, y = frame.project(geographie.x[units], geographie.y[units])
    left, top = np.nanmin(x) - MARGIN, np.nanmin(y) - MARGIN
    width, height = np.nanmax(x) + MARGIN - left, np.nanmax(y) + MARGIN - top
    paths = get_traces(couverture.region, Maille.COMMUNE).paths
    return paths, frame, f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"


def _drawing(
    couverture: Couverture,
    lignes: Sequence[Ligne],
    indicateur: Indicateur,
    *,
    paths: dict[str, str],
    viewbox: str,
    link: Link,
    title: str,
    points: Sequence[Point] = (),
    outlines: Sequence[str] = (),
    labels: Sequence[Label] = (),
    table_href: str = "",
    places: str = "Sites",
) -> MapDrawing:
    klasses, names, texts = _classes(couverture, lignes, indicateur)
    shapes = [
        Shape(ligne.code, ligne.nom, paths[ligne.code], text, klass, link(ligne))
        for ligne, klass, text in zip(lignes, klasses, texts, strict=True)
        if ligne.code in paths
    ]
    legend = Legend(describe_indicateur(couverture, indicateur), names, TypeSiae.values if points else (), places)
    year = f", {couverture.besoins.annee}" if couverture.besoins.annee else ""
    reading = LECTURE_MANQUE if indicateur == Indicateur.MANQUE else LECTURE
    description = f"{couverture.total.nom}. Public\u202f: {couverture.besoins.public.libelle}{year}. {reading}"
    return MapDrawing(title, description, viewbox, shapes, legend, points, outlines, labels, table_href)


def _classes(
    couverture: Couverture, lignes: Sequence[Ligne], indicateur: Indicateur
) -> tuple[list[int | None], Sequence[str], list[str]]:
    """Return the class of each line, the names of the classes, and each value as people read it."""
    if indicateur == Indicateur.CLASSE:
        klasses = [None if ligne.classe is None else ORDRE_CLASSES.index(ligne.classe) for ligne in lignes]
        texts = [ligne.classe.label if ligne.classe else "non classé" for ligne in lignes]
        return klasses, [classe.label for classe in ORDRE_CLASSES], texts
    values = [couverture.read(ligne, indicateur) for ligne in lignes]
    array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if indicateur == Indicateur.SIAE:
        bounds = quantile_bounds(array, CLASSES)
        return _klasses(array, bounds), _count_names(bounds), [nombre(value) for value in values]
    if indicateur == Indicateur.PORTEE and all(ligne.maille == Maille.COMMUNE for ligne in lignes):
        near = f"{nombre(couverture.parametres['proximite_km'].value)}\u202fkm"
        names = (f"à plus de {near} d’un site", f"à {near} ou moins d’un site")
        return _klasses(array, (100.0,)), names, [nombre(value) for value in values]
    return _rate_classes(array, indicateur)


def _rate_classes(array: FloatArray, indicateur: Indicateur) -> tuple[list[int | None], Sequence[str], list[str]]:
    """Share values into zero and classes of about equal size, each value written so that it reads in its class.

    Values have the decimals of the legend, and more where rounding would carry one over a bound: all of them, or on a
    crowded map, whose every byte counts, that one alone.
    """
    zero = bool((array == 0).any())
    bounds = quantile_bounds(np.where(array > 0, array, np.nan), CLASSES - zero)
    digits = max((_digits(bound) for bound in bounds), default=2)
    names = list(bounds_labels(bounds, digits=digits))
    if indicateur == Indicateur.PORTEE and bounds and bounds[-1] >= 100:
        names[-1] = decimal(100, digits)
    klasses = _klasses(array, bounds)
    needed = np.full(len(array), digits)
    for more in range(digits, digits + 3):
        written = np.round(array, more)
        needed[(classify(written, bounds) != classify(array, bounds)) | ((written == 0) & (array > 0))] = more + 1
    if len(array) <= MAX_CLOSE_UP:
        needed[:] = needed.max(initial=digits)
    if zero:
        names = [ZERO[indicateur], *(names if (array > 0).any() else ())]
        pairs = zip(klasses, array.tolist(), strict=True)
        klasses = [klass if klass is None else klass + 1 if value else 0 for klass, value in pairs]
    texts = [
        decimal(value, places) if value else "0" for value, places in zip(array.tolist(), needed.tolist(), strict=True)
    ]
    return klasses, names, texts


def _klasses(values: FloatArray, bounds: tuple[float, ...]) -> list[int | None]:
    return [None if klass < 0 else klass for klass in classify(values, bounds).tolist()]


def _digits(bound: float) -> int:
    """Return how many decimals a bound needs: they are round numbers."""
    return len(f"{bound:f}".rstrip("0").partition(".")[2])


def _count_names(bounds: Sequence[float]) -> Sequence[str]:
    """Name classes of whole numbers by what they hold: « 0 », « 1 », « de 2 à 4 », « 5 et plus »."""
    edges = [0, *(ceil(bound) for bound in bounds)]
    inner = [
        nombre(low) if high - low == 1 else f"de {nombre(low)} à {nombre(high - 1)}" for low, high in pairwise(edges)
    ]
    return (*inner, f"{nombre(edges[-1])} et plus") if bounds else ("toutes valeurs",)


def _points(
    couverture: Couverture, sites: IntArray, frame: Frame, siae: Mapping[int, tuple[str, str]] | None = None
) -> list[Point]:
    """Return the sites that have a place, by kind; those of the SIAE given are named and lead to their page."""
    offre, named = couverture.offre, siae or {}
    x, y = frame.project(offre.x[sites], offre.y[sites])
    kinds = TypeSiae.values
    points = []
    for site, px, py in zip(sites.tolist(), x.tolist(), y.tolist(), strict=True):
        if px - px == py - py == 0:  # neither nan nor infinite
            kind = TypeSiae(offre.type[site])
            name, href = named.get(int(offre.siae_pk[site]), (kind.label, ""))
            points.append(
                Point(round(px, 1), round(py, 1), name, kinds.index(kind), kind.value if href else "", href=href)
            )
    return points


def _labels(couverture: Couverture, frame: Frame) -> list[Label]:
    """Write the number of each département at the middle of its communes."""
    geographie = couverture.geographie
    names = np.unique(geographie.departements)
    x, y = frame.project(geographie.x, geographie.y)
    inside = [geographie.departements == name for name in names]
    return [
        Label(round(float(np.nanmean(x[mask])), 1), round(float(np.nanmean(y[mask])), 1), str(name))
        for name, mask in zip(names.tolist(), inside, strict=True)
        if np.isfinite(x[mask]).any()
    ]


def _neighbours(couverture: Couverture, units: IntArray) -> IntArray:
    """Return a unit and the nearest others, in the order of the geography."""
    geographie = couverture.geographie
    distance = np.hypot(geographie.x - geographie.x[units[0]], geographie.y - geographie.y[units[0]])
    nearest = np.argsort(distance, kind="stable")[:VOISINES]
    return np.sort(nearest[np.isfinite(distance[nearest])])


def _per(maille: Maille) -> str:
    return "intercommunalité" if maille == Maille.INTERCOMMUNALITE else str(maille.label)
