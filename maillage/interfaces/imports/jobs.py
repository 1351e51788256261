"""The long runs, as jobs: each may die and be run again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from maillage.foundations.kernel import progress
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.jobs import enqueue, job
from maillage.foundations.kernel.models import Tache
from maillage.foundations.kernel.notifications import notify
from maillage.foundations.kernel.parameters import get_parametre
from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.queries.lots import describe_lot
from maillage.interfaces.imports.services.lots import map_colonnes, submit_lot
from maillage.interfaces.imports.services.passes import apply_lot, check_lot, start_lot
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.core.files import File

INCIDENT = "Un incident technique a interrompu le traitement. Rien n’est perdu : reprenez-le depuis la page du lot."


@transaction.atomic
def receive_file(
    *, source: str, fichier: File[bytes], provenance: str, origine: Lot | None, actor: User, on: date
) -> tuple[Lot, Tache | None]:
    """Receive a file and ask for its dry run; no task when its columns must be designated first."""
    lot = submit_lot(
        source=source,
        nom=fichier.name or "fichier",
        contenu=fichier.read(),
        provenance=provenance or (origine.provenance if origine else ""),
        origine=origine,
        actor=actor,
        on=on,
    )
    return lot, launch_check(lot=lot, actor=actor, on=on) if lot.etat == EtatLot.PRET else None


@transaction.atomic
def map_and_check(*, lot: Lot, colonnes: Mapping[str, int], actor: User, on: date) -> Tache:
    """Designate the columns of a batch and ask for its dry run."""
    return launch_check(lot=map_colonnes(lot=lot, colonnes=colonnes, actor=actor), actor=actor, on=on)


@transaction.atomic
def launch_check(*, lot: Lot, actor: User, on: date) -> Tache:
    """Ask for the dry run of a batch; return the task to follow."""
    return _launch(run_check, lot, f"Contrôle de {lot.nom_fichier}", actor=actor, on=on, total=None)


@transaction.atomic
def launch_apply(*, lot: Lot, actor: User, on: date) -> Tache:
    """Decide to import a batch, or to go on with an interrupted one; return the task to follow."""
    total = lot.lus if lot.etat == EtatLot.CONTROLE else None  # only a dry run has counted every line
    lot = start_lot(lot=lot, actor=actor)
    return _launch(run_apply, lot, f"Import de {lot.nom_fichier}", actor=actor, on=on, total=total)


@job(queue="imports")
def run_check(lot: int, tache: int, actor: int, on: str) -> None:
    """Run a batch dry."""
    _follow(check_lot, lot, tache, actor, on)


@job(queue="imports")
def run_apply(lot: int, tache: int, actor: int, on: str) -> None:
    """Import a batch, or what remains of it."""
    _follow(apply_lot, lot, tache, actor, on)


def _launch(task: Any, lot: Lot, libelle: str, *, actor: User, on: date, total: int | None) -> Tache:
    suite = reverse("imports:lot", args=[lot.pk])
    tache = Tache.objects.create(libelle=libelle[:200], auteur=actor, total=total, suite_url=suite)
    Lot.objects.filter(pk=lot.pk).update(tache=tache)
    enqueue(task, lot=lot.pk, tache=tache.pk, actor=actor.pk, on=on.isoformat())
    return tache


def _follow(run: Callable[..., Lot], lot_pk: int, tache_pk: int, actor_pk: int, on: str) -> None:
    """Run with progress shown, tell the end on the task's page, notify the author of a long import."""
    tache, actor, day = Tache.objects.get(pk=tache_pk), User.objects.get(pk=actor_pk), date.fromisoformat(on)
    progress.start(tache, total=tache.total)
    with progress.failing(tache, INCIDENT):
        try:
            lot = run(
                lot=Lot.objects.get(pk=lot_pk),
                actor=actor,
                on=day,
                report=lambda done: progress.advance(tache, done, "lignes traitées"),
            )
        except Refused as refused:
            progress.fail(tache, str(refused))
            return
        message = describe_lot(lot)
        progress.finish(tache, message=message)
    if lot.lus >= get_parametre("imports.lignes_avis", on=day).value:
        texte = f"{tache.libelle}\u202f: terminé. {message}"
        notify(actor, "imports.termine", texte, reverse("imports:lot", args=[lot.pk]))
