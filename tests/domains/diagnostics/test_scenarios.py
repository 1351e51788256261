"""Scenarios: whose they are, what the computation finds, what they change, and that a hand undoes a proof."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from maillage.domains.diagnostics.enums import Methode, Visibilite
from maillage.domains.diagnostics.jobs import launch_scenario, run_proof
from maillage.domains.diagnostics.models import PlaceScenario, Scenario
from maillage.domains.diagnostics.queries.scenarios import get_scenarios, measure_effet, measure_today, visible_to
from maillage.domains.diagnostics.queries.scenarios_lecture import (
    describe_inconnu,
    describe_objectif,
    describe_preuve,
    draw_maps,
)
from maillage.domains.diagnostics.rules import Demande, LigneBesoin, Part, check_demande
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.domains.diagnostics.services.scenarios import (
    copy_scenario,
    create_scenario,
    delete_scenario,
    prove_scenario,
    remove_place,
    set_place,
    share_scenario,
)
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, Tache
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Population
from tests.domains.diagnostics.conftest import add_siae
from tests.factories.accounts import UserFactory, member
from tests.factories.diagnostics import PlaceScenarioFactory, ScenarioFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 1, 15)


@pytest.fixture
def agent():
    return member("etat_departement", "ddets")


def demande(methode=Methode.COUVRIR, nombre=1, type_siae="ACI", **more):
    values = {"nom": "Essai", "methode": methode, "composition": (Part(type_siae, nombre, Decimal(20)),), **more}
    return Demande(**values)


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def sites(scenario):
    return sorted(scenario.places.values_list("unite__code", "type_siae", "etp"))


@pytest.mark.parametrize(
    ("asked", "refusals"),
    [
        (demande(), []),
        (demande(nom=" "), ["sans_nom"]),
        (demande(public="licornes"), ["public_inconnu"]),
        (demande(rayon_km=0), ["distance_invalide"]),
        (demande(rayon_km=500), ["distance_invalide"]),
        (demande(nombre=0), ["rien_a_placer"]),
        (demande(nombre=11), ["trop_de_sites"]),
        (demande(budget_etp=Decimal(19)), ["budget_trop_petit"]),
        (demande(budget_etp=Decimal(20)), []),
        (
            demande(Methode.RAPPROCHER, composition=(Part("ACI", 1, Decimal(5)), Part("EI", 1, Decimal(5)))),
            ["plusieurs_types"],
        ),
        (demande(Methode.MANUELLE, nombre=0), []),
    ],
)
def test_what_makes_no_sense_is_refused(asked, refusals):
    found = check_demande(asked, publics=("population_active_age",), sites_max=10)
    assert [refusal.code for refusal in found] == refusals


def test_the_computation_covers_those_who_have_nobody_near(offre, agent):
    """ACI stand in Saint-Denis and Melun; Aubervilliers is 4 km from Saint-Denis, Fontainebleau's need is unknown."""
    add_siae(offre, "77186", "EI", etp="5")
    scenario = create_scenario(demande=demande(type_siae="ETTI"), region="11", actor=agent, on=ON)

    # The only ETTI is in Aubervilliers: within 5 km it serves both communes of Plaine Commune; Melun is left.
    assert sites(scenario) == [("77288", "ETTI", Decimal(20))]
    assert scenario.objectif == scenario.borne == pytest.approx(40_000 * 0.6568)
    assert "Optimum prouvé" in describe_preuve(scenario)
    assert describe_objectif(scenario).startswith("26 272 personnes du public de plus".replace(" ", "\u202f", 1))


def test_the_computation_brings_closer(offre, agent):
    scenario = create_scenario(demande=demande(Methode.RAPPROCHER, type_siae="ETTI"), region="11", actor=agent, on=ON)

    # Saint-Denis is 4 km from the ETTI of Aubervilliers, Melun 36 km: opening in Melun leaves Saint-Denis's people.
    assert sites(scenario) == [("77288", "ETTI", Decimal(20))]
    assert scenario.objectif == pytest.approx(100_000 * 0.6568 * 4000)
    assert (scenario.besoin_total, scenario.communes_inconnues, scenario.part_connue) == (
        pytest.approx(190_000 * 0.6568),
        1,
        1.0,  # nobody knows how many people live in Fontainebleau
    )


