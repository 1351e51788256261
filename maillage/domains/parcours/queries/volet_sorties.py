"""The part of a person's sheet that tells how they left and what they became; the news that wait for a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte, EtatEnquete
from maillage.domains.parcours.models import Sortie
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.enquetes import enquetes_of, list_enquetes
from maillage.domains.parcours.queries.social import reads_social
from maillage.domains.parcours.queries.sorties import JOUR, with_sejour
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ORDRE = 60


def sorties(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the ways out of a person and their news, in three queries; None without a way out."""
    if not granted(user, Permission.VIEW):
        return None
    rows = with_sejour(Sortie.objects.filter(contrat__personne=personne), on).select_related("contrat__siae")
    found = [
        (row, row.le - JOUR, CategorieSortie(row.categorie).label, Decompte(row.decompte).label)
        for row in rows.order_by("-le")
    ]
    if not found:
        return None
    mine = set(list_enquetes(user, on).filter(sortie__contrat__personne=personne).values_list("pk", flat=True))
    nouvelles = [
        (
            each,
            EtatEnquete(each.etat).label,
            reverse("parcours:enquete_saisir", args=[personne.public_id, each.public_id])
            if each.pk in mine and not each.repondue_le and not each.refusee_le
            else "",
        )
        for each in enquetes_of(personne, on)
    ]
    return Volet(
        code="sorties",
        titre="Sortie et nouvelles",
        template="parcours/sorties/_volet.html",
        ordre=ORDRE,
        contexte={"sorties": found, "nouvelles": nouvelles, "social": reads_social(user, personne)},
    )


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield the calls to make for news, in one query."""
    if user.membre is None or not granted(user, Permission.FOLLOW_UP):
        return
    rows = list_enquetes(user, timezone.localdate()).filter(etat=EtatEnquete.A_APPELER.value)
    ends = sorted(rows.values_list("expire_le", flat=True))
    if ends:
        label = "personnes sorties sont à appeler" if len(ends) > 1 else "personne sortie est à appeler"
        url = f"{page('parcours:enquetes')}?etat={EtatEnquete.A_APPELER.value}"
        yield Attente(
            f"{len(ends)} {label} pour prendre de leurs nouvelles"
            if len(ends) > 1
            else f"1 {label} pour prendre de ses nouvelles",
            url,
            ends[0] - JOUR,
            len(ends),
        )
