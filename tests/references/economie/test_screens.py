"""The screens: what they show, to whom, and what a form refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.economie.models import GrandProjet
from tests.factories.accounts import member
from tests.factories.economie import (
    BesoinRecrutementFactory,
    EmployeurFactory,
    FapFactory,
    GrandProjetFactory,
    LieuProjetFactory,
)

if TYPE_CHECKING:
    from types import SimpleNamespace

    from django.test import Client

pytestmark = pytest.mark.django_db


def rows(client: Client, name: str, **query: str) -> list[str]:
    """Return the first column of the CSV of a list."""
    content = client.get(reverse(f"economie:{name}"), {**query, "format": "csv"}).content.decode("utf-8-sig")
    return [line.split(";")[0] for line in content.splitlines()[1:]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Entretien", "Maçons", "Cadres"]),
        ({"q": "macon"}, ["Maçons"]),
        ({"domaine": "L"}, ["Cadres"]),
        ({"siae": "on"}, ["Entretien", "Maçons"]),
        ({"tension": "on"}, []),
        ({"tri": "metier"}, ["Cadres", "Entretien", "Maçons"]),
        ({"zone": "departement:95"}, []),
        ({"annee": "2023"}, []),
    ],
)
def test_trades_are_filtered_and_sorted(
    client: Client, lieux: SimpleNamespace, query: dict[str, str], expected: list[str]
) -> None:
    for code, libelle, projets in (("T4X60", "Entretien", 90), ("B1X31", "Maçons", 60), ("L5X90", "Cadres", None)):
        BesoinRecrutementFactory(
            fap=FapFactory(code=code, libelle=libelle),
            territoire=lieux.nord,
            projets=projets,
            secrets=[] if projets else ["projets"],
        )
    BesoinRecrutementFactory(fap=FapFactory(), territoire=lieux.sud, annee=2022)
    if query.get("annee") == "2023":
        BesoinRecrutementFactory(fap=FapFactory(code="B1X30"), territoire=lieux.sud, annee=2023)
        expected = ["Agents d’entretien de locaux"]
    assert rows(client, "metiers", **query) == expected


def test_a_secret_is_shown_secret(client: Client, lieux: SimpleNamespace) -> None:
    BesoinRecrutementFactory(territoire=lieux.nord, projets=None, difficiles=None, secrets=["projets"])
    page = client.get(reverse("economie:metiers")).content.decode()
    assert len(re.findall(r">\s*secret\s*<", page)) == 1
    sheet = client.get(reverse("economie:metier", args=["fap2021", "T4X60"])).content.decode()
    assert '<td class="mg-num">secret</td>' in sheet


def test_a_trade_that_is_not_known_is_no_page(client: Client, lieux: SimpleNamespace) -> None:
    assert client.get(reverse("economie:metier", args=["fap2021", "Z9X99"])).status_code == 404


def test_a_trade_that_nobody_seeks_has_a_sheet_all_the_same(client: Client, lieux: SimpleNamespace) -> None:
    FapFactory()
    page = client.get(reverse("economie:metier", args=["fap2021", "T4X60"]))
    assert (page.status_code, "Aucun projet connu" in page.content.decode()) == (200, True)


def test_employers_are_filtered_by_place_and_hires(client: Client, lieux: SimpleNamespace) -> None:
    EmployeurFactory(denomination="Ici", commune=lieux.big, intentions=4, annee=2026)
    EmployeurFactory(denomination="Là", commune=lieux.small)
    EmployeurFactory(denomination="Ailleurs")
    assert rows(client, "employeurs", territoire="Plaine Commune") == ["Ici", "Là"]
    assert rows(client, "employeurs", recrute="on") == ["Ici"]


def test_projects_are_filtered_by_place_each_once(client: Client, lieux: SimpleNamespace) -> None:
    projet = GrandProjetFactory(nom="Gare")
    LieuProjetFactory(projet=projet, commune=lieux.big)
    LieuProjetFactory(projet=projet, commune=lieux.small)
    GrandProjetFactory(nom="Quartier", programme="npnru")
    assert rows(client, "projets", departement="93") == ["Gare"]
    assert rows(client, "projets", programme="npnru") == ["Quartier"]


def test_an_act_is_offered_to_who_may_do_it_only(client: Client) -> None:
    projet = GrandProjetFactory()
    projet.refresh_from_db()
    sheet, begin = (reverse(f"economie:{name}", args=[projet.public_id]) for name in ("projet", "begin"))
    assert begin not in client.get(sheet).content.decode()
    client.force_login(member(P.ETAT_DEPARTEMENT, "ddets"))
    assert begin in client.get(sheet).content.decode()
    assert client.post(begin).status_code == 302
    projet.refresh_from_db()
    assert projet.etat == "en_cours"
    client.force_login(member(P.ACHETEUR, "donneur_ordre_public"))
    assert client.post(reverse("economie:finish", args=[projet.public_id])).status_code == 403


def test_a_sheet_is_typed_refused_then_kept(client: Client, lieux: SimpleNamespace) -> None:
    FapFactory()
    client.force_login(member(P.COLLECTIVITE, "ept"))
    values = {
        "nom": "Gare inventée",
        "programme": "gpe",
        "lieux": f"{lieux.big.code} ; gare\n{lieux.small.code}",
        "phases": "Gros œuvre ; 01/01/2026",
        "metiers": "T4X60 : 12",
        "source": "mairie",
    }
    refused = client.post(reverse("economie:projet_creer"), values)
    assert refused.status_code == 422
    assert "écrivez une phase par ligne" in refused.content.decode()
    values["phases"] = "Gros œuvre ; 01/01/2026 ; 01/07/2027"
    accepted = client.post(reverse("economie:projet_creer"), values)
    projet = GrandProjet.objects.get()
    assert (accepted.status_code, accepted["Location"]) == (302, reverse("economie:projet", args=[projet.public_id]))
    edit = reverse("economie:projet_modifier", args=[projet.public_id])
    assert f"{lieux.big.code} ; gare" in client.get(edit).content.decode()
    assert client.post(edit, {**values, "metiers": "B1X31"}).status_code == 422
    assert client.post(edit, {**values, "heures_prevues": "500"}).status_code == 302
    projet.refresh_from_db()
    assert projet.heures_prevues == 500
