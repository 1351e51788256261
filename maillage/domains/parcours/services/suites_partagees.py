"""Hold a meeting of SIAE, present employees there with their agreement, say that one is interested.

The file of a person presented opens to the SIAE invited, without what is social, until some days after the meeting and
never later than the agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.enums.rencontre import EtatRencontre
from maillage.domains.parcours.models import InteretSuite, PresentationSuite, Rencontre
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.rencontres import (
    concerned_siae,
    last_day,
    led_rencontres,
    list_rencontres,
    shown,
)
from maillage.domains.parcours.rules.rencontres import RENCONTRE, check_projet
from maillage.domains.parcours.services.candidatures import present
from maillage.domains.parcours.services.consentements import PAS_SUIVIE, ensure_consent
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, Organisation, User
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.services.droit import check_permission, lock
from maillage.references.personnes.services.effets import close_relation, open_until
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Consentement
    from maillage.references.economie.models import Rome
    from maillage.references.personnes.models import Personne

HORS = Refusal("autre_rencontre", "Votre organisation ne prend pas part à cette rencontre.")


@dataclass(frozen=True, slots=True)
class FicheRencontre:
    """What a meeting says."""

    titre: str
    debut: datetime
    lieu: str


@transaction.atomic
def hold_rencontre(*, fiche: FicheRencontre, actor: User) -> Rencontre:
    """Announce a meeting to come, in the name of one's organisation."""
    check_permission(actor, Permission.MEET)
    if actor.membre is None:
        raise Refused(HORS)
    if fiche.debut <= timezone.now():
        raise Refused(Refusal("debut_passe", "Une rencontre s’annonce avant d’avoir lieu.", "jour"))
    made = Rencontre.objects.create(
        organisation_id=actor.membre.organisation_id, titre=fiche.titre, debut=fiche.debut, lieu=fiche.lieu
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record("parcours.rencontre_ouvrir", made, actor=actor)
    return made


@transaction.atomic
def invite(*, rencontre: Rencontre, siae: Siae, actor: User, on: date) -> None:
    """Invite a SIAE to a meeting that one holds: those presented already are shown to it too."""
    locked = _lock_led(rencontre, actor)
    _check_to_come(locked)
    if locked.invitees.filter(pk=siae.pk).exists():
        raise Refused(Refusal("deja_invitee", "Cette SIAE est déjà invitée.", "siae"))
    locked.invitees.add(siae)
    audit.record("parcours.rencontre_inviter", locked, actor=actor, siae=siae.pk)
    for each in _presented(locked).filter(shown(on)):
        _open(each, [siae.organisation_id], actor, on)
    texte = f"Votre SIAE est invitée à une rencontre, le {timezone.localtime(locked.debut):%d/%m/%Y}."
    _tell([siae.organisation_id], texte, locked)


@transaction.atomic
def cancel_rencontre(*, rencontre: Rencontre, actor: User, on: date) -> Rencontre:
    """Cancel a meeting that one holds, before it begins: nobody is shown any more."""
    locked = _lock_led(rencontre, actor)
    _check_to_come(locked)
    audit.move(locked, "annuler", RENCONTRE, actor=actor)
    locked.save(update_fields=["etat"])
    audit.record("parcours.rencontre_annuler", locked, actor=actor)
    for each in _presented(locked):
        _close(each, actor, on)
    _tell(_invited(locked), f"La rencontre du {timezone.localtime(locked.debut):%d/%m/%Y} est annulée.", locked)
    return locked


@transaction.atomic
def present_suite(
    *,
    rencontre: Rencontre,
    personne: Personne,
    siae: Siae,
    rome: Rome,
    projet: str,
    actor: User,
    on: date,
    accord_jusqu_au: date | None = None,
) -> PresentationSuite:
    """Present at a meeting to come a person whom one's SIAE follows and who agrees to it.

    `accord_jusqu_au` writes an agreement given today, until that day excluded, when none is in force.
    """
    check_permission(actor, Permission.SHARE)
    locked = _lock_rencontre(rencontre, actor)
    _check_to_come(locked)
    if siae not in concerned_siae(actor, locked):
        raise Refused(Refusal("autre_siae", "Cette SIAE ne prend pas part à la rencontre pour vous.", "siae"))
    person = lock(personne, actor)
    if not followed_by(actor).filter(pk=person.pk).exists():
        raise Refused(PAS_SUIVIE)
    if found := check_projet(projet):
        raise Refused(*found)
    consent = ensure_consent(
        personne=person, objet=ObjetConsentement.SUITE, jusqu_au=accord_jusqu_au, actor=actor, on=on
    )
    try:
        with transaction.atomic():
            made = PresentationSuite.objects.create(
                rencontre=locked,
                personne=person,
                siae=siae,
                consentement=consent,
                rome=rome,
                projet=projet.strip(),
                presente_le=on,
            )
    except IntegrityError as error:
        message = "Cette personne est déjà présentée à cette rencontre."
        raise Refused(Refusal("deja_presentee", message, "rencontre")) from error
    made.refresh_from_db(fields=["public_id"])
    _open(made, _invited(locked), actor, on)
    audit.record("parcours.suite_presenter", person, actor=actor, rencontre=str(locked.public_id))
    return made


@transaction.atomic
def withdraw_suite(*, presentation: PresentationSuite, actor: User, on: date) -> PresentationSuite:
    """Take back a person whom one's SIAE presented: their file closes to the others today."""
    check_permission(actor, Permission.SHARE)
    lock(presentation.personne, actor)
    locked = _lock(presentation)
    if actor.membre is None or actor.membre.organisation_id != locked.siae.organisation_id:
        raise Refused(Refusal("autre_siae", "Cette personne est présentée par une autre SIAE."))
    _withdraw(locked, actor, on)
    return locked


@transaction.atomic
def express_interest(*, presentation: PresentationSuite, siae: Siae, actor: User, on: date) -> InteretSuite:
    """Say that one's SIAE is interested in a person presented: it is a candidature there, to answer like any other."""
    check_permission(actor, Permission.SHARE)
    person = lock(presentation.personne, actor)
    locked = _lock(presentation)
    if siae not in concerned_siae(actor, locked.rencontre):
        raise Refused(HORS)
    if not PresentationSuite.objects.filter(shown(on), pk=locked.pk).exists():
        raise Refused(Refusal("plus_presentee", "Cette personne n’est plus présentée."))
    if siae.organisation_id == locked.siae.organisation_id:
        raise Refused(Refusal("meme_organisation", "Votre organisation présente elle-même cette personne."))
    if locked.interets.filter(siae=siae).exists():
        raise Refused(Refusal("deja_dit", "Votre SIAE a déjà dit son intérêt\u202f: suivez la candidature."))
    message = f"Présentée par {locked.siae} à la rencontre « {locked.rencontre} »\u202f: {locked.projet}"
    candidature = present(personne=person, siae=siae, message=message, actor=actor, on=on)
    made = InteretSuite.objects.create(presentation=locked, siae=siae, candidature=candidature, exprime_le=on)
    audit.record("parcours.suite_interet", person, actor=actor, siae=siae.pk)
    texte = "Une SIAE est intéressée par une personne que vous avez présentée à une rencontre."
    _tell([locked.siae.organisation_id], texte, locked.rencontre)
    return made


def stop_presentations(consentement: Consentement, actor: User, on: date) -> None:
    """Stop what rested on an agreement that the person takes back."""
    for each in PresentationSuite.objects.filter(consentement=consentement, retiree_le__isnull=True).order_by("pk"):
        _withdraw(_lock(each), actor, on)


def _withdraw(presentation: PresentationSuite, actor: User, on: date) -> None:
    if presentation.retiree_le is not None:
        raise Refused(Refusal("deja_retiree", "Cette personne n’est plus présentée."))
    presentation.retiree_le = max(on, presentation.presente_le)
    presentation.save(update_fields=["retiree_le"])
    audit.record("parcours.suite_retirer", presentation.personne, actor=actor)
    _close(presentation, actor, on)


def _open(presentation: PresentationSuite, organisations: Collection[int], actor: User, on: date) -> None:
    """Open the file to the other organisations of a meeting, the time that it is shown there."""
    fin = min(presentation.consentement.fin, last_day(presentation.rencontre, on))
    others = Organisation.objects.filter(pk__in=list(organisations)).exclude(pk=presentation.siae.organisation_id)
    for each in others.order_by("pk"):
        open_until(
            personne=presentation.personne,
            organisation=each,
            type_relation=TypeRelation.SUITE,
            debut=on,
            fin=fin,
            actor=actor,
        )


def _close(presentation: PresentationSuite, actor: User, on: date) -> None:
    """Close the file to those invited today, but for those to whom another meeting still shows the person."""
    still = PresentationSuite.objects.filter(shown(on), personne=presentation.personne_id).exclude(pk=presentation.pk)
    kept = set(still.values_list("rencontre__invitees__organisation", flat=True))
    kept |= set(still.values_list("rencontre__organisation", flat=True))
    for each in Organisation.objects.filter(pk__in=set(_invited(presentation.rencontre)) - kept).order_by("pk"):
        close_relation(
            personne=presentation.personne,
            organisation=each,
            type_relation=TypeRelation.SUITE,
            fin=on,
            actor=actor,
        )


def _invited(rencontre: Rencontre) -> list[int]:
    """Return the organisations of the SIAE invited, and that of who holds the meeting when it has SIAE."""
    found = set(rencontre.invitees.values_list("organisation", flat=True))
    if Siae.objects.actives().filter(organisation=rencontre.organisation_id).exists():
        found.add(rencontre.organisation_id)
    return sorted(found)


def _presented(rencontre: Rencontre) -> QuerySet[PresentationSuite]:
    rows = PresentationSuite.objects.filter(rencontre=rencontre, retiree_le__isnull=True)
    return rows.select_related("personne", "siae", "rencontre", "consentement").order_by("pk")


def _lock(presentation: PresentationSuite) -> PresentationSuite:
    rows = PresentationSuite.objects.select_for_update(of=("self",))
    found: PresentationSuite = rows.select_related("personne", "siae", "rencontre", "consentement").get(
        pk=presentation.pk
    )
    return found


def _lock_rencontre(rencontre: Rencontre, actor: User) -> Rencontre:
    locked = Rencontre.objects.select_for_update().get(pk=rencontre.pk)
    if not list_rencontres(actor).filter(pk=locked.pk).exists():
        raise Refused(HORS)
    return locked


def _lock_led(rencontre: Rencontre, actor: User) -> Rencontre:
    check_permission(actor, Permission.MEET)
    locked = Rencontre.objects.select_for_update().get(pk=rencontre.pk)
    if not led_rencontres(actor).filter(pk=locked.pk).exists():
        raise Refused(Refusal("autre_organisation", "Cette rencontre est celle d’une autre organisation."))
    return locked


def _check_to_come(rencontre: Rencontre) -> None:
    if rencontre.etat != EtatRencontre.PREVUE:
        raise Refused(Refusal("annulee", "Cette rencontre est annulée."))
    if rencontre.debut <= timezone.now():
        raise Refused(Refusal("commencee", "Cette rencontre a déjà eu lieu."))


def _tell(organisations: Collection[int], texte: str, rencontre: Rencontre) -> None:
    held = Membre.objects.actifs().filter(organisation__in=list(organisations)).values("user")
    people = [user for user in User.objects.filter(pk__in=held) if granted(user, Permission.SHARE)]
    notify_all(people, "parcours.rencontre", texte, page("parcours:rencontre", rencontre.public_id))
