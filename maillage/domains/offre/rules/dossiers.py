"""The workflows of a dossier: one transition table per kind of procedure, who acts, whose turn it is.

A is the convention, B its renewal (a full management dialogue comes first), C the yearly avenant (a light dialogue;
unchanged posts are only told to the commission), D the changes of an offer in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.offre.enums import Demande, EtatDossier, Portee, SensAvis, Tour
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions
from maillage.foundations.kernel.templatetags.ui import nombre

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

E = EtatDossier
EXAMEN = (E.INSTRUCTION, E.DIALOGUE, E.AVIS)
# While the administration owes an answer: the clock of the law runs, or is suspended.
PENDANTS = (E.DEPOSE, E.PIECES, E.COMPLET, *EXAMEN, E.SEANCE, E.COMMISSION, E.AJOURNE)
DECIDES = (E.ACCORDE, E.CONVENTION, E.ACTIF, E.REFUSE)
CLOS = (E.ACTIF, E.REFUSE, E.SANS_SUITE)
PRETS = (*EXAMEN, E.AJOURNE)


def _workflow(*, dialogue: bool, direct: bool) -> Transitions:
    """Return the table of a procedure: with a management dialogue or not, with a decision without session or not."""
    examined = (E.DIALOGUE, E.AVIS) if dialogue else (E.INSTRUCTION, E.AVIS)
    decided = (E.COMMISSION, *examined) if direct else (E.COMMISSION,)
    return Transitions(
        (
            Transition("deposer", (E.BROUILLON,), E.DEPOSE, "Déposer le dossier"),
            Transition("demander_pieces", (E.DEPOSE, E.COMPLET, *EXAMEN), E.PIECES, "Demander des pièces"),
            Transition("completer", (E.PIECES,), E.DEPOSE, "Déclarer le dossier complété"),
            Transition("declarer_complet", (E.DEPOSE,), E.COMPLET, "Déclarer le dossier complet"),
            Transition("instruire", (E.COMPLET,), E.INSTRUCTION, "Commencer l’instruction"),
            *(
                (Transition("dialoguer", (E.INSTRUCTION,), E.DIALOGUE, "Enregistrer le dialogue de gestion"),)
                * dialogue
            ),
            Transition("consulter", examined, E.AVIS, "Demander l’avis d’un partenaire"),
            Transition("inscrire", (*examined, E.AJOURNE), E.SEANCE, "Inscrire à une séance"),
            Transition("rendre_avis", (E.SEANCE,), E.COMMISSION, "Enregistrer l’avis de la commission"),
            Transition("accorder", decided, E.ACCORDE, "Accorder"),
            Transition("refuser", decided, E.REFUSE, "Refuser"),
            Transition("ajourner", (E.SEANCE, E.COMMISSION), E.AJOURNE, "Ajourner"),
            Transition("signer", (E.ACCORDE,), E.CONVENTION, "Enregistrer la convention signée"),
            Transition("activer", (E.CONVENTION,), E.ACTIF, "Activer la convention"),
            Transition("retirer", (E.BROUILLON, *PENDANTS), E.SANS_SUITE, "Retirer la demande"),
            Transition("classer", PENDANTS, E.SANS_SUITE, "Classer sans suite"),
        )
    )


CREATION = _workflow(dialogue=False, direct=False)
RENOUVELLEMENT = _workflow(dialogue=True, direct=False)
AVENANT = _workflow(dialogue=True, direct=True)
EXTENSION = _workflow(dialogue=False, direct=False)

WORKFLOWS: Mapping[str, Transitions] = {
    Demande.CREATION: CREATION,
    Demande.RENOUVELLEMENT: RENOUVELLEMENT,
    Demande.AVENANT: AVENANT,
    Demande.EXTENSION: EXTENSION,
    Demande.TERRITOIRE: EXTENSION,
    Demande.EVOLUTION: EXTENSION,
}
# The acts of whoever carries the project; all the others are the instructing service's.
DU_PORTEUR = frozenset({"deposer", "completer", "retirer"})
# Acts that ask nothing more than a confirmation: one screen does them all.
SIMPLES = frozenset({"deposer", "completer", "retirer", "declarer_complet", "instruire", "activer"})

TOURS: Mapping[str, Tour] = {
    **dict.fromkeys((E.BROUILLON, E.PIECES), Tour.PORTEUR),
    E.AVIS: Tour.PARTENAIRES,
    E.SEANCE: Tour.COMMISSION,
    **dict.fromkeys(CLOS, Tour.PERSONNE),
}
# The act that leads on, in the usual course of a dossier.
SUITES: Mapping[str, tuple[str, ...]] = {
    E.BROUILLON: ("deposer",),
    E.DEPOSE: ("declarer_complet", "demander_pieces"),
    E.PIECES: ("completer",),
    E.COMPLET: ("instruire",),
    E.INSTRUCTION: ("dialoguer", "consulter", "inscrire"),
    E.DIALOGUE: ("consulter", "inscrire", "accorder"),
    E.AVIS: ("inscrire", "consulter"),
    E.SEANCE: ("rendre_avis", "ajourner"),
    E.COMMISSION: ("accorder", "refuser", "ajourner"),
    E.AJOURNE: ("inscrire",),
    E.ACCORDE: ("signer",),
    E.CONVENTION: ("activer",),
}
# The steps that the page shows, with the states that stand in each.
ETAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Préparation", (E.BROUILLON,)),
    ("Recevabilité", (E.DEPOSE, E.PIECES, E.COMPLET)),
    ("Instruction et avis", EXAMEN),
    ("Commission", (E.SEANCE, E.COMMISSION, E.AJOURNE)),
    ("Décision", (E.ACCORDE, E.REFUSE, E.SANS_SUITE)),
    ("Convention", (E.CONVENTION, E.ACTIF)),
)
MOTIFS_MIN = 20  # characters: fewer do not say why


def tour(etat: str) -> Tour:
    """Return whose turn it is."""
    return TOURS.get(etat, Tour.INSTRUCTEUR)


def etape(etat: str) -> int:
    """Return the number of the step, counted from 1, that a state stands in."""
    return next(rank for rank, (_, etats) in enumerate(ETAPES, start=1) if etat in etats)


def next_acts(demande: str, etat: str, *, porteur: bool) -> tuple[Transition, ...]:
    """Return the acts open to one side in a state: the usual one first."""
    usual = SUITES.get(etat, ())
    acts = [each for each in WORKFLOWS[demande].available(etat) if (each.act in DU_PORTEUR) is porteur]
    return tuple(sorted(acts, key=lambda each: usual.index(each.act) if each.act in usual else len(usual)))


def portee_avis(portee: str, *, postes_changent: bool, part_marchande_derogatoire: bool) -> Portee:
    """Return how far the commission binds.

    An avenant that changes posts needs an opinion. An ACI that sells beyond the ordinary ceiling needs a favourable
    one (Code du travail, art. D. 5132-34), whatever it asks.
    """
    if part_marchande_derogatoire:
        return Portee.CONFORME
    if portee == Portee.INFORMATION and postes_changent:
        return Portee.SIMPLE
    return Portee(portee)


def check_accord(portee: Portee, sens: str, interdits: Sequence[str] = ()) -> list[Refusal]:
    """Return why a dossier may not be granted.

    The commission has not spoken, or not in favour where it binds; or, whatever it says, the plan goes beyond what a
    derogation allows (Code du travail, art. D. 5132-34): `interdits` tells where, in words.
    """
    found = [Refusal("part_interdite", texte) for texte in interdits]
    if portee == Portee.INFORMATION:
        return found
    if not sens:
        message = "La commission n’a pas rendu d’avis\u202f: inscrivez le dossier à une séance."
        return [*found, Refusal("avis_requis", message)]
    if portee == Portee.CONFORME and sens != SensAvis.FAVORABLE:
        message = "Cette demande ne peut être accordée que sur avis favorable de la commission."
        return [*found, Refusal("avis_favorable_requis", message)]
    return found


def shows_opinions(etat: str, *, porteur: bool) -> bool:
    """Tell whether the opinions of the partners and of the commission are shown: to the carrier, once it is decided."""
    return not porteur or etat in DECIDES


def check_etp(etp: Decimal, *, plafond: int) -> list[Refusal]:
    """Return why so many ETP cannot be asked: none at all, or more than `plafond`, that no SIAE comes near to."""
    if etp <= 0:
        return [Refusal("etp_invalides", "Indiquez un nombre d’ETP supérieur à zéro.", "etp")]
    if etp > plafond:
        message = f"Aucune SIAE n’approche {nombre(plafond)} ETP par an\u202f: revoyez ce nombre."
        return [Refusal("etp_excessifs", message, "etp")]
    return []


def check_motifs(motifs: str) -> list[Refusal]:
    """Return why a reason is none: a refusal says its grounds of law and fact (CRPA, art. L. 211-2, L. 211-5)."""
    if len(motifs.strip()) >= MOTIFS_MIN:
        return []
    message = f"Motivez en droit et en fait, en {MOTIFS_MIN} caractères au moins\u202f: le porteur lira ces motifs."
    return [Refusal("motifs_courts", message, "motifs")]


def check_convention(*, debut: date, fin: date, limite: date, postes: int | None, etp: float) -> list[Refusal]:
    """Return why a convention may not run so: it ends before it begins, or lasts beyond `limite`, its last day."""
    found = []
    if fin <= debut:
        found.append(Refusal("fin_avant_debut", "La convention finit après avoir commencé.", "fin"))
    if fin > limite:
        message = f"Une convention ne dépasse pas la durée permise\u202f: elle finit le {limite:%d/%m/%Y} au plus tard."
        found.append(Refusal("trop_longue", message, "fin"))
    if etp <= 0 or (postes is not None and postes <= 0):
        found.append(Refusal("postes_invalides", "Une convention porte sur des postes.", "etp"))
    return found
