"""Companies: the directory, what one's organisation keeps of each, what comes next, who was hired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from maillage.domains.entreprises.models import (
    ActionMediation,
    BesoinEntreprise,
    Contact,
    EmbaucheSuivie,
    Partenariat,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.parcours.enums.contrat import MotifSortie
from maillage.domains.parcours.models import Sortie
from maillage.foundations.kernel.permissions import granted
from maillage.references.economie.models import Employeur
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User

# Exits that an employer outside the IAE hires by.
EMBAUCHES = (
    MotifSortie.CDI,
    MotifSortie.CDD_LONG,
    MotifSortie.CDD_COURT,
    MotifSortie.ALTERNANCE,
    MotifSortie.CONTRAT_AIDE,
)


def own_partenariats(user: User) -> QuerySet[Partenariat]:
    """Return the partnerships of one's organisation."""
    if user.membre is None or not granted(user, Permission.MEDIATE):
        return Partenariat.objects.none()
    return Partenariat.objects.filter(organisation=user.membre.organisation_id).select_related("employeur__commune")


def list_partenariats(user: User) -> QuerySet[Partenariat]:
    """Return them with what the list shows: open needs, next step, hires; in one query."""
    needs = BesoinEntreprise.objects.filter(partenariat=OuterRef("pk"), clos_le__isnull=True)
    steps = ActionMediation.objects.filter(partenariat=OuterRef("pk"), suite_le__isnull=False, suite_faite_le=None)
    hires = EmbaucheSuivie.objects.filter(partenariat=OuterRef("pk"))

    def count(rows: QuerySet[BesoinEntreprise] | QuerySet[EmbaucheSuivie]) -> Subquery:
        return Subquery(rows.order_by().values("partenariat").annotate(n=Count("pk")).values("n"))

    nearest = steps.order_by().values("partenariat").annotate(near=Min("suite_le")).values("near")
    return (
        own_partenariats(user)
        .annotate(besoins_ouverts=count(needs), suite=Subquery(nearest), embauchees=count(hires))
        .order_by("employeur__denomination", "pk")
    )


def list_annuaire(user: User) -> QuerySet[Employeur]:
    """Return every establishment, `suivie` when one's organisation works with it; in one query."""
    mine = user.membre.organisation_id if user.membre else None
    followed = Partenariat.objects.filter(employeur=OuterRef("pk"), organisation=mine)
    return (
        Employeur.objects.select_related("commune").annotate(suivie=Exists(followed)).order_by("denomination", "siret")
    )


def find_partenariat(user: User, employeur: Employeur) -> Partenariat | None:
    """Return the partnership of one's organisation with an establishment."""
    return own_partenariats(user).filter(employeur=employeur).first()


def own_contacts(user: User) -> QuerySet[Contact]:
    """Return the contacts that one's organisation keeps."""
    return Contact.objects.filter(partenariat__in=own_partenariats(user)).select_related("partenariat__employeur")


def own_besoins(user: User) -> QuerySet[BesoinEntreprise]:
    """Return the needs told to one's organisation."""
    rows = BesoinEntreprise.objects.filter(partenariat__in=own_partenariats(user))
    return rows.select_related("partenariat__employeur__commune", "rome")


def own_actions(user: User) -> QuerySet[ActionMediation]:
    """Return the actions of one's organisation."""
    rows = ActionMediation.objects.filter(partenariat__in=own_partenariats(user))
    return rows.select_related("partenariat__employeur", "membre__user")


def next_steps(user: User) -> QuerySet[ActionMediation]:
    """Return those that something must follow, the nearest first."""
    return own_actions(user).filter(suite_le__isnull=False, suite_faite_le=None).order_by("suite_le", "pk")


def running_conventions(on: date) -> Q:
    """Return the condition on partnerships that a convention is in force on a day."""
    return Q(convention_debut__lte=on, convention_fin__gt=on)


def followable(user: User) -> QuerySet[Sortie]:
    """Return the exits towards an employer, of one's own SIAE, that no hire tells yet."""
    if user.membre is None:
        return Sortie.objects.none()
    since = timezone.localdate().year - 2
    return (
        Sortie.objects.filter(
            contrat__siae__organisation=user.membre.organisation_id,
            contrat__personne__in=visible_to(user),
            motif__in=EMBAUCHES,
            embauche__isnull=True,
            contrat__fin__year__gte=since,
        )
        .select_related("contrat__personne", "contrat__rome")
        .order_by("-contrat__fin", "pk")
    )
