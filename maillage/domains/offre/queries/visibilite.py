"""Which dossiers, opinions and calls an account may open: the one place that says it.

| who | dossiers |
|---|---|
| direction of a SIAE | those of their organisation |
| agent of a DDETS, of a Conseil départemental | those deposited in the départements they answer for |
| agent of the DREETS, of the Région | those deposited in the regions they answer for |
| any partner | those on which the opinion of their organisation is asked |

Everyone else sees none. A draft is its carrier's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from maillage.domains.offre.enums import EtatAppel, EtatDossier
from maillage.domains.offre.models import AppelProjets, AvisPartenaire, Dossier
from maillage.domains.offre.permissions import Permission
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, Territoire

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from maillage.references.accounts.models import Membre, User

NOBODY = Q(pk__in=[])
DU_DEPARTEMENT = frozenset({P.ETAT_DEPARTEMENT, P.DEPARTEMENT_PILOTAGE})
DE_LA_REGION = frozenset({P.ETAT_REGION, P.REGION})


def visible_dossiers(user: User | AnonymousUser) -> QuerySet[Dossier]:
    """Return the dossiers that this account may read, acting as it does now."""
    membre = _member(user, Permission.FOLLOW)
    if membre is None:
        return Dossier.objects.none()
    role = membre.profil_role
    if role == P.SIAE_DIRECTION:
        return Dossier.objects.filter(organisation=membre.organisation_id)
    asked = AvisPartenaire.objects.filter(dossier=OuterRef("pk"), organisation=membre.organisation_id)
    condition = Q(Exists(asked))
    if role in DU_DEPARTEMENT:
        condition |= Q(departement__in=_codes(membre, Niveau.DEPARTEMENT))
    if role in DE_LA_REGION:
        land = Territoire.objects.filter(niveau=Niveau.DEPARTEMENT, region__in=_codes(membre, Niveau.REGION))
        condition |= Q(departement__in=land.values("code"))
    return Dossier.objects.filter(condition).exclude(etat=EtatDossier.BROUILLON).exclude(depose_le=None)


def carried_dossiers(user: User | AnonymousUser) -> QuerySet[Dossier]:
    """Return the dossiers that this account carries, for its organisation."""
    membre = _member(user, Permission.DEPOSIT)
    return Dossier.objects.filter(organisation=membre.organisation_id) if membre else Dossier.objects.none()


def instructed_dossiers(user: User | AnonymousUser) -> QuerySet[Dossier]:
    """Return the dossiers that this account examines: deposited, in the départements of its organisation."""
    membre = _member(user, Permission.INSTRUCT)
    if membre is None:
        return Dossier.objects.none()
    rows = Dossier.objects.filter(departement__in=_codes(membre, Niveau.DEPARTEMENT))
    return rows.exclude(etat=EtatDossier.BROUILLON).exclude(depose_le=None)


def asked_avis(user: User | AnonymousUser) -> QuerySet[AvisPartenaire]:
    """Return the opinions asked to the organisation of this account."""
    membre = _member(user, Permission.OPINE)
    rows = AvisPartenaire.objects.select_related("dossier", "organisation")
    return rows.filter(organisation=membre.organisation_id) if membre else rows.none()


def led_appels(user: User | AnonymousUser) -> QuerySet[AppelProjets]:
    """Return the calls that this account leads: those of its organisation."""
    membre = _member(user, Permission.RAISE)
    return AppelProjets.objects.filter(organisation=membre.organisation_id) if membre else AppelProjets.objects.none()


def visible_appels(user: User | AnonymousUser) -> QuerySet[AppelProjets]:
    """Return the calls that this account may read: open ones are public, drafts are their organisation's.

    A call that is over is kept for who follows dossiers.
    """
    condition = Q(etat=EtatAppel.OUVERT) | Q(pk__in=led_appels(user).values("pk"))
    if granted(user, Permission.FOLLOW) or granted(user, Permission.RAISE):
        condition |= Q(etat__in=[EtatAppel.CLOS, EtatAppel.INSTRUIT])
    return AppelProjets.objects.filter(condition)


def open_appels() -> QuerySet[AppelProjets]:
    """Return the calls that receive applications today."""
    today = timezone.localdate()
    return AppelProjets.objects.filter(etat=EtatAppel.OUVERT, ouverture__lte=today, cloture__gte=today)


def find_open_appel(public_id: str) -> AppelProjets | None:
    """Return the call that an address names, if it receives applications today."""
    try:
        return open_appels().filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None


def within_competence(user: User | AnonymousUser) -> QuerySet[Territoire]:
    """Return the territories on which this account may raise a call: those its organisation answers for, and inside."""
    membre = _member(user, Permission.RAISE)
    rows = Territoire.objects.en_vigueur()
    if membre is None:
        return rows.none()
    pairs = list(membre.organisation.competences.values_list("niveau", "code"))
    condition = NOBODY
    for niveau, code in pairs:
        condition |= Q(niveau=niveau, code=code)
    regions = [code for niveau, code in pairs if niveau == Niveau.REGION]
    departements = [code for niveau, code in pairs if niveau == Niveau.DEPARTEMENT]
    # An EPT or EPCI astride two départements has none of its own: its units say where it lies.
    astride = Appartenance.objects.filter(ensemble=OuterRef("pk"), unite__departement__in=departements)
    return rows.filter(
        condition | Q(region__in=regions) | Q(departement__in=departements) | Q(Exists(astride), departement="")
    ).exclude(niveau=Niveau.REGION, region__in=_other_regions(regions))


def _other_regions(regions: list[str]) -> Any:
    """Return the regions that one does not answer for: a département lies in one, without answering for it."""
    return Territoire.objects.filter(niveau=Niveau.REGION).exclude(region__in=regions).values("region")


def _codes(membre: Membre, niveau: Niveau) -> Any:
    return membre.organisation.competences.filter(niveau=niveau).values("code")


def _member(user: User | AnonymousUser, permission: Permission) -> Membre | None:
    """Return the membership in whose name the account acts, if its role holds the permission."""
    return user.membre if user.is_authenticated and granted(user, permission) else None
