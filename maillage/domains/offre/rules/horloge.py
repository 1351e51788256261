"""Legal clocks: how long the administration has, when it was suspended, what its silence means.

Silence for two months on a financial request is a refusal (CRPA, art. L. 231-4, 3°). When the file is incomplete the
administration lists the missing pieces and gives a delay: the clock stops during that delay, and starts again as soon
as the pieces come, or when the delay ends (CRPA, art. L. 114-5). Delays in months run as regulation n° 1182/71 says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.templatetags.ui import jour


@dataclass(frozen=True, slots=True)
class Suspension:
    """Pieces were asked on `debut`, to be given by `limite`; `recue` is the day they came (None: not yet)."""

    debut: date
    limite: date
    recue: date | None = None

    def end(self, on: date) -> date:
        """Return the day the clock starts again, as known on `on`; while suspended, it is that day."""
        return min(self.recue or on, self.limite, on)

    def runs(self, on: date) -> bool:
        """Tell whether the clock is stopped on a day."""
        return self.debut <= on < self.limite and (self.recue is None or on < self.recue)


@dataclass(frozen=True, slots=True)
class Horloge:
    """Where the clock of silence stands on a day.

    `echeance` is the last day to answer, `restants` the days left (negative: refused by silence since then). While
    `suspendue`, `echeance` moves on with each day and `reprise` tells when the clock runs again at the latest.
    """

    echeance: date
    restants: int
    jours_suspendus: int
    reprise: date | None = None

    @property
    def suspendue(self) -> bool:
        return self.reprise is not None

    @property
    def echue(self) -> bool:
        """Whether silence has already meant refusal."""
        return self.restants < 0

    @property
    def court(self) -> bool:
        """Whether the clock runs and silence has not meant refusal yet."""
        return not self.suspendue and not self.echue

    def cap(self, day: date) -> date:
        """Return a day, brought back to the last one to answer while the clock runs."""
        return min(day, self.echeance) if self.court else day

    @property
    def phrase(self) -> str:
        """Say it in words."""
        if self.reprise is not None:
            return f"délai suspendu, {_days(self.restants)} à la reprise (le {jour(self.reprise)} au plus tard)"
        if self.echue:
            return f"refus implicite depuis le {jour(self.echeance + timedelta(days=1))}"
        if self.restants == 0:
            return "refus implicite demain"
        return f"{_days(self.restants)} avant refus implicite"


def check_silence(day: date, horloge: Horloge | None, *, confirme: bool) -> list[Refusal]:
    """Return why a day is too late: silence will have meant refusal, and nobody said that they set it knowingly."""
    if horloge is None or horloge.suspendue or day <= horloge.echeance or confirme:
        return []
    since = jour(horloge.echeance + timedelta(days=1))
    message = (
        f"Le {jour(day)}, le silence vaudra refus depuis le {since}\u202f: avancez la date, ou confirmez que vous la "
        "maintenez."
    )
    return [Refusal("apres_silence", message, "confirme")]


def read_clock(depart: date, suspensions: tuple[Suspension, ...], *, mois: int, on: date) -> Horloge:
    """Return the state of the clock started on `depart` for so many months, on a day.

    Suspensions that overlap count once.
    """
    stopped = _stopped_days(suspensions, on)
    echeance = add_months(depart, mois) + timedelta(days=stopped)
    current = [each.limite for each in suspensions if each.runs(on)]
    return Horloge(echeance, (echeance - on).days, stopped, max(current) if current else None)


def _stopped_days(suspensions: tuple[Suspension, ...], on: date) -> int:
    total, counted = 0, date.min
    for each in sorted(suspensions, key=lambda each: each.debut):
        start, end = max(each.debut, counted), each.end(on)
        if end > start:
            total += (end - start).days
            counted = end
    return total


def _days(count: int) -> str:
    return f"{count} jours" if abs(count) > 1 else f"{count} jour"


@dataclass(frozen=True, slots=True)
class Butoir:
    """A day of the calendar of avenants, and what happens once it is past."""

    jour: date
    effet: str


def calendar_avenant(annee: int, *, mois_maintien: int, mois_reversement: int) -> tuple[Butoir, Butoir]:
    """Return the two days of the year of an avenant: former terms hold until the first, sums go back after the other.

    Code du travail, art. R. 5132-3-1, R. 5132-10-8-1, R. 5132-14 and R. 5132-29-1: both fall at the end of a month.
    """
    return (
        Butoir(_month_end(annee, mois_maintien), "les versements aux conditions de l’année précédente s’arrêtent"),
        Butoir(
            _month_end(annee, mois_reversement), "sans avenant signé, les sommes versées dans l’année sont à rendre"
        ),
    )


def _month_end(annee: int, mois: int) -> date:
    return add_months(date(annee, mois, 1), 1) - timedelta(days=1)


def next_butoir(butoirs: tuple[Butoir, ...], *, on: date) -> Butoir | None:
    """Return the first day of the calendar that is not past."""
    return next((each for each in butoirs if each.jour >= on), None)
