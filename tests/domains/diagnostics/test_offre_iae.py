"""The supply of a territory: shared figures, sectors, women and men, distances; nothing under five persons."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from django.urls import reverse

from maillage.domains.diagnostics.queries.offre_iae import draw_mixite, get_offre_iae
from maillage.references.territoires.enums import Maille, Niveau
from tests.factories.structures import (
    ActiviteFactory,
    EffectifFactory,
    EffectifSecteurFactory,
    GroupeSecteurFactory,
    ImplantationFactory,
    SecteurFactory,
    SiaeFactory,
)
from tests.factories.territoires import AppartenanceFactory, TerritoireFactory

if TYPE_CHECKING:
    from django.test import Client

    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire

pytestmark = pytest.mark.django_db


class Monde:
    """Two communes of one département, ten kilometres apart; one EPT holds the first."""

    def __init__(self) -> None:
        TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="")
        self.departement = TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="93", nom="Seine-Saint-Denis")
        self.ept = TerritoireFactory(niveau=Niveau.EPT, code="200057867", nom="Plaine Commune")
        self.here = TerritoireFactory(nom="Ici", x=650_000, y=6_870_000)
        self.there = TerritoireFactory(nom="Là", x=660_000, y=6_870_000)
        AppartenanceFactory(unite=self.here, ensemble=self.ept)
        for unite in (self.here, self.there):
            AppartenanceFactory(unite=unite, ensemble=self.departement, maille=Maille.DEPARTEMENT)
        self.batiment = SecteurFactory(groupe=GroupeSecteurFactory(code="btp", libelle="BTP", ordre=1))
        self.proprete = SecteurFactory(groupe=GroupeSecteurFactory(code="proprete", libelle="Propreté", ordre=2))

    def siae(self, *communes: Territoire, **figures: Any) -> Siae:
        siae = SiaeFactory(type_siae=figures.pop("type_siae", "ACI"))
        for rank, commune in enumerate(communes):
            ImplantationFactory(siae=siae, commune=commune, principale=not rank)
        if figures:
            EffectifFactory(siae=siae, departement=self.departement, **figures)
        return siae


@pytest.fixture
def monde(db: None) -> Monde:
    return Monde()


def test_a_territory_bears_the_part_of_the_sites_that_stand_in_it(monde: Monde) -> None:
    monde.siae(monde.here, monde.there, salaries=40, postes=20, etp_realises=Decimal(10), etp_conventionnes=Decimal(12))
    monde.siae(monde.there, type_siae="EI", salaries=10, postes=None, etp_realises=Decimal(5))
    part, whole = get_offre_iae(monde.ept, "11"), get_offre_iae(monde.departement, "11")
    assert (part.total.siae, part.total.salaries, part.total.postes) == (1, 20, 10)
    assert (part.total.etp_conventionnes, part.total.etp_realises) == (6, 5)
    assert (whole.total.siae, whole.total.etp_realises) == (2, 15)
    assert [(each.code, each.siae, each.postes) for each in whole.types if each.siae] == [
        ("ACI", 1, 20),
        ("EI", 1, None),
    ]


def test_sectors_share_the_hours_and_an_unknown_share_bears_nothing(monde: Monde) -> None:
    one = monde.siae(monde.here, salaries=40, etp_realises=Decimal(10))
    other = monde.siae(monde.here, salaries=40, etp_realises=Decimal(10))
    ActiviteFactory(siae=one, secteur=monde.batiment, part_heures=75)
    ActiviteFactory(siae=one, secteur=monde.proprete, part_heures=25)
    ActiviteFactory(siae=other, secteur=monde.proprete)
    found = [(each.code, each.siae, each.etp_realises, each.part) for each in get_offre_iae(monde.ept, "11").groupes]
    assert found == [("btp", 1, 7.5, 0.75), ("proprete", 2, 2.5, 0.25)]


def test_no_cell_under_five_persons_nor_what_would_tell_it(monde: Monde) -> None:
    siae = monde.siae(monde.here, salaries=3, etp_realises=Decimal(1))
    other = monde.siae(monde.here, type_siae="EI", salaries=30, etp_realises=Decimal(9))
    EffectifSecteurFactory(siae=siae, secteur=monde.batiment, femmes=2, hommes=40)
    EffectifSecteurFactory(siae=other, secteur=monde.proprete, femmes=20, hommes=10)
    offre = get_offre_iae(monde.ept, "11")
    assert {each.code: each.salaries for each in offre.types if each.siae} == {"ACI": "secret", "EI": "secret"}
    assert [(m.code, m.femmes, m.hommes, m.total) for m in offre.mixite] == [
        ("btp", "secret", "secret", 42),
        ("proprete", "secret", "secret", 30),
        ("total", 22, 50, 72),
    ]
    chart = draw_mixite(offre)
    assert chart is not None
    assert [bar.label for bar in chart.bars] == ["ensemble"]


def test_women_are_counted_where_they_are_known(monde: Monde) -> None:
    siae, silent = monde.siae(monde.here, salaries=30), monde.siae(monde.here, salaries=30)
    EffectifSecteurFactory(siae=siae, secteur=monde.batiment, femmes=10, hommes=30)
    EffectifSecteurFactory(siae=silent, secteur=monde.batiment, femmes=None, hommes=30)
    offre = get_offre_iae(monde.ept, "11")
    assert [(each.code, each.part_femmes) for each in offre.mixite] == [("btp", 0.25), ("total", 0.25)]
    assert offre.sans_mixite == 1


def test_distances_go_from_the_place_asked_for_to_the_nearest_site(monde: Monde) -> None:
    monde.siae(monde.there)
    [near] = get_offre_iae(monde.ept, "11", lieu=monde.here).lignes
    assert (near.ici, near.distance_km) == (False, 10.0)
    [unknown] = get_offre_iae(monde.ept, "11").lignes  # the EPT has no point here
    assert unknown.distance_km is None


def test_filters_keep_a_kind_a_sector_a_year(monde: Monde) -> None:
    siae = monde.siae(monde.here, salaries=30, etp_realises=Decimal(4), annee=2024)
    ActiviteFactory(siae=siae, secteur=monde.batiment, part_heures=100)
    monde.siae(monde.here, type_siae="EI", salaries=30, etp_realises=Decimal(9))
    assert get_offre_iae(monde.ept, "11", types=["EI"]).total.etp_realises == 9
    assert [each.type_siae for each in get_offre_iae(monde.ept, "11", groupe="btp").lignes] == ["ACI"]
    assert get_offre_iae(monde.ept, "11", annee=2024).total.etp_realises == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_siae(
    monde: Monde, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        ActiviteFactory(siae=monde.siae(monde.here, salaries=20), secteur=monde.batiment)
    with django_assert_max_num_queries(7):
        assert get_offre_iae(monde.ept, "11").total.siae == count


def test_the_page_its_neighbours_and_its_files(monde: Monde, client: Client) -> None:
    monde.siae(monde.here, salaries=30, etp_realises=Decimal(4))
    monde.siae(monde.there, salaries=30, etp_realises=Decimal(4))
    address = reverse("diagnostics:offre_territoire", args=["ept", "200057867"])
    page = client.get(address, {"lieu": monde.here.nom})
    assert page.status_code == 200
    content = client.get(address, {"lieu": monde.here.nom, "format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert [(row["Dans le territoire"], row["Distance (km)"]) for row in rows] == [("oui", "0"), ("non", "10")]
    book = ZipFile(io.BytesIO(client.get(address, {"format": "xlsx"}).content))
    assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == 5  # four tables and the notes
    assert client.get(reverse("diagnostics:offre"), {"territoire": "nulle part"}).status_code == 200
    assert client.get(reverse("diagnostics:offre_territoire", args=["ept", "999"])).status_code == 404
