"""What awaits a SIAE about its contracts: ends without anything after, hours to give, persons without a right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import (
    ECHEANCE,
    alert_days,
    en_cours,
    own_contrats,
    sans_suite,
    urgent_days,
)
from maillage.domains.parcours.queries.heures import missing_hours
from maillage.domains.parcours.rules.heures import mois_precedent
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.templatetags.ui import mois_en_lettres, nombre

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person, in three queries."""
    if user.membre is None or not granted(user, Permission.HIRE):
        return
    today = timezone.localdate()
    yield from _fins(user, today)
    yield from _heures(user, today)
    yield from _sans_titre(user, today)


def _fins(user: User, on: date) -> Iterator[Attente]:
    """Tell apart the contracts that have ended, those that end within 30 days, those that end within 60."""
    rows = sans_suite(own_contrats(user), on, alert_days(on))
    ends = sorted(rows.values_list(ECHEANCE, flat=True))
    limit = on + timedelta(days=urgent_days(on))
    url = page("parcours:contrats_sans_suite")
    for days, what, urgent in (
        ([end for end in ends if end <= on], "sans suite enregistrée\u202f: renouvelez-les ou dites la sortie", True),
        ([end for end in ends if on < end <= limit], f"dans les {urgent_days(on)} jours, sans suite", True),
        ([end for end in ends if end > limit], f"dans les {alert_days(on)} jours, sans suite", False),
    ):
        if days:
            verb = ("terminé", "terminés") if days[0] <= on else ("finit", "finissent")
            label = f"{_count(days, 'contrat', 'contrats')} {verb[len(days) > 1]} {what}"
            yield Attente(label, url, days[0] - timedelta(days=1), len(days), urgent)


def _heures(user: User, on: date) -> Iterator[Attente]:
    mois = mois_precedent(on)
    if count := missing_hours(own_contrats(user), mois).count():
        label = f"Les heures de {count} contrat{'s' if count > 1 else ''} manquent en {mois_en_lettres(mois)}"
        yield Attente(label, page("parcours:heures"), nombre=count)


def _sans_titre(user: User, on: date) -> Iterator[Attente]:
    if count := own_contrats(user).filter(en_cours(on), titre__isnull=True).values("personne").distinct().count():
        label = f"{count} salariés n’ont pas de PASS IAE" if count > 1 else "1 salarié n’a pas de PASS IAE"
        yield Attente(label, f"{page('parcours:contrats')}?sans_titre=on", nombre=count, urgente=True)


def _count(things: list[date], one: str, many: str) -> str:
    return f"{nombre(len(things))} {many if len(things) > 1 else one}"
