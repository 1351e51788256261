"""Write the outlines of a region's units, and of the ensembles they compose."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maillage.foundations.compute import coverage
from maillage.references.territoires.models import Appartenance, Contour, Territoire
from maillage.references.territoires.queries.contours import SourceContours, project
from maillage.references.territoires.queries.passages import current_codes
from maillage.references.territoires.services.synchronisation import Bilan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.references.territoires.enums import Maille

# How far around a commune the land that its outline misses is looked for, in degrees (about 15 km).
_REACH = np.array([-0.2, -0.15, 0.2, 0.15])


@dataclass(slots=True)
class BilanContours:
    """What was written; `completes` gives the hectares added to each outline older than a merger of its commune."""

    ecritures: Bilan = field(default_factory=Bilan)
    sans_contour: list[str] = field(default_factory=list)
    completes: dict[str, int] = field(default_factory=dict)


def record_contours(*, region: str, millesime: int, source: SourceContours) -> BilanContours:
    """Write the outlines and points of the units of `region`; the caller holds the transaction.

    A unit that the source does not draw gets no outline, and is reported.
    """
    units = list(Territoire.objects.unites().filter(region=region, millesime=millesime).order_by("code"))
    codes = {unit.code for unit in units}
    drawn = _shapes(codes, millesime, source)
    known = [unit for unit in units if unit.code in drawn]
    added = _missing_land(_merged_since(codes, source) & drawn.keys(), drawn, source)
    shapes = project(np.array([drawn[unit.code] for unit in known], dtype=object))
    for position, unit in enumerate(known):
        if unit.code in added:
            shapes[position] = shapely.union(shapes[position], added[unit.code])
    shapes = coverage.clean(shapes)
    labels = [_label(source, completed=unit.code in added) for unit in known]
    ecritures = _write(region, known, shapes, coverage.draw(shapes, _frame(shapes)), labels, source.millesime)
    return BilanContours(
        ecritures=ecritures,
        sans_contour=[unit.code for unit in units if unit.code not in drawn],
        completes={code: round(shape.area / 10_000) for code, shape in added.items()},
    )


def record_outlines(*, region: str, millesime: int, mailles: Iterable[Maille]) -> Bilan:
    """Write, for each ensemble of the mailles, the outline of its units in `region`; the caller holds the transaction.

    Ensembles are drawn from the edges of the units, so that all layers of the map line up.
    """
    contours = Contour.objects.filter(
        region=region, territoire__niveau="commune", territoire__millesime=millesime
    ).order_by("territoire__code")
    units = list(contours.select_related("territoire"))
    if not units:
        return Bilan()
    shapes = shapely.from_wkb([bytes(contour.geometrie) for contour in units])
    drawings = coverage.draw(shapes, _frame(shapes))
    position = {contour.territoire_id: index for index, contour in enumerate(units)}
    members: defaultdict[Territoire, list[int]] = defaultdict(list)
    # Named by region, not by a list of a thousand keys: PostgreSQL would search it for every pair of rows.
    links = Appartenance.objects.filter(
        unite__region=region, unite__millesime=millesime, maille__in=list(mailles)
    ).select_related("ensemble")
    for link in links.order_by("ensemble__niveau", "ensemble__code", "unite__code"):
        if link.unite_id in position and position[link.unite_id] not in members[link.ensemble]:
            members[link.ensemble].append(position[link.unite_id])
    return _write(
        region,
        list(members),
        np.array([shapely.coverage_union_all(shapes[group]) for group in members.values()], dtype=object),
        [coverage.dissolve(drawings[index] for index in group) for group in members.values()],
        [units[0].source] * len(members),
        units[0].millesime,
    )


def _shapes(codes: set[str], millesime: int, source: SourceContours) -> dict[str, Any]:
    """Return the outline of each unit in degrees: its own, else its parts', with those of the codes it replaced."""
    passages = current_codes(millesime)
    pieces: defaultdict[str, list[Any]] = defaultdict(list)
    for code, shape in source.communes.items():
        if (current := passages.get(code, code)) in codes:
            pieces[current].append(shape)
    for code in codes - pieces.keys():
        pieces[code] = source.parties.get(code, [])
    return {
        code: shapes[0] if len(shapes) == 1 else shapely.union_all(shapes) for code, shapes in pieces.items() if shapes
    }


