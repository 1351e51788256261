"""The strategy's figures beside ours: every one can be measured, and measured right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.domains.diagnostics.queries.reperes import compute_reperes, list_reperes
from maillage.references.structures.models import GroupeSecteur
from maillage.references.structures.services.secteurs import load_secteurs
from maillage.references.territoires.models import Territoire
from tests.factories.structures import (
    ActiviteFactory,
    EffectifFactory,
    ImplantationFactory,
    SecteurFactory,
    SiaeFactory,
)

pytestmark = pytest.mark.django_db


def _territoire(niveau: str, code: str, departement: str) -> Territoire:
    return Territoire.objects.create(
        niveau=niveau, code=code, millesime=2026, nom=code, departement=departement, region="11"
    )


def _measured(region: str = "11") -> dict[str, Decimal | None]:
    return {mesure.repere.libelle: mesure.valeur for mesure in compute_reperes(region)}


def test_an_empty_region_measures_nothing_and_breaks_nothing():
    measured = _measured()

    assert measured.pop("SIAE en activité") == 0
    assert set(measured.values()) == {None}


def test_each_figure_is_measured_on_the_last_year():
    paris, cergy = _territoire("commune", "75119", "75"), _territoire("commune", "95127", "95")
    departement = {"75": _territoire("departement", "75", "75"), "95": _territoire("departement", "95", "95")}
    ai = SiaeFactory(type_siae="AI")
    ei = SiaeFactory(type_siae="EI")
    ImplantationFactory(siae=ai, commune=paris)
    ImplantationFactory(siae=ei, commune=cergy)
    EffectifFactory(siae=ai, annee=2024, departement=departement["75"], salaries=999, etp_realises=999)
    EffectifFactory(siae=ai, annee=2025, departement=departement["75"], salaries=30, etp_realises=6)
    EffectifFactory(
        siae=ei, annee=2025, departement=departement["95"], salaries=10, etp_realises=None, etp_conventionnes=18
    )
    btp = SecteurFactory(groupe=GroupeSecteur.objects.get_or_create(code="btp", defaults={"libelle": "BTP"})[0])
    ActiviteFactory(siae=ai, secteur=btp, part_heures=100)
    ActiviteFactory(siae=ei, secteur=btp, part_heures=50)
    ActiviteFactory(siae=ei, secteur=SecteurFactory(), part_heures=50)

    measured = _measured()

    assert measured["SIAE en activité"] == 2
    assert measured["Salariés en insertion"] == 40
    assert measured["Équivalents temps plein"] == 24
    assert measured["Part de Paris dans les salariés"] == 75
    assert measured["Part du Val-d’Oise dans les salariés"] == 25
    assert measured["Part des associations intermédiaires dans les salariés"] == 75
    assert measured["Taille moyenne d’une entreprise d’insertion"] == 18
    assert measured["Bâtiment et travaux publics dans les heures travaillées"] == Decimal("62.5")


def test_a_siae_that_gave_no_figure_is_unknown_not_zero():
    departement = _territoire("departement", "75", "75")
    known, silent = SiaeFactory(type_siae="EI"), SiaeFactory(type_siae="EI")
    for siae, code in ((known, "75118"), (silent, "75119")):
        ImplantationFactory(siae=siae, commune=_territoire("commune", code, "75"))
    EffectifFactory(siae=known, annee=2025, departement=departement, salaries=30, etp_realises=24)

    mesure = next(mesure for mesure in compute_reperes("11") if mesure.repere.code == "etp_moyen_ei")

    assert (mesure.valeur, mesure.connues, mesure.total, mesure.partielle) == (24, 1, 2, True)


def test_a_closed_siae_counts_no_more():
    siae = SiaeFactory(fin="2025-12-31")
    ImplantationFactory(siae=siae, commune=_territoire("commune", "75119", "75"))

    assert _measured()["SIAE en activité"] == 0


def test_the_figures_of_another_region_are_left_out():
    assert compute_reperes("84") == []


def test_every_group_of_sectors_named_by_a_figure_exists():
    load_secteurs()

    named = {repere.groupe for repere in list_reperes() if repere.groupe}

    assert set(GroupeSecteur.objects.filter(code__in=named).values_list("code", flat=True)) == named