def test_the_mean_distance_is_that_of_the_people_counted(offre, agent):
    """People who come after the computation do not bring those it counted any nearer."""
    scenario = create_scenario(demande=demande(Methode.RAPPROCHER, type_siae="ETTI"), region="11", actor=agent, on=ON)
    told = "Distance moyenne du public au site le plus proche\u202f: 2,11\u202fkm."  # 100 000 × 4 / 190 000
    assert describe_objectif(scenario) == told
    Population.objects.update(valeur=F("valeur") * 2)
    scenario.refresh_from_db()
    assert describe_objectif(scenario) == told
    assert describe_objectif(copy_scenario(scenario=scenario, nom="Le même", actor=agent)) == told


def test_unknown_need_is_told_and_too_much_of_it_is_refused(offre, agent, client):
    Population.objects.create(unite=offre.communes["77186"], annee=2023, valeur=10_000, source="essai")
    known = [LigneBesoin(code, 2025, Decimal(50)) for code in ("93066", "93001", "77288")]
    record_besoins(public_code="brsa", lignes=known, source="essai", actor=None, on=ON)
    scenario = create_scenario(demande=demande(public="brsa", type_siae="ETTI"), region="11", actor=agent, on=ON)
    sentence = "Besoin inconnu dans une commune (5,0\u202f% de la population connue de la région)"
    assert describe_inconnu(scenario) == f"{sentence}\u202f: le calcul n’y compte personne."
    client.force_login(agent)
    assert sentence in client.get(reverse("diagnostics:scenario", args=[scenario.public_id])).text

    Population.objects.filter(unite=offre.communes["77186"]).update(valeur=100_000)
    with pytest.raises(Refused) as refused:
        create_scenario(demande=demande(public="brsa", type_siae="ETTI"), region="11", actor=agent, on=ON)
    assert codes(refused) == ["besoin_trop_peu_connu"]


def test_conditions_bound_the_choice(offre, agent):
    asked = demande(nombre=2, type_siae="EITI", departements=("93",), espacement_km=5)
    scenario = create_scenario(demande=asked, region="11", actor=agent, on=ON)

    # Two sites in the 93 would be 4 km apart: one alone, that serves both communes.
    assert len(sites(scenario)) == 1
    assert sites(scenario)[0][0] in {"93066", "93001"}

    with pytest.raises(Refused) as refused:
        create_scenario(demande=demande(besoin_min=10_000_000), region="11", actor=agent, on=ON)
    assert codes(refused) == ["aucune_commune"]

    with pytest.raises(Refused) as refused:
        create_scenario(demande=demande(public="brsa"), region="11", actor=agent, on=ON)
    assert codes(refused) == ["besoin_inconnu"]


def test_who_may_not_decide_of_the_offer_makes_no_scenario(offre):
    with pytest.raises(Refused) as refused:
        create_scenario(demande=demande(), region="11", actor=member("acheteur", "acheteur"), on=ON)
    assert codes(refused) == ["interdit"]


def test_places_change_the_figures_and_conserve_the_supply(offre, agent):
    scenario = ScenarioFactory(organisation=agent.membre.organisation)
    PlaceScenarioFactory(scenario=scenario, unite=offre.communes["93001"], etp=Decimal(8))
    before = measure_today(scenario)
    after = measure_effet(scenario, before).couverture

    assert after.total.etp - before.total.etp == pytest.approx(8)
    gained = {
        ligne.code: (ligne.accessibilite or 0) - (old.accessibilite or 0)
        for ligne, old in zip(after.mailles[Maille.DEPARTEMENT], before.mailles[Maille.DEPARTEMENT], strict=True)
    }
    # Melun is 36 km away, beyond the radius: all 8 ETP go to the 93.
    assert gained["77"] == 0
    assert gained["93"] * before.find("departement", "93").besoin / 1000 == pytest.approx(8, rel=1e-3)


