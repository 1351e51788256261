"""Whose file each role opens: the table of the need to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import Competence, User
from maillage.references.accounts.services.membres import change_membre, end_membre
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.personnes import list_personnes
from maillage.references.personnes.queries.visibilite import DELAI, visible_to
from maillage.references.personnes.services.relations import assign_referent
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory, member
from tests.factories.personnes import OuvertureFactory, PersonneFactory, RelationFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DELAY = int(get_parametre(DELAI, on=TODAY).value)


def ddets(code: str) -> User:
    user = member(P.ETAT_DEPARTEMENT, "ddets")
    Competence.objects.create(organisation=user.membre.organisation, niveau="departement", code=code)
    return user


def seen(user: User | AnonymousUser) -> set[str]:
    return set(visible_to(user).values_list("nom", flat=True))


@pytest.fixture
def monde() -> SimpleNamespace:
    """Return a SIAE and its neighbours, and persons whose name says who follows them, where and until when."""
    m = SimpleNamespace(siae=OrganisationFactory(), voisine=OrganisationFactory())
    m.cd = OrganisationFactory(types=["conseil_departemental"])
    m.referent = MembreFactory(organisation=m.cd, profil=P.DEPARTEMENT_REFERENT)
    m.collegue = MembreFactory(organisation=m.cd, profil=P.DEPARTEMENT_REFERENT)

    def follow(nom: str, departement: str, **relation: object) -> None:
        personne = PersonneFactory(nom=nom, departement=departement)
        RelationFactory(personne=personne, **{"organisation": m.siae, "debut": date(2024, 1, 1), **relation})

    follow("Nôtre", "95")
    follow("Nôtre-93", "93")
    follow("Voisine", "95", organisation=m.voisine)
    follow("Finie-hier", "95", fin=TODAY)
    follow("Finie-limite", "95", fin=TODAY - timedelta(days=DELAY - 1))
    follow("Finie-trop", "95", fin=TODAY - timedelta(days=DELAY))
    follow("À-venir", "95", debut=TODAY + timedelta(days=1))
    follow("RSA", "95", organisation=m.cd, type="referent_rsa", referent=m.referent)
    follow("RSA-collègue", "95", organisation=m.cd, type="referent_rsa", referent=m.collegue)
    follow("RSA-finie", "95", organisation=m.cd, type="referent_rsa", referent=m.referent, fin=TODAY)
    PersonneFactory(nom="Seule", departement="95")
    gone = PersonneFactory(nom="", prenom="", departement="95", anonymisee_le=timezone.now())
    RelationFactory(personne=gone, organisation=m.siae)
    return m


OURS = {"Nôtre", "Nôtre-93", "Finie-hier", "Finie-limite"}
EVERY = OURS | {"Finie-trop", "À-venir"}

CASES: dict[str, tuple[Callable[[SimpleNamespace], User | AnonymousUser], set[str]]] = {
    "visitor": (lambda m: AnonymousUser(), set()),
    "without organisation": (lambda m: UserFactory(), set()),
    "direction": (lambda m: member(P.SIAE_DIRECTION, organisation=m.siae), OURS),
    "CIP": (lambda m: member(P.SIAE_ACCOMPAGNEMENT, organisation=m.siae), OURS),
    "encadrant": (lambda m: member(P.SIAE_ENCADREMENT, organisation=m.siae), set()),
    "CIP of the neighbour": (lambda m: member(P.SIAE_ACCOMPAGNEMENT, organisation=m.voisine), {"Voisine"}),
    "prescripteur elsewhere": (lambda m: member(P.PRESCRIPTEUR, "mission_locale"), set()),
    "counsellor elsewhere": (lambda m: member(P.EMPLOI_CONSEILLER, "ft_agence"), set()),
    "référent RSA": (lambda m: m.referent.user, {"RSA"}),
    "other référent RSA": (lambda m: m.collegue.user, {"RSA-collègue"}),
    "steering of the CD": (lambda m: member(P.DEPARTEMENT_PILOTAGE, organisation=m.cd), set()),
    "DDETS 95": (lambda m: ddets("95"), {"Nôtre", "Voisine", "RSA", "RSA-collègue"}),
    "DDETS 93": (lambda m: ddets("93"), {"Nôtre-93"}),
    "DDETS without territory": (lambda m: member(P.ETAT_DEPARTEMENT, "ddets"), set()),
    "DREETS": (lambda m: member(P.ETAT_REGION, "dreets"), set()),
    "analyst": (lambda m: member(P.ANALYSTE, "dreets"), set()),
    "network": (lambda m: member(P.RESEAU, "reseau"), set()),
    "DPO": (lambda m: member(P.DPO, organisation=m.siae), EVERY),
    "DPO of the CD": (lambda m: member(P.DPO, organisation=m.cd), {"RSA", "RSA-collègue", "RSA-finie"}),
    "operator": (lambda m: UserFactory(exploitant=True), set()),
}


@pytest.mark.parametrize("case", CASES)
def test_who_sees_whom(monde: SimpleNamespace, case: str) -> None:
    account, expected = CASES[case]
    assert seen(account(monde)) == expected


def test_an_operator_sees_whom_they_opened_while_it_lasts(monde: SimpleNamespace) -> None:
    now, operator = timezone.now(), UserFactory(exploitant=True)
    OuvertureFactory(exploitant=operator, personne=Personne.objects.get(nom="Nôtre"))
    OuvertureFactory(personne=Personne.objects.get(nom="Voisine"))  # another operator's
    OuvertureFactory(exploitant=operator, personne=Personne.objects.get(nom="RSA"), close_le=now)
    over = OuvertureFactory(exploitant=operator, personne=Personne.objects.get(nom="Seule"))
    type(over).objects.filter(pk=over.pk).update(debut=now - timedelta(hours=3), fin=now - timedelta(seconds=1))

    assert seen(operator) == {"Nôtre"}


@pytest.mark.parametrize("profil", [P.SIAE_DIRECTION, P.DPO])
def test_a_membership_shows_an_operator_nobody(monde: SimpleNamespace, profil: P) -> None:
    operator = member(profil, organisation=monde.siae, user__is_staff=True)
    assert seen(operator) == set()
    OuvertureFactory(exploitant=operator, personne=Personne.objects.get(nom="Voisine"))

    assert seen(operator) == {"Voisine"}


def test_a_referent_keeps_their_files_when_their_membership_changes(monde: SimpleNamespace) -> None:
    boss = MembreFactory(organisation=monde.cd, profil=P.DEPARTEMENT_PILOTAGE, administrateur=True)
    change_membre(membre=monde.referent, profil=P.DEPARTEMENT_REFERENT, administrateur=True, actor=boss.user)

    assert seen(User.objects.get(pk=monde.referent.user_id)) == {"RSA"}


@pytest.mark.parametrize("administrateur", [True, False])
def test_an_administrator_sees_the_files_of_the_referent_who_left(monde: SimpleNamespace, administrateur: bool) -> None:
    fields = {"profil": P.DEPARTEMENT_REFERENT, "administrateur": administrateur}
    chief = member(organisation=monde.cd, **fields)
    elsewhere = member(type_organisation="conseil_departemental", **fields)
    relation = Relation.objects.get(personne__nom="RSA")
    assert seen(chief) == set()
    end_membre(membre=monde.referent, actor=UserFactory(exploitant=True))

    assert (seen(chief), seen(elsewhere)) == ({"RSA"} if administrateur else set(), set())
    if administrateur:
        assign_referent(relation=relation, referent=monde.collegue, actor=chief)
        assert (seen(chief), seen(monde.collegue.user)) == (set(), {"RSA", "RSA-collègue"})


def test_a_referent_who_follows_no_more_leaves_their_files_to_the_administrator(monde: SimpleNamespace) -> None:
    chief = member(P.DEPARTEMENT_REFERENT, organisation=monde.cd, administrateur=True)
    change_membre(membre=monde.referent, profil=P.DEPARTEMENT_PILOTAGE, administrateur=False, actor=chief)

    assert (seen(chief), seen(User.objects.get(pk=monde.referent.user_id))) == ({"RSA"}, set())


def test_an_ended_membership_sees_nobody_at_once(monde: SimpleNamespace) -> None:
    user = member(P.SIAE_DIRECTION, organisation=monde.siae)
    assert seen(user) == OURS
    user.membres.update(fin=timezone.now())

    assert seen(User.objects.get(pk=user.pk)) == set()


def test_one_sees_in_the_name_of_one_organisation_at_a_time(monde: SimpleNamespace) -> None:
    user = member(P.SIAE_DIRECTION, organisation=monde.siae)
    other = MembreFactory(user=user, organisation=monde.voisine, profil=P.SIAE_ACCOMPAGNEMENT)
    assert seen(User.objects.get(pk=user.pk)) == OURS
    user = User.objects.get(pk=user.pk)
    user.organisation_choisie = other.organisation_id

    assert seen(user) == {"Voisine"}


def test_roles_asleep_see_nobody(monde: SimpleNamespace, settings: object) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True  # type: ignore[attr-defined]
    user = member(P.SIAE_DIRECTION, organisation=monde.siae)
    user.second_facteur_verifie = False

    assert seen(user) == set()


def test_the_list_asks_the_same_queries_for_one_person_as_for_three() -> None:
    user = member(P.SIAE_DIRECTION)
    organisation = user.membre.organisation

    def queries(number: int) -> int:
        for relation in RelationFactory.create_batch(number, organisation=organisation):
            relation.referent = user.membre
            relation.save()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            told = [(str(p), [str(r.referent.user) for r in p.en_cours]) for p in list_personnes(user)]
        assert len(told) == organisation.relations.count()
        return len(captured)

    assert queries(1) == queries(2)
