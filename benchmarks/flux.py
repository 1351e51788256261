"""The weekly tables of the ASP, at the size of a large region: 300,000 lines of contracts, one in a hundred faulty.

The work is the one of `manage.py import_source`: file received, read, written by slices with its rejects, on the
PostgreSQL of the tests. Seconds are those of the clock; `cpu_s` those that this process and its PostgreSQL session
have used, to compare runs on a machine that is not alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from benchmarks.memory import peak_of
from benchmarks.timing import Result

if TYPE_CHECKING:
    from maillage.interfaces.imports.models import Lot

LINES, PERSONS, STRUCTURES = 300_000, 59_999, 997
# One line in a hundred is faulty; the promise is two minutes on two cores.
EVERY, BAR = 100, 120


def contracts() -> Result:
    """Import the structures and the persons, then time the contracts, their second delivery, and count the rejects."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["TEST"]["NAME"] = "bench_flux"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _contracts()
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


def _contracts() -> Result:
    from tests.factories.flux import contrats, salaries, structures

    _import(structures(STRUCTURES), "flux_structure")
    persons, person_seconds, _ = _timed(salaries(PERSONS), "flux_salarie")
    content, faults = contrats(LINES, persons=PERSONS, structures=STRUCTURES, every=EVERY)
    before = _processor()
    (lot, seconds, _), peak = peak_of(lambda: _timed(content, "flux_contrat_mission"))
    cpu = [after - start for after, start in zip(_processor(), before, strict=True)]
    again, again_seconds, _ = _timed(content, "flux_contrat_mission")
    expected = LINES - faults.total
    right = (
        (lot.lus, lot.crees, lot.rejetes) == (LINES, expected, faults.total)
        and (again.inchanges, again.rejetes) == (expected, faults.total)
        and persons.crees == PERSONS
    )
    figures = {
        "lines": LINES,
        "seconds": round(seconds, 1),
        "bar_s": BAR,
        "lines_per_s": round(LINES / seconds),
        "cpu_python_s": round(cpu[0], 1),
        "cpu_postgres_s": round(cpu[1], 1),
        "peak_mb": round(peak, 1),
        "rejects": lot.rejetes,
        "faults": faults.total,
        "again_s": round(again_seconds, 1),
        "persons": PERSONS,
        "persons_s": round(person_seconds, 1),
        "right": right,
    }
    return Result(figures, held=right and seconds < BAR)


def _timed(content: bytes, source: str) -> tuple[Lot, float, float]:
    start, processor = perf_counter(), process_time()
    lot = _import(content, source)
    return lot, perf_counter() - start, process_time() - processor


def _import(content: bytes, source: str) -> Lot:
    from django.utils import timezone

    from maillage.interfaces.imports.services.lots import submit_lot
    from maillage.interfaces.imports.services.passes import apply_lot, start_lot

    on = timezone.localdate()
    lot = submit_lot(source=source, nom=f"{source}.csv", contenu=content, actor=None, on=on)
    return apply_lot(lot=start_lot(lot=lot, actor=None), actor=None, on=on)


def _processor() -> tuple[float, float]:
    """Return the seconds of processor of this process and of its session of PostgreSQL (0 where it is elsewhere)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return process_time(), 0.0
    fields: list[Any] = stat.read_text().rsplit(")", 1)[1].split()
    return process_time(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


BENCHES = {"flux_contrats": contracts}
