"""What awaits a person about accounts: a second factor, invitations, organisations that nobody administers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone

from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import Role, roles
from maillage.references.accounts.models import Invitation, Membre, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.references.accounts.models import User

# An invitation is recalled to those who sent it during the last days before it expires.
RAPPEL = timedelta(days=7)


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person; at most one query per kind of task."""
    if user.roles_endormis:
        label = "Activez la double authentification pour retrouver les droits de votre rôle"
        yield Attente(label, page("accounts:second_facteur"), urgente=True)
    yield from _invitations_recues(user)
    if user.membre and user.membre.administrateur and not user.roles_endormis:
        yield from _invitations_sans_reponse(user.membre)
    if Role.EXPLOITANT in roles(user):
        yield from _sans_administrateur()


def _invitations_recues(user: User) -> Iterator[Attente]:
    """Yield the invitations sent to this person's address: the link is in the message, only its holder may answer."""
    waiting = Invitation.objects.filter(
        etat=Invitation.Etat.EN_ATTENTE, email__iexact=user.email, expire_le__gt=timezone.now()
    )
    for invitation in waiting.select_related("organisation").order_by("expire_le", "pk"):
        label = f"{invitation.organisation} vous invite\u202f: répondez par le lien reçu par courriel"
        yield Attente(label, echeance=timezone.localdate(invitation.expire_le))


def _invitations_sans_reponse(membre: Membre) -> Iterator[Attente]:
    """Yield the invitations of one's organisation that will expire, or did, without an answer."""
    waiting = Invitation.objects.filter(
        organisation=membre.organisation_id,
        etat=Invitation.Etat.EN_ATTENTE,
        expire_le__lt=timezone.now() + RAPPEL,
    )

    def label(count: int) -> str:
        return f"{count} invitations restent sans réponse" if count > 1 else "1 invitation reste sans réponse"

    url = page("organisations:detail", membre.organisation.public_id)
    days = [timezone.localdate(moment) for moment in waiting.values_list("expire_le", flat=True)]
    yield from gather(label, url, days, timezone.localdate())


def _sans_administrateur() -> Iterator[Attente]:
    """Yield the organisations that have members today and no administrator among them."""
    membres = Membre.objects.actifs().filter(organisation=OuterRef("pk"), user__is_active=True)
    count = Organisation.objects.filter(Exists(membres) & ~Exists(membres.filter(administrateur=True))).count()
    if count:
        what = f"{count} organisations n’ont" if count > 1 else "1 organisation n’a"
        yield Attente(f"{what} pas d’administrateur", page("organisations:sans_administrateur"), nombre=count)
