"""The requests of prolongation that one made or must answer, and of whom one may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from maillage.domains.parcours.enums.demandes import EtatDemande
from maillage.domains.parcours.models import DemandeProlongation
from maillage.domains.parcours.permissions import PRESCRIPTEURS, Permission
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

# Those whose whole organisation reads the files that it follows: a référent RSA reads only their own.
OUVERTS = (ProfilMembre.PRESCRIPTEUR, ProfilMembre.EMPLOI_CONSEILLER)


def list_demandes(user: User) -> QuerySet[DemandeProlongation]:
    """Return the requests of one's SIAE, and those made to one's organisation, of persons whose file is open to one."""
    if user.membre is None or not granted(user, Permission.VIEW):
        return DemandeProlongation.objects.none()
    organisation = user.membre.organisation_id
    return (
        DemandeProlongation.objects.filter(
            Q(destinataire=organisation) | Q(siae__organisation=organisation),
            titre__personne__in=visible_to(user).values("pk"),
        )
        .select_related("titre__personne", "siae", "destinataire")
        .defer("titre__personne__nir", "titre__personne__nir_empreinte")
    )


def get_demande(user: User, public_id: str) -> DemandeProlongation | None:
    """Return one of these requests; None for anybody else's."""
    return list_demandes(user).filter(public_id=public_id).first()


def to_answer(user: User) -> QuerySet[DemandeProlongation]:
    """Return the requests that wait for one's own answer."""
    if user.membre is None or not granted(user, Permission.GRANT):
        return DemandeProlongation.objects.none()
    return list_demandes(user).filter(etat=EtatDemande.ATTENTE, destinataire=user.membre.organisation_id)


def waiting_of(user: User) -> QuerySet[DemandeProlongation]:
    """Return the requests of one's SIAE that have no answer yet."""
    if user.membre is None or not granted(user, Permission.HIRE):
        return DemandeProlongation.objects.none()
    return list_demandes(user).filter(etat=EtatDemande.ATTENTE, siae__organisation=user.membre.organisation_id)


def list_destinataires(personne: Personne, on: date) -> list[tuple[Organisation, bool]]:
    """Return who may decide for a person, and whether they follow them today: these come first.

    Besides, the prescripteurs of the département where the person lives, and those that answer for no territory.
    """
    members = Membre.objects.actifs().filter(organisation=OuterRef("pk"))
    following = personne.relations.filter(
        Q(fin__isnull=True) | Q(fin__gt=on), debut__lte=on, organisation=OuterRef("pk")
    )
    land = Organisation.objects.filter(
        competences__niveau=Niveau.DEPARTEMENT, competences__code=personne.departement
    ).values("pk")
    near = Q(pk__in=land) | Q(competences__isnull=True)
    rows = (
        Organisation.objects.annotate(suit=Exists(following))
        .filter(
            Q(Exists(members.filter(profil__in=PRESCRIPTEURS)), suit=True)
            | (Q(Exists(members.filter(profil__in=OUVERTS))) & near)
        )
        .distinct()
        .order_by("-suit", "denomination", "pk")
    )
    return [(each, bool(each.suit)) for each in rows]
