"""What the hiring screen knows already: an accepted application, or the post that is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae


def prefill(personne: Personne, siae: Sequence[Siae], *, candidature: str, poste: str) -> dict[str, Any]:
    """Return the first values of the form, in two queries; what is another person's or another SIAE's gives none."""
    own = [each.pk for each in siae]
    initial: dict[str, Any] = {}
    if asked := _find("Candidature", candidature, personne=personne, siae__in=own):
        initial = {"siae": str(asked.siae_id)} | ({"debut": asked.debut_prevu} if asked.debut_prevu else {})
        initial |= from_poste(asked.poste) if asked.poste else {}
    elif asked := _find("Poste", poste, siae__in=own):
        initial = from_poste(asked)
    return initial


def from_poste(poste: Any) -> dict[str, Any]:
    """Return what a post says of the contract."""
    return {
        "siae": str(poste.siae_id),
        "type": poste.type_contrat,
        "heures_semaine": poste.heures_semaine,
        "rome": poste.rome.code,
    }


def _find(model: str, public_id: str, **where: Any) -> Any:
    """Return the object of an address, None when there is no such thing: posts and applications are told by name."""
    found = apps.all_models["parcours"].get(model.lower())
    try:
        key = UUID(public_id)
    except ValueError:
        return None
    return found._default_manager.filter(public_id=key, **where).first() if found else None
