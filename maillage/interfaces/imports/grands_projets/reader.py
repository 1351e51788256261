"""One line of a list of great projects, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.text import slugify

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_siret
from maillage.references.economie import rules
from maillage.references.economie.enums import EtatProjet, Programme
from maillage.references.economie.rules import FicheProjet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import date

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LigneProjet:
    """What the line says; `etat` is empty when it does not tell."""

    fiche: FicheProjet
    etat: str

    @property
    def key(self) -> Hashable:
        """A project is its name."""
        return slugify(self.fiche.nom)


def read_line(cells: Mapping[str, str]) -> LigneProjet:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    fiche = FicheProjet(
        nom=values.text("nom", required=True, longest=200),
        programme=values.checked("programme", lambda text: _choose(Programme, text, "programme"), required=True),
        description=values.text("description", longest=5000),
        debut=_read_day(values, "debut"),
        fin=_read_day(values, "fin"),
        heures_prevues=values.count("heures_prevues"),
        heures_realisees=values.count("heures_realisees"),
        source=values.text("source", longest=200),
        lieux=_read_list(values, "lieux", rules.read_lieux),
        phases=_read_list(values, "phases", rules.read_phases),
        metiers=_read_list(values, "metiers", rules.read_metiers),
        acheteurs=_read_list(values, "acheteurs", lambda text: tuple(map(check_siret, text.split()))),
    )
    etat = values.checked("etat", lambda text: _choose(EtatProjet, text, "etat"))
    values.faults.extend(rules.check_projet(fiche) if fiche.nom else ())
    values.check()
    return LigneProjet(fiche, etat)


def _choose(choices: Any, text: str, column: str) -> str:
    """Return the value that a text names, by itself or its label; refuse it with those that are known."""
    for choice in choices:
        if normalise(text) in {normalise(choice.value), normalise(choice.label)}:
            value: str = choice.value
            return value
    known = ", ".join(choice.value for choice in choices)
    raise Refused(Refusal("valeur_inconnue", f"« {text} » : écrivez l’une de ces valeurs : {known}.", column))


def _read_day(values: Values, column: str) -> date | None:
    text = values.text(column, longest=20)
    if not text:
        return None
    try:
        return rules.read_date(text, column)
    except Refused as refused:
        values.faults.extend(refused.refusals)
        return None


def _read_list(values: Values, column: str, read: Callable[[str], tuple[T, ...]]) -> tuple[T, ...]:
    text = values.text(column, longest=5000).replace("|", "\n")
    try:
        return read(text)
    except Refused as refused:
        values.faults.extend(Refusal(reason.code, reason.message, column) for reason in refused.refusals)
        return ()
