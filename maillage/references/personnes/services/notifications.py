"""What référents are told about the files they follow, without naming anyone: the page does, under its permission."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.notifications import notify, notify_all
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import sans_referent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.personnes.models import Ouverture, Personne


def notify_ouverture(ouverture: Ouverture) -> None:
    """Tell who follows a person that an operator opened their file; call it in the act of opening."""
    heure = timezone.localtime(ouverture.fin)
    texte = (
        "Un exploitant de la plateforme a ouvert un dossier suivi par votre organisation, pour un motif écrit, "
        f"jusqu’au {heure:%d/%m/%Y à %H\u202fh\u202f%M}."
    )
    notify_all(_warned(ouverture.personne), "personnes.ouverture", texte, _sheet(ouverture.personne))


def notify_effacement(personnes: Iterable[Personne], *, le: date) -> int:
    """Tell each référent, in one notification, how many of their files will be erased on a day.

    Return how many were told.
    Relations have ended by then: whoever was last in charge in each organisation is told.
    """
    last = (
        Relation.objects.filter(personne__in=list(personnes), referent__isnull=False)
        .order_by("personne", "organisation", "-debut", "-pk")
        .distinct("personne", "organisation")
        .values_list("referent__user", flat=True)
    )
    counts = Counter(last)
    for user in User.objects.filter(pk__in=counts, is_active=True).order_by("pk"):
        count = counts[user.pk]
        what = (
            f"{count} dossiers que vous avez suivis seront effacés"
            if count > 1
            else "1 dossier que vous avez suivi sera effacé"
        )
        notify(user, "personnes.effacement", f"{what} le {le:%d/%m/%Y}.", page("personnes:list"))
    return len(counts)


def _warned(personne: Personne) -> QuerySet[User]:
    """Return the référents of a person; for who has none, those who administer the organisations that follow them."""
    today = timezone.localdate()
    followed = Relation.objects.filter(Q(fin__isnull=True) | Q(fin__gt=today), personne=personne, debut__lte=today)
    orphans = followed.filter(sans_referent()).values("organisation")
    administrators = Membre.objects.actifs().filter(organisation__in=orphans, administrateur=True)
    return User.objects.filter(
        Q(pk__in=_in_charge([personne]).values("referent__user")) | Q(pk__in=administrators.values("user"))
    )


def _in_charge(personnes: Iterable[Personne]) -> QuerySet[Relation]:
    """Return the relations in force of these persons whose référent still follows them."""
    today = timezone.localdate()
    return Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=today), ~sans_referent(), personne__in=list(personnes), debut__lte=today
    )


def _sheet(personne: Personne) -> str:
    return page("personnes:detail", personne.public_id)
