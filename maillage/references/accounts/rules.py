"""Tables and pure rules of the accounts: kinds of organisations, dated names, passwords, codes, who needs which."""

from __future__ import annotations

import hmac
import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp

from maillage.references.accounts.enums import ProfilMembre

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

# Their holders read people by name: their session asks for a second factor (CNIL, délibération 2022-100; RGPD art. 32).
LECTEURS_DE_PERSONNES = frozenset(
    {
        ProfilMembre.SIAE_DIRECTION,
        ProfilMembre.SIAE_ACCOMPAGNEMENT,
        ProfilMembre.ETAT_DEPARTEMENT,
        ProfilMembre.DEPARTEMENT_REFERENT,
        ProfilMembre.EMPLOI_CONSEILLER,
        ProfilMembre.PRESCRIPTEUR,
        ProfilMembre.DPO,
    }
)


@dataclass(frozen=True, slots=True)
class TypeOrganisation:
    """A kind of organisation. `noms` holds (first day or None, name), oldest first."""

    code: str
    famille: str
    noms: tuple[tuple[date | None, str], ...]
    roles: tuple[ProfilMembre, ...]
    habilite: bool
    code_asp: str

    def nom(self, on: date) -> str:
        """Return what the kind was called on a day."""
        return next(nom for depuis, nom in reversed(self.noms) if depuis is None or depuis <= on)


@cache
def types_organisation() -> Mapping[str, TypeOrganisation]:
    """Return every kind of organisation by its code, in the order of the table."""
    text = Path(__file__).with_name("facts").joinpath("types_organisation.toml").read_text("utf-8")
    return {
        row["code"]: TypeOrganisation(
            row["code"],
            row["famille"],
            tuple((nom.get("depuis"), nom["nom"]) for nom in row["noms"]),
            tuple(ProfilMembre(role) for role in row["roles"]),
            row.get("habilite", False),
            row.get("code_asp", ""),
        )
        for row in tomllib.loads(text)["type"]
    }


def roles_offerts(types: Iterable[str]) -> tuple[ProfilMembre, ...]:
    """Return the roles that the members of an organisation of these kinds may hold; any may name its DPO."""
    offered = [role for code in types for role in types_organisation()[code].roles]
    return (*dict.fromkeys(offered), ProfilMembre.DPO)


def needs_second_factor(*, exploitant: bool, profils: Iterable[str]) -> bool:
    """Tell whether a person must sign in with a second factor: operators, and whoever may read people by name."""
    return exploitant or bool(LECTEURS_DE_PERSONNES & set(profils))


# How many characters each kind offers, as the CNIL counts them (délibération n° 2022-100 du 21 juillet 2022, examples).
ALPHABETS = ((re.compile("[a-z]"), 26), (re.compile("[A-Z]"), 26), (re.compile("[0-9]"), 10))
AUTRES = (re.compile("[^a-zA-Z0-9]"), 37)


def entropy_bits(password: str) -> int:
    """Return how hard a password is to guess, in bits, rounded: its length times the logarithm of its alphabet.

    A character that repeats or merely follows the one before it (aaa, abc, 321) adds nothing.
    """
    alphabet = sum(size for kind, size in (*ALPHABETS, AUTRES) if kind.search(password))
    steps = [abs(ord(after) - ord(before)) for before, after in pairwise(password)]
    useful = len(password) - sum(step <= 1 for step in steps)
    return round(useful * math.log2(alphabet)) if alphabet else 0


# RFC 6238: a code lives thirty seconds; one step of drift is forgiven on each side.
PAS = 30
DERIVE = 1


def matching_step(secret: str, code: str, *, moment: float, after: int) -> int | None:
    """Return the time step of a one-time code when it is right and newer than the last one accepted, else None."""
    totp, typed = pyotp.TOTP(secret, interval=PAS), code.encode()
    now = int(moment) // PAS
    newer = (step for step in range(now - DERIVE, now + DERIVE + 1) if step > after)
    return next((step for step in newer if hmac.compare_digest(totp.generate_otp(step).encode(), typed)), None)


# No 0, O, 1, I nor L: a recovery code is read from paper.
LETTRES_SECOURS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
NOMBRE_SECOURS = 10


def plain_code(text: str) -> str:
    """Return a code as it is compared, whatever the spaces, dashes and case it was typed with."""
    return re.sub(r"[\s-]", "", text).upper()


def grouped(text: str) -> str:
    """Return a secret in groups of four: what one copies by hand."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


# The first that matches wins: Edge and Opera also say that they are Chrome, which also says that it is Safari.
NAVIGATEURS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe_browser(user_agent: str) -> str:
    """Return a browser in words: « Firefox sous Windows »."""
    browser = next((name for mark, name in NAVIGATEURS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMES if mark in user_agent), "")
    return " sous ".join(filter(None, (browser, system))) or "Navigateur inconnu"
