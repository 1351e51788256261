"""What awaits whoever follows persons, or answers for their data: own, and never the neighbour's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from maillage.references.accounts.models import Organisation, User
from maillage.references.personnes.models import DemandeDroit, Ouverture, Relation
from maillage.references.personnes.queries.attentes import list_attentes
from maillage.references.personnes.services.relations import end_relation
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory, member
from tests.factories.personnes import PersonneFactory, RelationFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def found(user: User) -> list[tuple[str, int]]:
    user = User.objects.get(pk=user.pk)
    return [(attente.label, attente.nombre) for attente in list_attentes(user)]


def follow(organisation: Organisation, **fields: Any) -> Relation:
    fields.setdefault("referent", MembreFactory(organisation=organisation, profil="siae_accompagnement"))
    return RelationFactory(organisation=organisation, **fields)


def ask(relation: Relation, days: int) -> DemandeDroit:
    return DemandeDroit.objects.create(
        personne=relation.personne, droit="acces", recue_le=TODAY, echeance=TODAY + timedelta(days=days)
    )


def open_file(relation: Relation, operator: User, **fields: Any) -> Ouverture:
    fields.setdefault("fin", timezone.now() + timedelta(hours=2))
    return Ouverture.objects.create(exploitant=operator, personne=relation.personne, motif="panne", **fields)


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def me(organisation: Organisation) -> User:
    return member("siae_direction", organisation=organisation)


@pytest.fixture
def neighbour() -> User:
    return member("siae_direction")


def test_a_person_whom_nobody_is_in_charge_of_awaits_the_organisation(
    organisation: Organisation, me: User, neighbour: User
) -> None:
    left = MembreFactory(organisation=organisation, debut=timezone.now() - timedelta(days=9), fin=timezone.now())
    follow(organisation)
    assert found(me) == []
    follow(organisation, referent=None)
    follow(organisation, referent=left)
    again = MembreFactory(organisation=organisation, debut=timezone.now() - timedelta(days=9), fin=timezone.now())
    MembreFactory(organisation=organisation, user=again.user, profil="siae_accompagnement", debut=again.fin)
    follow(organisation, referent=again)  # another role, the same person
    follow(organisation, referent=None, fin=TODAY)

    assert found(me) == [("2 personnes suivies n’ont pas de référent", 2)]
    assert found(neighbour) == []


def test_a_relation_that_ends_soon_awaits_the_organisation(
    organisation: Organisation, me: User, neighbour: User
) -> None:
    follow(organisation, fin=TODAY + timedelta(days=31))
    follow(organisation)
    assert found(me) == []
    follow(organisation, fin=TODAY + timedelta(days=30))
    follow(organisation, fin=TODAY + timedelta(days=2))

    assert sorted(found(me)) == [("1 suivi se termine bientôt", 1), ("1 suivi se termine bientôt", 1)]
    assert found(neighbour) == []


def test_a_task_leads_to_the_persons_it_counts(client: Client, organisation: Organisation, me: User) -> None:
    orphan = follow(organisation, referent=None).personne
    ending = end_relation(relation=follow(organisation), fin=TODAY + timedelta(days=3), actor=me, on=TODAY).personne
    follow(organisation)
    client.force_login(me)

    shown = {
        attente.url: [row.pk for row in client.get(attente.url).context["page"]]
        for attente in list_attentes(User.objects.get(pk=me.pk))
    }
    assert shown == {"/personnes/?sans_referent=on": [orphan.pk], "/personnes/?fin_proche=on": [ending.pk]}


def test_a_request_awaits_its_answer_by_its_deadline(organisation: Organisation, me: User, neighbour: User) -> None:
    dpo = member("dpo", organisation=organisation)
    ask(follow(organisation), -1)
    ask(follow(organisation), -3)
    ask(follow(organisation), 20)
    answered = ask(follow(organisation), 5)
    DemandeDroit.objects.filter(pk=answered.pk).update(etat="accordee", repondue_le=TODAY)

    expected = [
        ("2 demandes de personnes sur leurs données à traiter", 2),
        ("1 demande d’une personne sur ses données à traiter", 1),
    ]
    assert sorted(found(me)) == sorted(found(dpo)) == sorted(expected)
    assert found(neighbour) == []


def test_an_opening_in_progress_is_shown_to_its_operator_and_to_the_dpo(organisation: Organisation, me: User) -> None:
    operator, other = UserFactory(exploitant=True), UserFactory(exploitant=True)
    dpo, far = member("dpo", organisation=organisation), member("dpo")
    relation = follow(organisation)
    open_file(relation, operator)
    open_file(relation, operator, close_le=timezone.now())

    assert found(operator) == [("1 ouverture exceptionnelle à clore", 1)]
    assert found(dpo) == [("1 ouverture exceptionnelle en cours sur vos dossiers", 1)]
    assert (found(other), found(far), found(me)) == ([], [], [])


@pytest.mark.parametrize("profil", ["siae_encadrement", "etat_departement", "reseau", "analyste", "entreprise"])
def test_whoever_follows_nobody_is_told_nothing(organisation: Organisation, profil: str) -> None:
    relation = follow(organisation, referent=None, fin=TODAY + timedelta(days=2))
    ask(relation, 1)

    assert found(member(profil, organisation=organisation)) == []


def test_no_label_names_anyone(organisation: Organisation, me: User) -> None:
    relation = follow(organisation, referent=None, fin=TODAY + timedelta(days=2))
    ask(relation, 1)

    words = " ".join(label for label, _ in found(me))

    assert len(found(me)) == 3
    assert [name for name in (relation.personne.nom, relation.personne.prenom) if name in words] == []


def test_a_sleeping_role_is_told_nothing(organisation: Organisation, me: User, settings: Any) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    follow(organisation, referent=None)
    me.second_facteur_verifie = False

    assert list(list_attentes(me)) == []


def test_constant_queries(
    django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None],
) -> None:
    organisation, operator = OrganisationFactory(), UserFactory(exploitant=True)
    user = member("dpo", organisation=organisation, user__is_staff=True)
    director = member("siae_direction", organisation=organisation)

    def create(number: int) -> None:
        for _ in range(number):
            relation = follow(organisation, personne=PersonneFactory(), referent=None, fin=TODAY + timedelta(days=2))
            ask(relation, 1)
            open_file(relation, operator)
            open_file(relation, user)

    django_assert_constant_queries(create, lambda: [found(director), found(user)])
