"""What the hiring screen knows already: an accepted application, or the post that is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae


def prefill(personne: Personne, siae: Sequence[Siae], *, candidature: str, poste: str) -> dict[str, Any]:
    """Return the first values of the form; those of another person or of another SIAE are not."""
    return {}
