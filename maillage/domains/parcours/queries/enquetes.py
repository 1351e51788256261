"""News of the persons who left: whom to ask today, what is open, what a link opens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.enums.contrat import MotifSortie
from maillage.domains.parcours.enums.sorties import EcheanceEnquete, EtatEnquete
from maillage.domains.parcours.models import Consentement, Enquete, Sortie
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.regles_titres import number
from maillage.foundations.kernel import sms
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

SALT = "parcours.enquete"


def due(on: date) -> Iterator[Enquete]:
    """Yield the news to ask for that are not asked for yet: one query per delay.

    Nobody is asked who died, whose file is anonymised, who objected, or who once said that they would not answer.
    """
    days = number("enquete_jours", on)
    refused = Enquete.objects.filter(sortie__contrat__personne=OuterRef("contrat__personne"), refusee_le__isnull=False)
    for mois in EcheanceEnquete:
        known = Enquete.objects.filter(sortie=OuterRef("pk"), mois=mois)
        latest, earliest = add_months(on, -mois), add_months(on, -mois - days // 30 - 1)
        rows = (
            Sortie.objects.filter(contrat__fin__range=(earliest, latest), contrat__personne__anonymisee_le__isnull=True)
            .filter(~Exists(known), ~Exists(refused), contrat__personne__opposition_le__isnull=True)
            .exclude(motif=MotifSortie.DECES)
        )
        for pk, fin in rows.values_list("pk", "contrat__fin"):
            assert fin  # a way out follows the end of its contract: the database holds it
            start = add_months(fin, mois)
            end = start + timedelta(days=days)
            if start <= on < end:
                yield Enquete(sortie_id=pk, mois=mois, echeance=start, expire_le=end)


def agreed(on: date) -> Exists:
    """Return the condition on news that the person agreed, before the organisation of the SIAE, to be written to."""
    return Exists(
        Consentement.objects.filter(
            personne=OuterRef("sortie__contrat__personne"),
            organisation=OuterRef("sortie__contrat__siae__organisation"),
            objet=ObjetConsentement.ENQUETE,
            debut__lte=on,
            fin__gt=on,
        )
    )


def reachable() -> Q:
    """Return the condition on news that a message can reach the person: an address, or a mobile if SMS are sent."""
    by_mail = ~Q(sortie__contrat__personne__email="")
    return by_mail | Q(sortie__contrat__personne__telephone__regex=sms.MOBILE) if sms.available() else by_mail


def ouvertes(on: date) -> QuerySet[Enquete]:
    """Return the news that still wait for an answer on a day."""
    return Enquete.objects.filter(
        echeance__lte=on,
        expire_le__gt=on,
        repondue_le__isnull=True,
        refusee_le__isnull=True,
        sortie__contrat__personne__opposition_le__isnull=True,
        sortie__contrat__personne__anonymisee_le__isnull=True,
    )


def with_etat(rows: QuerySet[Enquete], on: date) -> QuerySet[Any]:
    """Add the `etat` of news on a day: without a message, or once every reminder is sent, it is time to call."""
    most = number("enquete_relances", on)
    return rows.annotate(
        etat=Case(
            When(repondue_le__isnull=False, then=Value(EtatEnquete.REPONDUE.value)),
            When(refusee_le__isnull=False, then=Value(EtatEnquete.REFUSEE.value)),
            When(expire_le__lte=on, then=Value(EtatEnquete.SANS_REPONSE.value)),
            When(Q(envoyee_le__isnull=True) | Q(relances__gte=most), then=Value(EtatEnquete.A_APPELER.value)),
            default=Value(EtatEnquete.ENVOYEE.value),
            output_field=CharField(),
        )
    )


def list_enquetes(user: User, on: date) -> QuerySet[Any]:
    """Return the news of the persons whose file is open to an account; of one's own SIAE for who acts for one."""
    if not granted(user, Permission.FOLLOW_UP) or user.membre is None:
        return Enquete.objects.none()
    rows = Enquete.objects.filter(sortie__contrat__personne__in=visible_to(user).values("pk"))
    if granted(user, Permission.HIRE):
        rows = rows.filter(sortie__contrat__siae__organisation=user.membre.organisation_id)
    found: QuerySet[Any] = (
        with_etat(rows, on)
        .annotate(fin=F("sortie__contrat__fin"))
        .select_related("sortie__contrat__personne", "sortie__contrat__siae")
        .defer("sortie__contrat__personne__nir", "sortie__contrat__personne__nir_empreinte")
    )
    return found


def enquetes_of(personne: Personne, on: date) -> QuerySet[Any]:
    """Return the news of a person, the latest first."""
    rows = Enquete.objects.filter(sortie__contrat__personne=personne)
    return with_etat(rows, on).select_related("sortie__contrat__siae", "saisie_par__user").order_by("-echeance", "-pk")


def sign_enquete(enquete: Enquete) -> str:
    """Return what makes the personal link of news: signed, nothing of the person in it."""
    return signing.dumps(str(enquete.public_id), salt=SALT)


def read_enquete(lien: str, on: date, *, lock: bool = False) -> Enquete:
    """Return the news that a link opens; raise `Refused` when it is altered, over, or answered already."""
    unknown = Refused(Refusal("lien_altere", "Ce lien n’est pas entier, ou ne vient pas de la plateforme."))
    try:
        public_id = signing.loads(lien, salt=SALT)
    except signing.BadSignature as error:
        raise unknown from error
    rows = Enquete.objects.select_related("sortie__contrat__siae")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(public_id=public_id, sortie__contrat__personne__anonymisee_le__isnull=True).first()
    if found is None:
        raise unknown
    if found.repondue_le or found.refusee_le:
        raise Refused(Refusal("repondue", "Votre réponse est déjà enregistrée. Merci\u202f!"))
    if on >= found.expire_le:
        raise Refused(Refusal("perimee", "Ce lien ne vaut plus\u202f: le délai pour répondre est passé."))
    return found
