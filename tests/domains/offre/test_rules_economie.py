"""The economy of a project, against cases computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.domains.offre.enums import Gravite
from maillage.domains.offre.rules.economie import (
    NATURES,
    POSTES,
    Delais,
    Plafonds,
    Plan,
    analyse,
    break_even,
    compute_treasury,
    exceeds_ordinary,
    list_remarques,
    working_capital,
)

ACI = Plafonds(Decimal("0.3"), Decimal("0.5"), Decimal(23_921))


def d(value: float | str) -> Decimal:
    return Decimal(str(value))


def plan(etp: int | None = 10, tresorerie: int = 0, **amounts: int | tuple[int, int, int]) -> Plan:
    """Return a plan whose amounts are those of each year, or of the three."""
    years = {code: (each if isinstance(each, tuple) else (each,) * 3) for code, each in amounts.items()}
    montants = {(code, rank): d(value) for code, row in years.items() for rank, value in enumerate(row, start=1)}
    return Plan(montants, {} if etp is None else dict.fromkeys((1, 2, 3), d(etp)), d(tresorerie), Delais(0, 0, 0))


def test_every_line_stands_in_one_column() -> None:
    assert sum(len(postes) for postes in POSTES.values()) == len(NATURES)


@pytest.mark.parametrize(
    ("charges", "variables", "ventes", "autres", "expected"),
    [
        # Fixed 60, margin 50 %: 120 of sales pay.
        (100, 40, 80, 0, "120.00"),
        # Aids of 30 leave 30 fixed: 60 of sales pay.
        (100, 40, 80, 30, "60.00"),
        # Aids cover the fixed charges: nothing has to be sold.
        (100, 40, 80, 60, "0"),
        (100, 40, 80, 75, "0"),
        # Nothing is sold, or a sale costs what it brings.
        (100, 0, 0, 50, None),
        (100, 80, 80, 0, None),
        # One third of margin: rounded to the cent.
        (110, 20, 30, 0, "270.00"),
        (100, 10, 30, 20, "105.00"),
    ],
)
def test_break_even(charges: int, variables: int, ventes: int, autres: int, expected: str | None) -> None:
    found = break_even(charges=d(charges), variables=d(variables), ventes=d(ventes), autres=d(autres))
    assert found == (None if expected is None else d(expected))


@pytest.mark.parametrize(
    ("ventes", "aides", "achats", "delais", "expected"),
    [
        (365, 0, 0, Delais(60, 0, 0), "60.00"),
        (365, 365, 0, Delais(60, 90, 0), "150.00"),
        (365, 365, 365, Delais(60, 90, 30), "120.00"),
        (0, 0, 730, Delais(60, 60, 30), "-60.00"),
    ],
)
def test_working_capital(ventes: int, aides: int, achats: int, delais: Delais, expected: str) -> None:
    assert working_capital(ventes=d(ventes), aides=d(aides), achats=d(achats), delais=delais) == d(expected)


def test_a_year_read() -> None:
    found = analyse(plan(achats=20_000, services=80_000, ventes=40_000, aide_poste=50_000, departement=10_000))
    year = found.annees[0]
    assert (year.charges, year.produits, year.ventes, year.aides) == (d(100_000), d(100_000), d(40_000), d(60_000))
    assert year.resultat == 0
    # Fixed 80,000 less 60,000 of aids, margin 50 %.
    assert (year.seuil, year.point_mort) == (d("40000.00"), 365)
    assert (year.part_marchande, year.part_ventes_produits) == (d("0.4"), d("0.4"))
    assert (year.cout_etp, year.aide_etp) == (d("10000.00"), d("5000.00"))


def test_unknown_etp_give_no_cost() -> None:
    year = analyse(plan(etp=None, services=1_000, ventes=1_000)).annees[0]
    assert (year.etp, year.cout_etp, year.aide_etp) == (None, None, None)


@pytest.mark.parametrize(("services", "expected"), [(90_000, None), (30_000, 183), (60_000, 365)])
def test_the_day_of_the_year_when_the_break_even_is_reached(services: int, expected: int | None) -> None:
    assert analyse(plan(services=services, ventes=60_000)).annees[0].point_mort == expected


def test_treasury_month_by_month() -> None:
    levels = compute_treasury(plan(tresorerie=1_000, services=12_000, ventes=18_000, investissements=(5_000, 0, 0)))
    assert levels[:3] == (d("-3500.00"), d("-3000.00"), d("-2500.00"))
    assert levels[35] == d("14000.00")
    assert len(levels) == 36


def test_treasury_waits_for_delays() -> None:
    late = Plan({("ventes", 1): d(12_000)}, {}, d(0), Delais(60, 0, 0))
    assert compute_treasury(late)[:4] == (d("0.00"), d("0.00"), d("1000.00"), d("2000.00"))
    assert compute_treasury(late)[35] == d("12000.00")


def test_what_is_only_written_moves_no_treasury() -> None:
    levels = compute_treasury(plan(dotations=12_000, bfr=5_000, autofinancement=7_000))
    assert set(levels) == {d("0.00")}


def test_low_point() -> None:
    found = analyse(plan(tresorerie=500, services=(12_000, 0, 0), ventes=(0, 24_000, 0)))
    assert (found.creux, found.creux_mois) == (d("-11500.00"), 12)


@pytest.mark.parametrize(
    ("ventes", "code", "gravite", "beyond"),
    [
        (30_000, "", None, False),
        (30_001, "part_derogatoire", Gravite.ATTENTION, True),
        (50_000, "part_derogatoire", Gravite.ATTENTION, True),
        (50_001, "part_interdite", Gravite.ERREUR, True),
    ],
)
def test_market_share_of_an_aci(ventes: int, code: str, gravite: Gravite | None, beyond: bool) -> None:
    """Code du travail, art. D. 5132-34: 30 % of the charges, 50 % on a favourable opinion."""
    asked = plan(services=100_000, ventes=ventes, fondations=100_000 - ventes)
    found = [each for each in list_remarques(asked, ACI, etp_demandes=d(10)) if each.code.startswith("part_")]
    assert [(each.code, each.gravite) for each in found] == ([(code, gravite)] * 3 if code else [])
    assert exceeds_ordinary(analyse(asked), ACI) is beyond
    assert exceeds_ordinary(analyse(asked), Plafonds()) is False


def codes(asked: Plan, **plafonds: Decimal) -> list[str]:
    return [each.code for each in list_remarques(asked, Plafonds(**plafonds), etp_demandes=d(10))]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (plan(), ["vide"]),
        (plan(services=1_000, ventes=1_000), []),
        (plan(services=(1_000, 0, 0), ventes=(900, 100, 0)), ["tresorerie", "deficit", "seuil_manque"]),
        (plan(services=1_000, ventes=1_000, investissements=(10, 0, 0), fonds_propres=(12, 0, 0)), ["desequilibre"]),
        (plan(services=1_000, ventes=1_000, investissements=(10, 0, 0), fonds_propres=(11, 0, 0)), []),
        (plan(etp=None, services=1_000, ventes=1_000), ["etp_inconnus"]),
        (plan(etp=11, services=1_000, ventes=1_000), ["etp_differents"]),
        (plan(etp=9, services=1_000, ventes=1_000), ["etp_hors_plan"]),
        (plan(achats=(900, 0, 0), services=(100, 0, 0), ventes=(900, 100, 0)), ["tresorerie", "deficit", "sans_seuil"]),
    ],
)
def test_remarks(asked: Plan, expected: list[str]) -> None:
    assert codes(asked) == expected


def test_aid_far_from_the_base_amount() -> None:
    near, far = (plan(services=300_000, ventes=300_000 - aide, aide_poste=aide) for aide in (250_000, 280_000))
    assert codes(near, aide_etp=d(23_921)) == []
    assert codes(far, aide_etp=d(23_921)) == ["aide_poste"] * 3
