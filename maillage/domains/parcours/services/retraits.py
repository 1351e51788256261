"""A person takes back an agreement: whatever rested on it in this room stops in the same transaction.

The rooms above subscribe to `ConsentementRetire`. What is shown waits for nobody: it asks for an agreement in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.parcours.enums.consentement import ObjetConsentement as O
from maillage.domains.parcours.models import Consentement
from maillage.domains.parcours.services.cta import stop_cases
from maillage.domains.parcours.services.evenements_consentements import ConsentementRetire
from maillage.domains.parcours.services.suites_partagees import stop_presentations
from maillage.foundations.kernel import audit, events
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.services.droit import follower, lock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from maillage.references.accounts.models import User

# What stops at once: (agreement, who writes the withdrawal, the day). Messages after the way out (ENQUETE) and a shared
# profile (PROFIL) ask each time for an agreement in force: there is nothing to stop.
EFFETS: Mapping[str, Callable[[Consentement, User, date], None]] = {O.CTA: stop_cases, O.SUITE: stop_presentations}


@transaction.atomic
def withdraw_consent(*, consentement: Consentement, actor: User, on: date) -> Consentement:
    """Write that a person takes an agreement back: it ends today, and what it allowed ends with it.

    On their word to any organisation that follows them: it is as easy as to agree. Raise `Refused` when none of them
    acts, or when the agreement is over.
    """
    follower(actor)
    personne = lock(consentement.personne, actor)
    if not followed_by(actor).filter(pk=personne.pk).exists():
        raise Refused(Refusal("pas_suivie", "Seule une organisation qui suit la personne écrit son retrait."))
    locked = Consentement.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=consentement.pk)
    if locked.fin <= on:
        raise Refused(Refusal("deja_fini", "Cet accord ne vaut déjà plus."))
    locked.personne = personne
    locked.fin, locked.retire = max(locked.debut, on), True
    locked.save(update_fields=["fin", "retire"])
    audit.record("parcours.retirer_consentement", personne, actor=actor, objet=locked.objet)
    if stop := EFFETS.get(locked.objet):
        stop(locked, actor, on)
    events.publish(ConsentementRetire(locked.pk, personne.pk, locked.objet))
    return locked
