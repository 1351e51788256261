"""What the diagnostic says of a small region whose figures can be checked by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from math import exp

import pytest

from maillage.domains.diagnostics.enums import Capacite, Classe
from maillage.domains.diagnostics.queries.couverture import MAILLES, compute_couverture
from maillage.domains.diagnostics.queries.lecture import list_avertissements, list_notes, list_sources
from maillage.domains.diagnostics.rules import Choix, LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.foundations.kernel.errors import Refused
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Appartenance, PassageCog, Territoire
from tests.domains.diagnostics.conftest import add_siae
from tests.factories.structures import EffectifFactory, ImplantationFactory
from tests.factories.territoires import PassageCogFactory

ON = date(2026, 11, 23)
PART = 0.6568  # share of the 15-64 in parametres.toml

pytestmark = pytest.mark.django_db


def couverture(**choix):
    return compute_couverture("11", Choix(**choix), on=ON)


def lines(result, maille):
    return {ligne.code: ligne for ligne in result.mailles[maille]}


# --- supply ------------------------------------------------------------------------------------------------------


def test_each_siae_counts_once_where_its_main_site_is(offre):
    communes = lines(couverture(), Maille.COMMUNE)

    assert {code: ligne.siae for code, ligne in communes.items()} == {"93066": 3, "93001": 1, "77288": 2, "77186": 0}
    assert {code: ligne.sites for code, ligne in communes.items()} == {"93066": 3, "93001": 2, "77288": 2, "77186": 0}
    assert communes["93066"].siae_par_type == {"ACI": 1, "EI": 1, "AI": 1, "ETTI": 0, "EITI": 0}


def test_the_etp_of_a_siae_are_shared_between_its_sites(offre):
    communes = lines(couverture(), Maille.COMMUNE)

    assert {code: ligne.etp for code, ligne in communes.items()} == {
        "93066": 32.5,
        "93001": 14.5,
        "77288": 7.0,
        "77186": 0.0,
    }


@pytest.mark.parametrize("figure", ["siae", "sites", "population", "besoin", "etp", "salaries"])
def test_every_maille_adds_up_to_the_region(offre, figure):
    result = couverture()

    sums = {
        maille: sum(value for ligne in result.mailles[maille] if (value := getattr(ligne, figure)) is not None)
        for maille in MAILLES
    }

    assert set(sums.values()) == {getattr(result.total, figure)}


def test_the_kinds_add_up_to_the_siae(offre):
    for lignes in couverture().mailles.values():
        for ligne in lignes:
            assert sum(ligne.siae_par_type.values()) == ligne.siae


def test_an_unknown_figure_stays_unknown_and_a_land_without_siae_has_none(region):
    add_siae(region, "93066", "ACI")
    communes = lines(couverture(), Maille.COMMUNE)

    assert (communes["93066"].etp, communes["93066"].salaries) == (None, None)
    assert (communes["77288"].etp, communes["77288"].salaries) == (0.0, 0.0)
    assert couverture().total.etp is None


def test_only_the_chosen_kinds_count(offre):
    result = couverture(types=("ACI",))

    assert result.total.siae_par_type == {"ACI": 3, "EI": 0, "AI": 0, "ETTI": 0, "EITI": 0}
    assert result.total.etp == 17.0


def test_a_closed_siae_counts_no_more(offre):
    closed = add_siae(offre, "93066", "EI", etp="100")
    closed.fin = ON
    closed.save()

    assert couverture().total.etp == 54.0


def test_figures_of_a_departement_without_a_site_are_kept_and_told(offre):
    """One SIAE of Saint-Denis worked 10 ETP there and was granted 5 in Seine-et-Marne, where it has no site."""
    siae = add_siae(offre, "93066", "ACI", etp="10")
    EffectifFactory(
        siae=siae, departement=offre.ensembles["77"], salaries=8, etp_realises=None, etp_conventionnes=Decimal(5)
    )
    result = couverture()

    assert {code: ligne.etp for code, ligne in lines(result, Maille.DEPARTEMENT).items()} == {"93": 62.0, "77": 7.0}
    sums = {maille: sum(ligne.etp for ligne in result.mailles[maille]) for maille in MAILLES}
    assert sums == dict.fromkeys(MAILLES, 69.0)
    assert [text for text in list_avertissements(result) if "implantation principale" in text] == [
        "SIAE qui déclarent des effectifs dans un département où elles n’ont aucun site\u202f: 1. Ils sont comptés à"
        " leur implantation principale."
    ]


# --- capacity ------------------------------------------------------------------------------------------------------


def test_etp_are_the_capacity_when_enough_sites_tell_them(offre):
    result = couverture()

    assert result.capacite == Capacite.ETP
    assert result.pour == 1000


def test_without_etp_structures_are_counted_and_the_page_says_so(region):
    add_siae(region, "93066", "ACI")
    result = couverture()

    assert result.capacite == Capacite.STRUCTURES
    assert result.pour == 100_000
    assert [text for text in list_avertissements(result) if "nombre de structures" in text] != []


def test_asking_for_etp_that_are_missing_counts_the_silent_sites(offre):
    add_siae(offre, "93066", "EI")
    result = couverture(capacite=Capacite.ETP)

    assert result.sites_sans_capacite == 1
    assert lines(result, Maille.COMMUNE)["93066"].sites_sans_capacite == 1
    assert lines(result, Maille.COMMUNE)["93066"].etp == 32.5


def test_a_siae_counted_as_a_structure_counts_for_one_over_its_sites(region):
    siae = add_siae(region, "93066", "ACI")
    ImplantationFactory(siae=siae, commune=region.communes["77288"], principale=False)
    communes = lines(couverture(), Maille.COMMUNE)

    assert communes["93066"].taux == pytest.approx(1000 * 0.5 / (100_000 * PART), rel=1e-6)
    assert communes["77288"].taux == pytest.approx(1000 * 0.5 / (40_000 * PART), rel=1e-6)


# --- need and measures ---------------------------------------------------------------------------------------------


def test_the_default_need_is_an_estimate_of_the_population_in_working_age(offre):
    result = couverture()

    assert result.besoins.estime
    assert not result.besoins.part.confirmed
    assert lines(result, Maille.COMMUNE)["93066"].besoin == 65_680.0
    assert lines(result, Maille.COMMUNE)["77186"].besoin is None


def test_the_rate_is_the_capacity_of_the_territory_for_a_thousand_people(offre):
    departements = lines(couverture(), Maille.DEPARTEMENT)

    assert departements["93"].taux == pytest.approx(1000 * 47 / (150_000 * PART), rel=1e-6)
    assert departements["77"].taux == pytest.approx(1000 * 7 / (40_000 * PART), rel=1e-6)


def test_accessibility_shares_the_supply_across_borders(offre):
    """Saint-Denis (0 km) and Aubervilliers (4 km) share 47 ETP; nobody else reaches them, Melun is 36 km away."""
    f = exp(-0.5 * (4 / 5) ** 2)
    people_here, people_there = 100_000 * PART, 50_000 * PART
    here, there = 32.5 / (people_here + f * people_there), 14.5 / (f * people_here + people_there)

    communes = lines(couverture(), Maille.COMMUNE)

    assert communes["93066"].accessibilite == pytest.approx(1000 * (here + f * there), rel=1e-6)
    assert communes["93001"].accessibilite == pytest.approx(1000 * (f * here + there), rel=1e-6)
    assert lines(couverture(), Maille.DEPARTEMENT)["93"].accessibilite == pytest.approx(
        1000 * 47 / (150_000 * PART), rel=1e-6
    )


def test_the_radius_of_the_reader_replaces_the_one_in_force_and_sigma_follows(offre):
    result = couverture(rayon_km=3)

    assert (result.rayon, result.sigma, result.unite) == (3, 1, "km")
    assert lines(result, Maille.COMMUNE)["93001"].accessibilite == pytest.approx(14.5 / (50 * PART), rel=1e-6)


def test_proximity_is_the_share_of_the_public_near_a_site(region):
    add_siae(region, "93066", "ACI")
    result = couverture()

    assert {code: ligne.portee for code, ligne in lines(result, Maille.COMMUNE).items()} == {
        "93066": 1.0,
        "93001": 1.0,
        "77288": 0.0,
        "77186": None,
    }
    assert result.total.portee == pytest.approx(150 / 190, rel=1e-6)


def test_ranks_go_from_the_lowest_accessibility_and_leave_out_the_unknown(offre):
    communes = lines(couverture(), Maille.COMMUNE)

    by_rank = sorted((ligne for ligne in communes.values() if ligne.rang), key=lambda ligne: ligne.rang)
    assert [ligne.rang for ligne in by_rank] == [1, 2, 3]
    assert [ligne.accessibilite for ligne in by_rank] == sorted(ligne.accessibilite for ligne in by_rank)
    assert communes["77186"].rang is None


def test_classes_compare_with_the_region(region):
    for _ in range(3):
        add_siae(region, "93066", "ACI", etp="10")
    departements = lines(couverture(), Maille.DEPARTEMENT)

    assert departements["77"].classe == Classe.ZONE_BLANCHE
    assert departements["93"].classe == Classe.BIEN_DOTE
    assert couverture().total.classe is None


def test_a_site_nobody_reaches_is_reported(offre):
    record("brsa", {"93066": 5000, "93001": 2500, "77288": 1000, "77186": 0})
    add_siae(offre, "77186", "ACI", etp="6")
    result = couverture(public="brsa")

    assert (result.sites_hors_portee, result.sites_sans_besoin) == (1, 0)
    assert result.total.etp == 60.0


# --- unknown need --------------------------------------------------------------------------------------------------


def test_supply_is_never_set_against_an_unknown_need(offre):
    """Fontainebleau, whose population is unknown, has a site of 6 ETP: they are in no rate and in no score."""
    add_siae(offre, "77186", "ACI", etp="6")
    result = couverture()

    assert result.total.etp == 60.0
    assert result.total.taux == pytest.approx(1000 * 54 / (190_000 * PART), rel=1e-6)
    assert lines(result, Maille.DEPARTEMENT)["77"].taux == pytest.approx(1000 * 7 / (40_000 * PART), rel=1e-6)
    assert lines(result, Maille.COMMUNE)["77186"].taux is None
    assert (result.sites_sans_besoin, result.sites_hors_portee) == (1, 0)


def test_the_sites_of_a_unit_of_unknown_need_are_shared_with_no_neighbour(offre):
    """Aubervilliers is withheld, 4 km away: Saint-Denis has its own sites only, and the supply is conserved."""
    record("brsa", {"93066": 5000, "93001": None, "77288": 1000, "77186": 500})
    result = couverture(public="brsa", capacite=Capacite.ETP)
    communes = lines(result, Maille.COMMUNE)

    assert communes["93066"].accessibilite == pytest.approx(1000 * 32.5 / 5000)
    assert communes["93001"].accessibilite is None
    assert communes["93001"].classe is None


def test_a_public_known_in_one_departement_gives_no_regional_rate_and_no_class(offre):
    record("brsa", {"93066": 5000, "93001": 2500})
    result = couverture(public="brsa")
    departements = lines(result, Maille.DEPARTEMENT)

    assert (result.total.besoin, result.total.taux, result.total.portee, result.total.accessibilite) == (
        7500.0,
        None,
        None,
        None,
    )
    assert (result.total.unites, result.total.unites_connues) == (4, 2)
    assert result.total.part_connue == pytest.approx(150 / 190)
    assert departements["93"].taux == pytest.approx(1000 * 47 / 7500)
    assert {ligne.classe for lignes in result.mailles.values() for ligne in lignes} == {None}
    assert list_avertissements(result)[:2] == (
        "Communes dont le besoin est connu\u202f: 2 sur 4 (79\u202f% de la population). Là où il est inconnu, ni les"
        " habitants ni les sites (ici 2) ne comptent dans le taux et l’accessibilité\u202f; le total du public est un"
        " minimum.",
        "Moins de 80\u202f% de la population de la région vit là où le besoin est connu\u202f: la région n’a pas de"
        " mesure de référence, et aucun territoire n’est classé.",
    )


def test_a_withheld_figure_leaves_a_departement_known_while_most_of_its_people_are(offre):
    record("brsa", {"93066": 5000, "93001": None, "77288": 1000, "77186": None})
    departements = lines(couverture(public="brsa"), Maille.DEPARTEMENT)

    assert departements["93"].part_connue == pytest.approx(2 / 3)
    assert departements["93"].taux is None
    assert departements["77"].part_connue == 1.0
    assert departements["77"].taux == pytest.approx(7.0)


def test_a_unit_without_population_is_known_by_its_own_need(offre):
    record("brsa", {"93066": 5000, "93001": 2500, "77288": 1000, "77186": 500})
    communes = lines(couverture(public="brsa"), Maille.COMMUNE)

    assert (communes["77186"].part_connue, communes["77186"].taux) == (1.0, 0.0)


# --- series ----------------------------------------------------------------------------------------------------------


def record(public, values, annee=2024, **more):
    lignes = [
        LigneBesoin(code, annee, None if value is None else Decimal(value), **more) for code, value in values.items()
    ]
    return record_besoins(public_code=public, lignes=lignes, source="France Travail", actor=None, on=ON)


def test_an_imported_series_replaces_the_estimate(offre):
    record("population_active_age", {"93066": 60_000, "93001": 30_000}, annee=2022)
    record("population_active_age", {"93066": 61_000, "93001": None}, annee=2023)

    latest, chosen = couverture(), couverture(annee=2022)

    assert (latest.besoins.annee, latest.besoins.estime, latest.besoins.source) == (2023, False, "France Travail")
    assert {code: ligne.besoin for code, ligne in lines(latest, Maille.COMMUNE).items()} == {
        "93066": 61_000.0,
        "93001": None,
        "77288": None,
        "77186": None,
    }
    assert chosen.total.besoin == 90_000.0


def test_a_public_of_the_strategy_can_be_chosen_once_its_series_is_there(offre):
    record("deld_2ans", {"93066": 5000, "93001": 2500, "77288": 1000, "77186": 500})
    result = couverture(public="deld_2ans")

    assert result.total.besoin == 9000.0
    assert result.total.taux == 6.0
    assert result.besoins.public.libelle == "demandeurs d’emploi de très longue durée (deux ans ou plus)"


def test_a_public_without_series_gives_neither_rate_nor_class(offre):
    result = couverture(public="brsa")

    assert {
        (ligne.besoin, ligne.taux, ligne.accessibilite, ligne.classe) for ligne in result.mailles[Maille.COMMUNE]
    } == {(None, None, None, None)}
    assert "Le besoin de ce public n’est pas connu" in list_avertissements(result)[0]


@pytest.mark.parametrize(
    ("choix", "message"),
    [
        ({"public": "martiens"}, "Le public « martiens » n’est pas connu."),
        ({"annee": 1999}, "n’est pas connu pour 1999"),
        ({"types": ("GEIQ",)}, "« GEIQ » n’est pas un type de SIAE."),
        ({"rayon_km": 500}, "comprise entre 0 et 100 km"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(offre, choix, message):
    with pytest.raises(Refused, match=message):
        couverture(**choix)


# --- a new division ------------------------------------------------------------------------------------------------


@pytest.fixture
def renewed(offre):
    """Return a function that records a series in the division of 2026, then loads that of 2027 without Aubervilliers.

    Aubervilliers has joined Saint-Denis; Melun and Fontainebleau are what they were.
    """

    def renew(**series):
        record("brsa", series)
        passed = Territoire.objects.filter(millesime=2026)
        for old in passed.exclude(code="93001"):
            Territoire.objects.create(
                niveau=old.niveau,
                code=old.code,
                nom=old.nom,
                departement=old.departement,
                region=old.region,
                millesime=2027,
                x=old.x,
                y=old.y,
            )
        new = {(each.niveau, each.code): each for each in Territoire.objects.filter(millesime=2027)}
        for link in Appartenance.objects.filter(unite__millesime=2026).exclude(unite__code="93001"):
            Appartenance.objects.create(
                unite=new[link.unite.niveau, link.unite.code],
                ensemble=new[link.ensemble.niveau, link.ensemble.code],
                maille=link.maille,
            )
        PassageCogFactory(ancien_code="93001", code="93066", millesime=2027)
        return couverture(public="brsa")

    return renew


def needs(result):
    return {code: ligne.besoin for code, ligne in lines(result, Maille.COMMUNE).items()}


def test_a_series_of_an_earlier_division_is_carried_to_the_one_in_force(renewed):
    result = renewed(**{"93066": 5000, "93001": 2500, "77288": 1000, "77186": 500})

    assert needs(result) == {"93066": 7500.0, "77288": 1000.0, "77186": 500.0}
    assert list_avertissements(result)[0] == (
        "Le besoin est écrit dans un découpage plus ancien (2026)\u202f: il est porté à celui de 2027 par les tables de"
        " passage de l’Insee, en additionnant les communes réunies."
    )


@pytest.mark.parametrize("others", [{}, {"93001": None}])
def test_a_merged_commune_is_unknown_while_one_of_its_parts_is(renewed, others):
    result = renewed(**{"93066": 5000, "77288": 1000, **others})

    assert needs(result) == {"93066": None, "77288": 1000.0, "77186": None}


def test_the_division_in_force_speaks_before_the_earlier_one(renewed):
    renewed(**{"93066": 5000, "93001": 2500, "77288": 1000, "77186": 500})
    record("brsa", {"93066": 8000, "77288": None})

    assert needs(couverture(public="brsa")) == {"93066": 8000.0, "77288": None, "77186": 500.0}


def test_a_code_that_leads_nowhere_is_told(renewed):
    renewed(**{"93066": 5000, "93001": 2500, "77288": 1000, "77186": 500})
    PassageCog.objects.all().delete()

    assert list_avertissements(couverture(public="brsa"))[0].endswith("la valeur n’est pas comptée\u202f: 93001.")


def test_a_vanished_code_is_refused(renewed):
    renewed(**{"93066": 5000})

    assert record("brsa", {"93001": 2500}).changes == ("refuse",)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_the_result_tells_how_it_was_made(offre):
    result = couverture()

    assert [note.titre for note in list_notes(result)] == [
        "Public",
        "Offre",
        "Taux pour 1\u202f000",
        "Proximité",
        "Accessibilité",
        "Distance",
        "Classe",
        "Ce qui manque",
        "Rang",
    ]
    assert list_sources(result) == (
        "Découpage\u202f: code officiel géographique 2026 (Insee)",
        "Population\u202f: populations légales 2023 (Insee)",
        f"Besoin\u202f: {result.besoins.source}",
        "Offre\u202f: répertoire des SIAE de la plateforme, chiffres de 2025",
    )


def test_a_region_without_siae_is_all_zeros_and_says_so(region):
    result = couverture()

    assert "Aucune SIAE n’est enregistrée" in list_avertissements(result)[0]
    assert Counter(ligne.siae for ligne in result.mailles[Maille.COMMUNE]) == {0: 4}
    assert {ligne.classe for ligne in result.mailles[Maille.COMMUNE]} == {None}


def test_a_region_that_is_not_loaded_is_a_lookup_error(region):
    with pytest.raises(LookupError, match="load_territoires"):
        compute_couverture("84", on=ON)


def test_queries_do_not_grow_with_the_supply(region, django_assert_constant_queries):
    django_assert_constant_queries(
        lambda count: [add_siae(region, "93066", TypeSiae.ACI, etp="1") for _ in range(count)],
        lambda: compute_couverture("11", on=ON),
    )


def test_ten_queries_at_most(offre, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        compute_couverture("11", on=ON)
