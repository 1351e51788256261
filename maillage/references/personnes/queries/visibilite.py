"""Whose file a person may open: the one place that says it. Lists, sheets, exports and counts of names start here.

| who | sees |
|---|---|
| SIAE, prescripteur, France Travail | who is in relation with their organisation, and a while after its end |
| référent RSA | the persons of whom they are the référent, an administrator, also those whose référent left |
| agent of a DDETS | who lives in their département and is followed today |
| members of a CTA, invited SIAE | whoever agreed to it (`CONSENTIES`), to the day, without any delay after the end |
| data protection officer | whoever was ever in relation with their organisation |
| operator | the persons whose file they opened, for a reason, for a time: no membership shows them more |

What an agreement opens is no more than what it says: `followed_by` leaves those persons out, for what only those who
follow a person may read.

An encadrant technique opens no file: they know by name who works that day in their SIAE (`at_work`), and the rooms
above show them of these persons what they do at work, nothing else.

Everyone else sees nobody. An anonymised person is seen by nobody: they count, they are not shown.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Membre
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Ouverture, Personne, Relation
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

DELAI = "personnes.delai_apres_relation_jours"
# Opened by the person's agreement to who does not follow them: closed the day that it ends.
CONSENTIES = (TypeRelation.CTA, TypeRelation.SUITE)


def visible_to(user: User | AnonymousUser) -> QuerySet[Personne]:
    """Return the persons whom this account may see by name, acting as it does now."""
    condition = reasons(user) if granted(user, Permission.VIEW) else NOBODY
    return Personne.objects.filter(condition, anonymisee_le__isnull=True)


def followed_by(user: User | AnonymousUser) -> QuerySet[Personne]:
    """Return, of the persons whom this account may see, those whom its organisation follows: an agreement is not it."""
    membre = getattr(user, "membre", None)
    if membre is None:
        return Personne.objects.none()
    on = timezone.localdate()
    return visible_to(user).filter(Exists(_own(membre, on).filter(_still_open(on))))


def reasons(user: User | AnonymousUser) -> Q:
    """Return why this account may see a person, as a condition on persons."""
    if not user.is_authenticated:
        return NOBODY
    condition = _by_opening(user) if user.is_staff else NOBODY
    membre = user.membre
    if membre is not None and not user.is_staff and membre.profil_role in user.profils:
        condition |= _BY_ROLE.get(membre.profil_role, _nobody)(membre, timezone.localdate())
    return condition


def at_work(user: User | AnonymousUser) -> QuerySet[Personne]:
    """Return the persons whom an encadrant technique knows by name: the employees of their SIAE today."""
    membre = user.membre if user.is_authenticated and not user.is_staff else None
    role = membre.profil_role if membre else None
    condition = NOBODY
    if membre is not None and role == ProfilMembre.SIAE_ENCADREMENT and user.is_authenticated and role in user.profils:
        theirs = relations_en_cours(timezone.localdate()).filter(
            organisation=membre.organisation_id, type=TypeRelation.CONTRAT
        )
        condition = Q(Exists(theirs))
    return Personne.objects.filter(condition, anonymisee_le__isnull=True)


def relations_en_cours(on: date) -> QuerySet[Relation]:
    """Return the relations in force on a day of the person of an outer query."""
    return Relation.objects.filter(Q(fin__isnull=True) | Q(fin__gt=on), personne=OuterRef("pk"), debut__lte=on)


def in_charge(membre: Membre) -> Q:
    """Return the condition on relations that a person is their référent for an organisation.

    It holds through the memberships of the person there: a change of role ends one and begins another.
    """
    return Q(referent__user=membre.user_id, referent__organisation=membre.organisation_id)


def sans_referent() -> Q:
    """Return the condition on relations that nobody is in charge any more: nobody was, or they follow persons no longer
    for that organisation.
    """
    following = Membre.objects.actifs().filter(
        user=OuterRef("referent__user"), organisation=OuterRef("organisation"), profil__in=list(TYPES_PAR_ROLE)
    )
    return Q(~Exists(following))


NOBODY = Q(pk__in=[])


def _nobody(membre: Membre, on: date) -> Q:
    return NOBODY


def _by_organisation(membre: Membre, on: date) -> Q:
    return Q(Exists(_own(membre, on).filter(Q(fin__gt=on) | Q(fin__isnull=True) | _still_open(on))))


def _own(membre: Membre, on: date) -> QuerySet[Relation]:
    return Relation.objects.filter(personne=OuterRef("pk"), organisation=membre.organisation_id, debut__lte=on)


def _still_open(on: date) -> Q:
    """Keep the file open a while after the end: there are papers to finish and calls to answer."""
    delay = timedelta(days=int(get_parametre(DELAI, on=on).value))
    return (Q(fin__isnull=True) | Q(fin__gt=on - delay)) & ~Q(type__in=CONSENTIES)


def _by_referent(membre: Membre, on: date) -> Q:
    theirs = in_charge(membre)
    if membre.administrateur:  # somebody has to hand on the files of who left
        theirs |= Q(organisation=membre.organisation_id) & sans_referent()
    shared = Q(organisation=membre.organisation_id, type=TypeRelation.CTA)
    return Q(Exists(relations_en_cours(on).filter(theirs & ~Q(type__in=CONSENTIES) | shared)))


def _by_departement(membre: Membre, on: date) -> Q:
    land = membre.organisation.competences.filter(niveau=Niveau.DEPARTEMENT).values("code")
    # What an agreement opens is a relation in force as well: one condition for both, that the database joins at once.
    shared = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on), organisation=membre.organisation_id, type=TypeRelation.CTA, debut__lte=on
    )
    return Q(Exists(relations_en_cours(on))) & (Q(departement__in=land) | Q(pk__in=shared.values("personne")))


def _by_controle(membre: Membre, on: date) -> Q:
    return Q(Exists(Relation.objects.filter(personne=OuterRef("pk"), organisation=membre.organisation_id)))


def _by_opening(user: User) -> Q:
    now = timezone.now()
    return Q(
        Exists(Ouverture.objects.filter(personne=OuterRef("pk"), exploitant=user, fin__gt=now, close_le__isnull=True))
    )


_BY_ROLE = {
    ProfilMembre.SIAE_DIRECTION: _by_organisation,
    ProfilMembre.SIAE_ACCOMPAGNEMENT: _by_organisation,
    ProfilMembre.PRESCRIPTEUR: _by_organisation,
    ProfilMembre.EMPLOI_CONSEILLER: _by_organisation,
    ProfilMembre.DEPARTEMENT_REFERENT: _by_referent,
    ProfilMembre.ETAT_DEPARTEMENT: _by_departement,
    ProfilMembre.DPO: _by_controle,
}
