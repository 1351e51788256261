"""What awaits whoever imports: files left on the way, lines to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q
from django.urls import reverse

from maillage.foundations.kernel.attentes import Attente
from maillage.foundations.kernel.permissions import granted
from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.models import Lot, Rejet
from maillage.interfaces.imports.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield the imports to resume, those to decide upon, and the rejected lines to correct; two queries."""
    if not granted(user, Permission.IMPORT):
        return
    unfinished = Q(etat__in=[EtatLot.DEPOSE, EtatLot.PRET, EtatLot.CONTROLE])
    lots = Lot.objects.aggregate(
        echoues=Count("pk", filter=Q(etat=EtatLot.ECHOUE)),
        echoue=Max("pk", filter=Q(etat=EtatLot.ECHOUE)),
        a_finir=Count("pk", filter=unfinished),
        a_finir_dernier=Max("pk", filter=unfinished),
    )
    rejets = Rejet.objects.filter(etat=EtatRejet.A_CORRIGER, lot__etat=EtatLot.APPLIQUE).aggregate(
        lignes=Count("pk"), lots=Count("lot", distinct=True), lot=Max("lot")
    )
    if count := lots["echoues"]:
        label = f"{count} imports interrompus à reprendre" if count > 1 else "1 import interrompu à reprendre"
        yield Attente(label, _lead("imports:lot", count, lots["echoue"]), nombre=count, urgente=True)
    if count := rejets["lignes"]:
        label = f"{count} lignes refusées à corriger" if count > 1 else "1 ligne refusée à corriger"
        yield Attente(label, _lead("imports:rejets", rejets["lots"], rejets["lot"]), nombre=count)
    if count := lots["a_finir"]:
        label = (
            f"{count} fichiers déposés, pas encore importés" if count > 1 else "1 fichier déposé, pas encore importé"
        )
        yield Attente(label, _lead("imports:lot", count, lots["a_finir_dernier"]), nombre=count)


def _lead(page: str, lots: int, lot: int) -> str:
    """Return the page of the only batch concerned, else the list of all."""
    return reverse(page, args=[lot]) if lots == 1 else reverse("imports:list")
