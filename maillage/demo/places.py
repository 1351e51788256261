"""Real communes, and where the fictional SIAE stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maillage.foundations.compute.geodesy import to_lambert93, to_wgs84
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Contour, Territoire
from maillage.references.territoires.queries.geographie import get_geographie

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers, Numbers
    from maillage.demo.region import Region

# A point is tried again until it lies well inside its commune: far enough from the border for six decimals of a degree.
TRIES, MARGIN_M = 200, 5.0


@dataclass(frozen=True, slots=True)
class Places:
    """The units of the region, one position per unit in every array; `intercos` are (niveau, code) of EPT or EPCI."""

    codes: NDArray[np.str_]
    noms: NDArray[np.str_]
    departements: NDArray[np.str_]
    x: Numbers
    y: Numbers
    population: Numbers
    intercos: list[tuple[str, str]]
    codes_postaux: list[list[str]]
    shapes: NDArray[Any]


def read_places(region: Region) -> Places:
    """Read the units of the region with their outlines and postal codes; a unit without outline draws nothing."""
    geographie = get_geographie(region.code, mailles=[Maille.INTERCOMMUNALITE])
    rows = Contour.objects.filter(territoire__in=geographie.pks.tolist(), region=region.code)
    shapes = {pk: shapely.from_wkb(bytes(wkb)) for pk, wkb in rows.values_list("territoire_id", "geometrie")}
    postal = dict(Territoire.objects.filter(pk__in=geographie.pks.tolist()).values_list("pk", "codes_postaux"))
    intercos = geographie.partitions[Maille.INTERCOMMUNALITE]
    known = np.array([pk in shapes for pk in geographie.pks])
    return Places(
        codes=geographie.codes,
        noms=geographie.noms,
        departements=geographie.departements,
        x=geographie.x,
        y=geographie.y,
        population=np.where(known, np.nan_to_num(geographie.population), 0.0),
        intercos=[(str(intercos.niveaux[i]), str(intercos.codes[i])) if i >= 0 else ("", "") for i in intercos.index],
        codes_postaux=[postal[pk] for pk in geographie.pks],
        shapes=np.array([shapes.get(pk, shapely.Polygon()) for pk in geographie.pks], dtype=object),
    )


def draw_units(places: Places, region: Region, departement: str, count: int, draw: np.random.Generator) -> Integers:
    """Draw units of a département in proportion to their population, less where the region is under-served."""
    frein = np.array([region.freins.get(code, 1.0) for _, code in places.intercos])
    weights = places.population * frein * (places.departements == departement)
    return draw.choice(len(weights), size=count, p=weights / weights.sum())


def draw_points(shapes: NDArray[Any], draw: np.random.Generator) -> list[tuple[float, float]]:
    """Return one point (longitude, latitude, six decimals) inside each outline."""
    bounds = shapely.bounds(shapes)
    inner = shapely.buffer(shapes, -MARGIN_M)
    points = shapely.point_on_surface(shapes)
    x, y = shapely.get_x(points), shapely.get_y(points)
    wanted = np.ones(len(shapes), dtype=bool)
    for _ in range(TRIES):
        tried_x = np.where(wanted, draw.uniform(bounds[:, 0], bounds[:, 2]), x)
        tried_y = np.where(wanted, draw.uniform(bounds[:, 1], bounds[:, 3]), y)
        held = wanted & shapely.contains_xy(inner, tried_x, tried_y)
        x, y = np.where(held, tried_x, x), np.where(held, tried_y, y)
        wanted &= ~held
    longitude, latitude = to_wgs84(x, y)
    rounded = np.round(longitude, 6), np.round(latitude, 6)
    if not shapely.contains_xy(shapes, *to_lambert93(*rounded)).all():
        raise ValueError("a drawn point is out of its commune")
    return [(float(lon), float(lat)) for lon, lat in zip(*rounded, strict=True)]
