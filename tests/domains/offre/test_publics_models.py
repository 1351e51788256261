"""The database itself refuses what makes no sense, in French."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from maillage.domains.offre.models import BonnePratique, Objectif, RealisationPublic
from tests.factories.publics import BonnePratiqueFactory, ObjectifFactory, RealisationFactory
from tests.factories.structures import SiaeFactory

pytestmark = pytest.mark.django_db


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


def test_one_objective_per_public_territory_kind_and_year() -> None:
    ObjectifFactory()
    ObjectifFactory(type_siae="EI")
    with refused("objectif_unique"), transaction.atomic():
        ObjectifFactory()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"cible_nombre": 3}, "objectif_une_cible"),
        ({"cible_part": None}, "objectif_une_cible"),
        ({"cible_part": 0}, "objectif_cible_utile"),
        ({"cible_part": 101}, "objectif_cible_utile"),
        ({"cible_part": None, "cible_nombre": 0}, "objectif_cible_utile"),
        ({"niveau": "commune"}, "objectif_niveau_et_public"),
        ({"public": "zut"}, "objectif_niveau_et_public"),
    ],
)
def test_an_objective_has_one_useful_target(values: dict[str, Any], constraint: str) -> None:
    with refused(constraint), transaction.atomic():
        ObjectifFactory(**values)


def test_one_actual_per_siae_public_and_year() -> None:
    siae = SiaeFactory()
    RealisationFactory(siae=siae)
    RealisationFactory(siae=siae, annee=2024)
    with refused("realisation_unique"), transaction.atomic():
        RealisationFactory(siae=siae)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"effectif": 51}, "realisation_dans_le_total"),
        ({"effectif": 0, "total": 0}, "realisation_dans_le_total"),
        ({"public": "zut"}, "realisation_public"),
    ],
)
def test_an_actual_is_within_its_total(values: dict[str, Any], constraint: str) -> None:
    with refused(constraint), transaction.atomic():
        RealisationFactory(**values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"part_avant": 3}, "bonne_pratique_parts"),
        ({"part_avant": 3, "part_apres": 101}, "bonne_pratique_parts"),
        ({"public": "zut"}, "bonne_pratique_public"),
    ],
)
def test_an_action_is_measured_before_and_after(values: dict[str, Any], constraint: str) -> None:
    with refused(constraint), transaction.atomic():
        BonnePratiqueFactory(**values)


def test_rows_have_names() -> None:
    assert str(ObjectifFactory()) == "femmes en 2025"
    assert str(RealisationFactory(siae__pk=77)) == "femmes · 77 en 2025"
    assert str(BonnePratiqueFactory(titre="Essai")) == "Essai"
    assert {model.objects.count() for model in (Objectif, RealisationPublic, BonnePratique)} == {1}
