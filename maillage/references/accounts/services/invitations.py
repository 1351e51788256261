"""Invitations: someone is asked to join, by a signed link that expires, and joins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.foundations.kernel.mail import notify
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.models import Invitation, Membre, User
from maillage.references.accounts.permissions import may_manage
from maillage.references.accounts.queries.membres import find_account, read_invitation, sign_invitation
from maillage.references.accounts.services.limites import hit_envoi
from maillage.references.accounts.services.membres import MembreAjoute, check, check_profil, lock_organisation
from maillage.references.accounts.services.session import enter
from maillage.references.accounts.sessions import ORGANISATION

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest

    from maillage.references.accounts.models import Organisation


@dataclass(frozen=True, slots=True)
class InvitationAcceptee(Event):
    """An invitation was accepted."""

    invitation: str  # public_id


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    email: str,
    profil: str,
    actor: User,
    link: Callable[[str], str],
    prenom: str = "",
    nom: str = "",
    administrateur: bool = False,
) -> Invitation:
    """Ask someone to join; `link` makes the whole address of the page from the signed part.

    Raise `Refused` when the actor may not, when the role is not offered, when the person is a member or invited.
    """
    organisation, email = lock_organisation(organisation), email.strip()
    check(may_manage(actor, organisation))
    check_profil(organisation, profil, find_account(email))
    if Membre.objects.actifs().filter(organisation=organisation, user__email__iexact=email).exists():
        raise Refused(Refusal("deja_membre", "Cette personne est déjà membre de l’organisation.", "email"))
    if organisation.invitations.filter(etat=Invitation.Etat.EN_ATTENTE, email__iexact=email).exists():
        message = "Cette personne a déjà une invitation en attente\u202f: renvoyez-la plutôt, ou annulez-la."
        raise Refused(Refusal("deja_invite", message, "email"))
    hit_envoi(actor)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        prenom=prenom.strip(),
        nom=nom.strip(),
        profil=profil,
        administrateur=administrateur,
        auteur=actor,
        expire_le=_deadline(),
    )
    _record("invitation.send", invitation, actor)
    _send(invitation, actor, link)
    return invitation


@transaction.atomic
def resend(*, invitation: Invitation, actor: User, link: Callable[[str], str]) -> Invitation:
    """Send a new link, whose delay begins today; the former one no longer opens."""
    invitation = _lock_waiting(invitation, actor)
    hit_envoi(actor)
    invitation.envois += 1
    invitation.expire_le = _deadline()
    invitation.save(update_fields=["envois", "expire_le"])
    _record("invitation.resend", invitation, actor)
    _send(invitation, actor, link)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, actor: User) -> Invitation:
    """Cancel an invitation that nobody answered: its link no longer opens."""
    invitation = _lock_waiting(invitation, actor)
    invitation.etat = Invitation.Etat.REVOQUEE
    invitation.reponse_le = timezone.now()
    invitation.save(update_fields=["etat", "reponse_le"])
    _record("invitation.revoke", invitation, actor)
    return invitation


@transaction.atomic
def accept(*, request: HttpRequest, lien: str, actor: User) -> Membre:
    """Join by one's own account, and act from now on for the organisation joined.

    Raise `Refused` when the link opens nothing or was meant for another address.
    """
    invitation = _lock_link(lien)
    if invitation.email.casefold() != actor.email.casefold():
        raise Refused(Refusal("autre_compte", "Cette invitation a été envoyée à une autre adresse que la vôtre."))
    membre = _join(invitation, actor)
    request.session[ORGANISATION] = membre.organisation_id
    return membre


def join(*, request: HttpRequest, lien: str, prenom: str, nom: str, password: str) -> Membre:
    """Create the account of the person invited, make it a member, and sign it in.

    Raise `Refused` when the link opens nothing, when the password is too weak, when the account exists already.
    """
    membre = _create_and_join(lien, prenom.strip(), nom.strip(), password)
    enter(request=request, user=membre.user, verified=False, method="invitation")
    return membre


@transaction.atomic
def _create_and_join(lien: str, prenom: str, nom: str, password: str) -> Membre:
    invitation = _lock_link(lien)
    known = Refusal("compte_existant", "Un compte existe déjà à cette adresse\u202f: connectez-vous pour accepter.")
    if find_account(invitation.email):
        raise Refused(known)
    try:
        validate_password(password, User(email=invitation.email, prenom=prenom, nom=nom))
    except ValidationError as error:
        raise Refused(*(Refusal("mot_de_passe", message, "password") for message in error.messages)) from error
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, prenom=prenom, nom=nom)
    except IntegrityError as error:  # the same address was invited elsewhere and answered at the same instant
        raise Refused(known) from error
    return _join(invitation, user)


def _join(invitation: Invitation, user: User) -> Membre:
    now = timezone.now()
    if not user.is_active:
        raise Refused(Refusal("compte_ferme", "Ce compte est fermé\u202f: écrivez aux exploitants de la plateforme."))
    if Membre.objects.actifs().filter(organisation=invitation.organisation, user=user).exists():
        raise Refused(Refusal("deja_membre", "Vous êtes déjà membre de cette organisation."))
    check_profil(invitation.organisation, invitation.profil, user)
    membre = Membre.objects.create(
        user=user,
        organisation=invitation.organisation,
        profil=invitation.profil,
        administrateur=invitation.administrateur,
        debut=now,
    )
    invitation.etat, invitation.reponse_le, invitation.membre = Invitation.Etat.ACCEPTEE, now, membre
    invitation.save(update_fields=["etat", "reponse_le", "membre"])
    _record("membre.join", invitation, user, membre=str(membre.public_id))
    publish(InvitationAcceptee(str(invitation.public_id)))
    publish(MembreAjoute(str(membre.public_id)))
    return membre


def _lock_link(lien: str) -> Invitation:
    """Return the invitation of a link, behind the lock of its organisation."""
    lock_organisation(read_invitation(lien).organisation)
    return read_invitation(lien, lock=True)


def _lock_waiting(invitation: Invitation, actor: User) -> Invitation:
    organisation = lock_organisation(invitation.organisation)
    check(may_manage(actor, organisation))
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    invitation.organisation = organisation
    if invitation.etat != Invitation.Etat.EN_ATTENTE:
        raise Refused(Refusal("deja_repondue", f"Cette invitation est déjà {invitation.get_etat_display()}."))
    return invitation


def _deadline() -> datetime:
    days = int(get_parametre("accounts.duree_invitation_jours", on=timezone.localdate()).value)
    return timezone.now() + timedelta(days=days)


def _record(act: str, invitation: Invitation, actor: User, **more: str) -> None:
    """Write the act on the organisation, whose administrators read its journal; never an address nor a name."""
    audit.record(
        act,
        invitation.organisation,
        actor=actor,
        profil=invitation.profil,
        administrateur=invitation.administrateur,
        **more,
    )


def _send(invitation: Invitation, actor: User, link: Callable[[str], str]) -> None:
    notify(
        [invitation.email],
        f"Invitation à rejoindre {invitation.organisation} sur Maillage",
        "accounts/courriel_invitation.txt",
        {
            "prenom": invitation.prenom,
            "auteur": str(actor),
            "organisation": str(invitation.organisation),
            "fonction": invitation.fonction,
            "administrateur": invitation.administrateur,
            "expire_le": invitation.expire_le,
            "lien": link(sign_invitation(invitation)),
        },
    )
