"""Whom the members of the demonstration follow: persons of nobody, of their land, the same every time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stdnum.fr import nir

from maillage.demo.parcours import get_facts, load_parcours
from maillage.demo.personnes import load_suivis
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import Membre
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.visibilite import visible_to
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory
from tests.factories.parcours import SituationFactory
from tests.factories.personnes import RelationFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 4)


def told() -> list[tuple[Any, ...]]:
    return list(
        Relation.objects.order_by("personne__email", "type").values_list(
            "personne__email", "personne__nom", "personne__date_naissance", "personne__nir_empreinte", "debut", "fin"
        )
    )


@pytest.fixture
def referent() -> Membre:
    TerritoireFactory(code="93066", departement="93")
    conseil = OrganisationFactory(types=["conseil_departemental"], siret="00000001800019")
    conseil.competences.create(niveau="departement", code="93")
    user = UserFactory(email="departement_referent@maillage.example")
    MembreFactory(organisation=conseil, profil=P.ANALYSTE)
    member: Membre = MembreFactory(organisation=conseil, profil=P.DEPARTEMENT_REFERENT, user=user)
    return member


def employ(departement: str, rsa: str) -> Personne:
    relation = RelationFactory(type="contrat", debut=date(2026, 1, 5), fin=None, personne__departement=departement)
    SituationFactory(personne=relation.personne, rsa=rsa)
    personne: Personne = relation.personne
    return personne


def test_a_referent_follows_those_of_their_land_who_have_the_rsa_and_some_without_contract(referent: Membre) -> None:
    mine = employ("93", "OUI-NM")
    employ("93", "NON")
    employ("75", "OUI-NM")
    load_suivis(get_facts(), ON)
    followed = Relation.objects.filter(referent=referent)
    assert set(followed.values_list("type", "personne__departement")) == {("referent_rsa", "93")}
    assert [each.personne for each in followed if not each.personne.email.startswith("dossier-")] == [mine]
    assert followed.count() == 1 + get_facts()["suivi"]["candidats"]
    assert visible_to(referent.user).count() == followed.count()
    before = told()
    load_suivis(get_facts(), ON)
    assert told() == before


def test_numbers_are_right_and_of_no_departement(referent: Membre) -> None:
    load_suivis(get_facts(), ON)
    numbers = [number for number in Personne.objects.values_list("nir", flat=True) if number]
    assert len(numbers) == len(set(numbers)) > 0
    assert [number for number in numbers if not nir.is_valid(number) or number[5:7] != "00"] == []


def test_without_organisations_nobody_is_made_up() -> None:
    assert load_parcours(ON) == 0
