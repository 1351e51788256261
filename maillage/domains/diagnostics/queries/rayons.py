"""How far people go: one radius for all, or one per density of their commune, per kind of SIAE, per public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from maillage.domains.diagnostics.enums import Densite
from maillage.domains.diagnostics.rules import density_of
from maillage.foundations.kernel.parameters import find_parametre, get_parametre
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.models import Contour

if TYPE_CHECKING:
    from datetime import date

    from maillage.foundations.compute.accessibility import FloatArray
    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.structures.queries.offre import Offre
    from maillage.references.territoires.queries.geographie import Geographie

SQUARE_KM = 1e6


def get_densites(geographie: Geographie) -> FloatArray:
    """Return the inhabitants per km² of each unit: legal population over the area of the outline, nan when unknown."""
    rows = Contour.objects.filter(territoire_id__in=geographie.pks.tolist(), region=geographie.region)
    found = dict(rows.values_list("territoire_id", "geometrie"))
    areas = np.full(len(geographie.pks), np.nan)
    held = [position for position, pk in enumerate(geographie.pks.tolist()) if pk in found]
    shapes = shapely.from_wkb([bytes(found[pk]) for pk in geographie.pks[held].tolist()])
    areas[held] = shapely.area(shapes) / SQUARE_KM
    densities: FloatArray = np.full(len(areas), np.nan)
    np.divide(geographie.population, areas, out=densities, where=areas > 0)
    return densities


def get_rayons_densite(geographie: Geographie, rayon: float, on: date) -> tuple[FloatArray, dict[str, Parametre]]:
    """Return the radius (km) of each unit by its class of density, `rayon` where it has none, and the parameters."""
    codes = ("densite_dense", "densite_intermediaire", *(f"rayon_{densite}" for densite in Densite.values))
    parametres = {code: get_parametre(f"diagnostics.{code}", on=on) for code in codes}
    value = {code: float(parametre.value) for code, parametre in parametres.items()}
    classes = [
        density_of(density, value["densite_dense"], value["densite_intermediaire"])
        for density in get_densites(geographie).tolist()
    ]
    radii = [value[f"rayon_{densite}"] if densite else rayon for densite in classes]
    return np.array(radii, dtype=np.float64), parametres


def get_rayons_types(offre: Offre, on: date) -> tuple[FloatArray, dict[str, Parametre]]:
    """Return the radius (km) of each site by the kind of its SIAE, and the parameters."""
    parametres = {
        f"rayon_{kind.lower()}": get_parametre(f"diagnostics.rayon_{kind.lower()}", on=on) for kind in TypeSiae.values
    }
    radii = [float(parametres[f"rayon_{kind.lower()}"].value) for kind in offre.type.tolist()]
    return np.array(radii, dtype=np.float64), parametres


def get_rayon_public(public: str, rayon: float, on: date) -> tuple[float, dict[str, Parametre]]:
    """Return the radius (km) of a public, `rayon` when it has none of its own, and its parameter."""
    parametre = find_parametre(f"diagnostics.rayon_{public}", on=on)
    return (float(parametre.value), {f"rayon_{public}": parametre}) if parametre else (rayon, {})
