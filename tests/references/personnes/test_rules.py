"""The NIR, openings and ages, as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from maillage.foundations.kernel.errors import Refused
from maillage.references.personnes.enums import EtatOuverture
from maillage.references.personnes.rules import (
    MOTIF_MIN,
    age,
    check_nir,
    check_ouverture,
    differences,
    etat_ouverture,
    format_nir,
    mask_nir,
    tranche,
)
from tests.factories.personnes import nir

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "expected"), [("2 95 10 99 126 111 93", "295109912611193"), ("253072B07300470", "253072B07300470")]
)
def test_a_nir_is_kept_without_spaces(text: str, expected: str) -> None:
    assert check_nir(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("295109912611199", "nir_cle"),
        ("29510991261119", "nir_format"),
        ("29510991261119X", "nir_format"),
        ("", "nir_format"),
    ],
)
def test_a_nir_is_checked_by_its_key(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_nir(text)
    assert [(reason.code, reason.field) for reason in refused.value.refusals] == [(code, "nir")]


def test_a_nir_is_shown_by_its_first_five_digits() -> None:
    assert mask_nir("180059912611136") == "1 80 05 ** *** *** **"
    assert format_nir("295109912611193") == "2 95 10 99 126 111 93"


@pytest.mark.parametrize(
    ("number", "sexe", "born", "told"),
    [
        (nir(1), "H", date(1980, 5, 17), []),
        (nir(1), "", None, []),
        (nir(1), "F", date(1980, 5, 17), ["le sexe"]),
        (nir(1, sexe="8"), "F", date(1980, 5, 17), []),
        (nir(1), "H", date(1981, 5, 17), ["l’année de naissance"]),
        (nir(1), "H", date(1980, 6, 17), ["le mois de naissance"]),
        (nir(1, mois="32"), "H", date(1980, 6, 17), []),
        (nir(1, sexe="2"), "H", date(1979, 1, 1), ["le sexe", "l’année de naissance", "le mois de naissance"]),
    ],
)
def test_a_nir_is_compared_with_the_civil_status(number: str, sexe: str, born: date | None, told: list[str]) -> None:
    assert differences(number, sexe, born) == told


@pytest.mark.parametrize(
    ("fin", "close_le", "expected"),
    [
        (NOW + HOUR, None, EtatOuverture.EN_COURS),
        (NOW, None, EtatOuverture.EXPIREE),
        (NOW - HOUR, None, EtatOuverture.EXPIREE),
        (NOW + HOUR, NOW - HOUR, EtatOuverture.CLOSE),
        (NOW - HOUR, NOW - 2 * HOUR, EtatOuverture.CLOSE),
    ],
)
def test_an_opening_is_closed_or_expires(fin: datetime, close_le: datetime | None, expected: EtatOuverture) -> None:
    assert etat_ouverture(fin=fin, close_le=close_le, now=NOW) == expected


@pytest.mark.parametrize(
    ("motif", "heures", "codes"),
    [
        ("x" * MOTIF_MIN, 1, []),
        ("x" * MOTIF_MIN, 4, []),
        ("x" * (MOTIF_MIN - 1), 1, ["motif_court"]),
        (" " * MOTIF_MIN, 1, ["motif_court"]),
        ("x" * MOTIF_MIN, 5, ["duree"]),
        ("x" * MOTIF_MIN, 0, ["duree"]),
        ("", -1, ["motif_court", "duree"]),
    ],
)
def test_an_opening_has_a_reason_and_a_bounded_time(motif: str, heures: int, codes: list[str]) -> None:
    assert [reason.code for reason in check_ouverture(motif=motif, heures=heures, maximum=4)] == codes


@pytest.mark.parametrize(
    ("born", "on", "years", "band"),
    [
        (date(2000, 5, 17), date(2026, 4, 30), 25, 0),
        (date(2000, 5, 17), date(2026, 5, 31), 26, 1),
        (date(2000, 5, 1), date(2026, 5, 31), 26, 1),
        (date(1976, 6, 30), date(2026, 5, 31), 49, 1),
        (date(1976, 5, 31), date(2026, 5, 31), 50, 2),
        (None, date(2026, 5, 31), None, 3),
    ],
)
def test_an_age_is_known_by_year_and_month(born: date | None, on: date, years: int | None, band: int) -> None:
    assert age(born, on) == years
    assert tranche(years) == band
    if born:
        assert age(born.replace(day=1), on) == years
