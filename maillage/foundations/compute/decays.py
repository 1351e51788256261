"""How willingness to go falls with distance: f(d), 1 at the door and never rising.

Distances, radius d0 and σ are in one unit, metres or minutes alike. The catchment cuts at d0 whatever the decay.
Sources: Luo & Qi 2009 (doi 10.1016/j.healthplace.2009.06.002) for steps and the Gaussian; Dai 2010
(doi 10.1016/j.healthplace.2010.06.012) for the Gaussian that reaches zero at d0; Dai & Wang 2011 (doi 10.1068/b36149)
for the Epanechnikov kernel; Hansen 1959 (doi 10.1080/01944365908978307) for the power of gravity models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

FloatArray: TypeAlias = NDArray[np.float64]
Decay: TypeAlias = Callable[[FloatArray], FloatArray]

# Luo & Qi 2009: what a Gaussian weighs in the three rings of a catchment.
RINGS = (1.0, 0.68, 0.22)


def constant() -> Decay:
    """Return f(d) = 1."""
    return np.ones_like


def gaussian(sigma: float) -> Decay:
    """Return f(d) = exp(-d² / 2σ²); f(0) = 1, without the factor of the normal law."""
    _require(sigma=sigma)
    scale = -0.5 / sigma**2

    def decay(distance: FloatArray) -> FloatArray:
        weights = np.square(distance)
        weights *= scale
        return np.exp(weights, out=weights)

    return decay


def bounded_gaussian(radius: float) -> Decay:
    """Return f(d) = (exp(-d² / 2d0²) - e^-½) / (1 - e^-½), which reaches 0 at d0 without a jump."""
    inner, floor = gaussian(radius), exp(-0.5)
    return lambda distance: np.maximum((inner(distance) - floor) / (1 - floor), 0.0)


def exponential(sigma: float) -> Decay:
    """Return f(d) = exp(-d / σ)."""
    _require(sigma=sigma)
    return lambda distance: np.exp(distance / -sigma)


def power(sigma: float, exponent: float = 2.0) -> Decay:
    """Return f(d) = (max(d, σ) / σ)^-β: as gravity beyond σ, and 1 below, where gravity would have no bound."""
    _require(sigma=sigma, exponent=exponent)
    return lambda distance: (np.maximum(distance, sigma) / sigma) ** -exponent


def epanechnikov(radius: float) -> Decay:
    """Return f(d) = 1 - (d / d0)², 0 beyond: the kernel without its factor ¾, which shared supply does not see."""
    _require(radius=radius)
    return lambda distance: np.maximum(1.0 - np.square(distance / radius), 0.0)


def step(weights: Mapping[float, float]) -> Decay:
    """Return the weight of the first bound (included) that holds the distance, 0 beyond the last one."""
    bounds = np.array(sorted(weights), dtype=np.float64)
    values = np.array([weights[bound] for bound in sorted(weights)] + [0.0], dtype=np.float64)
    if not len(bounds) or not np.isfinite(bounds).all() or not (values >= 0).all():
        raise ValueError("a step decay needs at least one bound, and no unknown or negative weight")
    return lambda distance: values[np.searchsorted(bounds, distance, side="left")]


def rings(radius: float) -> Decay:
    """Return the steps 1, 0.68 and 0.22 over the three thirds of the radius."""
    _require(radius=radius)
    count = len(RINGS)
    return step({radius * (ring + 1) / count: weight for ring, weight in enumerate(RINGS)})


def _require(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} must be positive, not {value}")


@dataclass(frozen=True, slots=True)
class Family:
    """Decays of one shape, to choose from: its French name, its formula, and the decay of a radius and a σ.

    `bends` is false when σ plays no part, so that a form may hide it.
    """

    label: str
    formula: str
    build: Callable[[float, float], Decay]
    bends: bool = True


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "gaussienne": Family("Gaussienne", "f(d) = exp(−d² / 2σ²)", lambda _, sigma: gaussian(sigma)),
        "exponentielle": Family("Exponentielle", "f(d) = exp(−d / σ)", lambda _, sigma: exponential(sigma)),
        "puissance": Family("Puissance (gravité)", "f(d) = (max(d, σ) / σ)⁻²", lambda _, sigma: power(sigma)),
        "epanechnikov": Family(
            "Noyau d’Epanechnikov", "f(d) = 1 − (d / d₀)²", lambda radius, _: epanechnikov(radius), bends=False
        ),
        "gaussienne_bornee": Family(
            "Gaussienne nulle au bord",
            "f(d) = (exp(−d² / 2d₀²) − e^−½) / (1 − e^−½)",
            lambda radius, _: bounded_gaussian(radius),
            bends=False,
        ),
        "paliers": Family(
            "Par paliers",
            "f(d) = 1, puis 0,68, puis 0,22, par tiers de d₀",
            lambda radius, _: rings(radius),
            bends=False,
        ),
        "constante": Family("Sans décroissance", "f(d) = 1", lambda *_: constant(), bends=False),
    }
)
