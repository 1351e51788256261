"""Draw how the time of siting grows with candidates and with sites: `python -m benchmarks.siting_growth`.

It writes docs/methode/implantation.svg and prints the figures it plots: the time to the first answer and to the proof,
coverage at 10 km and p-median. A search cut by the deadline is an empty mark: what it has is a gap, which is printed.
The candidates are drawn from a seed among the 1,285 units of Île-de-France; all of them are to be served.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from benchmarks.accessibility import SEED, mainland
from benchmarks.growth import STYLE
from benchmarks.timing import once, processor, timed
from maillage.foundations.compute.catchments import catchment
from maillage.foundations.compute.siting import (
    Kind,
    Median,
    Preuve,
    Siting,
    expansion,
    maximise_coverage,
    minimise_distance,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

FIGURE = Path(__file__).parent.parent / "docs/methode/implantation.svg"
CANDIDATES = (200, 400, 800, 1_285)
SITES = (2, 5, 10, 15, 20)
RADIUS, DEADLINE = 10_000.0, 60.0
COLOURS = {"couverture": "#000091", "distance": "#c9191e"}


class Point(NamedTuple):
    """Seconds (of processor) to the first answer and to the end, and whether the end is a proof."""

    size: int
    first: float
    seconds: float
    proven: bool


def choose(model: str, candidates: int, sites: int, *, prove: bool) -> Siting:
    units, need = mainland("11")
    allowed = np.zeros(len(need), dtype=bool)
    allowed[np.random.default_rng(SEED).permutation(len(need))[:candidates]] = True
    if model == "distance":
        median = Median.between(need, units, units, sites, allowed=allowed)
        return minimise_distance(median, prove=prove, deadline=DEADLINE)
    kind = Kind(catchment(units, units, RADIUS), allowed=allowed)
    return maximise_coverage(expansion(need, [kind], count=sites).problem, prove=prove, deadline=DEADLINE)


def measure(model: str, candidates: int, sites: int, size: int) -> Point:
    first = timed(partial(choose, model, candidates, sites, prove=False), runs=2, clock=processor) / 1000
    answers: list[Siting] = []
    seconds = once(lambda: answers.append(choose(model, candidates, sites, prove=True)), processor) / 1000
    found = answers[0]
    print(
        f"model={model} candidates={candidates} sites={sites} first_s={first:.2f} seconds={seconds:.2f} "
        f"objective={found.objective:.0f} gap={found.gap:.3%} preuve={found.preuve.value}",
        flush=True,
    )
    return Point(size, first, seconds, found.preuve is Preuve.OPTIMALE)


def plot(axes: Axes, title: str, label: str, series: Mapping[str, Sequence[Point]]) -> None:
    for model, points in series.items():
        sizes, colour = [point.size for point in points], COLOURS[model]
        proofs = [point.seconds for point in points]
        firsts = [point.first for point in points]
        axes.loglog(sizes, proofs, color=colour, label=f"{model}\u202f: preuve")
        axes.loglog(
            sizes, firsts, color=colour, linestyle="--", marker=".", linewidth=1, label=f"{model}\u202f: réponse"
        )
        for point in points:
            filled = colour if point.proven else "white"
            axes.plot([point.size], [point.seconds], "o", markersize=6, markeredgecolor=colour, color=filled)
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel(label, fontsize=9)
    axes.set_ylabel("secondes de processeur", fontsize=9)
    axes.set_xticks(sizes, [f"{size:,}".replace(",", "\u202f") for size in sizes], fontsize=8)
    axes.set_yticks([0.1, 1, 10, 60], ["0,1", "1", "10", "60"], fontsize=8)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)


def main() -> None:
    by_candidates = {model: [measure(model, size, 10, size) for size in CANDIDATES] for model in COLOURS}
    by_sites = {model: [measure(model, CANDIDATES[-1], size, size) for size in SITES] for model in COLOURS}
    draw(by_candidates, by_sites)


def draw(by_candidates: dict[str, list[Point]], by_sites: dict[str, list[Point]]) -> None:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3.8), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        plot(left, "10 sites à choisir", "candidats", by_candidates)
        plot(right, "1\u202f285 candidats", "sites à choisir", by_sites)
        left.legend(frameon=False, fontsize=8, loc="upper left")
        figure.savefig(FIGURE, format="svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
