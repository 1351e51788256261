"""Deliver attestations, send fiches de liaison, share profiles: what shows, outside, what a person can do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from maillage.domains.parcours.enums.competences import PartProfil
from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.models import AttestationCompetences, Contrat, FicheLiaison, ProfilPartage
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.consentements import consent_en_cours
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.valorisation import (
    describe_attestation,
    describe_fiche,
    list_agences,
    profils_of,
    received_fiches,
    vivants,
)
from maillage.domains.parcours.rules.competences import draw_code
from maillage.domains.parcours.services.consentements import give_consent
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.services.droit import check_permission, lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import Organisation
    from maillage.references.personnes.models import Personne

JOUR = timedelta(days=1)


def _lock_contrat(contrat: Contrat, actor: User) -> tuple[Contrat, Membre]:
    """Return a contract of one's SIAE, its person locked, and who acts; raise `Refused` for any other."""
    check_permission(actor, Permission.VOUCH)
    lock(contrat.personne, actor)
    locked = Contrat.objects.select_related("personne", "siae", "rome").get(pk=contrat.pk)
    if actor.membre is None or locked.siae.organisation_id != actor.membre.organisation_id:
        raise Refused(Refusal("autre_siae", "Ce contrat est celui d’une autre organisation."))
    return locked, actor.membre


