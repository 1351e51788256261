"""What the database itself refuses, with the sentence a person reads."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, transaction
from factory.django import DjangoModelFactory

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance
from tests.factories.territoires import (
    AppartenanceFactory,
    ContourFactory,
    PassageCogFactory,
    PopulationFactory,
    QpvCommuneFactory,
    TerritoireFactory,
)

# constraint, factory, its key, its message
TWICE = [
    (
        "territoire_unique",
        TerritoireFactory,
        ("niveau", "code", "millesime"),
        "Ce territoire existe déjà pour ce millésime.",
    ),
    (
        "appartenance_unique_par_maille",
        AppartenanceFactory,
        ("unite", "maille"),
        "Une unité n’appartient qu’à un ensemble par maille.",
    ),
    (
        "contour_unique_par_region",
        ContourFactory,
        ("territoire", "region"),
        "Ce territoire a déjà un contour dans cette région.",
    ),
    (
        "population_unique",
        PopulationFactory,
        ("unite", "annee"),
        "La population de cette unité est déjà connue pour cette année.",
    ),
    (
        "passage_unique",
        PassageCogFactory,
        ("ancien_code", "millesime"),
        "Un ancien code mène à un seul code par millésime.",
    ),
    ("qpv_commune_unique", QpvCommuneFactory, ("qpv", "commune"), "Ce QPV est déjà rattaché à cette commune."),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("constraint", "factory", "key", "message"), TWICE)
def test_twice(constraint: str, factory: type[DjangoModelFactory], key: tuple[str, ...], message: str) -> None:
    first = factory()
    again = {name: getattr(first, name) for name in key}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factory(**again)
    with pytest.raises(ValidationError, match=re.escape(message)):
        factory.build(**again).validate_constraints()


@pytest.mark.django_db
def test_a_point_has_two_coordinates() -> None:
    with pytest.raises(IntegrityError, match="territoire_point_entier"), transaction.atomic():
        TerritoireFactory(x=650_000.0, y=None)
    with pytest.raises(ValidationError, match="Un point a deux coordonnées"):
        TerritoireFactory.build(x=650_000.0, y=None).validate_constraints()


@pytest.mark.django_db
def test_a_passage_changes_the_code() -> None:
    with pytest.raises(IntegrityError, match="passage_change_le_code"), transaction.atomic():
        PassageCogFactory(ancien_code="93066", code="93066")
    with pytest.raises(ValidationError, match="Un passage mène à un autre code"):
        PassageCogFactory.build(ancien_code="93066", code="93066").validate_constraints()


@pytest.mark.django_db
def test_only_a_unit_belongs_to_an_ensemble() -> None:
    ville = TerritoireFactory(niveau=Niveau.VILLE)
    with pytest.raises(IntegrityError, match="Seule une unité appartient à un ensemble"), transaction.atomic():
        AppartenanceFactory(unite=ville)
    appartenance = AppartenanceFactory()
    with pytest.raises(IntegrityError, match="Seule une unité appartient à un ensemble"), transaction.atomic():
        Appartenance.objects.filter(pk=appartenance.pk).update(unite=ville)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("maille", "niveau", "right"),
    [
        (Maille.INTERCOMMUNALITE, Niveau.EPT, True),
        (Maille.INTERCOMMUNALITE, Niveau.EPCI, True),
        (Maille.INTERCOMMUNALITE, Niveau.VILLE, True),
        (Maille.INTERCOMMUNALITE, Niveau.DEPARTEMENT, False),
        (Maille.BASSIN, Niveau.BASSIN, True),
        (Maille.BASSIN, Niveau.CLPE, False),
        (Maille.METROPOLE, Niveau.EPCI, False),
    ],
)
def test_an_ensemble_is_of_the_level_of_its_maille(maille: Maille, niveau: Niveau, right: bool) -> None:
    ensemble = TerritoireFactory(niveau=niveau)
    if right:
        assert AppartenanceFactory(maille=maille, ensemble=ensemble).ensemble == ensemble
        return
    with pytest.raises(IntegrityError, match="Cet ensemble n’est pas du niveau de la maille"), transaction.atomic():
        AppartenanceFactory(maille=maille, ensemble=ensemble)


@pytest.mark.django_db
def test_the_maille_of_a_membership_does_not_drift_from_its_ensemble() -> None:
    appartenance = AppartenanceFactory()
    with pytest.raises(IntegrityError, match="Cet ensemble n’est pas du niveau de la maille"), transaction.atomic():
        Appartenance.objects.filter(pk=appartenance.pk).update(maille=Maille.BASSIN)


@pytest.mark.django_db
def test_a_territory_keeps_its_level() -> None:
    territoire = TerritoireFactory()
    territoire.niveau = Niveau.VILLE
    with pytest.raises(Error, match="Cannot update rows from territoires_territoire"), transaction.atomic():
        territoire.save()
