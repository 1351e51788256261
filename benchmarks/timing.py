"""One stopwatch for all benches: the best of several runs, in milliseconds, since other work only ever adds time."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Result:
    """A printed line; `held` is false when the promised bar was missed."""

    name: str
    figures: dict[str, Any]
    held: bool = True


def timed(work: Callable[[], Any], runs: int = 7) -> float:
    """Return the shortest time of `work` in milliseconds, after one run to warm up."""
    work()
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return min(times)
