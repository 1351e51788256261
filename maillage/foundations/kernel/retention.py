"""What is kept no longer: each room says which of its rows are due on a day, and how to deal with them.

A room that keeps data for a time has a `services/retention.py` with `ETAPES`. A step names rows, never a moment of the
run: dealt with, they are due no more. So a run that is killed goes on where it was, and a second run changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.forgetting import remove
from maillage.foundations.kernel.models import Compteur
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.db.models import QuerySet

LOT = 100


@dataclass(frozen=True, slots=True)
class Etape:
    """One kind of rows that come to their end.

    `echus` returns those due on a day; `traiter` deals with some of them, in one transaction, so that they are due no
    more. A step that cannot be undone waits for the command; an `automatique` one also runs every night by itself.
    """

    libelle: str
    echus: Callable[[date], QuerySet[Any]]
    traiter: Callable[[QuerySet[Any], date], None]
    automatique: bool = False


@dataclass(frozen=True, slots=True)
class Bilan:
    """How many rows a step dealt with, or would have."""

    libelle: str
    modele: str
    nombre: int


def etapes() -> Iterator[Etape]:
    """Yield the steps of every room, the highest first: what speaks of people goes before the people."""
    for config in apps.get_app_configs():
        if config.name.startswith("maillage.") and _has_steps(config.name):
            yield from import_module(f"{config.name}.services.retention").ETAPES
    yield from ETAPES


def run(*, on: date, dry_run: bool = False, automatiques: bool = False) -> Iterator[Bilan]:
    """Run each step (only the automatic ones if asked), in batches; a dry run counts and writes nothing."""
    for etape in etapes():
        if etape.automatique or not automatiques:
            due = etape.echus(on)
            count = due.count() if dry_run else _exhaust(etape, on)
            yield Bilan(etape.libelle, str(due.model._meta.verbose_name_plural), count)


def _exhaust(etape: Etape, on: date) -> int:
    count, last = 0, None
    while True:
        with transaction.atomic():
            rows = etape.echus(on)
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:LOT])
            if not keys:
                return count
            if keys == last:
                raise RuntimeError(f"« {etape.libelle} » ne change rien aux lignes qu’elle traite")
            etape.traiter(rows.model._default_manager.filter(pk__in=keys), on)
            count, last = count + len(keys), keys


def _has_steps(room: str) -> bool:
    return bool(find_spec(f"{room}.services")) and bool(find_spec(f"{room}.services.retention"))


def moment(on: date) -> datetime:
    """Return the instant to date a step with: now, or the noon of the day that the run takes for today."""
    now = timezone.localtime()
    return now if on == now.date() else datetime.combine(on, time(12), now.tzinfo)


def since(code: str, on: date) -> date:
    """Return the day before which what a parameter keeps for so many months or days is due."""
    parametre = get_parametre(code, on=on)
    if parametre.unit == "mois":
        return add_months(on, -int(parametre.value))
    return on - timedelta(days=int(parametre.value))


def _old_jobs(on: date) -> QuerySet[Any]:
    """Return the messages that could not be sent and that nobody will send any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select j.id from procrastinate_jobs j join procrastinate_events e on e.job_id = j.id"
            " where j.status in ('failed', 'cancelled', 'aborted', 'succeeded') group by j.id having max(e.at) < %s",
            [since("kernel.conservation_messages_jours", on)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return ProcrastinateJob.objects.filter(pk__in=keys)


def _over(on: date) -> QuerySet[Any]:
    return Compteur.objects.filter(expire_le__lte=timezone.now())


def _delete(rows: QuerySet[Any], on: date) -> None:
    remove(rows)


ETAPES = (
    Etape("effacer les compteurs d’essais dont la fenêtre est close", _over, _delete, automatique=True),
    Etape("effacer les messages qui n’ont pas pu partir", _old_jobs, _delete, automatique=True),
)
