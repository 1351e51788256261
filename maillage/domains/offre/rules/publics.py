"""What may be told of a count of people, how it stands against an objective. Pure functions over values."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.offre.enums import PublicPrioritaire, Situation, SourceObjectif
from maillage.foundations.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ANNEE_MIN, ANNEE_MAX = 2018, 2100


@dataclass(frozen=True, slots=True)
class Repere:
    """What the strategy says of a public: `parts` are (year, per cent of the employees), possibly none."""

    definition: str
    passage: str
    parts: tuple[tuple[int, Decimal], ...]
    source: str


@cache
def reperes() -> Mapping[str, Repere]:
    """Return what the strategy says of every priority public, by code."""
    facts = tomllib.loads((Path(__file__).parent.parent / "publics.toml").read_text("utf-8"))
    source = facts.pop("source")
    return {
        code: Repere(
            row["definition"],
            row["passage"],
            tuple((year, Decimal(part)) for year, part in row["reperes"]),
            source,
        )
        for code, row in facts.items()
    }


@dataclass(frozen=True, slots=True)
class Fourchette:
    """What may be told of a count out of `total`: it lies from `bas` to `haut`; equal when it is published."""

    bas: int
    haut: int
    total: int

    @property
    def part(self) -> float | None:
        """The share in per cent, None when it is withheld or when there is nobody."""
        return 100 * self.bas / self.total if self.total and self.bas == self.haut else None

    @property
    def effectif(self) -> int | None:
        """The count, None when it is withheld."""
        return self.bas if self.bas == self.haut else None


def tell(effectif: int, total: int, *, least: int, hidden: bool = False) -> Fourchette:
    """Return what may be told of `effectif` people out of `total`.

    A count of 1 to `least - 1` is withheld, as one that leaves so few out: only that is told. Of a `hidden` one,
    withheld so that others are not found again by subtraction, nothing is told.
    """
    if not 0 <= effectif <= total:
        raise ValueError(f"{effectif} people out of {total}")
    if 0 < effectif < least:
        return Fourchette(1, min(least - 1, total), total)
    if 0 < total - effectif < least:
        return Fourchette(max(total - least + 1, 0), total - 1, total)
    return Fourchette(0, total, total) if hidden else Fourchette(effectif, effectif, total)


def situate(seen: Fourchette | None, *, cible_part: Decimal | None, cible_nombre: int | None) -> Situation:
    """Say how an actual stands against a target, from nothing more than what may be told of it."""
    if seen is None or not seen.total:
        return Situation.INCONNU
    wanted = wanted_count(seen.total, cible_part=cible_part, cible_nombre=cible_nombre)
    if seen.bas >= wanted:
        return Situation.ATTEINT
    return Situation.LOIN if seen.haut < wanted else Situation.INDETERMINE


def wanted_count(total: int, *, cible_part: Decimal | None, cible_nombre: int | None) -> Decimal:
    """Return how many people a target asks for, out of `total`."""
    if cible_part is not None:
        return cible_part * total / 100
    assert cible_nombre is not None  # a target is one of the two
    return Decimal(cible_nombre)


def least_gap(seen: Fourchette, part: Decimal) -> float:
    """Return by how many points at least a share is under a target in per cent; 0 when it may reach it."""
    return max(0.0, float(part) - 100 * seen.haut / seen.total)


def least_missing(seen: Fourchette, part: Decimal) -> int:
    """Return how many people at least are missing for a share in per cent to be reached, with as many employees."""
    return max(0, ceil(wanted_count(seen.total, cible_part=part, cible_nombre=None)) - seen.haut)


@dataclass(frozen=True, slots=True)
class FicheObjectif:
    """An objective as it is typed or imported."""

    public: str
    niveau: str
    code: str
    type_siae: str
    annee: int
    cible_part: Decimal | None
    cible_nombre: int | None
    source: str
    reference: str = ""
    commentaire: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What an objective is about."""
        return self.public, self.niveau, self.code, self.type_siae, self.annee


def check_objectif(fiche: FicheObjectif) -> list[Refusal]:
    """Return why an objective cannot be kept, whoever sets it."""
    refusals = []
    if fiche.public not in PublicPrioritaire.values:
        refusals.append(Refusal("public_inconnu", f"«\u202f{fiche.public}\u202f» n’est pas un public suivi.", "public"))
    if fiche.source not in SourceObjectif.values:
        refusals.append(Refusal("source_inconnue", "Dites qui a décidé l’objectif.", "source"))
    if not ANNEE_MIN <= fiche.annee <= ANNEE_MAX:
        refusals.append(Refusal("annee_invalide", f"L’année {fiche.annee} est hors de portée.", "annee"))
    if (fiche.cible_part is None) == (fiche.cible_nombre is None):
        message = "Donnez une part des salariés ou un nombre de salariés, l’un des deux."
        refusals.append(Refusal("une_cible", message, "cible_part"))
    if fiche.cible_part is not None and not 0 < fiche.cible_part <= 100:
        refusals.append(Refusal("part_invalide", "Une part se situe entre 0 et 100 %.", "cible_part"))
    if fiche.cible_nombre is not None and fiche.cible_nombre < 1:
        refusals.append(Refusal("nombre_invalide", "Un objectif vise au moins un salarié.", "cible_nombre"))
    return refusals


@dataclass(frozen=True, slots=True)
class LigneRealisation:
    """The counts of one SIAE (key) for a year: employees by public, out of `total`; one not given stays unknown."""

    siae: int
    annee: int
    total: int
    effectifs: tuple[tuple[str, int], ...]


def check_realisation(ligne: LigneRealisation, *, siae: Collection[int], annee_max: int) -> list[Refusal]:
    """Return why a line of actuals cannot be kept: unknown SIAE, year to come, more people than employees."""
    refusals = []
    if ligne.siae not in siae:
        refusals.append(Refusal("siae_inconnue", "Cette SIAE n’est pas dans le registre.", "siret"))
    if not ANNEE_MIN <= ligne.annee <= annee_max:
        message = f"L’année {ligne.annee} est hors de portée\u202f: de {ANNEE_MIN} à {annee_max}."
        refusals.append(Refusal("annee_invalide", message, "annee"))
    if ligne.total < 1:
        refusals.append(Refusal("total_nul", "Le total des salariés connus est d’au moins un.", "salaries"))
    for public, effectif in ligne.effectifs:
        if effectif > ligne.total:
            message = f"{effectif} salariés pour un total de {ligne.total}\u202f: revoyez l’un des deux."
            refusals.append(Refusal("effectif_trop_grand", message, public))
    counts = dict(ligne.effectifs)
    deld, seniors = counts.get("seniors_deld"), counts.get("seniors")
    if deld is not None and seniors is not None and deld > seniors:
        message = (
            f"{deld} seniors demandeurs d’emploi de longue durée pour {seniors} seniors\u202f: revoyez l’un des deux."
        )
        refusals.append(Refusal("seniors_incoherents", message, "seniors_deld"))
    return refusals
