"""The part of a person's sheet about their right to a pathway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.actes_titre import list_actes, may_lift
from maillage.domains.parcours.queries.eligibilite import by_prescripteur, read_ouvertures
from maillage.domains.parcours.queries.fiche_titre import get_fiche
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.titres import carence, own_siae
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.queries.fiche_titre import FicheTitre
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def titre(user: User, personne: Personne, on: date) -> Volet | None:
    """Return where the right of a person stands, and what may be done; None for who reads no pathway."""
    if not granted(user, Permission.VIEW):
        return None
    fiche = get_fiche(personne, on)
    may_diagnose = granted(user, Permission.DIAGNOSE).ok
    contexte = {
        "fiche": fiche,
        "personne": personne,
        "on": on,
        "actes": list_actes(user, fiche.titre, on) if fiche else [],
        "may_diagnose": may_diagnose,
        "may_lift": fiche is not None and fiche.suspension is not None and may_lift(user, fiche.titre, on),
        **_openings(user, personne, on, sans_titre=fiche is None or fiche.compte.fini),
        "carence": carence(personne, on) if fiche is None or fiche.compte.fini else None,
    }
    return Volet(
        "titre",
        "Droit au parcours",
        "parcours/titres/_volet.html",
        ordre=10,
        contexte=contexte,
        alerte=_alert(fiche, on),
    )


def _openings(user: User, personne: Personne, on: date, *, sans_titre: bool) -> dict[str, Any]:
    """Return whether a hire would open a right: by each of one's SIAE, or by anyone on the word of a prescripteur."""
    if not sans_titre:
        return {"ouvertures": [], "diagnostic": None}
    own = list(own_siae(user)) if granted(user, Permission.HIRE) else []
    told = read_ouvertures(personne, own, on) if own else {}
    return {
        "ouvertures": [(each, told[each.pk]) for each in own],
        "diagnostic": None if own else by_prescripteur(personne, on),
    }


def _alert(fiche: FicheTitre | None, on: date) -> str:
    if fiche is None or fiche.compte.fini or fiche.compte.a_venir:
        return ""
    if fiche.titre.fin > add_months(on, number("alerte_fin_titre_mois", on)):
        return ""
    label = fiche.titre.get_regime_display()
    waiting = " Une demande de prolongation attend sa réponse." if fiche.titre.demandes_en_attente else ""  # type: ignore[attr-defined]
    last = jour(fiche.jours.periode.dernier)
    return f"{label[:1].upper()}{label[1:]}\u202f: il finit le {last}. Préparez la suite.{waiting}"
