"""The opportunities of a territory: sectors that answer, projects near, employers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from maillage.domains.diagnostics.queries.economie import get_opportunites
from maillage.domains.diagnostics.queries.partage_blocs import Contexte
from maillage.domains.diagnostics.queries.partage_opportunites import produce_debouches
from maillage.foundations.kernel.ui.menu import menu
from maillage.references.territoires.enums import Maille, Niveau
from tests.factories.economie import (
    BassinFactory,
    BesoinRecrutementFactory,
    EmployeurFactory,
    FapFactory,
    GrandProjetFactory,
    LieuProjetFactory,
    TensionFactory,
)
from tests.factories.structures import ActiviteFactory, GroupeSecteurFactory, ImplantationFactory, SecteurFactory
from tests.factories.territoires import AppartenanceFactory, PopulationFactory, TerritoireFactory

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def lieux(db: None) -> SimpleNamespace:
    """Return an EPT of one commune in one bassin, a commune four kilometres away and one at forty."""
    TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="")
    ept, bassin = TerritoireFactory(niveau=Niveau.EPT, code="200057867", nom="Plaine Commune"), BassinFactory()
    here, near, far = (
        TerritoireFactory(nom=nom, x=650_000 + away, y=6_870_000)
        for nom, away in (("Ici", 0), ("Près", 4_000), ("Loin", 40_000))
    )
    AppartenanceFactory(unite=here, ensemble=ept)
    AppartenanceFactory(unite=here, ensemble=bassin, maille=Maille.BASSIN)
    PopulationFactory(unite=here)
    for code in ("proprete", "btp"):
        GroupeSecteurFactory(code=code, libelle=code)
    return SimpleNamespace(ept=ept, bassin=bassin, here=here, near=near, far=far)


def test_sectors_add_up_their_trades_and_count_the_siae_here(lieux: SimpleNamespace) -> None:
    for code, projets, difficiles in (("B1X31", 60, 30), ("B2X33", 40, None), ("T4X60", None, None), ("L5X90", 9, 9)):
        BesoinRecrutementFactory(
            fap=FapFactory(code=code, libelle=code),
            territoire=lieux.bassin,
            projets=projets,
            difficiles=difficiles,
            saisonniers=None,
            secrets=[] if projets else ["projets"],
        )
    secteur = SecteurFactory(groupe__code="autre", groupe__libelle="autre")
    site = ImplantationFactory(commune=lieux.here)
    ActiviteFactory(siae=site.siae, secteur=secteur)
    found = get_opportunites(lieux.ept)
    assert [(e.code, e.metiers, e.projets, e.secrets, e.difficiles, e.siae) for e in found.debouches] == [
        ("btp", 2, 100, 0, 0.5, 0),
        ("autre", 0, None, 0, None, 1),
        ("proprete", 1, None, 1, None, 0),
    ]
    assert found.sans_secteur == 1


def test_projects_that_go_on_here_or_near(lieux: SimpleNamespace) -> None:
    for nom, commune, etat in (
        ("Ici", lieux.here, "en_cours"),
        ("Près", lieux.near, "annonce"),
        ("Loin", lieux.far, "en_cours"),
        ("Fini", lieux.here, "termine"),
    ):
        LieuProjetFactory(projet=GrandProjetFactory(nom=nom, etat=etat), commune=commune)
    found = get_opportunites(lieux.ept).projets
    assert [(each.projet.nom, each.distance_km) for each in found] == [("Ici", 0.0), ("Près", 4.0)]


def test_employers_who_announce_most_come_first(lieux: SimpleNamespace) -> None:
    EmployeurFactory(denomination="Muet", commune=lieux.here, tranche="32")
    EmployeurFactory(denomination="Recrute", commune=lieux.here, intentions=5, annee=2026)
    EmployeurFactory(denomination="Ailleurs", commune=lieux.far)
    found = get_opportunites(lieux.ept)
    assert ([str(each) for each in found.employeurs], found.employeurs_total) == (["Recrute", "Muet"], 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_rows(
    lieux: SimpleNamespace, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        BesoinRecrutementFactory(fap=FapFactory(code=f"T4X6{number}"), territoire=lieux.bassin)
        LieuProjetFactory(projet=GrandProjetFactory(etat="en_cours"), commune=lieux.here)
        EmployeurFactory(commune=lieux.here)
    with django_assert_max_num_queries(20):
        assert len(get_opportunites(lieux.ept).projets) == count


def test_the_page_says_what_to_do_when_nothing_is_known_and_leads_everywhere(
    lieux: SimpleNamespace, client: Client
) -> None:
    address = reverse("diagnostics:economie_territoire", args=["ept", "200057867"])
    assert "Aucune enquête n’est importée" in client.get(address).content.decode()
    BesoinRecrutementFactory(territoire=lieux.bassin)
    page = client.get(address).content.decode()
    for link in (
        reverse("economie:metier", args=["fap2021", "T4X60"]),
        reverse("diagnostics:offre_territoire", args=["ept", "200057867"]),
        f"{reverse('structures:list')}?secteur=groupe:proprete",
    ):
        assert link in page
    assert client.get(reverse("diagnostics:economie"), {"territoire": "Plaine Commune"}).status_code == 200


def test_the_menu_leads_to_the_page_and_marks_it_alone(client: Client, lieux: SimpleNamespace) -> None:
    request = client.get(reverse("diagnostics:economie")).wsgi_request
    links = menu(request, "navigation")
    groups = {link.label: [child.label for child in link.children if child.current] for link in links}
    marked = {label: children for label, children in groups.items() if children}
    assert marked == {"Diagnostics": ["Opportunités d’un territoire"]}
    assert list(groups).index("Offre") < list(groups).index("Économie locale")


def test_the_block_of_a_period_tells_the_last_survey_it_knew(lieux: SimpleNamespace) -> None:
    fap, departement = FapFactory(code="T4X60"), TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="93")
    for annee, niveau in ((2022, 5), (2025, 1)):
        TensionFactory(fap=fap, territoire=departement, annee=annee, niveau=niveau)
    for annee, projets in ((2021, 10), (2023, 30), (2025, 90)):
        BesoinRecrutementFactory(
            fap=fap, territoire=lieux.bassin, annee=annee, projets=projets, difficiles=None, source=f"enquête {annee}"
        )

    def produce(annee: int) -> tuple[Any, ...] | None:
        chiffres = produce_debouches(Contexte(lieux.ept, annee))
        if chiffres is None:
            return None
        rows = {row[0]: (row[2], row[5]) for row in chiffres.tableau.rows}
        return rows["proprete"], chiffres.tableau.note.partition(" Un métier")[0], list(chiffres.sources)

    assert produce(2020) is None
    assert produce(2021) == ((10, None), "Enquête de 2021, la dernière connue pour 2021.", ["enquête 2021"])
    told = "Enquête de 2023, la dernière connue pour 2024. Tension de 2022."
    assert produce(2024) == ((30, 1), told, ["enquête 2023"])
    told = "Enquête de 2025, la dernière connue pour 2026. Tension de 2025."
    assert produce(2026) == ((90, 0), told, ["enquête 2025"])
