"""What accounts keep for a time: closed sessions, the names of those invited, accounts that nobody uses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Max, OuterRef
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from maillage.foundations.kernel.forgetting import empty
from maillage.foundations.kernel.mail import notify
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.retention import Etape, moment, since
from maillage.references.accounts.models import Invitation, Membre, Session, User
from maillage.references.accounts.services.effacement import anonymise_comptes

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

CONSERVATION = "accounts.conservation_compte_mois"
PREAVIS = "accounts.preavis_effacement_jours"
INVITATION = "accounts.conservation_invitation_mois"


def idle_accounts(before: date) -> QuerySet[User]:
    """Return the accounts that act for nobody and were last used or ended before a day; operators keep theirs."""
    ended = (
        Membre.objects.filter(user=OuterRef("pk")).order_by().values("user").annotate(last=Max("fin")).values("last")
    )
    return (
        User.objects.filter(~Exists(Membre.objects.actifs().filter(user=OuterRef("pk"))), anonymise_le__isnull=True)
        .filter(is_staff=False)
        .annotate(
            derniere=Greatest("cree_le", Coalesce("last_login", F("cree_le")), Coalesce(ended, F("cree_le"))),
        )
        .filter(derniere__date__lte=before)
    )


def _to_tell(on: date) -> QuerySet[Any]:
    before = since(CONSERVATION, on) + timedelta(days=int(get_parametre(PREAVIS, on=on).value))
    rows = idle_accounts(before)
    return rows.filter(avis_le__isnull=True) | rows.filter(avis_le__lt=F("derniere"))


def _tell(rows: QuerySet[Any], on: date) -> None:
    delay = get_parametre(PREAVIS, on=on)
    for user in rows:
        notify([user.email], "Votre compte va être effacé", "accounts/courriel_effacement.txt", {"delai": delay.amount})
    rows.update(avis_le=moment(on))


def _to_forget(on: date) -> QuerySet[Any]:
    return idle_accounts(since(CONSERVATION, on)).filter(
        avis_le__gte=F("derniere"), avis_le__date__lte=since(PREAVIS, on)
    )


def _forget(rows: QuerySet[Any], on: date) -> None:
    anonymise_comptes(comptes=rows, actor=None)


def _old_invitations(on: date) -> QuerySet[Any]:
    return (
        Invitation.objects.annotate(close_le=Coalesce("reponse_le", "expire_le"))
        .filter(close_le__date__lte=since(INVITATION, on))
        .exclude(email="")
    )


def _forget_invitations(rows: QuerySet[Any], on: date) -> None:
    empty(rows, Invitation.personnel)


def _expired_sessions(on: date) -> QuerySet[Any]:
    return Session.objects.filter(expire_date__lte=timezone.now())


def _delete(rows: QuerySet[Any], on: date) -> None:
    rows.delete()


ETAPES = (
    Etape("effacer le nom des personnes invitées", _old_invitations, _forget_invitations),
    Etape("annoncer l’effacement des comptes sans organisation", _to_tell, _tell, automatique=True),
    Etape("anonymiser les comptes sans organisation", _to_forget, _forget),
    Etape("effacer les sessions expirées", _expired_sessions, _delete, automatique=True),
)
