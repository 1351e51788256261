"""What is read of a territory: sums, secrets, tension, vacancies, and the rule that is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from maillage.references.economie.queries.metiers import get_fiche, get_marche
from maillage.references.economie.queries.projets import draw_calendrier, draw_phases, list_projets
from maillage.references.economie.queries.zones import find_zones
from tests.factories.economie import (
    BesoinRecrutementFactory,
    FapFactory,
    FapRomeFactory,
    GrandProjetFactory,
    LieuProjetFactory,
    MetierProjetFactory,
    PhaseProjetFactory,
    RomeFactory,
    SerieOffresFactory,
    TensionFactory,
)

if TYPE_CHECKING:
    from types import SimpleNamespace

pytestmark = pytest.mark.django_db


@pytest.fixture
def marche(lieux: SimpleNamespace) -> SimpleNamespace:
    """Hundred projects in the north, a secret in the south, an astride bassin in two parts."""
    BesoinRecrutementFactory(territoire=lieux.nord)
    BesoinRecrutementFactory(territoire=lieux.sud, projets=None, difficiles=None, saisonniers=None, secrets=["projets"])
    BesoinRecrutementFactory(territoire=lieux.astride, projets=30, difficiles=None, saisonniers=0)
    BesoinRecrutementFactory(territoire=lieux.astride, departement="95", projets=7, difficiles=7, saisonniers=0)
    return lieux


@pytest.mark.parametrize(
    ("place", "projets", "secrets", "difficiles"),
    [
        ("region", 137, 1, 47 / 107),  # the difficult part is that of the projects where it is known
        ("seine", 130, 1, 40 / 100),
        ("oise", 7, 0, 1.0),
        ("nord", 100, 0, 0.4),
        ("ept", 100, 0, 0.4),  # 5 % of its people live in the south: under the threshold
    ],
)
def test_projects_add_up_without_secrets_nor_double_counts(
    marche: SimpleNamespace, place: str, projets: int, secrets: int, difficiles: float
) -> None:
    [metier] = get_marche(getattr(marche, place)).metiers
    assert (metier.projets, metier.secrets, metier.part_difficiles) == (projets, secrets, pytest.approx(difficiles))


def test_a_trade_known_by_secrets_alone_is_said_secret(marche: SimpleNamespace) -> None:
    found = get_marche(marche.sud)
    assert ([metier.projets_lus for metier in found.metiers], found.projets) == (["secret"], None)


def test_the_departements_add_up_to_the_region(marche: SimpleNamespace) -> None:
    parts = [get_marche(place).projets for place in (marche.seine, marche.oise)]
    assert sum(part or 0 for part in parts) == get_marche(marche.region).projets


def test_the_rule_is_told(lieux: SimpleNamespace) -> None:
    assert find_zones(lieux.ept).regle == (
        "Chiffres du bassin d’emploi entier où vit la population du territoire, sans répartition\u202f: "
        "Nord (95\u202f% de la population)."
    )
    assert find_zones(lieux.small).bassins[0].nom == "Sud"


def test_figures_of_a_departement_serve_where_no_bassin_is_known(lieux: SimpleNamespace) -> None:
    BesoinRecrutementFactory(territoire=lieux.seine, departement="", projets=55, difficiles=None)
    assert get_marche(lieux.seine).projets == 55


def test_tension_is_that_of_the_trade_else_of_its_family_else_of_its_code_elsewhere(marche: SimpleNamespace) -> None:
    [metier] = get_marche(marche.seine).metiers
    assert metier.tension_lue is None
    elsewhere = FapFactory(nomenclature="fap2009", code="T4Z", niveau="famille")
    TensionFactory(fap=elsewhere, territoire=marche.seine, niveau=2)
    [metier] = get_marche(marche.seine).metiers
    assert (metier.tension_lue, metier.forte) == ("2 sur 5 (famille)", False)
    TensionFactory(territoire=marche.seine, niveau=4)
    TensionFactory(territoire=marche.oise, niveau=1)
    [metier] = get_marche(marche.region).metiers
    assert (metier.tension_lue, metier.tension_max) == ("forte dans 1 département sur 2", 4)


def test_vacancies_are_those_of_the_nearest_level_and_the_latest_period(marche: SimpleNamespace) -> None:
    FapRomeFactory()
    FapRomeFactory(rome=RomeFactory(code="K2202", libelle="Vitres"))
    for rome, place, periode, count in (
        ("K2204", marche.seine, "2025", 70),
        ("K2204", marche.nord, "2025", 20),
        ("K2202", marche.nord, "2025", 5),
        ("K2204", marche.nord, "2024", 900),
    ):
        SerieOffresFactory(rome=RomeFactory(code=rome), territoire=place, periode=periode, offres=count)
    assert [get_marche(place).metiers[0].offres for place in (marche.nord, marche.ept, marche.seine)] == [25, 25, 70]


@pytest.mark.parametrize("trades", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_trades(
    lieux: SimpleNamespace, trades: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(trades):
        BesoinRecrutementFactory(fap=FapFactory(code=f"T4X6{number}"), territoire=lieux.nord)
    with django_assert_max_num_queries(12):
        assert len(get_marche(lieux.ept).metiers) == trades


def test_the_sheet_of_a_trade(marche: SimpleNamespace) -> None:
    FapRomeFactory()
    MetierProjetFactory(projet=GrandProjetFactory(nom="Gare"))
    fiche = get_fiche("fap2021", "T4X60", "11")
    assert fiche is not None
    assert [(zone.zone, zone.departement, zone.projets) for zone in fiche.zones] == [
        ("Nord", "93", 100),
        ("Astride", "93", 30),
        ("Astride", "95", 7),
        ("Sud", "93", "secret"),
    ]
    assert [rome.code for rome in fiche.romes] == ["K2204"]
    assert [str(link.projet) for link in fiche.projets] == ["Gare"]
    assert get_fiche("fap2009", "T4X60", "11") is None


def test_projects_are_listed_once_with_their_posts() -> None:
    projet = GrandProjetFactory()
    LieuProjetFactory(projet=projet, commune__nom="Ici")
    LieuProjetFactory(projet=projet, commune__nom="Là")
    MetierProjetFactory(projet=projet, postes=10)
    MetierProjetFactory(projet=projet, fap=FapFactory(code="B1X31"), postes=None)
    GrandProjetFactory(nom="Zéro")
    assert [(row.communes, row.postes) for row in list_projets()] == [("Ici, Là", 10), (None, None)]


def test_a_calendar_shows_the_phases_as_of_a_day() -> None:
    phase = PhaseProjetFactory()
    PhaseProjetFactory(projet=phase.projet, nom="Finitions", debut=date(2027, 1, 1), fin=date(2028, 1, 1))
    drawn = draw_phases(phase.projet, on=date(2026, 6, 1))
    assert drawn is not None
    assert [(span.label, span.text, span.last) for span in drawn.spans] == [
        ("Gros œuvre", "en cours", date(2026, 12, 31)),
        ("Finitions", "à venir", date(2027, 12, 31)),
    ]
    assert draw_calendrier([phase.projet], on=date(2026, 6, 1), link=str) is None  # it has no period of its own
