"""Coverages: polygons that tile the plane, neighbours sharing their edges exactly; and their drawing as SVG paths.

Coordinates are metres in one projected system. A drawing is in integer pixels: two neighbours round their common edge
alike, and the outline of a group is what remains of its members' edges once the shared ones have cancelled out, so
that every layer of a map lines up with the finest one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]
    Shapes: TypeAlias = NDArray[Any]

Point: TypeAlias = tuple[int, int]
Ring: TypeAlias = list[Point]

# Outlines of one producer disagree by less than this along a common border (m): noise, not land.
_SNAP, _GAP = 1.0, 50.0
# A hole smaller than this (m²) is such noise too, not a missing piece of land.
_HOLE = 50_000.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A window of the plane and its drawing: `width` × `height` pixels, y downwards, `scale` pixels per metre."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    @classmethod
    def around(cls, bounds: Sequence[float], width: int = 1000) -> Frame:
        """Return the frame of the given width that holds `bounds` (left, bottom, right, top), in metres."""
        left, bottom, right, top = (float(bound) for bound in bounds)
        scale = width / (right - left)
        return cls(left, top, scale, width, int(np.ceil((top - bottom) * scale)))

    @property
    def viewbox(self) -> str:
        return f"0 0 {self.width} {self.height}"

    def project(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the pixels of points given in metres."""
        return (np.asarray(x) - self.left) * self.scale, (self.top - np.asarray(y)) * self.scale


def clean(shapes: Shapes) -> Shapes:
    """Return the shapes as a valid coverage: no overlap, no sliver, common edges identical."""
    cleaned = shapely.coverage_clean(shapes, snapping_distance=_SNAP, gap_width=_GAP)
    return np.asarray(shapely.orient_polygons(cleaned))


def holes_beside(shape: Any, others: Shapes) -> Shapes:
    """Return the pieces of land that `shape` and `others` enclose without covering them, and that touch `shape`."""
    merged = shapely.get_parts(shapely.union_all(shapely.set_precision([shape, *others], _SNAP)))
    holes = [shapely.Polygon(ring) for part in merged for ring in part.interiors]
    return np.array([hole for hole in holes if hole.area > _HOLE and hole.distance(shape) <= _SNAP], dtype=object)


def draw(shapes: Shapes, frame: Frame, tolerance: float = 3.2) -> list[list[Ring]]:
    """Return the integer rings of each shape of a valid coverage, simplified to `tolerance` pixels.

    A shape too small to be drawn keeps one square pixel at its place, so that it can still be pointed at.
    """
    simplified = shapely.orient_polygons(shapely.coverage_simplify(shapes, tolerance / frame.scale))
    return [_rings(shape, frame) or [_square(shape, frame)] for shape in simplified]


def _rings(shape: Any, frame: Frame) -> list[Ring]:
    rings = []
    for part in shapely.get_parts(shape):
        for line in (part.exterior, *part.interiors):
            ring = _pixels(line, frame)
            if len(_corners(ring)) > 2:
                rings.append(ring)
    return rings


def _pixels(line: Any, frame: Frame) -> Ring:
    x, y = frame.project(*shapely.get_coordinates(line).T)
    points = np.column_stack([np.rint(x), np.rint(y)]).astype(int)
    moves = np.any(np.diff(points, axis=0) != 0, axis=1)
    return [(int(px), int(py)) for px, py in points[1:][moves]]


def _square(shape: Any, frame: Frame) -> Ring:
    point = shapely.point_on_surface(shape)
    x, y = (int(value) for value in frame.project(point.x, point.y))
    return [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]


def dissolve(shapes: Iterable[list[Ring]]) -> list[Ring]:
    """Return the outline of a group of drawn shapes: the edges that its members do not share, chained into rings."""
    edges: Counter[tuple[Point, Point]] = Counter()
    for rings in shapes:
        for ring in rings:
            for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
                if edges[end, start]:
                    edges[end, start] -= 1
                else:
                    edges[start, end] += 1
    ways: defaultdict[Point, list[Point]] = defaultdict(list)
    for start, end in edges.elements():
        ways[start].append(end)
    rings = []
    while ways:
        point = next(iter(ways))
        ring = []
        while point in ways:
            ring.append(point)
            exits = ways[point]
            following = exits.pop()
            if not exits:
                del ways[point]
            point = following
        rings.append(ring)
    return [ring for ring in rings if len(_corners(ring)) > 2]


def _corners(ring: Ring) -> Ring:
    """Return the ring without the points where it goes straight on or turns back on itself; empty when it is flat."""
    corners = ring
    while len(corners) > 2:
        distinct = [point for before, point in zip([corners[-1], *corners], corners, strict=False) if point != before]
        kept = [
            point
            for before, point, after in zip(
                [*distinct[-1:], *distinct[:-1]], distinct, [*distinct[1:], *distinct[:1]], strict=True
            )
            if (point[0] - before[0]) * (after[1] - point[1]) != (point[1] - before[1]) * (after[0] - point[0])
        ]
        if len(kept) == len(corners):
            return corners
        corners = kept
    return []


def svg_path(rings: Iterable[Ring]) -> str:
    """Return the shortest SVG path of the rings: relative commands m, l, h, v, z, no needless character."""
    return "".join(_ring_path(corners) for ring in rings if (corners := _corners(ring)))


def _ring_path(corners: Ring) -> str:
    path, last = f"M{_pair(*corners[0])}", ""
    for (x0, y0), (x1, y1) in pairwise(corners):
        dx, dy = x1 - x0, y1 - y0
        command, step = ("h", str(dx)) if dy == 0 else ("v", str(dy)) if dx == 0 else ("l", _pair(dx, dy))
        path += command + step if command != last else step if step[0] == "-" else f" {step}"
        last = command
    return path + "z"


def _pair(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"
