"""What référents are told about the files they follow: never a name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from maillage.foundations.kernel.models import Notification
from maillage.references.accounts.models import Membre
from maillage.references.personnes.models import Ouverture
from maillage.references.personnes.services.notifications import notify_effacement, notify_ouverture
from tests.factories.accounts import MembreFactory, UserFactory
from tests.factories.personnes import PersonneFactory, RelationFactory

pytestmark = pytest.mark.django_db

BEGIN = date(2026, 1, 5)


def referent(**fields: object) -> Membre:
    return MembreFactory(profil="siae_accompagnement", **fields)


def told() -> dict[str, str]:
    return dict(Notification.objects.values_list("destinataire__email", "texte"))


def test_the_referents_in_charge_learn_of_an_exceptional_opening() -> None:
    personne, now = PersonneFactory(nom="Essai", prenom="Ada"), timezone.now()
    first, second, elsewhere = referent(), referent(), referent()
    left = referent(debut=now - timedelta(days=9), fin=now - timedelta(days=1))
    former = referent(user=second.user, organisation=elsewhere.organisation, debut=left.debut, fin=left.fin)
    referent(user=second.user, organisation=elsewhere.organisation, debut=left.fin)  # another role since
    for membre in (first, former, left):
        RelationFactory(personne=personne, organisation=membre.organisation, referent=membre)
    RelationFactory(organisation=elsewhere.organisation, referent=elsewhere)
    # Nobody is in charge where the référent left: who administers that organisation is told, and no other colleague.
    head = MembreFactory(profil="siae_direction", organisation=left.organisation, administrateur=True)
    referent(organisation=left.organisation)
    MembreFactory(profil="siae_direction", organisation=first.organisation, administrateur=True)
    ended = referent()
    RelationFactory(personne=personne, organisation=ended.organisation, referent=ended, fin=BEGIN)
    fin = timezone.make_aware(datetime(2099, 7, 14, 15, 30))
    ouverture = Ouverture.objects.create(
        exploitant=UserFactory(exploitant=True), personne=personne, motif="panne", fin=fin
    )

    notify_ouverture(ouverture)

    texte = (
        "Un exploitant de la plateforme a ouvert un dossier suivi par votre organisation, pour un motif écrit, "
        "jusqu’au 14/07/2099 à 15\u202fh\u202f30."
    )
    assert told() == dict.fromkeys((first.user.email, second.user.email, head.user.email), texte)


def test_each_referent_learns_once_how_many_files_will_be_erased() -> None:
    one, two = referent(), referent()
    personnes = []
    for membre in (one, one, two):
        personnes.append(PersonneFactory())
        RelationFactory(
            personne=personnes[-1], organisation=membre.organisation, referent=membre, fin=BEGIN + timedelta(days=9)
        )
    RelationFactory(organisation=two.organisation, referent=two, fin=BEGIN)

    assert notify_effacement(personnes, le=date(2027, 3, 1)) == 2

    assert told() == {
        one.user.email: "2 dossiers que vous avez suivis seront effacés le 01/03/2027.",
        two.user.email: "1 dossier que vous avez suivi sera effacé le 01/03/2027.",
    }
