"""Open a workshop, send employees to it, say who came.

Seats are counted by the database: two SIAE that take the last one at once cannot both have it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.domains.parcours.enums.ateliers import EtatAtelier, EtatInscription
from maillage.domains.parcours.models import Atelier, Inscription
from maillage.domains.parcours.models.atelier import ASSIS
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.accompagnement import read_acces
from maillage.domains.parcours.queries.ateliers import led_ateliers
from maillage.domains.parcours.rules.ateliers import ATELIER, INSCRIPTION
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.services.droit import lock

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from maillage.references.personnes.models import Personne

TENUES = tuple(etat.value for etat in ASSIS)


@dataclass(frozen=True, slots=True)
class FicheAtelier:
    """What a workshop says."""

    titre: str
    theme: str
    lieu: str
    debut: datetime
    fin: datetime
    places: int
    departement: str = ""
    contenu: str = ""


@transaction.atomic
def create_atelier(*, fiche: FicheAtelier, actor: User) -> Atelier:
    """Open a workshop to come, in the name of one's organisation."""
    membre = _leader(actor)
    _check(fiche)
    if fiche.debut <= timezone.now():
        raise Refused(Refusal("debut_passe", "Un atelier s’ouvre avant de commencer.", "debut"))
    made = Atelier.objects.create(organisation_id=membre.organisation_id, **asdict(fiche))
    audit.record("parcours.ouvrir_atelier", made, actor=actor)
    return made


@transaction.atomic
def edit_atelier(*, atelier: Atelier, fiche: FicheAtelier, actor: User) -> Atelier:
    """Change a workshop of one's organisation before it begins; more seats go to who waits."""
    locked = _lock_led(atelier, actor)
    _check_to_come(locked)
    _check(fiche)
    held = locked.inscriptions.filter(etat__in=TENUES).count()
    if fiche.places < held:
        raise Refused(Refusal("trop_d_inscrits", f"{held} personnes ont déjà une place.", "places"))
    for name, value in asdict(fiche).items():
        setattr(locked, name, value)
    locked.save()
    audit.record("parcours.modifier_atelier", locked, actor=actor)
    _promote(locked, actor)
    return locked


@transaction.atomic
def cancel_atelier(*, atelier: Atelier, actor: User) -> Atelier:
    """Cancel a workshop before it begins, and tell the SIAE that sent people."""
    locked = _lock_led(atelier, actor)
    _check_to_come(locked)
    audit.move(locked, "annuler", ATELIER, actor=actor)
    locked.save(update_fields=["etat"])
    audit.record("parcours.annuler_atelier", locked, actor=actor)
    waiting = (*TENUES, EtatInscription.ATTENTE)
    senders = set(locked.inscriptions.filter(etat__in=waiting).values_list("organisation", flat=True))
    _tell(senders, f"L’atelier « {locked.titre} » du {_day(locked)} est annulé.", locked)
    return locked


@transaction.atomic
def register(*, atelier: Atelier, personne: Personne, actor: User, on: date) -> Inscription:
    """Send an employee of one's SIAE to a workshop: a seat if there is one, else a rank in the waiting list."""
    if not (decision := granted(actor, Permission.SUPPORT)):
        raise Refused(Refusal("interdit", decision.reason))
    locked = Atelier.objects.select_for_update().get(pk=atelier.pk)
    _check_to_come(locked)
    person = lock(personne, actor)
    acces = read_acces(actor, person, on)
    if acces is None or not acces.ecrit:
        raise Refused(Refusal("pas_salarie", "Votre SIAE n’emploie pas cette personne aujourd’hui.", "personne"))
    full = locked.inscriptions.filter(etat__in=TENUES).count() >= locked.places
    try:
        with transaction.atomic():
            made = Inscription.objects.create(
                atelier=locked,
                personne=person,
                organisation_id=acces.relation.organisation_id,
                etat=EtatInscription.ATTENTE if full else EtatInscription.INSCRIT,
            )
    except IntegrityError as error:
        message = "Cette personne est déjà inscrite à cet atelier."
        raise Refused(Refusal("deja_inscrite", message, "personne")) from error
    audit.record("parcours.inscrire_atelier", made, actor=actor, etat=made.etat)
    return made


