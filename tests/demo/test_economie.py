"""The local economy of the fictional region adds up, and its trades are those of the strategy."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from maillage.demo.region import get_region
from maillage.references.economie.models import (
    BesoinRecrutement,
    Employeur,
    GrandProjet,
    MetierProjet,
    SerieOffres,
    Tension,
)
from maillage.references.economie.queries.metiers import find_territoire, get_marche
from maillage.references.structures.models import EffectifAnnuel, EffectifSecteur
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, Territoire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region_demo")]


def test_every_commune_is_in_one_bassin() -> None:
    assert Appartenance.objects.filter(maille="bassin").count() == Territoire.objects.unites().count()
    assert Territoire.objects.filter(niveau=Niveau.BASSIN).count() == 20


def test_the_departements_add_up_to_the_region_and_some_figures_are_withheld() -> None:
    places = [find_territoire("departement", each.code) for each in get_region().departements]
    region = find_territoire("region", "11")
    assert region is not None
    whole = get_marche(region)
    assert sum(get_marche(place).projets or 0 for place in places if place) == whole.projets
    assert BesoinRecrutement.objects.exclude(secrets=[]).exists()
    assert len(whole.metiers) == 39


def test_every_figure_says_that_it_is_invented() -> None:
    sources = {
        source
        for model in (BesoinRecrutement, Tension, SerieOffres, Employeur, GrandProjet, EffectifSecteur)
        for source in model.objects.values_list("source", flat=True).distinct()  # type: ignore[attr-defined]
    }
    assert {source for source in sources if "inventés" not in source} == set()


def test_projects_have_places_periods_and_trades_of_the_region() -> None:
    assert GrandProjet.objects.count() == 11
    assert set(GrandProjet.objects.values_list("etat", flat=True)) == {"annonce", "en_cours", "termine"}
    assert not GrandProjet.objects.filter(lieux__isnull=True).exists()
    assert not GrandProjet.objects.filter(debut__isnull=True).exists()
    trades = set(MetierProjet.objects.values_list("fap__code", flat=True))
    assert trades - set(BesoinRecrutement.objects.values_list("fap__code", flat=True)) == set()


@pytest.mark.parametrize("annee", [2024, 2025])
def test_women_are_the_published_share_and_everyone_is_in_a_trade(annee: int) -> None:
    rows = EffectifSecteur.objects.filter(annee=annee)
    totals = rows.aggregate(femmes=Sum("femmes"), hommes=Sum("hommes"))
    everyone = totals["femmes"] + totals["hommes"]
    assert everyone == EffectifAnnuel.objects.filter(annee=annee).aggregate(n=Sum("salaries"))["n"]
    assert totals["femmes"] == round(0.39 * everyone)


def test_the_hours_of_the_trades_have_the_published_shares() -> None:
    rows = EffectifSecteur.objects.filter(annee=2025)
    hours = dict(rows.values_list("secteur__groupe__code").annotate(Sum("heures")))
    total = sum(hours.values(), Decimal(0))
    wanted = ("btp", "proprete", "espaces-verts-agriculture", "services-personne", "collecte-tri-recyclage")
    assert [round(100 * hours[code] / total, 1) for code in wanted] == [23, 17, 12, 10, 10]


def test_trades_are_as_mixed_as_one_expects() -> None:
    rows = EffectifSecteur.objects.filter(annee=2025)
    share = {
        code: femmes / (femmes + hommes)
        for code, femmes, hommes in rows.values_list("secteur__groupe__code").annotate(Sum("femmes"), Sum("hommes"))
    }
    assert (
        share["btp"] < 0.1 < share["espaces-verts-agriculture"] < 0.3 < share["proprete"] < share["services-personne"]
    )
