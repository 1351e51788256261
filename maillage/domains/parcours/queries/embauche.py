"""What the hiring screen knows already: an accepted application, or the post that is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from maillage.domains.parcours.models import Candidature, Poste
from maillage.references.personnes.enums import TypeRelation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import Membre
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae


def prefill(personne: Personne, siae: Sequence[Siae], *, candidature: str, poste: str) -> dict[str, Any]:
    """Return the first values of the form, in two queries; what is another person's or another SIAE's gives none."""
    own = [each.pk for each in siae]
    initial: dict[str, Any] = {}
    if (key := _key(candidature)) and (
        asked := Candidature.objects.filter(public_id=key, personne=personne, siae__in=own)
        .select_related("poste__rome")
        .first()
    ):
        initial = {"siae": str(asked.siae_id)} | ({"debut": asked.debut_prevu} if asked.debut_prevu else {})
        initial |= from_poste(asked.poste) if asked.poste else {}
    elif (key := _key(poste)) and (
        found := Poste.objects.filter(public_id=key, siae__in=own).select_related("rome").first()
    ):
        initial = from_poste(found)
    return initial


def employed_by(membre: Membre, personne: Personne, on: date) -> bool:
    """Tell whether an organisation follows a person as their employer, today or later: they have their référent."""
    running = personne.relations.filter(Q(fin__isnull=True) | Q(fin__gt=on), type=TypeRelation.CONTRAT)
    return running.filter(organisation=membre.organisation_id).exists()


def from_poste(poste: Poste) -> dict[str, Any]:
    """Return what a post says of the contract."""
    return {
        "siae": str(poste.siae_id),
        "type": poste.type_contrat,
        "heures_semaine": poste.heures_semaine,
        "rome": poste.rome.code,
    }


def _key(text: str) -> UUID | None:
    """Return the identifier that an address carries; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
