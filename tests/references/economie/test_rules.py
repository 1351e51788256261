"""Codes, sectors, texts of a sheet, the life of a project."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from django.conf import settings

from maillage.foundations.kernel.errors import Refused
from maillage.references.economie import rules
from maillage.references.economie.enums import NiveauFap, Nomenclature
from maillage.references.economie.rules import FicheLieu, FichePhase, FicheProjet

STRUCTURES = settings.BASE_DIR / "maillage" / "references" / "structures" / "facts" / "secteurs.toml"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("T4X60", ("proprete",)),
        ("T4X62", ("collecte-tri-recyclage",)),  # the longest beginning wins
        ("B1X31", ("btp",)),
        ("G0B41", ("reparation",)),
        ("E4X32", ("industrie", "collecte-tri-recyclage")),
        ("L5X90", ()),
        ("", ()),
    ],
)
def test_a_trade_leads_to_the_sectors_of_its_longest_beginning(code: str, expected: tuple[str, ...]) -> None:
    assert rules.find_secteurs(code) == expected


def test_every_sector_of_the_correspondence_is_one_of_the_siae() -> None:
    known = {groupe["code"] for groupe in tomllib.loads(STRUCTURES.read_text())["groupe"]}
    named = {code for codes in rules.get_secteurs().values() for code in codes}
    assert named - known == set()


@pytest.mark.parametrize(
    ("code", "nomenclature", "expected"),
    [
        ("T4X60", "fap2021", (Nomenclature.FAP_2009, "T4Z60")),
        ("T4Z60", "fap2009", (Nomenclature.FAP_2021, "T4X60")),
        ("T4X", "fap2021", (Nomenclature.FAP_2009, "T4Z")),
        ("G0B41", "fap2021", (Nomenclature.FAP_2009, "G0B41")),
    ],
)
def test_the_code_in_the_other_nomenclature(code: str, nomenclature: str, expected: tuple[str, str]) -> None:
    assert rules.find_equivalent(code, nomenclature) == expected


@pytest.mark.parametrize(
    ("code", "nomenclature", "niveau", "domaine"),
    [
        ("T4X60", Nomenclature.FAP_2021, NiveauFap.METIER, "Services aux particuliers et aux collectivités"),
        ("A0Z", Nomenclature.FAP_2009, NiveauFap.FAMILLE, "Agriculture, marine, pêche"),
        ("G0A43", None, NiveauFap.METIER, "Maintenance"),
    ],
)
def test_what_a_code_says_by_itself(code: str, nomenclature: str | None, niveau: str, domaine: str) -> None:
    assert (rules.guess_nomenclature(code), rules.get_niveau(code), rules.get_domaine(code)) == (
        nomenclature,
        niveau,
        domaine,
    )


@pytest.mark.parametrize(
    ("check", "text", "code"),
    [
        (rules.check_fap, "T4X6", "fap_illisible"),
        (rules.check_rome, "Z9999", "rome_illisible"),
        (rules.check_periode, "2025-13", "periode_illisible"),
        (rules.read_phases, "Gros œuvre ; 01/01/2026", "phase_illisible"),
        (rules.read_phases, "Gros œuvre ; 32/01/2026 ; 01/02/2026", "date_illisible"),
        (rules.read_metiers, "T4X60 : beaucoup", "postes_illisibles"),
        (rules.read_metiers, "ménage", "fap_illisible"),
        (rules.read_lieux, "93066 ; gare ; 2.3", "lieu_illisible"),
        (rules.read_lieux, "93066 ; gare ; ouest ; nord", "lieu_illisible"),
    ],
)
def test_an_unreadable_text_is_refused(check: object, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check(text)  # type: ignore[operator]
    assert [reason.code for reason in refused.value.refusals] == [code]


@pytest.mark.parametrize(
    ("check", "text", "expected"),
    [
        (rules.check_fap, " t4x60 ", "T4X60"),
        (rules.check_rome, "k2204", "K2204"),
        (rules.check_periode, "2026/03", "2026-03"),
    ],
)
def test_a_code_has_one_accepted_form(check: object, text: str, expected: str) -> None:
    assert check(text) == expected  # type: ignore[operator]


def test_what_is_written_of_a_sheet_reads_back() -> None:
    lieux = (FicheLieu("93066"), FicheLieu("93001", "gare"), FicheLieu("75118", "porte", 2.36, 48.9))
    phases = (FichePhase("Études", date(2026, 1, 1), date(2026, 7, 1)),)
    metiers = (("T4X60", 120), ("B1X31", None))
    assert rules.read_lieux(rules.write_lieux(lieux)) == lieux
    assert rules.read_phases(rules.write_phases(phases)) == phases
    assert rules.read_metiers(rules.write_metiers(metiers)) == metiers
    assert rules.read_phases("Études ; 2026-01-01 ; 2026-07-01") == phases


def test_a_sheet_that_makes_no_sense_is_told_all_its_faults() -> None:
    day = date(2026, 1, 1)
    fiche = FicheProjet(
        nom=" ",
        programme="gpe",
        debut=day,
        fin=day,
        phases=(FichePhase("Études", day, day), FichePhase("Études", day, date(2027, 1, 1))),
        lieux=(FicheLieu("93066"), FicheLieu("93066")),
        metiers=(("T4X60", 1), ("T4X60", 2)),
    )
    assert [reason.code for reason in rules.check_projet(fiche)] == [
        "nom_absent",
        "periode",
        "phase_periode",
        "phase_double",
        "lieu_double",
        "metier_double",
    ]


@pytest.mark.parametrize(
    ("source", "target", "path"),
    [
        ("annonce", "annonce", []),
        ("annonce", "en_cours", ["begin"]),
        ("annonce", "termine", ["begin", "finish"]),
        ("annonce", "abandonne", ["abandon"]),
        ("abandonne", "termine", ["reopen", "finish"]),
        ("en_cours", "annonce", []),  # nothing leads back
    ],
)
def test_the_way_from_a_state_to_another(source: str, target: str, path: list[str]) -> None:
    assert rules.find_path(source, target) == path
