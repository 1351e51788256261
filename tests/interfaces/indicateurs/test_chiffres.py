"""The indicators are the figures of the screens: same numbers, by another road."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.offre.queries.realisations import count_realisations
from maillage.foundations.analytics.warehouse import read_valeurs
from maillage.references.structures.models import EffectifAnnuel
from maillage.references.structures.queries.effectifs import list_metiers
from maillage.references.structures.queries.offre import get_offre

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("publie")]

PLACES = (("region", "11"), ("departement", "93"), ("departement", "95"))


def values(code: str, annee: int = 2025) -> dict[tuple[str, str], float | None]:
    found = [each for each in read_valeurs() if (each.indicateur, each.annee) == (code, annee)]
    return {(each.niveau, each.territoire): each.valeur for each in found}


def effectifs(niveau: str, code: str) -> dict[str, Any]:
    rows = EffectifAnnuel.objects.filter(annee=2025)
    rows = rows.filter(departement__code=code) if niveau == "departement" else rows.filter(departement__region=code)
    figures = rows.aggregate(
        salaries=Sum("salaries"), etp_realises=Sum("etp_realises"), etp_conventionnes=Sum("etp_conventionnes")
    )
    return {"siae": rows.values("siae").distinct().count(), **figures}


@pytest.mark.parametrize("code", ["siae", "salaries", "etp_realises", "etp_conventionnes"])
def test_the_supply_is_the_sum_of_the_effectifs(code: str) -> None:
    assert values(code) == {place: pytest.approx(float(effectifs(*place)[code])) for place in PLACES}


def test_the_supply_is_that_of_the_map() -> None:
    assert values("etp_realises")["region", "11"] == pytest.approx(float(get_offre("11").etp.sum()))


def test_a_siae_of_two_departements_counts_once_in_the_region() -> None:
    assert values("siae") == {("region", "11"): 4, ("departement", "93"): 2, ("departement", "95"): 3}


def test_the_rate_compares_what_is_known_on_both_sides() -> None:
    found = values("taux_realisation")
    assert found["departement", "93"] == pytest.approx(100 * (10.25 + 20.10) / 33)
    assert found["departement", "95"] == pytest.approx(100 * 15.55 / 15)


def test_the_need_is_that_of_the_communes_and_unknown_as_soon_as_one_is() -> None:
    total = Besoin.objects.filter(public__code="defm_abc").aggregate(Sum("valeur"))["valeur__sum"]
    assert values("besoin_defm_abc") == {
        ("region", "11"): float(total),
        ("departement", "93"): 1000,
        ("departement", "95"): 3000,
    }
    assert values("besoin_brsa") == {("region", "11"): None, ("departement", "93"): 200, ("departement", "95"): None}
    etp = values("etp_realises")
    assert values("etp_pour_mille_defm_abc") == {
        place: pytest.approx(1000 * (etp[place] or 0) / people)
        for place, people in ((PLACES[0], 4000), (PLACES[1], 1000), (PLACES[2], 3000))
    }
    assert values("etp_pour_mille_brsa")["region", "11"] is None


def test_the_publics_are_those_of_the_objectives() -> None:
    tableau = count_realisations({"femmes"}, {2025})["femmes", 2025]
    seen = {place: tableau.get(*place, "", 5) for place in PLACES}
    assert values("part_femmes") == {place: pytest.approx(each.part) for place, each in seen.items() if each}
    assert values("part_femmes")["region", "11"] == pytest.approx(100 * 117 / 220)


def test_women_in_a_trade_are_those_of_the_mixity_page() -> None:
    [metier, _] = list_metiers(2025)
    assert values("femmes_btp")["region", "11"] == pytest.approx(metier.part)
