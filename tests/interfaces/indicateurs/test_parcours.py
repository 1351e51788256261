"""The figures of pathways: those of the rows, by territory, kind, trade, and for one SIAE its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.queries.entrepot import sorties_dites, tell_cells
from maillage.domains.parcours.queries.sorties_chiffres import count_sorties
from maillage.foundations.analytics import warehouse
from maillage.foundations.analytics.warehouse import read_valeurs
from maillage.references.structures.models import Siae
from tests.factories.accounts import MembreFactory
from tests.factories.entrepot import fill_parcours, fill_region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pathways(db: None) -> None:
    """A small region with its employees, published."""
    fill_parcours(fill_region())
    warehouse.publish()


def values(code: str, axe: str = "", place: str = "11", annee: int = 2025) -> dict[str, Any]:
    """The values by territory, or by modality of one; « secret » when withheld."""
    return {
        each.modalite if axe else each.territoire: "secret" if each.secret else each.valeur
        for each in read_valeurs(axe)
        if (each.indicateur, each.annee) == (code, annee) and (not axe or each.territoire == place)
    }


def test_the_figures_are_those_of_the_rows_and_withheld_as_on_their_page() -> None:
    """Two of the ten ways out do not last: withheld. Five have answered, and all of these work."""
    on = timezone.localdate()
    assert values("emploi_femme")["11"] == 60.0
    assert values("emploi_brsa") == {"11": pytest.approx(100 * 8 / 26), "93": pytest.approx(100 * 8 / 18), "95": 0.0}
    assert values("emploi_brsa", "type_siae") == {"ACI": pytest.approx(100 * 8 / 18), "EI": 0.0}
    assert values("emploi_brsa", "rome") == {"A1203": pytest.approx(100 * 8 / 18), "inconnu": 0.0}
    assert values("heures_realisees") == {"11": pytest.approx(29 * 100.5), "93": pytest.approx(29 * 100.5)}
    assert values("fins_pass", annee=on.year) == {"11": 30.0, "93": 20.0, "95": 10.0}
    assert values("pmsmp_aci")["93"] == 30.0
    assert [each.minimum for each in read_valeurs() if each.indicateur == "heures_realisees"] == [True, True]
    assert values("sorties_durables")["93"] == "secret"
    assert (values("reponse_6_mois")["93"], values("emploi_6_mois")["93"]) == (50.0, 100.0)
    source = warehouse.open_duckdb(warehouse.snapshots()[0], drawn=True)
    for public in ("", "brsa"):
        page = [
            (ligne.code, 2025, "" if ligne.ensemble else ligne.type, ligne.comptees is not None)
            for ligne in count_sorties([("93", "93"), ("95", "95")], 2025, on, public)
        ]
        assert sorties_dites(source, public) == tell_cells(page)


def test_an_indicator_is_read_by_kind_by_trade_and_by_a_siae_for_itself(client: Client) -> None:
    address = reverse("indicateurs:detail", args=["emploi_brsa"])
    by_kind = client.get(f"{address}?par=type_siae&territoire=93&format=csv").content.decode("utf-8-sig")
    assert "Atelier et chantier d’insertion (ACI);44,4" in by_kind.replace('"', "")
    by_trade = client.get(f"{address}?par=rome").content.decode()
    assert ("(A1203)" in by_trade, "non renseigné" in by_trade) == (True, True)
    # SIAE are told to themselves alone.
    assert client.get(f"{address}?par=siae&format=csv").content.decode("utf-8-sig").startswith("Territoire")
    address = reverse("indicateurs:notre_siae")
    assert client.get(address).status_code == 302
    siae = Siae.objects.get(nom="a")
    membre = MembreFactory(organisation=siae.organisation, profil="siae_direction")
    client.force_login(membre.user)
    text = client.get(f"{address}?format=csv").content.decode("utf-8-sig")
    rows = {line.split(";")[0]: line.split(";")[1:] for line in text.splitlines()}
    assert rows["Part des bénéficiaires du RSA, d’après les contrats (%)"][0] == "44,4"
    assert "Les chiffres de ma SIAE" in client.get(reverse("indicateurs:list")).content.decode()
