"""The memory a computation takes above its inputs, each measured in a fresh process of its own.

A bench names a function without argument that prepares the inputs and returns the work to measure, as
`benchmarks.accessibility:france_ours`. The child calls it, notes what the process holds, runs the work once and tells
how much higher the process went: neither the interpreter, nor the libraries, nor the inputs count.
"""

from __future__ import annotations

import ctypes
import gc
import re
import resource
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_mb(name: str) -> float:
    """Return the peak in MB (10⁶ bytes) of the work that `module:function` prepares."""
    run = subprocess.run([sys.executable, "-m", __name__, name], check=True, capture_output=True, text=True)
    return float(run.stdout.split()[-1])


def _measure(name: str) -> float:
    module, function = name.split(":")
    work: Callable[[], Any] = getattr(import_module(module), function)()
    return peak_of(work)[1]


def peak_of(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a work gives, and how many MB above what this process held it took."""
    gc.collect()
    before = _lower_the_mark()
    result = work()
    return result, (_high_water() - before) / 1e6


def _lower_the_mark() -> int:
    """Give freed pages back and return what the process holds now, the high-water mark lowered to it.

    Where the system cannot lower it (Linux alone does), the mark itself is returned: the peak told is then too low.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    try:
        _RESET.write_text("5")
    except OSError:
        return _high_water()
    return _held("VmRSS")


def _high_water() -> int:
    if _STATUS.exists():
        return _held("VmHWM")
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _held(field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    sys.stdout.write(f"{_measure(sys.argv[1]):.1f}\n")
