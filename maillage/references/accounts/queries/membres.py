"""Who acts for an organisation, who is invited to, as far as one may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.db.models import F, Value
from django.db.models.functions import Concat

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.models import Invitation, Membre, User
from maillage.references.accounts.permissions import is_operator
from maillage.references.accounts.rules import refuse_invitation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from maillage.references.accounts.models import Organisation

SALT = "maillage.invitation"
# The addresses of the demonstration's accounts; `.example` is reserved (RFC 2606): nobody can hold one.
DOMAINE_DEMO = "@maillage.example"


def visible_membres(user: User | AnonymousUser) -> QuerySet[Membre]:
    """Return the memberships that a person may see: those of the organisation in whose name they act."""
    rows = Membre.objects.select_related("user", "organisation")
    if is_operator(user):
        return rows
    membre = user.membre if user.is_authenticated else None
    return rows.filter(organisation=membre.organisation_id) if membre else rows.none()


def visible_invitations(user: User | AnonymousUser) -> QuerySet[Invitation]:
    """Return the invitations that a person may see: those of the organisation in whose name they act."""
    rows = Invitation.objects.select_related("organisation", "auteur")
    if is_operator(user):
        return rows
    membre = user.membre if user.is_authenticated else None
    return rows.filter(organisation=membre.organisation_id) if membre else rows.none()


def list_membres(organisation: Organisation) -> list[Membre]:
    """Return the members in force, administrators first."""
    rows = organisation.membres.actifs().select_related("user")
    return list(rows.order_by("-administrateur", "user__nom", "user__prenom", "pk"))


def list_anciens_membres(organisation: Organisation) -> list[Membre]:
    """Return the memberships that are over, the latest first."""
    over = organisation.membres.exclude(pk__in=organisation.membres.actifs().values("pk"))
    return list(over.select_related("user").order_by("-fin", "pk"))


def list_invitations(organisation: Organisation) -> list[Invitation]:
    """Return the invitations without answer, the newest first."""
    rows = organisation.invitations.filter(etat=Invitation.Etat.EN_ATTENTE).select_related("auteur")
    return list(rows.order_by("-creee_le", "pk"))


def count_other_administrators(membre: Membre) -> int:
    """Return how many other open accounts administer the organisation of a member now."""
    others = Membre.objects.actifs().filter(organisation=membre.organisation_id, administrateur=True)
    return others.filter(user__is_active=True).exclude(user=membre.user_id).count()


def sign_invitation(invitation: Invitation) -> str:
    """Return what makes the link of an invitation: who it is and which message it came with, signed."""
    return signing.dumps([str(invitation.public_id), invitation.envois], salt=SALT)


def read_invitation(lien: str, *, lock: bool = False) -> Invitation:
    """Return the invitation that a link opens; raise `Refused` when it is altered, old, answered or expired.

    `lock` keeps its row until the end of the transaction.
    """
    unknown = Refused(Refusal("lien_altere", "Ce lien n’est pas entier, ou ne vient pas de la plateforme."))
    try:
        public_id, envoi = signing.loads(lien, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise unknown from error
    rows = Invitation.objects.select_related("organisation", "auteur")
    if lock:
        rows = rows.select_for_update(of=("self",))
    invitation = rows.filter(public_id=public_id).first()
    if invitation is None or not invitation.email:  # unknown, or its names are already erased
        raise unknown
    refusal = refuse_invitation(
        etat=invitation.etat, expiree=invitation.expiree, envois=invitation.envois, envoi_du_lien=envoi
    )
    if refusal:
        raise Refused(refusal)
    return invitation


def find_account(email: str) -> User | None:
    """Return the account of an address, whatever its case."""
    return User.objects.filter(email__iexact=email).first()


def list_comptes_demo() -> list[Membre]:
    """Return the accounts of the demonstration, one per role, as the sign-in page offers them."""
    rows = Membre.objects.actifs().filter(user__email=Concat(F("profil"), Value(DOMAINE_DEMO)), user__is_active=True)
    return list(rows.select_related("user", "organisation").order_by("pk"))
