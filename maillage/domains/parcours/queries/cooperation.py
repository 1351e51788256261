"""The cooperation conventions: those of one's organisation, those in force, what awaits a signature."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.models import ConventionCooperation, PartieConvention
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.rules.cooperation import EMPLOI, PUBLICS
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

E = EtatConvention
# The last day plus one, once denounced or not.
FIN = Coalesce("denoncee_le", "fin")


def en_vigueur(on: date) -> Q:
    """Return the condition on conventions that they hold on a day; one denounced holds until its day."""
    return Q(etat__in=PUBLICS, debut__lte=on) & (
        Q(denoncee_le__isnull=True, fin__gt=on) | Q(denoncee_le__isnull=False, denoncee_le__gt=on)
    )


def own_conventions(user: User) -> QuerySet[ConventionCooperation]:
    """Return the conventions to which one's organisation is a party, in whatever state."""
    if user.membre is None or not granted(user, Permission.VIEW_CONVENTIONS):
        return ConventionCooperation.objects.none()
    return ConventionCooperation.objects.filter(_mine(user))


def list_conventions(user: User, on: date) -> QuerySet[Any]:
    """Return those of one's organisation and, once signed, those of others, with what a list shows; one query.

    Each has its `etat_lu`, its `fin_reelle` (the day after the last), the `noms` of its parties, `la_notre`,
    `avec_emploi` (France Travail is a party) and `a_signer` (our signature is awaited).
    """
    if not granted(user, Permission.VIEW_CONVENTIONS):
        return ConventionCooperation.objects.none()
    parties = PartieConvention.objects.filter(convention=OuterRef("pk"))
    membre = user.membre
    organisation = membre.organisation_id if membre else None
    return (
        ConventionCooperation.objects.filter(_mine(user) | Q(etat__in=PUBLICS))
        .select_related("organisation")
        .annotate(
            etat_lu=Case(
                When(etat=E.VIGUEUR, debut__gt=on, then=Value(E.A_VENIR.value)),
                When(etat=E.VIGUEUR, fin__lte=on, then=Value(E.ECHUE.value)),
                default=F("etat"),
                output_field=CharField(),
            ),
            fin_reelle=FIN,
            noms=StringAgg(
                Case(
                    When(~Q(parties__organisation__nom_usage=""), then=F("parties__organisation__nom_usage")),
                    default=F("parties__organisation__denomination"),
                ),
                delimiter=", ",
                order_by="parties__pk",
            ),
            la_notre=Exists(parties.filter(organisation=organisation)),
            avec_emploi=Exists(parties.filter(organisation__types__overlap=EMPLOI)),
            a_signer=Exists(
                parties.filter(organisation=organisation, signee_le__isnull=True, convention__etat=E.SIGNATURE)
            ),
        )
    )


def get_convention(user: User, public_id: str, on: date) -> ConventionCooperation | None:
    """Return a convention that one may read: of one's organisation, or signed."""
    return list_conventions(user, on).filter(public_id=public_id).first()


def list_parties(convention: ConventionCooperation) -> list[PartieConvention]:
    """Return the parties, that which proposes first."""
    rows = convention.parties.select_related("organisation", "signataire__user").order_by("pk")
    return sorted(rows, key=lambda each: each.organisation_id != convention.organisation_id)


def partners(organisations: set[int], on: date) -> dict[int, str]:
    """Return the organisations bound to some by a convention in force, with the object of one; one query."""
    if not organisations:
        return {}
    bound = ConventionCooperation.objects.filter(
        en_vigueur(on),
        Exists(PartieConvention.objects.filter(convention=OuterRef("pk"), organisation__in=organisations)),
    )
    rows = PartieConvention.objects.filter(convention__in=bound).exclude(organisation__in=organisations)
    return dict(rows.order_by("-convention").values_list("organisation", "convention__objet"))


def list_agences() -> list[Organisation]:
    """Return the agencies of France Travail."""
    return list(Organisation.objects.filter(types__overlap=EMPLOI).order_by("nom_usage", "denomination"))


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits who signs: a signature, a draft sent back, a convention to renew. Three queries."""
    if user.membre is None or not granted(user, Permission.COOPERATE):
        return
    on = timezone.localdate()
    rows, where = list_conventions(user, on), page("parcours:conventions")
    if count := rows.filter(a_signer=True).count():
        label = (
            "1 convention attend votre signature" if count == 1 else f"{count} conventions attendent votre signature"
        )
        yield Attente(label, f"{where}?voir=a_signer", nombre=count, urgente=True)
    back = own_conventions(user).filter(etat=E.PROJET, organisation=user.membre.organisation_id).exclude(motif="")
    if count := back.count():
        label = "1 projet de convention à reprendre" if count == 1 else f"{count} projets de convention à reprendre"
        yield Attente(label, f"{where}?voir=notres&etat=projet", nombre=count)
    if days := sorted(to_renew(user, on).values_list("fin", flat=True)):
        what = "1 convention finit" if len(days) == 1 else f"{len(days)} conventions finissent"
        yield Attente(f"{what} bientôt, sans renouvellement", f"{where}?voir=a_renouveler", days[0], len(days))


def to_renew(user: User, on: date) -> QuerySet[ConventionCooperation]:
    """Return the conventions of one's organisation that end soon and that no other follows."""
    limit = on + timedelta(days=number("convention_alerte_jours", on))
    followed = ConventionCooperation.objects.filter(renouvelle=OuterRef("pk")).exclude(etat=E.ABANDONNEE)
    return own_conventions(user).filter(~Exists(followed), etat=E.VIGUEUR, fin__gt=on, fin__lte=limit)


def _mine(user: User) -> Exists | Q:
    if user.membre is None:
        return Q(pk__in=[])
    return Exists(PartieConvention.objects.filter(convention=OuterRef("pk"), organisation=user.membre.organisation_id))
