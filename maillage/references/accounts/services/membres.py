"""Members of an organisation: they leave, they change role. Nothing is deleted: a membership is ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.accounts.permissions import is_operator, may_end, may_manage
from maillage.references.accounts.queries.membres import count_other_administrators
from maillage.references.accounts.rules import LECTEURS_DE_PERSONNES, may_stop_administering
from maillage.references.accounts.services.notifications import notify_role

if TYPE_CHECKING:
    from datetime import datetime

    from maillage.foundations.kernel.permissions import Decision
    from maillage.references.accounts.models import User


@dataclass(frozen=True, slots=True)
class MembreAjoute(Event):
    """Somebody joined an organisation."""

    membre: str  # public_id


@dataclass(frozen=True, slots=True)
class MembreParti(Event):
    """Somebody acts no longer for an organisation."""

    membre: str  # public_id


@transaction.atomic
def end_membre(*, membre: Membre, actor: User) -> Membre:
    """End a membership now: its rights are gone at the person's next click.

    Raise `Refused` when the actor may not, when it is already over, or when nobody would administer the organisation.
    """
    membre = lock_membre(membre)
    now = timezone.now()  # behind the lock: the membership may have begun while we waited
    check(may_end(actor, membre))
    _check_in_force(membre, now)
    _check_administration(membre, actor)
    membre.fin = now
    membre.save(update_fields=["fin"])
    audit.record("membre.end", membre.organisation, actor=actor, membre=str(membre.public_id), profil=membre.profil)
    publish(MembreParti(str(membre.public_id)))
    return membre


@transaction.atomic
def change_membre(*, membre: Membre, profil: str, administrateur: bool, actor: User) -> Membre:
    """Give a member another role, or the administration: the membership ends and another begins at the same instant.

    So that what was done yesterday stays done in yesterday's role. Nothing changes when nothing differs.
    """
    membre = lock_membre(membre)
    now = timezone.now()  # behind the lock: the membership may have begun while we waited
    check(may_manage(actor, membre.organisation))
    _check_in_force(membre, now)
    check_profil(membre.organisation, profil, membre.user)
    if (profil, administrateur) == (membre.profil, membre.administrateur):
        return membre
    if not administrateur:
        _check_administration(membre, actor)
    membre.fin = now
    membre.save(update_fields=["fin"])
    new = Membre.objects.create(
        user=membre.user,
        organisation=membre.organisation,
        profil=profil,
        administrateur=administrateur,
        debut=now,
    )
    audit.record(
        "membre.change",
        membre.organisation,
        actor=actor,
        membre=str(new.public_id),
        avant=membre.profil,
        profil=profil,
        administrateur=administrateur,
    )
    notify_role(new)
    return new


def lock_membre(membre: Membre) -> Membre:
    """Return a membership as it is now, behind the lock of its organisation: two administrators never leave at once."""
    organisation = lock_organisation(membre.organisation)
    membre = Membre.objects.select_related("user").get(pk=membre.pk)
    membre.organisation = organisation
    return membre


def lock_organisation(organisation: Organisation) -> Organisation:
    """Return an organisation as it is now, locked: its members and invitations are written one act at a time."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def check(decision: Decision) -> None:
    """Raise `Refused` with the reason when the answer is no."""
    if not decision:
        raise Refused(Refusal("interdit", decision.reason))


def check_profil(organisation: Organisation, profil: str, user: User | None) -> None:
    """Refuse a role that the kinds of the organisation do not offer, or that would let an operator read people.

    `user` is None for who has no account yet.
    """
    if profil not in organisation.roles_offerts:
        raise Refused(Refusal("role_non_offert", "Ce rôle n’existe pas dans cette organisation.", "profil"))
    if user is not None and user.is_staff and profil in LECTEURS_DE_PERSONNES:
        message = "Un exploitant n’ouvre un dossier que par une ouverture exceptionnelle."
        raise Refused(Refusal("exploitant", message, "profil"))


def _check_in_force(membre: Membre, now: datetime) -> None:
    if membre.fin is not None and membre.fin <= now:
        raise Refused(Refusal("deja_parti", "Cette personne n’est déjà plus membre, ou a changé de rôle."))


def _check_administration(membre: Membre, actor: User) -> None:
    allowed = may_stop_administering(
        administrateur=membre.administrateur,
        autres=count_other_administrators(membre),
        exploitant=is_operator(actor),
    )
    if not allowed:
        message = (
            "C’est la dernière personne qui administre l’organisation\u202f: désignez d’abord quelqu’un d’autre, "
            "ou demandez aux exploitants de la plateforme."
        )
        raise Refused(Refusal("dernier_administrateur", message))
