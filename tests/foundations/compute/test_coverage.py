"""Coverages and their drawing: nothing lost, nothing twice, every layer aligned."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.compute.coverage import Frame, Ring, clean, dissolve, draw, holes_beside, svg_path

FRAME = Frame.around((0, 0, 10_000, 5_000), width=100)


def squares(columns: int, rows: int, side: float = 1_000) -> np.ndarray:
    return np.array(
        [shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for y in range(rows) for x in range(columns)],
        dtype=object,
    )


def area(rings: list[Ring]) -> float:
    return abs(
        sum(x0 * y1 - x1 * y0 for ring in rings for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True))
        / 2
    )


def test_frame() -> None:
    assert (FRAME.viewbox, FRAME.scale) == ("0 0 100 50", 0.01)
    x, y = FRAME.project(np.array([0.0, 10_000.0]), np.array([5_000.0, 0.0]))
    assert (x.tolist(), y.tolist()) == ([0.0, 100.0], [0.0, 50.0])


def test_clean_closes_slivers_and_overlaps() -> None:
    shapes = squares(3, 3)
    shapes[4] = shapely.box(1_010, 1_010, 2_020, 1_990)  # 10 m short on three sides, 20 m over on the fourth
    assert not shapely.coverage_is_valid(shapes)
    cleaned = clean(shapes)
    assert shapely.coverage_is_valid(cleaned)
    assert (shapely.area(cleaned).sum(), shapely.union_all(cleaned).area) == (9_000_000, 9_000_000)


def test_a_hole_belongs_to_what_it_touches() -> None:
    ring = squares(3, 3)
    hole, around = ring[4], np.delete(ring, 4)
    [found] = holes_beside(around[0], around[1:])
    assert found.equals(hole)
    assert len(holes_beside(shapely.box(9_000, 9_000, 9_500, 9_500), around)) == 0


def test_noise_is_no_hole() -> None:
    around = np.array([shapely.box(0, 0, 1_000, 1_000).difference(shapely.box(400, 400, 500, 500))], dtype=object)
    assert len(holes_beside(around[0], around[1:])) == 0


def test_a_square_has_the_shortest_path() -> None:
    [rings] = draw(np.array([shapely.box(0, 0, 1_000, 2_000)], dtype=object), FRAME)
    assert svg_path(rings) == "M10 30h-10v20h10z"


def test_relative_steps_lose_needless_characters() -> None:
    assert svg_path([[(0, 0), (5, 3), (9, -2), (4, -6)]]) == "M0 0l5 3 4-5-5-4z"


def test_points_in_line_and_spikes_vanish() -> None:
    assert svg_path([[(0, 0), (5, 0), (10, 0), (10, 10), (12, 10), (10, 10), (0, 10)]]) == "M0 0h10v10h-10z"
    assert svg_path([[(0, 0), (5, 5), (0, 0)]]) == ""


def test_a_shape_too_small_keeps_a_pixel() -> None:
    [rings] = draw(np.array([shapely.box(5_000, 1_000, 5_010, 1_010)], dtype=object), FRAME)
    assert area(rings) == 1


def test_a_hole_stays_a_hole_in_a_group() -> None:
    drawings = draw(squares(3, 3), FRAME, tolerance=0)
    rings = dissolve(drawing for index, drawing in enumerate(drawings) if index != 4)
    assert sorted(area([ring]) for ring in rings) == [100, 900]
    assert area(rings) == 800


@given(st.sets(st.integers(0, 49), min_size=1))
def test_the_outline_of_any_group_covers_what_its_members_cover(group: set[int]) -> None:
    drawings = draw(squares(10, 5), FRAME, tolerance=0)
    assert area(dissolve(drawings[index] for index in group)) == 100 * len(group)


@pytest.mark.parametrize("tolerance", [0, 1, 5])
def test_simplified_neighbours_share_their_edges(tolerance: float) -> None:
    rng = np.random.default_rng(20181109)
    points = shapely.multipoints(rng.uniform((0, 0), (10_000, 5_000), size=(200, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    shapes = clean(np.array([shapely.intersection(cell, shapely.box(0, 0, 10_000, 5_000)) for cell in cells]))
    drawings = draw(shapes, FRAME, tolerance)
    assert area(dissolve(drawings)) == pytest.approx(sum(area(rings) for rings in drawings), abs=2)
