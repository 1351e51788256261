"""What changes from one vintage to another: the same settings over two years of need and of supply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.queries.lecture import describe_indicateur
from maillage.foundations.kernel.drawings import Change, ChangeChart
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.domains.diagnostics.rules import Choix

# What is followed from one vintage to another.
SUIVIS = (Indicateur.ACCESSIBILITE, Indicateur.TAUX, Indicateur.PORTEE, Indicateur.ETP, Indicateur.SIAE)


@dataclass(frozen=True, slots=True)
class Periode:
    """A year of need and a year of supply; None leaves the choice to what is known."""

    besoin: int | None
    offre: int | None


@dataclass(frozen=True, slots=True)
class Suivi:
    """A territory before and after."""

    avant: Ligne
    apres: Ligne


@dataclass(frozen=True, slots=True)
class Evolution:
    """Two coverages of the same land, in the division in force, and the territories of one maille in both."""

    avant: Couverture
    apres: Couverture
    suivis: tuple[Suivi, ...]

    def read(self, suivi: Suivi, indicateur: Indicateur) -> tuple[float | None, float | None]:
        """Return a figure before and after, in the scale it is shown in."""
        return self.avant.read(suivi.avant, indicateur), self.apres.read(suivi.apres, indicateur)


def compute_evolution(
    region: str, choix: Choix, avant: Periode, apres: Periode, maille: Maille, *, on: date | None = None
) -> Evolution:
    """Measure the coverage of two periods under the same settings. Raise `Refused` as `compute_couverture` does.

    The supply is counted in the same unit on both sides: the one of the latter. Both are computed on the communes in
    force, to which the older series are carried.
    """
    mailles = (maille, Maille.DEPARTEMENT)
    after = compute_couverture(
        region, replace(choix, annee=apres.besoin, annee_offre=apres.offre), mailles=mailles, on=on
    )
    same = replace(choix, annee=avant.besoin, annee_offre=avant.offre, capacite=after.capacite)
    before = compute_couverture(region, same, mailles=mailles, on=on)
    pairs = zip((before.total, *before.mailles[maille]), (after.total, *after.mailles[maille]), strict=True)
    return Evolution(before, after, tuple(Suivi(*pair) for pair in pairs))


def describe_periodes(evolution: Evolution) -> tuple[str, ...]:
    """Tell what is set against what, and what did not move because it is not known for two years."""
    before, after = evolution.avant, evolution.apres
    said = [
        f"Avant\u202f: {_period(before)}. Après\u202f: {_period(after)}. Les deux sont écrits dans le découpage en"
        f" vigueur ({after.geographie.millesime})."
    ]
    if before.besoins.annee == after.besoins.annee:
        said.append("Le besoin est le même des deux côtés\u202f: seul ce qui vient de l’offre évolue.")
    if before.offre.annee == after.offre.annee:
        said.append("L’offre est la même des deux côtés\u202f: seul ce qui vient du besoin évolue.")
    if before.besoins.estime != after.besoins.estime or before.besoins.source != after.besoins.source:
        said.append(
            f"Les sources du besoin diffèrent ({before.besoins.source}\u202f; {after.besoins.source})\u202f: une"
            " partie de l’évolution peut venir de la façon de compter."
        )
    return tuple(said)


def _period(couverture: Couverture) -> str:
    need = f"besoin {couverture.besoins.annee}" if couverture.besoins.annee else "besoin d’année inconnue"
    supply = f"offre {couverture.offre.annee}" if couverture.offre.annee else "offre d’année inconnue"
    return f"{need}, {supply}"


def draw_evolution(evolution: Evolution, indicateur: Indicateur, *, link: Callable[[Ligne], str]) -> ChangeChart:
    """Return the change of one figure: the region first, then each département."""
    before, after = evolution.avant, evolution.apres
    pairs: Sequence[tuple[Ligne, Ligne]] = [
        (before.total, after.total),
        *zip(before.mailles[Maille.DEPARTEMENT], after.mailles[Maille.DEPARTEMENT], strict=True),
    ]
    changes = [
        Change(new.nom, before.read(old, indicateur), after.read(new, indicateur), link(new), strong=new is after.total)
        for old, new in pairs
    ]
    return ChangeChart(
        f"{describe_indicateur(after, indicateur)}\u202f: la région et ses départements",
        "Le cercle est l’avant, le disque l’après.",
        names_of(evolution),
        changes,
        digits=0 if indicateur in {Indicateur.SIAE, Indicateur.ETP} else 2,
    )


def names_of(evolution: Evolution) -> tuple[str, str]:
    """Name both sides by what tells them apart: the year of the supply, else that of the need."""
    before, after = evolution.avant, evolution.apres
    if before.offre.annee != after.offre.annee:
        return str(before.offre.annee), str(after.offre.annee)
    if before.besoins.annee != after.besoins.annee:
        return str(before.besoins.annee), str(after.besoins.annee)
    return "Avant", "Après"
