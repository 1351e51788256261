"""The part of a person's sheet about their right to a pathway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from maillage.domains.parcours.models import Diagnostic
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.actes_titre import list_actes
from maillage.domains.parcours.queries.fiche_titre import get_fiche
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.titres import carence
from maillage.foundations.kernel.attentes import page
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
        "may_hire": granted(user, Permission.HIRE).ok,
        "may_diagnose": may_diagnose,
        "diagnostic": latest_diagnostic(personne, on),
        "carence": carence(personne, on) if fiche is None or fiche.compte.fini else None,
        "embaucher": page("parcours:embaucher", personne.public_id),
    }
    return Volet(
        "titre",
        "Droit au parcours",
        "parcours/titres/_volet.html",
        ordre=10,
        contexte=contexte,
        alerte=_alert(fiche, on),
    )


def latest_diagnostic(personne: Personne, on: date) -> Diagnostic | None:
    """Return the latest diagnosis that still opens a right."""
    return (
        Diagnostic.objects.filter(Q(fin__gt=on), personne=personne, titre__isnull=True)
        .select_related("organisation", "siae")
        .order_by("-debut", "-pk")
        .first()
    )


def _alert(fiche: FicheTitre | None, on: date) -> str:
    if fiche is None or fiche.compte.fini or fiche.compte.a_venir:
        return ""
    if fiche.titre.fin > add_months(on, number("alerte_fin_titre_mois", on)):
        return ""
    label = fiche.titre.get_regime_display()
    waiting = " Une demande de prolongation attend sa réponse." if fiche.titre.demandes_en_attente else ""  # type: ignore[attr-defined]
    last = jour(fiche.jours.periode.dernier)
    return f"{label[:1].upper()}{label[1:]}\u202f: il finit le {last}. Préparez la suite.{waiting}"
