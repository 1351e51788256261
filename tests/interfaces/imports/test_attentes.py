"""What awaits whoever imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from maillage.foundations.kernel.attentes import Attente
from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.queries.attentes import list_attentes
from maillage.references.accounts.models import User
from tests.factories.accounts import UserFactory, member
from tests.factories.imports import LotFactory, RejetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return UserFactory(exploitant=True)


def create(number: int) -> None:
    for _ in range(number):
        LotFactory(etat=EtatLot.ECHOUE)
        LotFactory(etat=EtatLot.CONTROLE)
        RejetFactory(lot=LotFactory(applique=True))
        RejetFactory(lot=LotFactory(etat=EtatLot.ANNULE))
        LotFactory(applique=True)


def test_nothing_awaits_when_every_line_is_settled(operator: User) -> None:
    LotFactory(applique=True)

    assert list(list_attentes(operator)) == []


def test_one_of_each_leads_to_its_own_page(operator: User) -> None:
    stopped = LotFactory(etat=EtatLot.ECHOUE)
    rejet = RejetFactory(lot=LotFactory(applique=True))
    ready = LotFactory(etat=EtatLot.PRET)

    assert list(list_attentes(operator)) == [
        Attente("1 import interrompu à reprendre", reverse("imports:lot", args=[stopped.pk]), urgente=True),
        Attente("1 ligne refusée à corriger", reverse("imports:rejets", args=[rejet.lot_id])),
        Attente("1 fichier déposé, pas encore importé", reverse("imports:lot", args=[ready.pk])),
    ]


def test_several_lead_to_the_list(operator: User) -> None:
    create(3)

    assert list(list_attentes(operator)) == [
        Attente("3 imports interrompus à reprendre", "/imports/", nombre=3, urgente=True),
        Attente("3 lignes refusées à corriger", "/imports/", nombre=3),
        Attente("3 fichiers déposés, pas encore importés", "/imports/", nombre=3),
    ]


@pytest.mark.parametrize("profil", ["siae_direction", "etat_region", "dpo"])
def test_whoever_may_not_import_is_told_nothing(profil: str) -> None:
    create(1)

    assert list(list_attentes(member(profil))) == []


def test_constant_queries(
    operator: User, django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None]
) -> None:
    django_assert_constant_queries(create, lambda: list(list_attentes(User.objects.get(pk=operator.pk))))
