"""Several regions, several vintages: loaded side by side, never mixed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Contour, Territoire
from maillage.references.territoires.queries.faits import list_millesimes
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.localisation import Localisateur
from maillage.references.territoires.queries.millesimes import current_millesime, find_millesime
from maillage.references.territoires.queries.passages import current_codes
from maillage.references.territoires.queries.recherche import search_territoires
from maillage.references.territoires.queries.traces import get_traces
from maillage.references.territoires.rules import MillesimesMeles, single_millesime
from maillage.references.territoires.services.territoires import BilanRegion, load_territoires
from tests.factories.territoires import TerritoireFactory
from tests.references.territoires.faits import AUBERVILLIERS, CELLES, HAVELU, HOUDAN, SAINT_DENIS, write_facts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
IN_AUBERVILLIERS = (2.383, 48.912)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Aubervilliers joins Saint-Denis in 2027."""
    passages = [("93059", "Pierrefitte-sur-Seine", "93066")]
    write_facts(tmp_path, 2026, [SAINT_DENIS, AUBERVILLIERS, HOUDAN, HAVELU, CELLES], passages)
    write_facts(tmp_path, 2027, [SAINT_DENIS, HOUDAN, HAVELU], [*passages, ("93001", "Aubervilliers", "93066")])
    return tmp_path


def load(facts: Path, region: str, millesime: int) -> list[BilanRegion]:
    return load_territoires(region=region, actor=None, on=date(2027, 1, 1), millesime=millesime, facts=facts)


def test_a_second_vintage_stands_beside_the_first(facts: Path) -> None:
    load(facts, "11", 2026)
    before = get_geographie("11")
    load(facts, "11", 2027)
    assert current_millesime("11") == 2027
    after, again = get_geographie("11"), get_geographie("11", millesime=2026)
    assert (before.millesime, before.codes.tolist()) == (2026, ["78310", "93001", "93066"])
    assert (after.millesime, after.codes.tolist()) == (2027, ["78310", "93066"])
    assert (again.millesime, again.codes.tolist()) == (2026, before.codes.tolist())
    assert not set(before.pks) & set(after.pks)


def test_the_outline_of_a_merged_commune_is_that_of_its_parts(facts: Path) -> None:
    load(facts, "11", 2026)
    assert Localisateur.for_region("11").locate(*IN_AUBERVILLIERS).code == "93001"
    load(facts, "11", 2027)
    assert Localisateur.for_region("11").locate(*IN_AUBERVILLIERS).code == "93066"
    areas = dict(Contour.objects.filter(territoire__niveau=Niveau.COMMUNE).values_list("territoire", "geometrie"))
    old, new = (
        sum(shapely.from_wkb(bytes(areas[unit.pk])).area for unit in Territoire.objects.unites().filter(millesime=year))
        for year in (2026, 2027)
    )
    assert new == pytest.approx(old, rel=1e-6)


def test_the_land_of_a_commune_that_stands_is_not_given_to_its_future(tmp_path: Path) -> None:
    pierrefitte = ("93059", "Pierrefitte-sur-Seine", "", "93", "11", "200054781", "200057867", "93380", 33_000)
    write_facts(tmp_path, 2024, [SAINT_DENIS, pierrefitte], [])
    [bilan] = load(tmp_path, "11", 2024)
    assert bilan.contours
    assert (bilan.contours.completes, bilan.contours.sans_contour) == ({}, ["93059"])


def test_each_vintage_has_its_map(facts: Path) -> None:
    load(facts, "11", 2026)
    load(facts, "11", 2027)
    assert sorted(get_traces("11", Maille.COMMUNE).paths) == ["78310", "93066"]
    assert sorted(get_traces("11", Maille.COMMUNE, millesime=2026).paths) == ["78310", "93001", "93066"]
    assert sorted(get_traces("11", Maille.INTERCOMMUNALITE, millesime=2026).paths) == ["200057867", "247800550"]


def test_search_shows_the_vintage_in_force(facts: Path) -> None:
    load(facts, "11", 2026)
    load(facts, "11", 2027)
    assert [(t.code, t.millesime) for t in search_territoires("saint denis")] == [("93066", 2027)]
    assert [(t.code, t.millesime) for t in search_territoires("aubervilliers")] == [("93066", 2027)]
    assert [(t.code, t.millesime) for t in search_territoires("93001")] == [("93066", 2027)]


def test_an_epci_astride_stays_in_force_whatever_the_vintages_of_its_regions(facts: Path) -> None:
    def houdan() -> list[int]:
        return list(Territoire.objects.en_vigueur().filter(code="247800550").values_list("millesime", flat=True))

    other = TerritoireFactory(niveau=Niveau.EPCI, code="200000001", millesime=2026, departement="", region="")
    load(facts, "all", 2026)
    assert houdan() == [2026]
    load(facts, "11", 2027)
    assert houdan() == [2027]
    assert Territoire.objects.en_vigueur().filter(pk=other.pk).exists()


def test_ensembles_of_another_vintage_are_refused(facts: Path) -> None:
    load(facts, "11", 2026)
    load(facts, "11", 2027)
    old = Territoire.objects.get(niveau=Niveau.EPT, millesime=2026)
    Appartenance.objects.filter(unite__millesime=2027, ensemble__niveau=Niveau.EPT).update(ensemble=old)
    with pytest.raises(MillesimesMeles, match="pas 2026 et 2027"):
        get_geographie("11")


def test_single_millesime() -> None:
    assert single_millesime([2026, 2026]) == 2026
    with pytest.raises(MillesimesMeles, match="pas aucun"):
        single_millesime([])


def test_codes_are_followed_from_vintage_to_vintage(facts: Path) -> None:
    load(facts, "11", 2026)
    load(facts, "11", 2027)
    assert current_codes(2026) == {"93059": "93066"}
    assert current_codes(2027) == {"93059": "93066", "93001": "93066"}


def test_an_epci_astride_two_regions_has_an_outline_in_each(facts: Path) -> None:
    west, centre = load(facts, "all", 2026)
    assert (west.nom, centre.nom) == ("Île-de-France", "Centre-Val de Loire")
    assert west.decoupage.a_cheval == centre.decoupage.a_cheval == ["CC du Pays Houdanais"]
    houdan = Territoire.objects.get(code="247800550")
    assert (houdan.departement, houdan.region, houdan.x) == ("", "", None)
    assert sorted(houdan.contours.values_list("region", flat=True)) == ["11", "24"]
    assert sorted(get_traces("24", Maille.INTERCOMMUNALITE).paths) == ["247800550"]
    assert get_geographie("24").codes.tolist() == ["15031", "28193"]


def test_what_the_source_lacks_is_reported_and_stays_unknown(facts: Path) -> None:
    [centre] = load(facts, "24", 2026)
    assert centre.contours
    assert centre.decoupage.sans_population == centre.decoupage.sans_intercommunalite == ["15031"]
    assert centre.contours.sans_contour == ["15031"]
    geographie = get_geographie("24")
    unknown = [np.isnan(column).tolist() for column in (geographie.population, geographie.x, geographie.y)]
    assert unknown == [[True, False]] * 3
    assert geographie.partitions[Maille.INTERCOMMUNALITE].index.tolist() == [-1, 0]


def test_a_region_that_is_not_loaded() -> None:
    assert find_millesime("11") is None
    for question in (current_millesime, get_geographie, Localisateur.for_region):
        with pytest.raises(LookupError, match="lancez load_territoires"):
            question("11")


def test_the_committed_vintages() -> None:
    assert list_millesimes() == [2026]
