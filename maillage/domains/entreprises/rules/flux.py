"""What the table PMSMP of the ASP says, typed, and what is odd about an immersion that took place. No database here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.entreprises.enums.immersion import ContratSuite, Objectif
from maillage.domains.entreprises.rules.immersions import counted, figure
from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.rules.flux import plain
from maillage.foundations.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from django.db.models import TextChoices

    from maillage.domains.entreprises.rules.immersions import Passee
    from maillage.foundations.kernel.parameters import Parametre


@dataclass(frozen=True, slots=True)
class LigneImmersion:
    """An immersion as a file tells it; `fin` is the first day after it. None and "" are unknown."""

    reference: str
    structure: str
    type_siae: str
    siret: str
    objectif: str
    debut: date
    fin: date
    jours: int
    salarie: str = ""
    nir: str = ""
    denomination: str = ""
    commune: str = ""
    rome: str = ""
    heures_semaine: Decimal | None = None
    embauche: bool | None = None
    contrat_suite: str = ""


@dataclass(frozen=True, slots=True)
class ContratConnu:
    """A contract of a person in a SIAE during `[debut, avant)`; `avant` None: it has no planned end."""

    pk: int
    type: str
    debut: date
    avant: date | None


@cache
def get_mots() -> Mapping[str, Mapping[str, str]]:
    """Return the words of `facts/pmsmp.toml`, with our own codes and labels, as `plain` writes them."""
    facts = tomllib.loads((Path(__file__).parents[1] / "facts/pmsmp.toml").read_text("utf-8"))
    return {"objectifs": _read(facts["objectifs"], Objectif), "contrats": _read(facts["contrats"], ContratSuite)}


def _read(table: Mapping[str, str], choices: type[TextChoices]) -> dict[str, str]:
    own = {str(word): value for value, label in choices.choices for word in (value, label)}
    return {plain(word): str(value) for word, value in {**table, **own}.items()}


def find_contrat(contrats: Iterable[ContratConnu], debut: date, fin: date) -> ContratConnu | None:
    """Return the contract of the first day of `[debut, fin)`; None when that day, or a later one, has no contract.

    A renewal that follows its contract goes on with it.
    """
    found, reached = None, debut
    for contrat in sorted(contrats, key=lambda each: each.debut):
        if contrat.debut <= reached and (contrat.avant is None or reached < contrat.avant):
            found = found or contrat
            if contrat.avant is None or fin <= contrat.avant:
                return found
            reached = contrat.avant
    return None


def tell_quotas(
    ligne: LigneImmersion,
    passees: Sequence[Passee],
    contrat: ContratConnu,
    pris: int,
    limites: Mapping[str, Parametre],
) -> tuple[Refusal, ...]:
    """Tell the limits that an immersion passes, with the others of the person: it took place, nothing refuses it.

    `pris` are the days of `contrat` that other immersions cover. A file does not tell renewals: each is one period.
    """
    months = int(limites["cumul_mois"].value)
    here = counted(passees, ligne.debut, months)
    periods = 1 + sum(not each.renouvelle for each in here)
    days = ligne.jours + sum(each.jours for each in here)
    checks = [
        (
            "periodes",
            periods,
            int(limites["periodes_max"].value),
            f"{periods} périodes en {months} mois chez cet accueil",
            "debut",
        ),
        (
            "cumul",
            days,
            int(limites["cumul_jours"].value),
            f"{days} jours de présence en {months} mois chez cet accueil",
            "jours",
        ),
    ]
    if contrat.type == TypeContrat.CDDI and contrat.avant is not None:
        share, length = limites["part_contrat"].value, (contrat.avant - contrat.debut).days
        covered = pris + (ligne.fin - ligne.debut).days
        text = f"{covered} jours du CDDI en immersion, sur {length} ({figure(share)} % au plus)"
        checks.append(("part_contrat", covered, int(length * share / 100), text, "fin"))
    return tuple(
        Refusal(code, f"{text}\u202f: {most} au plus.", field)
        for code, value, most, text, field in checks
        if value > most
    )
