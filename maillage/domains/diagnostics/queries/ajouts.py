"""Sites that do not exist yet, added to the supply as if they did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.structures.queries.offre import Offre
    from maillage.references.territoires.queries.geographie import Geographie


@dataclass(frozen=True, slots=True)
class Ajout:
    """A site that would open at the point of a unit (code): its kind and its ETP, that are as many posts."""

    unite_code: str
    type_siae: str
    etp: float


def add_sites(offre: Offre, geographie: Geographie, ajouts: Sequence[Ajout]) -> Offre:
    """Return the supply with these sites, each a SIAE of its own (negative key); nothing is known of its employees.

    Raise `LookupError` when a unit is not of the region.
    """
    if not ajouts:
        return offre
    position = {code: index for index, code in enumerate(geographie.codes.tolist())}
    if missing := [ajout.unite_code for ajout in ajouts if ajout.unite_code not in position]:
        raise LookupError(f"no unit {missing} in region {geographie.region}")
    units = np.array([position[ajout.unite_code] for ajout in ajouts], dtype=np.intp)
    count = len(ajouts)
    etp = np.array([ajout.etp for ajout in ajouts], dtype=np.float64)
    more: dict[str, Any] = {
        "siae_pk": -np.arange(1, count + 1, dtype=np.int64),
        "type": np.array([ajout.type_siae for ajout in ajouts], dtype=np.str_),
        "unite_code": geographie.codes[units],
        "principale": np.ones(count, dtype=np.bool_),
        "x": geographie.x[units],
        "y": geographie.y[units],
        "precis": np.zeros(count, dtype=np.bool_),
        "salaries": np.full(count, np.nan),
        "postes": etp,
        "etp": etp,
        "etp_conventionnes": etp,
        "reporte": np.zeros(count, dtype=np.bool_),
    }
    columns: dict[str, Any] = {name: np.concatenate((getattr(offre, name), added)) for name, added in more.items()}
    return replace(offre, **columns)
