"""Draw how the time of E2SFCA grows with communes and with SIAE: `python -m benchmarks.growth`.

It writes docs/methode/croissance.svg, ours and PySAL `access` face to face, and prints the figures it plots. The
communes of a smaller land are drawn from a seed among those of the mainland; SIAE are drawn as in the other benches.
"""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from benchmarks.accessibility import SEED, Land, mainland
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

FIGURE = Path(__file__).parent.parent / "docs/methode/croissance.svg"
COMMUNES = (2_000, 4_000, 8_000, 16_000, 34_774)
SITES = (500, 1_000, 2_000, 4_000, 8_000, 16_000)
# Text stays text and identifiers are drawn from a fixed salt: the file is small, and changes with its figures only.
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "maillage",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
SERIES = (("PySAL access", "#666666", "s", "--"), ("Maillage", "#000091", "o", "-"))  # from the slowest to the fastest

Point = tuple[int, float, float]


def measure(communes: int, sites: int) -> tuple[float, float]:
    """Return the times of `access` and ours, in milliseconds."""
    units, need = mainland()
    held = np.sort(np.random.default_rng(SEED).permutation(len(need))[:communes])
    land = Land.draw(units[held], need[held], sites=sites, radius=30_000, sigma=10_000)
    ours, peer = side_by_side(land.ours, land.peer(), runs=9, clock=process_time)
    print(
        f"communes={communes} sites={sites} pairs={len(land.pairs().distances)} ours_ms={ours:.1f} access_ms={peer:.1f}"
    )
    return peer, ours


def plot(axes: Axes, title: str, label: str, points: Sequence[Point]) -> None:
    sizes = [size for size, *_ in points]
    for column, (name, colour, marker, line) in enumerate(SERIES, start=1):
        times = [point[column] for point in points]
        axes.loglog(sizes, times, color=colour, marker=marker, linestyle=line, markersize=5)
        place = {"xytext": (-12, 6), "textcoords": "offset points", "ha": "right"}
        axes.annotate(name, (sizes[-1], times[-1]), color=colour, fontsize=9, **place)
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel(label, fontsize=9)
    axes.set_ylabel("millisecondes", fontsize=9)
    axes.set_xticks(sizes, [f"{size:,}".replace(",", "\u202f") for size in sizes], fontsize=8)
    axes.set_yticks([1, 10, 100, 1_000], ["1", "10", "100", "1\u202f000"], fontsize=8)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)


def main() -> None:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        plot(left, "4\u202f000 SIAE", "communes", [(size, *measure(size, SITES[3])) for size in COMMUNES])
        plot(right, "34\u202f774 communes", "SIAE", [(size, *measure(COMMUNES[-1], size)) for size in SITES])
        figure.savefig(FIGURE, format="svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