def test_a_place_counts_whoever_comes_near(offre, agent):
    scenario = ScenarioFactory(organisation=agent.membre.organisation)
    PlaceScenarioFactory(scenario=scenario, unite=offre.communes["77288"], type_siae="ETTI")
    (proches,) = measure_effet(scenario, measure_today(scenario)).proches
    # Today the ETTI of Aubervilliers is 4 km from Saint-Denis and 36 from Melun.
    total = (100_000 * 4 + 40_000 * 36) / 190
    assert (proches.distance_avant, proches.distance_apres) == (
        pytest.approx(total),
        pytest.approx(100_000 * 4 / 190),
    )

    assert (proches.type_siae, proches.avant, proches.apres) == (
        "ETTI",
        pytest.approx(150_000 * 0.6568),
        pytest.approx(190_000 * 0.6568),
    )


def test_a_hand_undoes_the_proof(offre, agent):
    scenario = create_scenario(demande=demande(type_siae="ETTI"), region="11", actor=agent, on=ON)

    set_place(scenario=scenario, unite=offre.communes["93066"], type_siae="EI", etp=Decimal(5), actor=agent)
    scenario.refresh_from_db()
    assert (scenario.objectif, scenario.borne, scenario.calcule_le) == (None, None, None)
    assert (scenario.besoin_total, scenario.communes_inconnues, scenario.part_connue) == (None, None, None)
    assert "retouchés à la main" in describe_preuve(scenario)
    # Nor does a proof that ends later write over what a hand has set.
    prove_scenario(scenario=scenario, report=lambda state: None, on=ON)
    assert sites(scenario) == [("77288", "ETTI", Decimal(20)), ("93066", "EI", Decimal(5))]

    place = scenario.places.get(type_siae="ETTI")
    remove_place(scenario=scenario, place=place.pk, actor=agent)
    with pytest.raises(Refused) as refused:
        remove_place(scenario=scenario, place=place.pk, actor=agent)
    assert codes(refused) == ["site_inconnu"]
    acts = list(Acte.objects.filter(objet_id=scenario.pk).order_by("pk").values_list("acte", flat=True))
    assert acts == ["diagnostics.create_scenario", "diagnostics.set_place", "diagnostics.remove_place"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"unite": None}, "commune_inconnue"),
        ({"type_siae": "SARL"}, "type_inconnu"),
        ({"etp": Decimal(0)}, "etp_invalide"),
    ],
)
def test_a_place_that_makes_no_sense_is_refused(offre, agent, values, code):
    scenario = ScenarioFactory(organisation=agent.membre.organisation)
    place = {"unite": offre.communes["93066"], "type_siae": "ACI", "etp": Decimal(5), **values}
    with pytest.raises(Refused) as refused:
        set_place(scenario=scenario, actor=agent, **place)
    assert codes(refused) == [code]


def test_the_same_place_twice_changes_its_etp(offre, agent):
    scenario = ScenarioFactory(organisation=agent.membre.organisation)
    for etp in (5, 9):
        set_place(scenario=scenario, unite=offre.communes["93066"], type_siae="ACI", etp=Decimal(etp), actor=agent)
    assert sites(scenario) == [("93066", "ACI", Decimal(9))]


def test_nothing_moves_while_the_computation_runs(offre, agent):
    tache = Tache.objects.create(libelle="Calcul", auteur=agent)
    scenario = ScenarioFactory(organisation=agent.membre.organisation, tache=tache)
    with pytest.raises(Refused) as refused:
        set_place(scenario=scenario, unite=offre.communes["93066"], type_siae="ACI", etp=Decimal(5), actor=agent)
    assert codes(refused) == ["calcul_en_cours"]
    share_scenario(scenario=scenario, visibilite=Visibilite.PARTAGE, actor=agent)


def test_one_reads_ones_own_and_the_shared_ones(agent):
    own = ScenarioFactory(organisation=agent.membre.organisation)
    shared = ScenarioFactory(visibilite=Visibilite.PARTAGE)
    ScenarioFactory()

    assert set(visible_to(agent)) == {own, shared}
    assert set(visible_to(UserFactory())) == {shared}


