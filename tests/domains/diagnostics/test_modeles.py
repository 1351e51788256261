"""The whole engine over a small region whose figures can be checked by hand: models, radii, times, publics, gaps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import exp

import numpy as np
import pytest
import shapely

from maillage.domains.diagnostics.enums import Adaptation, Capacite, Classe, Modele
from maillage.domains.diagnostics.queries.couverture import MAILLES, compute_couverture
from maillage.domains.diagnostics.queries.fiche import compare_portees, get_fiche, list_publics_servis
from maillage.domains.diagnostics.queries.lecture import describe_motif, list_avertissements, list_notes, list_sources
from maillage.domains.diagnostics.queries.mesures import measure
from maillage.domains.diagnostics.queries.ponderation import list_poids
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.rules import Choix, LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.kernel.errors import Refused
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille, Mode
from maillage.references.territoires.services.trajets import LigneTrajet, record_trajets
from tests.domains.diagnostics.conftest import add_siae
from tests.factories.structures import EffectifFactory
from tests.factories.territoires import ContourFactory

ON = date(2026, 11, 23)
EPT = ("ept", "200057867")

pytestmark = pytest.mark.django_db


def couverture(**choix):
    return compute_couverture("11", Choix(**choix), on=ON)


def lines(result, maille=Maille.COMMUNE):
    return {ligne.code: ligne for ligne in result.mailles[maille]}


def record(public, values, annee=2024):
    lignes = [LigneBesoin(code, annee, None if value is None else Decimal(value)) for code, value in values.items()]
    return record_besoins(public_code=public, lignes=lignes, source="France Travail", actor=None, on=ON)


def notes(result):
    return {note.titre: note.texte.replace("\u202f", " ") for note in list_notes(result)}


# --- model and decay ---------------------------------------------------------------------------------------------


def test_without_decay_whoever_is_in_reach_counts_the_same(offre):
    communes = lines(couverture(modele=Modele.DEUX_SFCA))

    assert communes["93066"].accessibilite == communes["93001"].accessibilite
    assert communes["93066"].accessibilite == pytest.approx(1000 * 47 / (150_000 * 0.6568), rel=1e-3)


@pytest.mark.parametrize("modele", [Modele.DEUX_SFCA, Modele.E2SFCA, Modele.TROIS_SFCA])
@pytest.mark.parametrize("decroissance", list(FAMILIES))
def test_the_supply_is_shared_out_whatever_the_model_and_its_decay(offre, modele, decroissance):
    result = couverture(modele=modele, decroissance=decroissance)
    shared = sum(
        ligne.accessibilite * ligne.besoin / 1000 for ligne in lines(result).values() if ligne.besoin is not None
    )

    assert shared == pytest.approx(54, rel=1e-4)  # every ETP of the region


def test_a_supply_far_from_everyone_is_partly_lost_in_m2sfca(region):
    add_siae(region, "93001", "ACI", etp="10")
    record("brsa", {"93066": 1000, "93001": 0, "77288": 0, "77186": 0})
    result = couverture(public="brsa", modele=Modele.M2SFCA)

    assert lines(result)["93066"].accessibilite == pytest.approx(10 * exp(-(4**2) / 50), rel=1e-4)


def test_the_page_names_the_model_its_decay_and_its_radius(offre):
    said = notes(couverture(modele=Modele.TROIS_SFCA, decroissance="exponentielle", rayon_km=12))["Accessibilité"]

    assert said.endswith(
        "Méthode 3SFCA (Wan, Zou et Sternberg 2012). Rayon de 12 km, décroissance exponentielle d’écart-type 4 km."
    )
    assert notes(couverture(modele=Modele.DEUX_SFCA))["Accessibilité"].endswith("Rayon de 15 km, sans décroissance.")


# --- radii that differ -------------------------------------------------------------------------------------------


def square(region, code, side):
    x, y = region.communes[code].x, region.communes[code].y
    outline = shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    ContourFactory(territoire=region.communes[code], region="11", geometrie=shapely.to_wkb(outline))


def test_people_of_a_dense_commune_go_less_far(region):
    """30 km apart: a commune of low density reaches 25 km, a dense one 8: neither reaches the other's site."""
    add_siae(region, "93001", "ACI", etp="10")
    square(region, "93066", 2000)  # 100 000 people over 4 km²
    square(region, "93001", 20_000)  # 50 000 over 400 km²: 125 by km²
    dense = couverture(adaptation=Adaptation.DENSITE, rayon_km=7)  # less than half of 15: 3.7 km for the dense one

    assert lines(dense)["93066"].accessibilite == 0
    assert lines(dense)["93001"].accessibilite > 0
    assert lines(couverture(adaptation=Adaptation.DENSITE))["93066"].accessibilite > 0
    said = notes(dense)["Distance"]
    assert "selon la densité de la commune" in said
    assert "des habitants d’une commune dense 3,7 km" in said


