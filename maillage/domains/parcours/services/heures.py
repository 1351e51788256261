"""Write the hours of a month, for all the contracts of a SIAE at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.parcours.models import Contrat, EtatMensuel
from maillage.domains.parcours.queries.contrats import ECHEANCE
from maillage.domains.parcours.queries.heures import in_month
from maillage.domains.parcours.rules.heures import Saisie, check_mois, check_saisie, premier
from maillage.domains.parcours.services.contrats import check_employer
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae


@transaction.atomic
def record_heures(*, siae: Siae, mois: date, saisies: Mapping[int, Saisie], actor: User, on: date) -> int:
    """Write the hours of contracts (by key) in a month, and return how many changed; those left out stay as they are.

    An empty line makes the hours unknown again, not zero. Raise `Refused` with every wrong cell: nothing is written.
    """
    check_employer(siae, actor)
    mois = premier(mois)
    refused = check_mois(mois, on)
    for pk, saisie in saisies.items():
        refused += check_saisie(saisie, pk)
    if refused:
        raise Refused(*refused)
    own = Contrat.objects.annotate(echeance=ECHEANCE).filter(
        in_month(mois), siae=siae, pk__in=saisies, personne__in=visible_to(actor)
    )
    # The key orders the locks: two grids saved at once wait for each other.
    locked = {each.pk for each in own.order_by("pk").select_for_update(of=("self",))}
    if set(saisies) - locked:
        message = "Un contrat n’est pas de cette SIAE, ou pas de ce mois\u202f: rechargez la page."
        raise Refused(Refusal("contrat_hors_mois", message))
    known = {
        pk: Saisie(worked, paid)
        for pk, worked, paid in EtatMensuel.objects.filter(contrat__in=saisies, mois=mois).values_list(
            "contrat", "heures", "heures_payees"
        )
    }
    changed = {pk: saisie for pk, saisie in saisies.items() if saisie != known.get(pk, Saisie())}
    EtatMensuel.objects.bulk_create(
        (
            EtatMensuel(contrat_id=pk, mois=mois, heures=saisie.heures, heures_payees=saisie.heures_payees)
            for pk, saisie in changed.items()
        ),
        update_conflicts=True,
        unique_fields=["contrat", "mois"],
        update_fields=["heures", "heures_payees"],
    )
    if changed:
        audit.record("parcours.heures", siae, actor=actor, mois=f"{mois:%Y-%m}", contrats=len(changed))
    return len(changed)
