"""Reminders: signatories some business days before the first day, the prescripteur a little earlier."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.entreprises.enums.immersion import EtatImmersion
from maillage.domains.entreprises.models import Immersion
from maillage.domains.entreprises.queries.immersions import business_days_before, perimables, unsigned
from maillage.domains.entreprises.services.immersions import expire, remind, tell_prescripteur
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from datetime import date

SIGNATURE, VALIDATION = "entreprises.relance_signature_jours", "entreprises.relance_validation_jours"


def remind_all(on: date) -> int:
    """Remind whoever is late for an immersion that begins soon, once a day; return how many conventions."""
    count = 0
    for immersion in _soon(unsigned(Immersion.objects.all()), SIGNATURE, on):
        start = timezone.make_aware(datetime.combine(on, time()))
        if not immersion.signatures.filter(envoyee_le__gte=start).exists():
            count += bool(remind(immersion=immersion, actor=None))
    for immersion in _soon(Immersion.objects.filter(etat=EtatImmersion.EN_EXAMEN), VALIDATION, on):
        tell_prescripteur(immersion, on=on)
        count += 1
    return count


def close_old(on: date) -> None:
    """Close the conventions that nobody validated in time."""
    expire(perimables(on), on)


def _soon(rows: object, code: str, on: date) -> list[Immersion]:
    days = int(get_parametre(code, on=on).value)
    near = rows.filter(debut__gte=on, debut__lte=on + timedelta(days=days + 4))  # type: ignore[attr-defined]
    found = near.select_related("personne", "prescripteur", "accompagnement")
    return [row for row in found if business_days_before(row.debut, days) <= on]
