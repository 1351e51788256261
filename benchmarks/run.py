"""Time our engines beside their peers: `make bench`. Both sides run in this process, on the same input.

Each line reads `BENCH <name> key=value …`; `ratio` is the peer's time over ours (higher is better for us), `bar_ms` the
time we promise to stay under. The exit code is 1 when a bar is missed or a result differs from the peer's.
"""

from __future__ import annotations

import sys

from benchmarks import accessibility

BENCHES = (accessibility.region, accessibility.france, accessibility.scenario)


def main() -> int:
    missed = 0
    for bench in BENCHES:
        result = bench()
        figures = " ".join(f"{key}={value}" for key, value in result.figures.items())
        sys.stdout.write(f"BENCH {result.name} {figures}\n")
        sys.stdout.flush()
        missed += not result.held
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
