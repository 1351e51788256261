"""What goes on in the demonstration, so that each home has something to do: requests, an invitation, an opening.

Acts go through the services, as their authors would do them, and leave their lines in the journals.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from maillage.interfaces.donnees_personnelles.services.demandes import record_demande
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Invitation, User
from maillage.references.accounts.services.invitations import invite
from maillage.references.personnes.models import DemandeDroit, Ouverture, Relation
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.personnes.services.ouvertures import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator

Droit = DemandeDroit.Droit
# What two persons of each member ask, and how many days ago: one answer is urgent.
DEMANDES = ((Droit.ACCES, 27), (Droit.RECTIFICATION, 6))
INVITEE = "nouvelle.recrue@maillage.example"
MOTIF = "Vérifier un doublon signalé par l’équipe de la structure."


def load_vie(on: date) -> int:
    """Do what is not done yet; return how many things await somebody."""
    for user in _followers():
        _ask(user, on)
        _leave_without_referent(user)
    _invite()
    _open(on)
    return DemandeDroit.objects.count() + Invitation.objects.count() + Ouverture.objects.count()


def _followers() -> Iterator[User]:
    """Yield the accounts of the demonstration whose role follows persons."""
    names = [f"{profil}@maillage.example" for profil in TYPES_PAR_ROLE]
    yield from User.objects.filter(email__in=names).order_by("email")


def _ask(user: User, on: date) -> None:
    """Let two persons whom no other organisation follows ask: each organisation has its own requests to answer."""
    alone = visible_to(user).annotate(followers=Count("relations__organisation", distinct=True)).filter(followers=1)
    persons = alone.order_by("pk")
    if DemandeDroit.objects.filter(personne__in=persons).exists():
        return
    for personne, (droit, days) in zip(persons[: len(DEMANDES)], DEMANDES, strict=False):
        recue_le = on - timedelta(days=days)
        record_demande(public_id=personne.public_id, droit=droit, recue_le=recue_le, texte="", actor=user)


def _leave_without_referent(user: User) -> None:
    """Let one person in ten of a SIAE wait for a référent, as after a departure."""
    if user.membre and user.membre.profil == ProfilMembre.SIAE_DIRECTION:
        theirs = Relation.objects.filter(organisation=user.membre.organisation_id, fin=None).order_by("pk")
        Relation.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)[::10])).update(referent=None)


def _invite() -> None:
    director = User.objects.filter(email="siae_direction@maillage.example").first()
    if director and director.membre and not Invitation.objects.filter(email=INVITEE).exists():
        invite(
            organisation=director.membre.organisation,
            email=INVITEE,
            prenom="Nouvelle",
            nom="Recrue",
            profil=ProfilMembre.SIAE_ACCOMPAGNEMENT,
            actor=director,
            link=lambda signed: f"/organisations/invitation/{signed}/",
        )


def _open(on: date) -> None:
    operator = User.objects.filter(is_staff=True).order_by("pk").first()
    director = User.objects.filter(email="siae_accompagnement@maillage.example").first()
    if operator is None or director is None or Ouverture.objects.exists():
        return
    personne = visible_to(director).order_by("pk").first()
    if personne:
        open_file(identifiant=str(personne.public_id), motif=MOTIF, heures=2, actor=operator, on=on)
