"""What becomes of rejected lines: corrected one by one, replayed by a corrected file, or abandoned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.models import Avertissement, Lot, Rejet
from maillage.interfaces.imports.permissions import check_importer
from maillage.interfaces.imports.queries.lots import list_rejets
from maillage.interfaces.imports.reading.entries import refuse_double
from maillage.interfaces.imports.reading.table import LIGNE_ORIGINE, place_of
from maillage.interfaces.imports.services.lots import find_accepted, list_lines
from maillage.interfaces.imports.source import Context, get_source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.interfaces.imports.reading import Row
    from maillage.references.accounts.models import User


@transaction.atomic
def replay_rejet(*, rejet: Rejet, valeurs: Mapping[str, str], actor: User | None, on: date) -> Rejet:
    """Run a rejected line again with corrected values (by expected column), as its import would have.

    Raise `Refused` with the reasons that remain, each on its column, or because the batch has accepted the same line;
    nothing is then written.
    """
    check_importer(actor)
    rejet = _lock(rejet)
    source = get_source(rejet.lot.source)
    line = source.read({**rejet.cells(), **valeurs})
    if where := find_accepted(rejet.lot, on=on).get(line.key):
        raise Refused(refuse_double(source, where))
    lines = partial(list_lines, rejet.lot, on=on, more=[line])
    mapper = source.open(Context(actor, on, rejet.lot.provenance, lines))
    [outcome] = mapper([line])
    if outcome.refusals:
        raise Refused(*outcome.refusals)
    Avertissement.objects.bulk_create(
        Avertissement(lot=rejet.lot, ligne=rejet.ligne, code=w.code, message=w.message, colonne=w.field or "")
        for w in outcome.warnings
    )
    before = rejet.cells()
    rejet.corrections |= {code: value for code, value in valeurs.items() if value != before.get(code, "")}
    _settle(rejet, EtatRejet.REJOUE)
    audit.record("imports.replay", rejet, actor=actor, corrections=rejet.corrections, resultat=outcome.change)
    return rejet


@transaction.atomic
def abandon_rejet(*, rejet: Rejet, motif: str, actor: User | None) -> Rejet:
    """Leave a rejected line out for good, and say why; its content stays readable."""
    check_importer(actor)
    rejet = _lock(rejet)
    _settle(rejet, EtatRejet.ABANDONNE)
    audit.record("imports.abandon", rejet, actor=actor, motif=motif)
    return rejet


@transaction.atomic
def abandon_motif(*, lot: Lot, motif: str, raison: str, actor: User | None) -> int:
    """Leave out for good every line still to correct that has this reason, and say why; return how many there were.

    `motif` is the fingerprint that `list_rejets` gives to a reason.
    """
    check_importer(actor)
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    _check_imported(lot)
    waiting = Rejet.objects.select_for_update().filter(
        pk__in=list_rejets(lot).filter(motif=motif, etat=EtatRejet.A_CORRIGER).order_by().values("pk")
    )
    rejets = list(waiting)
    if not rejets:
        raise Refused(Refusal("motif_traite", "Aucune ligne de ce motif ne reste à corriger."))
    Rejet.objects.filter(pk__in=[rejet.pk for rejet in rejets]).update(
        etat=EtatRejet.ABANDONNE, traite_le=timezone.now()
    )
    _settle_origine(lot, [rejet.valeurs for rejet in rejets], etat=EtatRejet.ABANDONNE)
    audit.record_all("imports.abandon", [(rejet, {"motif": raison}) for rejet in rejets], actor=actor)
    return len(rejets)


def settle_origine(lot: Lot, rows: Sequence[Row], accepted: Sequence[bool]) -> None:
    """Mark the rejects that a corrected file takes up: replayed if accepted, else to correct in `lot`."""
    for etat, wanted in ((EtatRejet.REJOUE, True), (EtatRejet.REPRIS, False)):
        taken = [row.values for row, ok in zip(rows, accepted, strict=True) if ok == wanted]
        _settle_origine(lot, taken, etat=etat, suite=lot)


def _settle_origine(lot: Lot, lines: Sequence[Sequence[str]], **values: Any) -> None:
    """Write `values` on the rejects that lines of `lot` come from, and so on up to the first batch."""
    place = place_of(LIGNE_ORIGINE, lot.entete)
    if lot.origine is None or place is None:
        return
    numbers = {int(line[place]) for line in lines if place < len(line) and line[place].isdecimal()}
    waiting = Rejet.objects.filter(
        lot=lot.origine, ligne__in=numbers, etat__in=[EtatRejet.A_CORRIGER, EtatRejet.REPRIS]
    )
    above = list(waiting.values_list("valeurs", flat=True))
    waiting.update(**values, traite_le=timezone.now())
    _settle_origine(lot.origine, above, **values)


def _lock(rejet: Rejet) -> Rejet:
    rejet = Rejet.objects.select_for_update(of=("self",)).select_related("lot").get(pk=rejet.pk)
    _check_imported(rejet.lot)
    if rejet.etat != EtatRejet.A_CORRIGER:
        raise Refused(Refusal("rejet_traite", f"Cette ligne est déjà traitée : {rejet.get_etat_display()}."))
    return rejet


def _check_imported(lot: Lot) -> None:
    if lot.etat != EtatLot.APPLIQUE:
        raise Refused(Refusal("lot_non_importe", "Les rejets se corrigent une fois le lot importé."))


def _settle(rejet: Rejet, etat: EtatRejet) -> None:
    rejet.etat, rejet.traite_le = etat, timezone.now()
    rejet.save(update_fields=["etat", "traite_le", "corrections"])
    _settle_origine(rejet.lot, [rejet.valeurs], etat=etat)
