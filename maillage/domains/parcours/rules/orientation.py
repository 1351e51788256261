"""Pure rules of the orientation: the states of posts and candidatures, delays, what a person may enter, fairness."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.orientation import (
    ActeurChaine,
    EtatCandidature,
    EtatPoste,
    MotifRefus,
    RoleChaine,
)
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

C = EtatCandidature

POSTE = Transitions(
    (
        Transition("confirmer", (EtatPoste.OUVERT,), EtatPoste.OUVERT, "Confirmer que le poste est ouvert"),
        Transition("fermer", (EtatPoste.OUVERT,), EtatPoste.FERME, "Fermer le poste"),
        Transition("rouvrir", (EtatPoste.FERME,), EtatPoste.OUVERT, "Rouvrir le poste"),
        Transition("perimer", (EtatPoste.OUVERT,), EtatPoste.FERME, "Fermer, faute de confirmation"),
    )
)

# The SIAE still owes something: it keeps the file open, and stands in the way of a second candidature for the post.
VIVANTES = (C.NOUVELLE, C.ETUDE, C.REPORTEE, C.VIVIER)
# The SIAE owes an answer within the delay.
ATTENDUES = (C.NOUVELLE, C.ETUDE)
FINIES = (C.ACCEPTEE, C.REFUSEE, C.RETIREE, C.ANNULEE, C.OBSOLETE)

CANDIDATURE = Transitions(
    (
        Transition("examiner", (C.NOUVELLE, C.REPORTEE, C.VIVIER), C.ETUDE, "Étudier la candidature"),
        Transition("accepter", (*VIVANTES, C.REFUSEE, C.ANNULEE, C.OBSOLETE), C.ACCEPTEE, "Accepter"),
        Transition("reporter", (C.NOUVELLE, C.ETUDE, C.VIVIER), C.REPORTEE, "Mettre en attente"),
        Transition("garder", (C.NOUVELLE, C.ETUDE, C.REPORTEE, C.ANNULEE, C.OBSOLETE), C.VIVIER, "Mettre au vivier"),
        Transition("refuser", VIVANTES, C.REFUSEE, "Refuser"),
        Transition("reprendre", (C.OBSOLETE,), C.NOUVELLE, "Reprendre la candidature"),
        Transition("annuler", (C.ACCEPTEE,), C.ANNULEE, "Annuler l’embauche"),
        Transition("transferer", (*VIVANTES, C.OBSOLETE), C.NOUVELLE, "Transférer à une autre de nos SIAE"),
        Transition("transmettre", (C.REFUSEE,), C.REFUSEE, "Transmettre à une autre SIAE"),
        Transition("retirer", VIVANTES, C.RETIREE, "Retirer la candidature"),
        Transition("perimer", ATTENDUES, C.REFUSEE, "Refuser, faute de réponse dans le délai"),
        Transition("devenir_sans_objet", (C.NOUVELLE, C.ETUDE, C.REPORTEE), C.OBSOLETE, "Rendre sans objet"),
        Transition("fondre", VIVANTES, C.OBSOLETE, "Fondre avec celle d’un dossier fusionné"),
    )
)
# Who does what: the others are the machine's.
DE_LA_SIAE = frozenset(
    {
        "examiner",
        "accepter",
        "reporter",
        "garder",
        "refuser",
        "reprendre",
        "annuler",
        "transferer",
        "transmettre",
    }
)
DE_L_ORIENTEUR = frozenset({"retirer"})
# Acts that ask nothing more than a confirmation.
SIMPLES = frozenset({"examiner", "reporter", "garder", "reprendre", "annuler", "retirer"})

MOTIFS_OFFERTS = tuple(motif for motif in MotifRefus if motif != MotifRefus.SANS_REPONSE)
# What one must tell in words.
REPONSE_MIN = 10


def etat_lu(etat: str, echeance: date, on: date) -> str:
    """Return the state of a candidature on a day: unanswered at its term it is refused, whether the job ran or not."""
    return C.REFUSEE if etat in ATTENDUES and echeance <= on else etat


def check_refus(motif: str, reponse: str) -> list[Refusal]:
    """Return why a refusal may not be sent so: a reason of the list, told in words where it says nothing."""
    if motif not in MOTIFS_OFFERTS:
        return [Refusal("motif_inconnu", "Choisissez un motif de la liste.", "motif")]
    if motif == MotifRefus.AUTRE and len(reponse.strip()) < REPONSE_MIN:
        return [Refusal("reponse_courte", "Dites le motif dans la réponse\u202f: l’orienteur la lira.", "reponse")]
    return []


def check_debut(debut: date, *, on: date, limite: date) -> list[Refusal]:
    """Return why a hiring may not begin that day: past, or beyond `limite`, the last day allowed."""
    if debut < on:
        return [Refusal("debut_passe", "L’embauche commence aujourd’hui ou plus tard.", "debut")]
    if debut > limite:
        message = f"L’embauche commence le {limite:%d/%m/%Y} au plus tard."
        return [Refusal("debut_lointain", message, "debut")]
    return []


def check_poste(*, places: int, heures: object, clause: bool, qpv: bool) -> list[Refusal]:
    """Return why a post may not be published so."""
    found = []
    if places < 1:
        found.append(Refusal("sans_place", "Un poste ouvert offre une place au moins.", "places"))
    if heures is not None and not 0 < float(str(heures)) <= 48:
        found.append(Refusal("heures", "Une semaine de travail compte au plus 48 heures.", "heures_semaine"))
    if qpv and not clause:
        message = (
            "Un poste ne se réserve aux habitants des QPV qu’au titre d’une clause sociale\u202f: cochez-la aussi."
        )
        found.append(Refusal("qpv_sans_clause", message, "clause"))
    return found


@dataclass(frozen=True, slots=True)
class Acces:
    """Whether a person may enter a post: `ouvert` None is « to be checked », and `raison` says why in any case."""

    ouvert: bool | None
    raison: str

    @property
    def label(self) -> str:
        """What a cell tells."""
        word = {True: "oui", False: "non", None: "à vérifier"}[self.ouvert]
        return f"{word}\u202f: {self.raison}" if self.raison else word


def acces(*, reserve_qpv: bool, qpv: bool | None, deja: bool, salariee: bool) -> Acces:
    """Return whether a person may enter a post of a SIAE.

    `qpv` tells whether they live in a QPV (None: unknown), `deja` that the SIAE already studies them for this post,
    `salariee` that the SIAE employs them.
    """
    if salariee:
        return Acces(False, "déjà salariée de cette SIAE")
    if deja:
        return Acces(False, "candidature en cours")
    if reserve_qpv and qpv is False:
        return Acces(False, "réservé aux habitants des quartiers prioritaires")
    if reserve_qpv and qpv is None:
        return Acces(None, "réservé aux habitants des quartiers prioritaires")
    return Acces(True, "")


@dataclass(frozen=True, slots=True)
class Etape:
    """A step of a chain of prescription: who does what, within how many days (None: not told)."""

    role: str
    acteur: str
    delai_jours: int | None
    contact: str = ""

    @property
    def role_label(self) -> str:
        return RoleChaine(self.role).label

    @property
    def acteur_label(self) -> str:
        return ActeurChaine(self.acteur).label


@cache
def default_chain() -> tuple[Etape, ...]:
    """Return the chain of a département that set none (`facts/chaine.toml`)."""
    path = Path(__file__).parent.parent / "facts" / "chaine.toml"
    return tuple(Etape(**each) for each in tomllib.loads(path.read_text("utf-8"))["etape"])


REQUIRED = (RoleChaine.ORIENTER, RoleChaine.DIAGNOSTIQUER, RoleChaine.REPONDRE)


def check_chain(etapes: Sequence[Etape]) -> list[Refusal]:
    """Return why a chain does not stand: nobody orients or answers, or a step is told twice."""
    found: list[Refusal] = []
    told = [(etape.role, etape.acteur) for etape in etapes]
    missing = [role for role in REQUIRED if role not in {each for each, _ in told}]
    found.extend(Refusal("etape_manquante", f"La chaîne dit qui doit «\u202f{role.label}\u202f».") for role in missing)
    if len(told) != len(set(told)):
        found.append(Refusal("etape_double", "Une étape est dite deux fois pour le même acteur."))
    if any(etape.delai_jours is not None and not 1 <= etape.delai_jours <= 365 for etape in etapes):
        found.append(Refusal("delai", "Un délai va de 1 à 365 jours."))
    return found
