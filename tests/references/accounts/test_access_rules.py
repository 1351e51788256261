"""How hard a password is, which code is right, what a browser is called."""

from __future__ import annotations

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.references.accounts.rules import describe_browser, entropy_bits, grouped, matching_step, plain_code

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_800_000_015.0
STEP = 60_000_000


@pytest.mark.parametrize(
    ("password", "bits"),
    [
        ("", 0),
        ("Tr7!kpZq9%wM", 80),  # twelve characters of the four kinds: the CNIL's first example
        ("Tr7kpZq9wMx4Bn", 83),  # fourteen without sign: its second one
        ("Tr7kpZq9wMx4B", 77),
        ("trkpzqwmxbncg", 61),
        ("correct-horse-battery", 102),  # a sentence
        ("aaaaaaaaaaaaaaaaaaaaaa", 5),
        ("abcdefghijklmnopqrstuvwxyz", 5),
        ("1234567890123456", 7),
    ],
)
def test_entropy_is_that_of_the_cnil_without_repetitions_nor_sequences(password: str, bits: int) -> None:
    assert entropy_bits(password) == bits


@given(st.text(max_size=40), st.characters())
def test_a_longer_password_is_never_easier(password: str, more: str) -> None:
    assert entropy_bits(password + more) >= entropy_bits(password)


@pytest.mark.parametrize(
    ("drift", "after", "expected"),
    [
        (0, 0, STEP),
        (-1, 0, STEP - 1),
        (1, 0, STEP + 1),
        (-2, 0, None),
        (2, 0, None),
        (0, STEP, None),
        (-1, STEP, None),
        (1, STEP, STEP + 1),
    ],
    ids=["now", "late", "early", "too late", "too early", "used", "older than the last", "newer than the last"],
)
def test_a_code_works_once_and_about_its_time(drift: int, after: int, expected: int | None) -> None:
    code = pyotp.TOTP(SECRET).generate_otp(STEP + drift)
    assert matching_step(SECRET, code, moment=NOW, after=after) == expected


@pytest.mark.parametrize("code", ["", "000000", "é", "12345", "1234567"])
def test_a_wrong_code_is_no_step(code: str) -> None:
    assert matching_step(SECRET, code, moment=NOW, after=0) is None


@pytest.mark.parametrize(("typed", "compared"), [("abcd efgh", "ABCDEFGH"), ("12-34 56", "123456"), (" ABCD ", "ABCD")])
def test_spaces_dashes_and_case_of_a_code_do_not_count(typed: str, compared: str) -> None:
    assert plain_code(typed) == compared


def test_a_secret_is_written_in_groups_of_four() -> None:
    assert grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox sous Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/126.0 Safari/537.36 Edg/126.0", "Edge sous Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/126.0 Safari/537.36", "Chrome sous Linux"),
        (f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/126.0 Mobile Safari/537.36", "Chrome sous Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari sous iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1", "Safari sous macOS"),
        ("curl/8.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, words: str) -> None:
    assert describe_browser(user_agent) == words
