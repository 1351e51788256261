"""The candidatures that one may read, in the state that they truly are on the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone

from maillage.domains.parcours.enums.orientation import EtatCandidature, OrigineCandidature
from maillage.domains.parcours.models import Candidature
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.rules.orientation import ATTENDUES
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

REPONSE = "parcours.candidature_reponse_jours"
ARCHIVE = "parcours.candidature_archive_jours"


def overdue(on: date) -> Q:
    """Return the condition on candidatures that they had no answer at their term."""
    return Q(etat__in=ATTENDUES, echeance__lte=on)


def awaited(on: date) -> Q:
    """Return the condition on candidatures that the SIAE still owes an answer."""
    return Q(etat__in=ATTENDUES, echeance__gt=on)


def archived(on: date) -> Q:
    """Return the condition on candidatures that nothing has moved for long, whether the job put them away or not."""
    return Q(archivee_le__isnull=False) | to_archive(on)


def to_archive(on: date) -> Q:
    """Return the condition on candidatures that they are to be put away on a day."""
    return Q(archivee_le__isnull=True, maj_le__lte=on - timedelta(days=int(get_parametre(ARCHIVE, on=on).value)))


def with_etat(rows: QuerySet[Candidature], on: date) -> QuerySet[Candidature]:
    """Give candidatures `etat_lu`, their state on a day, and what a list tells of each."""
    refused = When(overdue(on), then=Value(EtatCandidature.REFUSEE.value))
    return rows.annotate(etat_lu=Case(refused, default=F("etat"), output_field=CharField())).select_related(
        "personne", "siae", "poste__rome", "organisation", "auteur__user"
    )


def visible_candidatures(user: User) -> QuerySet[Candidature]:
    """Return the candidatures of the persons whose file is open to an account; a SIAE reads those that it received, and
    those of its employees that it presented to another.

    Who follows a person reads all of theirs: what one knows of the answers of SIAE is what one advises with.
    """
    if not granted(user, Permission.VIEW):
        return Candidature.objects.none()
    rows = Candidature.objects.filter(personne__in=visible_to(user).values("pk"))
    return rows.filter(_received(user) | _proposed(user)) if _is_siae(user) else rows


def received(user: User) -> QuerySet[Candidature]:
    """Return the candidatures that the SIAE of one's organisation received, from persons whose file is open to it."""
    return visible_candidatures(user).filter(_received(user)) if _is_siae(user) else Candidature.objects.none()


def get_candidature(user: User, public_id: str) -> Candidature | None:
    """Return one of the candidatures that one may read."""
    rows = visible_candidatures(user).filter(public_id=public_id)
    return with_etat(rows, timezone.localdate()).select_related("issue_de__siae", "siae__organisation").first()


def of_personne(user: User, personne: Personne, on: date) -> QuerySet[Candidature]:
    """Return the candidatures of one person that an account may read, the newest first."""
    return with_etat(visible_candidatures(user).filter(personne=personne), on).order_by("-deposee_le", "-pk")


def _is_siae(user: User) -> bool:
    return user.membre is not None and user.membre.profil_role in SIAE


def _received(user: User) -> Q:
    return Q(siae__organisation=user.membre.organisation_id) if user.membre else Q(pk__in=[])


def _proposed(user: User) -> Q:
    mine = user.membre.organisation_id if user.membre else None
    return Q(organisation=mine, origine=OrigineCandidature.SUITE)