def test_a_kind_of_siae_reaches_as_far_as_its_own_radius(region):
    add_siae(region, "93001", "ACI", etp="10")
    add_siae(region, "93001", "ETTI", etp="10")
    near = lines(couverture(adaptation=Adaptation.TYPE, rayon_km=3.5))  # 2.3 km for an ACI, 4.7 for an ETTI
    only = lines(couverture(adaptation=Adaptation.TYPE, rayon_km=3.5, types=("ACI",)))

    assert near["93066"].accessibilite > 0
    assert only["93066"].accessibilite == 0


def test_a_public_goes_as_far_as_its_own_radius(region):
    add_siae(region, "93001", "ACI", etp="10")
    record("brsa", {"93066": 1000, "93001": 1000, "77288": 0, "77186": 0})
    narrow = {"public": "brsa", "rayon_km": 5.5}

    assert lines(couverture(**narrow))["93066"].accessibilite > 0
    adapted = couverture(**narrow, adaptation=Adaptation.PUBLIC)  # 10 km over 15: 3.7 km
    assert lines(adapted)["93066"].accessibilite == 0
    assert set(adapted.rayons) == {"rayon_brsa"}


# --- travel times ------------------------------------------------------------------------------------------------


def times(*rows, mode=Mode.TRANSPORTS, annee=2026):
    lignes = [LigneTrajet(origin, end, minutes, mode, annee) for origin, end, minutes in rows]
    return record_trajets(lignes=lignes, source="calculateur d’essai", actor=None, on=ON)


def test_travel_times_stand_in_for_the_straight_distance(offre):
    """Melun is 40 km away and 30 minutes; Aubervilliers, 4 km away, is unknown to the matrix."""
    times(("93066", "93066", 5), ("93066", "77288", 30), ("77288", "93066", 90))
    result = couverture(mode="transports", minutes=45, modele=Modele.DEUX_SFCA)
    communes = lines(result)

    people = {"93066": 65_680, "77288": 26_272}
    own = 32.5 / people["93066"]  # nobody else reaches Saint-Denis in 45 minutes
    melun = 7 / (people["93066"] + people["77288"])  # reached from both, 10 minutes within by the parameter
    assert communes["93066"].accessibilite == pytest.approx(1000 * (own + melun), rel=1e-4)
    assert communes["77288"].accessibilite == pytest.approx(1000 * melun, rel=1e-4)
    assert communes["93001"].accessibilite is None
    assert (result.rayon, result.unite) == (45, "min")


def test_the_page_says_which_distance_is_used_and_what_the_matrix_knows(offre):
    times(("93066", "93066", 5), ("93066", "77288", 30))
    result = couverture(mode="transports")

    assert notes(result)["Distance"].startswith(
        "Temps de trajet en transports en commun, matrice 2026. Elle connaît 2 communes sur 4 (50 %) et 5 sites sur 7"
    )
    warned = [text.replace("\u202f", " ") for text in list_avertissements(result)]
    assert "La matrice des temps de trajet ne connaît pas 2 communes ni 2 sites" in " ".join(warned)
    assert "Temps de trajet en transports en commun : matrice 2026 (calculateur d’essai)" in [
        text.replace("\u202f", " ") for text in list_sources(result)
    ]


def test_a_mode_without_matrix_is_refused(offre):
    with pytest.raises(Refused, match="Aucun temps de trajet « voiture »"):
        couverture(mode="voiture")


