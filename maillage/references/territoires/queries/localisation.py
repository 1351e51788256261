"""In which commune a point lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db.models import Max
from django.utils import timezone

from maillage.foundations.compute.geodesy import to_lambert93
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Contour
from maillage.references.territoires.queries.millesimes import current_millesime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet
    from numpy.typing import NDArray

TOLERANCE = "territoires.tolerance_hors_contour_m"


@dataclass(frozen=True, slots=True)
class Localisation:
    """The commune of a point (None: nowhere in the region).

    `hors_contour` marks a point outside every outline: `distance_m` is then its distance to the nearest commune, which
    is retained only within the tolerance. `permutees` marks coordinates that fall in the region once swapped.
    """

    pk: int | None
    code: str | None
    nom: str | None
    distance_m: float
    hors_contour: bool
    permutees: bool = False


class Localisateur:
    """Finds the commune of points; built once per load of a region, then shared."""

    def __init__(self, region: str, millesime: int) -> None:
        rows = _unit_contours(region, millesime).order_by("territoire__code")
        contours = list(rows.values_list("territoire_id", "territoire__code", "territoire__nom", "geometrie"))
        self._communes = [(pk, code, nom) for pk, code, nom, _ in contours]
        self._shapes = shapely.from_wkb([bytes(wkb) for *_, wkb in contours])
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    @staticmethod
    def for_region(region: str) -> Localisateur:
        """Return the locator of the newest vintage of a region; raise `LookupError` when it has no outline."""
        millesime = current_millesime(region)
        loaded = _unit_contours(region, millesime).aggregate(newest=Max("pk"))["newest"]
        if loaded is None:
            raise LookupError(f"Aucun contour n’est chargé pour la région {region}.")
        return _build(region, millesime, loaded)

    def locate(self, longitude: float, latitude: float, *, on: date | None = None) -> Localisation:
        """Locate one point given in degrees (WGS 84)."""
        return self.locate_all([longitude], [latitude], on=on)[0]

    def locate_all(
        self, longitudes: Sequence[float], latitudes: Sequence[float], *, on: date | None = None
    ) -> list[Localisation]:
        """Locate many points at once; an unknown coordinate (nan) lies nowhere.

        On a common border, the commune of lowest code is retained. The tolerance is the one in force `on` that day.
        """
        tolerance = float(get_parametre(TOLERANCE, on=on or timezone.localdate()).value)
        points = _points(longitudes, latitudes)
        inside = self._containing(points)
        swapped = self._containing(_points(latitudes, longitudes))
        return [
            self._inside(commune) if commune >= 0 else self._outside(point, tolerance, permutees=bool(swap >= 0))
            for point, commune, swap in zip(points, inside, swapped, strict=True)
        ]

    def _containing(self, points: NDArray[Any]) -> NDArray[np.intp]:
        """Return the position of the commune that holds each point, -1 when none does."""
        found = np.full(len(points), -1, dtype=np.intp)
        which, communes = self._tree.query(points, predicate="intersects")
        order = np.argsort(communes)[::-1]  # written last, the lowest code wins
        found[which[order]] = communes[order]
        return found

    def _inside(self, commune: int) -> Localisation:
        pk, code, nom = self._communes[commune]
        return Localisation(pk, code, nom, distance_m=0.0, hors_contour=False)

    def _outside(self, point: Any, tolerance: float, *, permutees: bool) -> Localisation:
        if point.is_empty:
            return Localisation(None, None, None, float("inf"), hors_contour=True)
        nearest = int(self._tree.nearest(point))
        distance = float(shapely.distance(point, self._shapes[nearest]))
        if distance > tolerance:
            return Localisation(None, None, None, distance, hors_contour=True, permutees=permutees)
        pk, code, nom = self._communes[nearest]
        return Localisation(pk, code, nom, distance, hors_contour=True)


def _unit_contours(region: str, millesime: int) -> QuerySet[Contour]:
    return Contour.objects.filter(region=region, territoire__niveau=Niveau.COMMUNE, territoire__millesime=millesime)


@lru_cache(maxsize=4)
def _build(region: str, millesime: int, loaded: int) -> Localisateur:
    """Build the locator; `loaded` is the newest outline's key, which changes whenever the outlines do."""
    return Localisateur(region, millesime)


def _points(longitudes: Sequence[float], latitudes: Sequence[float]) -> NDArray[Any]:
    """Return the points in Lambert-93, empty where a coordinate is unknown or makes no sense."""
    x, y = to_lambert93(longitudes, latitudes)
    known = np.isfinite(x) & np.isfinite(y)
    points = np.full(len(x), shapely.Point(), dtype=object)
    points[known] = shapely.points(x[known], y[known])
    return points