def test_anothers_scenario_is_copied_not_changed(offre, agent):
    foreign = ScenarioFactory(visibilite=Visibilite.PARTAGE)
    PlaceScenarioFactory(scenario=foreign, unite=offre.communes["93066"])
    with pytest.raises(Refused) as refused:
        delete_scenario(scenario=foreign, actor=agent)
    assert codes(refused) == ["interdit"]

    copy = copy_scenario(scenario=foreign, nom="Le nôtre", actor=agent)
    assert (copy.organisation, copy.visibilite, sites(copy)) == (
        agent.membre.organisation,
        Visibilite.ORGANISATION,
        sites(foreign),
    )
    delete_scenario(scenario=copy, actor=agent)
    assert list(Scenario.objects.all()) == [foreign]

    with pytest.raises(Refused) as refused:
        copy_scenario(scenario=ScenarioFactory(), nom="Indiscret", actor=agent)
    assert codes(refused) == ["interdit"]


def test_the_proof_follows_with_its_progress(offre, agent, monkeypatch):
    """When the first answer is not proven, a task looks for the proof and the page tells how far it is."""
    scenario = launch_scenario(demande=demande(type_siae="ETTI"), region="11", actor=agent, on=ON)
    assert scenario.tache is None  # proven at once: nothing to wait for

    Scenario.objects.filter(pk=scenario.pk).update(borne=1e9)
    tache = Tache.objects.create(libelle="Calcul", auteur=agent)
    for _ in range(2):  # a job may run twice
        run_proof(scenario=scenario.pk, tache=tache.pk, on=ON.isoformat())
    tache.refresh_from_db()
    scenario.refresh_from_db()
    assert (tache.etat, tache.message) == (Tache.Etat.TERMINEE, describe_preuve(scenario))
    assert scenario.objectif == scenario.borne


@pytest.mark.parametrize(
    ("objectif", "borne", "sentence"),
    [
        (100.0, 100.0, "Optimum prouvé"),
        (100.0, 100.5, "au plus 0,50"),
        (0.0, 5.0, "écart inconnu"),
    ],
)
def test_a_time_limit_is_never_called_optimal(objectif, borne, sentence):
    scenario = Scenario(methode=Methode.COUVRIR, objectif=objectif, borne=borne)
    assert sentence in describe_preuve(scenario)
    assert ("Optimum" in describe_preuve(scenario)) == (objectif == borne)


def test_maps_of_a_comparison_share_their_classes(offre, agent):
    scenario = ScenarioFactory(organisation=agent.membre.organisation)
    PlaceScenarioFactory(scenario=scenario, unite=offre.communes["77288"], etp=Decimal(500))
    today = measure_today(scenario)
    effet = measure_effet(scenario, today)
    before, after = draw_maps(today, [effet], lambda ligne: "")
    assert before.legend.classes == after.legend.classes


CONSTRAINTS = [
    ("scenario_methode", {"methode": "hasard"}),
    ("scenario_visibilite", {"visibilite": "monde"}),
    ("scenario_rayon", {"rayon_km": 0}),
    ("scenario_resultat_entier", {"methode": "couvrir", "objectif": 1}),
    ("scenario_borne", {"methode": "couvrir", "objectif": 2, "borne": 1, "calcule_le": timezone.now()}),
    ("scenario_borne", {"methode": "rapprocher", "objectif": 1, "borne": 2, "calcule_le": timezone.now()}),
    ("scenario_besoin_compte", {"besoin_total": 1}),
    (
        "scenario_part_connue",
        {"methode": "couvrir", "objectif": 1, "borne": 1, "calcule_le": timezone.now(), "part_connue": 1.5},
    ),
    ("scenario_borne", {"methode": "manuelle", "objectif": 1, "borne": 1, "calcule_le": timezone.now()}),
]


