"""The taxonomy of sectors, as shipped."""

from __future__ import annotations

import re
import tomllib

import pytest

from maillage.references.structures.models import GroupeSecteur, Secteur
from maillage.references.structures.services.secteurs import SECTEURS, load_secteurs
from tests.factories.structures import ActiviteFactory, SecteurFactory

GROUPES = tomllib.loads(SECTEURS.read_text(encoding="utf-8"))["groupe"]
SECTEURS_LIVRES = [secteur for groupe in GROUPES for secteur in groupe["secteur"]]


def test_codes_are_unique() -> None:
    codes = [groupe["code"] for groupe in GROUPES] + [secteur["code"] for secteur in SECTEURS_LIVRES]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("secteur", SECTEURS_LIVRES, ids=lambda secteur: secteur["code"])
def test_a_sector_has_words_and_well_formed_codes(secteur: dict[str, object]) -> None:
    assert sorted(secteur) == ["code", "cpv", "libelle", "mots", "naf"]
    assert all(secteur.values())
    assert [code for code in secteur["cpv"] if not re.fullmatch(r"\d{8}", code)] == []
    assert [code for code in secteur["naf"] if not re.fullmatch(r"\d{4}[A-Z]", code)] == []


@pytest.mark.django_db
def test_loading_twice_is_loading_once() -> None:
    assert load_secteurs() == load_secteurs() == Secteur.objects.count() == len(SECTEURS_LIVRES)
    assert list(GroupeSecteur.objects.order_by("ordre").values_list("code", flat=True)) == [
        groupe["code"] for groupe in GROUPES
    ]


@pytest.mark.django_db
def test_a_sector_that_left_the_file_goes_unless_a_siae_works_in_it() -> None:
    used = ActiviteFactory().secteur
    SecteurFactory()
    load_secteurs()

    shipped = {secteur["code"] for secteur in SECTEURS_LIVRES}
    assert list(Secteur.objects.exclude(code__in=shipped)) == [used]
