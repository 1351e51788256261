"""Colours of the drawings, and how a part of a drawing is painted.

A drawing names the *role* of each part (`k3`: fourth tint, `na`: unknown, `p0`: first kind of point…). On a page a
role is a CSS class, coloured by `static/kernel/drawings.css` in both themes; on paper, SVG attributes. The tints run
evenly in lightness (OKLCH), so that they keep their order for colour-blind readers and in black and white.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Paint = Callable[[str], str]

SEQUENCE = ("#f3f4c9", "#bad9a9", "#78bd9a", "#2e9e96", "#007a8e", "#005480", "#1b2c6a")
KINDS = ("#b3005e", "#d55e00", "#5b2a86", "#161616", "#7a4b00")
TINTS = len(SEQUENCE)
INK, QUIET, BORDER, LAND, BAR, STRONG = "#161616", "#555555", "#6a6a6a", "#eeeeee", "#2e7f86", "#1b2c6a"

_PAPER = {
    **{f"k{number}": f'fill="{colour}"' for number, colour in enumerate(SEQUENCE)},
    **{f"p{number}": f'fill="{colour}" stroke="#fff" stroke-width="1.5"' for number, colour in enumerate(KINDS)},
    "na": "",  # filled with the hatching, named where it is defined
    "na-ground": 'fill="#fff"',
    "na-lines": 'stroke="#8a8a8a" stroke-width="1.6"',
    "land": f'fill="{LAND}"',
    "shapes": f'stroke="{BORDER}" stroke-width=".6" stroke-linejoin="round"',
    "outlines": 'fill="none" stroke="#161616" stroke-width="1.8" stroke-linejoin="round"',
    "labels": (
        f'font-family="Atkinson Hyperlegible" font-weight="700" font-size="22" text-anchor="middle" fill="{INK}"'
        ' stroke="#fff" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
    ),
}


def page(role: str) -> str:
    """Paint with a class of the style sheet."""
    return f'class="mg-{role}"'


def paper(role: str) -> str:
    """Paint with attributes, the light theme's colours."""
    return _PAPER[role]
