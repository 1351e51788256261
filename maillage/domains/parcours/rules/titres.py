"""What one may do to a right: suspend it, lift a suspension, prolong it; under which caps, and when.

The caller reads the figures of the day (dated parameters) and gives them; nothing here knows a figure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.enums.titre import MotifProlongation, MotifSuspension
from maillage.domains.parcours.rules.jours import Periode, Titre, days
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, jour

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NUMERO_PREFIXE, NUMERO_RANG = "99999", 7

# The reasons that one may give today; the others are those of former texts.
MOTIFS_SUSPENSION = (
    MotifSuspension.CONTRAT_SUSPENDU,
    MotifSuspension.CONTRAT_ROMPU,
    MotifSuspension.CONTRAT_FINI,
    MotifSuspension.ENTRE_SIAE,
    MotifSuspension.PASSERELLE,
)
# Only these kinds of SIAE have contrats passerelle.
TYPES_PASSERELLE = ("EI", "ACI")


def write_numero(rang: int) -> str:
    """Return the number of the right of this rank; raise `ValueError` when seven digits do not hold it."""
    if not 1 <= rang < 10**NUMERO_RANG:
        raise ValueError(f"no right of rank {rang}")
    return f"{NUMERO_PREFIXE}{rang:0{NUMERO_RANG}}"


def end_of_carence(fin: date, mois: int) -> date:
    """Return from when on a person whose right ended on `fin` may have another."""
    return add_months(fin, mois)


@dataclass(frozen=True, slots=True)
class PlafondsSuspension:
    """How long a suspension may last, in months, and how long ago it may begin, in days."""

    mois: int
    retroactivite: int

    def longest(self, debut: date) -> int:
        """Return the longest suspension from a day, in days."""
        return (add_months(debut, self.mois) - debut).days


def check_suspension(
    titre: Titre, asked: Periode, plafonds: PlafondsSuspension, *, motif: str, type_siae: str, on: date
) -> list[Refusal]:
    """Return why a right may not be suspended on these days."""
    found = []
    if motif not in MOTIFS_SUSPENSION:
        found.append(Refusal("motif_inconnu", "Ce motif n’est pas, ou n’est plus, un motif de suspension.", "motif"))
    if motif == MotifSuspension.PASSERELLE and type_siae not in TYPES_PASSERELLE:
        message = "Un contrat passerelle ne concerne que les EI et les ACI."
        found.append(Refusal("motif_type", message, "motif"))
    if not titre.debut <= asked.debut < titre.fin:
        message = f"Une suspension commence pendant le titre, du {jour(titre.debut)} au {jour(titre.periode.dernier)}."
        found.append(Refusal("hors_titre", message, "debut"))
    if asked.debut > on:
        found.append(Refusal("debut_futur", "Une suspension commence aujourd’hui au plus tard.", "debut"))
    earliest = on - timedelta(days=plafonds.retroactivite)
    if asked.debut < earliest:
        message = f"Une suspension s’enregistre jusqu’à {days(plafonds.retroactivite)} après son début\u202f: "
        found.append(Refusal("retroactivite", f"{message}le {jour(earliest)} au plus tôt.", "debut"))
    if asked.jours < 1:
        found.append(Refusal("duree", "Une suspension dure au moins un jour.", "fin"))
    elif asked.jours > plafonds.longest(asked.debut):
        last = add_months(asked.debut, plafonds.mois) - timedelta(days=1)
        message = f"Une suspension dure au plus {plafonds.mois} mois\u202f: jusqu’au {jour(last)}."
        found.append(Refusal("plafond", message, "fin"))
    if crossed := next((each for each in titre.suspensions if each.overlaps(asked)), None):
        message = f"Une suspension couvre déjà du {jour(crossed.debut)} au {jour(crossed.dernier)}."
        found.append(Refusal("chevauchement", message, "debut"))
    return found


def suspend(titre: Titre, asked: Periode) -> Titre:
    """Return the right with one more suspension."""
    return replace(titre, suspensions=tuple(sorted((*titre.suspensions, asked))))


def lift(titre: Titre, suspension: Periode, fin: date) -> Titre:
    """Return the right whose suspension ends earlier; on its first day, there was none."""
    others = [each for each in titre.suspensions if each != suspension]
    kept = [Periode(suspension.debut, fin)] if fin > suspension.debut else []
    return replace(titre, suspensions=tuple(sorted((*others, *kept))))


def check_lift(
    titre: Titre, suspension: Periode, fin: date, plafonds: PlafondsSuspension, *, on: date
) -> list[Refusal]:
    """Return why a suspension may not end on a day, from which the days of the right count again."""
    if not suspension.debut <= fin < suspension.fin:
        message = (
            f"Les jours recomptent entre le {jour(suspension.debut)} (la suspension n’a pas eu lieu) et le "
            f"{jour(suspension.dernier)}."
        )
        return [Refusal("hors_suspension", message, "fin")]
    earliest = on - timedelta(days=plafonds.retroactivite)
    if fin < earliest:
        return [Refusal("retroactivite", f"Une suspension se lève au plus tôt le {jour(earliest)}.", "fin")]
    if not lift(titre, suspension, fin).holds_suspensions():
        message = "Le titre finirait avant une autre suspension déjà enregistrée\u202f: levez d’abord celle-ci."
        return [Refusal("suspension_suivante", message, "fin")]
    return []


@dataclass(frozen=True, slots=True)
class Motif:
    """On which conditions a reason prolongs a right (`facts/prolongations.toml`)."""

    code: MotifProlongation
    prescripteur: bool
    types: tuple[str, ...]
    contrats: tuple[str, ...]
    rqth: bool
    une_fois: bool

    def offered(self, type_siae: str) -> bool:
        """Tell whether a kind of SIAE may give this reason."""
        return not self.types or type_siae in self.types


@cache
def motifs() -> Mapping[str, Motif]:
    """Return the conditions of every reason to prolong, by code."""
    facts = tomllib.loads((Path(__file__).parents[1] / "facts/prolongations.toml").read_text("utf-8"))
    return {
        code: Motif(
            MotifProlongation(code),
            row["prescripteur"],
            tuple(row["types"]),
            tuple(row["contrats"]),
            row["rqth"],
            row["une_fois"],
        )
        for code, row in facts.items()
    }


@dataclass(frozen=True, slots=True)
class PlafondsProlongation:
    """How many days an act may add and all may (None: no limit), from which age (None: any), when (in months)."""

    jours: int
    cumul: int | None
    age: int | None
    avant: int
    apres: int

    def left(self, titre: Titre) -> int:
        """Return how many days an act may still add."""
        return self.jours if self.cumul is None else max(0, min(self.jours, self.cumul - titre.prolonges))

    def window(self, titre: Titre) -> Periode:
        """Return the days when one may ask."""
        return Periode(add_months(titre.fin, -self.avant), add_months(titre.fin, self.apres))


@dataclass(frozen=True, slots=True)
class Demandeur:
    """Who a prolongation is for: age and RQTH of the person (None: unknown), contracts, reasons already given."""

    type_siae: str
    age: int | None
    rqth: bool | None
    contrats: Collection[str] = ()
    deja: Collection[str] = ()


def check_prolongation(
    titre: Titre, jours: int, motif: Motif, plafonds: PlafondsProlongation, demandeur: Demandeur, *, on: date
) -> list[Refusal]:
    """Return why a right may not be prolonged by so many days."""
    found = check_motif(motif, plafonds, demandeur)
    window = plafonds.window(titre)
    if not window.debut <= on < window.fin:
        message = f"Ce titre se prolonge du {jour(window.debut)} au {jour(window.dernier)}."
        found.append(Refusal("fenetre", message))
    left = plafonds.left(titre)
    if left == 0:
        message = f"Ce titre est déjà prolongé de {days(titre.prolonges)}, le plus que ce motif permet en tout."
        found.append(Refusal("plafond_cumul", message, "jours"))
    elif not 1 <= jours <= left:
        found.append(Refusal("plafond", f"Ce motif permet d’ajouter de 1 à {days(left)}.", "jours"))
    return found


def check_motif(motif: Motif, plafonds: PlafondsProlongation, demandeur: Demandeur) -> list[Refusal]:
    """Return why this reason is not that of this person."""
    found = []
    if not motif.offered(demandeur.type_siae):
        kinds = " et ".join(motif.types)
        found.append(Refusal("motif_type", f"Ce motif ne concerne que les SIAE de type {kinds}.", "motif"))
    if plafonds.age is not None:
        if demandeur.age is None:
            message = "La date de naissance n’est pas renseignée\u202f: complétez le dossier."
            found.append(Refusal("age_inconnu", message, "motif"))
        elif demandeur.age < plafonds.age:
            message = f"Ce motif demande {plafonds.age} ans{NARROW_SPACE}; la personne en a {demandeur.age}."
            found.append(Refusal("age", message, "motif"))
    if motif.rqth and not demandeur.rqth:
        message = "La situation de la personne ne dit pas qu’elle est reconnue travailleur handicapé."
        found.append(Refusal("rqth", message, "motif"))
    if motif.contrats and not set(motif.contrats) & set(demandeur.contrats):
        labels = ", ".join(str(TypeContrat(code).label) for code in motif.contrats)
        found.append(Refusal("contrat", f"Ce motif demande un contrat en cours\u202f: {labels}.", "motif"))
    if motif.une_fois and motif.code in demandeur.deja:
        found.append(Refusal("une_fois", "Ce motif ne sert qu’une fois par titre.", "motif"))
    return found


def prolong(titre: Titre, jours: int) -> Titre:
    """Return the right with so many days more."""
    return replace(titre, prolongations=(*titre.prolongations, jours))