@transaction.atomic
def deliver_attestation(*, contrat: Contrat, actor: User, on: date) -> AttestationCompetences:
    """Freeze what a person is attested to do, and sign it; raise `Refused` when nothing is, or it is done already."""
    locked, membre = _lock_contrat(contrat, actor)
    contenu = describe_attestation(locked, membre, on)
    if not contenu["competences"]:
        message = "Aucune compétence n’est attestée\u202f: observez-les, attestez-les, puis délivrez l’attestation."
        raise Refused(Refusal("rien_d_atteste", message))
    if locked.attestations.filter(retiree_le__isnull=True).exists():
        raise Refused(Refusal("deja_delivree", "Ce contrat a déjà une attestation\u202f: retirez-la d’abord."))
    made = AttestationCompetences.objects.create(
        contrat=locked, signataire=membre, delivree_le=on, code=draw_code(), contenu=contenu
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record("parcours.delivrer_attestation", locked.personne, actor=actor, attestation=str(made.public_id))
    return made


@transaction.atomic
def withdraw_attestation(*, attestation: AttestationCompetences, actor: User, on: date) -> None:
    """Withdraw an attestation given by mistake: its code says so from then on."""
    locked, _ = _lock_contrat(attestation.contrat, actor)
    held = AttestationCompetences.objects.select_for_update().get(pk=attestation.pk)
    if held.retiree_le:
        raise Refused(Refusal("deja_retiree", "Cette attestation est déjà retirée."))
    held.retiree_le = on
    held.save(update_fields=["retiree_le"])
    audit.record("parcours.retirer_attestation", locked.personne, actor=actor, attestation=str(held.public_id))


@transaction.atomic
def send_fiche(
    *,
    contrat: Contrat,
    destinataire: Organisation,
    projet: str,
    suites: str,
    accord_freins: bool,
    actor: User,
    on: date,
) -> FicheLiaison:
    """Send to the agency of France Travail that follows a person where they are, frozen that day.

    `accord_freins`: the person agrees today that the obstacles that were lifted are told; their agreement is recorded
    for this sending. Raise `Refused` when that agency does not follow them.
    """
    locked, membre = _lock_contrat(contrat, actor)
    if not list_agences(locked.personne, on).filter(pk=destinataire.pk).exists():
        message = "Cette agence ne suit pas la personne\u202f: son conseiller doit d’abord l’avoir à son suivi."
        raise Refused(Refusal("pas_suivie", message, "destinataire"))
    accord = None
    if accord_freins:
        objet = ObjetConsentement.LIAISON
        accord = consent_en_cours(locked.personne, objet, membre.organisation, on) or give_consent(
            personne=locked.personne, objet=objet, debut=on, fin=on + JOUR, actor=actor, on=on
        )
    contenu = describe_fiche(
        locked, projet=projet.strip(), suites=suites.strip(), freins=accord_freins, auteur=membre, on=on
    )
    made = FicheLiaison.objects.create(
        contrat=locked, destinataire=destinataire, auteur=membre, accord=accord, contenu=contenu
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record("parcours.envoyer_liaison", locked.personne, actor=actor, fiche=str(made.public_id))
    members = Membre.objects.actifs().filter(organisation=destinataire).values("user")
    people = [user for user in User.objects.filter(pk__in=members) if granted(user, Permission.RECEIVE_LIAISON)]
    texte = f"{locked.siae.nom} vous envoie une fiche de liaison."
    notify_all(people, "parcours.liaison", texte, page("parcours:fiches_liaison"))
    return made


@transaction.atomic
def acknowledge_fiche(*, fiche: FicheLiaison, actor: User) -> None:
    """Say that the agency has taken a fiche into account; raise `Refused` when it is done, or sent to another."""
    check_permission(actor, Permission.RECEIVE_LIAISON)
    if not received_fiches(actor).filter(pk=fiche.pk).exists():
        raise Refused(Refusal("hors_portee", "Cette fiche n’est pas adressée à votre agence."))
    held = FicheLiaison.objects.select_for_update().get(pk=fiche.pk)
    if held.lue_le:
        raise Refused(Refusal("deja_lue", "Cette fiche est déjà prise en compte."))
    held.lue_par, held.lue_le = actor.membre, timezone.now()
    held.save(update_fields=["lue_par", "lue_le"])
    audit.record("parcours.prendre_liaison", held.contrat.personne, actor=actor, fiche=str(held.public_id))


@transaction.atomic
def share_profil(
    *, personne: Personne, parts: Sequence[str], accroche: str, expire_le: date, actor: User, on: date
) -> ProfilPartage:
    """Open a link on what a person ticked, until `expire_le`, with their agreement, recorded if it is not yet.

    Whatever the link says, it dies with the agreement. Raise `Refused` for a link too long, or when one is open.
    """
    check_permission(actor, Permission.VOUCH)
    locked = lock(personne, actor)
    most = number("profil_mois", on)
    if not on < expire_le <= add_months(on, most):
        message = f"Un profil se partage d’un jour à {most}\u202fmois."
        raise Refused(Refusal("duree", message, "jusqu_au"))
    if not parts or set(parts) - set(PartProfil.values):
        raise Refused(Refusal("rien_de_montre", "Cochez au moins une chose à montrer.", "parts"))
    if profils_of(locked, actor).filter(vivants(on)).exists():
        raise Refused(Refusal("deja_partage", "Un profil est déjà partagé\u202f: arrêtez-le d’abord."))
    profils_of(locked, actor).update(revoque_le=on)  # over, or no longer agreed: it gives way
    assert actor.membre is not None
    objet = ObjetConsentement.PROFIL
    accord = consent_en_cours(locked, objet, actor.membre.organisation, on) or give_consent(
        personne=locked, objet=objet, debut=on, fin=expire_le, actor=actor, on=on
    )
    made = ProfilPartage.objects.create(
        consentement=accord,
        parts=sorted(set(parts)),
        accroche=accroche.strip(),
        cree_le=on,
        expire_le=min(expire_le, accord.fin),
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record("parcours.partager_profil", locked, actor=actor, profil=str(made.public_id))
    return made


@transaction.atomic
def revoke_profil(*, profil: ProfilPartage, actor: User, on: date) -> None:
    """Close a link at once, for good."""
    check_permission(actor, Permission.VOUCH)
    locked = lock(profil.consentement.personne, actor)
    held = profils_of(locked, actor).select_for_update(of=("self",)).filter(pk=profil.pk).first()
    if held is None:
        raise Refused(Refusal("hors_portee", "Ce profil est déjà arrêté, ou partagé par une autre organisation."))
    held.revoque_le = on
    held.save(update_fields=["revoque_le"])
    audit.record("parcours.revoquer_profil", locked, actor=actor, profil=str(held.public_id))


def count_opening(*, profil: ProfilPartage, on: date) -> None:
    """Count that somebody opened a shared profile: how often, never who."""
    ProfilPartage.objects.filter(pk=profil.pk).update(ouvertures=F("ouvertures") + 1, ouvert_le=on)
