"""Tables and pure rules of the accounts: organisations and their names, invitations, passwords, codes, who needs which.

Functions named `check_…` return the value in its one accepted form, or raise `Refused` with a reason to act upon.
"""

from __future__ import annotations

import hmac
import math
import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
from stdnum import exceptions
from stdnum.fr import siret as siret_number

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

# Their holders read people by name: their sessions, and those of who may give these roles, ask for a second factor
# (CNIL, délibération 2022-100; RGPD art. 32).
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

    def anciens(self, on: date) -> tuple[tuple[str, date], ...]:
        """Return what the kind is no longer called on a day, with the last day of each name."""
        ended = ((nom, depuis) for (_, nom), (depuis, _) in pairwise(self.noms))
        return tuple((nom, end - timedelta(days=1)) for nom, end in ended if end is not None and end <= on)


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("facts").joinpath("types_organisation.toml").read_text("utf-8"))


def familles() -> Mapping[str, str]:
    """Return the families of kinds: code, name."""
    names: dict[str, str] = _facts()["familles"]
    return names


@cache
def types_organisation() -> Mapping[str, TypeOrganisation]:
    """Return every kind of organisation by its code, in the order of the table."""
    return {
        row["code"]: TypeOrganisation(
            row["code"],
            row["famille"],
            tuple((nom.get("depuis"), nom["nom"]) for nom in row["noms"]),
            tuple(ProfilMembre(role) for role in row["roles"]),
            row.get("habilite", False),
            row.get("code_asp", ""),
        )
        for row in _facts()["type"]
    }


def roles_offerts(types: Iterable[str]) -> tuple[ProfilMembre, ...]:
    """Return the roles that the members of an organisation of these kinds may hold; any may name its DPO."""
    offered = [role for code in types for role in types_organisation()[code].roles]
    return (*dict.fromkeys(offered), ProfilMembre.DPO)


def needs_second_factor(*, exploitant: bool, profils: Iterable[str], donnes: Iterable[str] = ()) -> bool:
    """Tell whether a person must sign in with a second factor: operators, who may read people by name or let others.

    `profils` are the roles that one holds, `donnes` those that one may give.
    """
    return exploitant or bool(LECTEURS_DE_PERSONNES & {*profils, *donnes})


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


@dataclass(frozen=True, slots=True)
class FicheOrganisation:
    """What is written of an organisation. `competences` are (niveau, code) pairs; `parent` is a SIRET or empty."""

    siret: str
    denomination: str
    types: tuple[str, ...]
    nom_usage: str = ""
    forme_juridique: str = ""
    naf: str = ""
    parent: str = ""
    site_web: str = ""
    email: str = ""
    telephone: str = ""
    competences: tuple[tuple[str, str], ...] = ()


def read_competences(text: str) -> tuple[tuple[str, str], ...]:
    """Read territories written one per line, level then code (« département 95 »); refuse the lines that are not."""
    names = {" ".join(plain_words(word)): niveau for niveau in Niveau for word in (niveau.value, niveau.label)}
    found: dict[tuple[str, str], None] = {}
    wrong = []
    for line in filter(None, map(str.strip, text.splitlines())):
        level, _, code = line.rpartition(" ")
        niveau = names.get(" ".join(plain_words(level)))
        if niveau is None:
            wrong.append(line)
        else:
            found[niveau.value, code.upper()] = None
    if wrong:
        lines = ", ".join(f"«\u202f{line}\u202f»" for line in wrong)
        message = (
            "Écrivez un territoire par ligne, son niveau puis son code, comme «\u202fdépartement 95\u202f». "
            f"À revoir\u202f: {lines}."
        )
        raise Refused(Refusal("competence_illisible", message, "competences"))
    return tuple(found)


def write_competences(competences: Iterable[tuple[str, str]]) -> str:
    """Return territories as `read_competences` reads them, by the short word of their level."""
    short = {Niveau.EPT: "EPT", Niveau.EPCI: "EPCI", Niveau.METROPOLE: "métropole", Niveau.QPV: "QPV"}
    return "\n".join(f"{short.get(Niveau(niveau), Niveau(niveau).label)} {code}" for niveau, code in competences)


def may_stop_administering(*, administrateur: bool, autres: int, exploitant: bool) -> bool:
    """Tell whether a member may leave or lose the administration: somebody stays to administer, or an operator acts."""
    return exploitant or not administrateur or autres > 0


def refuse_invitation(*, etat: str, expiree: bool, envois: int, envoi_du_lien: int) -> Refusal | None:
    """Return why the link of an invitation opens nothing, None when it does; the latest link alone is in force."""
    if etat == "acceptee":
        return Refusal("invitation_acceptee", "Cette invitation a déjà été acceptée.")
    if etat == "revoquee":
        return Refusal("invitation_revoquee", "Cette invitation a été annulée par l’organisation.")
    if envois != envoi_du_lien:
        return Refusal("lien_remplace", "Un lien plus récent vous a été envoyé\u202f: celui-ci ne vaut plus.")
    if expiree:
        return Refusal("invitation_expiree", "Cette invitation a expiré.")
    return None


def check_siret(text: str) -> str:
    """Return the 14 digits, or refuse: length, then key (La Poste's own key included, as python-stdnum knows it).

    The leading zeros lost by a spreadsheet, three at most, are put back when the key then holds.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if len(digits) in range(11, 14) and siret_number.is_valid(digits.zfill(14)):
        digits = digits.zfill(14)
    try:
        siret: str = siret_number.validate(digits)
    except exceptions.InvalidChecksum:
        message = f"Le SIRET {digits} a une clé fausse : un chiffre est erroné ou deux sont intervertis."
        raise Refused(Refusal("siret_cle", message, "siret")) from None
    except exceptions.ValidationError:
        message = f"Un SIRET compte 14 chiffres ; reçu : « {text.strip()} »."
        raise Refused(Refusal("siret_format", message, "siret")) from None
    if siret.startswith("0" * 9):
        message = f"Le SIRET {siret} ne désigne personne\u202f: son SIREN n’est fait que de zéros."
        raise Refused(Refusal("siret_nul", message, "siret"))
    return siret


def check_naf(text: str) -> str:
    """Return the code without point (88.99B → 8899B); empty stays empty."""
    code = re.sub(r"[\s.\-]", "", text).upper()
    if code and not re.fullmatch(r"[0-9]{4}[A-Z]", code):
        message = f"Un code NAF s’écrit avec quatre chiffres et une lettre, comme 8899B ; reçu : « {text.strip()} »."
        raise Refused(Refusal("naf_format", message, "naf"))
    return code


def check_site_web(text: str) -> str:
    """Return an http(s) address, its scheme added when it lacks; refuse any other scheme, which a link would run."""
    address = clean_line(text)
    if not address:
        return ""
    if not re.match(r"[a-z][a-z0-9+.\-]*:", address, re.IGNORECASE) or re.match(r"[\w.\-]+:[0-9]", address):
        address = f"https://{address}"
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", address, re.IGNORECASE):
        message = f"L’adresse du site web n’est pas une adresse http(s) : « {text.strip()} »."
        raise Refused(Refusal("site_web_format", message, "site_web"))
    return address


def clean_line(text: str) -> str:
    """Return the text on one line, without the characters that a database refuses."""
    return " ".join(text.replace("\x00", "").split())