# --- publics weighted together -----------------------------------------------------------------------------------


def test_the_apl_counts_each_person_for_the_weight_of_their_public(offre):
    record("deld_2ans", {"93066": 1000, "93001": 500, "77288": 200, "77186": 100})
    record("brsa", {"93066": 100, "93001": 100, "77288": 100, "77186": 0})
    result = couverture(public="apl_iae")

    assert {groupe.code: groupe.poids for groupe in result.releve.groupes} == {"deld_2ans": 1.88, "brsa": 2.58}
    assert lines(result)["93066"].besoin == pytest.approx(1000 * 1.88 + 100 * 2.58)
    assert result.total.besoin == pytest.approx(1800 * 1.88 + 300 * 2.58)
    assert "Sans série connue, laissés de côté" in result.besoins.source
    assert set(list_poids(ON)) <= set(list_publics())


def test_each_public_of_the_apl_has_its_own_score_side_by_side(offre):
    record("deld_2ans", {"93066": 1000, "93001": 0, "77288": 0, "77186": 0})
    record("brsa", {"93066": 0, "93001": 100, "77288": 0, "77186": 0})
    result = couverture(public="apl_iae")
    served = {each.libelle: each for each in list_publics_servis(get_fiche(result, *EPT))}
    communes = lines(result)

    assert [each.poids for each in served.values()] == [1.88, 2.58]
    expected = [communes[code].accessibilite for code in ("93066", "93001")]
    assert [each.ici for each in served.values()] == pytest.approx(expected, abs=1e-4)
    assert list_publics_servis(get_fiche(couverture(public="brsa"), *EPT)) == []


def test_a_public_known_in_one_departement_is_left_out_of_the_apl(offre):
    record("deld_2ans", {"93066": 1000, "93001": 500, "77288": 200, "77186": 100})
    record("brsa", {"77288": 200, "77186": 100})
    result = couverture(public="apl_iae")

    assert [groupe.code for groupe in result.releve.groupes] == ["deld_2ans"]
    assert "bénéficiaires du RSA" in result.besoins.source


def test_without_any_priority_public_the_apl_is_refused(offre):
    with pytest.raises(Refused, match="Aucun des publics prioritaires"):
        couverture(public="apl_iae")


# --- three numbers, gap, class -----------------------------------------------------------------------------------


def test_proximity_is_told_by_kind(offre):
    ligne = lines(couverture())["77288"]

    assert ligne.portee_par_type == {"ACI": 1.0, "EI": 0.0, "AI": 0.0, "ETTI": 0.0, "EITI": 0.0}
    fiche = get_fiche(couverture(), *EPT)
    assert {each.libelle: each.valeurs[0] for each in compare_portees(fiche)} == {
        TypeSiae(kind).label: value for kind, value in zip(TypeSiae.values, (100, 100, 100, 100, 0), strict=True)
    }


def test_the_rate_is_told_in_etp_and_in_posts_whatever_is_counted(region):
    siae = add_siae(region, "93066", "ACI")
    EffectifFactory(siae=siae, departement=region.ensembles["93"], etp_realises=Decimal(10), postes=20, salaries=None)
    ligne = lines(couverture(capacite=Capacite.STRUCTURES))["93066"]

    assert (ligne.taux_etp, ligne.taux_postes) == (
        pytest.approx(1000 * 10 / 65_680, rel=1e-4),
        pytest.approx(1000 * 20 / 65_680, rel=1e-4),
    )


def test_ranks_by_the_rate_and_by_accessibility_stand_side_by_side(region):
    """Aubervilliers hosts nothing and Saint-Denis, next to it, serves it: the rate ranks it last with Melun."""
    add_siae(region, "93066", "ACI", etp="10")
    ranks = {code: (ligne.rang_taux, ligne.rang, ligne.ecart_rang) for code, ligne in lines(couverture()).items()}

    assert ranks == {"93066": (3, 3, 0), "93001": (1, 2, 1), "77288": (1, 1, 0), "77186": (None, None, None)}


