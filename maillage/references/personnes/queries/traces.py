"""Who read which file, and which operators opened one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from maillage.foundations.kernel.models import Lecture
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.models import Ouverture, Personne
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


# What the journals keep of an opening, on openings: its reason is a free text, which must remain erasable.
REFERENCE = Concat(Value("ouverture exceptionnelle "), Cast("public_id", CharField()))


def list_lectures(user: User) -> QuerySet[Lecture]:
    """Return the readings of the persons that this account may see.

    Adds the `personne_public_id` of each, and `motif_ouverture` when it was made under an opening.
    """
    public_id = Personne.objects.filter(pk=OuterRef("objet_id")).values("public_id")
    return _of_persons(visible_to(user)).annotate(personne_public_id=Subquery(public_id))


def list_lectures_of(personne: Personne) -> QuerySet[Lecture]:
    """Return the readings of one person, and of the files merged into theirs, with `motif_ouverture`."""
    return _of_persons(Personne.objects.filter(Q(pk=personne.pk) | Q(fusionnee_dans=personne.pk)))


def _of_persons(persons: QuerySet[Personne]) -> QuerySet[Lecture]:
    opening = Ouverture.objects.alias(reference=REFERENCE).filter(
        personne=OuterRef("objet_id"), reference=OuterRef("motif")
    )
    return (
        Lecture.objects.filter(
            objet_type=ContentType.objects.get_for_model(Personne), objet_id__in=persons.values("pk")
        )
        .select_related("lecteur")
        .annotate(motif_ouverture=Subquery(opening.values("motif")[:1]))
    )


def list_ouvertures(user: User) -> QuerySet[Ouverture]:
    """Return the openings that concern an account: those it made, those of the persons whose readings it may know."""
    concerned = Q(exploitant=user)
    if granted(user, Permission.READINGS):
        concerned |= Q(personne__in=visible_to(user).values("pk"))
    return Ouverture.objects.filter(concerned).select_related("exploitant", "personne")
