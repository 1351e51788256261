"""Profiles presented without a name: those one's SIAE shows, those one's organisation receives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from maillage.domains.entreprises.enums.partenariat import EtatPresentation
from maillage.domains.entreprises.models import PresentationProfil
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.queries.consentements import consent_en_cours
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Consentement
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def received(user: User, on: date) -> QuerySet[PresentationProfil]:
    """Return the profiles shown to one's organisation, as long as the person agrees; never who they are."""
    if user.membre is None or not granted(user, Permission.RECEIVE):
        return PresentationProfil.objects.none()
    return (
        PresentationProfil.objects.filter(
            destinataire=user.membre.organisation_id,
            consentement__debut__lte=on,
            consentement__fin__gt=on,
            personne__anonymisee_le__isnull=True,
        )
        .exclude(etat=EtatPresentation.RETIRE)
        .select_related("siae", "rome", "personne")
        .only(
            "public_id",
            "atouts",
            "disponible_le",
            "etat",
            "presente_le",
            "reponse",
            "reponse_le",
            "siae__nom",
            "siae__type_siae",
            "rome__libelle",
            "rome__code",
            "personne__departement",
        )
        .order_by("-presente_le", "-pk")
    )


def presented(user: User) -> QuerySet[PresentationProfil]:
    """Return the profiles that one's SIAE shows, of the persons whose file is open to one."""
    if user.membre is None or not granted(user, Permission.PROPOSE):
        return PresentationProfil.objects.none()
    return (
        PresentationProfil.objects.filter(siae__organisation=user.membre.organisation_id, personne__in=visible_to(user))
        .select_related("siae", "rome", "personne", "destinataire", "consentement")
        .defer("personne__nir", "personne__nir_empreinte")
        .order_by("-presente_le", "-pk")
    )


def list_destinataires() -> QuerySet[Organisation]:
    """Return who may receive a profile: the organisations where somebody advises companies, or recruits."""
    roles = (ProfilMembre.EMPLOI_CONSEILLER, ProfilMembre.ENTREPRISE)
    return (
        Organisation.objects.filter(membres__profil__in=roles, membres__fin__isnull=True)
        .distinct()
        .order_by("denomination")
    )


def get_consent(personne: Personne, user: User, on: date) -> Consentement | None:
    """Return the person's agreement in force, given to one's organisation, to be shown without their name."""
    if user.membre is None:
        return None
    return consent_en_cours(personne, ObjetConsentement.ENTREPRISE, user.membre.organisation, on)


def waiting() -> Q:
    """Return the condition on profiles that nobody answered."""
    return Q(etat=EtatPresentation.PRESENTE)
