"""Kinds and their dated names, roles offered, identifiers, territories as they are typed, who may leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts import rules
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.rules import familles, roles_offerts, types_organisation
from tests.factories.accounts import siret


def refusal(check: Callable[..., Any], *args: Any, **kwargs: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as refused:
        check(*args, **kwargs)
    return [(reason.code, reason.field) for reason in refused.value.refusals]


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("dreets", date(2021, 3, 31), "Direccte"),
        ("dreets", date(2021, 4, 1), "DREETS"),
        ("ddets", date(2018, 11, 1), "unité départementale de la Direccte"),
        ("ft_agence", date(2023, 12, 31), "agence Pôle emploi"),
        ("ft_agence", date(2024, 1, 1), "agence France Travail"),
        ("opco", date(2019, 3, 31), "Opca"),
        ("ccas", date(1990, 1, 1), "CCAS ou CIAS"),
    ],
)
def test_a_kind_is_called_as_it_was_that_day(code: str, on: date, expected: str) -> None:
    assert types_organisation()[code].nom(on) == expected


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("dreets", date(2026, 1, 1), (("Direccte", date(2021, 3, 31)),)),
        ("dreets", date(2020, 1, 1), ()),
        ("ccas", date(2026, 1, 1), ()),
    ],
)
def test_a_former_name_has_its_last_day(code: str, on: date, expected: tuple[tuple[str, date], ...]) -> None:
    assert types_organisation()[code].anciens(on) == expected


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["siae"], (P.SIAE_DIRECTION, P.SIAE_ACCOMPAGNEMENT, P.SIAE_ENCADREMENT, P.DPO)),
        (["ccas", "siae"], (P.PRESCRIPTEUR, P.SIAE_DIRECTION, P.SIAE_ACCOMPAGNEMENT, P.SIAE_ENCADREMENT, P.DPO)),
        (["ft_agence", "ft_direction"], (P.EMPLOI_CONSEILLER, P.EMPLOI_DIRECTION, P.ANALYSTE, P.DPO)),
        (["entreprise"], (P.ENTREPRISE, P.DPO)),
    ],
)
def test_roles_offered_are_those_of_the_kinds_and_the_dpo(types: list[str], expected: tuple[P, ...]) -> None:
    assert roles_offerts(types) == expected


def test_every_kind_has_a_family_and_every_role_a_kind() -> None:
    kinds = types_organisation().values()

    assert {kind.famille for kind in kinds} == set(familles())
    assert {role for kind in kinds for role in kind.roles} | {P.DPO} == set(P)


@pytest.mark.parametrize(
    ("administrateur", "autres", "exploitant", "expected"),
    [
        (False, 0, False, True),
        (True, 0, False, False),
        (True, 1, False, True),
        (True, 0, True, True),
        (False, 2, False, True),
    ],
    ids=["no administrator", "the last one", "another stays", "an operator acts", "others administer"],
)
def test_the_last_administrator_stays(administrateur: bool, autres: int, exploitant: bool, expected: bool) -> None:
    may = rules.may_stop_administering(administrateur=administrateur, autres=autres, exploitant=exploitant)

    assert may is expected


@pytest.mark.parametrize(
    ("etat", "expiree", "envois", "expected"),
    [
        ("en_attente", False, 2, None),
        ("en_attente", False, 3, "lien_remplace"),
        ("en_attente", True, 2, "invitation_expiree"),
        ("revoquee", False, 2, "invitation_revoquee"),
        ("acceptee", True, 2, "invitation_acceptee"),
    ],
)
def test_a_link_opens_only_while_it_is_the_latest_of_a_waiting_invitation(
    etat: str, expiree: bool, envois: int, expected: str | None
) -> None:
    reason = rules.refuse_invitation(etat=etat, expiree=expiree, envois=envois, envoi_du_lien=2)

    assert (reason and reason.code) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("département 95", (("departement", "95"),)),
        ("DEPARTEMENT 2a\n\n région 11 ", (("departement", "2A"), ("region", "11"))),
        ("EPT 200057867\nept 200057867", (("ept", "200057867"),)),
        ("zone d’emploi 1109", (("zone_emploi", "1109"),)),
        ("", ()),
    ],
)
def test_territories_are_read_one_per_line_and_written_back(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert rules.read_competences(text) == expected
    assert rules.read_competences(rules.write_competences(expected)) == expected


@pytest.mark.parametrize("text", ["95", "Val-d’Oise", "canton 12", "département 95\nplanète Mars"])
def test_a_territory_without_its_level_is_refused(text: str) -> None:
    assert refusal(rules.read_competences, text) == [("competence_illisible", "competences")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26750004902888", "26750004902888"),
        ("267 500 049 02888", "26750004902888"),
        ("267\u00a0500\u202f049-02888", "26750004902888"),
        ("35600000000048", "35600000000048"),
        ("35600000049837", "35600000049837"),
        ("5520017400013", "05520017400013"),
        ("32517500008", "00032517500008"),
    ],
    ids=[
        "plain",
        "spaces",
        "no-break spaces",
        "head office of La Poste",
        "post office, key of La Poste",
        "zero lost",
        "zeros lost",
    ],
)
def test_a_right_siret_is_normalised(text: str, expected: str) -> None:
    assert rules.check_siret(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("26750004902889", "siret_cle"),
        ("62750004902888", "siret_cle"),
        ("2675000490288", "siret_format"),
        ("", "siret_format"),
        ("ABCDEFGHIJKLMN", "siret_format"),
        ("00000000000000", "siret_nul"),
        ("0", "siret_format"),
        ("1800010", "siret_format"),
    ],
    ids=["wrong key", "swapped digits", "13 digits", "empty", "letters", "zeros", "one zero", "too short"],
)
def test_a_wrong_siret_is_refused(text: str, code: str) -> None:
    assert refusal(rules.check_siret, text) == [(code, "siret")]


@given(st.integers(1, 9999))
def test_every_fictional_siret_has_right_keys(number: int) -> None:
    assert rules.check_siret(siret(number)) == siret(number)


@pytest.mark.parametrize(
    ("text", "expected"), [("8899B", "8899B"), ("88.99B", "8899B"), ("88.99b ", "8899B"), ("", "")]
)
def test_a_naf_code_loses_its_point(text: str, expected: str) -> None:
    assert rules.check_naf(text) == expected


@pytest.mark.parametrize("text", ["8899", "88.99BB", "B8899", "88991"])
def test_a_wrong_naf_code_is_refused(text: str) -> None:
    assert refusal(rules.check_naf, text) == [("naf_format", "naf")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://a.example/x", "https://a.example/x"), ("www.a.example", "https://www.a.example"),
     ("a.example:8080/x", "https://a.example:8080/x"), ("", "")],
)  # fmt: skip
def test_a_web_address_gets_its_scheme(text: str, expected: str) -> None:
    assert rules.check_site_web(text) == expected


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "962721", "ftp://a.b"]
)
def test_an_address_that_no_link_should_run_is_refused(text: str) -> None:
    assert refusal(rules.check_site_web, text) == [("site_web_format", "site_web")]
