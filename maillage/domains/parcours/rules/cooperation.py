"""Pure rules of the cooperation conventions: their states, what one must say to sign it, how it is renewed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, timedelta

E = EtatConvention

CONVENTION = Transitions(
    (
        Transition("soumettre", (E.PROJET,), E.SIGNATURE, "Envoyer à la signature"),
        Transition("abandonner", (E.PROJET,), E.ABANDONNEE, "Abandonner le projet"),
        Transition("signer", (E.SIGNATURE,), E.SIGNATURE, "Signer"),
        Transition("signer_en_dernier", (E.SIGNATURE,), E.VIGUEUR, "Signer, en dernier"),
        Transition("renvoyer", (E.SIGNATURE,), E.PROJET, "Demander une modification"),
        Transition("denoncer", (E.VIGUEUR,), E.DENONCEE, "Dénoncer la convention"),
    )
)
ECRITS = (E.PROJET, E.SIGNATURE, E.VIGUEUR, E.DENONCEE, E.ABANDONNEE)
# What others than the parties read.
PUBLICS = (E.VIGUEUR, E.DENONCEE)
# The kinds of organisations by which France Travail is a party.
EMPLOI = ("ft_agence", "ft_direction")
MOTIF_MIN = 10
PARTIES_MIN = 2


@dataclass(frozen=True, slots=True)
class Engagement:
    """What is promised: who (None: every party), how much (None: no figure), before when (None: all along)."""

    quoi: str
    partie: int | None = None
    chiffre: int | None = None
    unite: str = ""
    avant_le: date | None = None


def etat_lu(etat: str, debut: date, fin: date, on: date) -> str:
    """Return the state of a convention on a day: once signed, its days `[debut, fin)` say whether it holds."""
    if etat != E.VIGUEUR:
        return etat
    if on < debut:
        return E.A_VENIR
    return E.ECHUE if fin <= on else E.VIGUEUR


def check_fiche(*, debut: date, fin: date, parties: Collection[int], proposant: int) -> list[Refusal]:
    """Return why a draft may not be written so; `parties` are organisations, that of `proposant` among them."""
    found = []
    if fin <= debut:
        found.append(Refusal("periode", "Le dernier jour ne précède pas le premier.", "dernier"))
    if proposant not in parties or len(set(parties)) < PARTIES_MIN:
        message = "Une convention lie votre organisation et une autre au moins."
        found.append(Refusal("parties", message, "partie_1"))
    return found


def check_engagements(engagements: Sequence[Engagement], *, debut: date, fin: date) -> list[Refusal]:
    """Return why these promises may not be written: a unit without its figure, a day out of the convention."""
    found = []
    for rank, each in enumerate(engagements, start=1):
        if each.unite and each.chiffre is None:
            found.append(Refusal("unite_seule", f"Ligne {rank}\u202f: une unité va avec un chiffre."))
        if each.avant_le is not None and not debut <= each.avant_le < fin:
            message = f"Ligne {rank}\u202f: cet engagement se tient pendant la convention."
            found.append(Refusal("hors_periode", message, f"avant_le_{rank}"))
    return found


def check_submission(*, engagements: int, fin: date, on: date) -> list[Refusal]:
    """Return why a draft may not be sent to its signatories."""
    found = []
    if not engagements:
        found.append(Refusal("sans_engagement", "Écrivez un engagement au moins\u202f: c’est lui que l’on signe."))
    if fin <= on:
        message = "Cette convention serait finie avant d’être signée\u202f: changez ses dates."
        found.append(Refusal("deja_finie", message))
    return found


def check_motif(motif: str) -> list[Refusal]:
    """Return why a reason is not enough: the other parties read it."""
    if len(motif.strip()) >= MOTIF_MIN:
        return []
    return [Refusal("motif_court", "Dites pourquoi en quelques mots\u202f: les autres parties le liront.", "motif")]


def check_denonciation(effet: date, *, debut: date, fin: date, on: date) -> list[Refusal]:
    """Return why a convention may not end on a day: in the past, before it began, after its own end."""
    if effet < on:
        return [Refusal("effet_passe", "La dénonciation prend effet aujourd’hui ou plus tard.", "effet")]
    if not debut <= effet < fin:
        return [Refusal("effet_hors_periode", "La dénonciation prend effet pendant la convention.", "effet")]
    return []


def next_period(debut: date, fin: date) -> tuple[date, date]:
    """Return the period of the convention that renews one: it begins where the last ends and lasts as long."""
    return fin, fin + (fin - debut)


def shift(engagement: Engagement, days: timedelta) -> Engagement:
    """Return the same promise for the next period."""
    later = engagement.avant_le + days if engagement.avant_le else None
    return Engagement(engagement.quoi, engagement.partie, engagement.chiffre, engagement.unite, later)
