"""Write how many people the IAE employs, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db import transaction

from maillage.domains.diagnostics.models import BeneficiairesIae
from maillage.domains.diagnostics.permissions import Permission
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import User


@dataclass(frozen=True, slots=True)
class MoisSalaries:
    """The employees of one month; `niveau` and `code` are those of `BeneficiairesIae`."""

    niveau: str
    code: str
    nom: str
    mois: date
    valeur: int


@transaction.atomic
def record_salaries(
    *, lignes: Sequence[MoisSalaries], source: str, actor: User | None
) -> list[Literal["cree", "modifie", "inchange"]]:
    """Keep the months given: create, correct or leave each; return what became of them, in order.

    Doing it twice changes nothing. Raise `Refused` when the actor may not record; None is the machine.
    """
    if actor is not None and not (decision := granted(actor, Permission.RECORD)):
        raise Refused(Refusal("interdit", decision.reason))
    months = {ligne.mois for ligne in lignes}
    rows = BeneficiairesIae.objects.select_for_update().filter(mois__in=months)
    known = {(row.niveau, row.code, row.mois): row for row in rows}
    changes: list[Literal["cree", "modifie", "inchange"]] = []
    new, changed = {}, {}
    for ligne in lignes:
        key = ligne.niveau, ligne.code, ligne.mois
        values = {"nom": ligne.nom, "valeur": ligne.valeur, "source": source}
        row = known.get(key)
        if row is None:
            known[key] = new[key] = BeneficiairesIae(niveau=ligne.niveau, code=ligne.code, mois=ligne.mois, **values)
            changes.append("cree")
        elif all(getattr(row, name) == value for name, value in values.items()):
            changes.append("inchange")
        else:
            for name, value in values.items():
                setattr(row, name, value)
            changed[key] = row
            changes.append("modifie")
    BeneficiairesIae.objects.bulk_create(new.values(), batch_size=2000)
    BeneficiairesIae.objects.bulk_update(
        [row for key, row in changed.items() if key not in new], ["nom", "valeur", "source"], batch_size=2000
    )
    if new or changed:
        first = next(iter((new | changed).values()))
        audit.record(
            "diagnostics.record_salaries", first, actor=actor, source=source, cree=len(new), modifie=len(changed)
        )
    return changes
