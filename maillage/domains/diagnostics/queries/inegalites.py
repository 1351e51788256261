"""How unequally the public reaches the supply: Gini, Lorenz, quantiles, the worst served decile and where it lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.queries.lecture import describe_indicateur
from maillage.foundations.compute.inequality import bottom, gini, lorenz, quantiles
from maillage.foundations.kernel.drawings import Curve, CurveChart
from maillage.foundations.kernel.templatetags.ui import pourcent
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import BoolArray, Ligne
    from maillage.foundations.compute.accessibility import FloatArray

# Points of the curve that are drawn and told: one every two per cent of the public, and its twin by tenths.
DRAWN, TOLD = np.linspace(0, 1, 51), np.linspace(0.1, 1, 10)
PART = 0.1


@dataclass(frozen=True, slots=True)
class Inegalite:
    """The distribution of accessibility over the public of a territory, in the scale it is shown in.

    `gini` is None where nothing is reached. `part_decile` is the share of the territory's public that lives in the
    worst served tenth of the communes of the region, `personnes` how many people that is.
    """

    ligne: Ligne
    gini: float | None
    p10: float
    p50: float
    p90: float
    part_decile: float
    personnes: float


@dataclass(frozen=True, slots=True)
class Inegalites:
    """The region, its départements, the curve, and the threshold of the worst served tenth of the communes.

    `offre_decile` is the share of the supply that this tenth reaches.
    """

    region: Inegalite
    departements: tuple[Inegalite, ...]
    seuil_decile: float
    offre_decile: float
    courbe: CurveChart


def compute_inegalites(couverture: Couverture) -> Inegalites | None:
    """Return how unequal accessibility is; None while it is unknown, or while nothing is reached at all."""
    scores, people = couverture.releve.scores[0], couverture.releve.besoin
    known = np.isfinite(scores) & np.isfinite(people) & (people > 0)
    if couverture.total.accessibilite is None or not (scores[known] * people[known]).sum() > 0:
        return None
    shown = couverture.pour * scores
    worst = bottom(shown, people, PART)
    in_worst = np.zeros(len(shown), dtype=np.bool_)
    in_worst[worst.units] = True
    index = couverture.geographie.partitions[Maille.DEPARTEMENT].index
    return Inegalites(
        _of(couverture.total, shown, people, in_worst),
        tuple(
            _of(ligne, shown[here], people[here], in_worst[here])
            for position, ligne in enumerate(couverture.mailles[Maille.DEPARTEMENT])
            if (here := (index == position) & known).any()
        ),
        worst.threshold,
        worst.supply,
        draw_lorenz(couverture, shown, people),
    )


def _of(ligne: Ligne, shown: FloatArray, people: FloatArray, in_worst: BoolArray) -> Inegalite:
    known = np.isfinite(shown) & np.isfinite(people)
    reached = float((shown[known] * people[known]).sum())
    p10, p50, p90 = quantiles(shown, people).tolist()
    held = float(people[known & in_worst].sum())
    return Inegalite(
        ligne,
        gini(shown, people) if reached > 0 else None,
        p10,
        p50,
        p90,
        held / float(people[known].sum()),
        held,
    )


def draw_lorenz(couverture: Couverture, shown: FloatArray, people: FloatArray) -> CurveChart:
    """Return the Lorenz curve of accessibility, thinned to what the eye can tell."""
    public, reached = lorenz(shown, people)
    points = tuple(zip(DRAWN.tolist(), np.interp(DRAWN, public, reached).tolist(), strict=True))
    rows = [
        (pourcent(share, 0), pourcent(part))
        for share, part in zip(TOLD.tolist(), np.interp(TOLD, public, reached).tolist(), strict=True)
    ]
    ticks = tuple((step / 4, pourcent(step / 4, 0)) for step in range(5))
    return CurveChart(
        "Courbe de Lorenz de l’accessibilité",
        f"{couverture.total.nom}. {describe_indicateur(couverture, Indicateur.ACCESSIBILITE)}. Plus la courbe"
        " s’éloigne de la ligne d’égalité, plus l’offre à portée est inégale.",
        "Part du public, du moins bien au mieux desservi",
        "Part de l’offre à sa portée",
        [Curve("Égalité parfaite", ((0, 0), (1, 1)), reference=True), Curve("Accessibilité observée", points)],
        ticks,
        ticks,
        ("Part du public, du moins bien au mieux desservi", "Part de l’offre à sa portée"),
        rows,
    )
