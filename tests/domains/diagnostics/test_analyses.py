"""Inequalities, sensitivity, evolution, and where a member starts from: the queries and their screens."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from maillage.domains.diagnostics.enums import Indicateur, Modele
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.queries.evolution import Periode, compute_evolution, describe_periodes
from maillage.domains.diagnostics.queries.inegalites import compute_inegalites
from maillage.domains.diagnostics.queries.sensibilite import compute_sensibilite, describe_stabilite
from maillage.domains.diagnostics.rules import Choix, LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.references.structures.models import EffectifAnnuel
from maillage.references.territoires.enums import Maille, Mode
from maillage.references.territoires.services.trajets import LigneTrajet, record_trajets
from tests.domains.diagnostics.conftest import add_siae
from tests.factories.accounts import MembreFactory
from tests.factories.structures import EffectifFactory

ON = date(2026, 11, 23)
INEGALITES, SENSIBILITE, EVOLUTION, COMPARAISON, CARTE = (
    reverse(f"diagnostics:{name}") for name in ("inegalites", "sensibilite", "evolution", "comparaison", "carte")
)

pytestmark = pytest.mark.django_db


def couverture(**choix):
    return compute_couverture("11", Choix(**choix), on=ON)


def record(public, values, annee):
    lignes = [LigneBesoin(code, annee, None if value is None else Decimal(value)) for code, value in values.items()]
    record_besoins(public_code=public, lignes=lignes, source="France Travail", actor=None, on=ON)


# --- inequalities ------------------------------------------------------------------------------------------------


@pytest.fixture
def unequal(region):
    """Two publics of 1 000: one reaches 10 ETP, the other 30."""
    record("brsa", {"93066": 1000, "93001": 0, "77288": 1000, "77186": 0}, 2024)
    add_siae(region, "93066", "ACI", etp="10")
    add_siae(region, "77288", "ACI", etp="30")
    return region


def test_the_gini_of_one_quarter_and_three_quarters(unequal):
    result = compute_inegalites(couverture(public="brsa"))

    assert result.region.gini == pytest.approx(0.25)
    assert (result.region.p10, result.region.p50, result.region.p90) == (10, 10, 30)
    assert (result.seuil_decile, result.offre_decile) == (10, pytest.approx(0.25))
    assert {each.ligne.code: (each.personnes, each.part_decile) for each in result.departements} == {
        "93": (1000, 1.0),
        "77": (0, 0.0),
    }
    told = dict(result.courbe.table().rows)
    assert told["50\u202f%"] == "25,0\u202f%"


def test_where_nothing_is_reached_there_is_nothing_to_share(client, region):
    assert compute_inegalites(couverture()) is None
    assert "Rien à partager" in client.get(INEGALITES).text


def test_the_page_of_inequalities_draws_the_curve_and_its_table(client, unequal):
    page = client.get(f"{INEGALITES}?public=brsa").text

    assert "Courbe de Lorenz" in page
    assert "Voir les données de la courbe en tableau" in page


# --- sensitivity -------------------------------------------------------------------------------------------------


def test_each_territory_has_the_range_of_its_ranks(offre):
    result = compute_sensibilite(couverture(), Maille.COMMUNE)
    ranges = {each.ligne.code: (each.rang, each.bas, each.haut, each.toujours) for each in result.fourchettes}

    assert ranges["77288"] == (1, 1, 1, True)
    assert ranges["77186"] == (None, None, None, False)
    assert [variante.libelle.replace("\u202f", " ") for variante in result.variantes] == [
        "écart-type −30 %",
        "rayon −30 %",
        "écart-type +30 %",
        "rayon +30 %",
        "modèle 2SFCA",
        "modèle 3SFCA",
        "décroissance exponentielle",
        "décroissance par paliers",
    ]
    assert {variante.gardes for variante in result.variantes} == {1.0}
    assert (
        describe_stabilite(result)
        .replace("\u202f", " ")
        .startswith("Des 1 territoires les moins bien desservis sur 3, 1 le restent dans les 8 autres réglages.")
    )


def test_a_model_is_never_compared_with_itself(offre):
    names = [
        each.libelle for each in compute_sensibilite(couverture(modele=Modele.DEUX_SFCA), Maille.COMMUNE).variantes
    ]

    assert "modèle 2SFCA" not in names
    assert not any("écart-type" in name or "décroissance" in name for name in names)


def test_nothing_is_ranked_while_nothing_is_known(client, region):
    record("brsa", {"93066": 1000}, 2024)

    assert compute_sensibilite(couverture(public="brsa"), Maille.COMMUNE) is None
    assert client.get(f"{SENSIBILITE}?public=brsa").status_code == 200


# --- evolution ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two_years(offre):
    """The supply of the fixture, and twice as much the year before; the need, known in both."""
    [year] = EffectifAnnuel.objects.values_list("annee", flat=True).distinct()
    for row in EffectifAnnuel.objects.all():
        EffectifFactory(
            siae=row.siae, departement=row.departement, annee=year - 1, etp_realises=row.etp_realises * 2, salaries=None
        )
    record("brsa", {"93066": 1000, "93001": 500, "77288": 400, "77186": 100}, 2023)
    record("brsa", {"93066": 1000, "93001": 500, "77288": None, "77186": 100}, 2024)
    return year


def test_two_vintages_are_set_side_by_side(two_years):
    evolution = compute_evolution(
        "11",
        Choix(public="brsa"),
        Periode(2023, two_years - 1),
        Periode(2024, two_years),
        Maille.COMMUNE,
        on=ON,
    )
    rates = {suivi.apres.code: evolution.read(suivi, Indicateur.TAUX) for suivi in evolution.suivis}

    assert rates["93066"] == (65.0, 32.5)
    assert rates["77288"] == (35.0, None)  # withheld the second year: no change is told
    assert evolution.avant.capacite == evolution.apres.capacite
    assert (
        describe_periodes(evolution)[0]
        .replace("\u202f", " ")
        .startswith(f"Avant : besoin 2023, offre {two_years - 1}. Après : besoin 2024, offre {two_years}.")
    )


def test_what_is_the_same_on_both_sides_is_said(two_years):
    same = Periode(2024, two_years)
    said = describe_periodes(compute_evolution("11", Choix(public="brsa"), same, same, Maille.COMMUNE, on=ON))

    assert [sentence.partition(" est")[0] for sentence in said[1:]] == ["Le besoin", "L’offre"]


def test_the_page_of_evolution_follows_the_years_of_the_address(client, two_years):
    query = f"?public=brsa&suivi=etp&offre_avant={two_years - 1}&offre_apres={two_years}&maille=departement"
    response = client.get(f"{EVOLUTION}{query}")

    rows = {row.suivi.apres.code: (row.avant, row.apres, row.difference) for row in response.context["list"].rows}
    assert rows == {"93": (94, 47, -47), "77": (14, 7, -7)}
    assert client.get(f"{EVOLUTION}{query}&format=csv").status_code == 200


def test_years_that_the_public_lacks_are_told(client, two_years):
    record("deld_2ans", {"93066": 10}, 2020)
    page = client.get(f"{EVOLUTION}?public=brsa&besoin_avant=2020").text

    assert "n’est pas connu pour 2020" in page


# --- screens -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [INEGALITES, SENSIBILITE, f"{SENSIBILITE}?maille=commune", EVOLUTION])
def test_queries_are_constant(client, region, url, django_assert_constant_queries):
    django_assert_constant_queries(
        lambda count: [add_siae(region, "93066", "ACI", etp="2") for _ in range(count)], lambda: client.get(url)
    )


@pytest.mark.parametrize("url", [INEGALITES, SENSIBILITE, EVOLUTION])
def test_without_territories_the_page_says_what_to_do(client, db, url):
    assert "l’exploitant" in client.get(url).text.casefold()


def test_settings_are_told_from_one_page_to_another(client, offre):
    page = client.get(f"{CARTE}?modele=3sfca&seuil_bas=60&maille=commune").text

    assert f"{SENSIBILITE}?modele=3sfca&amp;seuil_bas=60" in page


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("seuil_bas=200", "seuil_bas"),
        ("rayon=150", "rayon"),
        ("cible=0", "cible"),
        ("decroissance=brutale", "decroissance"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_on_its_field(client, offre, query, field):
    response = client.get(f"{CARTE}?{query}")

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert '<details class="mg-filters__more" open>' in response.text or field == "rayon"


def test_travel_times_are_offered_once_imported(client, offre):
    assert "distance" not in client.get(CARTE).context["form"].fields
    lignes = [LigneTrajet("93066", "93001", 12, Mode.VOITURE, 2026)]
    record_trajets(lignes=lignes, source="essai", actor=None, on=ON)
    response = client.get(f"{CARTE}?distance=voiture&rayon=20")

    assert (response.context["couverture"].rayon, response.context["couverture"].unite) == (20, "min")


@pytest.mark.parametrize("query", ["", "&modele=3sfca&adaptation=type", "&seuil_bas=50&cible=2"])
def test_the_command_and_the_screens_give_the_same_figures(client, tmp_path, offre, query):
    options = dict(part.split("=") for part in query.split("&") if part)
    if "seuil_bas" in options:
        options = {"seuil_bas": 0.5, "cible": 2.0}
    path = tmp_path / "region.json"
    call_command("diagnostic", "region", output=str(path), **options)
    written = {(each["niveau"], each["code"]): each for each in json.loads(path.read_text())["territoires"]}

    for maille in ("departement", "intercommunalite", "commune"):
        screen = client.get(f"{COMPARAISON}?maille={maille}{query}").context["list"]
        for ligne in screen.rows:
            each = written[ligne.niveau, ligne.code]
            shown = screen.couverture
            assert (each["siae"], each["etp"], each["besoin"], each["manque"], each["classe"]) == (
                ligne.siae,
                ligne.etp,
                ligne.besoin,
                ligne.manque,
                ligne.classe,
            )
            assert each["taux"] == shown.read(ligne, Indicateur.TAUX)
            assert each["accessibilite"] == shown.read(ligne, Indicateur.ACCESSIBILITE)


# --- where a member starts from ----------------------------------------------------------------------------------


def member(client, *competences):
    membre = MembreFactory()
    for niveau, code in competences:
        membre.organisation.competences.create(niveau=niveau, code=code)
    client.force_login(membre.user)
    return membre


@pytest.mark.parametrize(
    ("competences", "expected"),
    [
        ([("departement", "93")], {"93001", "93066"}),
        ([("ept", "200057867")], {"93001", "93066"}),
        ([("departement", "93"), ("departement", "77")], {"93001", "93066", "77288", "77186"}),
        ([("region", "11")], {"93001", "93066", "77288", "77186"}),
        ([], {"93001", "93066", "77288", "77186"}),
    ],
)
def test_a_member_sees_their_own_departement_first(client, offre, competences, expected):
    member(client, *competences)
    codes = {
        code
        for ligne in client.get(COMPARAISON).context["list"].rows
        for code in {"200057867": ("93066", "93001"), "247700057": ("77288",), "200072346": ("77186",)}[ligne.code]
    }

    assert codes == expected


def test_the_whole_region_is_one_link_away(client, offre):
    member(client, ("departement", "93"))
    response = client.get(COMPARAISON)

    assert f'href="{COMPARAISON}?departement="' in response.text
    assert "Votre département d’abord" in response.text
    whole = client.get(f"{COMPARAISON}?departement=")
    assert len(whole.context["list"].rows) == 3
    assert "Votre département d’abord" not in whole.text
    # What the page links to keeps its filter: the département is in the addresses.
    assert "departement=93&amp;tri=" in response.text


def test_the_radius_is_asked_in_the_unit_of_the_distance(client, offre):
    record_trajets(lignes=[LigneTrajet("93066", "93001", 12, Mode.VOITURE, 2026)], source="essai", actor=None, on=ON)
    labels = {
        query: str(client.get(f"{CARTE}{query}").context["form"]["rayon"].label).replace("\u202f", " ")
        for query in ("", "?distance=voiture", "?distance=velo")
    }

    assert labels == {
        "": "Rayon (km ; 15 par défaut)",
        "?distance=voiture": "Rayon (minutes ; 30 par défaut)",
        "?distance=velo": "Rayon (km ; 15 par défaut)",  # no such matrix
    }