@pytest.mark.parametrize(
    ("name", "values"), CONSTRAINTS, ids=[f"{name}-{rank}" for rank, (name, _) in enumerate(CONSTRAINTS)]
)
def test_the_database_refuses_a_scenario(name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ScenarioFactory(**values)


@pytest.mark.parametrize(
    ("name", "values"), [("place_scenario_etp", {"etp": 0}), ("place_scenario_type", {"type_siae": "SARL"})]
)
def test_the_database_refuses_a_place(region, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PlaceScenarioFactory(unite=region.communes["93066"], **values)


def test_a_place_is_in_a_unit_and_once(region):
    place = PlaceScenarioFactory(unite=region.communes["93066"])
    with pytest.raises(IntegrityError, match="place_scenario_unique"), transaction.atomic():
        PlaceScenario.objects.create(scenario=place.scenario, unite=place.unite, type_siae="ACI", etp=1)
    with pytest.raises(IntegrityError, match="Un site est dans une unité"), transaction.atomic():
        PlaceScenarioFactory(unite=region.ensembles["93"])


def test_the_story_on_screen(client, offre, agent):
    client.force_login(agent)
    new = reverse("diagnostics:scenario_nouveau", args=["couvrir"])
    refused = client.post(new, {"nom": "Vide", "public": "population_active_age", "rayon_km": "5"})
    assert refused.status_code == 422
    assert "Demandez au moins un site" in refused.text
    half = client.post(
        new, {"nom": "Demi", "public": "population_active_age", "rayon_km": "5", "nombre_ETTI": "1", "etp_ETTI": ""}
    )
    assert "Indiquez combien d’ETP" in half.text

    answer = client.post(
        new,
        {"nom": "Un ETTI", "public": "population_active_age", "rayon_km": "5", "nombre_ETTI": "1", "etp_ETTI": "20"},
    )
    scenario = Scenario.objects.get()
    assert answer.url == reverse("diagnostics:scenario", args=[scenario.public_id])
    page = client.get(answer.url)
    assert "Optimum prouvé" in page.text
    assert "Melun" in page.text

    added = client.post(
        reverse("diagnostics:scenario_ajouter", args=[scenario.public_id]),
        {"commune": "saint denis", "type_siae": "ACI", "etp": "7,5"},
    )
    assert added.status_code == 302
    assert sites(scenario) == [("77288", "ETTI", Decimal(20)), ("93066", "ACI", Decimal("7.5"))]
    unknown = client.post(
        reverse("diagnostics:scenario_ajouter", args=[scenario.public_id]),
        {"commune": "Atlantis", "type_siae": "ACI", "etp": "7,5"},
    )
    assert "Aucune commune ne correspond à « Atlantis »" in unknown.text

    client.post(reverse("diagnostics:scenario_partager", args=[scenario.public_id]))
    reader = member("acheteur", "acheteur")
    client.force_login(reader)
    seen = client.get(answer.url)
    assert seen.status_code == 200
    assert "Retirer" not in seen.text
    compared = client.get(reverse("diagnostics:scenarios_comparer"), {"avec": [str(scenario.public_id), "n’importe"]})
    assert "Un ETTI" in compared.text
    assert client.get(reverse("diagnostics:scenarios")).status_code == 200


def test_the_comparison_names_those_that_it_leaves_out(client, offre, agent):
    found = [ScenarioFactory(organisation=agent.membre.organisation, nom=f"Essai {rank}") for rank in range(5)]
    client.force_login(agent)
    url = reverse("diagnostics:scenarios_comparer")
    page = client.get(url, {"avec": [scenario.public_id for scenario in found]})
    assert page.context["ecartes"] == found[3:]
    alert = " ".join(page.text.split()).replace("&#8239;", "\u202f")
    told = "N’ont pas été repris\u202f: «\u202fEssai 3\u202f», «\u202fEssai 4\u202f»."
    assert f"3 scénarios se comparent au plus. {told}" in alert
    assert "se comparent au plus" not in client.get(url, {"avec": [found[0].public_id]}).text


@pytest.mark.parametrize("name", ["scenarios", "scenario", "scenarios_comparer"])
def test_queries_are_constant(client, offre, agent, name, django_assert_constant_queries):
    scenario = ScenarioFactory(organisation=agent.membre.organisation)
    communes = iter(offre.communes.values())
    url = reverse(f"diagnostics:{name}", args=[scenario.public_id] if name == "scenario" else [])
    client.force_login(agent)

    def more(count):
        for _ in range(count):
            PlaceScenarioFactory(scenario=scenario, unite=next(communes))
            ScenarioFactory(organisation=agent.membre.organisation)

    django_assert_constant_queries(
        more, lambda: client.get(url, {"avec": scenario.public_id} if "comparer" in name else {})
    )


def test_a_scenario_keeps_its_order_of_comparison(agent):
    first, second = (ScenarioFactory(organisation=agent.membre.organisation) for _ in range(2))
    assert get_scenarios(agent, [second.public_id, first.public_id]) == [second, first]
