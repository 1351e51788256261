"""Set the chain of prescription of a département."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.parcours.models import ChainePrescription, EtapeChaine
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.chaines import may_set
from maillage.domains.parcours.rules.orientation import check_chain
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.services.droit import check_permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.rules.orientation import Etape
    from maillage.references.accounts.models import User


@transaction.atomic
def set_chaine(*, departement: str, etapes: Sequence[Etape], texte: str, actor: User, on: date) -> ChainePrescription:
    """Write the chain of a département that one's organisation answers for, in place of the former one."""
    check_permission(actor, Permission.CHAIN)
    if actor.membre is None or not may_set(actor, departement):
        raise Refused(Refusal("hors_competence", "Votre organisation ne répond pas de ce département."))
    if found := check_chain(etapes):
        raise Refused(*found)
    chaine, _ = ChainePrescription.objects.select_for_update(of=("self",)).update_or_create(
        departement=departement,
        defaults={"texte": texte.strip(), "organisation_id": actor.membre.organisation_id, "maj_le": on},
    )
    chaine.etapes.all().delete()
    EtapeChaine.objects.bulk_create(
        EtapeChaine(
            chaine=chaine,
            rang=rang,
            role=etape.role,
            acteur=etape.acteur,
            delai_jours=etape.delai_jours,
            contact=etape.contact,
        )
        for rang, etape in enumerate(etapes, start=1)
    )
    audit.record("parcours.chaine_fixer", chaine, actor=actor, departement=departement)
    return chaine
