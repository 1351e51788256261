"""One stopwatch for all benches: the best of several runs, in milliseconds, since other work only ever adds time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Result:
    """What a line prints; `held` is false when a promised bar was missed."""

    figures: dict[str, Any]
    held: bool = True


def timed(work: Callable[[], Any], runs: int = 7, clock: Callable[[], float] = perf_counter) -> float:
    """Return the shortest time of `work` in milliseconds, after one run to warm up."""
    work()
    return min(once(work, clock) for _ in range(runs))


def side_by_side(
    ours: Callable[[], Any], peer: Callable[[], Any], runs: int = 7, clock: Callable[[], float] = perf_counter
) -> tuple[float, float]:
    """Return the shortest time of each, in milliseconds: their runs alternate, so that both meet the same noise.

    On a busy machine a short run finds a quiet moment and a long one does not: `time.process_time` compares works that
    each keep to one core without that advantage.
    """
    ours(), peer()
    times = [(once(ours, clock), once(peer, clock)) for _ in range(runs)]
    return min(time for time, _ in times), min(time for _, time in times)


def processor() -> float:
    """Return the seconds of processor that this process and its children have used: those of a solver of its own."""
    times = os.times()
    return process_time() + times.children_user + times.children_system


def once(work: Callable[[], Any], clock: Callable[[], float] = perf_counter) -> float:
    """Return the milliseconds that one run takes."""
    start = clock()
    work()
    return (clock() - start) * 1000
