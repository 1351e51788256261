"""Whom the fictional SIAE employ, and the warehouse of the demonstration: the strategy's figures, computed again."""

from __future__ import annotations

import pytest
from django.db.models import F, Sum

from maillage.demo.region import get_region
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.offre.models import BonnePratique, Objectif, RealisationPublic
from maillage.domains.offre.queries.objectifs import list_avancements
from maillage.domains.offre.queries.realisations import count_realisations
from maillage.domains.offre.rules.publics import reperes
from maillage.foundations.analytics import warehouse
from maillage.references.territoires.enums import Maille

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region_demo")]


def test_the_publics_have_the_shares_that_the_strategy_publishes() -> None:
    rows = RealisationPublic.objects.filter(annee=2025).values_list("public").annotate(Sum("effectif"), Sum("total"))
    shares = {public: round(100 * effectif / total, 1) for public, effectif, total in rows}
    published = {code: float(dict(each.parts)[2016]) for code, each in reperes().items() if each.parts}
    assert {code: shares[code] for code in published} == published
    assert {total for _, _, total in rows} == {get_region().salaries}


def test_every_siae_has_its_publics_and_the_seniors_hold_the_long_term_ones() -> None:
    assert RealisationPublic.objects.filter(annee=2025).values("siae").distinct().count() == 400
    assert set(RealisationPublic.objects.values_list("annee", flat=True)) == {2023, 2024, 2025}
    pairs = RealisationPublic.objects.filter(
        public="seniors_deld",
        siae__realisations_publics__public="seniors",
        siae__realisations_publics__annee=F("annee"),
    ).annotate(seniors=F("siae__realisations_publics__effectif"))
    assert [row.pk for row in pairs if row.effectif > row.seniors] == []


def test_the_region_and_its_departements_have_objectives_with_every_outcome() -> None:
    rows = list_avancements(annee=2025)
    assert {(row.objectif.niveau, row.objectif.code) for row in rows} == {
        ("region", "11"),
        *(("departement", each.code) for each in get_region().departements),
    }
    assert {"loin", "atteint"} <= {row.situation.value for row in rows}
    assert set(Objectif.objects.values_list("annee", flat=True)) == {2024, 2025, 2026}
    assert BonnePratique.objects.count() == 10


def test_the_indicators_are_the_figures_of_the_engine_and_of_the_screens() -> None:
    """The maps compute the ETP of a département from its sites, the warehouse from the declarations: they agree."""
    values = {
        (each.indicateur, each.territoire): each.valeur for each in warehouse.read_valeurs() if each.annee == 2025
    }
    couverture = compute_couverture("11", mailles=(Maille.DEPARTEMENT,))
    assert couverture is not None
    assert values["etp", "11"] == pytest.approx(couverture.total.etp)
    assert {ligne.code: values["etp", ligne.code] for ligne in couverture.mailles[Maille.DEPARTEMENT]} == {
        ligne.code: pytest.approx(ligne.etp) for ligne in couverture.mailles[Maille.DEPARTEMENT]
    }
    assert (values["siae", "11"], values["salaries", "11"]) == (400, 27_500)
    tableau = count_realisations({"qpv"}, {2025})["qpv", 2025]
    for departement in tableau.departements:
        seen = tableau.get("departement", departement, "", 5)
        assert seen is not None
        assert values["part_qpv", departement] == pytest.approx(seen.part)
