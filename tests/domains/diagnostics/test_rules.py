"""The rules of the diagnostic, case by case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.domains.diagnostics.enums import Capacite, Classe, Critere, Densite
from maillage.domains.diagnostics.rules import (
    Choix,
    LigneBesoin,
    Mesure,
    Seuils,
    check_besoin,
    check_choix,
    check_ordre,
    classify,
    density_of,
    judge,
    pick_capacite,
)

SEUILS = Seuils(bas=0.75, haut=1.25)


def mesures(taux, portee, accessibilite, variantes=()):
    """Measures whose reference is 1: values read as shares of the region's."""
    return (
        Mesure(Critere.TAUX, taux, 1.0),
        Mesure(Critere.PORTEE, portee, 1.0),
        Mesure(Critere.ACCESSIBILITE, accessibilite, 1.0, tuple((value, 1.0) for value in variantes)),
    )


@pytest.mark.parametrize(
    ("taux", "portee", "accessibilite", "variantes", "expected"),
    [
        (1.0, 1.0, 1.0, (), Classe.EQUILIBRE),
        (0.75, 0.75, 0.75, (), Classe.EQUILIBRE),  # the threshold itself is not low
        (0.74, 1.0, 1.0, (), Classe.EQUILIBRE),  # one low measure is said, not judged
        (0.74, 0.74, 1.0, (), Classe.SOUS_DOTE),
        (0.0, 1.0, 0.5, (), Classe.SOUS_DOTE),
        (0.0, 0.0, 0.0, (), Classe.ZONE_BLANCHE),
        (2.0, 2.0, 0.0, (), Classe.ZONE_BLANCHE),  # nobody reaches anything: nothing else matters
        (0.0, 0.0, None, (), Classe.SOUS_DOTE),  # an unknown access is not an absent one
        (0.5, 1.0, 0.5, (0.6, 0.7), Classe.SOUS_DOTE),  # low whatever the setting
        (0.5, 1.0, 0.5, (0.6, 0.8), Classe.EQUILIBRE),  # one setting lifts it: to be watched
        (0.5, 0.5, 0.5, (2.0, 2.0), Classe.SOUS_DOTE),  # two others are enough
        (1.25, 1.0, 1.25, (), Classe.BIEN_DOTE),
        (1.25, 0.7, 1.25, (), Classe.EQUILIBRE),
        (3.0, 1.0, 1.2, (), Classe.EQUILIBRE),
        (None, 1.0, 1.0, (), Classe.EQUILIBRE),
        (None, 0.5, 0.5, (), Classe.SOUS_DOTE),
        (None, 2.0, 2.0, (), Classe.EQUILIBRE),  # nothing is well served without a rate
        (None, None, 0.1, (), None),
        (None, None, None, (), None),
    ],
)
def test_classify(taux, portee, accessibilite, variantes, expected):
    assert classify(mesures(taux, portee, accessibilite, variantes), SEUILS) == expected


@pytest.mark.parametrize(
    ("taux", "portee", "accessibilite", "variantes", "judged", "fragile"),
    [
        (1.0, 1.0, 1.0, (), [], False),
        (0.5, 1.0, 1.0, (), [Critere.TAUX], True),
        (0.5, 1.0, 0.5, (0.6, 0.8), [Critere.TAUX, Critere.ACCESSIBILITE], True),
        (0.5, 0.5, 0.5, (0.6, 0.8), [Critere.TAUX, Critere.PORTEE], False),  # those that no setting lifts
        (0.5, 1.0, 0.0, (), [Critere.ACCESSIBILITE], False),
        (1.3, 1.0, 1.3, (), [Critere.TAUX, Critere.ACCESSIBILITE], False),
    ],
)
def test_a_verdict_tells_what_it_was_judged_on(taux, portee, accessibilite, variantes, judged, fragile):
    verdict = judge(mesures(taux, portee, accessibilite, variantes), SEUILS)

    assert ([mesure.critere for mesure in verdict.mesures], verdict.fragile) == (judged, fragile)


