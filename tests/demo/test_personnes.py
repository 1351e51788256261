"""The fictional persons: followed, deterministic, of nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stdnum.fr import nir

from maillage.demo.personnes import PAR_MEMBRE, load_personnes
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.visibilite import visible_to
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 4)


def told() -> list[tuple[Any, ...]]:
    return list(
        Relation.objects.order_by("personne__email").values_list(
            "personne__email", "personne__nom", "personne__date_naissance", "personne__nir_empreinte", "debut", "fin"
        )
    )


def test_each_member_who_follows_has_persons_of_their_territory() -> None:
    for code, departement in (("95018", "95"), ("93066", "93")):
        TerritoireFactory(code=code, departement=departement)
    conseil = OrganisationFactory(types=["conseil_departemental"], siret="00000001800019")
    conseil.competences.create(niveau="departement", code="93")
    referent = MembreFactory(
        organisation=conseil,
        profil=P.DEPARTEMENT_REFERENT,
        user=UserFactory(email="departement_referent@maillage.example"),
    )
    MembreFactory(organisation=conseil, profil=P.ANALYSTE)
    siae = OrganisationFactory()

    count = load_personnes(ON)
    assert count == Personne.objects.count() > PAR_MEMBRE
    assert set(conseil.relations.values_list("referent", "type", "personne__departement")) == {
        (referent.pk, "referent_rsa", "93")
    }
    assert set(siae.relations.values_list("referent", "personne__departement")) == {(None, "95")}
    assert visible_to(referent.user).count() == conseil.relations.filter(fin__isnull=True).count() > 0
    numbers = [number for number in Personne.objects.values_list("nir", flat=True) if number]
    assert all(nir.is_valid(number) and number[5:7] == "00" for number in numbers)
    assert len(numbers) == len(set(numbers)) > PAR_MEMBRE / 2

    before = told()
    assert load_personnes(ON) == count
    assert told() == before


def test_without_organisations_nobody_is_made_up() -> None:
    assert load_personnes(ON) == 0
