"""Say what permanent staff a SIAE has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.domains.parcours.enums.encadrement import Fonction
from maillage.domains.parcours.models import EffectifPermanent
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.encadrement import own_siae
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae


@transaction.atomic
def record_permanents(
    *, siae: Siae, annee: int, etp: Mapping[str, Decimal | None], actor: User, on: date
) -> list[EffectifPermanent]:
    """Write the ETP of a year, by function; None: unknown, what was written is taken back."""
    if not (decision := granted(actor, Permission.RECORD_STAFF)):
        raise Refused(Refusal("interdit", decision.reason))
    if own_siae(actor).select_for_update(of=("self",)).filter(pk=siae.pk).first() is None:
        raise Refused(Refusal("autre_siae", "Cette SIAE est d’une autre organisation."))
    if not 2000 <= annee <= on.year:
        raise Refused(Refusal("annee", f"Une année va de 2000 à {on.year}.", "annee"))
    if unknown := set(etp) - set(Fonction.values):
        raise Refused(Refusal("fonction", f"Fonction inconnue\u202f: {', '.join(sorted(unknown))}."))
    rows = []
    for fonction, value in etp.items():
        key: dict[str, Any] = {"siae": siae, "annee": annee, "fonction": fonction}
        if value is None:
            EffectifPermanent.objects.filter(**key).delete()
        else:
            rows.append(EffectifPermanent.objects.update_or_create(**key, defaults={"etp": value})[0])
    audit.record("parcours.saisir_permanents", siae, actor=actor, annee=annee)
    return rows
