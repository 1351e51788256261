"""The days of a right: how many were used, are left, are suspended, and why it ends when it does.

Periods are half-open, `[debut, fin)`: they hold `fin - debut` days, first and last included as people say them. A day
of a right is either used, or left, or suspended; the three add up to its whole span. Pure functions over values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, jour, nombre

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, order=True)
class Periode:
    """The days `[debut, fin)`."""

    debut: date
    fin: date

    @property
    def jours(self) -> int:
        return max(0, (self.fin - self.debut).days)

    @property
    def dernier(self) -> date:
        """The last day, as people say it."""
        return self.fin - timedelta(days=1)

    def before(self, day: date) -> int:
        """Return how many of its days come before a day."""
        return max(0, (min(self.fin, day) - self.debut).days)

    def overlaps(self, other: Periode) -> bool:
        return self.debut < other.fin and other.debut < self.fin


@dataclass(frozen=True, slots=True)
class Titre:
    """A right as the arithmetic sees it: its first day, the days of its regime, what moves its end."""

    debut: date
    duree: int
    suspensions: tuple[Periode, ...] = ()
    prolongations: tuple[int, ...] = ()

    @property
    def suspendus(self) -> int:
        return sum(each.jours for each in self.suspensions)

    @property
    def prolonges(self) -> int:
        return sum(self.prolongations)

    @property
    def total(self) -> int:
        """Every day from the first to the last, suspended ones included."""
        return self.duree + self.suspendus + self.prolonges

    @property
    def fin(self) -> date:
        """The first day without right."""
        return self.debut + timedelta(days=self.total)

    @property
    def periode(self) -> Periode:
        return Periode(self.debut, self.fin)

    def holds_suspensions(self) -> bool:
        """Tell whether each suspension begins within the right, without the days that it gives itself."""
        return all(
            self.debut <= each.debut < self.fin - timedelta(days=_from(self.suspensions, each.debut))
            for each in self.suspensions
        )


def _from(suspensions: Sequence[Periode], day: date) -> int:
    """Return the days of the suspensions that begin on a day or after it."""
    return sum(each.jours for each in suspensions if each.debut >= day)


@dataclass(frozen=True, slots=True)
class Compte:
    """Where a right stands on a day: `utilises + restants + suspendus == total`.

    `suspendus` are all the suspended days, those to come included; `courante` is the suspension in force.
    """

    on: date
    titre: Titre
    utilises: int
    restants: int
    suspendus: int
    courante: Periode | None = None

    @property
    def total(self) -> int:
        return self.titre.total

    @property
    def fini(self) -> bool:
        return self.on >= self.titre.fin

    @property
    def a_venir(self) -> bool:
        return self.on < self.titre.debut


def count(titre: Titre, on: date) -> Compte:
    """Return where a right stands in the morning of a day: that day is still to be used."""
    passes = titre.periode.before(on)
    suspendus_passes = sum(each.before(on) for each in titre.suspensions)
    utilises = passes - suspendus_passes
    courante = next((each for each in titre.suspensions if each.debut <= on < each.fin), None)
    return Compte(on, titre, utilises, titre.duree + titre.prolonges - utilises, titre.suspendus, courante)


@dataclass(frozen=True, slots=True)
class Ecriture:
    """One line of the ledger: what, how many days (None: a day rather than a number), why."""

    libelle: str
    jours: int | None
    detail: str = ""
    somme: bool = False


def ledger(
    titre: Titre, on: date, *, regime: str = "durée du titre", accords: Sequence[str] = ()
) -> tuple[Ecriture, ...]:
    """Return the account of a right, line by line, the sums marked.

    `accords` tell each prolongation, in the order of the right: its reason, who granted it. Its line says until when
    the right then goes, all suspensions counted: the account adds them first.
    """
    compte, since = count(titre, on), max(on, titre.debut)
    lines = [Ecriture(regime, titre.duree, f"à compter du {jour(titre.debut)}, premier jour compris")]
    lines += [
        Ecriture("+ suspension", each.jours, f"du {jour(each.debut)} au {jour(each.dernier)} compris")
        for each in sorted(titre.suspensions)
    ]
    end = titre.debut + timedelta(days=titre.duree + titre.suspendus)
    for rank, added in enumerate(titre.prolongations):
        end += timedelta(days=added)
        until = f"jusqu’au {jour(end - timedelta(days=1))} compris"
        lines.append(Ecriture("+ prolongation", added, f"{accords[rank]}{NARROW_SPACE}: {until}" if accords else until))
    lines += [
        Ecriture("= durée totale", titre.total, f"jusqu’au {jour(titre.periode.dernier)} compris", somme=True),
        Ecriture("− jours utilisés", compte.utilises, f"avant le {jour(since)}"),
        Ecriture("− jours suspendus", compte.suspendus, "ils ne comptent pas"),
        Ecriture("= jours restants", compte.restants, f"à partir du {jour(since)}, ce jour compris", somme=True),
    ]
    return tuple(lines)


def sentence(titre: Titre, on: date) -> str:
    """Say the account in one line: « 730 j + 41 j de suspension = 771 j ; utilisés …, restants …, suspendus … »."""
    compte = count(titre, on)
    parts = [days(titre.duree)]
    if titre.suspendus:
        parts.append(f"{days(titre.suspendus)} de suspension")
    if titre.prolonges:
        parts.append(f"{days(titre.prolonges)} de prolongation")
    total = f" = {days(titre.total)}" if len(parts) > 1 else ""
    state = (("utilisés", compte.utilises), ("restants", compte.restants), ("suspendus", compte.suspendus))
    return f"{' + '.join(parts)}{total}{NARROW_SPACE}; {', '.join(f'{name} {days(number)}' for name, number in state)}."


def days(number: int) -> str:
    """Write a number of days shortly: 1 095 j."""
    return f"{nombre(number)}{NARROW_SPACE}j"


def end_after_months(debut: date, months: int) -> int:
    """Return how many days a period of so many months from a day holds."""
    return (add_months(debut, months) - debut).days
