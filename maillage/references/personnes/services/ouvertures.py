"""Open a file exceptionally, for a reason and a time; close it before its end.

The reason is a free text: it stays in the opening, where it can be erased. The journals keep its reference.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.personnes.enums import EtatOuverture
from maillage.references.personnes.models import Ouverture
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.identite import find_exact
from maillage.references.personnes.rules import check_ouverture, etat_ouverture
from maillage.references.personnes.services.droit import check_permission
from maillage.references.personnes.services.essais import count_try
from maillage.references.personnes.services.notifications import notify_ouverture

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User

HEURES = "personnes.ouverture_heures"


def most_hours(on: date) -> int:
    """Return how long an opening may last on a day."""
    return int(get_parametre(HEURES, on=on).value)


def open_file(*, identifiant: str, motif: str, heures: int, actor: User, on: date) -> Ouverture:
    """Open to an operator the file of one person, named by public id, e-mail or NIR; identifiers tried are counted."""
    check_permission(actor, Permission.OPEN)
    refusals = check_ouverture(motif=motif, heures=heures, maximum=most_hours(on))
    if refusals:
        raise Refused(*refusals)
    count_try(actor, on=on)
    return _open_file(identifiant, motif.strip(), heures, actor)


@transaction.atomic
def _open_file(identifiant: str, motif: str, heures: int, actor: User) -> Ouverture:
    found = find_exact(identifiant)
    if len(found) != 1:
        message = "Aucun dossier, ou plusieurs, ne répondent à cet identifiant\u202f: demandez-en un autre."
        raise Refused(Refusal("personne_introuvable", message, "identifiant"))
    ouverture = Ouverture.objects.create(
        exploitant=actor, personne=found[0], motif=motif, fin=timezone.now() + timedelta(hours=heures)
    )
    ouverture.refresh_from_db(fields=["public_id"])
    audit.record("personnes.open", found[0], actor=actor, ouverture=str(ouverture.public_id), heures=heures)
    notify_ouverture(ouverture)
    return ouverture


@transaction.atomic
def close_file(*, ouverture: Ouverture, actor: User) -> Ouverture:
    """Close an opening before its end; only who opened it does."""
    check_permission(actor, Permission.OPEN)
    locked = Ouverture.objects.select_for_update().get(pk=ouverture.pk)
    if locked.exploitant_id != actor.pk:
        raise Refused(Refusal("autre_exploitant", "Cette ouverture est celle d’un autre exploitant."))
    now = timezone.now()
    if etat_ouverture(fin=locked.fin, close_le=locked.close_le, now=now) != EtatOuverture.EN_COURS:
        raise Refused(Refusal("deja_close", "Ce dossier n’est plus ouvert."))
    locked.close_le = now
    locked.save(update_fields=["close_le"])
    audit.record("personnes.close", locked.personne, actor=actor, ouverture=str(locked.public_id))
    return locked
