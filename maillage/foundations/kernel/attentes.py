"""What awaits a person: tasks that the rooms tell, gathered on one page.

An `AppConfig` names its questions, dotted paths of functions `(user) -> Iterable[Attente]` asking a number of queries
that depends on nothing (`kernel.E006` refuses a path that leads nowhere):

    attentes = ("maillage.interfaces.imports.queries.attentes.list_attentes",)

A label names no person in insertion: it says how many and leads to the page that names them, under its permission.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    Publisher = Callable[[Any], "Iterable[Attente]"]


class Delai(StrEnum):
    """When something is to be done, as the page groups it."""

    RETARD = "retard"
    SEMAINE = "semaine"
    PROCHE = "proche"
    PLUS_TARD = "plus_tard"
    SANS = "sans"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Delai.RETARD: "En retard",
    Delai.SEMAINE: "Cette semaine",
    Delai.PROCHE: "Sans attendre",
    Delai.PLUS_TARD: "Plus tard",
    Delai.SANS: "Sans échéance",
}


@dataclass(frozen=True, slots=True)
class Attente:
    """One thing to do: what, on which page ("": nothing but the label), before which day, how many, pressing or not."""

    label: str
    url: str = ""
    echeance: date | None = None
    nombre: int = 1
    urgente: bool = False

    def delai(self, on: date) -> Delai:
        """Return the group it belongs to on a day; « this week » is the seven days that begin with it.

        What presses is never for later, although its deadline falls after the week.
        """
        if self.echeance is None:
            return Delai.SANS
        if self.echeance < on:
            return Delai.RETARD
        if self.echeance < on + timedelta(days=7):
            return Delai.SEMAINE
        return Delai.PROCHE if self.urgente else Delai.PLUS_TARD


@dataclass(frozen=True, slots=True)
class Groupe:
    """The tasks of one delay."""

    delai: Delai
    attentes: Sequence[Attente]


def list_groupes(user: Any, on: date) -> list[Groupe]:
    """Return what awaits this person, by delay; in each, the pressing first, then the nearest deadline."""
    found: defaultdict[Delai, list[Attente]] = defaultdict(list)
    for publisher in publishers():
        for attente in publisher(user):
            found[attente.delai(on)].append(attente)
    return [
        Groupe(delai, sorted(found[delai], key=lambda a: (not a.urgente, a.echeance or date.max, a.label)))
        for delai in Delai
        if found[delai]
    ]


def gather(label: Callable[[int], str], url: str, echeances: Iterable[date], on: date) -> list[Attente]:
    """Return one task per delay for many things alike: how many, before the first of their deadlines."""
    found: defaultdict[Delai, list[date]] = defaultdict(list)
    for echeance in echeances:
        found[Attente("", echeance=echeance).delai(on)].append(echeance)
    return [Attente(label(len(days)), url, min(days), len(days)) for days in found.values()]


def page(name: str, *args: Any) -> str:
    """Return the address of a page, "" in an installation that does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def declared() -> list[str]:
    """Return the dotted paths that the rooms declare, in the order of the rooms."""
    return [path for config in apps.get_app_configs() for path in getattr(config, "attentes", ())]


@cache
def publishers() -> tuple[Publisher, ...]:
    """Return the questions that the rooms declare."""
    return tuple(import_string(path) for path in declared())
