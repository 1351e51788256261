"""How a fiche salarié is written for the ASP, and how its answers are read (format RIAE_FS). No database here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the ASP takes in one file (cahier des charges RIAE_FS).
MOST_RECORDS, MOST_BYTES = 700, 2 * 1024 * 1024
PRENOM_MOST = 30
# Codes of the answer: a fiche that the ASP had already is accepted; the others are to be corrected and sent again.
ACCEPTED = frozenset({"0000", "3436"})
UNIQUE_ID = "3437"
FRANCE = "100"
# Countries of the European Union, by the last three digits of their Insee code: the group « 2 » of the ASP.
UNION = frozenset(
    str(code)
    for code in (
        *(101, 104, 105, 106, 107, 108, 109, 110, 111, 112, 114, 116, 117, 119, 122),
        *(126, 127, 131, 134, 135, 136, 137, 139, 144, 145, 254),
    )
)
# Types of lane of the ASP that addresses usually name.
VOIES = {
    "ALLEE": "ALL",
    "AVENUE": "AV",
    "AV": "AV",
    "BOULEVARD": "BD",
    "BD": "BD",
    "CHEMIN": "CHE",
    "COURS": "CRS",
    "IMPASSE": "IMP",
    "PASSAGE": "PAS",
    "PLACE": "PL",
    "QUAI": "QUAI",
    "ROUTE": "RTE",
    "RUE": "RUE",
    "SQUARE": "SQ",
    "VILLA": "VLA",
}
_ADDRESS = re.compile(r"(?:(\d{1,5})\s*(BIS|TER|QUATER)?[ ,]+)?([A-Z]+)\s+(.+)")
_EXTENSIONS = {"BIS": "B", "TER": "T", "QUATER": "Q"}


@dataclass(frozen=True, slots=True)
class Voie:
    """A lane as the ASP wants it."""

    numero: str | None
    extension: str | None
    type: str
    libelle: str


def plain_capitals(text: str) -> str:
    """Return a name as the ASP reads it: capitals, no accent."""
    letters = unicodedata.normalize("NFKD", text.upper().replace("’", "'").replace("œ", "oe"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()


def shorten(prenom: str) -> str:
    """Return a first name within the 30 characters of the ASP, cut between two words."""
    name = plain_capitals(prenom)
    return name if len(name) <= PRENOM_MOST else name[:PRENOM_MOST].rsplit(" ", 1)[0]


def split_address(text: str) -> Voie | None:
    """Return the lane of an address written in one line; None when its type of lane is not recognised."""
    match = _ADDRESS.fullmatch(plain_capitals(text).translate(str.maketrans("", "", "()")))
    if match is None or match[3] not in VOIES:
        return None
    return Voie(match[1], _EXTENSIONS.get(match[2] or ""), VOIES[match[3]], match[4][:32])


def birth_place(nir: str) -> Mapping[str, object]:
    """Return where a NIR says that a person was born, in the three fields of the ASP: commune, country, group."""
    departement, commune = nir[5:7], nir[7:10]
    if departement == "99":
        group = "2" if commune in UNION else "3"
        place = {"codeComInsee": None, "codeDpt": "099"}
        return {"codeComInsee": place, "codeInseePays": commune, "codeGroupePays": group}
    code = departement + commune
    dpt = code[:3] if departement in ("97", "98") else f"0{departement}"
    return {
        "codeComInsee": {"codeComInsee": code, "codeDpt": dpt},
        "codeInseePays": FRANCE,
        "codeGroupePays": "1",
    }


def advise(code: str) -> str:
    """Return what to do about a rejected fiche, in French."""
    if code == UNIQUE_ID:
        return (
            "L’ASP connaît déjà cette personne sous un autre identifiant\u202f: vérifiez son NIR et sa date de "
            "naissance, puis demandez à l’ASP de rapprocher les deux dossiers."
        )
    return "Corrigez ce que l’ASP désigne, puis préparez un nouvel envoi\u202f: la fiche en fera partie."
