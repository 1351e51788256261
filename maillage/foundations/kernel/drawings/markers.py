"""The marks of points: each kind has its own, so that colour is never the only difference."""

from __future__ import annotations

# Corners of the marks, for a radius of 1; sized to weigh the same on the eye as the disc.
CORNERS = (
    (),  # the disc has none
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0, -1.2), (1.2, 0.95), (-1.2, 0.95)),
    ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    (
        *((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)),
        *((0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
    ),
)


def marker(kind: int, x: float, y: float, r: float) -> str:
    """Return the path of a point: disc, square, triangle, diamond or cross."""
    if kind == 0:
        return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0{-2 * r:g} 0z"
    corners = CORNERS[kind]
    return "M" + "L".join(f"{x + r * across:.4g} {y + r * down:.4g}" for across, down in corners) + "z"