@pytest.mark.parametrize(
    ("density", "expected"),
    [
        (1500.0, Densite.DENSE),
        (1499.9, Densite.INTERMEDIAIRE),
        (300.0, Densite.INTERMEDIAIRE),
        (299.9, Densite.PEU_DENSE),
        (float("nan"), None),
        (None, None),
    ],
)
def test_density_of(density, expected):
    assert density_of(density, 1500, 300) == expected


@pytest.mark.parametrize(("bas", "haut", "codes"), [(0.7, 1.2, []), (1, 1, []), (1.3, 1.2, ["seuils_croises"])])
def test_check_ordre(bas, haut, codes):
    assert [refusal.code for refusal in check_ordre(Seuils(bas, haut))] == codes


def test_a_variant_that_is_unknown_confirms_nothing():
    assert not Mesure(Critere.ACCESSIBILITE, 0.1, 1.0, ((None, 1.0),)).is_low_throughout(0.75)


def test_a_region_without_any_supply_gives_no_verdict():
    nothing = tuple(Mesure(critere, 0.0, 0.0) for critere in Critere)

    assert classify(nothing, SEUILS) is None


@pytest.mark.parametrize(
    ("asked", "sites", "etp", "postes", "expected"),
    [
        (None, 10, 10, 0, Capacite.ETP),
        (None, 10, 8, 10, Capacite.ETP),  # the threshold is enough
        (None, 10, 7, 10, Capacite.POSTES),
        (None, 10, 0, 0, Capacite.STRUCTURES),
        (None, 0, 0, 0, Capacite.STRUCTURES),
        (Capacite.ETP, 10, 0, 0, Capacite.ETP),  # what was asked is never replaced
        (Capacite.STRUCTURES, 10, 10, 10, Capacite.STRUCTURES),
    ],
)
def test_pick_capacite(asked, sites, etp, postes, expected):
    assert pick_capacite(asked, sites, {Capacite.ETP: etp, Capacite.POSTES: postes}, 0.8) == expected


@pytest.mark.parametrize(
    ("choix", "codes"),
    [
        (Choix(public="brsa"), []),
        (Choix(public="brsa", annee=2024, types=("ACI",), rayon_km=100), []),
        (Choix(public="martiens"), ["public_inconnu"]),
        (Choix(public="brsa", annee=1999), ["annee_inconnue"]),
        (Choix(public="brsa", types=("ACI", "GEIQ")), ["type_inconnu"]),
        (Choix(public="brsa", rayon_km=0, sigma_km=101), ["distance_invalide", "distance_invalide"]),
        (Choix(public="brsa", rayon_km=float("nan")), ["distance_invalide"]),
        (Choix(public="brsa", decroissance="brutale", mode="voiture"), ["decroissance_inconnue", "mode_inconnu"]),
        (Choix(public="brsa", minutes=181, sigma_minutes=0), ["distance_invalide", "distance_invalide"]),
        (Choix(public="brsa", seuil_bas=0, seuil_haut=11), ["seuil_invalide", "seuil_invalide"]),
        (Choix(public="brsa", cible=-1), ["cible_invalide"]),
        (Choix(public="brsa", cible=float("inf")), ["cible_invalide"]),
    ],
)
def test_check_choix(choix, codes):
    refusals = check_choix(choix, publics=("brsa",), annees=(2024,), types=("ACI", "EI"))

    assert [refusal.code for refusal in refusals] == codes


@pytest.mark.parametrize(
    ("ligne", "codes"),
    [
        (LigneBesoin("93066", 2024, Decimal("12")), []),
        (LigneBesoin("93066", 2024, None), []),
        (LigneBesoin("99999", 2024, Decimal("12")), ["territoire_inconnu"]),
        (LigneBesoin("93", 2024, Decimal("12"), niveau="departement"), []),
        (LigneBesoin("93066", 2024, Decimal("12"), niveau="departement"), ["territoire_inconnu"]),
        (LigneBesoin("93066", 2024, Decimal("-1")), ["valeur_invalide"]),
        (LigneBesoin("93066", 2024, Decimal("NaN")), ["valeur_invalide"]),
        (LigneBesoin("93066", 20, Decimal("1")), ["annee_invalide"]),
    ],
)
def test_check_besoin(ligne, codes):
    assert [
        refusal.code for refusal in check_besoin(ligne, territoires={("commune", "93066"), ("departement", "93")})
    ] == codes
