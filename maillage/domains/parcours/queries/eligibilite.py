"""Who was found eligible, what a situation suggests."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from django.db.models import Case, Q, Value, When

from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.models import Diagnostic, Situation
from maillage.domains.parcours.rules.eligibilite import Profil, age

if TYPE_CHECKING:
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
    first = Case(When(auteur=AuteurDiagnostic.PRESCRIPTEUR, then=Value(0)), default=Value(1))
    return _in_force(personne, on).filter(Q(siae__isnull=True) | Q(siae=siae)).order_by(first, "-debut", "-pk").first()


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
