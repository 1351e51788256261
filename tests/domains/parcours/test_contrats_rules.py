"""Each rule of a contract, at its edge: the last day that passes, the first that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.enums.embauche import Derogation
from maillage.domains.parcours.queries.contrats import get_limites
from maillage.domains.parcours.rules.contrats import (
    FicheContrat,
    Passe,
    Periode,
    Utilisateur,
    age_revolu,
    check_contrat,
    ecarts,
    etat_contrat,
    heures,
    possibles,
    refusals,
    types_admis,
    types_pour,
)
from maillage.domains.parcours.rules.eligibilite import Ouverture
from maillage.domains.parcours.rules.heures import (
    Saisie,
    check_mois,
    check_saisie,
    etp_an,
    etp_mois,
    heures_prevues,
    mois_precedent,
)

ON = date(2026, 1, 5)
CDDI = FicheContrat("cddi", ON, date(2026, 5, 5), Decimal(20))
PASSE = Passe(naissance=date(1980, 5, 17), titre=Periode(ON, date(2028, 1, 5)))
COMPANY = Utilisateur("entreprise", "Entreprise d’essai")


def broken(fiche: FicheContrat, type_siae: str = "ACI", passe: Passe = PASSE, on: date = ON) -> set[str]:
    controls = check_contrat(fiche, type_siae=type_siae, passe=passe, limites=get_limites(on), on=on)
    return {refusal.code for refusal in refusals(controls)}


def states(fiche: FicheContrat, type_siae: str = "ACI", passe: Passe = PASSE) -> dict[str, str]:
    controls = check_contrat(fiche, type_siae=type_siae, passe=passe, limites=get_limites(ON), on=ON)
    return {control.code: control.etat.value for control in controls}


def test_a_plain_contract_keeps_every_rule() -> None:
    assert states(CDDI) == {
        "type_interdit": "tenue",
        "debut_hors_delai": "tenue",
        "fin_prevue": "tenue",
        "deja_sous_contrat": "tenue",
        "hors_titre": "tenue",
        "duree_min": "tenue",
        "duree_max": "tenue",
        "heures_min": "tenue",
    }


@pytest.mark.parametrize(
    ("type_siae", "types"),
    [
        ("ACI", {"cddi", "cdi_inclusion", "professionnalisation", "apprentissage"}),
        ("EI", {"cddi", "cdi_inclusion", "professionnalisation", "apprentissage"}),
        ("AI", {"cddi", "cdi_inclusion", "cddu", "professionnalisation", "apprentissage"}),
        ("ETTI", {"cdi_inclusion", "mission", "professionnalisation", "apprentissage"}),
        ("EITI", {"eiti"}),
    ],
)
def test_who_may_write_what(type_siae: str, types: set[str]) -> None:
    assert {each.value for each in types_pour(type_siae, ON)} == types
    assert {each.type.value for each in possibles(type_siae, get_limites(ON), ON)} == types


def test_every_type_and_departure_has_its_facts() -> None:
    assert set(types_admis()) == set(TypeContrat.values)
    assert set(ecarts()) == set(Derogation.values)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, set()),
        ({"type": "stage"}, {"type_inconnu"}),
        ({"type": "mission"}, {"type_interdit"}),
        ({"debut": date(2026, 7, 5), "fin_prevue": date(2026, 12, 5)}, set()),
        ({"debut": date(2026, 7, 6), "fin_prevue": date(2026, 12, 6)}, {"debut_hors_delai"}),
        ({"debut": date(2025, 10, 4), "fin_prevue": date(2026, 3, 4)}, {"debut_hors_delai"}),
        ({"fin_prevue": None}, {"fin_prevue"}),
        ({"fin_prevue": ON}, {"fin_prevue"}),
        ({"fin_prevue": date(2026, 5, 4)}, {"duree_min"}),
        ({"fin_prevue": date(2026, 5, 4), "derogations": ("amenagement_peine",)}, set()),
        ({"fin_prevue": date(2028, 1, 5)}, set()),
        ({"fin_prevue": date(2028, 1, 6)}, {"duree_max"}),
        ({"fin_prevue": date(2028, 1, 6), "derogations": ("difficultes",)}, set()),
        ({"fin_prevue": date(2031, 1, 5), "derogations": ("difficultes",)}, set()),
        ({"fin_prevue": date(2031, 1, 6), "derogations": ("difficultes",)}, {"duree_max"}),
        ({"fin_prevue": date(2028, 1, 6), "derogations": ("senior",)}, {"derogation_age"}),
        ({"derogations": ("envie",)}, {"derogation_inconnue"}),
        ({"heures_semaine": Decimal("19.5")}, {"heures_min"}),
        ({"heures_semaine": Decimal("19.5"), "derogations": ("temps_reduit",)}, set()),
        ({"heures_semaine": None}, {"heures_min"}),
    ],
)
def test_cddi(change: dict[str, Any], codes: set[str]) -> None:
    assert broken(replace(CDDI, **change)) == codes


def test_a_departure_is_for_some_kinds_only() -> None:
    fiche = replace(CDDI, fin_prevue=date(2028, 1, 6), derogations=("difficultes",))
    assert broken(fiche, "EI") == {"derogation_interdite", "duree_max"}


@pytest.mark.parametrize(("rqth", "codes"), [(True, set()), (None, set()), (False, {"derogation_rqth"})])
def test_a_departure_for_disability_asks_what_the_sheet_says(rqth: bool | None, codes: set[str]) -> None:
    fiche = replace(CDDI, fin_prevue=date(2028, 6, 5), derogations=("rqth",))
    assert broken(fiche, passe=replace(PASSE, rqth=rqth)) == codes


@pytest.mark.parametrize(("fin", "codes"), [(date(2027, 7, 5), set()), (date(2027, 7, 6), {"duree_max"})])
def test_renewals_count_with_what_they_renew(fin: date, codes: set[str]) -> None:
    """Two years from 5 July 2025, in three contracts; a renewal may be shorter than a first contract."""
    before = (Periode(date(2025, 7, 5), date(2025, 11, 5)), Periode(date(2025, 11, 5), ON))
    passe = replace(PASSE, cddi=before, renouvelle=True)
    assert broken(replace(CDDI, fin_prevue=fin), passe=passe) == codes
    assert broken(replace(CDDI, fin_prevue=date(2026, 2, 5)), passe=passe) == set()


def test_the_refusal_says_how_many_days_are_left() -> None:
    passe = replace(PASSE, cddi=(Periode(date(2024, 5, 5), ON),))
    controls = check_contrat(CDDI, type_siae="ACI", passe=passe, limites=get_limites(ON), on=ON)
    assert [(refusal.field, refusal.message) for refusal in refusals(controls)] == []
    late = replace(CDDI, fin_prevue=date(2026, 5, 6))
    controls = check_contrat(late, type_siae="ACI", passe=passe, limites=get_limites(ON), on=ON)
    assert [(refusal.field, refusal.message) for refusal in refusals(controls)] == [
        (
            "fin_prevue",
            "Les CDDI d’un parcours dans la SIAE, renouvellements compris, durent 24\u202fmois au plus "
            "(730\u202fjours) (Code du travail, art. L. 5132-5, L. 5132-11-1, L. 5132-15-1)\u202f: "
            "610\u202fjours déjà faits et "
            "121\u202fjours demandés, possible jusqu’au 4 mai 2026.",
        )
    ]


@pytest.mark.parametrize(
    ("titre", "renouvelle", "state"),
    [
        (Periode(date(2024, 1, 6), date(2026, 1, 6)), False, {"hors_titre": "tenue", "apres_titre": "alerte"}),
        (Periode(date(2024, 1, 5), ON), False, {"hors_titre": "refus"}),
        (None, False, {"titre": "alerte"}),
        (None, True, {"hors_titre": "refus"}),
    ],
)
def test_a_contract_begins_within_the_right(titre: Periode | None, renouvelle: bool, state: dict[str, str]) -> None:
    found = states(CDDI, passe=replace(PASSE, titre=titre, renouvelle=renouvelle))
    assert {code: found[code] for code in found if "titre" in code} == state


@pytest.mark.parametrize(
    ("refus", "state"),
    [("", {"titre": "tenue"}), ("non_eligible", {"non_eligible": "refus"}), ("carence", {"carence": "refus"})],
)
def test_a_hire_opens_a_right_if_the_person_is_eligible(refus: str, state: dict[str, str]) -> None:
    found = states(CDDI, passe=replace(PASSE, titre=None, ouverture=Ouverture(refus, "constat")))
    assert {code: found[code] for code in ("titre", "non_eligible", "carence") if code in found} == state


def test_one_employment_contract_at_a_time() -> None:
    passe = replace(PASSE, autres=(Periode(date(2025, 11, 1), date(2026, 1, 6)),))
    assert broken(CDDI, passe=passe) == {"deja_sous_contrat"}
    later = replace(PASSE, autres=(Periode(date(2026, 5, 5), date(2026, 9, 6)),))
    assert broken(CDDI, passe=later) == set()


CDI = FicheContrat("cdi_inclusion", ON, None, Decimal(24))
OLD = replace(PASSE, naissance=date(1969, 1, 5), entree=date(2025, 1, 5))


@pytest.mark.parametrize(
    ("change", "passe", "type_siae", "codes"),
    [
        ({}, {}, "ACI", set()),
        ({}, {"naissance": date(1969, 1, 6)}, "ACI", {"cdi_age"}),
        ({}, {"naissance": None}, "ACI", {"cdi_age"}),
        ({}, {"entree": date(2025, 1, 6)}, "ACI", {"cdi_parcours"}),
        ({}, {"entree": None}, "ACI", {"cdi_parcours"}),
        ({"fin_prevue": date(2027, 1, 5)}, {}, "ACI", {"fin_prevue"}),
        ({"heures_semaine": Decimal(20)}, {}, "ACI", {"heures_min"}),
        ({"heures_semaine": Decimal(20)}, {}, "AI", set()),
        ({}, {"cddi": (Periode(date(2024, 1, 5), ON),)}, "EI", set()),  # the count of months ends with it
    ],
)
def test_cdi_inclusion(change: dict[str, Any], passe: dict[str, Any], type_siae: str, codes: set[str]) -> None:
    assert broken(replace(CDI, **change), type_siae, replace(OLD, **passe)) == codes


CDDU = FicheContrat("cddu", ON, date(2026, 1, 12), utilisateur=COMPANY)


@pytest.mark.parametrize(
    ("user", "done", "unknown", "expected"),
    [
        (COMPANY, "479.5", "0", {"ai_heures": "tenue", "utilisateur": "tenue"}),
        (COMPANY, "480", "0", {"ai_heures": "refus", "utilisateur": "tenue"}),
        (COMPANY, "400", "80", {"ai_heures": "alerte", "utilisateur": "tenue"}),
        (Utilisateur("particulier"), "480", "0", {"utilisateur": "tenue"}),
        (Utilisateur("association", "Amis"), "480", "0", {"utilisateur": "tenue"}),
        (Utilisateur("entreprise"), "0", "0", {"ai_heures": "tenue", "utilisateur": "refus"}),
        (None, "0", "0", {"utilisateur": "refus"}),
    ],
)
def test_hours_in_companies(user: Utilisateur | None, done: str, unknown: str, expected: dict[str, str]) -> None:
    passe = replace(PASSE, heures_entreprises=Decimal(done), heures_inconnues=Decimal(unknown))
    found = states(replace(CDDU, utilisateur=user), "AI", passe)
    assert {code: found[code] for code in found if code in {"ai_heures", "utilisateur"}} == expected


@pytest.mark.parametrize(
    ("type_siae", "fiche", "codes"),
    [
        ("ETTI", FicheContrat("mission", ON, date(2028, 1, 5), utilisateur=COMPANY), set()),
        ("ETTI", FicheContrat("mission", ON, date(2028, 1, 6), utilisateur=COMPANY), {"duree_max"}),
        ("EITI", FicheContrat("eiti", ON, date(2028, 1, 5)), set()),
        ("EITI", FicheContrat("eiti", ON, date(2028, 1, 6)), {"duree_max"}),
        ("EI", FicheContrat("apprentissage", ON, date(2026, 7, 4)), {"duree_min"}),
        ("EI", FicheContrat("apprentissage", ON, date(2029, 1, 5)), set()),
        ("EI", FicheContrat("professionnalisation", ON, date(2029, 1, 6)), {"duree_max"}),
    ],
)
def test_other_contracts(type_siae: str, fiche: FicheContrat, codes: set[str]) -> None:
    assert broken(fiche, type_siae) == codes


def test_an_assignment_counts_with_those_that_it_renews() -> None:
    fiche = FicheContrat("mission", ON, date(2026, 2, 5), utilisateur=COMPANY)
    passe = replace(PASSE, mission=Periode(date(2024, 2, 5), ON), renouvelle=True)
    assert broken(fiche, "ETTI", passe) == set()
    assert broken(replace(fiche, fin_prevue=date(2026, 2, 6)), "ETTI", passe) == {"duree_max"}


def test_a_contract_of_before_the_law_is_refused() -> None:
    fiche = FicheContrat("cdi_inclusion", date(2020, 12, 15), None, Decimal(24))
    assert broken(fiche, passe=OLD, on=date(2026, 1, 5)) == {"type_interdit", "debut_hors_delai"}


@pytest.mark.parametrize(
    ("debut", "fin", "state"),
    [
        (date(2026, 1, 6), None, "a_venir"),
        (ON, None, "en_cours"),
        (ON, date(2026, 1, 6), "en_cours"),
        (date(2025, 1, 5), ON, "fini"),
    ],
)
def test_where_a_contract_stands(debut: date, fin: date | None, state: str) -> None:
    assert etat_contrat(debut, fin, ON) == state


def test_age() -> None:
    assert [age_revolu(date(2004, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [21, 22]


@pytest.mark.parametrize(
    ("value", "text"), [("104.50", "104,5\u202fh"), ("7", "7\u202fh"), ("1820", "1\u202f820\u202fh")]
)
def test_hours_in_words(value: str, text: str) -> None:
    assert heures(Decimal(value)) == text


# --- Hours of a month -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worked", "paid", "cells"),
    [
        ("100", "110", []),
        (None, None, []),
        ("100", None, []),
        ("100", "99.99", ["heures_payees-7"]),
        ("-1", None, ["heures-7"]),
        ("401", "400.01", ["heures-7", "heures_payees-7"]),
    ],
)
def test_cells(worked: str | None, paid: str | None, cells: list[str]) -> None:
    saisie = Saisie(*(None if value is None else Decimal(value) for value in (worked, paid)))
    assert [refusal.field for refusal in check_saisie(saisie, 7)] == cells


def test_months() -> None:
    assert [refusal.code for refusal in check_mois(date(2026, 2, 1), ON)] == ["mois_futur"]
    assert check_mois(date(2026, 1, 1), ON) == []
    assert mois_precedent(ON) == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Periode(date(2025, 1, 1), date(2027, 1, 1)), "115.14"),
        (Periode(date(2026, 1, 18), date(2027, 1, 1)), "52.00"),
        (Periode(date(2025, 1, 1), date(2026, 1, 1)), "0.00"),
    ],
)
def test_hours_foreseen(period: Periode, expected: str) -> None:
    assert heures_prevues(Decimal(26), period, date(2026, 1, 1)) == Decimal(expected)
    assert heures_prevues(None, period, date(2026, 1, 1)) is None


def test_etp() -> None:
    assert etp_mois(Decimal(1820), Decimal(1820)) == Decimal(12)
    assert etp_an(Decimal(910), Decimal(1820)) == Decimal("0.50")
