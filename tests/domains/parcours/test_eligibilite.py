"""Who is eligible: criteria read in a situation, how many each kind asks for, the diagnosis that says so."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from maillage.domains.parcours.models import Situation
from maillage.domains.parcours.queries.eligibilite import find_diagnostic
from maillage.domains.parcours.queries.regles_titres import seuils
from maillage.domains.parcours.rules.eligibilite import (
    Profil,
    Seuils,
    age,
    catalogue,
    criteres,
    evaluate,
    read_indices,
    unknown_codes,
)
from maillage.domains.parcours.services.eligibilite import FicheDiagnostic, record_diagnostic, record_situation
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refused
from tests.factories.parcours import TitreFactory
from tests.factories.parcours_titre import DiagnosticFactory, entourage
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        (None, DAY, None),
        (date(2000, 3, 2), DAY, 26),
        (date(2000, 3, 3), DAY, 25),
        (date(1976, 3, 2), DAY, 50),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
    ],
)
def test_age(born: date | None, on: date, expected: int | None) -> None:
    assert age(born, on) == expected


def test_the_criteria_are_those_of_the_asp() -> None:
    assert [each.asp for each in criteres(DAY)] == list(range(1, 19))
    assert [each.code for each in criteres(DAY) if each.niveau == 1] == ["rsa", "ass", "aah", "detld"]
    assert criteres(date(2021, 11, 30)) == []
    assert catalogue()["qpv"].preuve == "justificatif de domicile, de moins de 6 mois"
    assert catalogue()["senior"].preuve == "pièce d’identité"


def met(profil: Profil) -> list[str]:
    return [each.critere.code for each in read_indices(profil, DAY) if each.rempli]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"rsa": "NON"}, []),
        ({"rsa": "OUI-M"}, ["rsa"]),
        ({"rsa": "OUI-NM", "ass": True, "aah": True}, ["rsa", "ass", "aah"]),
        ({"duree_chomage": 4}, ["detld"]),
        ({"duree_chomage": 3}, ["deld"]),
        ({"duree_chomage": 2}, []),
        ({"niveau_formation": "40"}, ["cap_bep"]),
        ({"niveau_formation": "00"}, ["cap_bep"]),
        ({"niveau_formation": "30"}, []),
        ({"age": 25}, ["jeune"]),
        ({"age": 26}, []),
        ({"age": 49}, []),
        ({"age": 50}, ["senior"]),
        ({"rqth": False, "oeth": True}, ["th"]),
        ({"rqth": False, "oeth": False}, []),
        ({"qpv": True, "zrr": True, "mobilite": True}, ["zrr", "qpv", "mobilite"]),
        (
            dict.fromkeys(("ase", "parent_isole", "sans_logement", "refugiee", "justice", "francais"), True),
            ["ase", "parent_isole", "logement", "refugie", "justice", "francais"],
        ),
    ],
)
def test_a_situation_suggests_criteria(fields: dict[str, Any], expected: list[str]) -> None:
    assert met(Profil(**fields)) == expected


def test_what_suggests_a_criterion_is_said() -> None:
    told = {each.critere.code: each for each in read_indices(Profil(age=53, rsa="NON", rqth=False, qpv=True), DAY)}
    assert (told["senior"].rempli, told["senior"].parce_que) == (True, "53 ans")
    assert told["rsa"].parce_que == "non, d’après la situation (RSA)"
    assert told["qpv"].parce_que == "d’après la situation (lieu de vie (QPV))"
    # Not recognised, but perhaps under the obligation: it is not known.
    assert (told["th"].rempli, told["th"].parce_que) == (None, "non renseigné (RQTH ou obligation d’emploi)")


@pytest.mark.parametrize(
    ("codes", "niveau_2", "eligible", "missing"),
    [
        (["rsa"], 3, True, ""),
        (["qpv", "senior", "th"], 3, True, ""),
        (["qpv", "senior"], 3, False, "il manque 1 critère de niveau 2, ou 1 critère de niveau 1"),
        (["qpv", "qpv", "senior"], 3, False, "il manque 1 critère de niveau 2, ou 1 critère de niveau 1"),
        (["qpv", "senior"], 2, True, ""),
        ([], 3, False, "il manque 3 critères de niveau 2, ou 1 critère de niveau 1"),
    ],
)
def test_what_is_missing_is_said(codes: list[str], niveau_2: int, eligible: bool, missing: str) -> None:
    bilan = evaluate(codes, Seuils(1, niveau_2))
    assert (bilan.eligible, bilan.manque) == (eligible, missing)


def test_a_criterion_that_is_not_in_force_is_unknown() -> None:
    assert unknown_codes(["rsa", "envie"], DAY) == ["envie"]
    assert unknown_codes(["rsa"], date(2020, 1, 1)) == ["rsa"]


@pytest.mark.parametrize(("kind", "expected"), [("ACI", 3), ("EI", 3), ("EITI", 3), ("AI", 2), ("ETTI", 2)])
def test_each_kind_asks_for_its_own_number(kind: str, expected: int) -> None:
    assert seuils(kind, DAY) == Seuils(1, expected)
    assert seuils(kind, date(2021, 11, 30)) is None


@pytest.fixture
def around(db: None) -> SimpleNamespace:
    return entourage()


def codes(act: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(**fields)
    return [each.code for each in refused.value.refusals]


def test_the_journal_says_which_fields_changed_never_what_they_say(around: SimpleNamespace) -> None:
    values = {"rsa": "OUI-NM", "qpv": True, "justice": None}
    record_situation(personne=around.personne, values=values, actor=around.cip, on=DAY)
    situation = Situation.objects.get(personne=around.personne)
    assert (situation.rsa, situation.qpv, situation.justice, situation.maj_le) == ("OUI-NM", True, None, DAY)
    assert [each.details for each in audit.history(around.personne)] == [{"champs": ["qpv", "rsa"]}]
    record_situation(personne=around.personne, values=values, actor=around.cip, on=DAY)
    assert audit.history(around.personne).count() == 1
    with pytest.raises(ValueError, match="no such field"):
        record_situation(personne=around.personne, values={"source": "ailleurs"}, actor=around.cip, on=DAY)


def test_a_siae_says_so_for_itself_on_criteria(around: SimpleNamespace) -> None:
    acting = {"personne": around.personne, "actor": around.cip, "on": DAY, "siae": around.siae}
    short = FicheDiagnostic(["qpv", "senior"], {})
    with pytest.raises(Refused, match="il manque 1 critère de niveau 2"):
        record_diagnostic(**acting, fiche=short)
    made = record_diagnostic(**acting, fiche=FicheDiagnostic(["rsa", "qpv"], {"rsa": date(2026, 2, 1)}))
    assert (made.auteur, made.siae, made.debut, made.fin) == ("siae", around.siae, DAY, date(2026, 6, 2))
    kept = {each.code: (each.niveau, each.piece_le) for each in made.criteres.all()}
    assert kept == {"rsa": (1, date(2026, 2, 1)), "qpv": (2, None)}
    unknown = FicheDiagnostic(["envie"], {})
    assert codes(record_diagnostic, **acting, fiche=unknown) == ["critere_inconnu"]
    other = {**acting, "siae": SiaeFactory()}
    assert codes(record_diagnostic, **other, fiche=short) == ["siae"]


def test_before_the_pass_only_a_prescripteur_says_so(around: SimpleNamespace) -> None:
    acting = {"personne": around.personne, "on": date(2019, 3, 4), "fiche": FicheDiagnostic([], {})}
    assert codes(record_diagnostic, **acting, actor=around.cip, siae=around.siae) == ["prescripteur_requis"]
    made = record_diagnostic(**acting, actor=around.adviser)
    assert (made.auteur, made.siae, made.fin) == ("prescripteur", None, date(2019, 9, 4))


def test_a_prescripteur_comes_first_and_a_diagnosis_lives_with_its_right(around: SimpleNamespace) -> None:
    own = DiagnosticFactory(personne=around.personne, auteur="siae", siae=around.siae, debut=date(2026, 3, 1))
    assert find_diagnostic(around.personne, around.siae, DAY) == own
    assert find_diagnostic(around.personne, SiaeFactory(), DAY) is None
    first = DiagnosticFactory(personne=around.personne)
    assert find_diagnostic(around.personne, around.siae, DAY) == first
    first.titre = TitreFactory(personne=around.personne)
    first.save()
    assert find_diagnostic(around.personne, around.siae, DAY) == own
