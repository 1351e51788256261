"""Who was found eligible, what a situation suggests."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Q, Value, When

from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.models import Diagnostic, Situation
from maillage.domains.parcours.queries.titres import carence
from maillage.domains.parcours.rules.eligibilite import Ouverture, Profil, age
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

CHAMPS = tuple(each.name for each in fields(Profil) if each.name != "age")


def get_situation(personne: Personne) -> Situation:
    """Return the situation of a person: a new one, where nothing is known, when nobody wrote it yet."""
    return Situation.objects.filter(personne=personne).first() or Situation(personne=personne)


def read_profil(situation: Situation, on: date) -> Profil:
    """Return what criteria are drawn from."""
    values = {name: getattr(situation, name) for name in CHAMPS}
    return Profil(age=age(situation.personne.date_naissance, on), **values)


def find_diagnostic(personne: Personne, siae: Siae, on: date) -> Diagnostic | None:
    """Return the diagnosis under which a SIAE may hire on a day: that of a prescripteur first, else its own."""
    return find_diagnostics(personne, [siae], on).get(siae.pk)


def find_diagnostics(personne: Personne, siae: Sequence[Siae], on: date) -> dict[int, Diagnostic]:
    """Return, for each SIAE that may hire on a day, the diagnosis under which it would; one query."""
    first = Case(When(auteur=AuteurDiagnostic.PRESCRIPTEUR, then=Value(0)), default=Value(1))
    named = _in_force(personne, on).filter(Q(siae__isnull=True) | Q(siae__in=siae))
    rows = list(named.select_related("organisation").order_by(first, "-debut", "-pk"))
    found = {each.pk: next((row for row in rows if row.siae_id in {None, each.pk}), None) for each in siae}
    return {pk: row for pk, row in found.items() if row is not None}


def read_ouvertures(personne: Personne, siae: Sequence[Siae], on: date) -> dict[int, Ouverture]:
    """Return, for each SIAE, whether it may hire a person without a right on a day, and why; two queries."""
    until, found = carence(personne, on), find_diagnostics(personne, siae, on)
    return {each.pk: _read_ouverture(found.get(each.pk), until, on) for each in siae}


def _read_ouverture(diagnostic: Diagnostic | None, until: date | None, on: date) -> Ouverture:
    if until is not None and (diagnostic is None or diagnostic.auteur != AuteurDiagnostic.PRESCRIPTEUR):
        words = (
            f"le dernier titre est trop récent\u202f: un autre peut commencer le {jour(until)}, ou plus tôt sur "
            "diagnostic d’un prescripteur habilité"
        )
        return Ouverture("carence", words)
    if diagnostic is None:
        words = f"aucun diagnostic d’éligibilité n’est valable le {jour(on)}\u202f: établissez-le d’abord"
        return Ouverture("non_eligible", words)
    author, last = diagnostic.get_auteur_display(), jour(diagnostic.fin - timedelta(days=1))
    return Ouverture("", f"éligible d’après {diagnostic.organisation} ({author}), diagnostic valable jusqu’au {last}")


def by_prescripteur(personne: Personne, on: date) -> Diagnostic | None:
    """Return the diagnosis of a prescripteur in force on a day."""
    return _in_force(personne, on).filter(auteur=AuteurDiagnostic.PRESCRIPTEUR).order_by("-debut", "-pk").first()


def _in_force(personne: Personne, on: date) -> QuerySet[Diagnostic]:
    """Keep the diagnoses that opened nothing yet: one that opened a right lives, and ends, with it."""
    return Diagnostic.objects.filter(personne=personne, titre__isnull=True, debut__lte=on, fin__gt=on)


def list_diagnostics(personne: Personne) -> QuerySet[Diagnostic]:
    """Return every diagnosis of a person, the latest first, with its criteria."""
    return (
        Diagnostic.objects.filter(personne=personne)
        .select_related("organisation", "siae", "titre")
        .prefetch_related("criteres")
        .order_by("-debut", "-pk")
    )