def test_what_lacks_is_counted_from_the_region_or_from_a_target_and_adds_up(offre):
    own, aimed = couverture(), couverture(cible=1)
    people = {"93066": 65_680, "93001": 32_840, "77288": 26_272}
    for result, target in ((own, own.total.accessibilite), (aimed, 1.0)):
        communes = lines(result)
        for code, need in people.items():
            lacking = max(0.0, target - communes[code].accessibilite) * need / 1000
            assert communes[code].manque == pytest.approx(lacking, abs=0.01)
        assert communes["77186"].manque is None
        for maille in MAILLES:
            total = sum(ligne.manque or 0 for ligne in result.mailles[maille])
            assert total == pytest.approx(result.total.manque)
    assert aimed.total.manque > own.total.manque > 0


def test_a_land_without_any_supply_in_reach_is_blank_and_says_so(region):
    add_siae(region, "93066", "ACI", etp="10")
    result = couverture()
    melun = lines(result, Maille.DEPARTEMENT)["77"]

    assert (melun.classe, melun.part_blanche) == (Classe.ZONE_BLANCHE, 1.0)
    assert describe_motif(result, melun) == "aucune offre à la portée de ses habitants"
    assert describe_motif(result, result.total) == ""


def test_the_reason_of_a_class_is_told_with_its_figures(offre):
    result = couverture()
    said = {code: describe_motif(result, ligne).replace("\u202f", " ") for code, ligne in lines(result).items()}

    assert said == {
        "93066": "aucune mesure basse",
        "93001": "aucune mesure basse",
        "77288": "taux 62 %, accessibilité 62 % de la région",
        "77186": "moins de deux mesures connues",
    }


def test_thresholds_move_with_the_reader_and_the_page_says_so(offre):
    moved = couverture(seuil_bas=0.5)

    assert lines(couverture())["77288"].classe == Classe.SOUS_DOTE
    assert lines(moved)["77288"].classe == Classe.EQUILIBRE
    assert (
        list_avertissements(moved)[0]
        .replace("\u202f", " ")
        .startswith(
            "Les seuils des classes ont été déplacés : 50 % et 125 % de la valeur régionale, au lieu de 75 % et 125 %"
        )
    )
    with pytest.raises(Refused, match="Le seuil bas dépasse le seuil haut"):
        couverture(seuil_bas=2)


# --- years, sums -------------------------------------------------------------------------------------------------


def test_the_supply_of_a_year_is_that_of_its_siae(offre):
    for annee, etp in ((2024, 4), (2025, 6)):
        add_siae(offre, "77288", "EI", etp=str(etp), annee=annee)
    result = couverture(annee_offre=2024, capacite=Capacite.ETP)

    assert result.offre.annee == 2024
    assert lines(result)["77288"].etp == 4


@pytest.mark.parametrize(
    "choix",
    [
        {},
        {"modele": Modele.TROIS_SFCA},
        {"adaptation": Adaptation.TYPE},
        {"public": "apl_iae", "adaptation": Adaptation.PUBLIC},
    ],
)
def test_every_additive_figure_of_the_communes_sums_to_the_region(offre, choix):
    record("brsa", {"93066": 1000, "93001": 500, "77288": 200, "77186": 100})
    record("deld_2ans", {"93066": 1000, "93001": 500, "77288": 200, "77186": 100})
    result = couverture(**choix)

    for figure in ("population", "besoin", "siae", "sites", "salaries", "etp", "manque"):
        for maille in MAILLES:
            values = [getattr(ligne, figure) for ligne in result.mailles[maille]]
            known = [value for value in values if value is not None]
            assert sum(known) == pytest.approx(getattr(result.total, figure) or 0, abs=1e-6), (figure, maille)


def test_the_same_settings_measure_another_supply(offre):
    """What an application would add is measured on the settings of the coverage."""
    result = couverture()
    capacity = result.releve.capacite.copy()
    capacity[0] += 20
    releve = measure(result.geographie, result.offre, result.releve.groupes, capacity, result.releve.reglages)

    gained = np.nansum((releve.scores[0] - result.releve.scores[0]) * result.releve.besoin)
    assert gained == pytest.approx(20)
