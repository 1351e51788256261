"""The directory, the map and the sheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from maillage.references.structures.models import Secteur
from maillage.references.structures.queries.fiche import get_siae, list_annees, list_evenements
from maillage.references.structures.rules import FicheImplantation, FicheSiae
from maillage.references.structures.services.secteurs import load_secteurs
from maillage.references.structures.services.siae import Enregistrement
from maillage.references.territoires.models import Contour
from tests.factories.accounts import UserFactory
from tests.factories.structures import ActiviteFactory, EffectifFactory, ImplantationFactory, SiaeFactory

Register = Callable[..., list[Enregistrement]]


@pytest.fixture
def deux_siae(lieux: SimpleNamespace) -> SimpleNamespace:
    """Return painters in Montreuil and cleaners in Saint-Denis."""
    load_secteurs()
    found = SimpleNamespace()
    for name, nom, kind, commune, secteur in (
        ("peintres", "Le Grand Pinceau", "EI", lieux.montreuil, "peinture"),
        ("menage", "Éclat d’Étoile", "AI", lieux.saint_denis, "menage-domicile"),
    ):
        siae = SiaeFactory(nom=nom, type_siae=kind)
        ImplantationFactory(siae=siae, commune=commune)
        ActiviteFactory(siae=siae, secteur=Secteur.objects.get(code=secteur))
        EffectifFactory(siae=siae, departement=lieux.seine_saint_denis, etp_realises=Decimal("7.25"))
        setattr(found, name, siae)
    return found


def names(page: str) -> list[str]:
    return re.findall(r'<a[^>]* href="/structures/\d+/"[^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Éclat d’Étoile", "Le Grand Pinceau"]),
        ("?tri=-nom", ["Le Grand Pinceau", "Éclat d’Étoile"]),
        ("?q=pienture", ["Le Grand Pinceau"]),
        ("?type=AI", ["Éclat d’Étoile"]),
        ("?secteur=groupe:btp", ["Le Grand Pinceau"]),
        ("?secteur=menage-domicile", ["Éclat d’Étoile"]),
        ("?territoire=200057867", ["Éclat d’Étoile"]),
        ("?territoire=montreuil&type=EI", ["Le Grand Pinceau"]),
        ("?territoire=nulle-part-du-tout", ["Éclat d’Étoile", "Le Grand Pinceau"]),
        ("?type=GEIQ", ["Éclat d’Étoile", "Le Grand Pinceau"]),
    ],
)
def test_the_directory_is_narrowed_by_its_address(
    client: Client, deux_siae: SimpleNamespace, query: str, expected: list[str]
) -> None:
    response = client.get(f"/structures/{query}")

    assert response.status_code == 200
    assert names(response.content.decode()) == expected


def test_an_unknown_territory_is_told(client: Client, deux_siae: SimpleNamespace) -> None:
    page = client.get("/structures/?territoire=zzzzzz").content.decode()

    assert "Aucun territoire ne correspond à «\u202fzzzzzz\u202f»." in page


def test_the_directory_is_exported_as_it_is_shown(client: Client, deux_siae: SimpleNamespace) -> None:
    content = client.get("/structures/?type=EI&format=csv").content.decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(content), delimiter=";"))[1] == [
        "Le Grand Pinceau",
        "EI",
        "Montreuil",
        "93",
        "Peinture et revêtements muraux",
        "30",
        "7,25",
    ]


def test_an_empty_directory_says_what_to_do_next(client: Client, lieux: SimpleNamespace) -> None:
    page = client.get("/structures/").content.decode()

    assert 'href="/imports/"' in page


def test_pages_ask_a_constant_number_of_queries(
    client: Client, lieux: SimpleNamespace, django_assert_constant_queries: Callable[..., None]
) -> None:
    def create(items: int) -> None:
        for _ in range(items):
            siae = ImplantationFactory(commune=lieux.montreuil).siae
            ActiviteFactory.create_batch(2, siae=siae)
            EffectifFactory(siae=siae, departement=lieux.seine_saint_denis)

    for url in ("/structures/", "/structures/?format=csv", "/structures/carte/"):
        django_assert_constant_queries(create, lambda url=url: client.get(url).content)


def test_the_map_draws_each_siae_by_its_kind_and_leads_to_the_same_list(
    client: Client, deux_siae: SimpleNamespace, lieux: SimpleNamespace
) -> None:
    square = "POLYGON((640000 6850000, 670000 6850000, 670000 6880000, 640000 6880000, 640000 6850000))"
    draw(lieux, square)

    page = client.get("/structures/carte/?q=pinceau").content.decode()

    links = re.findall(r'href="(/structures/\d+/)"', page)
    assert links == [f"/structures/{deux_siae.peintres.pk}/"]
    assert 'href="/structures/?q=pinceau"' in page


def test_without_outlines_the_map_says_how_to_load_them(client: Client, deux_siae: SimpleNamespace) -> None:
    assert "load_territoires" in client.get("/structures/carte/").content.decode()


def draw(lieux: SimpleNamespace, wkt: str) -> None:
    """Give the region an outline."""
    import shapely

    from maillage.references.territoires.enums import Niveau
    from maillage.references.territoires.models import Territoire

    region = Territoire.objects.create(niveau=Niveau.REGION, code="11", nom="Région", millesime=2026, region="11")
    for territoire in (region, lieux.montreuil):
        Contour.objects.create(
            territoire=territoire,
            region="11",
            source="essai",
            millesime=2026,
            geometrie=shapely.to_wkb(shapely.from_wkt(wkt)),
            trace="M0 0h9v9z",
        )


def test_the_sheet_tells_all_that_is_known(
    client: Client, lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    load_secteurs()
    register(
        replace(
            fiche,
            site_web="https://tilleul.example",
            secteurs=(("peinture", Decimal("62.5")),),
            zones=(("ept", "200057867"),),
            secondaires=(FicheImplantation("93048", adresse="2 rue du Chêne", ville="Montreuil"),),
        ),
        replace(fiche, annee=2024, salaries=38, etp_realises=Decimal(17)),
    )
    [enregistrement] = register(replace(fiche, salaries=41))
    assert enregistrement.siae is not None

    response = client.get(f"/structures/{enregistrement.siae.pk}/")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))

    for text in (
        "Atelier du Tilleul",
        "Atelier et chantier d’insertion (ACI)",
        "000\u00a0000\u00a0018\u00a000010".replace("\u00a0", " "),
        "Association du Tilleul",
        "https://tilleul.example",
        "Peinture et revêtements muraux",
        "62,5",
        "1 rue du Tilleul 93200 Saint-Denis",
        "2 rue du Chêne Montreuil (secondaire)",
        "Plaine Commune",
        "18,5",
        "effectif annuel 2025 · 93, salariés en insertion\u202f: 40 → 41",
    ):
        assert text.replace("\u202f", " ") in page.replace("\u202f", " "), text
    assert "/diagnostics/commune/93066/" in response.content.decode()


def test_a_sheet_of_almost_nothing_says_so(client: Client, lieux: SimpleNamespace) -> None:
    siae = SiaeFactory(fin="2025-07-01")
    page = client.get(f"/structures/{siae.pk}/").content.decode()

    for text in (
        "Activité terminée",
        "Aucun effectif n’est renseigné",
        "Secteurs d’activité non renseignés",
        "Aucune implantation n’est renseignée",
        "La zone d’intervention n’est pas renseignée",
        "Aucune modification n’est enregistrée",
    ):
        assert text in page, text


def test_a_sheet_that_does_not_exist_is_not_found(client: Client, lieux: SimpleNamespace) -> None:
    assert client.get("/structures/999999/").status_code == 404


def test_the_sheet_names_no_person(client: Client, lieux: SimpleNamespace, fiche: FicheSiae) -> None:
    from maillage.references.structures.services.siae import register_siae
    from tests.references.structures.conftest import ON

    operator = UserFactory(is_staff=True, nom="Nom-à-taire")
    siae = register_siae(fiche=fiche, actor=operator, on=ON, source="essai").siae
    assert siae is not None

    assert "Nom-à-taire" not in client.get(f"/structures/{siae.pk}/").content.decode()


def test_figures_of_a_year_add_up_and_an_unknown_one_stays_unknown(lieux: SimpleNamespace) -> None:
    siae = SiaeFactory()
    EffectifFactory(siae=siae, departement=lieux.paris, salaries=3, postes=None, etp_realises=Decimal("1.50"))
    EffectifFactory(siae=siae, departement=lieux.seine_saint_denis, salaries=None, postes=None)
    found = get_siae(siae.pk)
    assert found is not None

    [annee] = list_annees(found)

    assert (annee.annee, annee.departements, annee.salaries, annee.postes, annee.etp_realises) == (
        2025,
        ("Paris", "Seine-Saint-Denis"),
        3,
        None,
        Decimal("14.00"),
    )


def test_the_history_goes_from_the_latest(lieux: SimpleNamespace, fiche: FicheSiae, register: Register) -> None:
    register(fiche)
    [enregistrement] = register(
        replace(fiche, nom="Atelier du Chêne", commune_code="93048", longitude=None, latitude=None)
    )
    assert enregistrement.siae is not None

    update, creation = list_evenements(enregistrement.siae)

    assert (creation.titre, creation.changements) == ("Enregistrement de la fiche", ())
    assert update.changements == (
        "SIAE ACI, nom\u202f: Atelier du Tilleul → Atelier du Chêne",
        "implantation, commune\u202f: Saint-Denis → Montreuil",
    )
