"""The need of territories: unknown is not zero, old codes are converted, sums are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.domains.diagnostics.models import Besoin
from tests.factories.territoires import PassageCogFactory, TerritoireFactory
from tests.interfaces.imports.conftest import Import, counts, rejects, warnings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]


def besoins(*lines: str) -> bytes:
    return "\n".join(["public;commune;annee;valeur", *lines, ""]).encode()


def valeurs() -> dict[str, Decimal | None]:
    return dict(Besoin.objects.values_list("territoire__code", "valeur"))


@pytest.mark.parametrize("cell", ["s", "*", "<5", "nd", "", "moins de 11"])
def test_a_withheld_figure_is_unknown_not_zero(imported: Import, cell: str) -> None:
    assert counts(imported(besoins(f"brsa;93066;2025;{cell}", "brsa;93001;2025;0"), "besoins")) == (2, 2, 0, 0, 0)
    assert valeurs() == {"93066": None, "93001": Decimal(0)}


def test_a_public_is_known_by_code_or_label_and_is_one(imported: Import) -> None:
    lot = imported(besoins("brsa;93066;2025;10", "Bénéficiaires du RSA;93066;2025;12"), "besoins")
    assert rejects(lot) == [(3, "doublon", "Doublon de la ligne 2 : même public, même territoire et même année.")]


def test_an_unknown_public_is_rejected_with_the_known_ones(imported: Import) -> None:
    lot = imported(besoins("zut;93066;2025;10", "brsa;93066;2025;10"), "besoins")
    [(line, code, message)] = rejects(lot)
    assert (line, code) == (2, "public_inconnu")
    assert message.startswith("Le public « zut » est inconnu. Publics connus : population_active_age, population,")


def test_a_figure_of_paris_as_a_whole_is_that_of_the_city(imported: Import) -> None:
    lot = imported(besoins("brsa;75056;2025;1000", "brsa;75101;2025;10"), "besoins")
    assert rejects(lot) == []
    assert [(line, code) for line, code, _ in warnings(lot)] == [(2, "ville_entiere")]
    kept = Besoin.objects.values_list("territoire__niveau", "territoire__code", "valeur")
    assert set(kept) == {("ville", "75056", Decimal(1000)), ("commune", "75101", Decimal(10))}


def test_an_unknown_commune_is_rejected_apart_from_those_of_other_regions(imported: Import) -> None:
    lot = imported(besoins("brsa;13055;2025;1", "brsa;75101;2025;10", "brsa;77999;2025;1"), "besoins")
    assert rejects(lot) == [
        (2, "hors_region", "Ce territoire n’est pas dans la région chargée."),
        (4, "commune_inconnue", "La commune « 77999 » n’est pas dans le découpage chargé."),
    ]


def test_the_figure_of_a_vanished_commune_goes_to_its_successor(imported: Import) -> None:
    lot = imported(besoins("brsa;93059;2020;100"), "besoins")
    assert valeurs() == {"93066": Decimal(100)}
    assert warnings(lot) == [(2, "code_converti", "Le code 93059 a disparu ; la valeur est portée à 93066.")]


@pytest.mark.parametrize(("absorbed", "total"), [("100", Decimal(1100)), ("s", None)])
def test_the_figures_of_merged_communes_add_up(imported: Import, absorbed: str, total: Decimal | None) -> None:
    content = besoins("brsa;93066;2020;1000", f"brsa;93059;2020;{absorbed}")
    assert counts(imported(content, "besoins")) == (2, 1, 0, 1, 0)
    assert valeurs() == {"93066": total}
    assert counts(imported(content, "besoins")) == (2, 0, 0, 2, 0)


def test_figures_that_are_not_are_rejected(imported: Import) -> None:
    lot = imported(
        besoins("brsa;93066;2025;-4", "brsa;93066;25;4", "brsa;93001;2025;quatre", "brsa;93001;2025;1"), "besoins"
    )
    assert [code for _, code, _ in rejects(lot)] == ["nombre_negatif", "annee_illisible", "nombre_illisible"]


def test_a_code_that_lost_its_zero_in_a_spreadsheet_is_found(imported: Import) -> None:
    TerritoireFactory(code="01004", departement="01", region="84")
    PassageCogFactory(ancien_code="01005", code="01004")
    imported(besoins("brsa;1004;2025;7"), "besoins")
    assert valeurs() == {"01004": Decimal(7)}
