"""Set, change and withdraw objectives: the State, on the territory that it answers for."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from maillage.domains.offre.models import Objectif
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.territoires import may_set_on
from maillage.domains.offre.rules.publics import check_objectif
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from maillage.domains.offre.rules.publics import FicheObjectif
    from maillage.references.accounts.models import User

CHANGED = ("cible_part", "cible_nombre", "source", "reference", "commentaire")
DOUBLE = Refusal(
    "objectif_double", "Un objectif existe déjà pour ce public, ce territoire, ce type et cette année.", "public"
)


@transaction.atomic
def set_objectif(*, fiche: FicheObjectif, actor: User) -> Objectif:
    """Write a new objective; raise `Refused` with the reasons when it makes no sense or when one stands already."""
    _check_right(actor, fiche.niveau, fiche.code)
    if refusals := check_objectif(fiche):
        raise Refused(*refusals)
    try:
        with transaction.atomic():
            objectif = Objectif.objects.create(**asdict(fiche))
    except IntegrityError as error:
        raise Refused(DOUBLE) from error
    objectif.refresh_from_db(fields=["public_id"])
    audit.record("offre.set_objectif", objectif, actor=actor, **_target(objectif))
    return objectif


@transaction.atomic
def change_objectif(*, objectif: Objectif, fiche: FicheObjectif, actor: User) -> Objectif:
    """Change the target or the decision of an objective; what it is about stays. The former target stays in history."""
    locked = Objectif.objects.select_for_update().get(pk=objectif.pk)
    _check_right(actor, locked.niveau, locked.code)
    if (locked.public, locked.niveau, locked.code, locked.type_siae, locked.annee) != fiche.key:
        raise Refused(Refusal("autre_objet", "Le public, le territoire, le type et l’année ne changent pas."))
    if refusals := check_objectif(fiche):
        raise Refused(*refusals)
    before = _target(locked)
    changed = [name for name in CHANGED if getattr(locked, name) != getattr(fiche, name)]
    for name in changed:
        setattr(locked, name, getattr(fiche, name))
    if changed:
        locked.save(update_fields=changed)
        audit.record("offre.change_objectif", locked, actor=actor, champs=changed, avant=before, **_target(locked))
    return locked


@transaction.atomic
def withdraw_objectif(*, objectif: Objectif, motif: str, actor: User) -> None:
    """Withdraw an objective, for a reason that the journal keeps; its history stays."""
    locked = Objectif.objects.select_for_update().get(pk=objectif.pk)
    _check_right(actor, locked.niveau, locked.code)
    if not motif.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi l’objectif est retiré.", "motif"))
    audit.record("offre.withdraw_objectif", locked, actor=actor, motif=motif.strip(), **_target(locked))
    locked.delete()


def _check_right(actor: User, niveau: str, code: str) -> None:
    if not (decision := granted(actor, Permission.SET_OBJECTIF)):
        raise Refused(Refusal("interdit", decision.reason))
    if not may_set_on(actor, niveau, code):
        message = "Votre organisation ne répond pas de ce territoire\u202f: choisissez-en un des siens."
        raise Refused(Refusal("hors_territoire", message, "territoire"))


def _target(objectif: Objectif) -> dict[str, Any]:
    part = objectif.cible_part
    return {
        "public": objectif.public,
        "territoire": f"{objectif.niveau} {objectif.code}",
        "annee": objectif.annee,
        "cible_part": None if part is None else str(part),
        "cible_nombre": objectif.cible_nombre,
    }
