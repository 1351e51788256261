"""Sessions of POEC, their candidates, their figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from maillage.domains.entreprises.enums.poec import EtatCandidat
from maillage.domains.entreprises.models import CandidatPoec, SessionPoec
from maillage.domains.entreprises.models.poec import ASSIS
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.rules.poec import CANDIDAT, may_move
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.foundations.kernel.states import Transition
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

E = EtatCandidat
# Each step, and the states of those who have reached it.
ETAPES = (
    ("proposés", tuple(E)),
    ("retenus", (*ASSIS, E.ABANDON)),
    ("entrés en formation", (E.ENTRE, E.ACHEVE, E.EMBAUCHE, E.SANS_EMBAUCHE, E.ABANDON)),
    ("formations achevées", (E.ACHEVE, E.EMBAUCHE, E.SANS_EMBAUCHE)),
    ("embauchés", (E.EMBAUCHE,)),
)


def list_sessions() -> QuerySet[SessionPoec]:
    """Return every session with the seats that are left (`libres`), in one query."""
    seated = Count("candidats", filter=Q(candidats__etat__in=ASSIS))
    return (
        SessionPoec.objects.select_related("organisation", "rome", "commune")
        .annotate(prises=seated, libres=F("places") - seated)
        .order_by("-debut", "pk")
    )


def open_sessions(on: date) -> QuerySet[SessionPoec]:
    """Return the sessions that one may still propose somebody to."""
    rows: Any = list_sessions()
    found: QuerySet[SessionPoec] = rows.filter(annulee_le__isnull=True, debut__gt=on, libres__gt=0)
    return found.order_by("debut", "pk")


def led_sessions(user: User) -> QuerySet[SessionPoec]:
    """Return the sessions that one's organisation leads."""
    if user.membre is None or not granted(user, Permission.LEAD_POEC):
        return SessionPoec.objects.none()
    return list_sessions().filter(organisation=user.membre.organisation_id)


def proposed_by(user: User) -> QuerySet[CandidatPoec]:
    """Return the candidates of one's SIAE whose file is open to one."""
    if user.membre is None or not granted(user, Permission.PROPOSE):
        return CandidatPoec.objects.none()
    return CandidatPoec.objects.filter(
        siae__organisation=user.membre.organisation_id, personne__in=visible_to(user)
    ).select_related("session", "personne", "siae")


def reachable(user: User) -> QuerySet[CandidatPoec]:
    """Return the candidates that one may move: those of one's sessions, without their names, and of one's SIAE."""
    mine = Q(session__in=led_sessions(user).values("pk")) | Q(pk__in=proposed_by(user).values("pk"))
    return CandidatPoec.objects.filter(mine).select_related("session", "siae")


@dataclass(frozen=True, slots=True)
class LigneCandidat:
    """A candidate as the page of a session shows them: `personne` is None for who may not know who they are."""

    candidat: CandidatPoec
    personne: Personne | None
    actes: Sequence[Transition]


def list_candidats(session: SessionPoec, user: User) -> list[LigneCandidat]:
    """Return the candidates of a session that one may see, in three queries: all of them for who leads it."""
    leads = led_sessions(user).filter(pk=session.pk).exists()
    own = {each.pk: each.personne for each in proposed_by(user).filter(session=session)}
    rows = session.candidats.select_related("siae").order_by("numero")
    return [
        LigneCandidat(
            row,
            own.get(row.pk),
            [each for each in CANDIDAT.available(row.etat) if may_move(each.act, leads=leads, proposes=row.pk in own)],
        )
        for row in rows
        if leads or row.pk in own
    ]


def candidatures_of(personne: Personne) -> QuerySet[CandidatPoec]:
    """Return the sessions that a person was proposed to, the latest first."""
    return CandidatPoec.objects.filter(personne=personne).select_related("session", "siae").order_by("-session__debut")


def count_etapes(sessions: QuerySet[SessionPoec]) -> list[tuple[str, int | None]]:
    """Return how many candidates reached each step, in one query; None is withheld.

    Steps are nested: what separates two of them speaks of people too, so a step that leaves fewer than the threshold
    between it and the one before is withheld with it.
    """
    counts = dict(
        CandidatPoec.objects.filter(session__in=sessions.order_by().values("pk"))
        .values_list("etat")
        .annotate(Count("pk"))
        .order_by()
    )
    least = get_effectif_min()
    shown: list[tuple[str, int | None]] = []
    before: int | None = None
    for label, states in ETAPES:
        number = sum(counts.get(str(state), 0) for state in states)
        hidden = 0 < number < least or (before is not None and 0 < before - number < least)
        shown.append((label, None if hidden else number))
        before = before if hidden else number
    return shown
