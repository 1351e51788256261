"""Nothing rejected is lost: corrected one by one, all together by a file, or left aside with a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.domains.diagnostics.models import Besoin
from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.enums import EtatRejet
from maillage.interfaces.imports.queries.lots import list_lots
from maillage.interfaces.imports.queries.rejets import build_rejets
from maillage.interfaces.imports.reading import open_table
from maillage.interfaces.imports.services.suites import abandon_rejet, replay_rejet
from maillage.interfaces.imports.siae.card import CARD
from maillage.references.structures.models import Implantation, Siae
from tests.factories.accounts import siret
from tests.interfaces.imports.conftest import HEADER, ON, Import, counts, rejects, siae_file, siae_line, warnings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]

WRONG = siae_line(1).replace(siret(1), "123")


def test_a_corrected_line_is_replayed_as_its_import_would_have(imported: Import) -> None:
    lot = imported(siae_file(WRONG, siae_line(2)))
    rejet = replay_rejet(rejet=lot.rejets.get(), valeurs={"siret": siret(1), "code_postal": "93300"}, actor=None, on=ON)
    assert (rejet.etat, rejet.corrections) == (EtatRejet.REJOUE, {"siret": siret(1), "code_postal": "93300"})
    assert Implantation.objects.get(siae__organisation__siret=siret(1)).commune.code == "93066"
    assert [code for _, code, _ in warnings(lot)] == ["code_postal_different"]


def test_a_line_still_wrong_says_so_on_its_columns_and_stays_to_correct(imported: Import) -> None:
    lot = imported(siae_file(WRONG, siae_line(2)))
    with pytest.raises(Refused) as refused:
        replay_rejet(rejet=lot.rejets.get(), valeurs={"type_siae": "GEIQ", "nom": ""}, actor=None, on=ON)
    assert {refusal.field for refusal in refused.value.refusals} == {"siret", "type_siae", "nom"}
    assert lot.rejets.get().etat == EtatRejet.A_CORRIGER


def test_a_line_is_replayed_once(imported: Import) -> None:
    lot = imported(siae_file(WRONG, siae_line(2)))
    replay_rejet(rejet=lot.rejets.get(), valeurs={"siret": siret(1)}, actor=None, on=ON)
    with pytest.raises(Refused, match=r"Cette ligne est déjà traitée.: corrigée et rejouée."):
        replay_rejet(rejet=lot.rejets.get(), valeurs={"siret": siret(3)}, actor=None, on=ON)


def test_a_line_is_replayed_after_its_batch_is_imported(check: Import) -> None:
    lot = check(siae_file(WRONG, siae_line(2)))
    with pytest.raises(Refused, match=r"Les rejets se corrigent une fois le lot importé."):
        replay_rejet(rejet=lot.rejets.get(), valeurs={"siret": siret(1)}, actor=None, on=ON)


def test_a_line_left_aside_keeps_its_content(imported: Import) -> None:
    lot = imported(siae_file(WRONG, siae_line(2)))
    rejet = abandon_rejet(rejet=lot.rejets.get(), motif="structure fermée", actor=None)
    assert (rejet.etat, rejet.valeurs[0]) == (EtatRejet.ABANDONNE, "123")


@pytest.mark.parametrize("code", ["csv", "xlsx", "ods"])
def test_the_file_of_rejects_has_the_lines_to_correct_as_they_came_then_why(imported: Import, code: str) -> None:
    lot = imported(siae_file(WRONG, siae_line(2), siae_line(3) + ";en trop"))
    table = open_table(build_rejets(lot, code), CARD.columns, unpacked_limit=10**7)
    assert table.header == (*HEADER.split(";"), "Ligne d’origine", "Motif du rejet")
    assert [(row.values[0], row.values[6], row.values[7]) for row in table.rows()] == [
        ("123", "48.9362", "2"),
        (siret(3), "48.9362", "4"),
    ]


def test_the_file_of_rejects_comes_back_corrected_as_a_linked_batch(imported: Import) -> None:
    first = imported(siae_file(WRONG, siae_line(2), siae_line(3, "GEIQ")))
    corrected = build_rejets(first, "csv").decode("utf-8-sig").replace("123;ACI", f"{siret(1)};ACI")
    second = imported(corrected.encode(), origine=first)
    assert (second.origine, counts(second)) == (first, (2, 1, 0, 0, 1))
    assert list(first.rejets.order_by("ligne").values_list("ligne", "etat", "suite")) == [
        (2, EtatRejet.REJOUE, second.pk),
        (4, EtatRejet.REPRIS, second.pk),
    ]
    assert Siae.objects.filter(organisation__siret=siret(1)).count() == 1


def test_a_line_refused_again_is_to_correct_in_the_new_batch_alone(imported: Import) -> None:
    first = imported(siae_file(WRONG, siae_line(2), siae_line(3, "GEIQ"), siae_line(4, "ESAT")))
    second = imported(build_rejets(first, "csv").replace(b"123;ACI", f"{siret(1)};ACI".encode()), origine=first)
    assert {lot.pk: lot.a_corriger for lot in list_lots()} == {first.pk: 0, second.pk: 2}
    assert [rejet.situation for rejet in first.rejets.order_by("ligne")] == [
        "corrigée et rejouée",
        f"reprise dans le lot n° {second.pk}, encore à corriger",
        f"reprise dans le lot n° {second.pk}, encore à corriger",
    ]
    with pytest.raises(Refused, match=r"Cette ligne est déjà traitée.: reprise, encore à corriger."):
        abandon_rejet(rejet=first.rejets.get(ligne=4), motif="doublon d’acte", actor=None)

    geiq, esat = second.rejets.order_by("ligne")
    replay_rejet(rejet=geiq, valeurs={"type_siae": "EI"}, actor=None, on=ON)
    abandon_rejet(rejet=esat, motif="hors du champ", actor=None)
    assert list(first.rejets.order_by("ligne").values_list("etat", "suite")) == [
        (EtatRejet.REJOUE, second.pk),
        (EtatRejet.REJOUE, second.pk),
        (EtatRejet.ABANDONNE, second.pk),
    ]


def test_a_line_refused_twice_is_followed_up_to_the_first_batch(imported: Import) -> None:
    first = imported(siae_file(WRONG, siae_line(2), siae_line(3, "GEIQ")))
    second = imported(build_rejets(first, "csv").replace(b"123;ACI", f"{siret(1)};ACI".encode()), origine=first)
    third = imported(build_rejets(second, "csv").replace(b"GEIQ", b"EI"), origine=second)
    assert counts(third) == (1, 1, 0, 0, 0)
    assert [lot.rejets.get(code="pas_une_siae").etat for lot in (first, second)] == [EtatRejet.REJOUE] * 2
    assert [lot.rejets.get(code="pas_une_siae").suite for lot in (first, second)] == [third] * 2


def test_a_corrected_line_joins_those_it_adds_up_with(imported: Import) -> None:
    """The figure of a commune absorbed since, corrected later, is added to the one already imported."""
    lot = imported(b"public;commune;annee;valeur\nbrsa;93066;2020;1000\nbrsa;93059;2020;cent\n", "besoins")
    assert Besoin.objects.get().valeur == Decimal(1000)
    assert [code for _, code, _ in rejects(lot)] == ["nombre_illisible"]
    replay_rejet(rejet=lot.rejets.get(), valeurs={"valeur": "100"}, actor=None, on=ON)
    assert Besoin.objects.get().valeur == Decimal(1100)


def test_a_corrected_file_joins_the_lines_it_completes(imported: Import) -> None:
    header = "public;commune;annee;valeur"
    first = imported(f"{header}\nbrsa;93066;2020;1000\nbrsa;93059;2020;cent\n".encode(), "besoins")
    imported(f"{header};Ligne d’origine\nbrsa;93059;2020;100;3\n".encode(), "besoins", origine=first)
    assert Besoin.objects.get().valeur == Decimal(1100)


DOUBLE = siae_line(1).replace("Chantier 1", "Autre nom")


def test_a_double_replayed_as_it_is_never_takes_the_place_of_the_line_accepted(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1), DOUBLE))
    with pytest.raises(Refused, match=f"Doublon de la ligne 2 du lot n° {lot.pk}.: même SIRET et même type."):
        replay_rejet(rejet=lot.rejets.get(), valeurs={}, actor=None, on=ON)
    assert list(Siae.objects.values_list("nom", flat=True)) == ["Chantier 1"]
    replay_rejet(rejet=lot.rejets.get(), valeurs={"type_siae": "EI"}, actor=None, on=ON)
    assert list(Siae.objects.order_by("type_siae").values_list("nom", flat=True)) == ["Chantier 1", "Autre nom"]


def test_two_lines_are_not_corrected_into_one(imported: Import) -> None:
    lot = imported(siae_file(WRONG, WRONG.replace("123", "124"), siae_line(2)))
    first, second = lot.rejets.order_by("ligne")
    replay_rejet(rejet=first, valeurs={"siret": siret(1)}, actor=None, on=ON)
    with pytest.raises(Refused, match=f"Doublon de la ligne 2 du lot n° {lot.pk}"):
        replay_rejet(rejet=second, valeurs={"siret": siret(1)}, actor=None, on=ON)


def test_a_line_refused_by_the_register_is_no_double_of_itself(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1, place="13001;Marseille;;"), siae_line(2)))
    rejet = replay_rejet(rejet=lot.rejets.get(), valeurs={"code_postal": "75012"}, actor=None, on=ON)
    assert rejet.etat == EtatRejet.REJOUE


def test_a_double_that_comes_back_as_it_is_in_a_file_is_refused_again(imported: Import) -> None:
    first = imported(siae_file(siae_line(1), DOUBLE, siae_line(2, "GEIQ")))
    second = imported(build_rejets(first, "csv").replace(b"GEIQ", b"EI"), origine=first)
    assert counts(second) == (2, 1, 0, 0, 1)
    message = f"Doublon de la ligne 2 du lot n° {first.pk} : même SIRET et même type."
    assert rejects(second) == [(2, "doublon", message)]
    assert list(Siae.objects.order_by("nom").values_list("nom", flat=True)) == ["Chantier 1", "Chantier 2"]
