"""Who is eligible to a pathway: the criteria, which ones a situation suggests, how many a kind of SIAE asks for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.situation import DureeChomage, NiveauFormation, Rsa
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

AGE_JEUNE, AGE_SENIOR = 26, 50  # the words of the criteria themselves: « moins de 26 ans », « 50 ans ou plus »
NIVEAUX = (1, 2)


@dataclass(frozen=True, slots=True)
class Critere:
    """An administrative criterion; `validite_mois` is how old its proof may be, None when the proof says so itself."""

    code: str
    asp: int
    niveau: int
    libelle: str
    justificatif: str
    depuis: date
    avant: date | None = None
    validite_mois: int | None = None

    def holds(self, on: date) -> bool:
        return self.depuis <= on and (self.avant is None or on < self.avant)

    @property
    def preuve(self) -> str:
        """The proof, and how recent."""
        recent = f", de moins de {self.validite_mois} mois" if self.validite_mois else ""
        return f"{self.justificatif}{recent}"


@cache
def catalogue() -> Mapping[str, Critere]:
    """Return every criterion that was ever in force, by code, in the order of the ASP."""
    rows = tomllib.loads((Path(__file__).parents[1] / "facts/criteres.toml").read_text("utf-8"))["critere"]
    return {row["code"]: Critere(**row) for row in rows}


def criteres(on: date) -> list[Critere]:
    """Return the criteria in force on a day."""
    return [each for each in catalogue().values() if each.holds(on)]


def age(naissance: date | None, on: date) -> int | None:
    """Return the age on a day, in whole years; born on 29 February, one is a year older on 1 March."""
    if naissance is None:
        return None
    return on.year - naissance.year - ((on.month, on.day) < (naissance.month, naissance.day))


@dataclass(frozen=True, slots=True)
class Profil:
    """What is known of a person; None and "" are unknown."""

    age: int | None = None
    niveau_formation: str = ""
    duree_chomage: int | None = None
    rsa: str = ""
    ass: bool | None = None
    aah: bool | None = None
    rqth: bool | None = None
    oeth: bool | None = None
    ase: bool | None = None
    parent_isole: bool | None = None
    sans_logement: bool | None = None
    refugiee: bool | None = None
    justice: bool | None = None
    francais: bool | None = None
    mobilite: bool | None = None
    qpv: bool | None = None
    zrr: bool | None = None


def _either(*values: bool | None) -> bool | None:
    """Return whether one is true; unknown when none is and one is not known."""
    return True if True in values else None if None in values else False


def _equals(value: int | None, wanted: int) -> bool | None:
    return None if value is None else value == wanted


_INFRA = (NiveauFormation.INFRA, NiveauFormation.SANS_CAP, NiveauFormation.CAP_BEP_SANS, NiveauFormation.CAP_BEP)
_READ: Mapping[str, Callable[[Profil], bool | None]] = {
    "rsa": lambda p: p.rsa in {Rsa.MAJORE, Rsa.NON_MAJORE} if p.rsa else None,
    "ass": lambda p: p.ass,
    "aah": lambda p: p.aah,
    "detld": lambda p: _equals(p.duree_chomage, DureeChomage.PLUS_24),
    "cap_bep": lambda p: p.niveau_formation in {*_INFRA, NiveauFormation.SANS} if p.niveau_formation else None,
    "senior": lambda p: None if p.age is None else p.age >= AGE_SENIOR,
    "jeune": lambda p: None if p.age is None else p.age < AGE_JEUNE,
    "ase": lambda p: p.ase,
    "deld": lambda p: _equals(p.duree_chomage, DureeChomage.DE_12_A_23),
    "th": lambda p: _either(p.rqth, p.oeth),
    "parent_isole": lambda p: p.parent_isole,
    "logement": lambda p: p.sans_logement,
    "refugie": lambda p: p.refugiee,
    "zrr": lambda p: p.zrr,
    "qpv": lambda p: p.qpv,
    "justice": lambda p: p.justice,
    "francais": lambda p: p.francais,
    "mobilite": lambda p: p.mobilite,
}
_FIELDS = {
    "rsa": "RSA",
    "ass": "ASS",
    "aah": "AAH",
    "detld": "durée sans emploi",
    "cap_bep": "niveau de formation",
    "senior": "date de naissance",
    "jeune": "date de naissance",
    "ase": "aide sociale à l’enfance",
    "deld": "durée sans emploi",
    "th": "RQTH ou obligation d’emploi",
    "parent_isole": "parent isolé",
    "logement": "hébergement",
    "refugie": "protection ou asile",
    "zrr": "lieu de vie (ZRR)",
    "qpv": "lieu de vie (QPV)",
    "justice": "justice",
    "francais": "langue française",
    "mobilite": "mobilité",
}


@dataclass(frozen=True, slots=True)
class Indice:
    """What a situation says of a criterion: met, not met, unknown (None), and which field tells it."""

    critere: Critere
    rempli: bool | None
    parce_que: str


def read_indices(profil: Profil, on: date) -> list[Indice]:
    """Return what is known of each criterion in force on a day."""
    return [Indice(each, (met := _READ[each.code](profil)), _why(each.code, met, profil)) for each in criteres(on)]


def _why(code: str, met: bool | None, profil: Profil) -> str:
    if met is None:
        return f"non renseigné ({_FIELDS[code]})"
    if code in {"jeune", "senior"}:
        return f"{profil.age} ans"
    return f"d’après la situation ({_FIELDS[code]})" if met else f"non, d’après la situation ({_FIELDS[code]})"


@dataclass(frozen=True, slots=True)
class Seuils:
    """How many criteria of level 1, or of level 2, a kind of SIAE asks for."""

    niveau_1: int
    niveau_2: int


@dataclass(frozen=True, slots=True)
class Bilan:
    """How many criteria are met, against what a kind of SIAE asks for."""

    niveau_1: int
    niveau_2: int
    seuils: Seuils

    @property
    def eligible(self) -> bool:
        return self.niveau_1 >= self.seuils.niveau_1 or self.niveau_2 >= self.seuils.niveau_2

    @property
    def manque(self) -> str:
        """What is missing, in words; "" when nothing is."""
        if self.eligible:
            return ""
        two = self.seuils.niveau_2 - self.niveau_2
        one = self.seuils.niveau_1 - self.niveau_1
        return f"il manque {_criteria(two)} de niveau 2, ou {_criteria(one)} de niveau 1"

    @property
    def phrase(self) -> str:
        kept = f"{_criteria(self.niveau_1)} de niveau 1, {_criteria(self.niveau_2)} de niveau 2"
        return f"Éligible{NARROW_SPACE}: {kept}." if self.eligible else f"Non éligible{NARROW_SPACE}: {self.manque}."


def _criteria(number: int) -> str:
    return f"{number} critère{'s' if number > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Ouverture:
    """Whether a contract may open a right to a pathway: "" or the code of why not, and the words that tell it."""

    refus: str
    constat: str


def evaluate(codes: Iterable[str], seuils: Seuils) -> Bilan:
    """Return how many of these criteria are of each level, each counted once; raise `KeyError` for an unknown one."""
    levels = [catalogue()[code].niveau for code in set(codes)]
    return Bilan(levels.count(1), levels.count(2), seuils)


def unknown_codes(codes: Sequence[str], on: date) -> list[str]:
    """Return the codes that name no criterion in force on a day."""
    known = {each.code for each in criteres(on)}
    return [code for code in codes if code not in known]
