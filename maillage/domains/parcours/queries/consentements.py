"""What a person has agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.models import Consentement

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import Organisation
    from maillage.references.personnes.models import Personne


def consent_en_cours(personne: Personne, objet: str, organisation: Organisation, on: date) -> Consentement | None:
    """Return the agreement in force on a day to one use before one organisation; None without any."""
    rows = Consentement.objects.filter(personne=personne, objet=objet, organisation=organisation)
    return rows.filter(debut__lte=on, fin__gt=on).first()
