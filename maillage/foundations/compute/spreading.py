"""Spreading a total known above over the units below, in proportion to a weight: dasymetric disaggregation.

For a set of units with total T, known values vᵢ and weights wᵢ, the remainder R = T − Σ vᵢ goes to the units m that
nothing is known of: vₘ = R · wₘ / Σ w. So the units add up to T, and no known value changes. (Wright 1936, doi
10.2307/209467; pycnophylactic property of Tobler 1979, doi 10.2307/2286968.)

Secrecy comes first: when the total or a unit is withheld, nothing is spread, for the remainder would hold, or betray,
what is withheld.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Two figures rounded to the unit may contradict each other by half a person for each of them.
ROUNDING = 0.5


class Constat(Enum):
    """What keeps a total from being spread, if anything does."""

    REPARTI = "reparti"
    COMPLET = "complet"  # every unit is known, or withheld: nothing is missing
    SECRET = "secret"  # noqa: S105 - the total, or one of the units, is withheld
    CONTRADICTOIRE = "contradictoire"  # the known units add up to more than the total
    SANS_CLE = "sans_cle"  # the weights of the missing units are unknown, or all zero


def spread(
    values: NDArray[np.float64], secret: NDArray[np.bool_], total: float, weights: NDArray[np.float64]
) -> tuple[Constat, NDArray[np.float64]]:
    """Return what became of a total (nan: withheld) and the values of its units once it is spread.

    `values` are nan where nothing is known or where the value is withheld (`secret`). The values come back as they were
    unless the outcome is `REPARTI`; then they add up to the total.
    """
    missing = np.isnan(values) & ~secret
    if not missing.any():
        return Constat.COMPLET, values
    if np.isnan(total) or secret.any():
        return Constat.SECRET, values
    known = float(np.nansum(values))
    rest = total - known
    if rest < -ROUNDING * len(values):
        return Constat.CONTRADICTOIRE, values
    share = weights[missing]
    if not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
        return Constat.SANS_CLE, values
    spread_values = values.copy()
    spread_values[missing] = max(rest, 0.0) * share / share.sum()
    return Constat.REPARTI, spread_values
