"""What members are told about their organisations."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.models import Notification
from maillage.references.accounts.models import Invitation
from maillage.references.accounts.services.invitations import InvitationAcceptee
from maillage.references.accounts.services.membres import MembreParti
from maillage.references.accounts.services.notifications import (
    notify_role,
    on_invitation_acceptee,
    on_membre_parti,
)
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    return list(Notification.objects.values_list("destinataire__email", "type", "texte"))


def test_whoever_invited_learns_that_it_was_accepted() -> None:
    organisation = OrganisationFactory(denomination="Le Chantier")
    author = UserFactory(email="autrice@maillage.example")
    membre = MembreFactory(organisation=organisation)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=membre.user.email,
        profil=membre.profil,
        auteur=author,
        expire_le=timezone.now(),
        etat="acceptee",
        reponse_le=timezone.now(),
        membre=membre,
    )

    on_invitation_acceptee(InvitationAcceptee(str(invitation.public_id)))
    on_invitation_acceptee(InvitationAcceptee(str(uuid4())))

    texte = "Une personne que vous avez invitée a rejoint Le Chantier (direction)."
    assert told() == [(author.email, "accounts.invitation_acceptee", texte)]
    assert Notification.objects.get().url == reverse("organisations:detail", args=[organisation.public_id])


def test_a_pending_invitation_tells_nothing() -> None:
    invitation = Invitation.objects.create(
        organisation=OrganisationFactory(),
        email="a@maillage.example",
        profil="dpo",
        auteur=UserFactory(),
        expire_le=timezone.now(),
    )

    on_invitation_acceptee(InvitationAcceptee(str(invitation.public_id)))

    assert told() == []


def test_a_member_learns_that_their_role_changed() -> None:
    membre = MembreFactory(organisation__denomination="Le Chantier", administrateur=True)

    notify_role(membre)

    texte = "Votre rôle a changé dans Le Chantier\u202f: direction, administrateur."
    assert told() == [(membre.user.email, "accounts.droits", texte)]


def test_a_person_learns_that_they_left() -> None:
    membre = MembreFactory(organisation__denomination="Le Chantier")

    on_membre_parti(MembreParti(str(membre.public_id)))
    on_membre_parti(MembreParti(str(uuid4())))

    assert told() == [(membre.user.email, "accounts.droits", "Vous n’agissez plus au nom de Le Chantier.")]
