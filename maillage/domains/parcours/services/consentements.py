"""Record what a person agrees to, before the organisation that follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.parcours.models import Consentement
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.services.droit import follower, lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


@transaction.atomic
def give_consent(*, personne: Personne, objet: str, debut: date, fin: date, actor: User, on: date) -> Consentement:
    """Write that a person agreed, before the organisation of who acts, to one use of their data until `fin`.

    Raise `Refused` when the file is closed to it, when the day is to come, or when it is already written.
    """
    membre = follower(actor)
    locked = lock(personne, actor)
    if debut > on:
        raise Refused(Refusal("debut_futur", "Un accord se recueille aujourd’hui au plus tard.", "debut"))
    try:
        with transaction.atomic():
            consent = Consentement.objects.create(
                personne=locked, organisation=membre.organisation, objet=objet, debut=debut, fin=fin
            )
    except IntegrityError as error:
        message = "Cet accord est déjà enregistré pour cette période."
        raise Refused(Refusal("deja_donne", message, "debut")) from error
    audit.record("parcours.consentir", locked, actor=actor, objet=objet, fin=fin.isoformat())
    return consent
