"""What members are told about their organisations."""

from __future__ import annotations

import pytest
from django.utils import timezone

from maillage.foundations.kernel.models import Notification
from maillage.references.accounts.models import Invitation
from maillage.references.accounts.services.notifications import on_droits_modifies, on_invitation_acceptee
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    return list(Notification.objects.values_list("destinataire__email", "type", "texte"))


def test_whoever_invited_learns_that_it_was_accepted() -> None:
    organisation = OrganisationFactory(denomination="Le Chantier")
    author = UserFactory(email="autrice@maillage.example")
    membre = MembreFactory(organisation=organisation, user__prenom="Ada", user__nom="Essai")
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

    on_invitation_acceptee(invitation.pk)
    on_invitation_acceptee(0)

    assert told() == [(author.email, "accounts.invitation_acceptee", "Ada Essai a rejoint Le Chantier (direction).")]


def test_a_pending_invitation_tells_nothing() -> None:
    invitation = Invitation.objects.create(
        organisation=OrganisationFactory(),
        email="a@maillage.example",
        profil="dpo",
        auteur=UserFactory(),
        expire_le=timezone.now(),
    )

    on_invitation_acceptee(invitation.pk)

    assert told() == []


@pytest.mark.parametrize(
    ("champs", "texte"),
    [
        (["profil"], "Votre rôle a changé dans Le Chantier\u202f: direction, administrateur."),
        ([], "Vous ne faites plus partie de Le Chantier."),
    ],
)
def test_a_member_learns_that_their_rights_changed(champs: list[str], texte: str) -> None:
    membre = MembreFactory(organisation__denomination="Le Chantier", administrateur=True)

    on_droits_modifies(membre.pk, champs)
    on_droits_modifies(0, champs)

    assert told() == [(membre.user.email, "accounts.droits", texte)]