def _merged_since(codes: set[str], source: SourceContours) -> set[str]:
    """Return the communes whose outline lacks a part: not a part that is, in this vintage, still a commune."""
    return {code for code, parts in source.incompletes.items() if code in codes and not (parts - {code}) & codes}


def _missing_land(codes: set[str], drawn: dict[str, Any], source: SourceContours) -> dict[str, Any]:
    """Return the land, in Lambert-93, that each incomplete outline misses.

    Communes leave no land between them: a hole beside a commune that merged after its outline was drawn is what it
    gained. A hole that two such communes could claim is given to neither.
    """
    around = np.array(list(source.communes.values()), dtype=object)
    tree = shapely.STRtree(around)
    claims: dict[str, list[Any]] = {}
    for code in sorted(codes):
        near = tree.query(shapely.box(*(np.array(drawn[code].bounds) + _REACH)))
        claims[code] = list(coverage.holes_beside(project(drawn[code]), project(around[near])))
    places = Counter(_place(hole) for holes in claims.values() for hole in holes)
    owned = {code: [hole for hole in holes if places[_place(hole)] == 1] for code, holes in claims.items()}
    return {code: shapely.union_all(holes) for code, holes in owned.items() if holes}


def _place(hole: Any) -> tuple[int, int]:
    return round(hole.centroid.x), round(hole.centroid.y)


def _label(source: SourceContours, *, completed: bool) -> str:
    return f"{source.label}, complété du vide laissé entre les communes voisines" if completed else source.label


def _frame(shapes: Any) -> coverage.Frame:
    return coverage.Frame.around(shapely.total_bounds(shapes))


def _write(
    region: str, territoires: list[Territoire], shapes: Any, drawings: Any, labels: list[str], millesime: int
) -> Bilan:
    """Replace the outlines together when one of them differs: a reader then sees new rows, hence a new drawing."""
    rows = [
        Contour(
            territoire=territoire,
            region=region,
            source=label,
            millesime=millesime,
            geometrie=shapely.to_wkb(shape),
            trace=coverage.svg_path(rings),
        )
        for territoire, shape, rings, label in zip(territoires, shapes, drawings, labels, strict=True)
    ]
    present = {
        contour.territoire_id: contour for contour in Contour.objects.filter(region=region, territoire__in=territoires)
    }
    points = _points(territoires, shapes)
    if len(present) == len(rows) and all(_same(row, present[row.territoire_id]) for row in rows):
        return Bilan(inchanges=len(rows))
    Contour.objects.filter(region=region, territoire__in=territoires).delete()
    Contour.objects.bulk_create(rows, batch_size=1000)
    Territoire.objects.bulk_update(points, ["x", "y"], batch_size=1000)
    return Bilan(crees=len(rows) - len(present), modifies=len(present))


def _same(row: Contour, present: Contour) -> bool:
    return (row.source, row.millesime, row.trace, row.geometrie) == (
        present.source,
        present.millesime,
        present.trace,
        bytes(present.geometrie),
    )


def _points(territoires: list[Territoire], shapes: Any) -> list[Territoire]:
    """Set the representative point of the territories that lie wholly in the region; return them."""
    whole = [territoire for territoire in territoires if territoire.region]
    inside = shapely.point_on_surface(shapes[[bool(territoire.region) for territoire in territoires]])
    for territoire, point in zip(whole, inside, strict=True):
        territoire.x, territoire.y = round(point.x, 1), round(point.y, 1)
    return whole
