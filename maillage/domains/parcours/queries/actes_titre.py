"""What somebody may do to a right, act by act, and why not: the buttons of the screens, and what they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from maillage.domains.parcours.enums.titre import Regime
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.regles_titres import plafonds_prolongation
from maillage.domains.parcours.queries.titres import last_contrat, read_demandeur, read_titre, siae_of
from maillage.domains.parcours.rules.jours import count
from maillage.domains.parcours.rules.titres import check_motif, motifs
from maillage.foundations.kernel.permissions import ALLOWED, Decision, granted
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.models import TitreParcours
    from maillage.domains.parcours.rules.titres import Motif
    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae


@dataclass(frozen=True, slots=True)
class ActeTitre:
    """A button: where it leads, and whether it is possible now."""

    code: str
    libelle: str
    url: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class ChoixMotif:
    """A reason to prolong, for a given person and SIAE: how many days it may still add, and whether it may."""

    motif: Motif
    reste: int
    decision: Decision


def list_actes(user: User, titre: TitreParcours, on: date) -> list[ActeTitre]:
    """Return what a SIAE may do to a right; nothing for whoever is not one."""
    if not granted(user, Permission.HIRE) or titre.annule_le is not None:
        return []
    mine = siae_of(titre, user, on)
    other = ALLOWED if mine else Decision(False, "Seule la SIAE du dernier contrat agit sur ce titre.")
    state, person = count(read_titre(titre), on), titre.personne.public_id
    suspended = state.courante
    stop = (
        Decision(False, f"Déjà suspendu jusqu’au {jour(suspended.dernier)}.")
        if suspended
        else Decision(False, "Le titre est terminé.")
        if state.fini
        else Decision(False, f"Le titre commence le {jour(titre.debut)}.")
        if state.a_venir
        else other
    )
    found = [
        ActeTitre("suspendre", "Suspendre", reverse("parcours:titre_suspendre", args=[person]), stop),
        ActeTitre(
            "prolonger", "Prolonger", reverse("parcours:titre_prolonger", args=[person]), other and _open(titre, on)
        ),
    ]
    if titre.regime == Regime.AGREMENT:
        url = reverse("parcours:agrement_etendre", args=[person])
        extension = Decision(False, "L’agrément est terminé.") if state.fini else ALLOWED
        found.append(ActeTitre("etendre", "Étendre à ma SIAE", url, extension))
    found.append(ActeTitre("annuler", "Annuler le titre", reverse("parcours:titre_annuler", args=[person]), other))
    # Once the person left, what cannot be done is of no use to know; a right that was lived is not cancelled.
    return [each for each in found if each.decision and each.code != "annuler"] if _left(titre, on) else found


def may_lift(user: User, titre: TitreParcours, on: date) -> bool:
    """Tell whether somebody may lift a suspension: for the SIAE of the last contract, even once the person left."""
    return bool(granted(user, Permission.HIRE)) and titre.annule_le is None and bool(siae_of(titre, user, on))


def _left(titre: TitreParcours, on: date) -> bool:
    """Tell whether the last contract of the person has its exit."""
    contrat = last_contrat(titre.personne, on)
    return contrat is not None and hasattr(contrat, "sortie")


def _open(titre: TitreParcours, on: date) -> Decision:
    """Tell whether one may prolong today; the window is the same for every reason."""
    window = plafonds_prolongation(next(iter(motifs())), on).window(read_titre(titre))
    if titre.demandes_en_attente:  # type: ignore[attr-defined]  # annotated by `get_titre`
        return Decision(False, "Une demande attend déjà sa réponse.")
    if window.debut <= on < window.fin:
        return ALLOWED
    return Decision(False, f"Possible du {jour(window.debut)} au {jour(window.dernier)}.")


def list_motifs(titre: TitreParcours, siae: Siae, on: date) -> list[ChoixMotif]:
    """Return every reason to prolong, those that this person and this SIAE may give first."""
    before, demandeur = read_titre(titre), read_demandeur(titre, siae, on)
    found = []
    for motif in motifs().values():
        plafonds = plafonds_prolongation(motif.code, on)
        refusals = check_motif(motif, plafonds, demandeur)
        reste = plafonds.left(before)
        if not refusals and reste:
            decision = ALLOWED
        else:
            reason = refusals[0].message if refusals else "Le plafond de toutes les prolongations est atteint."
            decision = Decision(False, reason)
        found.append(ChoixMotif(motif, reste, decision))
    return sorted(found, key=lambda each: not each.decision.ok)
