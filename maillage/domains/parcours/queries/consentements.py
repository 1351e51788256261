"""What a person has agreed to, before whom and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maillage.domains.parcours.models import Consentement
from maillage.domains.parcours.queries.regles_titres import number
from maillage.foundations.kernel.calendar import add_months

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import Organisation
    from maillage.references.personnes.models import Personne


JOUR = timedelta(days=1)


def consents_of(personne: Personne) -> QuerySet[Consentement]:
    """Return every agreement of a person, the latest first."""
    return (
        Consentement.objects.filter(personne=personne).select_related("organisation").order_by("-debut", "objet", "-pk")
    )


def consent_en_cours(personne: Personne, objet: str, organisation: Organisation, on: date) -> Consentement | None:
    """Return the agreement in force on a day to one use before one organisation; None without any."""
    rows = Consentement.objects.filter(personne=personne, objet=objet, organisation=organisation)
    return rows.filter(debut__lte=on, fin__gt=on).first()


def default_end(objet: str, debut: date, on: date) -> date:
    """Return the first day when an agreement to a use holds no more, if nothing else is asked."""
    return add_months(debut, number(f"consentement_{objet}_mois", on))


def latest_end(debut: date, on: date) -> date:
    """Return the last first day when any agreement may hold no more."""
    return add_months(debut, number("consentement_max_mois", on))
