"""What awaits whoever follows rights: those that end, the requests, the suspensions. Counts only, no name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.demandes import to_answer, waiting_of
from maillage.domains.parcours.queries.fins import soon, suspensions_ending
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.titres import own_siae
from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person; one query per kind of task."""
    on = timezone.localdate()
    if granted(user, Permission.VIEW):
        url = f"{page('parcours:titres')}?echeance=3&sans_suite=on"
        yield from gather(
            _words("titre finit", "titres finissent", "bientôt, sans suite prévue"), url, soon(user, on), on
        )
    if granted(user, Permission.GRANT):
        yield from _to_answer(user, on)
    if granted(user, Permission.HIRE):
        yield from _of_siae(user, on)


def _to_answer(user: User, on: date) -> Iterator[Attente]:
    """Yield the requests to answer; pressing once a reminder would be due."""
    rows = list(to_answer(user).values_list("demandee_le", "echeance"))
    if not rows:
        return
    label = _words("demande de prolongation", "demandes de prolongation", "à traiter")(len(rows))
    late = on - timedelta(days=number("demande_prolongation_rappel_jours", on))
    urgent = any(asked <= late for asked, _ in rows)
    yield Attente(label, _inbox(), min(echeance for _, echeance in rows), len(rows), urgent)


def _of_siae(user: User, on: date) -> Iterator[Attente]:
    late = waiting_of(user).filter(echeance__lt=on).values_list("echeance", flat=True)
    label = _words("demande de prolongation", "demandes de prolongation", "sans réponse à temps\u202f: relancez")
    yield from gather(label, _inbox(), late, on)
    until = on + timedelta(days=number("alerte_fin_suspension_jours", on))
    siae = list(own_siae(user).values_list("pk", flat=True))
    ends = suspensions_ending(user, siae, on, until)
    label = _words("suspension de parcours se termine", "suspensions de parcours se terminent", "bientôt")
    yield from gather(label, f"{page('parcours:titres')}?suspendu=on", ends, on)


def _inbox() -> str:
    return f"{page('parcours:demandes')}?etat=attente"


def _words(one: str, many: str, rest: str) -> Callable[[int], str]:
    return lambda number_: f"{number_} {many if number_ > 1 else one} {rest}"
