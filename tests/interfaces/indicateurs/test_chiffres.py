"""The indicators are the figures of the screens: same numbers, by another road."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db.models import Sum

from maillage.domains.diagnostics.models import Besoin, Public
from maillage.domains.offre.queries.realisations import count_realisations
from maillage.foundations.analytics import warehouse
from maillage.foundations.analytics.warehouse import read_valeurs
from maillage.references.structures.models import EffectifAnnuel, GroupeSecteur
from maillage.references.structures.queries.effectifs import list_metiers
from maillage.references.structures.queries.offre import get_offre
from maillage.references.territoires.models import Territoire
from tests.factories.publics import siae_in
from tests.factories.structures import EffectifFactory, EffectifSecteurFactory, GroupeSecteurFactory, SecteurFactory
from tests.factories.territoires import TerritoireFactory

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


def minimums(code: str) -> set[tuple[str, str]]:
    return {(each.niveau, each.territoire) for each in read_valeurs() if each.indicateur == code and each.minimum}


def test_the_supply_is_that_of_the_map() -> None:
    """What was worked, else what was granted; the sum is a minimum as soon as one SIAE tells neither."""
    assert [minimums(code) for code in ("etp", "etp_realises", "salaries", "etp_pour_mille_defm_abc")] == [
        set(),
        set(),
        {PLACES[0], PLACES[2]},
        set(),
    ]
    communes = {code: Territoire.objects.get(niveau="commune", departement=code) for code in ("93", "95")}
    for code, figures in (("93", {"salaries": 12}), ("95", {"salaries": 9, "etp_conventionnes": Decimal("5.50")})):
        departement = Territoire.objects.get(niveau="departement", code=code)
        EffectifFactory(siae=siae_in(communes[code]), departement=departement, annee=2025, etp_realises=None, **figures)
    warehouse.publish()
    offre = get_offre("11", annee=2025)
    assert values("etp") == {
        ("region", "11"): pytest.approx(float(np.nansum(offre.etp))),
        ("departement", "93"): pytest.approx(10.25 + 20.10),
        ("departement", "95"): pytest.approx(9.05 + 15.55 + 1.15 + 5.50),
    }
    assert values("etp_realises")["departement", "95"] == pytest.approx(9.05 + 15.55 + 1.15)
    assert (minimums("etp"), minimums("etp_realises")) == ({PLACES[0], PLACES[1]}, set(PLACES))
    assert minimums("etp_pour_mille_defm_abc") == {PLACES[0], PLACES[1]}
    assert values("etp_pour_mille_defm_abc")["departement", "95"] == pytest.approx(1000 * 31.25 / 3000)


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


def test_a_public_is_withheld_where_the_objectives_withhold_it() -> None:
    """3, 15 and 40 people: alone, the line would withhold 15, and the table by kind 40; together, they would tell 3."""
    TerritoireFactory(niveau="departement", code="94", departement="94")
    communes = {code: Territoire.objects.get(niveau="commune", departement=code) for code in ("93", "95")}
    siae_in(communes["93"], "EI", qpv=(3, 60))
    siae_in(communes["95"], "ACI", qpv=(15, 60))
    siae_in(TerritoireFactory(code="94001", departement="94"), "EI", qpv=(40, 90))
    warehouse.publish()
    tableau = count_realisations({"qpv"}, {2025})["qpv", 2025]
    seen = {place: tableau.get(*place, "", 5) for place in (*PLACES, ("departement", "94"))}
    assert values("part_qpv") == {place: each.part for place, each in seen.items() if each}
    assert values("part_qpv") == {
        ("region", "11"): pytest.approx(100 * 58 / 210),
        ("departement", "93"): None,
        ("departement", "94"): None,
        ("departement", "95"): 25.0,
    }


def test_women_in_a_trade_are_withheld_where_the_mixity_page_withholds_them() -> None:
    siae = siae_in(Territoire.objects.get(niveau="commune", departement="95"))
    secteur = SecteurFactory(groupe=GroupeSecteurFactory(code="proprete"))
    EffectifSecteurFactory(siae=siae, secteur=secteur, annee=2025, femmes=40, hommes=3)
    warehouse.publish()
    seen = {
        place: {metier.libelle: metier.part for metier in list_metiers(2025, "" if place[0] == "region" else place[1])}
        for place in PLACES
    }
    libelle = GroupeSecteur.objects.get(code="btp").libelle
    assert values("femmes_btp") == {place: metiers[libelle] for place, metiers in seen.items()}
    assert None in values("femmes_btp").values()


def test_the_few_employees_of_a_departement_are_withheld_with_another() -> None:
    assert values("salaries") == {PLACES[0]: 220, PLACES[1]: 100, PLACES[2]: 120}
    EffectifAnnuel.objects.filter(annee=2025, departement__code="93").update(salaries=2)
    warehouse.publish()
    assert values("salaries") == {PLACES[0]: 124, PLACES[1]: None, PLACES[2]: None}
    withheld = {
        (each.niveau, each.territoire)
        for each in read_valeurs()
        if (each.indicateur, each.annee, each.secret) == ("salaries", 2025, True)
    }
    assert withheld == {PLACES[1], PLACES[2]}


def test_a_need_is_unknown_where_a_commune_has_no_figure() -> None:
    Besoin.objects.filter(public__code="defm_abc", territoire__departement="93").delete()
    warehouse.publish()
    assert values("besoin_defm_abc") == {PLACES[0]: None, PLACES[1]: None, PLACES[2]: 3000}
    assert values("etp_pour_mille_defm_abc")["region", "11"] is None


def test_a_need_is_told_once_for_several_vintages_and_taken_from_its_producer_when_it_is_given_above() -> None:
    commune = Territoire.objects.get(niveau="commune", departement="93")
    earlier = TerritoireFactory(code=commune.code, departement="93", millesime=commune.millesime - 1)
    public = Public.objects.get(code="defm_abc")
    Besoin.objects.create(public=public, territoire=earlier, annee=2025, valeur=700)
    rare = Public.objects.create(code="deld_2ans", libelle="deld")
    departement = Territoire.objects.get(niveau="departement", code="95")
    Besoin.objects.create(public=rare, territoire=departement, annee=2025, valeur=450)
    warehouse.publish()
    assert values("besoin_defm_abc") == {PLACES[0]: 4000, PLACES[1]: 1000, PLACES[2]: 3000}
    assert values("besoin_deld_2ans") == {PLACES[0]: None, PLACES[1]: None, PLACES[2]: 450}


def test_women_in_a_trade_are_those_of_the_mixity_page() -> None:
    [metier, _] = list_metiers(2025)
    assert values("femmes_btp")["region", "11"] == pytest.approx(metier.part)
