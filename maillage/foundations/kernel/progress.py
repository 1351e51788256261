"""The progress of a long work, as its page shows it.

Others see a figure only once it is committed. So a long job commits batch by batch and reports between two batches; a
report from inside a transaction would stay invisible until its end, and Django refuses it (`durable`).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from maillage.foundations.kernel.models import Tache

if TYPE_CHECKING:
    from collections.abc import Iterator

Etat = Tache.Etat


def start(tache: Tache, *, total: int | None = None) -> None:
    """Say that the work begins, or begins again; `total` counts the units of work (None: unknown)."""
    _write(tache, etat=Etat.EN_COURS, etape="", fait=0, total=total, message="", finie_le=None)


def advance(tache: Tache, fait: int, etape: str = "") -> None:
    """Say how many units are done so far, and what is being done."""
    _write(tache, fait=fait, etape=etape)


def finish(tache: Tache, *, message: str = "", suite_url: str = "") -> None:
    """Say that the work is done, what came of it and on which page it goes on."""
    fait = tache.fait if tache.total is None else tache.total
    _write(
        tache,
        etat=Etat.TERMINEE,
        fait=fait,
        message=message,
        suite_url=suite_url or tache.suite_url,
        finie_le=timezone.now(),
    )


def fail(tache: Tache, message: str) -> None:
    """Say that the work stopped before its end, and why, in French."""
    _write(tache, etat=Etat.EN_ECHEC, message=message, finie_le=timezone.now())


@contextmanager
def failing(tache: Tache, message: str) -> Iterator[None]:
    """Mark the task as failed, with `message`, if the block raises; the error goes on its way to the worker."""
    try:
        yield
    except Exception:
        fail(tache, message)
        raise


def _write(tache: Tache, **values: object) -> None:
    for name, value in values.items():
        setattr(tache, name, value)
    with transaction.atomic(durable=True):
        Tache.objects.filter(pk=tache.pk).update(**values)
