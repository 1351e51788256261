"""Questions on batches and on their rejected lines."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, Func, Min, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import MD5

from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.models import Avertissement, Lot

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet

    from maillage.interfaces.imports.models.lot import LotQuerySet


def list_lots() -> LotQuerySet:
    """Return the batches, newest first, each with how many of its lines can and must still be corrected."""
    waiting = Count("rejets", filter=Q(rejets__etat=EtatRejet.A_CORRIGER, etat=EtatLot.APPLIQUE))
    return Lot.objects.recent().annotate(a_corriger=waiting)


def find_lot(pk: str | None, *, source: str) -> Lot | None:
    """Return the batch that an address names, if it is one of this source."""
    return Lot.objects.filter(pk=pk, source=source).first() if pk and pk.isdecimal() else None


def list_doubles(lot: Lot) -> QuerySet[Lot]:
    """Return the earlier imports of the very same content, newest first."""
    same = Lot.objects.filter(source=lot.source, fichier=lot.fichier_id, etat=EtatLot.APPLIQUE)
    return same.exclude(pk=lot.pk).order_by("-applique_le")


def find_unfinished(source: str, contenu: bytes) -> Lot | None:
    """Return the import of this content that began and did not end, if there is one."""
    unfinished = Lot.objects.filter(
        source=source,
        fichier__empreinte=hashlib.sha256(contenu).hexdigest(),
        etat__in=[EtatLot.EN_COURS, EtatLot.ECHOUE],
    )
    return unfinished.order_by("-pk").first()


def list_rejets(lot: Lot) -> QuerySet[Any]:
    """Return the rejected lines of a batch, each with the fingerprint of its first reason, its `motif`.

    Two reasons are the same when they only differ by what they quote and by their figures.
    """
    told = Func(
        KT("motifs__0__message"),
        Value("«[^»]*»|[0-9]+"),
        Value("…"),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )
    return lot.rejets.select_related("lot", "suite").annotate(motif=MD5(told)).order_by("ligne")


def list_avertissements(lot: Lot) -> QuerySet[Avertissement]:
    """Return what was odd about the lines of a batch that were accepted."""
    return lot.avertissements.order_by("ligne", "pk")


def count_motifs(lot: Lot) -> list[dict[str, Any]]:
    """Return each main reason, the most frequent first: its lines, those still to correct, an example."""
    waiting = Count("pk", filter=Q(etat=EtatRejet.A_CORRIGER))
    rows = (
        list_rejets(lot)
        .values("motif", "code")
        .annotate(nombre=Count("pk"), a_corriger=waiting, premiere=Min("ligne"))
        .order_by("-nombre", "premiere")
    )
    examples = dict(lot.rejets.filter(ligne__in=[row["premiere"] for row in rows]).values_list("ligne", "motifs"))
    return [{**row, "exemple": examples[row["premiere"]][0]["message"]} for row in rows]


def describe_lot(lot: Lot) -> str:
    """Return the counts of a batch in one sentence."""
    read = f"{_count(lot.lus, 'ligne')} lue{'s' if lot.lus > 1 else ''}"
    changes = (
        f"{_count(lot.crees, 'création')}, {_count(lot.modifies, 'modification')}, {lot.inchanges} sans changement"
    )
    if lot.hors_champ:
        changes += f", {lot.hors_champ} hors champ"
    return f"{read}\u202f: {changes}, {_count(lot.rejetes, 'rejet')}, {_count(lot.avertis, 'avertissement')}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
