"""Raise a call for projects, change it, open and close it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.offre.enums import EtatAppel
from maillage.domains.offre.models import AppelProjets
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.appels import describe_territoires
from maillage.domains.offre.queries.visibilite import led_appels, within_competence
from maillage.domains.offre.rules.projets import APPEL, check_appel
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.references.accounts.models import User
    from maillage.references.territoires.models import Territoire


@dataclass(frozen=True, slots=True)
class FicheAppel:
    """What a call says; `territoires` are in force."""

    titre: str
    territoires: Sequence[Territoire]
    ouverture: date
    cloture: date
    contexte: str
    publics: Sequence[str] = ()
    types: Sequence[str] = ()
    postes: int | None = None
    etp: Decimal | None = None
    montant: Decimal | None = None
    criteres: str = ""
    pieces: str = ""


CHAMPS = (
    "titre",
    "ouverture",
    "cloture",
    "contexte",
    "publics",
    "types",
    "postes",
    "etp",
    "montant",
    "criteres",
    "pieces",
)


@dataclass(frozen=True, slots=True)
class AppelOuvert(Event):
    """A call for projects receives applications."""

    appel: int


@transaction.atomic
def raise_appel(*, fiche: FicheAppel, actor: User, on: date) -> AppelProjets:
    """Write a call as a draft, with what the diagnostic says of its territories that day."""
    decision = granted(actor, Permission.RAISE)
    if not decision or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason or "Agissez au nom d’une organisation."))
    _check(fiche, actor)
    appel = AppelProjets(organisation=actor.membre.organisation)
    _write(appel, fiche, on)
    audit.record("offre.appel_creer", appel, actor=actor)
    return appel


@transaction.atomic
def edit_appel(*, appel: AppelProjets, fiche: FicheAppel, actor: User, on: date) -> AppelProjets:
    """Change a call that is still a draft: once published, whoever answers relies on it."""
    locked = _lock(appel, actor)
    check_draft(locked)
    _check(fiche, actor)
    _write(locked, fiche, on)
    audit.record("offre.appel_modifier", locked, actor=actor)
    return locked


def check_draft(appel: AppelProjets) -> None:
    """Raise `Refused` once a call has been published."""
    if appel.etat != EtatAppel.BROUILLON:
        message = "Un appel publié ne se modifie plus\u202f: clôturez-le et ouvrez-en un autre."
        raise Refused(Refusal("deja_publie", message))


@transaction.atomic
def move_appel(*, appel: AppelProjets, act: str, actor: User, on: date) -> AppelProjets:
    """Open, close, open again or finish a call; one whose last day is past does not open."""
    locked = _lock(appel, actor)
    if act in {"ouvrir", "rouvrir"} and locked.cloture < on:
        raise Refused(Refusal("cloture_passee", "La date de clôture est passée."))
    audit.move(locked, act, APPEL, actor=actor)
    locked.save(update_fields=["etat"])
    audit.record(f"offre.appel_{act}", locked, actor=actor)
    if locked.etat == EtatAppel.OUVERT:
        publish(AppelOuvert(locked.pk))
    return locked


def _lock(appel: AppelProjets, actor: User) -> AppelProjets:
    found = led_appels(actor).select_for_update(of=("self",)).filter(pk=appel.pk).first()
    if found is None:
        raise Refused(Refusal("interdit", "Cet appel est celui d’une autre organisation."))
    return found


def _check(fiche: FicheAppel, actor: User) -> None:
    refusals = check_appel(
        ouverture=fiche.ouverture, cloture=fiche.cloture, etp=fiche.etp, postes=fiche.postes, montant=fiche.montant
    )
    if not fiche.territoires:
        refusals.append(Refusal("territoire_manquant", "Choisissez un territoire au moins.", "territoires"))
    wanted = {each.pk for each in fiche.territoires}
    allowed = set(within_competence(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    names = ", ".join(each.nom for each in fiche.territoires if each.pk not in allowed)
    if names:
        message = f"Votre organisation ne répond pas de ces territoires\u202f: {names}."
        refusals.append(Refusal("hors_competence", message, "territoires"))
    if refusals:
        raise Refused(*refusals)


def _write(appel: AppelProjets, fiche: FicheAppel, on: date) -> None:
    for name in CHAMPS:
        value = getattr(fiche, name)
        setattr(appel, name, list(value) if name in {"publics", "types"} else value)
    appel.constat = describe_territoires(fiche.territoires, on=on)
    appel.save()
    appel.territoires.set(fiche.territoires)
