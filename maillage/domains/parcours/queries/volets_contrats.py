"""The part of a person's sheet that tells their contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from maillage.domains.parcours.enums.embauche import EtatContrat
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import contrats_of, get_compteur, own_siae
from maillage.domains.parcours.rules.contrats import etat_contrat
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.drawings import Span, Timeline
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.models import Contrat
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ORDRE = 30
KINDS = ("terminé", "en cours", "à venir")
_KIND = {EtatContrat.FINI: 0, EtatContrat.EN_COURS: 1, EtatContrat.A_VENIR: 2}


def contrats(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the contracts of a person in every SIAE, in three queries; None for who does not read pathways."""
    if not granted(user, Permission.VIEW):
        return None
    rows = list(contrats_of(personne))
    may_hire = bool(granted(user, Permission.HIRE)) and own_siae(user).exists()
    if not rows and not may_hire:
        return None
    return Volet(
        code="contrats",
        titre="Contrats",
        template="parcours/contrats/_volet.html",
        ordre=ORDRE,
        contexte={
            "personne": personne,
            "drawing": draw_contrats(personne, rows, on),
            "compteur": get_compteur(personne, on) if rows else None,
            "embaucher": reverse("parcours:embaucher", args=[personne.public_id]) if may_hire else "",
        },
    )


def contrat_url(contrat: Contrat, personne: Personne | None = None) -> str:
    """Return the page of a contract."""
    return reverse("parcours:contrat", args=[(personne or contrat.personne).public_id, contrat.public_id])


def draw_contrats(personne: Personne, rows: Sequence[Contrat], on: date) -> Timeline | None:
    """Return the contracts of a person on one scale, the latest first; a CDI goes on a year from today."""
    spans = [span for each in rows if (span := _span(personne, each, on)) is not None]
    if not spans:
        return None
    return Timeline("Contrats de la personne", "Du premier au dernier jour.", spans, KINDS, on, subject="Contrat")


def _span(personne: Personne, contrat: Contrat, on: date) -> Span | None:
    end = contrat.fin or contrat.fin_prevue
    state = etat_contrat(contrat.debut, end, on)
    shown = end or max(add_months(on, 12), add_months(contrat.debut, 12))
    if shown <= contrat.debut:
        return None
    label = f"{contrat.get_type_display()}, {contrat.siae.nom}"
    text = f"{state.label}, sans fin prévue" if end is None else str(state.label)
    if sortie := getattr(contrat, "sortie", None):
        text = f"{text}\u202f: {sortie.get_motif_display()}"
    return Span(label, contrat.debut, shown, _KIND[state], text, contrat_url(contrat, personne))
