"""What awaits SIAE (answers, posts to confirm) and whoever leads persons to them. Counts only, no name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.candidatures import awaited, received
from maillage.domains.parcours.queries.postes import closes_on, own_postes, to_confirm
from maillage.domains.parcours.queries.sans_solution import delai, keep_sans_solution
from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person; one query per kind of task."""
    on = timezone.localdate()
    if granted(user, Permission.PUBLISH):
        yield from _answers(user, on)
        yield from _postes(user, on)
    if granted(user, Permission.ORIENTATIONS):
        yield from _sans_solution(user, on)


def _answers(user: User, on: date) -> Iterator[Attente]:
    days = received(user).filter(awaited(on)).values_list("echeance", flat=True)

    def label(count: int) -> str:
        return f"{count} candidatures attendent votre réponse" if count > 1 else "1 candidature attend votre réponse"

    yield from gather(label, page("parcours:candidatures"), days, on)


def _postes(user: User, on: date) -> Iterator[Attente]:
    days = [closes_on(poste, on) for poste in own_postes(user).filter(to_confirm(on))]

    def label(count: int) -> str:
        return f"{count} postes à confirmer" if count > 1 else "1 poste à confirmer"

    yield from gather(label, page("parcours:mes_postes"), days, on)


def _sans_solution(user: User, on: date) -> Iterator[Attente]:
    if count := keep_sans_solution(visible_to(user), on).count():
        who = f"{count} personnes orientées sont" if count > 1 else "1 personne orientée est"
        yield Attente(f"{who} sans solution depuis {delai(on)} jours", page("parcours:sans_solution"), nombre=count)
