"""Publish a post, change it, say that it is still open, close it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.domains.parcours.enums.orientation import EtatPoste, MotifFermeture
from maillage.domains.parcours.models import Poste
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.postes import own_postes, stale
from maillage.domains.parcours.rules.orientation import POSTE, check_poste
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.services.droit import check_permission

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from maillage.references.accounts.models import User
    from maillage.references.economie.models import Rome
    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire


@dataclass(frozen=True, slots=True)
class FichePoste:
    """What a post says; `heures_semaine` None is not told."""

    rome: Rome
    intitule: str
    type_contrat: str
    places: int
    commune: Territoire
    description: str
    heures_semaine: Decimal | None = None
    lieu: str = ""
    prerequis: str = ""
    clause: bool = False
    qpv: bool = False


CHAMPS = tuple(field.name for field in fields(FichePoste))


@transaction.atomic
def publish_poste(*, siae: Siae, fiche: FichePoste, actor: User, on: date) -> Poste:
    """Open a post of a SIAE of one's organisation; it is confirmed that day."""
    check_permission(actor, Permission.PUBLISH)
    if actor.membre is None or siae.organisation_id != actor.membre.organisation_id:
        raise Refused(Refusal("autre_siae", "Cette SIAE n’est pas celle de votre organisation."))
    if siae.fin is not None and siae.fin <= on:
        raise Refused(Refusal("siae_finie", "Cette SIAE n’est plus en activité."))
    _check(fiche)
    poste = Poste(siae=siae, ouvert_le=on, confirme_le=on, **_values(fiche))
    poste.save()
    audit.record("parcours.poste_publier", poste, actor=actor)
    return poste


@transaction.atomic
def edit_poste(*, poste: Poste, fiche: FichePoste, actor: User, on: date) -> Poste:
    """Change a post; an open one is thereby confirmed: whoever changes it has just read it."""
    locked = _lock(poste, actor)
    _check(fiche)
    for name, value in _values(fiche).items():
        setattr(locked, name, value)
    if locked.etat == EtatPoste.OUVERT:
        locked.confirme_le = on
    locked.save()
    audit.record("parcours.poste_modifier", locked, actor=actor)
    return locked


@transaction.atomic
def confirm_poste(*, poste: Poste, actor: User, on: date) -> Poste:
    """Say that a post is still open; done twice, it changes nothing more."""
    locked = _lock(poste, actor)
    if locked.etat == EtatPoste.OUVERT and locked.confirme_le == on:
        return locked
    return _move(locked, "confirmer", actor, confirme_le=on)


@transaction.atomic
def close_poste(*, poste: Poste, motif: str, actor: User, on: date) -> Poste:
    """Close a post, for a reason; the candidatures that it received stay to be answered."""
    locked = _lock(poste, actor)
    if motif not in MotifFermeture or motif == MotifFermeture.PERIME:
        raise Refused(Refusal("motif_inconnu", "Choisissez un motif de la liste.", "motif"))
    return _move(locked, "fermer", actor, ferme_le=on, motif_fermeture=motif)


@transaction.atomic
def reopen_poste(*, poste: Poste, actor: User, on: date) -> Poste:
    """Open a closed post again: it is confirmed that day."""
    locked = _lock(poste, actor)
    return _move(locked, "rouvrir", actor, confirme_le=on, ferme_le=None, motif_fermeture="")


@transaction.atomic
def close_stale(*, on: date) -> int:
    """Close the posts that nobody confirmed in time and return how many; done again, it changes nothing.

    Nothing shown depends on it: searches leave these posts out by themselves.
    """
    rows = list(Poste.objects.filter(stale(on)).select_for_update(of=("self",), skip_locked=True))
    for poste in rows:
        _move(poste, "perimer", None, ferme_le=on, motif_fermeture=MotifFermeture.PERIME)
    return len(rows)


def take_place(poste: Poste, *, on: date, actor: User) -> None:
    """Count one place less after a hiring; the post closes with its last one. Call it in the act of hiring."""
    locked = Poste.objects.select_for_update().get(pk=poste.pk)
    if locked.places > 1:
        locked.places -= 1
        locked.save(update_fields=["places"])
    elif locked.etat == EtatPoste.OUVERT:
        _move(locked, "fermer", actor, ferme_le=on, motif_fermeture=MotifFermeture.POURVU)


def _lock(poste: Poste, actor: User) -> Poste:
    check_permission(actor, Permission.PUBLISH)
    found = own_postes(actor).select_for_update(of=("self",)).filter(pk=poste.pk).first()
    if found is None:
        raise Refused(Refusal("autre_siae", "Ce poste est celui d’une autre organisation."))
    return found


def _move(poste: Poste, act: str, actor: User | None, **changes: Any) -> Poste:
    audit.move(poste, act, POSTE, actor=actor)
    for name, value in changes.items():
        setattr(poste, name, value)
    poste.save(update_fields=["etat", *changes])
    audit.record(f"parcours.poste_{act}", poste, actor=actor)
    return poste


def _values(fiche: FichePoste) -> dict[str, Any]:
    return {name: getattr(fiche, name) for name in CHAMPS}


def _check(fiche: FichePoste) -> None:
    if found := check_poste(places=fiche.places, heures=fiche.heures_semaine, clause=fiche.clause, qpv=fiche.qpv):
        raise Refused(*found)
