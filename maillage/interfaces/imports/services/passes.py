"""Run the lines of a batch through its source: once dry, once for good, by the same code.

Lines go by slices, one transaction each, that also holds their rejects, the counts and the last line dealt with: a
process killed at any moment leaves whole slices, and the next run goes on after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.models import Avertissement, Lot, Rejet
from maillage.interfaces.imports.permissions import check_importer
from maillage.interfaces.imports.rules import TRANSITIONS
from maillage.interfaces.imports.services.lots import list_entries, list_lines
from maillage.interfaces.imports.services.suites import settle_origine
from maillage.interfaces.imports.source import Context, Mapper, Outcome, get_source

if TYPE_CHECKING:
    from datetime import date, datetime

    from maillage.interfaces.imports.reading.entries import Entry
    from maillage.references.accounts.models import User

# Enough for the services to work by sets, few enough for short transactions: a matter of speed, not of policy.
SLICE = 1000
# First key of the PostgreSQL advisory locks that keep two processes from running the same batch.
LOCK = 1_108

Report = Callable[[int], None]


def _silent(_: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class LotApplique(Event):
    """A batch has been imported to its end."""

    lot: int
    source: str


def check_lot(*, lot: Lot, actor: User | None, on: date, report: Report = _silent) -> Lot:
    """Do as if: run every line, keep the counts, rejects and warnings, and undo what the domains wrote."""
    check_importer(actor)
    with _alone(lot):
        TRANSITIONS.target("check", lot.etat)
        _reset(lot)
        lot = _run(lot, actor=actor, on=on, report=report, dry_run=True)
        return _move(lot, "check", actor=actor, controle_le=timezone.now())


@transaction.atomic
def start_lot(*, lot: Lot, actor: User | None) -> Lot:
    """Decide to import a checked batch, from its first line, or an interrupted one from where it stopped.

    A process killed outright leaves the batch as if it were running: it is resumed too, unless one does hold it.
    """
    check_importer(actor)
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    if lot.etat in (EtatLot.EN_COURS, EtatLot.ECHOUE):
        with _alone(lot):
            return _move(lot, "resume", actor=actor)
    if lot.etat == EtatLot.CONTROLE and not lot.valides:
        why = (
            "Aucune ligne du fichier n’est valide"
            if lot.lus
            else "Le fichier ne contient aucune ligne sous son en-tête"
        )
        raise Refused(Refusal("aucune_ligne", f"{why} : il n’y a rien à importer."))
    lot = _move(lot, "start", actor=actor)
    _reset(lot)
    return lot


def apply_lot(*, lot: Lot, actor: User | None, on: date, report: Report = _silent) -> Lot:
    """Write the lines of a started batch, from the one after the last written; an error leaves it to be resumed."""
    check_importer(actor)
    with _alone(lot):
        if lot.etat == EtatLot.APPLIQUE:  # a job that died between its end and saying so is run again
            return lot
        if lot.etat != EtatLot.EN_COURS:
            raise Refused(
                Refusal("lot_non_lance", f"Ce lot n’est pas en cours d’import : « {lot.get_etat_display()} ».")
            )
        try:
            lot = _run(lot, actor=actor, on=on, report=report, dry_run=False)
        except Exception:
            lot.refresh_from_db()
            if lot.etat == EtatLot.EN_COURS:
                _move(lot, "fail", actor=actor)
            raise
        with transaction.atomic():
            publish(LotApplique(lot.pk, lot.source))
            return _move(lot, "finish", actor=actor, applique_le=timezone.now())


@contextmanager
def _alone(lot: Lot) -> Iterator[None]:
    """Hold the batch against other processes; the lock falls with the connection, so a killed process frees it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCK, lot.pk])
        if not cursor.fetchone()[0]:
            raise Refused(Refusal("deja_en_cours", "Ce lot est déjà en cours de traitement."))
    try:
        lot.refresh_from_db()
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK, lot.pk])


@transaction.atomic
def _reset(lot: Lot) -> None:
    lot.rejets.all().delete()
    lot.avertissements.all().delete()
    for name in ("lus", "crees", "modifies", "inchanges", "hors_champ", "rejetes", "avertis", "derniere_ligne"):
        setattr(lot, name, 0)
    lot.save()


@transaction.atomic
def _move(lot: Lot, act: str, *, actor: User | None, **values: datetime) -> Lot:
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    audit.move(lot, act, TRANSITIONS, actor=actor)
    for name, value in values.items():
        setattr(lot, name, value)
    lot.save(update_fields=["etat", *values])
    counts = {name: getattr(lot, name) for name in ("lus", "crees", "modifies", "inchanges", "hors_champ", "rejetes")}
    audit.record(f"imports.{act}", lot, actor=actor, **counts)
    return lot


def _run(lot: Lot, *, actor: User | None, on: date, report: Report, dry_run: bool) -> Lot:
    source, etat = get_source(lot.source), lot.etat
    mapper = source.open(Context(actor, on, lot.provenance, partial(list_lines, lot, on=on)))
    remaining = (entry for entry in list_entries(lot, on=on) if entry.row.number > lot.derniere_ligne)
    while entries_slice := list(islice(remaining, None if source.whole else source.slice or SLICE)):
        with transaction.atomic():
            lot = Lot.objects.select_for_update().get(pk=lot.pk)
            if lot.etat != etat:
                raise Refused(Refusal("etat_change", f"Le lot a changé d’état : « {lot.get_etat_display()} »."))
            outcomes = _map(entries_slice, mapper, dry_run=dry_run)
            _keep(lot, entries_slice, outcomes)
            if lot.origine_id and not dry_run:
                accepted = [not outcome.refusals for outcome in outcomes]
                settle_origine(lot, [entry.row for entry in entries_slice], accepted)
        report(lot.lus)
    return lot


def _map(entries: list[Entry], mapper: Mapper, *, dry_run: bool) -> list[Outcome]:
    """Return the outcome of each entry; of a dry run, only the outcomes remain."""
    with transaction.atomic():
        mapped = iter(mapper([entry.line for entry in entries if entry.line is not None]))
        transaction.set_rollback(dry_run)
    return [Outcome(None, entry.refusals) if entry.line is None else next(mapped) for entry in entries]


def _keep(lot: Lot, entries: list[Entry], outcomes: list[Outcome]) -> None:
    """Write the counts, rejects and warnings of a slice."""
    pairs = list(zip(entries, outcomes, strict=True))
    changes = Counter(outcome.change for outcome in outcomes)
    avertissements = [
        Avertissement(lot=lot, ligne=entry.row.number, code=w.code, message=w.message, colonne=w.field or "")
        for entry, outcome in pairs
        for w in outcome.warnings
        if not outcome.refusals
    ]
    Rejet.objects.bulk_create(
        Rejet(
            lot=lot,
            ligne=entry.row.number,
            valeurs=entry.row.values,
            motifs=[{"code": r.code, "message": r.message, "colonne": r.field or ""} for r in outcome.refusals],
            code=outcome.refusals[0].code,
        )
        for entry, outcome in pairs
        if outcome.refusals
    )
    Avertissement.objects.bulk_create(avertissements)
    lot.lus += len(pairs)
    lot.crees += changes["cree"]
    lot.modifies += changes["modifie"]
    lot.inchanges += changes["inchange"]
    lot.hors_champ += changes["hors_champ"]
    lot.rejetes += changes[None]
    lot.avertis += len(avertissements)
    lot.derniere_ligne = entries[-1].row.number
    counts = ("lus", "crees", "modifies", "inchanges", "hors_champ", "rejetes", "avertis")
    lot.save(update_fields=[*counts, "derniere_ligne"])