@transaction.atomic
def withdraw(*, inscription: Inscription, actor: User) -> Inscription:
    """Take back a registration before the workshop begins; the seat goes to the first who waits."""
    atelier = Atelier.objects.select_for_update().get(pk=inscription.atelier_id)
    locked = _lock_inscription(inscription, atelier, actor)
    _check_to_come(atelier)
    audit.move(locked, "retirer", INSCRIPTION, actor=actor)
    locked.save(update_fields=["etat"])
    audit.record("parcours.desinscrire_atelier", locked, actor=actor)
    _promote(atelier, actor)
    return locked


@transaction.atomic
def record_presence(*, atelier: Atelier, presents: Collection[int], absents: Collection[int], actor: User) -> Atelier:
    """Say who came, by the keys of registrations, once the workshop has begun; what is not said stays unknown."""
    locked = Atelier.objects.select_for_update().get(pk=atelier.pk)
    if locked.etat != EtatAtelier.OUVERT or locked.debut > timezone.now():
        raise Refused(Refusal("a_venir", "Les présences se disent une fois l’atelier commencé."))
    for keys, acte, target in (
        (presents, "constater_presence", EtatInscription.PRESENT),
        (absents, "constater_absence", EtatInscription.ABSENT),
    ):
        for row in locked.inscriptions.filter(pk__in=keys, etat__in=TENUES).exclude(etat=target).order_by("pk"):
            each = _lock_inscription(row, locked, actor)
            audit.move(each, acte, INSCRIPTION, actor=actor)
            each.save(update_fields=["etat"])
    audit.record("parcours.noter_presences", locked, actor=actor)
    return locked


def _leader(actor: User) -> Membre:
    if not (decision := granted(actor, Permission.LEAD_WORKSHOPS)) or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason))
    return actor.membre


def _lock_led(atelier: Atelier, actor: User) -> Atelier:
    _leader(actor)
    locked = led_ateliers(actor).select_for_update().filter(pk=atelier.pk).first()
    if locked is None:
        raise Refused(Refusal("autre_organisation", "Cet atelier est d’une autre organisation."))
    return locked


def _lock_inscription(inscription: Inscription, atelier: Atelier, actor: User) -> Inscription:
    """Return a registration, locked, if the actor leads the workshop or acts for the SIAE that sent the person."""
    locked = Inscription.objects.select_for_update(of=("self",)).get(pk=inscription.pk)
    membre = actor.membre
    sends = membre is not None and membre.profil in SIAE and membre.organisation_id == locked.organisation_id
    if not sends and not led_ateliers(actor).filter(pk=atelier.pk).exists():
        raise Refused(Refusal("interdit", "Cette inscription est d’une autre organisation."))
    return locked


def _check(fiche: FicheAtelier) -> None:
    if fiche.fin <= fiche.debut:
        raise Refused(Refusal("horaires", "L’atelier finit après avoir commencé.", "fin"))


def _check_to_come(atelier: Atelier) -> None:
    if atelier.etat != EtatAtelier.OUVERT:
        raise Refused(Refusal("annule", "Cet atelier est annulé."))
    if atelier.debut <= timezone.now():
        raise Refused(Refusal("commence", "Cet atelier a déjà commencé."))


def _promote(atelier: Atelier, actor: User) -> None:
    """Give the seats that are free to who waits, in their order, and tell their SIAE."""
    free = atelier.places - atelier.inscriptions.filter(etat__in=TENUES).count()
    waiting = atelier.inscriptions.filter(etat=EtatInscription.ATTENTE).select_for_update(of=("self",)).order_by("pk")
    for row in waiting[: max(0, free)]:
        audit.move(row, "promouvoir", INSCRIPTION, actor=actor)
        row.save(update_fields=["etat"])
        texte = f"Une place s’est libérée à l’atelier « {atelier.titre} » du {_day(atelier)}\u202f: elle est à vous."
        _tell({row.organisation_id}, texte, atelier)


def _tell(organisations: set[int], texte: str, atelier: Atelier) -> None:
    members = Membre.objects.actifs().filter(organisation__in=organisations, profil__in=SIAE).values("user")
    notify_all(
        User.objects.filter(pk__in=members), "parcours.atelier", texte, page("parcours:atelier", atelier.public_id)
    )


def _day(atelier: Atelier) -> str:
    return f"{timezone.localtime(atelier.debut):%d/%m/%Y}"
