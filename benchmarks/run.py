"""Time our engines beside their peers: `make bench`. Both sides run in this process, on the same input.

Each line reads `BENCH <name> key=value …`; `ratio` is the peer's time over ours (higher is better for us), `bar_ms` the
time we promise to stay under, `peak_mb` and `peer_peak_mb` the memory each side takes above its inputs, in a process
of its own. The exit code is 1 when a bar is missed or a result differs from the peer's.

Names given on the command line choose among the benches: `python -m benchmarks.run accessibility_france`.
"""

from __future__ import annotations

import sys
from importlib import import_module

# Each module lists its own: a bench is a function without argument that returns a `benchmarks.timing.Result`.
MODULES = ("accessibility", "siting", "flux", "parcours")


def main(names: list[str]) -> int:
    missed = 0
    for module in MODULES:
        for name, bench in import_module(f"benchmarks.{module}").BENCHES.items():
            if names and name not in names:
                continue
            result = bench()
            figures = " ".join(f"{key}={value}" for key, value in result.figures.items())
            sys.stdout.write(f"BENCH {name} {figures}\n")
            sys.stdout.flush()
            missed += not result.held
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
