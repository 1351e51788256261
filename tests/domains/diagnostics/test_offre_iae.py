"""The supply of a territory: shared figures, sectors, women and men, distances; nothing under five persons."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import numpy as np
import pytest
from django.urls import reverse

from maillage.domains.diagnostics.queries.offre_iae import FIGURES, Mixite, get_offre_iae
from maillage.domains.diagnostics.queries.partage_blocs import Contexte
from maillage.domains.diagnostics.queries.partage_opportunites import produce_mixite
from maillage.references.economie.queries.metiers import find_territoire
from maillage.references.structures.queries.effectifs import Metier
from maillage.references.structures.queries.offre import get_offre
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
    assert (part.total.siae, part.total.postes) == (1, 10)
    assert (part.total.etp_conventionnes, part.total.etp) == (6, 5)
    assert (whole.total.siae, whole.total.etp) == (2, 15)
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
    found = [(each.code, each.siae, each.etp, each.part) for each in get_offre_iae(monde.ept, "11").groupes]
    assert found == [("btp", 1, 7.5, 0.75), ("proprete", 2, 2.5, 0.25)]


def test_a_group_without_a_known_figure_is_unknown(monde: Monde) -> None:
    granted = monde.siae(monde.here, etp_realises=None, etp_conventionnes=Decimal(8))
    silent = monde.siae(monde.here, etp_realises=None, etp_conventionnes=None)
    ActiviteFactory(siae=granted, secteur=monde.batiment, part_heures=100)
    ActiviteFactory(siae=silent, secteur=monde.proprete, part_heures=100)
    rows = [(e.code, e.siae, e.etp_conventionnes, e.etp, e.part) for e in get_offre_iae(monde.ept, "11").groupes]
    assert rows == [("btp", 1, 8, 8, 1), ("proprete", 1, None, None, None)]


def test_the_communes_add_up_to_the_region_and_to_the_map(monde: Monde) -> None:
    """Three sites, figures granted alone, one of a land without site, a SIAE closed since: each year as the map."""
    other = TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="95", nom="Val-d’Oise", departement="95")
    far = TerritoireFactory(nom="Loin", departement="95")
    AppartenanceFactory(unite=far, ensemble=other, maille=Maille.DEPARTEMENT)
    whole = TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="", millesime=2027)
    for unite in (monde.here, monde.there, far):
        AppartenanceFactory(unite=unite, ensemble=whole, maille=Maille.REGION)
    spread = monde.siae(monde.here, monde.there, far, postes=7, etp_realises=Decimal(10))
    EffectifFactory(siae=spread, departement=other, postes=4, etp_realises=None, etp_conventionnes=Decimal(3))
    lone = monde.siae(monde.there, type_siae="EI", postes=2, etp_realises=None, etp_conventionnes=Decimal(6))
    EffectifFactory(siae=lone, departement=other, postes=None, etp_realises=Decimal(1))
    closed = monde.siae(monde.here, annee=2024, postes=5, etp_realises=Decimal(2), etp_conventionnes=Decimal(2))
    closed.fin = date(2025, 3, 1)
    closed.save()
    for annee, etp in ((None, 20.0), (2025, 20.0), (2024, 2.0)):
        region = get_offre_iae(whole, "11", annee=annee).total
        parts = [get_offre_iae(place, "11", annee=annee).total for place in (monde.here, monde.there, far)]
        carte = get_offre("11", annee=annee)
        assert region.etp == etp
        for name in FIGURES:
            added = sum(getattr(part, name) or 0.0 for part in parts)
            assert getattr(region, name) == pytest.approx(added) == pytest.approx(np.nansum(getattr(carte, name)))


def test_people_are_told_of_a_whole_departement_never_under_filters(monde: Monde) -> None:
    siae = monde.siae(monde.here, salaries=42, etp_realises=Decimal(1))
    other = monde.siae(monde.there, type_siae="EI", salaries=30, etp_realises=Decimal(9))
    EffectifSecteurFactory(siae=siae, secteur=monde.batiment, femmes=12, hommes=30)
    EffectifSecteurFactory(siae=other, secteur=monde.proprete, femmes=20, hommes=10)
    table = (Metier("BTP", 12, 30), Metier("Propreté", 20, 10), Metier("ensemble", 32, 40, total=True))
    for place in (monde.here, monde.there, monde.ept, monde.departement):
        mixite = get_offre_iae(place, "11").mixite
        assert mixite == Mixite("Seine-Saint-Denis", table, 2)
        for narrowed in ({"types": ["EI"]}, {"groupe": "btp"}):
            offre = get_offre_iae(place, "11", **narrowed)
            assert (offre.mixite, offre.avec_salaries) == (None, False)
            assert {each.salaries for each in (*offre.types, offre.total)} == {None}
    assert {each.salaries for each in get_offre_iae(monde.ept, "11").types} == {None}
    whole = get_offre_iae(monde.departement, "11")
    assert [each.salaries for each in (*whole.types, whole.total) if each.siae] == [42, 30, 72]


def test_neither_nesting_nor_subtraction_gives_back_few_people(monde: Monde) -> None:
    """Three employees of one kind, two women of one trade: hidden with what would tell them, seen from anywhere."""
    siae = monde.siae(monde.here, salaries=3, etp_realises=Decimal(1))
    other = monde.siae(monde.there, type_siae="EI", salaries=30, etp_realises=Decimal(9))
    EffectifSecteurFactory(siae=siae, secteur=monde.batiment, femmes=2, hommes=40)
    EffectifSecteurFactory(siae=other, secteur=monde.proprete, femmes=20, hommes=10)
    seen = {get_offre_iae(place, "11").mixite for place in (monde.here, monde.there, monde.ept, monde.departement)}
    [mixite] = seen
    assert mixite is not None
    assert [(each.libelle, each.femmes, each.hommes) for each in mixite.metiers[:2]] == [
        ("BTP", None, None),
        ("Propreté", None, None),
    ]
    whole = get_offre_iae(monde.departement, "11")
    assert {each.code: each.salaries for each in whole.types if each.siae} == {"ACI": "secret", "EI": "secret"}


def test_the_shared_document_tells_them_of_a_departement_or_the_region_alone(monde: Monde) -> None:
    siae = monde.siae(monde.here, salaries=42, etp_realises=Decimal(1))
    EffectifSecteurFactory(siae=siae, secteur=monde.batiment, femmes=10, hommes=30)
    EffectifSecteurFactory(siae=siae, secteur=monde.proprete, femmes=2, hommes=30)
    region = find_territoire("region", "11")
    assert region is not None
    for place in (monde.departement, region):
        chiffres = produce_mixite(Contexte(place, 2025))
        assert chiffres is not None
        assert [row[1:] for row in chiffres.tableau.rows[:2]] == [("secret", "secret", "secret")] * 2
    assert [produce_mixite(Contexte(place, 2025)) for place in (monde.ept, monde.here)] == [None, None]


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
    assert get_offre_iae(monde.ept, "11", types=["EI"]).total.etp == 9
    assert [each.type_siae for each in get_offre_iae(monde.ept, "11", groupe="btp").lignes] == ["ACI"]
    assert get_offre_iae(monde.ept, "11", annee=2024).total.etp == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_siae(
    monde: Monde, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        ActiviteFactory(siae=monde.siae(monde.here, salaries=20), secteur=monde.batiment)
    with django_assert_max_num_queries(12):
        assert get_offre_iae(monde.departement, "11").total.siae == count


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
    narrowed = ZipFile(io.BytesIO(client.get(address, {"format": "xlsx", "type": "ACI"}).content))
    assert sum(name.startswith("xl/worksheets/sheet") for name in narrowed.namelist()) == 4
    assert "Donnés sans filtre de type ni de secteur" in client.get(address, {"type": "ACI"}).content.decode()


def test_the_page_of_a_commune_shows_women_and_men_of_its_departement(monde: Monde, client: Client) -> None:
    siae = monde.siae(monde.here, salaries=30, etp_realises=Decimal(4))
    EffectifSecteurFactory(siae=siae, secteur=monde.batiment, femmes=10, hommes=20)
    address = reverse("diagnostics:offre_territoire", args=["commune", monde.here.code])
    text = client.get(address).content.decode()
    assert "voici ceux de <strong>Seine-Saint-Denis</strong>" in text
    assert "33,3" in text
    assert '<th scope="col"' in text
    assert "Salariés en insertion</th>" not in text


def test_addresses_that_name_nothing(client: Client, monde: Monde) -> None:
    assert client.get(reverse("diagnostics:offre"), {"territoire": "nulle part"}).status_code == 200
    assert client.get(reverse("diagnostics:offre_territoire", args=["ept", "999"])).status_code == 404
