"""The rules of a convention, one by one; what is signed; who signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from maillage.domains.entreprises.enums.immersion import Document, RoleSignataire
from maillage.domains.entreprises.queries.immersions import business_days_before, get_limites
from maillage.domains.entreprises.rules.immersions import (
    CONVENTION,
    FicheImmersion,
    Passee,
    Situation,
    count_presence,
    hash_document,
    refusals,
    signataires,
    verify,
)
from maillage.foundations.kernel.errors import Refused

FICHE = FicheImmersion(
    objectif="confirmer",
    debut=date(2026, 3, 2),
    fin=date(2026, 3, 16),
    jours_semaine=(1, 2, 3, 4, 5),
    heures_semaine=Decimal(35),
    horaires="8 h – 15 h",
    activites="Entretien des locaux",
    adresse="1 rue de l’Essai",
    accueil_nom="Responsable Fictive",
    tuteur_nom="Tuteur Fictif",
    tuteur_fonction="chef d’équipe",
    tuteur_email="tuteur@maillage.example",
)
SITUATION = Situation(
    naissance=date(1990, 1, 1),
    prescripteur="Chantier",
    prescripteur_types=("ACI",),
    emails=("personne@maillage.example",),
    contrat=(date(2026, 1, 1), date(2026, 7, 1)),
    cddi=True,
)


def passee(
    debut: date, jours: int = 10, *, objectif: str = "decouvrir", ici: bool = True, renouvelle: bool = False
) -> Passee:
    return Passee(debut, date.fromordinal(debut.toordinal() + 14), jours, objectif, ici, renouvelle)


def broken(
    fiche: dict[str, Any] | None = None, situation: dict[str, Any] | None = None
) -> list[tuple[str, str | None]]:
    asked, known = replace(FICHE, **(fiche or {})), replace(SITUATION, **(situation or {}))
    return [(each.code, each.field) for each in refusals(verify(asked, known, get_limites(asked.debut)))]


def test_a_convention_that_keeps_every_rule() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("fiche", "situation", "codes"),
    [
        ({"fin": date(2026, 4, 2)}, {}, []),  # a month, date to date
        ({"fin": date(2026, 4, 3)}, {}, [("duree", "fin")]),
        ({"debut": date(2026, 1, 31), "fin": date(2026, 3, 1)}, {}, [("duree", "fin")]),
        ({"fin": date(2026, 3, 2)}, {}, [("duree", "fin"), ("cumul", "fin")]),
        ({"heures_semaine": Decimal(49)}, {}, [("heures", "heures_semaine")]),
        ({"jours_semaine": (1, 2, 3, 4, 5, 6)}, {}, []),
        ({"jours_semaine": (1, 2, 3, 4, 5, 6, 7)}, {}, [("repos", "jours_semaine")]),
        ({"tuteur_email": "PERSONNE@maillage.example"}, {}, [("tuteur", "tuteur_email")]),
        ({"accueil_email": "personne@maillage.example"}, {}, [("tuteur", "tuteur_email")]),
        ({}, {"contrat": None, "cddi": False}, []),
        ({}, {"contrat": (date(2026, 1, 1), date(2026, 3, 15))}, [("hors_contrat", "debut")]),
        ({}, {"contrat": (date(2026, 3, 3), date(2026, 9, 3))}, [("hors_contrat", "debut")]),
        # 181 days of contract, a quarter is 45 days.
        ({}, {"jours_du_contrat": 31}, []),
        ({}, {"jours_du_contrat": 32}, [("part_contrat", "fin")]),
        ({}, {"jours_du_contrat": 32, "cddi": False}, []),
        ({}, {"prescripteur_types": ("ETTI",)}, [("prescripteur", "prescripteur")]),
        ({}, {"prescripteur_types": ("EITI",)}, [("prescripteur", "prescripteur")]),
        ({}, {"prescripteur_types": ("ETTI", "AI")}, []),
        ({}, {"prescripteur_types": ()}, []),
        ({}, {"naissance": date(2010, 3, 3)}, [("age", "debut"), ("representant", "representant_nom")]),
        ({"representant_nom": "Mère"}, {"naissance": date(2010, 3, 2)}, []),
        (
            {"representant_nom": "Mère", "heures_semaine": Decimal(36)},
            {"naissance": date(2009, 1, 1)},
            [("heures", "heures_semaine")],
        ),
        ({}, {"naissance": None}, []),
    ],
)
def test_each_rule(fiche: dict[str, Any], situation: dict[str, Any], codes: list[Any]) -> None:
    assert broken(fiche, situation) == codes


@pytest.mark.parametrize(
    ("passees", "codes"),
    [
        ([passee(date(2025, 6, 2))], []),
        ([passee(date(2025, 6, 2), objectif="confirmer")], [("objectif_repete", "objectif")]),
        ([passee(date(2025, 2, 2), objectif="confirmer")], []),  # over for more than twelve months
        ([passee(date(2025, 6, 2)), passee(date(2025, 9, 1), objectif="recruter")], [("periodes", "siret")]),
        ([passee(date(2025, 6, 2)), passee(date(2025, 9, 1), objectif="recruter", ici=False)], []),
        ([passee(date(2025, 6, 2)), passee(date(2025, 9, 1), renouvelle=True)], []),
        ([passee(date(2025, 6, 2), 50)], []),
        ([passee(date(2025, 6, 2), 51)], [("cumul", "fin")]),
        ([passee(date(2026, 9, 7), 51)], [("cumul", "fin")]),  # planned later: the order of entry does not matter
        ([passee(date(2025, 6, 2), 51, ici=False)], []),
    ],
)
def test_immersions_with_one_host_add_up(passees: list[Passee], codes: list[Any]) -> None:
    assert broken(None, {"passees": passees}) == codes


@pytest.mark.parametrize(
    ("fiche", "renouvelee", "codes"),
    [
        ({"justification": "Objectif non atteint"}, {}, []),
        ({}, {}, [("renouvellement", "justification")]),
        ({"justification": "x"}, {"renouvelle": True}, [("renouvellement", None)]),
        ({"justification": "x", "objectif": "decouvrir"}, {}, [("renouvellement", "objectif")]),
        (
            {"justification": "x", "debut": date(2026, 2, 15), "fin": date(2026, 3, 1)},
            {},
            [("renouvellement", "debut")],
        ),
    ],
)
def test_a_renewal_is_justified_and_comes_once(fiche: Any, renouvelee: Any, codes: list[Any]) -> None:
    former = replace(passee(date(2026, 2, 2), objectif="confirmer"), **renouvelee)
    assert broken(fiche, {"renouvelee": former, "passees": [former]}) == codes


def test_a_rule_says_what_remains() -> None:
    told = {
        each.regle: each.texte
        for each in verify(FICHE, replace(SITUATION, passees=[passee(date(2025, 6, 2), 42)]), get_limites(FICHE.debut))
    }
    left, counts = told["Soixante jours de présence au plus en douze mois"].split("\u202f; ")
    assert left == "Il reste 18 jours chez cet accueil (60 en 12 mois, 42 déjà faits ou prévus)"
    assert counts == "cette immersion en compte 10."


@pytest.mark.parametrize(
    ("days", "count"), [((1, 2, 3, 4, 5), 10), ((1,), 2), ((6, 7), 4), ((), 0), (tuple(range(1, 8)), 14)]
)
def test_days_of_presence(days: tuple[int, ...], count: int) -> None:
    assert count_presence(date(2026, 3, 2), date(2026, 3, 16), days) == count


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 4), 2, date(2026, 3, 2)),
        (date(2026, 3, 2), 2, date(2026, 2, 26)),
        (date(2026, 3, 3), 0, date(2026, 3, 3)),
    ],
)
def test_business_days(day: date, count: int, expected: date) -> None:
    assert business_days_before(day, count) == expected


def test_who_signs() -> None:
    assert signataires(minor=True, employed=True) == tuple(RoleSignataire)
    assert signataires(minor=False, employed=False) == (RoleSignataire.BENEFICIAIRE, RoleSignataire.ACCUEIL)


def test_one_letter_changes_the_print() -> None:
    prints = {hash_document(document, {"texte": text}) for document in Document for text in ("a", "b")}
    assert len(prints) == 4
    assert hash_document(Document.BILAN, {"a": 1, "b": 2}) == hash_document(Document.BILAN, {"b": 2, "a": 1})


@pytest.mark.parametrize("state", ["refusee", "annulee", "perimee"])
def test_a_closed_convention_moves_no_more(state: str) -> None:
    assert CONVENTION.available(state) == ()
    with pytest.raises(Refused):
        CONVENTION.target("modifier", state)
