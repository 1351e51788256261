"""The register of processings (RGPD, art. 30), read from what the models declare of themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from maillage.foundations.kernel import personal
from maillage.foundations.kernel.parameters import Parametre, find_parametre, get_parametre

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import Model

    from maillage.foundations.kernel.personal import Personnel


@dataclass(frozen=True, slots=True)
class Donnee:
    """One personal field: where it is, what it is, what becomes of it."""

    objet: str
    champ: str
    nature: str
    sort: str


@dataclass(frozen=True, slots=True)
class Traitement:
    """One purpose, and everything that is kept for it. `conservation` is a dated parameter, or a sentence."""

    finalite: str
    bases: tuple[str, ...]
    categories: tuple[str, ...]
    lecteurs: tuple[str, ...]
    parametres: tuple[Parametre, ...]
    durees: tuple[str, ...]
    donnees: tuple[Donnee, ...]

    @property
    def conservation(self) -> str:
        """How long, in words."""
        told = [f"{amount(each)}\u202f: {each.label}" for each in self.parametres]
        return " ; ".join([*told, *self.durees])


def traitements(on: date) -> list[Traitement]:
    """Return the register as it stands on a day, by purpose."""
    declared = sorted(personal.declarations(), key=lambda pair: pair[1].finalite)
    return [
        _traitement(purpose, list(pairs), on) for purpose, pairs in groupby(declared, lambda pair: pair[1].finalite)
    ]


def _traitement(purpose: str, pairs: list[tuple[type[Model], Personnel]], on: date) -> Traitement:
    declared = [declaration for _, declaration in pairs]
    found = {each.conservation: find_parametre(each.conservation, on=on) for each in declared}
    return Traitement(
        finalite=purpose,
        bases=_unique([*(each.base for each in declared), *_own_bases(pairs)]),
        categories=_unique(champ.nature for each in declared for champ in each.champs.values()),
        lecteurs=_unique(_with_amounts(each.lecteurs, on) for each in declared),
        parametres=tuple(parametre for parametre in found.values() if parametre is not None),
        durees=tuple(text for text, parametre in found.items() if parametre is None),
        donnees=tuple(
            Donnee(
                declaration.objet(model),
                declaration.libelle(model, name),
                champ.nature,
                "disparaît avec la ligne" if declaration.disparait else champ.sort.label,
            )
            for model, declaration in pairs
            for name, champ in declaration.champs.items()
        ),
    )


def _own_bases(pairs: Iterable[tuple[type[Model], Personnel]]) -> Iterator[str]:
    for model, declared in pairs:
        for name, champ in declared.champs.items():
            if champ.base:
                yield f"{declared.libelle(model, name)}\u202f: {champ.base}"


def _with_amounts(text: str, on: date) -> str:
    """Write the figures of the parameters that a text names."""
    return re.sub(r"\{([\w.]+)\}", lambda found: amount(get_parametre(found[1], on=on)), text)


def amount(parametre: Parametre) -> str:
    """Return a figure in words; what nobody has confirmed says so."""
    return f"{parametre.amount}{'' if parametre.confirmed else ' (non confirmé)'}"


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
