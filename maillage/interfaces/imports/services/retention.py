"""What a file contained is kept for a time: its fingerprint and its counts stay, its lines go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from maillage.foundations.kernel.retention import Etape, since
from maillage.interfaces.imports.models import Avertissement, Fichier, Lot, Rejet

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

CONSERVATION = "imports.conservation_lignes_mois"
# Said in the place of the reasons, which quote what the line held.
OUBLIE = "Le contenu de cette ligne n’est plus gardé."


def old_lots(on: date) -> QuerySet[Lot]:
    """Return the batches whose lines are kept no longer."""
    return Lot.objects.filter(depose_le__date__lte=since(CONSERVATION, on))


def _rejets(on: date) -> QuerySet[Any]:
    return Rejet.objects.filter(lot__in=old_lots(on)).exclude(valeurs=[])


def _forget_rejets(rows: QuerySet[Any], on: date) -> None:
    for rejet in rows:
        motifs = [{"code": motif["code"], "message": OUBLIE, "colonne": ""} for motif in rejet.motifs]
        Rejet.objects.filter(pk=rejet.pk).update(valeurs=[], corrections={}, motifs=motifs)


def _avertissements(on: date) -> QuerySet[Any]:
    return Avertissement.objects.filter(lot__in=old_lots(on)).exclude(message=OUBLIE)


def _forget_avertissements(rows: QuerySet[Any], on: date) -> None:
    rows.update(message=OUBLIE)


def _extraits(on: date) -> QuerySet[Any]:
    return old_lots(on).exclude(extrait=[])


def _forget_extraits(rows: QuerySet[Any], on: date) -> None:
    rows.update(extrait=[])


def _fichiers(on: date) -> QuerySet[Any]:
    recent = Lot.objects.filter(fichier=OuterRef("pk")).exclude(pk__in=old_lots(on).values("pk"))
    return Fichier.objects.filter(~Exists(recent)).exclude(contenu=b"")


def _forget_fichiers(rows: QuerySet[Any], on: date) -> None:
    rows.update(contenu=b"")


ETAPES = (
    Etape("vider les lignes rejetées", _rejets, _forget_rejets),
    Etape("vider les avertissements", _avertissements, _forget_avertissements),
    Etape("vider les premières lignes montrées", _extraits, _forget_extraits),
    Etape("vider le contenu des fichiers", _fichiers, _forget_fichiers),
)
