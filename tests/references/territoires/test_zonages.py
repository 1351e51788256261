"""Recording a zoning of communes from the lines of a file."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Territoire
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.traces import get_traces
from maillage.references.territoires.services.zonages import LigneZonage, Resultat, record_zonage
from tests.factories.accounts import UserFactory
from tests.factories.territoires import PassageCogFactory, TerritoireFactory

PARIS = ("75056", "1109", "Paris")
DENIS = ("93066", "1109", "Paris")


def record(*lignes: LigneZonage, maille: Maille = Maille.ZONE_EMPLOI, millesime: int = 2020) -> list[Resultat]:
    return record_zonage(
        maille=maille, lignes=lignes, millesime=millesime, source="essai", actor=None, on=date(2026, 1, 1)
    )


def changes(results: list[Resultat]) -> list[str | None]:
    return [result.change or (result.refusal.code if result.refusal else None) for result in results]


def zones() -> dict[str, str]:
    return dict(Appartenance.objects.filter(maille=Maille.ZONE_EMPLOI).values_list("unite__code", "ensemble__code"))


@pytest.fixture
def region(db: None) -> Territoire:
    """Two communes of Seine-Saint-Denis, one of Yvelines, Paris and two arrondissements."""
    for code, departement in (("93066", "93"), ("93001", "93"), ("78310", "78"), ("75101", "75"), ("75102", "75")):
        TerritoireFactory(code=code, departement=departement)
    paris = TerritoireFactory(niveau=Niveau.VILLE, code="75056", departement="75")
    for unite in Territoire.objects.unites().filter(departement="75"):
        Appartenance.objects.create(unite=unite, ensemble=paris, maille=Maille.VILLE)
    PassageCogFactory(ancien_code="93059", code="93066")
    return TerritoireFactory(niveau=Niveau.REGION, code="11", departement="")


@pytest.mark.usefixtures("region")
class TestRecord:
    def test_communes_cities_and_vanished_codes(self) -> None:
        assert changes(record(PARIS, ("93059", "1109", "Paris"), ("78310", "1114", "Houdan"))) == ["cree"] * 3
        assert zones() == {"75101": "1109", "75102": "1109", "93066": "1109", "78310": "1114"}
        places = Territoire.objects.filter(niveau=Niveau.ZONE_EMPLOI).order_by("code")
        assert [(zone.nom, zone.departement, zone.region, zone.millesime) for zone in places] == [
            ("Paris", "", "11", 2020),
            ("Houdan", "78", "11", 2020),
        ]

    def test_again_changes_nothing(self, region: Territoire) -> None:
        record(PARIS, DENIS)
        assert changes(record(PARIS, DENIS)) == ["inchange", "inchange"]
        assert [(act.acte, act.objet) for act in Acte.objects.all()] == [("record_zonage", region)]

    def test_a_commune_changes_zone(self) -> None:
        record(PARIS, DENIS)
        assert changes(record(PARIS, ("93066", "1116", "Roissy"))) == ["inchange", "modifie"]
        assert zones()["93066"] == "1116"

    def test_a_line_about_the_commune_prevails(self) -> None:
        results = record(PARIS, ("75101", "1110", "Centre"), ("93059", "1116", "Roissy"), DENIS)
        assert changes(results) == ["cree", "cree", "zone_contradictoire", "cree"]
        assert zones() == {"75101": "1110", "75102": "1109", "93066": "1109"}

    def test_unknown_communes_come_back(self) -> None:
        [result] = record(("99999", "1109", "Paris"))
        assert result.change is None
        assert result.refusal
        assert result.refusal.message == "La commune « 99999 » est inconnue, ou sa région n’est pas chargée."
        assert not Territoire.objects.filter(niveau=Niveau.ZONE_EMPLOI).exists()

    def test_a_new_vintage_replaces_the_old_one(self) -> None:
        record(PARIS, DENIS)
        assert changes(record(("93001", "93A", "Est"), millesime=2030)) == ["cree"]
        assert zones() == {"93001": "93A"}

    def test_slices_of_a_file_add_up(self) -> None:
        record(PARIS)
        record(DENIS)
        assert zones() == {"75101": "1109", "75102": "1109", "93066": "1109"}
        assert Territoire.objects.get(niveau=Niveau.ZONE_EMPLOI).departement == ""

    def test_other_zonings_are_left_alone(self) -> None:
        record(DENIS)
        record(("93066", "CLPE93004", "Plaine Commune"), maille=Maille.CLPE, millesime=2025)
        mailles = Appartenance.objects.filter(unite__code="93066").values_list("maille", flat=True)
        assert sorted(mailles) == [Maille.CLPE, Maille.ZONE_EMPLOI]

    def test_the_division_is_not_a_zoning(self) -> None:
        with pytest.raises(Refused, match="vient du découpage lui-même"):
            record(PARIS, maille=Maille.DEPARTEMENT)

    def test_only_the_operator_records(self) -> None:
        with pytest.raises(Refused, match="réservée"):
            record_zonage(
                maille=Maille.BASSIN, lignes=[], millesime=2024, source="", actor=UserFactory(), on=date(2026, 1, 1)
            )


@pytest.mark.usefixtures("ile_de_france")
def test_zones_are_drawn_and_counted() -> None:
    geographie = get_geographie("11", mailles=[Maille.DEPARTEMENT])
    results = record(*((code, code[:2], f"Zone {code[:2]}") for code in geographie.codes.tolist()))
    assert set(changes(results)) == {"cree"}
    paths = get_traces("11", Maille.ZONE_EMPLOI).paths
    assert paths == get_traces("11", Maille.DEPARTEMENT).paths
    partition = get_geographie("11", mailles=[Maille.ZONE_EMPLOI]).partitions[Maille.ZONE_EMPLOI]
    assert (len(partition.codes), (partition.index == -1).sum()) == (8, 0)
