"""What awaits a person about accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from maillage.foundations.kernel.attentes import Attente
from maillage.references.accounts.models import Invitation, Organisation, User
from maillage.references.accounts.queries.attentes import list_attentes
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def invite(organisation: Organisation, email: str, *, days: float = 3, **fields: object) -> Invitation:
    return Invitation.objects.create(
        organisation=organisation,
        email=email,
        profil="siae_direction",
        auteur=UserFactory(),
        expire_le=timezone.now() + timedelta(days=days),
        **fields,
    )


def labels(user: User) -> list[str]:
    return [attente.label for attente in list_attentes(User.objects.get(pk=user.pk))]


def test_a_sleeping_role_asks_for_a_second_factor(settings: object) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True  # type: ignore[attr-defined]
    user = member("siae_direction", administrateur=True)
    user.second_facteur_verifie = False
    invite(user.membre.organisation, "invitee@maillage.example", days=1)

    [attente] = list_attentes(user)

    assert (attente.label, attente.urgente) == (
        "Activez la double authentification pour retrouver les droits de votre rôle",
        True,
    )


def test_an_invitation_awaits_the_person_it_was_sent_to() -> None:
    user, organisation = UserFactory(email="Invitee@maillage.example"), OrganisationFactory(denomination="Le Chantier")
    invitation = invite(organisation, "invitee@Maillage.example")
    invite(OrganisationFactory(), "voisine@maillage.example")
    invite(OrganisationFactory(), user.email, days=-1)
    invite(OrganisationFactory(), user.email, etat="revoquee", reponse_le=timezone.now())

    label = "Le Chantier vous invite\u202f: répondez par le lien reçu par courriel"
    assert list(list_attentes(user)) == [Attente(label, echeance=timezone.localdate(invitation.expire_le))]


@pytest.mark.parametrize(
    ("days", "expected"),
    [((8,), []), ((3,), ["1 invitation reste sans réponse"]), ((-2, -1), ["2 invitations restent sans réponse"])],
)
def test_invitations_without_an_answer_await_the_administrator(days: tuple[int, ...], expected: list[str]) -> None:
    admin = member("siae_direction", administrateur=True)
    neighbour = member("siae_direction", administrateur=True)
    colleague = member("siae_accompagnement", organisation=admin.membre.organisation)
    for number, day in enumerate(days):
        invite(admin.membre.organisation, f"invitee{number}@maillage.example", days=day)

    assert (labels(admin), labels(colleague), labels(neighbour)) == (expected, [], [])


def test_organisations_without_administrator_await_the_operator() -> None:
    operator = UserFactory(exploitant=True)
    MembreFactory(administrateur=True)
    MembreFactory(administrateur=True, user__is_active=False)
    ended = MembreFactory(
        administrateur=True, debut=timezone.now() - timedelta(days=9), fin=timezone.now() - timedelta(days=1)
    )
    assert labels(operator) == []
    MembreFactory(organisation=ended.organisation)

    assert labels(operator) == ["1 organisation n’a pas d’administrateur"]
    assert labels(member("etat_region", administrateur=True)) == []


def test_constant_queries(
    django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None],
) -> None:
    user = member("siae_direction", administrateur=True, user__is_staff=True)
    serial = iter(range(100))

    def create(number: int) -> None:
        for _ in range(number):
            invite(OrganisationFactory(), user.email)
            invite(user.membre.organisation, f"invitee{next(serial)}@maillage.example")
            MembreFactory()

    django_assert_constant_queries(create, lambda: labels(user))


def test_dates_are_those_of_the_platform() -> None:
    """Half past midnight in Paris is that day, though it is still the day before in UTC."""
    user = UserFactory()
    moment = timezone.make_aware(datetime(2099, 7, 14, 0, 30))
    Invitation.objects.create(
        organisation=OrganisationFactory(), email=user.email, profil="dpo", auteur=UserFactory(), expire_le=moment
    )

    assert [attente.echeance for attente in list_attentes(user)] == [moment.date()]
