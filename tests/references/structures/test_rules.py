"""What a SIAE may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from maillage.foundations.kernel.errors import Refused
from maillage.references.structures import rules
from maillage.references.structures.rules import FicheImplantation, FicheSiae

FICHE = FicheSiae(siret="00000001800010", type_siae="ACI", nom="Atelier du Tilleul", commune_code="93066")


def refusal(check: Callable[..., Any], *args: Any, **kwargs: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as refused:
        check(*args, **kwargs)
    return [(reason.code, reason.field) for reason in refused.value.refusals]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ACI", "ACI"), (" ei ", "EI"), ("Association intermédiaire", "AI"), ("etti", "ETTI"), ("EITI", "EITI"),
     ("Atelier et chantier d'insertion", "ACI")],
)  # fmt: skip
def test_a_kind_is_read_from_its_acronym_or_its_name(text: str, expected: str) -> None:
    assert rules.check_type(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "article"),
    [
        ("GEIQ", "pas_une_siae", "L. 1253-1"),
        ("EA", "pas_une_siae", "L. 5213-13 "),
        ("eatt", "pas_une_siae", "L. 5213-13-3"),
        ("ESAT", "pas_une_siae", "L. 344-2"),
        ("XYZ", "type_inconnu", "ACI, EI, AI, ETTI, EITI"),
        ("", "type_inconnu", "ACI, EI, AI, ETTI, EITI"),
    ],
)
def test_what_is_not_a_siae_is_refused_with_the_article(text: str, code: str, article: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.check_type(text)
    assert refused.value.refusals[0].code == code
    assert article in refused.value.refusals[0].message


@pytest.mark.parametrize(("text", "expected"), [("93200", "93200"), ("93 200", "93200"), ("1000", "01000"), ("", "")])
def test_a_postal_code_gets_its_zero_back(text: str, expected: str) -> None:
    assert rules.check_code_postal(text) == expected


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(None, None), (2.35, 48.85), (-61.5, 16.2), (55.5, -21.1), (45.2, -12.8)],
    ids=["unknown", "Paris", "Guadeloupe", "La Réunion", "Mayotte"],
)
def test_a_french_point_is_accepted(longitude: float | None, latitude: float | None) -> None:
    rules.check_coordinates(longitude, latitude)


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (48.85, 2.35, "coordonnees_interverties"),
        (16.2, -61.5, "coordonnees_interverties"),
        (-21.1, 55.5, "coordonnees_interverties"),
        (0.0, 0.0, "hors_de_france"),
        (-73.9, 40.7, "hors_de_france"),
        (float("nan"), 48.85, "hors_de_france"),
        (2.35, None, "coordonnees_incompletes"),
        (None, 48.85, "coordonnees_incompletes"),
    ],
)
def test_a_wrong_point_is_refused(longitude: float | None, latitude: float | None, code: str) -> None:
    assert refusal(rules.check_coordinates, longitude, latitude) == [(code, "longitude")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"nom": " \t"}, [("nom_manquant", "nom")]),
        ({"commune_code": ""}, [("commune_code_manquant", "commune_code")]),
        ({"nom": "x" * 201}, [("texte_trop_long", "nom")]),
        ({"salaries": 3}, [("annee_manquante", "annee")]),
        ({"annee": 2027, "salaries": 3}, [("annee_invalide", "annee")]),
        ({"annee": 2025, "salaries": -1}, [("effectif_invalide", "salaries")]),
        ({"annee": 2025, "etp_realises": Decimal("NaN")}, [("effectif_invalide", "etp_realises")]),
        ({"annee": 2025, "postes": 10**9}, [("effectif_invalide", "postes")]),
        ({"secteurs": (("a", Decimal(60)), ("b", Decimal(50)))}, [("parts_invalides", "secteurs")]),
        ({"secteurs": (("a", Decimal(-1)),)}, [("parts_invalides", "secteurs")]),
        ({"secteurs": (("a", Decimal(60)), ("a", Decimal(30)))}, [("secteur_repete", "secteurs")]),
        ({"secteurs": (("a", None), ("a", None))}, [("secteur_repete", "secteurs")]),
        ({"secondaires": (FicheImplantation("93048", longitude=48.8, latitude=2.3),)},
         [("coordonnees_interverties", "longitude")]),
        ({"siret": "1", "type_siae": "GEIQ", "naf": "?"},
         [("siret_format", "siret"), ("pas_une_siae", "type_siae"), ("naf_format", "naf")]),
    ],
)  # fmt: skip
def test_a_fiche_is_refused_with_all_its_reasons(
    changes: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    assert refusal(rules.check_fiche, replace(FICHE, **changes), annee_max=2026) == expected


def test_an_accepted_fiche_is_normalised() -> None:
    fiche = replace(
        FICHE, siret="000 000 018 00010", nom="  Atelier\n du\x00 Tilleul ", etp_realises=Decimal("1.235"), annee=2026
    )

    assert rules.check_fiche(fiche, annee_max=2026) == replace(
        FICHE, nom="Atelier du Tilleul", etp_realises=Decimal("1.24"), annee=2026
    )
