"""Plan an interview with a person whom one's SIAE employs, and say what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import EtatEntretien
from maillage.domains.parcours.models import Entretien
from maillage.domains.parcours.rules.accompagnement import ENTRETIEN
from maillage.domains.parcours.services.accompagnement import lock_support, note
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.services.relations import list_referents

if TYPE_CHECKING:
    from datetime import date, datetime

    from maillage.references.accounts.models import Membre, User
    from maillage.references.personnes.models import Personne


@transaction.atomic
def plan_entretien(
    *, personne: Personne, debut: datetime, duree_minutes: int, membre: Membre, actor: User, on: date, texte: str = ""
) -> Entretien:
    """Plan an interview with a member of the SIAE; one that is over already took place, `texte` tells it.

    Raise `Refused` when that member is not available at this hour, or follows nobody there.
    """
    support = lock_support(personne, actor, on)
    assert actor.membre is not None  # the support belongs to an organisation
    if membre.pk not in {each.pk for each in list_referents(actor.membre)}:
        raise Refused(Refusal("autre_membre", "L’entretien se tient avec un membre de votre SIAE.", "membre"))
    held = debut < timezone.now()
    if texte.strip() and not held:
        raise Refused(Refusal("note_avant", "La note s’écrit une fois l’entretien tenu.", "texte"))
    try:
        with transaction.atomic():
            made = Entretien.objects.create(
                accompagnement=support,
                membre=membre,
                debut=debut,
                duree_minutes=duree_minutes,
                etat=EtatEntretien.TENU if held else EtatEntretien.PREVU,
                note=texte.strip(),
            )
    except IntegrityError as error:
        raise Refused(Refusal("occupe", "Un autre entretien est prévu à cette heure.", "debut")) from error
    note(support, "prevoir_entretien", actor)
    return made


@transaction.atomic
def close_entretien(*, entretien: Entretien, acte: str, actor: User, on: date, texte: str = "") -> Entretien:
    """Say that an interview took place, that the person did not come, or cancel it."""
    support = lock_support(entretien.accompagnement.relation.personne, actor, on)
    locked = Entretien.objects.select_for_update(of=("self",)).filter(pk=entretien.pk, accompagnement=support).first()
    if locked is None:
        raise Refused(Refusal("autre_accompagnement", "Cet entretien est d’un autre accompagnement."))
    if acte != "annuler" and locked.debut > timezone.now():
        raise Refused(Refusal("a_venir", "Cet entretien n’a pas encore eu lieu."))
    audit.move(locked, acte, ENTRETIEN, actor=actor)
    locked.note = texte.strip()
    locked.save(update_fields=["etat", "note"])
    note(support, f"{acte}_entretien", actor)
    return locked
